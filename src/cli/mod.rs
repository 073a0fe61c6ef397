//! The terminal: arguments, configuration, credentials, progress bars, prompts, exit codes, demo.

use std::process::ExitCode;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
