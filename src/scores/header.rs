//! A header: columns found by name, without regard to letter case and spaces.

use std::collections::HashSet;

use super::error::ScoresError;
use super::format::Format;
use super::unknown_header::MissingColumn;
use crate::domain::nearest;

/// The header of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The line it stands on.
    pub(super) line: u32,
    /// The names as the file has them.
    pub(super) names: Vec<String>,
    normal: Vec<String>,
}

/// A name without letter case, white space and underscores.
pub(super) fn normal(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_whitespace() && *letter != '_').flat_map(char::to_lowercase).collect()
}

impl Header {
    pub(super) fn new<'a>(line: u32, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<String> = names.into_iter().map(|name| name.trim().to_owned()).collect();
        let normal = names.iter().map(|name| normal(name)).collect();
        Self { line, names, normal }
    }

    /// The number of columns.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Where the column of that name stands.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let wanted = normal(name);
        self.normal.iter().position(|found| *found == wanted)
    }

    /// Whether the column stands more than once.
    pub(super) fn repeats(&self, name: &str) -> bool {
        let wanted = normal(name);
        self.normal.iter().filter(|found| **found == wanted).count() > 1
    }

    /// What is missing of the columns a format needs; each may have alternative names.
    pub(super) fn missing(&self, needed: &[&[&str]]) -> Vec<MissingColumn> {
        let absent = needed.iter().filter(|names| names.iter().all(|name| self.find(name).is_none()));
        absent
            .map(|names| MissingColumn {
                column: names.join("` or `"),
                did_you_mean: names.iter().find_map(|name| self.misspelt(name)).map(str::to_owned),
            })
            .collect()
    }

    /// The column that looks like a misspelling of `name`.
    fn misspelt(&self, name: &str) -> Option<&str> {
        let found = nearest(&normal(name), self.normal.iter().map(String::as_str))?;
        let place = self.normal.iter().position(|candidate| candidate == found)?;
        Some(&self.names[place])
    }

    /// Demands the columns a format needs, and each of them once.
    pub(super) fn demand(&self, file: &str, format: Format, needed: &[&[&str]]) -> Result<(), ScoresError> {
        let mut missing = self.missing(needed);
        // A layout may take one column for several things.
        let mut named = HashSet::new();
        missing.retain(|column| named.insert(column.column.clone()));
        if !missing.is_empty() {
            let (name, header) = (file.to_owned(), self.names.clone());
            return Err(ScoresError::MissingColumns {
                name,
                line: self.line,
                format,
                missing,
                header,
                sheets: Box::default(),
            });
        }
        match needed.iter().flat_map(|names| names.iter()).find(|name| self.repeats(name)) {
            Some(column) => {
                let (name, column) = (file.to_owned(), (*column).to_owned());
                Err(ScoresError::DuplicateColumn { name, line: self.line, column })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_regard_to_case_and_spaces() {
        let header = Header::new(1, [" Course ID", "% viewed", "USER_ID "]);
        assert_eq!(header.find("course_id"), Some(0));
        assert_eq!(header.find("%Viewed"), Some(1));
        assert_eq!(header.find("User ID"), Some(2));
        assert_eq!(header.find("user"), None);
    }

    #[test]
    fn a_near_miss_is_named() {
        let header = Header::new(1, ["course_id", "Score Recieved"]);
        let missing = header.missing(&[&["course_id"], &["score_received"], &["assignment_id", "assignment_title"]]);
        let texts: Vec<String> = missing.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            ["`score_received` (did you mean `Score Recieved`?)", "`assignment_id` or `assignment_title`"]
        );
    }

    #[test]
    fn a_missing_column_is_named_once() {
        let header = Header::new(1, ["Name"]);
        let needed: [&[&str]; 4] = [&["Student ID"], &["Name"], &["Student ID"], &["Score", "Grade"]];
        let error = header.demand("a.csv", Format::Map, &needed).expect_err("two are missing").to_string();
        assert!(
            error.contains("map needs the column `Student ID`, `Score` or `Grade`; the header is `Name`"),
            "{error}"
        );
    }
}
