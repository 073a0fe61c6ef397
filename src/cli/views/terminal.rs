//! Plans and runs for people at a terminal: the counts, courses worst first, what there is to say and do, the cells.

use super::Stored;
use super::all_cells::tell_all_cells;
use super::deleted::tell_deleted;
use super::lines::{ByCode, PLACES, REPLACED, cell_line, places};
use super::said_once::said_once;
use super::words::{left_out_words, run_words};
use crate::cli::error::CliError;
use crate::cli::table;
use crate::cli::ui::Ui;
use crate::domain::{CellClass, Finding, FindingCode, LostEdit, PlanCounts, PlanKind, RecordTotals, Severity, UserId};
use crate::report::{
    CourseSummary, GraderNames, finding_url, for_people, grader, replaced_line, whose_words, worst_first,
};

/// What is shown before `and N more`; everything is in the CSV and the page.
const COURSES: usize = 20;
const FINDINGS_OF_A_CODE: usize = 12;
const INFORMATION_OF_A_CODE: usize = 3;
const CELLS: usize = 24;

/// More lines than this move the first one out of sight, so that it is repeated.
const SCREEN: usize = 15;

/// Tells a plan. `told` is what was just said of its files: of that, only what is worth a look is said again.
pub(crate) fn tell_plan(ui: &Ui, stored: &Stored<'_>, told: &[Finding]) -> Result<(), CliError> {
    let mut courses = Vec::new();
    let mut findings = ByCode::default();
    let mut cells: Vec<(CellClass, [String; 6])> = Vec::new();
    let files = &stored.plan.header.sources;
    let is_told = |finding: &&Finding| finding.severity == Severity::Info && told.contains(finding);
    stored.header.findings.iter().filter(|finding| !is_told(finding)).for_each(|finding| findings.add(finding));
    let room = |class: CellClass, cells: &[(CellClass, [String; 6])]| {
        class != CellClass::Unchanged && cells.iter().filter(|(shown, _)| *shown == class).count() < CELLS
    };
    for course in stored.courses()? {
        courses.push(course.summary());
        for finding in stored.findings_of(course)? {
            findings.add(&finding);
        }
        let has_some = |class: &CellClass| course.totals.counts.class(*class) > 0 && room(*class, &cells);
        if !ui.lists() || !CellClass::ALL.iter().any(has_some) {
            continue;
        }
        stored.with_cells(course, |part| {
            for cell in &part.part.cells {
                if room(cell.class, &cells) {
                    let mut line = cell_line(part.part, cell, files);
                    let whose = part.whose(cell, &stored.header.zone);
                    if !whose.is_empty() && ui.shows_people() {
                        line[4] = format!("{}: {whose}", line[4]);
                    }
                    cells.push((cell.class, for_eyes_of(ui, line)));
                }
            }
            Ok(())
        })?;
    }
    let line = headline(ui, stored);
    ui.line(&line);
    courses.sort_by(worst_first);
    tell_courses(ui, &courses, |course| plan_words(&course.counts));
    let is_long = courses.len() + findings.count() + cells.len() > SCREEN;
    tell_findings(ui, stored, findings)?;
    tell_cells(ui, cells, stored);
    if is_long {
        ui.line("");
        ui.line(&line);
    }
    Ok(())
}

/// A line of a cell as this output may show it: without the person and the grade where nobody asked for them.
pub(super) fn for_eyes_of(ui: &Ui, mut line: [String; 6]) -> [String; 6] {
    if !ui.shows_people() {
        line[1].clear();
        line[3].clear();
    }
    line
}

/// Says how the people and grades that are left out are shown.
pub(super) fn tell_left_out(ui: &Ui) {
    if !ui.shows_people() {
        ui.line("  without people and grades, because this is no terminal; --cells shows them");
    }
}

/// The line that says what is shown and what it comes to; people are named where they may be.
pub(crate) fn headline(ui: &Ui, stored: &Stored<'_>) -> String {
    if ui.shows_people() { stored.header.headline() } else { stored.header.headline_without_people() }
}

/// Tells a run.
pub(crate) fn tell_run(ui: &Ui, stored: &Stored<'_>) -> Result<(), CliError> {
    if stored.header.run().is_none() {
        return tell_plan(ui, stored, &[]);
    }
    let mut courses = Vec::new();
    let mut open: Vec<[String; 6]> = Vec::new();
    let mut more = 0;
    let files = &stored.plan.header.sources;
    for course in stored.courses()? {
        let summary = course.summary();
        if summary.run.as_ref().is_some_and(|counts| counts.planned > 0) {
            courses.push(summary);
        }
        let RecordTotals { outcomes, may_have_overwritten, .. } = course.records.unwrap_or_default();
        if stored.chooses_people() {
            continue;
        }
        if !may_have_overwritten && (outcomes.retryable() == 0 || open.len() == CELLS) {
            more += outcomes.retryable();
            continue;
        }
        stored.with_cells(course, |part| {
            for (index, record) in part.records.into_iter().flatten() {
                if !record.outcome.is_retryable() && record.overwrote.is_empty() {
                    continue;
                }
                if open.len() == CELLS {
                    more += 1;
                    continue;
                }
                let Some(cell) = part.part.cells.get(index.as_usize()) else { continue };
                let mut line = cell_line(part.part, cell, files);
                record.outcome.name().clone_into(&mut line[0]);
                line[4] = record.reason.clone().unwrap_or_default();
                if !record.overwrote.is_empty() {
                    line[4] = overwrote(ui, stored, &record.overwrote, part.names);
                }
                open.push(for_eyes_of(ui, line));
            }
            Ok(())
        })?;
    }
    let line = headline(ui, stored);
    ui.line(&line);
    if let Some(line) = stored.header.run().and_then(|run| replaced_line(&run.replaced)) {
        ui.line(line);
    }
    courses.sort_by(worst_first);
    let is_long = courses.len() + open.len() > SCREEN;
    tell_courses(ui, &courses, |course| course.run.as_ref().map_or_else(String::new, |run| run_words(run, "  ")));
    if !open.is_empty() {
        ui.line("");
        ui.marked(table::within(ui.width(), 4, [""; 6], open));
        if more > 0 {
            ui.line(format!("  and {more} more"));
        }
        tell_left_out(ui);
    }
    if stored.chooses_people() {
        tell_all_cells(ui, stored)?;
    }
    tell_deleted(ui, stored)?;
    tell_unplanned(ui, stored);
    tell_open_jobs(ui, stored)?;
    if is_long {
        ui.line("");
        ui.line(&line);
    }
    Ok(())
}

/// Tells what an attempt to execute a plan found, but for what the lines of the run say.
pub(crate) fn tell_found(ui: &Ui, stored: &Stored<'_>, found: &[Finding]) -> Result<(), CliError> {
    let is_told = |code: FindingCode| matches!(code, FindingCode::AssignmentKept | FindingCode::OverwroteEdit);
    let mut findings = ByCode::default();
    found.iter().filter(|finding| !is_told(finding.code)).for_each(|finding| findings.add(finding));
    tell_findings(ui, stored, findings)
}

/// The edits that a write of ours replaced; their values are grades like any other.
pub(super) fn overwrote(ui: &Ui, stored: &Stored<'_>, lost: &[LostEdit], names: Option<&GraderNames>) -> String {
    if !ui.shows_people() {
        return "overwrote what somebody entered meanwhile".to_owned();
    }
    let edit = |lost: &LostEdit| {
        let at = lost.graded_at.map_or_else(String::new, |at| format!(" at {}", for_people(at, &stored.header.zone)));
        format!("{} that {} entered meanwhile{at}", lost.value(), grader(lost.grader.map(|user| user.0), names))
    };
    format!("overwrote {}", lost.iter().map(edit).collect::<Vec<_>>().join(" and "))
}

/// What the plan of a run held back from the start: because of it a run with everything written may still end with 4
/// or 5.
fn tell_unplanned(ui: &Ui, stored: &Stored<'_>) {
    let left_out = left_out_words(&stored.header.counts);
    if !left_out.is_empty() {
        let plan = stored.plan.id;
        let line = format!("Of plan {plan}, {left_out}: `gradepush show {plan}` lists them.");
        ui.line("");
        ui.line(line);
    }
}

/// Jobs that may still write. Their names explain why cells are unknown, and `--abandon-job` takes them.
fn tell_open_jobs(ui: &Ui, stored: &Stored<'_>) -> Result<(), CliError> {
    for (run, job) in stored.open_jobs()? {
        let cells = job.cells.len();
        let what = if job.progress.is_some() { "Canvas has not ended it" } else { "its answer was lost" };
        ui.line(format!(
            "{}: {cells} cells, {what}; `gradepush retry {run}` waits for it, `gradepush retry {run} --abandon-job {}` \
             gives it up",
            job.id, job.id
        ));
    }
    Ok(())
}

fn tell_courses(ui: &Ui, courses: &[CourseSummary], words: impl Fn(&CourseSummary) -> String) {
    if courses.is_empty() {
        return;
    }
    ui.line("");
    let rows = courses.iter().take(COURSES).map(|course| {
        let id = course.course.as_ref().map_or_else(String::new, |course| course.id.to_string());
        [
            id,
            course.sent_id.to_string(),
            course.course.as_ref().map_or("(not identified)", |_| course.name()).to_owned(),
            words(course),
        ]
    });
    ui.marked(table::within(ui.width(), 3, ["course", "as sent", "name", ""], rows.collect()));
    if courses.len() > COURSES {
        ui.line(format!("  and {} more courses", courses.len() - COURSES));
    }
}

fn tell_findings(ui: &Ui, stored: &Stored<'_>, findings: ByCode) -> Result<(), CliError> {
    let files = &stored.plan.header.sources;
    for (code, severity, findings) in findings.sorted() {
        let cells: u64 = findings.iter().map(|finding| finding.cells).sum();
        let mark = match severity {
            Severity::Plan | Severity::Row => '!',
            Severity::Warning => '?',
            Severity::Info => '·',
        };
        ui.line("");
        let counted = match cells {
            0 => String::new(),
            1 => ": 1 cell".to_owned(),
            more => format!(": {more} cells"),
        };
        let released = if code.is_released(severity) { ", released" } else { "" };
        ui.marked(format!("{mark} {code} ({}{released}){counted}", severity.name()));
        let most = if severity == Severity::Info { INFORMATION_OF_A_CODE } else { FINDINGS_OF_A_CODE };
        let say = |text: String| ui.line(text);
        let whose = whose(ui, stored, &findings[..findings.len().min(most)])?;
        for (finding, whose) in findings.iter().zip(whose) {
            // Information about many rows needs no list of them; whatever keeps a row from being written does.
            let list = severity != Severity::Info || finding.sources.len() <= 4;
            let at = if list { places(files, &finding.sources, PLACES) } else { String::new() };
            let message = format!("{}{whose}", finding.message);
            say(if at.is_empty() { format!("    {message}") } else { format!("    {at}: {message}") });
            let url = finding_url(finding, &stored.plan.header.host).filter(|_| is_conflict(code));
            if let Some(url) = url {
                say(format!("      {url}"));
            }
        }
        if findings.len() > most {
            say(format!("    and {} more", findings.len() - most));
        }
        if severity > Severity::Info {
            say(format!("    → {}", code.hint_in(Some(&stored.plan.header), severity)));
        }
    }
    Ok(())
}

fn is_conflict(code: FindingCode) -> bool {
    code.class() == Some(CellClass::Conflict)
}

/// Whose work each of these findings is about, behind its message: by name where people may be shown.
fn whose(ui: &Ui, stored: &Stored<'_>, findings: &[Finding]) -> Result<Vec<String>, CliError> {
    let people: Vec<UserId> = findings.iter().filter_map(|finding| finding.whose?.by.map(UserId)).collect();
    let names = if ui.shows_people() { stored.names(&people)? } else { GraderNames::default() };
    let words = |finding: &Finding| {
        let whose = finding.whose.as_ref()?;
        Some(format!(": {}", whose_words(finding.code, whose, Some(&names), &stored.header.zone)))
    };
    Ok(findings.iter().map(|finding| words(finding).unwrap_or_default()).collect())
}

/// Cells that need a person, then changed ones, then new ones.
fn tell_cells(ui: &Ui, mut cells: Vec<(CellClass, [String; 6])>, stored: &Stored<'_>) {
    /// Classes before this place in the order need a person.
    const URGENT: u8 = 3;
    if cells.is_empty() {
        return;
    }
    let order = |class: CellClass| match class {
        CellClass::Conflict => 0,
        CellClass::Blocked => 1,
        CellClass::Unresolved => 2,
        CellClass::Change | CellClass::Excuse | CellClass::Clear => 3,
        CellClass::Set => 4,
        CellClass::Kept | CellClass::Unchanged => 5,
    };
    cells.sort_by_key(|(class, _)| order(*class));
    // A third of the room is for cells that need a person, so that a thousand new grades do not hide them.
    let (urgent, rest): (Vec<_>, Vec<_>) = cells.into_iter().partition(|(class, _)| order(*class) < URGENT);
    let mut cells: Vec<_> = urgent.into_iter().take(CELLS * 2 / 3).collect();
    let room = CELLS - cells.len();
    cells.extend(rest.into_iter().take(room));
    let shown = cells.len() as u64;
    ui.line("");
    let mut lines: Vec<[String; 6]> = cells.into_iter().map(|(_, line)| line).collect();
    let notes = said_once(&mut lines, 4);
    ui.marked(table::within(ui.width(), 4, [""; 6], lines));
    for note in &notes {
        ui.line(note);
    }
    let rest = stored.header.counts.cells.saturating_sub(shown);
    if rest > 0 {
        let all = match stored.plan.header.kind {
            // `undo` writes no files itself.
            PlanKind::Undo { .. } => format!("`gradepush show {} --csv FILE` has them all", stored.plan.id),
            PlanKind::Scores | PlanKind::Selection { .. } => "--csv and --html have them all".to_owned(),
        };
        ui.line(format!("  and {rest} more cells; {all}"));
    }
    tell_left_out(ui);
}

fn plan_words(counts: &PlanCounts) -> String {
    let some = CellClass::ALL.into_iter().rev().filter(|class| counts.class(*class) > 0);
    let words = some.map(|class| format!("{} {} {}", class.mark(), counts.class(class), class.name()));
    let replaced = match counts.released.others_work() {
        0 => None,
        cells => Some(format!("{REPLACED} {cells} of other people's")),
    };
    words.chain(replaced).collect::<Vec<_>>().join("  ")
}
