//! Files to score sheet and back: decoding, format recognition, one file per format, the canonical CSV.
//!
//! [`read()`] takes anything an institution can get out of Tegrity and its neighbours, [`write()`] gives the canonical
//! CSV. Nothing here looks at Canvas, changes a received score or guesses what an id means.

mod aairs;
mod canonical;
mod dates;
mod decode;
mod error;
mod format;
mod gather;
mod guard;
mod header;
mod input;
mod intake;
mod note;
mod read;
mod records;
mod settle;
mod table;
mod write;

pub use decode::Encoding;
pub use error::{MissingColumn, NearFormat, ScoresError};
pub use format::Format;
pub use input::Input;
pub use intake::{Intake, Method, Missing, Possible, PossibleError};
pub use note::{Note, NoteKind};
pub use read::{Reading, Recognised, read};
pub use settle::settle;
pub use write::{Tally, tally, write, write_file};

#[cfg(test)]
mod tests;
