//! `runs`: the history.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::table;
use crate::cli::views::{left_out_words, source_names};
use crate::domain::{PlanId, PlanKind, RunCounts, Severity};
use crate::engine::UndoneBy;
use crate::report::for_people;
use crate::store::{Access, Store, StoredPlan, StoredRun};

/// Whole plans that people are shown unless they ask for more.
const SHOWN: usize = 20;

/// List the plans and runs of this connector, newest first
///
/// Parts of a plan that were pushed by themselves stand below the plan.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// List at most so many plans; the parts of a plan come with it [default: 20, and all with --json]
    #[arg(long, value_name = "N", conflicts_with = "all")]
    limit: Option<usize>,

    /// List all plans
    #[arg(long)]
    all: bool,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let zone = connector.zone();
    let folded = fold(store.plans(Some(&connector.title))?);
    let total: usize = folded.iter().map(|one| 1 + one.parts.len()).sum();
    let most = match (arguments.limit, arguments.all, context.ui.json()) {
        (Some(limit), _, _) => limit,
        (None, true, _) | (None, _, true) => usize::MAX,
        (None, false, false) => SHOWN,
    };
    let hidden = folded.len().saturating_sub(most);
    let mut rows = Vec::new();
    let mut machine = BTreeMap::new();
    for Folded { whole, parts } in folded.into_iter().take(most) {
        let whole = Entry::of(&store, whole)?;
        let parts: Vec<Entry> = parts.into_iter().map(|part| Entry::of(&store, part)).collect::<Result<_, _>>()?;
        machine.insert(whole.plan.id, whole.machine(&parts));
        rows.push(whole.row("", &zone, whole.outcome(&parts)));
        for part in parts {
            machine.insert(part.plan.id, part.machine(&[]));
            rows.push(part.row("  ", &zone, part.outcome(&[])));
        }
    }
    if total == 0 {
        context.ui.line("No plans yet.");
    } else {
        context.ui.line(table::within(context.ui.width(), 4, ["plan", "made", "by", "from", "outcome"], rows));
    }
    if hidden > 0 {
        let plans = if hidden == 1 { "plan" } else { "plans" };
        context.ui.line(format!("and {hidden} older {plans}: `{}`", Context::command("runs --all")));
    }
    let newest_first: Vec<_> = machine.into_values().rev().collect();
    Ok(Finished::done().with("plans", &newest_first).with("plans_total", &total))
}

/// A plan, and the parts of it that are plans of their own, newest first.
struct Folded {
    whole: StoredPlan,
    parts: Vec<StoredPlan>,
}

impl Folded {
    /// The newest of them.
    fn newest(&self) -> PlanId {
        self.parts.iter().map(|part| part.id).fold(self.whole.id, Ord::max)
    }
}

/// Puts parts below the plans that they are of, those with the newest plan or part first. A part whose whole is gone
/// stands by itself.
fn fold(plans: Vec<StoredPlan>) -> Vec<Folded> {
    let wholes: BTreeMap<PlanId, Option<PlanId>> = plans.iter().map(|plan| (plan.id, whole_of(plan))).collect();
    let root = |mut plan: PlanId| {
        while let Some(Some(of)) = wholes.get(&plan)
            && wholes.contains_key(of)
        {
            plan = *of;
        }
        plan
    };
    let roots: BTreeSet<PlanId> = wholes.keys().map(|plan| root(*plan)).collect();
    let mut parts: BTreeMap<PlanId, Vec<StoredPlan>> = BTreeMap::new();
    let mut folded = Vec::new();
    for plan in plans {
        if roots.contains(&plan.id) {
            folded.push(Folded { whole: plan, parts: Vec::new() });
        } else {
            parts.entry(root(plan.id)).or_default().push(plan);
        }
    }
    for one in &mut folded {
        one.parts = parts.remove(&one.whole.id).unwrap_or_default();
    }
    folded.sort_by_key(|one| std::cmp::Reverse(one.newest()));
    folded
}

/// The plan that this one is a part of.
fn whole_of(plan: &StoredPlan) -> Option<PlanId> {
    plan.header.kind.part_of()
}

/// A plan with what became of it.
struct Entry {
    plan: StoredPlan,
    run: Option<(StoredRun, RunCounts)>,
    undone: Option<UndoneBy>,
}

impl Entry {
    fn of(store: &Store, plan: StoredPlan) -> Result<Self, CliError> {
        let Some(id) = plan.run else { return Ok(Self { plan, run: None, undone: None }) };
        let run = store.run(id)?;
        let undone = UndoneBy::of(store, &run)?;
        Ok(Self { plan, run: Some((run, store.run_counts(id)?)), undone })
    }

    fn row(&self, indent: &str, zone: &jiff::tz::TimeZone, outcome: String) -> [String; 5] {
        let header = &self.plan.header;
        let by = self.run.as_ref().and_then(|(run, _)| run.operator.local_user.as_ref());
        let by = by.or(header.operator.local_user.as_ref()).cloned().unwrap_or_default();
        let from = match &header.kind {
            PlanKind::Scores => source_names(&header.sources),
            PlanKind::Undo { .. } | PlanKind::Selection { .. } => self.kind(),
        };
        let note = header.note.as_ref().filter(|_| whole_of(&self.plan).is_none());
        let from = note.map_or(from.clone(), |note| format!("{from}: {note}"));
        [format!("{indent}{}", self.plan.id), for_people(header.created_at, zone), by, from, outcome]
    }

    /// What it was made from, as scripts know it.
    fn kind(&self) -> String {
        match &self.plan.header.kind {
            PlanKind::Scores => "scores".to_owned(),
            PlanKind::Undo { run, .. } => format!("undo of {run}"),
            PlanKind::Selection { of } => format!("part of {of}"),
        }
    }

    /// What became of it, and of its parts, and what it left out.
    fn outcome(&self, parts: &[Self]) -> String {
        let what = match &self.run {
            Some((run, counts)) => {
                let undone = match self.undone {
                    Some(UndoneBy::Whole(by)) => format!(", undone by {by}"),
                    Some(UndoneBy::Part(by)) => format!(", partly undone by {by}"),
                    None => String::new(),
                };
                format!("{}{}{undone}", run.id, outcomes(counts))
            }
            None => self.not_run(parts),
        };
        let left_out = left_out_words(&self.plan.totals.counts);
        if left_out.is_empty() { what } else { format!("{what}; {left_out}") }
    }

    fn not_run(&self, parts: &[Self]) -> String {
        let counts = &self.plan.totals.counts;
        let ran: Vec<&(StoredRun, RunCounts)> = parts.iter().rev().filter_map(|part| part.run.as_ref()).collect();
        if !ran.is_empty() {
            let runs: Vec<String> = ran.iter().map(|(run, _)| run.id.to_string()).collect();
            let written: u64 = ran.iter().map(|(_, counts)| counts.written).sum();
            return format!("in parts {}: {written} of {} written", runs.join(", "), counts.planned());
        }
        let is_undo = matches!(self.plan.header.kind, PlanKind::Undo { .. });
        if self.plan.totals.findings.iter().any(|finding| finding.severity == Severity::Plan) {
            format!("{} to write, refused", counts.planned())
        } else if !is_undo && counts.planned() + counts.create_assignments == 0 {
            "nothing to write".to_owned()
        } else {
            format!("{} to write, not run", counts.planned())
        }
    }

    fn machine(&self, parts: &[Self]) -> serde_json::Value {
        let Self { plan, run, undone } = self;
        let header = &plan.header;
        let files: Vec<&str> = header.sources.iter().map(|file| &*file.name).collect();
        let parts: Vec<String> = parts.iter().map(|part| part.plan.id.to_string()).collect();
        serde_json::json!({
            "plan": plan.id.to_string(),
            "created_at": header.created_at.to_string(),
            "kind": self.kind(),
            "host": header.host.as_str(),
            "digest": plan.totals.digest,
            "counts": plan.totals.counts,
            "run": run.as_ref().map(|(run, _)| run.id.to_string()),
            "run_counts": run.as_ref().map(|(_, counts)| counts),
            "undone_by": undone.map(|(UndoneBy::Whole(by) | UndoneBy::Part(by))| by.to_string()),
            "files": files,
            "note": header.note,
            "local_user": header.operator.local_user,
            "run_local_user": run.as_ref().and_then(|(run, _)| run.operator.local_user.clone()),
            "started_at": run.as_ref().map(|(run, _)| run.started_at.to_string()),
            "part_of": whole_of(plan).map(|of| of.to_string()),
            "parts": parts,
        })
    }
}

/// `: 390 of 569 written, 179 unknown`: what is done, and what is still open.
fn outcomes(counts: &RunCounts) -> String {
    let RunCounts { planned, written, already, held, rejected, unknown, pending } = *counts;
    let open = [
        (already, "already there"),
        (held, "held"),
        (rejected, "rejected"),
        (unknown, "unknown"),
        (pending, "pending"),
    ];
    let open = open.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}"));
    format!(": {written} of {planned} written{}", open.collect::<String>())
}
