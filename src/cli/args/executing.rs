//! How to execute a plan, and what is agreed to, shared by `push`, `retry` and `undo`; none of this changes what is
//! written.

use std::time::Duration;

use crate::cli::confirmation::GivenConsent;
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::values::{self, Deadline, FailureLimit};
use crate::domain::Consent;
use crate::engine::{PushOptions, StopAfter};

/// How to execute a plan.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Executing")]
pub(crate) struct Executing {
    /// Send so many cells per request, 1 to 10000
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    chunk: u32,

    /// Push so many courses side by side, 1 to 32, instead of as many as Canvas begins without delay
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=32))]
    courses_at_once: Option<u32>,

    /// Start no new request after this time, such as 18:30, in the connector's time zone
    #[arg(long, value_name = "TIME")]
    deadline: Option<Deadline>,

    /// Stop after so many failed cells, or such a percentage of at least 200 tried
    #[arg(long, value_name = "N|P%", default_value = "5%")]
    stop_after_failures: FailureLimit,

    /// Wait so long for a Canvas that is down, such as in a maintenance window
    #[arg(long, value_parser = values::duration, value_name = "DURATION", default_value = "0s")]
    wait_for_canvas: Duration,

    /// Wait so long for one job of Canvas
    #[arg(long, value_parser = values::duration, value_name = "DURATION", default_value = "30m")]
    job_timeout: Duration,

    /// Agree that other people's work is replaced in so many cells; --yes alone does not
    #[arg(long, value_name = "N")]
    replacing: Option<u64>,
}

impl Executing {
    /// What is agreed to when so many cells would replace other people's work.
    pub(crate) fn given(&self, yes: bool, others_work: u64) -> GivenConsent {
        GivenConsent { consent: yes.then_some(Consent::Flag), named: self.replacing, others_work }
    }

    /// For the engine; the rest as by default.
    pub(crate) fn options(&self, context: &Context, connector: &Connector) -> Result<PushOptions, CliError> {
        let deadline = match &self.deadline {
            None => None,
            Some(deadline) => Some(
                deadline
                    .after(context.now(), &connector.zone())
                    .ok_or_else(|| CliError::usage("--deadline lies beyond the calendar"))?,
            ),
        };
        Ok(PushOptions {
            chunk: self.chunk as usize,
            courses_at_once: self.courses_at_once.map(|courses| courses as usize),
            deadline,
            stop_after: match self.stop_after_failures {
                FailureLimit::Cells(cells) => StopAfter::Cells(cells),
                FailureLimit::Percent(percent) => StopAfter::Percent(u32::from(percent)),
            },
            wait_for_canvas: self.wait_for_canvas,
            job_timeout: self.job_timeout,
            ..PushOptions::default()
        })
    }
}
