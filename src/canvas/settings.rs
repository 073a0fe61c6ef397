//! How to reach a Canvas.

use std::time::Duration;

use secrecy::SecretString;

use super::retry::RetryBudget;
use crate::domain::CanvasAddress;

/// How to reach a Canvas, and how hard to lean on it.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// Where it is.
    pub address: CanvasAddress,
    /// The access token.
    pub token: SecretString,
    /// A proxy for everything, as a URL; `None` takes the system's.
    pub gateway: Option<String>,
    /// More certificate authorities to trust, as PEM.
    pub ca_pem: Option<Vec<u8>>,
    /// The longest time for one request, its answer included.
    pub request_timeout: Duration,
    /// The most requests at the same time, 1..=10; the rate limit may lower it for a while.
    pub in_flight: usize,
    /// How long to keep trying.
    pub retry_budget: RetryBudget,
    /// Seeds the jitter of waits.
    pub jitter_seed: u64,
}

impl ConnectionSettings {
    /// The usual settings: 60 s per request, 4 requests at the same time.
    pub fn new(address: CanvasAddress, token: SecretString, jitter_seed: u64) -> Self {
        Self {
            address,
            token,
            gateway: None,
            ca_pem: None,
            request_timeout: Duration::from_mins(1),
            in_flight: 10,
            retry_budget: RetryBudget::default(),
            jitter_seed,
        }
    }
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The gateway is no proxy address.
    #[error("the secure gateway is not a proxy address")]
    Gateway(#[source] reqwest::Error),
    /// The file holds no certificate.
    #[error("the CA file holds no PEM certificate")]
    Authority(#[source] Option<reqwest::Error>),
    /// The token holds letters no header may hold.
    #[error("the access token holds characters that no access token holds")]
    Token,
    /// The TLS library cannot start.
    #[error("cannot set up the connection")]
    Connection(#[source] reqwest::Error),
}
