//! Which plan or run an argument names: a number, or the latest (cli, Global).

use crate::cli::connector::Connector;
use crate::cli::error::CliError;
use crate::domain::{PlanId, RunId};
use crate::store::Store;

const LATEST: &str = "latest";
const LATEST_PLAN: &str = "latest-plan";
const LATEST_RUN: &str = "latest-run";

/// What an argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Plan(PlanId),
    Run(RunId),
}

/// The plan of this number, which is in the store; without one, or for `latest`, the connector's latest plan made from
/// scores.
pub(super) fn plan(store: &Store, connector: &Connector, named: Option<&str>) -> Result<PlanId, CliError> {
    match named {
        None | Some(LATEST | LATEST_PLAN) => {
            let plan = store.latest_plan(&connector.title, connector.address.host())?;
            let plan = plan.ok_or_else(|| {
                CliError::usage("there is no plan of scores yet").hint("make one: gradepush plan SCORES")
            })?;
            match plan.run {
                None => Ok(plan.id),
                Some(run) => Err(CliError::usage(format!("the latest plan, {}, was executed by {run}", plan.id))
                    .hint(format!("`gradepush retry {run}` finishes its run; for new scores: gradepush plan SCORES"))
                    .hint("an older plan goes by its number; `gradepush runs` lists them")),
            }
        }
        Some(text) => {
            let id = text.parse().map_err(|_| {
                CliError::usage(format!("`{text}` is neither a file nor a plan such as P1"))
                    .hint("`gradepush runs` lists the plans")
            })?;
            Ok(store.plan(id)?.id)
        }
    }
}

/// The run of this number, which is in the store; without one, or for `latest`, the connector's latest run.
pub(super) fn run(store: &Store, connector: &Connector, named: Option<&str>) -> Result<RunId, CliError> {
    match named {
        None | Some(LATEST | LATEST_RUN) => {
            let run = store.latest_run(&connector.title, connector.address.host())?;
            run.map(|run| run.id)
                .ok_or_else(|| CliError::usage("there is no run yet").hint("`gradepush push` makes one"))
        }
        Some(text) => {
            let id = text.parse().map_err(|_| {
                CliError::usage(format!("`{text}` is not a run such as R1")).hint("`gradepush runs` lists the runs")
            })?;
            Ok(store.run(id)?.id)
        }
    }
}

/// The run to verify: without a number the latest that wrote something. One without a cell to write has nothing to
/// verify.
pub(super) fn run_that_wrote(store: &Store, connector: &Connector, named: Option<&str>) -> Result<RunId, CliError> {
    if let None | Some(LATEST | LATEST_RUN) = named
        && let Some(run) = store.latest_run_that_wrote(&connector.title, connector.address.host())?
    {
        return Ok(run.id);
    }
    run(store, connector, named)
}

/// The plan or run of this number; for `latest` the latest plan made from scores or the latest run, whichever came
/// later: what `push latest` would execute, or what came of it.
pub(super) fn plan_or_run(store: &Store, connector: &Connector, named: &str) -> Result<Named, CliError> {
    let (title, host) = (&connector.title, connector.address.host());
    let nothing = || CliError::usage("there is no plan and no run yet").hint("make a plan: gradepush plan SCORES");
    match named {
        LATEST => match (store.latest_plan(title, host)?, store.latest_run(title, host)?) {
            (Some(plan), Some(run)) if plan.run.is_none() && plan.header.created_at > run.started_at => {
                Ok(Named::Plan(plan.id))
            }
            (_, Some(run)) => Ok(Named::Run(run.id)),
            (Some(plan), None) => Ok(Named::Plan(plan.id)),
            (None, None) => Err(nothing()),
        },
        LATEST_PLAN => store.latest_plan(title, host)?.map(|plan| Named::Plan(plan.id)).ok_or_else(nothing),
        LATEST_RUN => run(store, connector, None).map(Named::Run),
        text => {
            let plan = text.parse().ok().map(Named::Plan);
            plan.or_else(|| text.parse().ok().map(Named::Run)).ok_or_else(|| {
                CliError::usage(format!("`{text}` is neither a plan such as P1 nor a run such as R1")).hint(
                    "`gradepush runs` lists them; `latest`, `latest-plan` and `latest-run` are words for the newest",
                )
            })
        }
    }
}
