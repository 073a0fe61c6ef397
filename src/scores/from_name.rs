//! What a file's name says, for exports that say it nowhere else: the course, or the assignment.

use std::str::FromStr;

use crate::domain::{fits_pattern, name_of_file};

/// A pattern of file names: the place stands for what is wanted, `*` for anything.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NamePattern {
    before: String,
    after: String,
}

/// A pattern of file names with `{course}`: `viewing_{course}_*.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseFromName(NamePattern);

/// A pattern of file names with `{title}`: `{title}_scores.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleFromName(NamePattern);

/// Which assignment the scores of a file are of that does not say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssignmentTitle {
    /// The same for all files.
    Given(String),
    /// Each file's name says it.
    FromName(TitleFromName),
}

/// The pattern lacks its place, or has it more than once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` must hold `{place}` once, as in `{example}`")]
pub struct FromNameError {
    text: String,
    place: &'static str,
    example: &'static str,
}

impl FromStr for CourseFromName {
    type Err = FromNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NamePattern::parse(text, "{course}", "viewing_{course}_*.csv").map(Self)
    }
}

impl CourseFromName {
    /// The course that a file's name gives; `None` if the name does not fit.
    pub fn course<'a>(&self, name: &'a str) -> Option<&'a str> {
        self.0.find(name)
    }
}

impl FromStr for TitleFromName {
    type Err = FromNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NamePattern::parse(text, "{title}", "{title}_scores.csv").map(Self)
    }
}

impl AssignmentTitle {
    /// The title of a file's column; `None` if the file's name does not fit.
    pub fn of_file<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        match self {
            Self::Given(title) => Some(title),
            Self::FromName(TitleFromName(pattern)) => {
                pattern.find(name).map(str::trim).filter(|title| !title.is_empty())
            }
        }
    }
}

impl NamePattern {
    fn parse(text: &str, place: &'static str, example: &'static str) -> Result<Self, FromNameError> {
        match text.split_once(place) {
            Some((before, after)) if !after.contains(place) => {
                Ok(Self { before: before.to_owned(), after: after.to_owned() })
            }
            _ => Err(FromNameError { text: text.to_owned(), place, example }),
        }
    }

    /// What a file's name, without its directories, has in the place: the shortest text that fits.
    fn find<'a>(&self, name: &'a str) -> Option<&'a str> {
        let name = name_of_file(name);
        let starts = name.char_indices().map(|(place, _)| place);
        for start in starts.filter(|start| fits_pattern(&self.before, &name[..*start])) {
            let ends = name[start..].char_indices().map(|(place, letter)| start + place + letter.len_utf8());
            if let Some(end) = ends.into_iter().find(|end| fits_pattern(&self.after, &name[*end..])) {
                return Some(&name[start..end]);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_course_is_what_stands_between() {
        for (pattern, name, expected) in [
            ("{course}.csv", "exports/BIO 101.csv", Some("BIO 101")),
            ("viewing_{course}_*.csv", "viewing_BIO-1_2026-09.csv", Some("BIO-1")),
            ("*-{course}.*", "a-b-c.csv", Some("b-c")),
            ("{course}", "BIO.csv", Some("BIO.csv")),
            ("{course}.csv", "BIO.xlsx", None),
            ("{course}.csv", ".csv", None),
            ("x{course}", "é", None),
        ] {
            let pattern: CourseFromName = pattern.parse().expect("a pattern");
            assert_eq!(pattern.course(name), expected, "{pattern:?} {name}");
        }
        for bad in ["", "course.csv", "{course}{course}"] {
            assert!(bad.parse::<CourseFromName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_title_is_given_or_stands_in_the_files_name() {
        let of_name = AssignmentTitle::FromName("{title}_scores*.csv".parse().expect("a pattern"));
        assert_eq!(of_name.of_file("exports/HW 1_scores (2).csv"), Some("HW 1"));
        assert_eq!(of_name.of_file("HW 1.csv"), None);
        assert_eq!(AssignmentTitle::Given("HW 1".to_owned()).of_file("any.csv"), Some("HW 1"));
        let error = "HW1.csv".parse::<TitleFromName>().expect_err("no place").to_string();
        assert_eq!(error, "`HW1.csv` must hold `{title}` once, as in `{title}_scores.csv`");
    }
}
