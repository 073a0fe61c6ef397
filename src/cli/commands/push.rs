//! `push`: executes a plan.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::plan;
use crate::cli::args::{Executing, Intake, Planning, Selection};
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::pushing::{Execution, Work};
use crate::cli::views::{Stored, no_run_fields};
use crate::domain::{PlanId, PlanKind, Shown};
use crate::engine::{self, PushOptions, Session};
use crate::report::plan_line;
use crate::store::{Access, StoredPlan};

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

    /// Push so many courses, read them back and stop; the rest stays pending
    #[arg(long, value_name = "N")]
    first: Option<u32>,

    /// Execute a plan that is older than 24 hours
    #[arg(long)]
    stale_ok: bool,

    #[command(flatten)]
    executing: Executing,

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
    let showing = plan::Showing::of(context, &files, &arguments.planning, &arguments.intake)?;
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
            let shown = plan::show(context, &session, &connector, &planned, &showing, &reading.sheet)?;
            if arguments.dry_run || shown.exit == Exit::Rejected {
                return Ok(shown);
            }
            context.ui.result("plan", &shown);
            planned.id
        }
    };
    let stored = session.store().plan(id)?;
    let shown = Shown::with_digest(&stored.totals.digest);
    let line = plan_line(id, &stored.totals.counts, stored.totals.notifications);
    let options = PushOptions {
        first: arguments.first.map(|first| first as usize),
        max_age: (!arguments.stale_ok).then_some(SignedDuration::from_hours(24)),
        ..arguments.executing.options(context, &connector)?
    };
    if is_nothing(&stored) {
        // Whether it may be pushed is said all the same.
        engine::admit_push(&session, id, &options)?;
        context.ui.line(format!("Nothing to write: no run of {id} was made."));
        let counts = &stored.totals.counts;
        let partial = if counts.blocked + counts.unresolved > 0 { Exit::Partial } else { Exit::Done };
        let conflicts = if counts.conflict > 0 { Exit::Conflicts } else { Exit::Done };
        let requests = session.requests();
        let store = session.store();
        let stored = Stored::plan(&store, id, &connector.zone())?;
        return no_run_fields(Finished::with_exit(partial.and(conflicts)), &stored, requests);
    }
    let execution = Execution { context, session: &session, connector: &connector, work: Work::Push(id), options };
    let replacing = stored.totals.counts.released.others_work();
    let given = arguments.executing.given(arguments.yes, replacing);
    let Some(confirmed) = execution.confirm(&line, shown, given)? else {
        context.ui.status("nothing was written");
        return Ok(Finished::with_exit(Exit::Done).with("plan", &id.to_string()));
    };
    execution.execute(&confirmed)
}

/// Whether a push of scores would send and create nothing. What an undo takes back is more than its cells.
fn is_nothing(stored: &StoredPlan) -> bool {
    let counts = &stored.totals.counts;
    let is_undo = matches!(stored.header.kind, PlanKind::Undo { .. });
    !is_undo && counts.planned() + counts.create_assignments == 0
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
