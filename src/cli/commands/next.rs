//! Without a command: what to do next, in the state that the configuration and the store are in. Sends nothing.

use super::cache::age;
use crate::cli::connector::Connector;
use crate::cli::consent::{counted, counted_people};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::domain::{PlanId, PlanKind, RunId, shell_word};
use crate::report::plan_line;
use crate::store::{Access, Store};

/// What there is to do.
enum Next {
    /// Nothing says which Canvas.
    Connect,
    /// Several Canvases are set up, and nothing says which one is meant; the first of them.
    Choose(String),
    /// Nothing is known of it.
    Fill,
    /// Cells of the latest run may be in Canvas or not, or were never sent.
    Finish(RunId),
    /// The latest plan of scores has not run.
    Push(PlanId),
    /// Nothing is left over.
    Plan,
}

impl Next {
    /// The command to type.
    fn command(&self) -> String {
        match self {
            Self::Connect => "gradepush init".to_owned(),
            Self::Choose(first) => format!("gradepush --connector {}", shell_word(first)),
            Self::Fill => "gradepush sync".to_owned(),
            Self::Finish(run) => format!("gradepush retry {run}"),
            Self::Push(plan) => format!("gradepush push {plan}"),
            Self::Plan => "gradepush plan scores.csv".to_owned(),
        }
    }

    /// What it does.
    fn meaning(&self) -> String {
        match self {
            Self::Connect => {
                "asks where your Canvas is and for your token; `gradepush demo` shows the whole job without".to_owned()
            }
            Self::Choose(_) => {
                "says what is next there; `default_connector` in the configuration is used when none is \
                                named"
                    .to_owned()
            }
            Self::Fill => "reads the courses and people from Canvas, and writes nothing there".to_owned(),
            Self::Finish(run) => format!("reads Canvas, then sends what {run} left over"),
            Self::Push(plan) => format!("asks, then writes it to Canvas; `gradepush show {plan}` shows it first"),
            Self::Plan => "shows what your scores would change, and writes nothing to Canvas".to_owned(),
        }
    }
}

/// Says it.
pub(crate) fn next_step(context: &Context) -> Result<Finished, CliError> {
    let config = context.config()?;
    let titles: Vec<&str> = config.table.connectors.iter().map(|one| one.title.as_str()).collect();
    let next = if context.connector_title(&config).is_some() {
        let connector = context.connector(&config)?;
        context.ui.line(format!("Connector `{}`: {}.", connector.title, connector.address));
        // A store that nothing was put into is not made for this.
        if context.store_path(&config)?.value.exists() {
            of_store(context, &context.open_store(&config, Access::ReadWrite)?, &connector)?
        } else {
            Next::Fill
        }
    } else if let Some(first) = titles.first() {
        context.ui.line(format!("Several connectors are set up: {}.", backquoted(&titles)));
        Next::Choose((*first).to_owned())
    } else {
        context.ui.line("No connector is set up yet.");
        Next::Connect
    };
    let command = context.ui.next().complete(&next.command()).into_owned();
    context.ui.line(format!("Next: {}\n      {}.", next.command(), next.meaning()));
    context.ui.line("`gradepush help` lists all commands.");
    Ok(Finished::done().with("next", &command))
}

/// `` `Spring`, `Fall` ``.
fn backquoted(titles: &[&str]) -> String {
    titles.iter().map(|title| format!("`{title}`")).collect::<Vec<_>>().join(", ")
}

fn of_store(context: &Context, store: &Store, connector: &Connector) -> Result<Next, CliError> {
    let host = connector.address.host();
    let Some(status) = store.cache_status(host)? else { return Ok(Next::Fill) };
    let (people, courses) = (status.users, status.courses);
    context.ui.line(format!(
        "Its cache holds {} and {}, from {}.",
        counted_people(people),
        counted(courses, "course"),
        age(context, connector, &status)
    ));
    let latest = store.latest_run(&connector.title, host)?;
    if let Some(run) = latest.as_ref().filter(|run| run.undone_by.is_none()) {
        let counts = store.run_counts(run.id)?;
        let open = counts.unknown + counts.pending;
        if open > 0 {
            let cells = if open == 1 { "cell is" } else { "cells are" };
            context.ui.line(format!("Run {} is not finished: {open} {cells} open.", run.id));
            return Ok(Next::Finish(run.id));
        }
    }
    let plan = store.latest_plan(&connector.title, host)?;
    // An older plan was most likely left behind on purpose.
    let is_newest = |id: PlanId| latest.as_ref().is_none_or(|run| run.plan < id);
    if let Some(plan) = plan.filter(|plan| is_newest(plan.id) && matches!(plan.header.kind, PlanKind::Scores)) {
        let counts = &plan.totals.counts;
        if counts.planned() + counts.create_assignments > 0 {
            context.ui.line(plan_line(plan.id, counts, plan.totals.notifications));
            return Ok(Next::Push(plan.id));
        }
    }
    Ok(Next::Plan)
}
