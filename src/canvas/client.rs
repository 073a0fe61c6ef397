//! A connection to one Canvas.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::carrier::Carrier;
use super::http_carrier::HttpCarrier;
use super::reader::Reader;
use super::reports::Reports;
use super::settings::{ConnectionSettings, SetupError};
use super::throttle::Bucket;
use super::transport::Transport;
use super::wait::Waits;
use super::writer::Writer;
use crate::domain::{Confirmed, NotWhatWasShown};

/// A connection to one Canvas with one token. Clones share the rate limit and the counts.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
}

impl Client {
    /// Connects over the network; nothing is sent yet. `waits` is told about every wait of more than a second.
    pub fn new(settings: &ConnectionSettings, waits: Waits) -> Result<Self, SetupError> {
        let carrier = HttpCarrier::new(settings)?;
        Self::with_carrier(settings, Arc::new(carrier), waits)
    }

    /// Connects through a carrier of the caller's.
    pub fn with_carrier(
        settings: &ConnectionSettings,
        carrier: Arc<dyn Carrier>,
        waits: Waits,
    ) -> Result<Self, SetupError> {
        let token = settings.token.expose_secret();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SetupError::Token);
        }
        Ok(Self { transport: Arc::new(Transport::new(settings, carrier, waits)) })
    }

    /// What reads.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.transport))
    }

    /// What starts, fetches and deletes account reports; changes no course.
    pub fn reports(&self) -> Reports {
        Reports::new(Arc::clone(&self.transport))
    }

    /// What writes grades; only for the plan or proof of this digest, and only if exactly that was confirmed (design,
    /// promises 1 and 2).
    pub fn writer(&self, confirmed: &Confirmed, digest: &str) -> Result<Writer, NotWhatWasShown> {
        confirmed.covers(digest)?;
        Ok(Writer::new(Arc::clone(&self.transport)))
    }

    /// What the latest answer said about the rate limit.
    pub fn bucket(&self) -> Bucket {
        self.transport.bucket()
    }

    /// How many HTTP requests were sent so far, repeated ones included.
    pub fn requests(&self) -> u64 {
        self.transport.requests()
    }

    /// How many of them the rate limit refused.
    pub fn throttled(&self) -> u64 {
        self.transport.throttled()
    }

    /// How long requests waited because of such refusals, added up.
    pub fn throttle_wait(&self) -> Duration {
        self.transport.throttle_wait()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("address", &self.transport.base_url()).finish_non_exhaustive()
    }
}
