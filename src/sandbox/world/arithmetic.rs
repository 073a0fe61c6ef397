//! What Canvas makes of a posted grade, and how it writes a score down (canvas-contract §H2).

use super::assignment::{Assignment, GradingType};

/// Letters from the best down, each with the lowest fraction that earns it.
pub(crate) type Scheme = [(String, f64)];

/// Canvas's own scheme, for letter grades without a grading standard.
pub(crate) fn default_scheme() -> Vec<(String, f64)> {
    [
        ("A", 0.94),
        ("A-", 0.90),
        ("B+", 0.87),
        ("B", 0.84),
        ("B-", 0.80),
        ("C+", 0.77),
        ("C", 0.74),
        ("C-", 0.70),
        ("D+", 0.67),
        ("D", 0.64),
        ("D-", 0.61),
        ("F", 0.0),
    ]
    .map(|(letter, cut_off)| (letter.to_owned(), cut_off))
    .to_vec()
}

/// The score, in points, that a posted grade becomes. `None` clears.
///
/// `scaling` is the full score of a points-based scheme, or 1. Nothing is trimmed: Canvas does not either.
pub(crate) fn score_of(posted: &str, assignment: &Assignment, scheme: &Scheme, scaling: f64) -> Option<f64> {
    let possible = assignment.points_possible.unwrap_or(0.0);
    let by_letter = matches!(assignment.grading_type, GradingType::LetterGrade | GradingType::GpaScale);
    let score = if is_percentage(posted) {
        Some(possible * leading_number(posted) / 100.0)
    } else if is_number(posted) {
        let points = leading_number(posted);
        match by_letter.then(|| fraction_of(posted, scheme, scaling)).flatten() {
            Some(fraction) => Some(possible * fraction),
            None => Some(points),
        }
    } else {
        match posted {
            "pass" | "complete" => Some(possible),
            "fail" | "incomplete" => Some(0.0),
            letter if by_letter => fraction_of(letter, scheme, scaling).map(|fraction| possible * fraction),
            _ => None,
        }
    };
    match assignment.grading_type {
        GradingType::NotGraded => None,
        // What is neither number nor word counts as a zero; a number has to be one of the two ends.
        GradingType::PassFail if posted.is_empty() => None,
        GradingType::PassFail => Some(score.unwrap_or(0.0)).filter(|score| same(*score, possible) || same(*score, 0.0)),
        // Never minus zero.
        _ => score.map(|score| score + 0.0),
    }
}

/// The text Canvas shows for a score. `given` is what was posted, kept where a score says too little.
pub(crate) fn grade_of(score: f64, given: &str, assignment: &Assignment, scheme: &Scheme) -> String {
    let possible = assignment.points_possible.filter(|possible| *possible > 0.0);
    match (assignment.grading_type, possible) {
        (GradingType::Percent, Some(possible)) => format!("{}%", round(score / possible * 100.0, 2)),
        (GradingType::Percent, None) => format!("{score}%"),
        (GradingType::PassFail, Some(_)) => if score > 0.0 { "complete" } else { "incomplete" }.to_owned(),
        (GradingType::LetterGrade | GradingType::GpaScale, Some(possible)) => {
            let percent = (score / possible * 100.0).max(0.0);
            // The cut-offs are decimals to Canvas: 0.29 is 29 percent and no hair less.
            let earned = scheme.iter().find(|(_, cut_off)| percent >= round(cut_off * 100.0, 10));
            earned.or_else(|| scheme.last()).map_or_else(|| score.to_string(), |(letter, _)| letter.clone())
        }
        (GradingType::PassFail, None) => {
            if matches!(given, "complete" | "pass") { "complete" } else { "incomplete" }.to_owned()
        }
        (GradingType::LetterGrade | GradingType::GpaScale, None) if !given.is_empty() => given.to_owned(),
        _ => score.to_string(),
    }
}

/// Whether a line of the text is a number to Canvas: `^[+-]?\d*\.?\d+$`, where `^` and `$` match at line breaks.
pub(super) fn is_number(text: &str) -> bool {
    text.split('\n').any(is_plain_number)
}

fn is_percentage(text: &str) -> bool {
    text.split('\n').any(|line| line.strip_suffix('%').is_some_and(is_plain_number))
}

fn is_plain_number(line: &str) -> bool {
    let digits = line.strip_prefix(['+', '-']).unwrap_or(line);
    let (whole, fraction) = digits.split_once('.').unwrap_or(("", digits));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    !fraction.is_empty() && all_digits(whole) && all_digits(fraction)
}

/// The number a text begins with, as Ruby reads it; 0 when it begins with none.
fn leading_number(text: &str) -> f64 {
    let line = text.split(['\n', '%']).next().unwrap_or_default();
    if is_plain_number(line) { line.parse().unwrap_or(0.0) } else { 0.0 }
}

/// The top of a letter's band, as a fraction of points possible.
fn fraction_of(letter: &str, scheme: &Scheme, scaling: f64) -> Option<f64> {
    let wanted = letter.replace('\u{2212}', "-").to_lowercase();
    let index = scheme.iter().position(|(candidate, _)| candidate.to_lowercase() == wanted)?;
    let Some(above) = index.checked_sub(1).and_then(|above| scheme.get(above)) else { return Some(1.0) };
    let step = if same(scaling, 1.0) {
        if (above.1 - scheme[index].1).abs() >= 0.01 { 0.01 } else { 0.001 }
    } else {
        0.1 / scaling
    };
    Some(round(above.1 - step, 6))
}

/// Rounds half away from zero, as Ruby does.
pub(super) fn round(value: f64, places: i32) -> f64 {
    let factor = 10_f64.powi(places);
    (value * factor).round() / factor
}

/// Whether two scores are the same number.
#[expect(clippy::float_cmp, reason = "Canvas compares its floats exactly")]
pub(super) fn same(left: f64, right: f64) -> bool {
    left == right
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(grading_type: GradingType, possible: f64, posted: &str) -> Option<(f64, String)> {
        let assignment = Assignment { grading_type, points_possible: Some(possible), ..Assignment::default() };
        let scheme = default_scheme();
        let score = score_of(posted, &assignment, &scheme, 1.0)?;
        Some((score, grade_of(score, posted, &assignment, &scheme)))
    }

    #[test]
    fn points_take_numbers_and_percentages_and_drop_everything_else() {
        for (posted, wanted) in [
            ("17.5", Some(17.5)),
            ("+5", Some(5.0)),
            ("-5", Some(-5.0)),
            (".5", Some(0.5)),
            ("007", Some(7.0)),
            ("104", Some(104.0)),
            ("85%", Some(17.0)),
            ("complete", Some(20.0)),
            ("fail", Some(0.0)),
        ] {
            assert_eq!(scored(GradingType::Points, 20.0, posted).map(|(score, _)| score), wanted, "{posted}");
        }
        for posted in ["", "12.", "1,5", "1.234,5", "1e3", "0x10", " 12", "12 ", "½", "NaN", "EX", "Complete", "A", "%"]
        {
            assert_eq!(scored(GradingType::Points, 20.0, posted), None, "{posted}");
        }
    }

    #[test]
    fn each_grading_type_shows_its_own_text() {
        for (grading_type, possible, posted, score, grade) in [
            (GradingType::Points, 20.0, "10", 10.0, "10"),
            (GradingType::Points, 20.0, "13.50", 13.5, "13.5"),
            (GradingType::Percent, 100.0, "27", 27.0, "27%"),
            (GradingType::Percent, 20.0, "85", 85.0, "425%"),
            (GradingType::Percent, 3.0, "1", 1.0, "33.33%"),
            (GradingType::PassFail, 10.0, "complete", 10.0, "complete"),
            (GradingType::PassFail, 10.0, "0", 0.0, "incomplete"),
            (GradingType::LetterGrade, 100.0, "A", 100.0, "A"),
            (GradingType::LetterGrade, 100.0, "b+", 89.0, "B+"),
            (GradingType::LetterGrade, 100.0, "A\u{2212}", 93.0, "A-"),
            (GradingType::LetterGrade, 100.0, "-4", -4.0, "F"),
            (GradingType::Percent, 0.0, "7", 7.0, "7%"),
            (GradingType::LetterGrade, 0.0, "B", 0.0, "B"),
            (GradingType::Points, 20.0, "12\nabc", 12.0, "12"),
            (GradingType::Points, 20.0, "abc\n12", 0.0, "0"),
            (GradingType::Points, 0.0, "-85%", 0.0, "0"),
            (GradingType::PassFail, 10.0, "A-", 0.0, "incomplete"),
            (GradingType::PassFail, 0.0, "pass", 0.0, "complete"),
            (GradingType::PassFail, 0.0, "0", 0.0, "incomplete"),
        ] {
            assert_eq!(
                scored(grading_type, possible, posted),
                Some((score, grade.to_owned())),
                "{grading_type:?} {posted}"
            );
        }
        assert_eq!(scored(GradingType::PassFail, 10.0, "5"), None, "only the two ends of the scale");
        assert_eq!(scored(GradingType::NotGraded, 10.0, "5"), None);
    }

    #[test]
    fn a_number_that_is_a_key_of_the_scheme_is_a_letter() {
        let scheme =
            [("4.0".to_owned(), 0.9), ("3.0".to_owned(), 0.8), ("2.9".to_owned(), 0.795), ("0.0".to_owned(), 0.0)];
        let assignment =
            Assignment { grading_type: GradingType::GpaScale, points_possible: Some(50.0), ..Assignment::default() };
        for (posted, wanted) in [("4.0", 50.0), ("3.0", 44.5), ("2.9", 39.95), ("2.5", 2.5)] {
            assert_eq!(score_of(posted, &assignment, &scheme, 1.0), Some(wanted), "{posted}");
        }
    }
}
