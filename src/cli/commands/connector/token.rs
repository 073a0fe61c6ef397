//! `connector token`: a new access token in the place of the old one.

use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::canvas::{CanvasError, RetryBudget};
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::credentials::{TokenError, TokenSource, is_token_like};
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::json::Finished;
use crate::domain::shell_word;

/// Somebody waits for the answer.
const QUICK: RetryBudget = RetryBudget { attempts: 2, waiting: Duration::from_secs(30) };

/// Ask for a new access token, without showing it, and keep it where the connector looks; in a terminal
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The connector's title [default: the connector in use]
    title: Option<String>,
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let file = context.config()?;
    let connector = match &arguments.title {
        Some(title) => context.connector_named(&file, title)?,
        None => context.connector(&file)?,
    };
    let path = match &connector.token {
        TokenSource::File(path) => path,
        TokenSource::Variable(name) => {
            return Err(elsewhere(&connector).hint(format!("set the new one: export {name}=…")));
        }
        TokenSource::Command(_) => return Err(elsewhere(&connector).hint("change what that command prints")),
        TokenSource::Unset => {
            let title = shell_word(&connector.title);
            let edit = format!("name a file for it: gradepush connector edit {title} --token-file FILE");
            return Err(CliError::usage("the connector names no place for its token").hint(edit));
        }
    };
    if !context.ui.interactive() {
        return Err(CliError::usage("the token is asked for, and there is no terminal")
            .hint(format!("put it on the first line of {}, which only you may read", path.display())));
    }
    context.ui.status("Make one in Canvas under Account, Settings, New Access Token.");
    let (token, name) = ask(context, &connector)?;
    keep(path, &token).map_err(|error| CliError::usage(format!("the token cannot be kept: {error}")))?;
    let whose = name.map_or_else(String::new, |name| format!("; it belongs to {name}"));
    context.ui.line(format!("the token is in {}{whose}", path.display()));
    Ok(Finished::done().with("connector", &connector.title).with("file", path))
}

fn elsewhere(connector: &Connector) -> CliError {
    let from = connector.token.describe();
    CliError::usage(format!("the token of connector `{}` comes from {from}, which is not kept here", connector.title))
}

/// Asks until Canvas takes the token, and says whose it is; `None` where Canvas cannot be asked now.
pub(super) fn ask(context: &Context, connector: &Connector) -> Result<(SecretString, Option<String>), CliError> {
    loop {
        let typed = context.ui.ask_secret("Access token (not shown)")?;
        let token = SecretString::from(typed.expose_secret().trim().to_owned());
        if !is_token_like(token.expose_secret()) {
            context.ui.warning("that is no access token: it is one word of letters and digits");
            continue;
        }
        let reader = context.client_with(connector, token.clone(), &context.events(), QUICK)?.reader();
        match Context::block_on(reader.whoami())? {
            Ok(person) => return Ok((token, Some(person.name))),
            Err(error @ CanvasError::Unauthorized { .. }) => context.ui.warning(error.to_string()),
            Err(_) => return Ok((token, None)),
        }
    }
}

/// Whether Canvas answers at all, with a token that is none; an error says why not.
pub(super) fn reach(context: &Context, connector: &Connector) -> Result<(), CliError> {
    let none = SecretString::from("none".to_owned());
    let reader = context.client_with(connector, none, &context.events(), QUICK)?.reader();
    match Context::block_on(reader.whoami())? {
        Ok(_) | Err(CanvasError::Unauthorized { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Looks at the file that a connector is to take its token from: what holds something else is refused before it is sent
/// anywhere, and what is not there yet is said.
pub(super) fn look(context: &Context, connector: &Connector) -> Result<(), CliError> {
    let TokenSource::File(path) = &connector.token else { return Ok(()) };
    match connector.token.token(&connector.title, &context.environment) {
        Ok(_) => Ok(()),
        Err(error @ TokenError::NotAToken { .. }) => Err(error.into()),
        Err(_) if !path.exists() => {
            let title = shell_word(&connector.title);
            let how = format!("there is no file {} yet: gradepush connector token {title} makes it", path.display());
            context.ui.note(how);
            Ok(())
        }
        Err(error) => {
            context.ui.warning(format!("{error}; {}", error.hint()));
            Ok(())
        }
    }
}

/// Keeps a token in a file that only its owner can read.
pub(super) fn keep(path: &Path, token: &SecretString) -> std::io::Result<()> {
    files::write_private(path, format!("{}\n", token.expose_secret()).as_bytes())
}
