//! What stands where a number of points should, in words.

/// The text of a number that can be read in two ways: with a decimal point and with a decimal comma. It is no number of
/// points, and shows both.
///
/// ```
/// use gradepush::domain::{Points, either_number};
/// let text = either_number("1.050", "1.05", "1050");
/// assert_eq!(text, "1.050 (1.05 or 1050)");
/// assert!(text.parse::<Points>().is_err());
/// ```
pub fn either_number(text: &str, point: &str, comma: &str) -> String {
    format!("{text} ({point} or {comma})")
}

/// Says that a text is no number of points, and what it is.
pub(super) fn not_a_number(text: &str) -> String {
    if is_either_number(text) {
        return format!("`{text}` can be read in two ways; say which with `--decimal point` or `--decimal comma`");
    }
    match what_it_is(text) {
        Some(what) => format!("`{text}` is not a number but {what}"),
        None => format!("`{text}` is not a number"),
    }
}

fn is_either_number(text: &str) -> bool {
    let readings =
        text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")).and_then(|(_, both)| both.split_once(" or "));
    let is_reading =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b"-.%".contains(&byte));
    readings.is_some_and(|(point, comma)| is_reading(point) && is_reading(comma))
}

/// What a text is, as far as its shape tells.
fn what_it_is(text: &str) -> Option<&'static str> {
    const TRUTH: [&str; 8] = ["true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso"];
    const INFINITY: [&str; 3] = ["inf", "infinity", "\u{221e}"];
    let is_one_of =
        |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text.trim_start_matches(['-', '+'])));
    let number =
        |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_numeric() || ".,".contains(letter));
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let (before, behind) = text.split_at(text.find(|letter: char| !letter.is_numeric() && !".,".contains(letter))?);
    let groups = |sign| text.split(sign).count() == 3 && text.split(sign).all(number);
    Some(if is_one_of(&TRUTH) {
        "true or false"
    } else if is_one_of(&INFINITY) {
        "infinity"
    } else if inner.is_some_and(|inner| number(inner.trim())) {
        "a number in brackets, which a spreadsheet takes for less than zero"
    } else if text.contains(['$', '\u{20ac}', '\u{a3}', '\u{a5}']) {
        "an amount of money"
    } else if groups('-') || groups('/') {
        "a date"
    } else if text.split(':').count() > 1 && text.split(':').all(number) {
        "a time"
    } else if text.split_once('/').is_some_and(|(part, whole)| number(part.trim()) && number(whole.trim())) {
        "a share of other points than its column is out of"
    } else if before.is_empty() && letters == 1 && text.chars().count() <= 2 {
        "a letter"
    } else if before.is_empty() && letters > 0 && !text.contains(char::is_numeric) {
        "a word"
    } else if number(before) && behind.trim().chars().all(char::is_alphabetic) && letters > 0 {
        "a number with a word behind it"
    } else if number(before) && letters == 0 && !behind.contains(char::is_numeric) {
        "a number with a mark behind it"
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_named() {
        for (text, expected) in [
            ("TRUE", Some("true or false")),
            ("-inf", Some("infinity")),
            ("(8)", Some("a number in brackets, which a spreadsheet takes for less than zero")),
            ("$9", Some("an amount of money")),
            ("9.50 \u{20ac}", Some("an amount of money")),
            ("2026-10-02", Some("a date")),
            ("10/02/2026", Some("a date")),
            ("10:30", Some("a time")),
            ("8 / 10", Some("a share of other points than its column is out of")),
            ("M", Some("a letter")),
            ("A-", Some("a letter")),
            ("Absent", Some("a word")),
            ("9 pts", Some("a number with a word behind it")),
            ("9.0*", Some("a number with a mark behind it")),
            ("1,23,456", None),
            ("1.2.3", None),
            ("", None),
            ("x9y", None),
        ] {
            assert_eq!(what_it_is(text), expected, "{text:?}");
        }
    }

    #[test]
    fn two_readings_are_told_from_other_brackets() {
        assert!(is_either_number("1.050% (1.05% or 1050%)"));
        for text in ["8 (10)", "(a or b)", "9 ( or )", "Absent (ill or late)"] {
            assert!(!is_either_number(text), "{text}");
        }
    }
}
