//! `completions`: what a shell needs to complete the command line.

use clap_complete::Shell;

use crate::cli::completion;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Print the completions for a shell
///
/// They offer plans, runs, connectors and courses, too: the shell asks gradepush while somebody types. Have the script made
/// anew whenever a shell starts, such as with `source <(gradepush completions bash)` in ~/.bashrc.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let script = completion::script(arguments.shell)?;
    if !context.ui.json() {
        context.ui.bytes(&script)?;
    }
    let text = String::from_utf8_lossy(&script);
    Ok(Finished::done().with("shell", &arguments.shell.to_string()).with("script", &text))
}
