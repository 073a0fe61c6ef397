//! The command line: every command and flag. Doc comments are the help.

mod arguments;
mod global;
mod intake;
mod planning;
mod selection;

pub(crate) use arguments::Arguments;
pub(crate) use global::Global;
pub(crate) use intake::Intake;
pub(crate) use planning::{Absent, HtmlCells, Planning};
pub(crate) use selection::Selection;
