//! The knobs of a sandbox.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::faults::Faults;
use super::throttle::Bucket;

/// Where the sandbox takes the time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The token of the demonstration world. It opens nothing but a sandbox.
pub const DEMO_TOKEN: &str = "gradepush-demo-token";

/// Which Canvas to be: the two differ in the statuses of refusals (canvas-contract §A2, §D).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Throttled 429, not permitted 403.
    #[default]
    Hosted,
    /// Throttled 403 as plain text, not permitted 401.
    SelfHosted,
}

/// How a sandbox answers.
#[derive(Clone)]
pub struct Options {
    /// A token given to the world's first account admin when the world knows it not.
    pub token: String,
    /// Host names it answers to on a socket, besides those of its address, without scheme and port.
    pub hosts: Vec<String>,
    /// How long every answer takes.
    pub latency: Duration,
    /// How many cells a bulk job writes per second; `None` writes all at the first look.
    pub job_cells_per_second: Option<u32>,
    /// Which Canvas to be.
    pub dialect: Dialect,
    /// The rate limit; `None` never throttles.
    pub bucket: Option<Bucket>,
    /// What is to go wrong.
    pub faults: Faults,
    /// The most parameters a form or query may hold (canvas-contract §B3); `None` accepts any number.
    pub form_parameter_limit: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: DEMO_TOKEN.to_owned(),
            hosts: Vec::new(),
            latency: Duration::ZERO,
            job_cells_per_second: None,
            dialect: Dialect::Hosted,
            bucket: Some(Bucket::default()),
            faults: Faults::default(),
            form_parameter_limit: Some(4096),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Options")
            .field("hosts", &self.hosts)
            .field("hosts", &self.hosts)
            .field("latency", &self.latency)
            .field("job_cells_per_second", &self.job_cells_per_second)
            .field("dialect", &self.dialect)
            .field("bucket", &self.bucket)
            .field("faults", &self.faults)
            .field("form_parameter_limit", &self.form_parameter_limit)
            .finish_non_exhaustive()
    }
}
