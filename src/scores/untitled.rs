//! Columns that do not say which assignment they are of, and what the user said of the file instead.

use std::sync::Arc;

use super::error::ScoresError;
use super::from_name::AssignmentTitle;
use super::gather::Gathering;
use super::header::Header;
use crate::domain::is_fixed_header;

/// What a column of a file is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnTitle {
    /// As its header says.
    Own,
    /// As was said of the file.
    OfFile(Arc<str>),
    /// Its header says nothing, and nothing was said.
    Untitled,
}

/// What the columns of a wide table are called that have these headers. The title that was said of the file is for the
/// column whose header says nothing, or for the only one.
pub(super) fn column_titles(
    headers: &[&str],
    table: (&str, &Header),
    of_layout: Option<&AssignmentTitle>,
    gathering: &mut Gathering<'_>,
) -> Result<Vec<ColumnTitle>, ScoresError> {
    let fixed: Vec<usize> = (0..headers.len()).filter(|place| is_fixed_header(headers[*place])).collect();
    let is_said = gathering.intake.assignment.is_some() || of_layout.is_some();
    let named = match (is_said, fixed.as_slice(), headers) {
        (true, [one], _) => Some(*one),
        (true, [], [_]) => Some(0),
        (true, [_, _, ..], _) => {
            let (name, header) = table;
            let columns = fixed.iter().map(|place| headers[*place]).collect::<Vec<_>>().join("`, `");
            return Err(ScoresError::SeveralUntitled { name: name.to_owned(), line: header.line, columns });
        }
        _ => None,
    };
    let mut titles: Vec<ColumnTitle> = headers
        .iter()
        .map(|header| if is_fixed_header(header) { ColumnTitle::Untitled } else { ColumnTitle::Own })
        .collect();
    if let Some(place) = named {
        titles[place] = title_of_file(of_layout, gathering)?;
    }
    Ok(titles)
}

/// What the column of a file is called that has only one.
pub(super) fn title_of_file(
    of_layout: Option<&AssignmentTitle>,
    gathering: &mut Gathering<'_>,
) -> Result<ColumnTitle, ScoresError> {
    Ok(gathering.take_title(of_layout)?.map_or(ColumnTitle::Untitled, ColumnTitle::OfFile))
}

impl ColumnTitle {
    /// The text, where the header is this.
    pub(super) fn text<'a>(&'a self, header: &'a str) -> &'a str {
        match self {
            Self::OfFile(title) => title,
            Self::Own | Self::Untitled => header,
        }
    }
}
