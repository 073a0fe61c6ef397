//! The command line: every command and flag. Doc comments are the help.

mod arguments;
mod executing;
mod global;
mod intake;
mod pace;
mod planning;
mod selection;

pub(crate) use arguments::Arguments;
pub(crate) use executing::Executing;
pub(crate) use global::Global;
pub(crate) use intake::{Intake, input};
pub(crate) use pace::PaceArguments;
pub(crate) use planning::{Absent, HtmlCells, Planning};
pub(crate) use selection::Selection;
