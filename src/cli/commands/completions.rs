//! `completions`: what a shell needs to complete the command line.

use clap_complete::Shell;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::cli::command(), "gradepush", &mut script);
    if !context.ui.json() {
        context.ui.bytes(&script)?;
    }
    let text = String::from_utf8_lossy(&script);
    Ok(Finished::done().with("shell", &arguments.shell.to_string()).with("script", &text))
}
