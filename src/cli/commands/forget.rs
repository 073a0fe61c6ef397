//! `forget`: removes one person.

use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::domain::{Identified, UserId, UserIdOrigin, identify_user};
use crate::store::{Access, Forgotten, Store};

/// Remove everything about one person from the local store
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The person, by the connector's user id origin, or `internal:ID`
    #[arg(long, value_name = "ID")]
    user: String,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let _lock = context.lock(&store, "forget")?;
    let user = find(&store, &connector, &arguments.user)?;
    let Forgotten { cached, aliases, plans, cells } = store.forget(connector.address.host(), user)?;
    context.ui.line(format!(
        "forgot person {user}: {cached} rows of the cache, {aliases} aliases, {plans} plans deleted, {cells} cells emptied"
    ));
    context.ui.note("report files and backups made earlier still name the person; delete them yourself");
    Ok(Finished::done()
        .with("user", &user)
        .with("cached", &cached)
        .with("aliases", &aliases)
        .with("plans", &plans)
        .with("cells", &cells))
}

/// The internal id. One that is given as such needs no cache: the person may be gone from it.
fn find(store: &Store, connector: &Connector, text: &str) -> Result<UserId, CliError> {
    let origin = connector.user_id_origin;
    let forced = text.strip_prefix("internal:").or((origin == UserIdOrigin::Internal).then_some(text));
    if let Some(id) = forced {
        return id.parse().map_err(|error: crate::domain::IdError| CliError::usage(error.to_string()));
    }
    match identify_user(&store.directory(connector.address.host())?, origin, &connector.rules, text) {
        Identified::Found { id, .. } => Ok(id),
        Identified::Not { reason, .. } => {
            Err(CliError::usage(format!("`{text}`: {reason}")).hint("name the person as internal:ID"))
        }
    }
}
