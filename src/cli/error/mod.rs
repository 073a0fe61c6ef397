//! The one error of the terminal, and the only place that turns the layers' errors into hints and an exit code. An
//! error says what happened, where, and how to mend it.

mod cli_error;
mod convert;
mod of_canvas;

pub(crate) use cli_error::CliError;
