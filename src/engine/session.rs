//! A connector in use: the client, the store, and what time it is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Clock, EngineError, Events, Settings};
use crate::canvas::Client;
use crate::store::{Store, StoredPlan};

/// Everything a verb needs. Cloning shares the client and the store.
#[derive(Clone)]
pub struct Session {
    /// The Canvas client.
    pub client: Client,
    /// The connector.
    pub settings: Settings,
    /// What time it is.
    pub clock: Clock,
    /// Where events go.
    pub events: Events,
    store: Arc<Mutex<Store>>,
}

impl Session {
    /// A session over an open store.
    pub fn new(client: Client, store: Store, settings: Settings, clock: Clock, events: Events) -> Self {
        Self { client, settings, clock, events, store: Arc::new(Mutex::new(store)) }
    }

    /// The day in the connector's time zone, else in UTC: aliases hold through a last day.
    pub(super) fn today(&self) -> Date {
        let zone = self.settings.time_zone.clone().unwrap_or(TimeZone::UTC);
        self.clock.now().to_zoned(zone).date()
    }

    /// The store, for one short operation: never held across an await.
    pub fn store(&self) -> MutexGuard<'_, Store> {
        // A panic elsewhere leaves SQLite's own state consistent: its transaction is rolled back.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a plan, or the plan of a run, is this connector's: nothing of another one is read, written or judged here
/// (design, promise 10).
pub(super) fn same_connector(session: &Session, stored: &StoredPlan) -> Result<(), EngineError> {
    let settings = &session.settings;
    let header = &stored.header;
    if header.host != settings.host || header.connector != settings.title {
        return Err(EngineError::OtherConnector {
            plan: stored.id,
            made_for: format!("{} at {}", header.connector, header.host),
            used: format!("{} at {}", settings.title, settings.host),
        });
    }
    Ok(())
}
