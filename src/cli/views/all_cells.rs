//! Every cell of the people that somebody chose of a run, and what became of it.

use super::Stored;
use super::lines::cell_line;
use super::terminal::{for_eyes_of, overwrote, tell_left_out};
use crate::cli::error::CliError;
use crate::cli::table;
use crate::cli::ui::Ui;

/// What is shown before `and N more`: a person has some cells a week.
const CELLS: usize = 200;

/// Tells them in the order of the plan.
pub(super) fn tell_all_cells(ui: &Ui, stored: &Stored<'_>) -> Result<(), CliError> {
    let mut lines: Vec<[String; 6]> = Vec::new();
    let mut more = 0;
    stored.each(|part| {
        for (cell, word, record) in part.cells_in_words() {
            if lines.len() == CELLS {
                more += 1;
                continue;
            }
            let mut line = cell_line(part.part, cell, &stored.plan.header.sources);
            word.clone_into(&mut line[0]);
            // Why a cell was to be written is in the plan; what became of it speaks for itself, unless it has a reason.
            if let Some(record) = record {
                line[4] = record.reason.clone().unwrap_or_default();
                if !record.overwrote.is_empty() {
                    line[4] = overwrote(ui, stored, &record.overwrote, part.names);
                }
            }
            lines.push(for_eyes_of(ui, line));
        }
        Ok(())
    })?;
    if lines.is_empty() {
        return Ok(());
    }
    ui.line("");
    ui.line(table::within(ui.width(), 4, [""; 6], lines));
    if more > 0 {
        ui.line(format!("  and {more} more; --csv has them all"));
    }
    tell_left_out(ui);
    Ok(())
}
