//! What cannot be done yet is refused, not done by half.

use crate::cli::error::CliError;

/// The answer of a command whose body comes later.
pub(super) fn not_built(command: &str) -> CliError {
    CliError::internal(format!("`{command}` is not built yet"))
}
