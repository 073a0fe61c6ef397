//! Files to score sheet and back: decoding, format recognition, one file per format, the canonical CSV.
//!
//! [`read()`] takes anything an institution can get out of Tegrity and its neighbours, [`write()`] gives the canonical
//! CSV. Nothing here looks at Canvas, guesses what an id or a number means. A received score is
//! changed in its form only: `1.234,5` becomes `1234.5` where its column shows what it is.

mod aairs;
mod ahead;
mod canonical;
mod canonical_help;
mod column_words;
mod courses;
mod dates;
mod decode;
mod encoding_guess;
mod error;
mod exported_columns;
mod findings;
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
mod key_texts;
mod laid_out;
mod laid_out_long;
mod laid_out_wide;
mod layout;
mod layout_file;
mod left_over;
mod lines;
mod moodle;
mod no_score;
mod note;
mod number_form;
mod number_text;
mod numbers;
mod other_sheets;
mod pattern;
mod people;
mod plain;
mod plain_people;
mod presets;
mod read;
mod recognise;
mod records;
mod row_says;
mod rows;
mod said_in_header;
mod same_item;
mod seen_columns;
mod sent;
mod settle;
mod shares;
mod suggest;
mod suggested_text;
mod table;
mod tegrity;
mod unknown_header;
mod untitled;
mod values_seen;
mod viewing;
mod workbook;
mod workbook_marks;
mod write;

pub use canonical_help::{CanonicalColumn, canonical_columns};
pub use courses::{CourseRule, CourseRules, percentage, suggest_courses};
pub use decode::Encoding;
pub use error::ScoresError;
pub use format::Format;
pub use from_name::{AssignmentTitle, CourseFromName, FromNameError, TitleFromName};
pub use gradebook_people::gradebook_people;
pub use input::Input;
pub use intake::{Intake, Method, Missing, Possible, PossibleError, SheetChoice};
pub use layout::Layout;
pub use no_score::NoScore;
pub use note::{Note, NoteKind};
pub use number_form::NumberForm;
pub use number_text::DecimalSign;
pub use other_sheets::OtherSheets;
pub use read::{Reading, Recognised, read};
pub use rows::{EditedRow, read_rows, write_rows};
pub use settle::settle;
pub use suggest::suggest_layout;
pub use unknown_header::{MissingColumn, NearFormat};
pub use write::{Tally, is_export, tally, write, write_with_reasons};

#[cfg(test)]
mod tests;
