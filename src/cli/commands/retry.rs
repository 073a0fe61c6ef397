//! `retry`: finishes a run.

use super::named;
use crate::cli::args::{Executing, Selection};
use crate::cli::consent::counted;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::pushing::{Execution, Work};
use crate::cli::views::{Stored, headline};
use crate::domain::{Consent, JobId, Shown};
use crate::engine::PushOptions;
use crate::store::Access;

/// Finish a run: send what is neither written nor there already, and nothing blindly
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The run, such as R3 [default: latest]
    #[arg(value_name = "RUN")]
    run: Option<String>,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Show what would be sent, and stop
    #[arg(long)]
    dry_run: bool,

    /// Wait no longer for this job, such as J2 as `show` prints it
    #[arg(long, value_name = "ID")]
    abandon_job: Option<JobId>,

    #[command(flatten)]
    executing: Executing,

    #[command(flatten)]
    selection: Selection,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let run = named::run(&store, &connector, arguments.run.as_deref())?;
    if !context.ui.interactive() && !arguments.yes && !arguments.dry_run {
        let [look, retry] = [format!("show {run}"), format!("retry {run} --yes")].map(|words| Context::command(&words));
        return Err(CliError::usage("without a terminal, `retry` needs --yes")
            .hint(format!("look at it first: {look}"))
            .hint(format!("then: {retry}")));
    }
    let _lock = context.lock(&store, "retry")?;
    let session = context.session(&connector, store)?;
    let selection = arguments.selection.for_engine();
    let (plan, counts, line, replacing, shown) = {
        let store = session.store();
        let selected = arguments.selection.look_up(&context.ui, &store, &connector)?;
        let stored = Stored::run(&store, run, &connector.zone())?.only(&selected)?;
        let counts = stored.header.run().map(|run| run.counts).unwrap_or_default();
        let line = headline(&context.ui, &stored);
        let replacing = stored.still_replacing()?.others_work();
        (stored.plan.id, counts, line, replacing, Shown::with_digest(&stored.plan.totals.digest))
    };
    if arguments.dry_run {
        context.ui.line(&line);
        context.ui.line(match counts.retryable() {
            0 => "A retry would find nothing left to do.".to_owned(),
            left => {
                format!("A retry would look at {} again, and send what is as planned.", counted(left, "cell"))
            }
        });
        if replacing > 0 {
            context.ui.line(format!("In {replacing} of them it would replace other people's work."));
        }
        let exit = if counts.retryable() > 0 { Exit::Partial } else { Exit::Done };
        let finished = Finished::with_exit(exit).with("run", &run.to_string()).with("plan", &plan.to_string());
        let finished = finished.with("counts", &counts).with("retryable", &counts.retryable());
        return Ok(finished.with("replacing", &replacing));
    }
    let mut given = arguments.executing.given(arguments.yes, replacing);
    if counts.retryable() == 0 && !arguments.yes {
        given.consent = Some(Consent::EarlierConfirmation);
    }
    let executing = arguments.executing.options(context, &connector)?;
    let options = PushOptions { selection, abandon: arguments.abandon_job, ..executing };
    let execution = Execution { context, session: &session, connector: &connector, work: Work::Retry(run), options };
    let Some(confirmed) = execution.confirm(&line, shown, given)? else {
        context.ui.status("Nothing was written.");
        return Ok(Finished::with_exit(Exit::Declined).with("run", &run.to_string()));
    };
    execution.execute(&confirmed)
}
