//! What the values of a column look like.

use std::collections::HashSet;

use super::dates::sent_date;
use super::no_score::NoScore;
use super::number_form::{fraction, is_number};
use super::viewing::is_duration;

/// So many different values of a column are kept.
const MOST_KEPT: usize = 1000;

/// What was seen in a column.
#[derive(Debug, Clone, Default)]
pub(super) struct ValuesSeen {
    /// Values that are not blank.
    filled: usize,
    numbers: usize,
    dates: usize,
    /// Numbers that are whole, of four digits or more: what ids look like, and scores seldom.
    long_numbers: usize,
    with_at: usize,
    /// Values of one word with letters in it.
    words: usize,
    longest: usize,
    distinct: HashSet<String>,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing stands there.
    Nothing,
    /// Numbers of points, percentages, durations, grades.
    Scores,
    /// Texts or numbers that are distinct and alike.
    Ids,
    /// E-mail addresses.
    Emails,
    /// Dates and times.
    Dates,
    /// Words and sentences.
    Text,
}

impl ValuesSeen {
    /// Whether nothing was seen.
    pub(super) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// Looks at one value.
    pub(super) fn see(&mut self, value: &str) {
        let value = value.trim();
        if value.is_empty() || NoScore::of(value).is_some() {
            return;
        }
        self.filled += 1;
        let is_date = looks_like_a_date(value);
        let is_score =
            !is_date && is_number(value) || is_duration(value) || is_grade_word(value) || fraction(value).is_some();
        self.numbers += usize::from(is_score);
        self.long_numbers += usize::from(value.len() >= 4 && value.bytes().all(|byte| byte.is_ascii_digit()));
        self.dates += usize::from(is_date && !is_score);
        self.with_at += usize::from(value.contains('@') && !value.contains(' '));
        self.words += usize::from(!value.contains(' ') && value.contains(char::is_alphabetic) && value.len() <= 40);
        self.longest = self.longest.max(value.chars().count());
        if self.distinct.len() < MOST_KEPT {
            self.distinct.insert(value.to_owned());
        }
    }

    /// The different values, as far as they are kept.
    pub(super) fn distinct(&self) -> impl Iterator<Item = &str> {
        self.distinct.iter().map(String::as_str)
    }

    /// What most of them are.
    pub(super) fn kind(&self) -> Kind {
        let most = |count: usize| count * 2 > self.filled;
        let nearly_all = |count: usize| count * 10 >= self.filled * 9;
        let all_differ = self.distinct.len().min(MOST_KEPT) * 10 >= self.filled.min(MOST_KEPT) * 9;
        match self.filled {
            0 => Kind::Nothing,
            _ if nearly_all(self.with_at) => Kind::Emails,
            _ if most(self.dates) => Kind::Dates,
            // Scores of thousands of points do not differ for everybody.
            _ if nearly_all(self.long_numbers) && all_differ => Kind::Ids,
            _ if most(self.numbers) => Kind::Scores,
            _ if nearly_all(self.words) && all_differ && self.filled > 1 => Kind::Ids,
            _ => Kind::Text,
        }
    }
}

/// A letter grade, or a word that stands for a score.
fn is_grade_word(value: &str) -> bool {
    let words = ["complete", "incomplete", "pass", "fail", "passed", "failed", "ex", "excused"];
    let is_letter = |letters: &[u8]| matches!(letters, [b'A'..=b'F'] | [b'A'..=b'F', b'+' | b'-']);
    is_letter(value.as_bytes()) || words.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// A date of a form that is read, any text that begins with one, or seconds since 1970 of our times.
fn looks_like_a_date(value: &str) -> bool {
    if value.len() == 10 && value.starts_with('1') && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    let first = value.split([' ', 'T', ',']).next().unwrap_or_default();
    let parts: Vec<&str> = first.split(['-', '/', '.']).collect();
    let is_date = parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()));
    is_date || sent_date(value).is_ok_and(|date| date.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_tell_what_a_column_holds() {
        for (values, expected) in [
            (&["9", "8,5", "", "72.5 %", "8 / 10"][..], Kind::Scores),
            (&["1.234,5", "1'000", "5e-01"], Kind::Scores),
            (&["n/a", "#N/A", "Needs Grading(9.00)", "NaN"], Kind::Nothing),
            (&["00417001", "00417002", "00417003"], Kind::Ids),
            (&["3.0000000000000004", "2.9999999999999996"], Kind::Scores),
            (&["A", "B+", "complete"], Kind::Scores),
            (&["mreyes", "kobrien"], Kind::Ids),
            (&["mreyes@example.edu", "k@x.org"], Kind::Emails),
            (&["2026-10-02 10:00:00 UTC", "10/2/26, 9:58 AM"], Kind::Dates),
            (&["Well argued", "See me", "no"], Kind::Text),
            (&["CHEM 01", "CHEM 01"], Kind::Text),
            (&["Graded", "Missing", "Graded"], Kind::Text),
            (&["1234", "1234", "1180", "1180"], Kind::Scores),
            (&["1761000000", "1761000000"], Kind::Dates),
            (&["", "-"], Kind::Nothing),
            (&["1h 3m 32s", "45:48"], Kind::Scores),
        ] {
            let mut seen = ValuesSeen::default();
            for value in values {
                seen.see(value);
            }
            assert_eq!(seen.kind(), expected, "{values:?}");
        }
    }
}
