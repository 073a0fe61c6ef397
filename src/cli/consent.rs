//! The question before something is removed from the local store for good.

use super::context::Context;
use super::error::CliError;
use super::exit::Exit;

/// Asks whether this command may do what `question` says, unless `--yes` said so before.
///
/// # Errors
/// When there is no terminal to ask on, and when the answer is no: a script must not take that for done.
pub(crate) fn ask(context: &Context, yes: bool, command: &str, question: &str) -> Result<(), CliError> {
    if yes {
        return Ok(());
    }
    if !context.ui.interactive() {
        return Err(CliError::usage(format!("without a terminal, `{command}` needs --yes"))
            .hint("see first what it would do: --dry-run"));
    }
    if context.ui.confirm(question)? { Ok(()) } else { Err(CliError::new(Exit::Declined, "nothing was changed")) }
}

/// `1 plan`, `2 plans`: a number of things whose plural is regular.
pub(crate) fn counted(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// `1 person`, `2 people`.
pub(crate) fn counted_people(count: u64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}
