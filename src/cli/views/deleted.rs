//! The assignments that an undo was to delete: which are gone, which stay, and why.

use serde_json::{Value, json};

use super::Stored;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::table;
use crate::cli::ui::Ui;
use crate::engine::ColumnToDelete;

/// What is shown before `and N more`.
const COLUMNS: usize = 24;

/// Tells them, those that stay first.
pub(super) fn tell_columns_to_delete(ui: &Ui, stored: &Stored<'_>) -> Result<(), CliError> {
    let mut columns = stored.columns_to_delete()?;
    if columns.is_empty() {
        return Ok(());
    }
    columns.sort_by_key(|column| column.deleted);
    ui.line("");
    let rows = columns.iter().take(COLUMNS).map(|column| {
        let what = if column.deleted { "deleted" } else { "kept" };
        let reason = reason(column).unwrap_or_default();
        [what.to_owned(), format!("course {}", column.course), column.name.clone(), reason.to_owned()]
    });
    ui.marked(table::within(ui.width(), 3, [""; 4], rows.collect()));
    if columns.len() > COLUMNS {
        ui.line(format!("  and {} more assignments; --json has them all", columns.len() - COLUMNS));
    }
    Ok(())
}

/// Why it stays, or what went with it.
fn reason(column: &ColumnToDelete) -> Option<&str> {
    let not_yet = (!column.deleted).then_some("the undo has not come to it");
    column.reason.as_deref().or(not_yet)
}

/// The same for machine output; a run that was to delete none gets no such key.
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
