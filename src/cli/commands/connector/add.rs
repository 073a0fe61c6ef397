//! `connector add`.

use super::settings::of_flag;
use super::{Settings, change, token};
use crate::cli::config::ConnectorTable;
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::credentials::TokenSource;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::domain::shell_word;

/// Add a connector to the configuration; the token itself never goes into it
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Arguments {
    /// A name for it, of your choice
    pub(super) title: String,

    #[command(flatten)]
    pub(super) settings: Settings,
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let Arguments { title, settings } = arguments.clone();
    let finished = add(context, &title, settings)?;
    context.ui.note(format!("try it: gradepush connector test {}", shell_word(&title)));
    Ok(finished)
}

/// Adds it, and says what it lacks.
pub(super) fn add(context: &Context, title: &str, settings: Settings) -> Result<Finished, CliError> {
    if settings.canvas.is_none() {
        return Err(
            CliError::usage("--canvas is missing: where is Canvas?").hint("give a host: --canvas canvas.example.edu")
        );
    }
    let mut table = ConnectorTable { title: title.to_owned(), enabled: true, ..ConnectorTable::default() };
    settings.apply(&mut table)?;
    let mut address = String::new();
    let mut has_token = false;
    let file = change(context, |file, config| {
        if config.connectors.iter().any(|connector| connector.title == title) {
            return Err(CliError::usage(format!("there is a connector `{title}` already"))
                .coded("connector-exists")
                .hint(format!("change it: gradepush connector edit {}, or choose another title", shell_word(title))));
        }
        let connector = Connector::of_table(&table, file).map_err(of_flag)?;
        address = connector.address.base_url();
        has_token = connector.token != TokenSource::Unset;
        token::look(context, &connector)?;
        config.connectors.push(table);
        Ok(())
    })?;
    context.ui.line(format!("added connector `{title}` for {address} to {}", file.path.display()));
    if !has_token {
        context.ui.note("it has no access token yet: name a source with --token-env, --token-file or --token-command");
    }
    Ok(Finished::done().with("connector", title).with("canvas", &address).with("config", &file.path))
}
