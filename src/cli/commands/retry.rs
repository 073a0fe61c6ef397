//! `retry`: finishes a run.

use crate::cli::args::{Executing, Selection};
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::pushing::{Execution, Work};
use crate::cli::views::Stored;
use crate::domain::{Consent, JobId, RunId, Shown};
use crate::engine::{PushOptions, Session};
use crate::report::run_line;
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
    if !context.ui.interactive() && !arguments.yes && !arguments.dry_run {
        return Err(CliError::usage("without a terminal, `retry` needs --yes")
            .hint("look at the run first: gradepush show RUN"));
    }
    let store = context.open_store(&config, Access::ReadWrite)?;
    let _lock = context.lock(&store, "retry")?;
    let session = context.session(&connector, store)?;
    let run = named_run(&session, &connector, arguments.run.as_deref())?;
    let selection = arguments.selection.for_engine();
    let (plan, counts, replacing, shown) = {
        let store = session.store();
        let selected = arguments.selection.look_up(&context.ui, &store, &connector)?;
        let stored = Stored::run(&store, run, &connector.zone())?.only(&selected)?;
        let counts = stored.header.run().map(|run| run.counts).unwrap_or_default();
        let replacing = stored.still_replacing()?.others_work();
        (stored.plan.id, counts, replacing, Shown::with_digest(&stored.plan.totals.digest))
    };
    let line = run_line(run, plan, &counts);
    if arguments.dry_run {
        context.ui.line(&line);
        context.ui.line(format!(
            "A retry would look at {} cells again, and send those that are as planned.",
            counts.retryable()
        ));
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
        context.ui.status("nothing was written");
        return Ok(Finished::done().with("run", &run.to_string()));
    };
    execution.execute(&confirmed)
}

/// The run that was named, or the connector's latest.
pub(super) fn named_run(session: &Session, connector: &Connector, named: Option<&str>) -> Result<RunId, CliError> {
    match named {
        None | Some("latest") => {
            let latest = session.store().latest_run(&connector.title, connector.address.host())?;
            latest
                .map(|run| run.id)
                .ok_or_else(|| CliError::usage("there is no run yet").hint("`gradepush push` makes one"))
        }
        Some(text) => text.parse().map_err(|_| {
            CliError::usage(format!("`{text}` is not a run such as R1")).hint("`gradepush runs` lists the runs")
        }),
    }
}
