//! `undo`: takes a run back.

use super::{named, plan};
use crate::cli::args::{Executing, Selection};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::pushing::{Execution, Work};
use crate::cli::table;
use crate::cli::values;
use crate::cli::views::{Stored, headline, no_run_fields, plan_fields, tell_plan};
use crate::domain::{FindingCode, RunId, Shown, TakeBack};
use crate::engine::{self, Deletions, Session, UndoOptions, UndoneBy};
use crate::store::Access;

/// Plan and push the reverse of a run
///
/// What cannot be put back is listed with the reason. Notifications that students got stay with them.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag")]
pub(crate) struct Arguments {
    /// The run, such as R3
    #[arg(value_name = "RUN")]
    run: String,

    /// Show what would be put back, and stop
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    /// Delete the assignments that the run created, unless somebody else used them since
    #[arg(long)]
    delete_created: bool,

    /// Delete the comments that the run sent
    #[arg(long)]
    delete_comments: bool,

    /// Give values back to cells that are held for this reason all the same
    #[arg(long, value_parser = values::overwrite_in_undo(), value_name = "REASONS", value_delimiter = ',')]
    overwrite: Vec<FindingCode>,

    #[command(flatten)]
    executing: Executing,

    #[command(flatten)]
    selection: Selection,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let also = TakeBack { created: arguments.delete_created, comments: arguments.delete_comments };
    let store = context.open_store(&config, Access::ReadWrite)?;
    let run = named::run(&store, &connector, Some(&arguments.run))?;
    if !context.ui.interactive() && !arguments.yes && !arguments.dry_run {
        let preview = context.again(None, &["--dry-run".to_owned()]);
        return Err(
            CliError::usage("without a terminal, `undo` needs --yes").hint(format!("preview it first: {preview}"))
        );
    }
    let _lock = context.lock(&store, "undo")?;
    let session = context.session(&connector, store)?;
    arguments.selection.look_up(&context.ui, &session.store(), &connector)?;
    let selection = arguments.selection.for_engine();
    let undo = UndoOptions { also, overwrite: arguments.overwrite.clone() };
    let planned = Context::block_on(engine::plan_undo(&session, run, undo, &selection))??;
    let (plan, line, deletions) = {
        let store = session.store();
        let stored = Stored::plan(&store, planned.id, &connector.zone())?;
        tell_plan(&context.ui, &stored, &[])?;
        let deletions = Deletions::of(&store, &stored.plan)?;
        tell_deletions(context, &deletions);
        (stored.plan.clone(), headline(&context.ui, &stored), deletions)
    };
    let finished = Finished::with_exit(plan::exit(&planned, false, false));
    let preview = plan_fields(finished, &plan.header, &planned);
    if arguments.dry_run {
        return Ok(preview.with("run", &run.to_string()));
    }
    let is_empty = planned.counts.planned() + deletions.assignments + deletions.comments == 0;
    if is_empty && !may_send_more(&session, run)? {
        context.ui.line(format!("Nothing to take back: no run of {} was made.", planned.id));
        let store = session.store();
        let stored = Stored::plan(&store, planned.id, &connector.zone())?;
        return no_run_fields(preview, &stored, session.requests());
    }
    if is_empty {
        context.ui.line("Nothing of it is put back; what it has not sent stays unsent.");
    }
    let options = arguments.executing.options(context, &connector)?;
    let work = Work::Push(planned.id);
    let execution = Execution { context, session: &session, connector: &connector, work, options };
    let shown = Shown::with_digest(&plan.totals.digest);
    let given = arguments.executing.given(arguments.yes, planned.counts.released.others_work());
    let Some(confirmed) = execution.confirm(&line, shown, given)? else {
        context.ui.status("Nothing was written.");
        let mut declined = preview;
        declined.exit = Exit::Declined;
        return Ok(declined);
    };
    execution.execute(&confirmed)
}

/// Whether a retry of the run would send what it has not sent. Once it is taken back, none does.
fn may_send_more(session: &Session, run: RunId) -> Result<bool, CliError> {
    let store = session.store();
    let is_undone = matches!(UndoneBy::of(&store, &store.run(run)?)?, Some(UndoneBy::Whole(_)));
    Ok(!is_undone && store.run_counts(run)?.retryable() > 0)
}

/// Says which assignments and comments the undo deletes beside the values, before the user confirms it.
fn tell_deletions(context: &Context, deletions: &Deletions) {
    let Deletions { assignments, kept, comments } = *deletions;
    let created = |count: u64| if count == 1 { "the assignment" } else { "the assignments" };
    let say = |text: String| context.ui.line(table::wrapped(&text, context.ui.width(), 2));
    if assignments > 0 {
        let unless = "unless somebody else used them since. The run's comments in them go with them";
        say(format!("It deletes {} that the run created ({assignments}), {unless}.", created(assignments)));
    }
    if comments > 0 {
        say(format!("It deletes the comments that the run sent ({comments})."));
    }
    if kept > 0 {
        let what = created(kept);
        say(format!("In Canvas stay {what} that the run created ({kept}); --delete-created deletes them."));
    }
}
