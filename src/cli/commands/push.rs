//! `push`: executes a plan.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::{named, plan, refusal};
use crate::cli::args::{Executing, Intake, Planning, Selection};
use crate::cli::config::ConfigFile;
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::pushing::{Execution, Work};
use crate::cli::views::{Stored, headline, no_run_fields};
use crate::domain::{PlanId, PlanKind, Shown, shell_word};
use crate::engine::{self, PushOptions, Session};
use crate::store::{Access, StoredPlan};

/// Execute a stored plan, and read back every cell it wrote
///
/// With files instead of a plan: plan, show, ask, push. Without a terminal `--yes` and an explicit plan or file are
/// required.
#[derive(Debug, clap::Args)]
#[command(override_usage = "gradepush push [OPTIONS] [PLAN]\n       gradepush push [OPTIONS] FILE...")]
pub(crate) struct Arguments {
    /// A plan such as P17, `latest` for the latest plan made from scores, or files with scores; an argument that names
    /// an existing file is a file
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
    if files.is_empty() {
        push_stored(context, &config, &connector, arguments)
    } else {
        push_files(context, &config, &connector, (arguments, &files))
    }
}

/// Pushes the plan that was named, or the selected part of it.
fn push_stored(
    context: &Context,
    config: &ConfigFile,
    connector: &Connector,
    arguments: &Arguments,
) -> Result<Finished, CliError> {
    refuse_planning(arguments)?;
    let store = context.open_store(config, Access::ReadWrite)?;
    let named = named::plan(&store, connector, arguments.what.first().map(String::as_str))?;
    needs_no_terminal(context, arguments, Some(named))?;
    let _lock = context.lock(&store, "push")?;
    let session = context.session(connector, store)?;
    let options = options(context, connector, arguments)?;
    let plan = selected_plan(context, &session, connector, (named, &arguments.selection), &options)?;
    execute(context, &session, connector, (plan, options), arguments)
}

/// Plans the files, shows the plan, and pushes it.
fn push_files(
    context: &Context,
    config: &ConfigFile,
    connector: &Connector,
    (arguments, files): (&Arguments, &[PathBuf]),
) -> Result<Finished, CliError> {
    needs_no_terminal(context, arguments, None)?;
    let showing = plan::Showing::of(context, files, &arguments.planning, &arguments.intake)?;
    let reading = plan::read(context, connector, files, &arguments.selection, &arguments.intake)?;
    let store = context.open_store(config, Access::ReadWrite)?;
    let _lock = context.lock(&store, "push")?;
    let session = context.session(connector, store)?;
    let options = options(context, connector, arguments)?;
    let planned = plan::make(&context.ui, &session, &reading, &arguments.planning, &arguments.selection)?;
    let shown = plan::show(context, &session, connector, &planned, &showing, &reading.sheet)?;
    if arguments.dry_run || shown.exit == Exit::Rejected {
        return Ok(shown);
    }
    context.ui.result("plan", &shown);
    execute(context, &session, connector, (planned.id, options), arguments)
}

fn options(context: &Context, connector: &Connector, arguments: &Arguments) -> Result<PushOptions, CliError> {
    Ok(PushOptions {
        first: arguments.first.map(|first| first as usize),
        max_age: (!arguments.stale_ok).then_some(SignedDuration::from_hours(24)),
        ..arguments.executing.options(context, connector)?
    })
}

/// Asks, and executes a plan that was shown.
fn execute(
    context: &Context,
    session: &Session,
    connector: &Connector,
    (id, options): (PlanId, PushOptions),
    arguments: &Arguments,
) -> Result<Finished, CliError> {
    let stored = session.store().plan(id)?;
    engine::admit_push(session, id, &options).map_err(|error| refusal::of_stored(context, &stored, error))?;
    if is_nothing(&stored) {
        context.ui.line(format!("Nothing to write: no run of {id} was made."));
        let counts = &stored.totals.counts;
        let partial = if counts.blocked + counts.unresolved > 0 { Exit::Partial } else { Exit::Done };
        let conflicts = if counts.conflict > 0 { Exit::Conflicts } else { Exit::Done };
        let requests = session.requests();
        let store = session.store();
        let stored = Stored::plan(&store, id, &connector.zone())?;
        return no_run_fields(Finished::with_exit(partial.and(conflicts)), &stored, requests);
    }
    let shown = Shown::with_digest(&stored.totals.digest);
    let line = headline(&context.ui, &Stored::plan(&session.store(), id, &connector.zone())?);
    let execution = Execution { context, session, connector, work: Work::Push(id), options };
    let given = arguments.executing.given(arguments.yes, stored.totals.counts.released.others_work());
    let Some(confirmed) = execution.confirm(&line, shown, given)? else {
        context.ui.status("Nothing was written.");
        let declined = Finished::with_exit(Exit::Declined).with("run", &None::<String>);
        return Ok(declined.with("plan", &id.to_string()));
    };
    execution.execute(&confirmed)
}

/// Without somebody to ask, the command line says what is pushed, and that it is meant.
fn needs_no_terminal(context: &Context, arguments: &Arguments, named: Option<PlanId>) -> Result<(), CliError> {
    if context.ui.interactive() || arguments.dry_run {
        return Ok(());
    }
    let needs = match (arguments.yes, arguments.what.is_empty()) {
        (true, false) => return Ok(()),
        (false, false) => "--yes",
        (true, true) => "an explicit plan or file",
        (false, true) => "--yes and an explicit plan or file",
    };
    let files: Vec<String> = arguments.what.iter().map(|one| shell_word(one)).collect();
    let (look, push) = match named {
        Some(plan) => (format!("show {plan}"), format!("push {plan} --yes")),
        None => (format!("push {} --dry-run", files.join(" ")), format!("push {} --yes", files.join(" "))),
    };
    let (look, push) = (Context::command(&look), Context::command(&push));
    let error = CliError::usage(format!("without a terminal, `push` needs {needs}"));
    Err(error.hint(format!("look at it first: {look}")).hint(format!("then: {push}")))
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
    if let [_, second, ..] = arguments.what.as_slice() {
        return Err(CliError::usage(format!("one plan at a time, and `{second}` is no file"))
            .hint("push the plans one after the other"));
    }
    if arguments.dry_run {
        return Err(CliError::usage("--dry-run is for files").hint("`gradepush show PLAN` shows a stored plan"));
    }
    if let Some(flag) = arguments.planning.given() {
        return Err(CliError::usage(format!("{flag} is for files: a stored plan is pushed as it was shown"))
            .hint(format!("plan again with it: gradepush plan SCORES {flag} …")));
    }
    Ok(())
}

/// The plan itself, or the plan of the selected part of it.
fn selected_plan(
    context: &Context,
    session: &Session,
    connector: &Connector,
    (plan, selection): (PlanId, &Selection),
    options: &PushOptions,
) -> Result<PlanId, CliError> {
    if selection.for_engine().is_empty() {
        return Ok(plan);
    }
    let selected = selection.look_up(&context.ui, &session.store(), connector)?;
    let whole = session.store().plan(plan)?;
    engine::select_to_push(session, plan, &selected, options)
        .map_err(|error| refusal::of_stored(context, &whole, error))
}
