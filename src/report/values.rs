//! What a cell held, what it should hold and why, in words.

use crate::domain::{
    Cell, CellRecord, CommentOutcome, GradingType, LiveCell, LostEdit, Outcome, PlannedColumn, Points, Sending, Wanted,
};

use super::status::Status;

/// What Canvas showed: points, `complete`, `excused`, `–` for an empty cell; nothing where it was not looked at.
pub(super) fn shown(live: Option<&LiveCell>, column: &PlannedColumn) -> String {
    let Some(live) = live else { return String::new() };
    let by_word = column.assignment().is_some_and(|assignment| assignment.grading_type == GradingType::PassFail);
    match &live.entered_grade {
        Some(word) if by_word && live.entered.points().is_some() => word.clone(),
        _ => live.entered.to_string(),
    }
}

/// What somebody had entered when a write of ours replaced it.
pub(super) fn lost(lost: &LostEdit) -> String {
    lost.entered.map_or_else(|| "unknown".to_owned(), |entered| entered.to_string())
}

/// What should be there; the value as received where it was not understood, or not looked at.
pub(super) fn wanted(cell: &Cell) -> String {
    cell.wanted.map_or_else(|| cell.received.to_string(), |wanted| wanted.to_string())
}

/// Why the cell has its status: the run's reason where there is one, else the plan's.
pub(super) fn reason<'a>(cell: &'a Cell, status: Status, record: Option<&'a CellRecord>) -> &'a str {
    let of_run = record.and_then(|record| record.reason.as_deref());
    match status {
        Status::Class(_) => of_run.unwrap_or(&cell.reason),
        Status::Outcome(_) => of_run.unwrap_or_default(),
    }
}

/// What goes, or went, with the cell beside its value.
pub(super) fn comment_note(cell: &Cell, status: Status, record: Option<&CellRecord>) -> &'static str {
    if cell.comment.is_none() {
        return "";
    }
    match record.and_then(|record| record.comment) {
        Some(CommentOutcome::Sent) => "comment sent",
        Some(CommentOutcome::Already) => "comment already there",
        Some(CommentOutcome::Unknown) => "comment unknown",
        Some(CommentOutcome::Pending) => "comment pending",
        None if cell.sending == Sending::CommentOnly => "comment only",
        None if matches!(status, Status::Class(class) if !class.is_write()) => "comment not sent",
        None => "with comment",
    }
}

/// The points before and after, as far as there was or will be a number.
pub(super) fn before_and_after(
    cell: &Cell,
    status: Status,
    record: Option<&CellRecord>,
    column: &PlannedColumn,
) -> (Option<Points>, Option<Points>) {
    let before = cell.base.as_ref().and_then(|base| base.entered.points());
    let target = || cell.wanted.and_then(|wanted: Wanted| wanted.points(column.points_possible()));
    let seen = || match record.and_then(|record| record.live.as_ref()) {
        Some(live) => live.entered.points(),
        None => before,
    };
    let after = match status {
        Status::Outcome(Outcome::Written | Outcome::Already) => target(),
        Status::Outcome(_) => seen(),
        Status::Class(class) if class.is_write() && cell.sending != Sending::CommentOnly => target(),
        Status::Class(_) => before,
    };
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Entered;

    #[test]
    fn a_lost_value_that_nobody_knows_is_not_an_empty_cell() {
        let words = [Some(Entered::Empty), Some(Entered::Excused), None]
            .map(|entered| lost(&LostEdit { entered, grader: None, graded_at: None }));
        assert_eq!(words, ["–", "excused", "unknown"]);
    }
}
