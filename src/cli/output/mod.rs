//! Where a command writes what the user asked for: to standard output, through a pipe, or into a file. A file that
//! somebody needs is never replaced: not what the command reads, nor the configuration, the store or a token, and nothing
//! that this tool has not made, unless `--force` says so.

mod destination;
mod force;
mod kept;
mod mark;
mod open_files;
mod same_file;

pub(crate) use destination::{Output, OutputFile, Outputs, hand_over};
pub(crate) use force::Force;
pub(crate) use mark::{Mark, is_report};
