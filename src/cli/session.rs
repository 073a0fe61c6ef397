//! Opens what the verbs of the engine work with: the connector's Canvas and the local store.

use super::connector::Connector;
use super::context::Context;
use super::error::CliError;
use super::values::OwnGrader;
use crate::canvas::{Client, ConnectionSettings, Wait, Waits};
use crate::domain::UserId;
use crate::engine::{Event, Events, Session, Settings};
use crate::store::{Access, Store, StoreLock};

/// A session, and the lock that keeps other processes off the store where the command writes.
pub(crate) struct Opened {
    /// What the engine works with.
    pub(crate) session: Session,
    /// The connector.
    pub(crate) connector: Connector,
    _lock: Option<StoreLock>,
}

/// Opens the connector of the command line for a command that changes nothing another process must not see half done.
pub(crate) fn open(context: &Context) -> Result<Opened, CliError> {
    open_with(context, None)
}

/// Opens it for sync, push, retry and undo: one such process at a time on a store.
pub(crate) fn open_locked(context: &Context, command: &str) -> Result<Opened, CliError> {
    open_with(context, Some(command))
}

fn open_with(context: &Context, command: Option<&str>) -> Result<Opened, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = open_store(context)?;
    let lock = match command {
        Some(command) => Some(store.lock(command, &machine_name(), std::process::id(), context.now())?),
        None => None,
    };
    let events = context.events();
    let client = client(context, &connector, &events)?;
    let session = Session::new(client, store, settings(&connector), context.clock.clone(), events);
    Ok(Opened { session, connector, _lock: lock })
}

/// Opens the local store.
pub(crate) fn open_store(context: &Context) -> Result<Store, CliError> {
    let path = context.store_path(&context.config()?)?;
    Ok(Store::open(&path.value, Access::ReadWrite)?)
}

/// Connects to the connector's Canvas; nothing is sent yet.
pub(crate) fn client(context: &Context, connector: &Connector, events: &Events) -> Result<Client, CliError> {
    let token = context.token(connector)?;
    // The seed of the retries' jitter: two processes started at different times must not retry in step.
    let seed = context.now().as_millisecond().unsigned_abs() ^ u64::from(std::process::id());
    let mut settings = ConnectionSettings::new(connector.address.clone(), token, seed);
    settings.gateway.clone_from(&connector.secure_gateway);
    if let Some(path) = &connector.ca_file {
        let pem = fs_err::read(path).map_err(|error| {
            CliError::usage(error.to_string()).hint("name a PEM file with --ca-file, or remove it from the connector")
        })?;
        settings.ca_pem = Some(pem);
    }
    let events = events.clone();
    let waits: Waits = std::sync::Arc::new(move |wait: Wait| {
        events.send(Event::Waiting { wait: wait.duration, reason: wait.reason.phrase().to_owned() });
    });
    Client::new(&settings, waits).map_err(|error| CliError::usage(error.to_string()).caused_by(error))
}

fn settings(connector: &Connector) -> Settings {
    let users: Vec<UserId> = connector
        .own_graders
        .iter()
        .filter_map(|grader| match grader {
            OwnGrader::User(id) => Some(*id),
            OwnGrader::TokenUser => None,
        })
        .collect();
    Settings {
        title: connector.title.clone(),
        host: connector.address.host().clone(),
        account: connector.account,
        user_id_origin: connector.user_id_origin,
        course_id_origin: connector.course_id_origin,
        time_zone: connector.time_zone.clone(),
        use_existing: connector.use_existing_assignments,
        own_grader_self: connector.own_graders.contains(&OwnGrader::TokenUser),
        own_graders: users,
    }
}

/// This machine, for whoever finds the store in use.
fn machine_name() -> String {
    let name = fs_err::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "this machine".to_owned() } else { name.trim().to_owned() }
}
