//! Cells that no longer hold what a run wrote: where each comes from, who changed it, and when.

use serde_json::{Value, json};

use super::Stored;
use super::lines::{PLACES, cell_line, places};
use crate::cli::error::CliError;
use crate::cli::table;
use crate::cli::ui::Ui;
use crate::domain::{Cell, CoursePart, UserId};
use crate::engine::Drift;
use crate::report::{GraderNames, for_people, grader, sources_json};

/// What is shown before `and N more`.
const CELLS: usize = 24;

/// Tells the drifted cells of a run.
pub(crate) fn tell_drift(ui: &Ui, stored: &Stored<'_>, drifted: &[Drift]) -> Result<(), CliError> {
    let shown = &drifted[..drifted.len().min(CELLS)];
    let graders: Vec<UserId> = shown.iter().filter_map(|drift| drift.by.map(UserId)).collect();
    let names = stored.names(&graders)?;
    let mut lines = Vec::new();
    each(stored, shown, |drift, part, cell| lines.push(line(ui, stored, &names, drift, (part, cell))))?;
    if !lines.is_empty() {
        ui.marked(table::within(ui.width(), 4, [""; 6], lines));
    }
    if drifted.len() > CELLS {
        ui.line(format!("  and {} more; --json has them all", drifted.len() - CELLS));
    }
    Ok(())
}

fn line(
    ui: &Ui,
    stored: &Stored<'_>,
    names: &GraderNames,
    drift: &Drift,
    (part, cell): (&CoursePart, &Cell),
) -> [String; 6] {
    let [_, mut who, title, ..] = cell_line(part, cell, &[]);
    let now = drift.now.as_ref();
    let mut values = format!("{} → {}", drift.wrote, now.map_or("gone".to_owned(), |now| now.entered.to_string()));
    if !ui.shows_people() {
        who.clear();
        values.clear();
    }
    if drift.comment_gone {
        values.push_str(if values.is_empty() { "its comment is gone" } else { "; its comment is gone" });
    }
    let at = match places(&stored.plan.header.sources, &cell.sources, PLACES) {
        // What an undo puts back may come from a rule and from no line.
        none if none.is_empty() => format!("course {}, assignment {}", drift.course, drift.assignment),
        at => at,
    };
    [at, who, title, values, changed_by(ui, drift, names), changed_at(stored, drift)]
}

/// Whether somebody changed the value: a comment that is gone, or a whole column, has nobody's name on it.
fn is_changed(drift: &Drift) -> bool {
    drift.now.as_ref().is_some_and(|now| !drift.wrote.holds_in(now))
}

/// Who changed it: by name where people may be shown.
fn changed_by(ui: &Ui, drift: &Drift, names: &GraderNames) -> String {
    if !is_changed(drift) {
        return String::new();
    }
    format!("by {}", grader(drift.by, Some(names).filter(|_| ui.shows_people())))
}

fn changed_at(stored: &Stored<'_>, drift: &Drift) -> String {
    match drift.at {
        Some(at) => for_people(at, &stored.header.zone),
        None if is_changed(drift) => "Canvas does not say when".to_owned(),
        None => String::new(),
    }
}

/// The drifted cells for machine output; grades are among them only if `with_grades`.
pub(crate) fn drift_json(stored: &Stored<'_>, drifted: &[Drift], with_grades: bool) -> Result<Vec<Value>, CliError> {
    let mut all = Vec::new();
    each(stored, drifted, |drift, _, cell| {
        let now = drift.now.as_ref();
        let mut one = json!({
            "course": drift.course,
            "assignment": drift.assignment,
            "student": drift.user,
            "sources": sources_json(&cell.sources, &stored.plan.header.sources),
            "grader": drift.by,
            "graded_at": drift.at,
            "gone": now.is_none(),
            "comment_gone": drift.comment_gone,
        });
        if with_grades {
            one["wrote"] = json!(drift.wrote.to_string());
            one["now"] = json!(now.map(|now| now.entered.to_string()));
        }
        all.push(one);
    })?;
    Ok(all)
}

/// Hands over each drifted cell with its place in the plan; a part is read once, because they come part by part.
fn each(
    stored: &Stored<'_>,
    drifted: &[Drift],
    mut take: impl FnMut(&Drift, &CoursePart, &Cell),
) -> Result<(), CliError> {
    for of_part in drifted.chunk_by(|one, other| one.part == other.part) {
        let Some(first) = of_part.first() else { continue };
        let part = stored.part(first.part)?;
        for drift in of_part {
            if let Some(cell) = part.cells.get(drift.cell.as_usize()) {
                take(drift, &part, cell);
            }
        }
    }
    Ok(())
}
