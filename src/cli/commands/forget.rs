//! `forget`: removes one person.

use super::purge::{described, undoable_json};
use crate::cli::connector::Connector;
use crate::cli::consent::{self, counted};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::domain::{Identified, UserId, UserIdOrigin, identify_user};
use crate::engine;
use crate::store::{Access, Forgotten, Store};

/// Remove everything about one person from the local store
///
/// It counts first and asks. Grades of the person that an undo could still take back are named, and nothing is removed
/// unless they are asked for: afterwards nothing takes them back.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The person, by the connector's user id origin, or `internal:ID`
    #[arg(long, value_name = "ID")]
    user: String,

    /// Show what would be removed, and stop
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Remove grades that an undo could still take back, too
    #[arg(long)]
    including_undoable: bool,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let Arguments { user, dry_run, yes, including_undoable } = arguments;
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let _lock = context.lock(&store, "forget")?;
    let (user, host) = (find(&store, &connector, user)?, connector.address.host());
    let found = store.to_forget(host, user)?;
    let undoable = engine::undoable(&store, &found.written)?;
    let Forgotten { cached, aliases, plans, cells, written: _ } = &found;
    let what = format!(
        "{} of the cache, aliases: {aliases}, {} deleted, {} emptied",
        counted(*cached, "row"),
        counted(*plans, "plan"),
        counted(*cells, "cell")
    );
    if !undoable.is_empty() {
        let runs = described(&undoable);
        let lost = format!("an undo could still take grades of person {user} back: {runs}");
        if !dry_run && !including_undoable {
            return Err(CliError::rejected(format!("{lost}; nothing was removed"))
                .hint("undo them first, or give them up with --including-undoable"));
        }
        context.ui.warning(format!("{lost}; after this, no undo does"));
    }
    if *dry_run {
        context.ui.line(format!("would forget person {user}: {what}"));
    } else {
        if found != Forgotten::default() {
            consent::ask(context, *yes, "forget", &format!("Forget person {user}: {what}?"))?;
        }
        // Also where nothing was counted: what was pushed or commented is not.
        store.forget(host, user)?;
        context.ui.line(format!("forgot person {user}: {what}"));
    }
    context.ui.note("report files and backups made earlier still name the person; delete them yourself");
    Ok(Finished::done()
        .with("user", &user)
        .with("dry_run", dry_run)
        .with("cached", cached)
        .with("aliases", aliases)
        .with("plans", plans)
        .with("cells", cells)
        .with("undoable", &undoable.iter().map(undoable_json).collect::<Vec<_>>()))
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
