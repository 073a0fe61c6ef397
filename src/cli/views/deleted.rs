//! What an undo was to delete beside values, assignments and comments: what is gone, what stays, and why.

use serde_json::{Value, json};

use super::Stored;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::table;
use crate::cli::ui::Ui;
use crate::domain::{CommentCounts, PlanKind, TakeBack};
use crate::engine::ColumnToDelete;

/// What is shown before `and N more`.
const COLUMNS: usize = 24;

/// Tells it of an undo: how many of each in one line, and then each assignment, those that stay first.
pub(super) fn tell_deleted(ui: &Ui, stored: &Stored<'_>) -> Result<(), CliError> {
    let (Some(run), PlanKind::Undo { run: undone, also, .. }) = (stored.header.run(), &stored.plan.header.kind) else {
        return Ok(());
    };
    let TakeBack { created, comments } = *also;
    let mut columns = stored.columns_to_delete()?;
    columns.sort_by_key(|column| column.deleted);
    if created {
        ui.line("");
        ui.line(table::wrapped(&columns_line(&undone.to_string(), &columns), ui.width(), 2));
    }
    let rows = columns.iter().take(COLUMNS).map(|column| {
        let what = if column.deleted { "deleted" } else { "kept" };
        let reason = reason(column).unwrap_or_default();
        [what.to_owned(), format!("course {}", column.course), column.name.clone(), reason.to_owned()]
    });
    if !columns.is_empty() {
        ui.marked(table::within(ui.width(), 3, [""; 4], rows.collect()));
    }
    if columns.len() > COLUMNS {
        ui.line(format!("  and {} more assignments; --json has them all", columns.len() - COLUMNS));
    }
    if comments {
        ui.line("");
        ui.line(table::wrapped(&comments_line(&undone.to_string(), &run.comments), ui.width(), 2));
    }
    Ok(())
}

/// `Of the 8 assignments that R1 created, 7 were deleted and 1 was kept: it holds 1 grade.`
fn columns_line(undone: &str, columns: &[ColumnToDelete]) -> String {
    let kept: Vec<&ColumnToDelete> = columns.iter().filter(|column| !column.deleted).collect();
    let mut reasons: Vec<&str> = kept.iter().filter_map(|column| reason(column)).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let why = match reasons[..] {
        [one] => format!(": {one}"),
        _ => String::new(),
    };
    match (columns.len(), kept.len()) {
        (0, _) => format!("No assignment that {undone} created was left to delete."),
        (1, 0) => format!("The assignment that {undone} created was deleted."),
        (1, _) => format!("The assignment that {undone} created was kept{why}."),
        (all, 0) => format!("The {all} assignments that {undone} created were deleted."),
        (all, kept) => {
            let deleted = all - kept;
            let were = |count: usize| if count == 1 { "was" } else { "were" };
            format!(
                "Of the {all} assignments that {undone} created, {deleted} {} deleted and {kept} {} kept{why}.",
                were(deleted),
                were(kept)
            )
        }
    }
}

/// `Of the comments that R1 sent, 5 were deleted and 1 was kept.`
fn comments_line(undone: &str, counts: &CommentCounts) -> String {
    let CommentCounts { deleted, kept, .. } = *counts;
    let were = |count: u64| if count == 1 { "was" } else { "were" };
    match (deleted, kept) {
        (0, 0) => format!("No comment that {undone} sent was left to delete."),
        (deleted, 0) => format!("Of the comments that {undone} sent, {deleted} {} deleted.", were(deleted)),
        (deleted, kept) => format!(
            "Of the comments that {undone} sent, {deleted} {} deleted and {kept} {} kept.",
            were(deleted),
            were(kept)
        ),
    }
}

/// Why it stays, or what went with it.
fn reason(column: &ColumnToDelete) -> Option<&str> {
    let not_yet = (!column.deleted).then_some("the undo has not come to it");
    column.reason.as_deref().or(not_yet)
}

/// The assignments for machine output; a run that was to delete none gets no such key.
pub(crate) fn with_columns_to_delete(finished: Finished, stored: &Stored<'_>) -> Result<Finished, CliError> {
    let columns = stored.columns_to_delete()?;
    if columns.is_empty() {
        return Ok(finished);
    }
    let one = |column: &ColumnToDelete| {
        json!({
            "course": column.course,
            "assignment": column.assignment,
            "title": column.name,
            "deleted": column.deleted,
            "reason": reason(column),
        })
    };
    let columns: Vec<Value> = columns.iter().map(one).collect();
    Ok(finished.with("columns", &columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AssignmentId, CourseId};

    fn column(deleted: bool, reason: Option<&str>) -> ColumnToDelete {
        let (course, assignment, name) = (CourseId(1), AssignmentId(2), "Week 1".to_owned());
        ColumnToDelete { course, assignment, name, deleted, reason: reason.map(str::to_owned) }
    }

    #[test]
    fn the_line_says_how_many_went_and_why_the_others_stay() {
        let (gone, graded) = (column(true, None), column(false, Some("it holds 1 grade")));
        let commented = column(false, Some("it holds 1 comment"));
        for (columns, expected) in [
            (vec![], "No assignment that R1 created was left to delete."),
            (vec![gone.clone()], "The assignment that R1 created was deleted."),
            (vec![graded.clone()], "The assignment that R1 created was kept: it holds 1 grade."),
            (vec![gone.clone(), gone.clone()], "The 2 assignments that R1 created were deleted."),
            (
                vec![gone.clone(), graded.clone()],
                "Of the 2 assignments that R1 created, 1 was deleted and 1 was kept: it holds 1 grade.",
            ),
            (
                vec![graded, commented, gone.clone(), gone],
                "Of the 4 assignments that R1 created, 2 were deleted and 2 were kept.",
            ),
        ] {
            assert_eq!(columns_line("R1", &columns), expected);
        }
    }

    #[test]
    fn comments_are_counted_too() {
        for (deleted, kept, expected) in [
            (0, 0, "No comment that R1 sent was left to delete."),
            (1, 0, "Of the comments that R1 sent, 1 was deleted."),
            (5, 1, "Of the comments that R1 sent, 5 were deleted and 1 was kept."),
        ] {
            let counts = CommentCounts { deleted, kept, ..CommentCounts::default() };
            assert_eq!(comments_line("R1", &counts), expected);
        }
    }
}
