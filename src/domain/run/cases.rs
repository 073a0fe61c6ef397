//! The machine of a cell as a table: what was planned and seen, and what becomes of it. Rows come from the contract, from
//! seeds of the simulation, and from attacks on earlier versions.

use jiff::Timestamp;

use super::cell::tests::cell;
use super::{
    After, Attempt, Before, CellKey, LoggedChange, LoggedGrade, LostEdit, Outcome, OwnIds, RunCell, Seen, ToSend, held,
    look_after, needs_change_log, not_written, unreadable,
};
use crate::domain::{AssignmentId, CellRecord, Entered, GroupId, LiveCell, Points, Sending, UserId};

/// The token's user, who writes.
pub(super) const US: i64 = 1;

/// A teacher of the course.
pub(super) const TEACHER: i64 = 5;

pub(super) fn own() -> OwnIds<'static> {
    OwnIds { writers: &[UserId(US)], commenters: &[UserId(US)] }
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + second).expect("a time")
}

/// A cell that holds these points, graded by this person at this second.
pub(super) fn graded(points: i32, grader: i64, second: i64) -> Seen {
    let live = LiveCell {
        entered: Entered::Score(Points::whole(points)),
        entered_grade: Some(points.to_string()),
        grader: Some(grader),
        graded_at: Some(at(second)),
        workflow_state: "graded".to_owned(),
        posted_at: Some(at(second)),
        ..LiveCell::default()
    };
    Seen { live, grade: Some(points.to_string()), ..Seen::default() }
}

pub(super) fn excused() -> Seen {
    let seen = graded(0, TEACHER, 0);
    let live = LiveCell { entered: Entered::Excused, entered_grade: None, ..seen.live };
    Seen { live, grade: None, ..seen }
}

/// A cell with a row and nothing in it.
pub(super) fn blank() -> Seen {
    Seen { live: cell().base.as_deref().expect("it has a row").clone(), ..Seen::default() }
}

/// A cell without a row.
pub(super) fn rowless() -> Seen {
    Seen::default()
}

/// The zero of the missing policy.
pub(super) fn automatic_zero() -> Seen {
    let seen = graded(0, 0, 0);
    let live = LiveCell { grader: None, graded_at: None, posted_at: None, missing: true, ..seen.live };
    Seen { live, ..seen }
}

pub(super) fn with_comment(seen: Seen) -> Seen {
    Seen { our_comments: 1, ..seen }
}

pub(super) fn hidden(seen: Seen) -> Seen {
    Seen { live: LiveCell { posted_at: None, ..seen.live }, ..seen }
}

pub(super) fn version(number: u32, seen: Seen) -> Seen {
    Seen { version: Some(number), ..seen }
}

fn grade(text: &str) -> LoggedGrade {
    LoggedGrade { grade: (!text.is_empty()).then(|| text.to_owned()), excused: text == "excused" }
}

/// A change by this person at this second.
pub(super) fn change(grader: i64, second: i64, before: &str, after: &str) -> LoggedChange {
    let grade = |text: &str| match text {
        "excused" => LoggedGrade { grade: None, excused: true },
        text => grade(text),
    };
    LoggedChange { at: at(second), grader: Some(UserId(grader)), before: grade(before), after: grade(after) }
}

/// A planned cell over this base.
pub(super) fn over(base: &Seen) -> RunCell {
    RunCell { base: Some(base.live.clone().into()), ..cell() }
}

pub(super) fn sent(cell: RunCell) -> RunCell {
    RunCell { attempt: Attempt::Sent, ..cell }
}

pub(super) fn commented(cell: RunCell) -> RunCell {
    RunCell { comment: Some("well done".to_owned()), ..cell }
}

/// A planned comment beside the 8 that is there.
pub(super) fn comment_only() -> RunCell {
    commented(RunCell { sending: Sending::CommentOnly, ..over(&graded(8, TEACHER, 0)) })
}

/// A decision in one line.
pub(super) fn told(record: &CellRecord) -> String {
    let comment = match record.comment {
        None => String::new(),
        Some(outcome) => format!(", comment {outcome:?}").to_lowercase(),
    };
    let lost: Vec<String> = record
        .overwrote
        .iter()
        .map(|lost| {
            let by = lost.grader.map_or_else(String::new, |by| format!(" by {by}"));
            format!(", lost {}{by}", lost.entered.map_or_else(|| "?".to_owned(), |entered| entered.to_string()))
        })
        .collect();
    let why = record.reason.as_ref().map_or_else(String::new, |why| format!(": {why}"));
    format!("{}{comment}{}{why}", record.outcome.name(), lost.concat())
}

pub(super) fn told_before(before: &Before) -> String {
    match before {
        Before::Send(ToSend { grade: true, comment: true }) => "send both".to_owned(),
        Before::Send(ToSend { grade: true, comment: false }) => "send grade".to_owned(),
        Before::Send(ToSend { grade: false, comment: true }) => "send comment".to_owned(),
        Before::Send(_) => "send nothing".to_owned(),
        Before::Done(record) => told(record),
    }
}

pub(super) fn told_after(after: &After) -> String {
    match after {
        After::Done(record) => told(record),
        After::Again => "again".to_owned(),
        After::Alone(record) => format!("alone, else {}", told(record)),
        After::LookAgain => "look again".to_owned(),
    }
}

#[test]
fn what_is_not_sent_is_recorded_with_why() {
    let seen = with_comment(blank());
    for (record, expected) in [
        (unreadable(&cell(), "no"), "rejected: the column cannot be read: no"),
        (unreadable(&sent(cell()), "no"), "unknown: the column cannot be read: no"),
        (unreadable(&sent(commented(cell())), "no"), "unknown, comment unknown: the column cannot be read: no"),
        (held(&commented(cell()), &blank(), "its group"), "held, comment pending: its group"),
        (held(&commented(cell()), &seen, "its group"), "held, comment already: its group"),
        (not_written(&cell()), "pending"),
        (not_written(&sent(commented(cell()))), "pending, comment pending"),
        (not_written(&RunCell { attempt: Attempt::CommentInDoubt, ..commented(cell()) }), "pending, comment unknown"),
    ] {
        assert_eq!(told(&record), expected);
    }
}

#[test]
fn what_was_taken_back_is_only_looked_at() {
    const BACK: &str = "taken back by an undo, and so not sent any more";
    let ours = || graded(8, US, 9);
    let log = [change(US, 9, "", "8")];
    for (name, cell, seen, may_come, expected) in [
        ("it arrived", sent(cell()), ours(), false, Some("written".to_owned())),
        ("it did not", sent(cell()), blank(), false, Some(format!("pending: {BACK}"))),
        ("it may still", sent(cell()), blank(), true, None),
        ("its comment did not", sent(commented(cell())), ours(), false, Some("written, comment pending".to_owned())),
        ("its comment may still", sent(commented(cell())), ours(), true, Some("written, comment unknown".to_owned())),
        (
            "nothing of it did",
            sent(commented(cell())),
            blank(),
            false,
            Some(format!("pending, comment pending: {BACK}")),
        ),
        (
            "somebody else's is there",
            sent(cell()),
            graded(6, TEACHER, 3),
            false,
            Some("held: the cell changed in Canvas since the plan".to_owned()),
        ),
    ] {
        let changes = if seen.live.grader == Some(US) { &log[..] } else { &[] };
        let record = look_after(&cell, Some(&seen), Some(changes), own(), may_come);
        assert_eq!(record.as_ref().map(told), expected, "{name}");
    }
    assert_eq!(Outcome::ALL.len(), 6, "an outcome without a row here is not tested");
}

#[test]
fn what_is_held_shows_what_is_there() {
    assert_eq!(held(&cell(), &graded(6, TEACHER, 3), "moved").live, Some(graded(6, TEACHER, 3).live));
}

#[test]
fn the_change_log_is_asked_for_where_it_decides() {
    let of_group = RunCell { group: Some(GroupId(3)), ..cell() };
    let (holding, other) = (graded(8, TEACHER, 0), graded(5, TEACHER, 0));
    for (name, cell, seen, expected) in [
        ("never sent", cell(), &holding, false),
        ("sent before", sent(cell()), &other, true),
        ("of a group that holds its value", of_group.clone(), &holding, true),
        ("of a group", of_group.clone(), &other, false),
    ] {
        assert_eq!(needs_change_log(&cell, Some(seen)), expected, "{name}");
    }
    assert!(!needs_change_log(&of_group, None));
}

#[test]
fn a_group_is_written_together_in_one_column() {
    let of = |group: Option<i64>, assignment| {
        let key = CellKey { assignment: AssignmentId(assignment), user: UserId(7) };
        RunCell { key, group: group.map(GroupId), ..cell() }
    };
    let one = of(Some(3), 9);
    for (other, expected) in
        [(of(Some(3), 9), true), (of(Some(3), 8), false), (of(Some(4), 9), false), (of(None, 9), false)]
    {
        assert_eq!(one.is_written_with(&other), expected, "{other:?}");
    }
    assert!(!of(None, 9).is_written_with(&of(None, 9)));
}

#[test]
fn an_outcome_has_a_word_and_some_are_taken_up_again() {
    use Outcome::{Already, Held, Pending, Rejected, Unknown, Written};
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_name(outcome.name()), Some(outcome));
        let is_open = match outcome {
            Held | Rejected | Unknown | Pending => true,
            Written | Already => false,
        };
        assert_eq!(outcome.is_retryable(), is_open, "{outcome:?}");
    }
    assert_eq!(Outcome::from_name("Written"), None);
    let lost = |entered| LostEdit { entered, grader: None, graded_at: None }.value();
    assert_eq!(
        (lost(graded(6, US, 1).live.entered.into()), lost(None)),
        ("6".to_owned(), "an unknown value".to_owned())
    );
}
