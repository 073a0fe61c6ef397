//! What is odd about an id that names nobody: what a spreadsheet did to it, or what nobody sees in it. It explains, and is
//! never mended by itself.

use unicode_normalization::UnicodeNormalization as _;

use super::same_title::is_invisible;

/// What is odd about an id, in words without the id itself. `is_somebodys` says whether another form of it names somebody.
pub(super) fn oddity(id: &str, is_somebodys: impl Fn(&str) -> bool) -> Option<String> {
    if let Some(letter) = id.chars().find(|letter| is_unseen(*letter)) {
        return Some(format!("it holds a character that is not seen (U+{:04X})", u32::from(letter)));
    }
    let (composed, decomposed): (String, String) = (id.nfc().collect(), id.nfd().collect());
    if composed != id {
        let whose = if is_somebodys(&composed) { ", and somebody's is the same but for that" } else { "" };
        return Some(format!("its accents are characters of their own (Unicode form NFD){whose}"));
    }
    if decomposed != id && is_somebodys(&decomposed) {
        return Some(
            "somebody's is the same but for the accents, which are characters of their own there (NFD)".to_owned(),
        );
    }
    spreadsheet_mark(id).map(|mark| format!("a spreadsheet did this: {mark}"))
}

/// Whether a letter takes no room on paper, or looks like a space and is none.
fn is_unseen(letter: char) -> bool {
    is_invisible(letter) || letter.is_control() || letter != ' ' && letter.is_whitespace()
}

/// What a spreadsheet made of an id.
fn spreadsheet_mark(id: &str) -> Option<&'static str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_narrow = !id.is_empty() && id.bytes().all(|byte| byte == b'#');
    if is_narrow || id.starts_with("#N/A") || id.starts_with("#REF!") {
        return Some("it shows an error, or a column that is too narrow, in place of the id");
    }
    if id.strip_prefix('\'').is_some_and(digits) {
        return Some("an apostrophe, which marks text, stands before the id");
    }
    if let Some((number, exponent)) = id.split_once(['E', 'e']) {
        let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, "0"));
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
        if digits(whole) && digits(decimals) && digits(exponent) && id.contains(['.', ',', '+']) {
            return Some("it took the id for a number, and its last digits are lost");
        }
    }
    if let Some((whole, decimals)) = id.split_once('.')
        && digits(whole)
        && !decimals.is_empty()
        && decimals.bytes().all(|byte| byte == b'0')
    {
        return Some("it took the id for a number with decimals");
    }
    let mut groups = id.split(',');
    if id.contains(',')
        && groups.next().is_some_and(|first| digits(first) && first.len() <= 3)
        && groups.all(|group| digits(group) && group.len() == 3)
    {
        return Some("it took the id for a number with thousands");
    }
    is_date(id).then_some("it took the id for a date")
}

/// `4-May`, `May-04`, `4-May-26`, `2026-05-04`, `5/4/2026`, with or without the time of day.
fn is_date(id: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let date = id.split_once([' ', 'T']).map_or(id, |(date, _)| date);
    let parts: Vec<&str> = date.split(['-', '/']).collect();
    let is_month = |part: &str| part.get(..3).is_some_and(|start| MONTHS.contains(&start.to_lowercase().as_str()));
    let is_number = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let months = parts
        .iter()
        .filter(|part| is_month(part) && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    match (parts.len(), months.count()) {
        (2 | 3, 1) => parts.iter().filter(|part| is_number(part)).count() == parts.len() - 1,
        (3, 0) => parts.iter().all(|part| is_number(part)) && parts.iter().any(|part| part.len() == 4),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_did_is_said_and_of_a_plain_id_nothing() {
        for (id, part) in [
            ("4-May", "for a date"),
            ("May-04", "for a date"),
            ("4-May-26", "for a date"),
            ("2026-05-04", "for a date"),
            ("5/4/2026", "for a date"),
            ("2026-05-04 00:00:00", "for a date"),
            ("7.00E+12", "last digits are lost"),
            ("4.17E+05", "last digits are lost"),
            ("4,17E+05", "last digits are lost"),
            ("417003.0", "with decimals"),
            ("417,005", "with thousands"),
            ("'00417007", "apostrophe"),
            ("#####", "too narrow"),
            ("#N/A", "error"),
        ] {
            let said = oddity(id, |_| false).expect(id);
            assert!(said.contains(part) && said.starts_with("a spreadsheet did this"), "{id}: {said}");
            assert!(!said.contains(id), "{id} stays out of it: {said}");
        }
        for id in [
            "00417001",
            "mreyes",
            "7e12",
            "a-may",
            "may4",
            "S-77",
            "x.y",
            "1.5",
            "12-34",
            "kim-may-2",
            "#00417006",
            "e5",
        ] {
            assert_eq!(oddity(id, |_| false), None, "{id}");
        }
    }

    #[test]
    fn what_is_not_seen_is_named() {
        for (id, known, part) in [
            ("0041\u{200b}7001", "", "U+200B"),
            ("00417001\u{a0}", "", "U+00A0"),
            ("\u{feff}mreyes", "", "U+FEFF"),
            ("jnu\u{301}n\u{303}ez", "", "(Unicode form NFD)"),
            ("jnu\u{301}n\u{303}ez", "jn\u{fa}\u{f1}ez", "and somebody's is the same"),
            ("jn\u{fa}\u{f1}ez", "jnu\u{301}n\u{303}ez", "there (NFD)"),
        ] {
            let said = oddity(id, |form| form == known).expect("something is odd");
            assert!(said.contains(part), "{id:?}: {said}");
        }
    }
}
