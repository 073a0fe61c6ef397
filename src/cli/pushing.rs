//! What push, retry and undo share: the question, the interruption, and how a run ends the process.

use std::time::Duration;

use super::confirmation::{GivenConsent, confirmed};
use super::connector::Connector;
use super::consent::counted;
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::interrupt;
use super::json::Finished;
use super::views::{Stored, run_fields, tell_found, tell_run, time_fields, with_columns_to_delete};
use crate::domain::{CanvasHost, Confirmed, PlanId, RunId, Shown};
use crate::engine::{self, PushOptions, RunSummary, Session, Stop, StopReason};
use crate::report::for_people;

/// How long replies are awaited after the first Ctrl-C.
const LAST_REPLIES: Duration = Duration::from_secs(10);

/// What to execute.
pub(crate) enum Work {
    /// A stored plan.
    Push(PlanId),
    /// What is left of a run.
    Retry(RunId),
}

/// What is about to be executed, and with what.
pub(crate) struct Execution<'a> {
    pub(crate) context: &'a Context,
    pub(crate) session: &'a Session,
    pub(crate) connector: &'a Connector,
    pub(crate) work: Work,
    pub(crate) options: PushOptions,
}

impl Execution<'_> {
    /// Says in one line what is about to be written, and where; then asks, unless consent was given before. `shown` is
    /// the plan that the line is about. `None` for a no.
    pub(crate) fn confirm(&self, line: &str, shown: Shown, given: GivenConsent) -> Result<Option<Confirmed>, CliError> {
        let Self { context, session, connector, work, options } = self;
        match work {
            Work::Push(plan) => engine::admit_push(session, *plan, options)?,
            Work::Retry(run) => engine::admit_retry(session, *run)?,
        };
        // Whose token it is now, which may not be who planned.
        let who = Context::block_on(engine::operator(session, options))??.name;
        context.ui.status(line);
        context.ui.status(destination_line(connector.address.host(), &who, &connector.title));
        if let Some(deadline) = options.deadline {
            // A time of day may be tomorrow's.
            context.ui.status(format!("No request starts after {}.", for_people(deadline, &connector.zone())));
        }
        given.check()?;
        if given.consent.is_none() && !context.ui.interactive() {
            return Err(CliError::usage("there is no terminal to ask on").hint("look at the plan, then add --yes"));
        }
        confirmed(context, shown, given, "Write this to Canvas?")
    }

    /// Executes, shows what came of it, and says how the process ends.
    pub(crate) fn execute(&self, confirmed: &Confirmed) -> Result<Finished, CliError> {
        let Self { context, session, connector, work, options } = self;
        let stop = Stop::default();
        let going = async {
            match work {
                Work::Push(plan) => engine::push(session, *plan, confirmed, options, &stop).await,
                Work::Retry(run) => engine::retry(session, *run, confirmed, options, &stop).await,
            }
        };
        let Some(outcome) = Context::block_on(until_interrupted(going, &stop))?? else {
            return Err(CliError::new(Exit::Interrupted, "interrupted before the last replies came")
                .hint("the journal is safe: `gradepush retry` reads Canvas first and continues"));
        };
        let summary = outcome.map_err(|error| with_retry(error.into()))?;
        let mut finished = Finished::with_exit(exit(&summary));
        {
            let store = session.store();
            let stored = Stored::run(&store, summary.run, &connector.zone())?;
            tell_run(&context.ui, &stored)?;
            tell_found(&context.ui, &stored, &summary.findings)?;
            if let Some(run) = stored.header.run() {
                finished = time_fields(finished, run);
            }
            finished = with_columns_to_delete(finished, &stored)?;
            finished = run_fields(finished, &summary, &stored)?;
        }
        if let Some(reason) = &summary.stopped {
            context.ui.warning(format!("stopped early: {}", reason.text()));
            if matches!(reason, StopReason::Refused(_)) {
                context.ui.note(
                    "`gradepush connector test` says what is wrong; if the token has expired or was revoked, make a new one \
                     in Canvas under Account, Settings, then: gradepush connector token TITLE",
                );
            }
        }
        if summary.retryable > 0 {
            context.ui.line("");
            context.ui.line(format!(
                "`gradepush retry {}` takes up what is not done: {}.",
                summary.run,
                counted(summary.retryable, "cell")
            ));
        }
        Ok(finished)
    }
}

/// Where the grades would go, and who would write them.
fn destination_line(host: &CanvasHost, who: &str, title: &str) -> String {
    let test = if host.is_beta_or_test() { " (a beta or test copy of Canvas)" } else { "" };
    format!("To {host}{test}, as {who}, through connector `{title}`.")
}

/// The error of a run, with what takes it up again where Canvas gave out.
fn with_retry(error: CliError) -> CliError {
    match error.exit() {
        Exit::Unavailable | Exit::Partial => {
            error.hint("if a run was begun, `gradepush retry` reads Canvas first and continues it")
        }
        _ => error,
    }
}

/// The first Ctrl-C sends nothing new and awaits replies for a while; the second ends the process at once.
async fn until_interrupted<T>(work: impl Future<Output = T>, stop: &Stop) -> Result<Option<T>, CliError> {
    let mut interrupt = interrupt::watch()?;
    let interrupted = async {
        interrupt.wait().await;
        stop.now(StopReason::Interrupted);
        tokio::time::sleep(LAST_REPLIES).await;
    };
    tokio::select! {
        outcome = work => Ok(Some(outcome)),
        () = interrupted => Ok(None),
    }
}

/// How a run ends the process.
pub(crate) fn exit(run: &RunSummary) -> Exit {
    let stopped = match &run.stopped {
        Some(StopReason::Interrupted) => Exit::Interrupted,
        Some(StopReason::Refused(_)) => Exit::NotPermitted,
        Some(StopReason::Unavailable(_)) => Exit::Unavailable,
        Some(StopReason::Deadline | StopReason::Failures | StopReason::FirstCourses) | None => Exit::Done,
    };
    let counts = &run.counts;
    let open = counts.rejected + counts.unknown + counts.pending + run.plan_counts.blocked + run.plan_counts.unresolved;
    let partial =
        if open + run.assignments.failed + run.comments.kept + run.comments.unknown + run.comments.not_sent > 0 {
            Exit::Partial
        } else {
            Exit::Done
        };
    let conflicts = if counts.held + run.plan_counts.conflict > 0 { Exit::Conflicts } else { Exit::Done };
    stopped.and(partial).and(conflicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_canvas_is_named_as_such() {
        for (host, named) in [
            ("canvas.example.edu", "canvas.example.edu"),
            ("school.instructure.com", "school.instructure.com"),
            ("school.beta.instructure.com", "school.beta.instructure.com (a beta or test copy of Canvas)"),
            ("school.test.instructure.com", "school.test.instructure.com (a beta or test copy of Canvas)"),
        ] {
            let host = CanvasHost::from_stored(host.to_owned());
            let expected = format!("To {named}, as Ada Admin, through connector `Tegrity`.");
            assert_eq!(destination_line(&host, "Ada Admin", "Tegrity"), expected);
        }
    }
}
