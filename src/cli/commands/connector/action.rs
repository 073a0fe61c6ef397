//! The commands of `connector`, and how each changes the configuration.

use super::{Settings, add, edit, list, prove, show, test, token};
use std::path::Path;

use crate::cli::config::{ConfigFile, ConfigTable, ConnectorTable};
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;

/// Keep the connectors: which Canvas, which kinds of ids, which token
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Add(add::Arguments),
    /// List the connectors
    List,
    Show(show::Arguments),
    Edit(edit::Arguments),
    /// Remove a connector from the configuration; what the store knows of its Canvas stays
    Remove(Title),
    /// Allow a connector to be used again
    Enable(Title),
    /// Refuse every use of a connector until it is enabled again
    Disable(Title),
    /// Forget the assignment map and the journal's values of a beta or test Canvas that was overwritten
    Reset(Reset),
    Token(token::Arguments),
    Test(test::Arguments),
    Prove(prove::Arguments),
}

/// Which connector.
#[derive(Debug, clap::Args)]
pub(in crate::cli::commands) struct Title {
    /// The connector's title
    title: String,
}

#[derive(Debug, clap::Args)]
struct Reset {
    /// The connector's title
    title: String,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::Add(_) => "connector add",
            Action::List => "connector list",
            Action::Show(_) => "connector show",
            Action::Edit(_) => "connector edit",
            Action::Remove(_) => "connector remove",
            Action::Enable(_) => "connector enable",
            Action::Disable(_) => "connector disable",
            Action::Reset(_) => "connector reset",
            Action::Token(_) => "connector token",
            Action::Test(_) => "connector test",
            Action::Prove(_) => "connector prove",
        }
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    match &arguments.action {
        Action::Add(arguments) => add::run(context, arguments),
        Action::List => list::run(context),
        Action::Show(arguments) => show::run(context, arguments),
        Action::Edit(arguments) => edit::run(context, arguments),
        Action::Remove(Title { title }) => edit::remove(context, title),
        Action::Enable(Title { title }) => edit::set_enabled(context, title, true),
        Action::Disable(Title { title }) => edit::set_enabled(context, title, false),
        Action::Reset(Reset { title, yes }) => edit::reset(context, title, *yes),
        Action::Token(arguments) => token::run(context, arguments),
        Action::Test(arguments) => test::run(context, arguments),
        Action::Prove(arguments) => prove::run(context, arguments),
    }
}

/// Adds a connector as `connector add` does; for `init`.
pub(crate) fn add_connector(context: &Context, title: &str, settings: Settings) -> Result<Finished, CliError> {
    add::add(context, title, settings)
}

/// Tests a connector as `connector test` does; for `init`.
pub(crate) fn test_connector(context: &Context, title: &str) -> Result<Finished, CliError> {
    test::run(context, &test::Arguments { title: Some(title.to_owned()), ..test::Arguments::default() })
}

/// Whether the Canvas of these settings answers; an error says why not. Nothing secret is sent.
pub(crate) fn reach(context: &Context, canvas: &str) -> Result<(), CliError> {
    token::reach(context, &connector_of(context, canvas)?)
}

/// Asks for the token of these settings until Canvas takes it, and keeps it in this file.
pub(crate) fn ask_token(context: &Context, canvas: &str, path: &Path) -> Result<(), CliError> {
    let (token, _) = token::ask(context, &connector_of(context, canvas)?)?;
    token::keep(path, &token).map_err(|error| CliError::usage(format!("the token cannot be kept there: {error}")))
}

/// A connector that is not configured yet.
fn connector_of(context: &Context, canvas: &str) -> Result<Connector, CliError> {
    let title = "the new one".to_owned();
    let table = ConnectorTable { title, canvas: canvas.to_owned(), enabled: true, ..ConnectorTable::default() };
    Ok(Connector::of_table(&table, &context.config()?)?)
}

/// Writes the configuration with the change that `change` makes to it.
pub(super) fn change(
    context: &Context,
    change: impl FnOnce(&ConfigFile, &mut ConfigTable) -> Result<(), CliError>,
) -> Result<ConfigFile, CliError> {
    let file = context.config()?;
    let mut table = file.table.clone();
    change(&file, &mut table)?;
    file.write(&table)?;
    Ok(file)
}
