//! What people and programs write where there is no score. It is never zero by itself.

use std::fmt;

/// A text that says that there is no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoScore {
    /// A dash, as programs print a blank.
    Dash,
    /// A word: `NA`, `null`, `missing`.
    Word(&'static str),
    /// What a spreadsheet shows for a formula that failed.
    SpreadsheetError(&'static str),
    /// A word for work that is not graded yet, and a number in brackets that may still change.
    NotFinal(&'static str),
}

const DASHES: [&str; 6] = ["-", "--", "---", "\u{2013}", "\u{2014}", "\u{2212}"];

const WORDS: [&str; 12] = [
    "NA",
    "N/A",
    "#N/A",
    "n.a.",
    "NaN",
    "null",
    "missing",
    "not graded",
    "ungraded",
    "needs grading",
    "in progress",
    "not submitted",
];

/// Words that a number in brackets may follow: Blackboard writes `Needs Grading(95.00)`.
const NOT_FINAL: [&str; 2] = ["Needs Grading", "In Progress"];

/// All that the spreadsheet programs show, but `#N/A`, which says what it means.
const ERRORS: [&str; 10] =
    ["#DIV/0!", "#REF!", "#VALUE!", "#NUM!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!", "#ERROR!", "#GETTING_DATA"];

impl NoScore {
    /// What a text says, if it says that there is no score.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 40 {
            return None;
        }
        let same = |word: &&&str| word.eq_ignore_ascii_case(text);
        if DASHES.contains(&text) {
            return Some(Self::Dash);
        }
        if let Some(word) = WORDS.iter().find(same) {
            return Some(Self::Word(word));
        }
        if let Some(error) = ERRORS.iter().find(same) {
            return Some(Self::SpreadsheetError(error));
        }
        let (word, rest) = text.split_once('(')?;
        let is_number = rest.strip_suffix(')').is_some_and(super::number_form::is_number);
        let word = NOT_FINAL.iter().find(|known| is_number && known.eq_ignore_ascii_case(word.trim()))?;
        Some(Self::NotFinal(word))
    }
}

impl fmt::Display for NoScore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dash => formatter.write_str("a dash, which is no score"),
            Self::Word(word) => write!(formatter, "`{word}`, which is no score"),
            Self::SpreadsheetError(error) => {
                write!(formatter, "`{error}`, the error of a formula in the spreadsheet, which is no score")
            }
            Self::NotFinal(word) => write!(
                formatter,
                "`{word}` with a number in brackets, which is no score yet; where that number shall count, write it \
                 alone"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_errors_are_no_score_and_nothing_else_is() {
        for text in ["NA", "n/a", "#N/A", "NaN", "null", "NULL", " missing ", "Needs Grading", "In Progress"] {
            assert!(matches!(NoScore::of(text), Some(NoScore::Word(_))), "{text}");
        }
        for text in ["-", "--", "\u{2014}"] {
            assert_eq!(NoScore::of(text), Some(NoScore::Dash), "{text}");
        }
        for text in ["#DIV/0!", "#ref!", "#VALUE!"] {
            assert!(matches!(NoScore::of(text), Some(NoScore::SpreadsheetError(_))), "{text}");
        }
        assert_eq!(NoScore::of("Needs Grading(95.00)"), Some(NoScore::NotFinal("Needs Grading")));
        assert_eq!(NoScore::of("in progress (6,00)"), Some(NoScore::NotFinal("In Progress")));
        for text in ["", "0", "Absent", "M", "TRUE", "EX", "none", "-1", "Needs Grading(soon)", "(8)", "8 (10)"] {
            assert_eq!(NoScore::of(text), None, "{text}");
        }
    }
}
