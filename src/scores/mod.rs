//! Files to score sheet and back: decoding, format recognition, one file per format, the canonical CSV.
//!
//! [`read()`] takes anything an institution can get out of Tegrity and its neighbours, [`write()`] gives the canonical
//! CSV. Nothing here looks at Canvas, changes a received score or guesses what an id means.

mod aairs;
mod ahead;
mod by_column;
mod canonical;
mod canonical_help;
mod column_words;
mod courses;
mod dates;
mod decode;
mod error;
mod format;
mod from_name;
mod gather;
mod gradebook;
mod gradebook_people;
mod guard;
mod header;
mod header_row;
mod input;
mod intake;
mod laid_out;
mod laid_out_long;
mod laid_out_wide;
mod layout;
mod layout_file;
mod lines;
mod moodle;
mod note;
mod pattern;
mod people;
mod plain;
mod presets;
mod read;
mod recognise;
mod records;
mod rows;
mod same_item;
mod settle;
mod suggest;
mod suggested_text;
mod table;
mod tegrity;
mod untitled;
mod values_seen;
mod viewing;
mod workbook;
mod write;

pub use canonical_help::{CanonicalColumn, canonical_columns};
pub use courses::{CourseRule, CourseRules, percentage, suggest_courses};
pub use decode::Encoding;
pub use error::{MissingColumn, NearFormat, ScoresError};
pub use format::Format;
pub use from_name::{AssignmentTitle, CourseFromName, FromNameError, TitleFromName};
pub use gradebook_people::gradebook_people;
pub use input::Input;
pub use intake::{Intake, Method, Missing, Possible, PossibleError, SheetChoice};
pub use layout::Layout;
pub use note::{Note, NoteKind};
pub use read::{Reading, Recognised, read};
pub use rows::{EditedRow, read_rows, write_rows};
pub use settle::settle;
pub use suggest::suggest_layout;
pub use write::{Tally, tally, write, write_file};

#[cfg(test)]
mod tests;
