//! `connector edit`, `remove`, `enable`, `disable` and `reset`.

use super::settings::of_flag;
use super::{Settings, change, token};
use crate::cli::connector::Connector;
use crate::cli::context::{Context, table_named};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::store::Access;

/// Change settings of a connector; what is not given stays
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The connector's title
    title: String,

    /// Give it this title
    #[arg(long, value_name = "TITLE")]
    new_title: Option<String>,

    #[command(flatten)]
    settings: Settings,
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let Arguments { title, new_title, settings } = arguments;
    let new_title = new_title.as_ref().unwrap_or(title);
    let file = change(context, |file, config| {
        if new_title != title && config.connectors.iter().any(|connector| connector.title == *new_title) {
            return Err(CliError::usage(format!("there is a connector `{new_title}` already")));
        }
        let mut table = table_named(file, title)?.clone();
        table.title.clone_from(new_title);
        settings.clone().apply(&mut table)?;
        let was_right = Connector::of_table(table_named(file, title)?, file).is_ok();
        let connector = Connector::of_table(&table, file)
            .map_err(|error| if was_right { of_flag(error) } else { CliError::from(error) })?;
        if settings.token_file.is_some() {
            token::look(context, &connector)?;
        }
        for connector in config.connectors.iter_mut().filter(|connector| connector.title == *title) {
            connector.clone_from(&table);
        }
        if let Some(default) = config.default_connector.as_mut().filter(|default| *default == title) {
            default.clone_from(new_title);
        }
        Ok(())
    })?;
    context.ui.line(format!("changed connector `{new_title}` in {}", file.path.display()));
    Ok(Finished::done().with("connector", new_title).with("config", &file.path))
}

/// `connector remove`.
pub(super) fn remove(context: &Context, title: &str) -> Result<Finished, CliError> {
    let file = change(context, |file, config| {
        table_named(file, title)?;
        config.connectors.retain(|connector| connector.title != title);
        config.default_connector = config.default_connector.take().filter(|default| default != title);
        Ok(())
    })?;
    context.ui.line(format!("removed connector `{title}` from {}", file.path.display()));
    Ok(Finished::done().with("connector", title))
}

/// `connector enable` and `disable`.
pub(super) fn set_enabled(context: &Context, title: &str, enabled: bool) -> Result<Finished, CliError> {
    change(context, |file, config| {
        table_named(file, title)?;
        for connector in config.connectors.iter_mut().filter(|connector| connector.title == title) {
            connector.enabled = enabled;
        }
        Ok(())
    })?;
    let word = if enabled { "enabled" } else { "disabled" };
    context.ui.line(format!("{word} connector `{title}`"));
    Ok(Finished::done().with("connector", title).with("enabled", &enabled))
}

/// `connector reset`: only after a question, because forgotten values make every grade somebody else's work.
pub(super) fn reset(context: &Context, title: &str, yes: bool) -> Result<Finished, CliError> {
    let connector = context.connector_named(&context.config()?, title)?;
    let host = connector.address.host();
    if !host.is_beta_or_test() && !yes {
        context.ui.warning(format!("{host} is no beta or test Canvas; its grades were not overwritten by Canvas"));
    }
    if !yes && !context.ui.confirm(&format!("Forget the assignment map and pushed values of {host}?"))? {
        return Err(CliError::new(Exit::Declined, "nothing was forgotten"));
    }
    let store = context.open_store(&context.config()?, Access::ReadWrite)?;
    let _lock = context.lock(&store, "connector reset")?;
    store.reset(host, context.now())?;
    context.ui.line(format!("forgot the assignment map and pushed values of {host}"));
    Ok(Finished::done().with("connector", title).with("host", host))
}
