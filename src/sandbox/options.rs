//! The knobs of a sandbox.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::faults::Faults;
use super::pace::Pace;
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
    /// What the verifiers of report files are made from: whoever knows it can download them without a token.
    pub file_secret: String,
    /// Host names it answers to on a socket, besides those of its address, without scheme and port.
    pub hosts: Vec<String>,
    /// How long every answer takes.
    pub latency: Duration,
    /// How fast the rest is: jobs, and what reads and writes cost.
    pub pace: Pace,
    /// How many cells a bulk job writes per second, whatever the pace says.
    pub job_cells_per_second: Option<u32>,
    /// How many jobs run at once.
    pub workers: usize,
    /// After what time the rows of a new column, student or override are there (canvas-contract §I1).
    pub rows_after: Duration,
    /// How far lists of submissions are behind what was written.
    pub replica_lag: Duration,
    /// Workers do nothing while this file exists: all jobs, reports and the rows of new columns wait.
    pub hold_jobs: Option<PathBuf>,
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
            file_secret: String::new(),
            hosts: Vec::new(),
            latency: Duration::ZERO,
            pace: Pace::Fast,
            job_cells_per_second: None,
            workers: 2,
            // A Canvas needs a second. Until the engine waits for rows, tests and demo have them at once; `gradepush
            // sandbox` does not. This is the one place that says so.
            rows_after: Duration::ZERO,
            replica_lag: Duration::ZERO,
            hold_jobs: None,
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
            .field("latency", &self.latency)
            .field("pace", &self.pace)
            .field("job_cells_per_second", &self.job_cells_per_second)
            .field("workers", &self.workers)
            .field("rows_after", &self.rows_after)
            .field("replica_lag", &self.replica_lag)
            .field("hold_jobs", &self.hold_jobs)
            .field("dialect", &self.dialect)
            .field("bucket", &self.bucket)
            .field("faults", &self.faults)
            .field("form_parameter_limit", &self.form_parameter_limit)
            .finish_non_exhaustive()
    }
}
