//! A connector in use: the client, the store, and what time it is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Clock, EngineError, Events, Settings};
use crate::canvas::{Client, Reader, Reports, Writer};
use crate::domain::{Confirmed, NotWhatWasShown, Operator, UserId};
use crate::store::{Store, StoredPlan};

/// What was sent to Canvas, and what of it the rate limit held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// HTTP requests, repeated ones included.
    pub requests: u64,
    /// How many of them the rate limit refused.
    pub throttled: u64,
    /// How long requests waited because of that, added up.
    pub waited: Duration,
}

/// Everything a verb needs. It reads Canvas; writing takes a [`Confirmed`] plan besides. Cloning shares the client and the store.
#[derive(Clone)]
pub struct Session {
    /// The connector.
    pub settings: Settings,
    /// What time it is.
    pub clock: Clock,
    /// Where events go.
    pub events: Events,
    /// The user of this machine, where that is known.
    pub local_user: Option<String>,
    /// Can write, so nothing but this file reaches it.
    client: Client,
    store: Arc<Mutex<Store>>,
}

impl Session {
    /// A session over an open store.
    pub fn new(client: Client, store: Store, settings: Settings, clock: Clock, events: Events) -> Self {
        Self { settings, clock, events, local_user: None, client, store: Arc::new(Mutex::new(store)) }
    }

    /// The person behind the token, whom Canvas knows by this id and name, as plans and runs name them.
    pub(super) fn operator(&self, id: UserId, name: String) -> Operator {
        Operator { id, name, local_user: self.local_user.clone() }
    }

    /// What reads Canvas.
    pub fn reader(&self) -> Reader {
        self.client.reader()
    }

    /// What starts, fetches and deletes account reports; changes no course.
    pub fn reports(&self) -> Reports {
        self.client.reports()
    }

    /// What writes to Canvas, for the execution of this plan: only if exactly this plan was shown and confirmed (design,
    /// promises 1 and 2).
    pub(super) fn writer(&self, confirmed: &Confirmed, stored: &StoredPlan) -> Result<Writer, NotWhatWasShown> {
        self.client.writer(confirmed, &stored.totals.digest)
    }

    /// What was sent and waited for so far.
    pub fn traffic(&self) -> Traffic {
        let client = &self.client;
        Traffic { requests: client.requests(), throttled: client.throttled(), waited: client.throttle_wait() }
    }

    /// How many HTTP requests were sent so far, repeated ones included.
    pub fn requests(&self) -> u64 {
        self.client.requests()
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
