//! What can be said of a header that no format has: what it lacks, which formats are near, and the way on.

use std::fmt;

use super::Format;
use super::other_sheets::OtherSheets;
use crate::domain::shell_word;

/// A column that a format needs and a header lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// The name the format knows; alternatives separated by ` or `.
    pub column: String,
    /// The column of the file that looks like a misspelling of it.
    pub did_you_mean: Option<String>,
}

impl fmt::Display for MissingColumn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More would be no help.
        const ALTERNATIVES: usize = 2;
        let names: Vec<&str> = self.column.split("` or `").take(ALTERNATIVES).collect();
        write!(formatter, "`{}`", names.join("` or `"))?;
        match &self.did_you_mean {
            Some(found) => write!(formatter, " (did you mean `{found}`?)"),
            None => Ok(()),
        }
    }
}

/// A known format that an unknown header resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearFormat {
    /// The format.
    pub format: Format,
    /// What the header lacks for it.
    pub missing: Vec<MissingColumn>,
}

impl fmt::Display for NearFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} lacks {}", self.format, listed(&self.missing))
    }
}

/// Enumerates columns for a message.
pub(super) fn listed(missing: &[MissingColumn]) -> String {
    missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What can be done about an unknown header, as the end of a message. Where another sheet has a known one, formats are no
/// help.
pub(super) fn way_on(lacks_course: bool, near: &[NearFormat], sheets: &OtherSheets) -> String {
    if sheets.has_a_fitting_one() {
        return sheets.to_string();
    }
    let near = near.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let nearest = if near.is_empty() { near } else { format!("; nearest: {near}") };
    let course = if lacks_course {
        "; it names no course: with --course ID it is read as a table of people and scores"
    } else {
        ""
    };
    format!(
        "{sheets}{course}{nearest}; name the format with --from (see --list-formats), or describe the file with --suggest-layout \
         and --layout"
    )
}

/// What can be done about a table of names without ids, as the end of a message.
pub(super) fn names_as_ids(file: &str, whole: bool) -> String {
    let join = if whole { "" } else { "join the parts of the names in one column, then " };
    format!(
        "it has names but no ids, as far as its header tells; {join}`gradepush export {} --suggest-layout -o layout.toml` \
         writes a layout that takes the names for ids, for the same command with `--layout layout.toml`",
        shell_word(file)
    )
}
