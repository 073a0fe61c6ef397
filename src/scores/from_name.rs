//! The course out of a file's name, for exports that put it nowhere else.

use std::path::Path;
use std::str::FromStr;

/// Stands for the course in a pattern.
const COURSE: &str = "{course}";

/// A pattern of file names: `{course}` stands for the course, `*` for anything: `viewing_{course}_*.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseFromName {
    before: String,
    after: String,
}

/// The pattern has no `{course}`, or more than one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` must hold `{{course}}` once, as in `viewing_{{course}}_*.csv`")]
pub struct CourseFromNameError(String);

impl FromStr for CourseFromName {
    type Err = CourseFromNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(COURSE) {
            Some((before, after)) if !after.contains(COURSE) => {
                Ok(Self { before: before.to_owned(), after: after.to_owned() })
            }
            _ => Err(CourseFromNameError(text.to_owned())),
        }
    }
}

impl CourseFromName {
    /// The course that a file's name, without its directories, gives: the shortest text that fits; `None` if the name
    /// does not fit.
    pub fn course<'a>(&self, name: &'a str) -> Option<&'a str> {
        let name = Path::new(name).file_name()?.to_str()?;
        let starts = name.char_indices().map(|(place, _)| place);
        for start in starts.filter(|start| fits(&self.before, &name[..*start])) {
            let ends = name[start..].char_indices().map(|(place, letter)| start + place + letter.len_utf8());
            if let Some(end) = ends.into_iter().find(|end| fits(&self.after, &name[*end..])) {
                return Some(&name[start..end]);
            }
        }
        None
    }
}

/// Whether a text is what a pattern with `*` describes. Greedy matching with one step back: the last `*` takes more.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(place) = rest.find(part) else { return false };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
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
}
