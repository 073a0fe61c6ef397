//! `push`: executes a plan.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;

use super::plan;
use crate::cli::args::{Intake, Planning, Selection};
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::pushing::{Work, confirm, execute};
use crate::cli::values::{self, Deadline, FailureLimit};
use crate::domain::PlanId;
use crate::engine::{self, PushOptions, Session, StopAfter};
use crate::report::plan_line;
use crate::store::Access;

/// Execute a stored plan, and read back every cell it wrote
///
/// With files instead of a plan: plan, show, ask, push. Without a terminal `--yes` and an explicit plan or file are
/// required.
#[derive(Debug, clap::Args)]
#[command(override_usage = "gradepush push [OPTIONS] [PLAN]\n       gradepush push [OPTIONS] FILE...")]
pub(crate) struct Arguments {
    /// A plan such as P17 or `latest`, or files with scores; an argument that names an existing file is a file
    #[arg(value_name = "PLAN|FILE")]
    what: Vec<String>,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Stop after showing the plan of the files
    #[arg(long)]
    dry_run: bool,

    /// Send so many cells per request, 1 to 10000
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    chunk: u32,

    /// Push so many courses side by side
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=10))]
    courses_at_once: u32,

    /// Push so many courses, read them back and stop; the rest stays pending
    #[arg(long, value_name = "N")]
    first: Option<u32>,

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

    /// Execute a plan that is older than 24 hours
    #[arg(long)]
    stale_ok: bool,

    #[command(flatten)]
    planning: Planning,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    intake: Intake,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let files: Vec<PathBuf> = arguments.what.iter().filter(|one| is_file(one)).map(PathBuf::from).collect();
    if !files.is_empty() && files.len() < arguments.what.len() {
        let missing = arguments.what.iter().find(|one| !is_file(one)).map_or("", String::as_str);
        return Err(CliError::rejected(format!("{missing}: there is no such file")).hint("check the path"));
    }
    if !context.ui.interactive() && !arguments.dry_run {
        let needs = match (arguments.yes, arguments.what.is_empty()) {
            (true, false) => None,
            (false, false) => Some("--yes"),
            (true, true) => Some("an explicit plan or file"),
            (false, true) => Some("--yes and an explicit plan or file"),
        };
        if let Some(needs) = needs {
            return Err(CliError::usage(format!("without a terminal, `push` needs {needs}"))
                .hint("make a plan, look at it, then: gradepush push P1 --yes"));
        }
    }
    let reading = if files.is_empty() {
        refuse_planning(arguments)?;
        None
    } else {
        Some(plan::read(context, &connector, &files, &arguments.selection, &arguments.intake)?)
    };
    let store = context.open_store(&config, Access::ReadWrite)?;
    let _lock = context.lock(&store, "push")?;
    let session = context.session(&connector, store)?;
    let id = match &reading {
        None => {
            let plan = stored_plan(&session, &connector, arguments.what.first().map(String::as_str))?;
            selected_plan(context, &session, &connector, plan, &arguments.selection)?
        }
        Some(reading) => {
            let planned = plan::make(&context.ui, &session, reading, &arguments.planning, &arguments.selection)?;
            let shown = plan::show(context, &session, &connector, &planned, &arguments.planning, &reading.sheet)?;
            if arguments.dry_run || shown.exit == Exit::Rejected {
                return Ok(shown);
            }
            context.ui.result("plan", &shown);
            planned.id
        }
    };
    let stored = session.store().plan(id)?;
    let work = Work::Push(id);
    let line = plan_line(id, &stored.totals.counts, stored.totals.notifications);
    let options = options(context, &connector, arguments)?;
    let Some(confirmed) = confirm(context, &session, &connector, &work, &options, arguments.yes, &line)? else {
        context.ui.status("nothing was written");
        return Ok(Finished::with_exit(Exit::Done).with("plan", &id.to_string()));
    };
    execute(context, &session, &connector, &work, &confirmed, &options)
}

fn is_file(text: &str) -> bool {
    text == "-" || Path::new(text).is_file()
}

/// A stored plan is pushed as it was shown: what decides about its content belongs to `plan`.
fn refuse_planning(arguments: &Arguments) -> Result<(), CliError> {
    if arguments.dry_run {
        return Err(CliError::usage("--dry-run is for files").hint("`gradepush show PLAN` shows a stored plan"));
    }
    Ok(())
}

/// The plan itself, or the plan of the selected part of it.
fn selected_plan(
    context: &Context,
    session: &Session,
    connector: &Connector,
    plan: PlanId,
    selection: &Selection,
) -> Result<PlanId, CliError> {
    if selection.for_engine().is_empty() {
        return Ok(plan);
    }
    let store = session.store();
    let selected = selection.look_up(&context.ui, &store, connector)?;
    Ok(engine::select(&store, plan, &selected)?)
}

/// The plan that was named, or the latest that has not run.
pub(super) fn stored_plan(session: &Session, connector: &Connector, named: Option<&str>) -> Result<PlanId, CliError> {
    match named {
        None | Some("latest") => {
            let latest = session.store().latest_plan(&connector.title, connector.address.host())?;
            latest.map(|plan| plan.id).ok_or_else(|| {
                CliError::usage("there is no plan that has not run").hint("make one: gradepush plan SCORES")
            })
        }
        Some(text) => text.parse().map_err(|_| {
            CliError::usage(format!("`{text}` is neither a file nor a plan such as P1"))
                .hint("`gradepush runs` lists the plans")
        }),
    }
}

fn options(context: &Context, connector: &Connector, arguments: &Arguments) -> Result<PushOptions, CliError> {
    let deadline = match &arguments.deadline {
        None => None,
        Some(deadline) => Some(
            deadline
                .after(context.now(), &connector.zone())
                .ok_or_else(|| CliError::usage("--deadline lies beyond the calendar"))?,
        ),
    };
    Ok(PushOptions {
        chunk: arguments.chunk as usize,
        courses_at_once: arguments.courses_at_once as usize,
        first: arguments.first.map(|first| first as usize),
        deadline,
        stop_after: match arguments.stop_after_failures {
            FailureLimit::Cells(cells) => StopAfter::Cells(cells),
            FailureLimit::Percent(percent) => StopAfter::Percent(u32::from(percent)),
        },
        wait_for_canvas: arguments.wait_for_canvas,
        job_timeout: arguments.job_timeout,
        max_age: (!arguments.stale_ok).then_some(SignedDuration::from_hours(24)),
        selection: engine::Selection::default(),
        abandon: None,
    })
}
