//! By what an existing file is known as one that this tool has made.

use std::io::{self, Read as _};
use std::path::Path;

use crate::report;
use crate::sandbox::World;
use crate::scores::{self, Input};

/// As much of a file as tells what it is.
const HEAD: u64 = 64 * 1024;

/// By what an existing file is known as one that this tool has made, and may make again.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mark {
    /// A page names this tool as its generator.
    Page,
    /// The CSV of cells begins with columns that only it has.
    Cells,
    /// The canonical CSV of an export has all columns, in the order of the program; one made by hand seldom has.
    Scores,
    /// A table has exactly these columns.
    Table(&'static [&'static str]),
    /// A table has exactly these columns, and a person has written nothing into the named ones.
    Unfilled {
        /// All columns.
        columns: &'static [&'static str],
        /// Those for people.
        for_people: &'static [&'static str],
    },
    /// A log begins with an entry of this tool.
    Log,
    /// A saved world can be read as one.
    World,
    /// A file that is made to be edited: what is there may be somebody's work, and nothing tells.
    Nothing,
}

impl Mark {
    /// What a file with the mark is, for people.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Page => "page of a plan or run",
            Self::Cells => "CSV of the cells of a plan or run",
            Self::Scores => "export of scores",
            Self::Table(_) => "export of this kind",
            Self::Unfilled { .. } => "list of ids in which nobody has decided anything yet",
            Self::Log => "log of gradepush",
            Self::World => "saved world",
            Self::Nothing => "file that could be made again: somebody may have edited it",
        }
    }

    /// Whether the file carries the mark. One without content does: nothing of it can be lost.
    pub(super) fn is_on(self, path: &Path) -> io::Result<bool> {
        let mut head = Vec::new();
        fs_err::File::open(path)?.take(HEAD).read_to_end(&mut head)?;
        Ok(head.is_empty()
            || match self {
                Self::Page => report::is_page(&head),
                Self::Cells => report::is_cell_csv(&head),
                Self::Scores => scores::is_export(&head),
                Self::Table(columns) => has_header(&head, columns),
                Self::Unfilled { columns, for_people } => has_header(&head, columns) && is_unfilled(path, for_people),
                Self::Log => head.starts_with(b"{\"timestamp\":\""),
                Self::World => is_world(path),
                Self::Nothing => false,
            })
    }
}

/// Whether a file is a report of ours, which holds no scores. What is no regular file is not opened for that.
pub(crate) fn is_report(path: &Path) -> io::Result<bool> {
    if !fs_err::metadata(path)?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    fs_err::File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(report::is_page(&head) || report::is_cell_csv(&head))
}

/// Whether it can be read as a world with something in it; nearly any JSON can be read as an empty one.
fn is_world(path: &Path) -> bool {
    let text = fs_err::read_to_string(path);
    text.is_ok_and(|text| World::from_json(&text).is_ok_and(|world| !world.is_empty()))
}

/// Whether these are the names in the first line, as [`scores::write_rows`] writes them.
fn has_header(head: &[u8], columns: &[&str]) -> bool {
    head.split(|byte| *byte == b'\n').next().is_some_and(|line| line == columns.join(",").as_bytes())
}

/// Whether the columns for people are empty in all rows. A table that cannot be read any more is somebody's work.
fn is_unfilled(path: &Path, for_people: &[&str]) -> bool {
    let rows = scores::read_rows(Input::Path(path.to_owned()), for_people, for_people);
    rows.is_ok_and(|rows| rows.iter().all(|row| row.fields.iter().all(String::is_empty)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALIASES: &[&str] = &["key", "kind", "canvas_id", "note"];

    #[test]
    fn a_file_is_ours_by_its_mark_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let filled = Mark::Unfilled { columns: ALIASES, for_people: &["canvas_id", "note"] };
        for (mark, text, is_ours) in [
            (Mark::Page, "", true),
            (Mark::Page, "<!doctype html><p>a page of somebody's</p>", false),
            (Mark::Page, "<meta name=\"generator\" content=\"gradepush\">", true),
            (Mark::Cells, "course_id,assignment_title,user_id,score_received\n", false),
            (Mark::Scores, "course_id,assignment_title,user_id,score_received\n", false),
            (Mark::Table(ALIASES), "key,kind,canvas_id,note\n", true),
            (Mark::Table(ALIASES), "key,kind,canvas_id,note,mine\n", false),
            (filled, "key,kind,canvas_id,note\na,user,,\n", true),
            (filled, "key,kind,canvas_id,note\na,user,7001,\n", false),
            (filled, "key,kind,canvas_id,note\na,user,,\nb,user,,ask her\n", false),
            (Mark::Log, "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"level\":\"INFO\"}\n", true),
            (Mark::Log, "{\"scores\":[]}\n", false),
            (Mark::World, "{\"accounts\":[{\"id\":1,\"name\":\"Lakeshore\"}]}", true),
            (Mark::World, "{\"name\":\"a package\"}", false),
            (Mark::World, "course_id,user_id\n", false),
            (Mark::Nothing, "[columns]\n", false),
        ] {
            fs_err::write(&path, text).expect("writable");
            assert_eq!(mark.is_on(&path).expect("readable"), is_ours, "{mark:?} {text:?}");
        }
    }
}
