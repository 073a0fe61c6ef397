//! The sheets of a workbook beside the one that is read, for the error of one that cannot be.

use std::fmt;

use super::header::Header;
use crate::domain::shell_word;

/// A sheet that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OtherSheet {
    /// Its name.
    pub(super) name: String,
    /// Its first rows, each of which may be the header.
    pub(super) first_rows: Vec<Header>,
}

/// The visible sheets in which something stands, but for the one that was read. Shown as the end of a sentence; empty
/// text if there are none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OtherSheets {
    names: Vec<String>,
    /// Those that have a header that could be read.
    fitting: Vec<String>,
}

impl OtherSheets {
    /// The names of sheets, and of those that have a header which `fits`.
    pub(super) fn of(sheets: &[OtherSheet], fits: impl Fn(&Header) -> bool) -> Self {
        let name = |sheet: &OtherSheet| sheet.name.clone();
        let fitting = sheets.iter().filter(|sheet| sheet.first_rows.iter().any(&fits)).map(name).collect();
        Self { names: sheets.iter().map(name).collect(), fitting }
    }

    /// Whether one of them could be read as it stands.
    pub(super) fn has_a_fitting_one(&self) -> bool {
        !self.fitting.is_empty()
    }
}

impl fmt::Display for OtherSheets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { names, fitting } = self;
        if names.is_empty() {
            return Ok(());
        }
        let listed = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        write!(formatter, "; other sheets: {}", listed(names))?;
        if !fitting.is_empty() && fitting.len() < names.len() {
            let have = if fitting.len() == 1 { "has" } else { "have" };
            write!(formatter, ", of which {} {have} a known header", listed(fitting))?;
        }
        match (fitting.as_slice(), names.as_slice()) {
            ([one], _) | ([], [one]) => write!(formatter, "; read it with `--sheet {}`", shell_word(one)),
            _ => formatter.write_str("; read one with `--sheet NAME`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_named_and_the_only_one_that_can_be_read_is_to_be_copied() {
        let header = |known: bool| Header::new(1, [if known { "user_id" } else { "Please read" }]);
        for (sheets, expected) in [
            (&[][..], ""),
            (&[("Grades", true)], "; other sheets: `Grades`; read it with `--sheet Grades`"),
            (&[("Week 5", false)], "; other sheets: `Week 5`; read it with `--sheet 'Week 5'`"),
            (
                &[("Rules", false), ("Week 5", true)],
                "; other sheets: `Rules`, `Week 5`, of which `Week 5` has a known header; read it with `--sheet 'Week 5'`",
            ),
            (&[("A", true), ("B", true)], "; other sheets: `A`, `B`; read one with `--sheet NAME`"),
            (&[("A", false), ("B", false)], "; other sheets: `A`, `B`; read one with `--sheet NAME`"),
            (
                &[("A", true), ("B", true), ("C", false)],
                "; other sheets: `A`, `B`, `C`, of which `A`, `B` have a known header; read one with `--sheet NAME`",
            ),
        ] {
            let sheets: Vec<OtherSheet> = sheets
                .iter()
                .map(|(name, known)| OtherSheet {
                    name: (*name).to_owned(),
                    first_rows: vec![header(false), header(*known)],
                })
                .collect();
            let others = OtherSheets::of(&sheets, |header| header.find("user_id").is_some());
            assert_eq!(others.to_string(), expected);
        }
    }
}
