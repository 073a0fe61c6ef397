//! Numbers and counts as people read them.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::{FindingCode, Notifications, PlanCounts, PlanId, Released, RunCounts, RunId};

/// A count with its thousands apart: `72,000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Count(pub(super) u64);

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                formatter.write_str(",")?;
            }
            write!(formatter, "{digit}")?;
        }
        Ok(())
    }
}

/// `1 row`, `2 rows`, `72,000 rows`.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", Count(count), if count == 1 { one } else { many })
}

/// `850 ms`, `12.5 s`, `3 min 5 s`, `2 h 10 min`.
pub(super) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..60 => format!("{:.1} s", duration.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// `2026-12-18 14:03:07 -0500`: a time as people read it where the connector is.
pub fn for_people(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %z").to_string()
}

/// Text between backticks is for a terminal or a file, and is set as such.
pub(super) struct Piece<'a> {
    pub(super) is_code: bool,
    pub(super) text: &'a str,
}

/// Takes a text apart at its backticks; an odd one out stays as it is.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    if !text.matches('`').count().is_multiple_of(2) {
        return vec![Piece { is_code: false, text }];
    }
    let pieces = text.split('`').enumerate().map(|(place, text)| Piece { is_code: place % 2 == 1, text });
    pieces.filter(|piece| !piece.text.is_empty()).collect()
}

/// The line that says what a plan does (cli, Machine output): `Plan P17: 412 to set, 37 to change, …`. Its numbers
/// carry no thousands separators, so that scripts can read them.
pub fn plan_line(id: PlanId, counts: &PlanCounts, notifications: Notifications) -> String {
    /// The first of the parts are about cells that are written.
    const WRITES: usize = 4;
    let parts = [
        (true, counts.set, "to set", "to set"),
        (true, counts.change, "to change", "to change"),
        (false, counts.excuse, "to excuse", "to excuse"),
        (false, counts.clear, "to clear", "to clear"),
        (true, counts.unchanged, "unchanged", "unchanged"),
        (false, counts.kept, "kept", "kept"),
        (false, counts.conflict, "conflict held", "conflicts held"),
        (false, counts.blocked, "blocked", "blocked"),
        (false, counts.unresolved, "unresolved", "unresolved"),
        (false, counts.create_assignments, "assignment to create", "assignments to create"),
    ];
    let said = |(even_zero, count, one, many): &(bool, u64, &str, &str)| {
        (*even_zero || *count > 0).then(|| format!("{count} {}", if *count == 1 { one } else { many }))
    };
    let (writes, rest) = parts.split_at(WRITES);
    let released = released_words(&counts.released);
    let parts: Vec<String> =
        writes.iter().filter_map(said).chain(released).chain(rest.iter().filter_map(said)).collect();
    format!("Plan {id}: {}; {}.", parts.join(", "), notification_words(notifications, counts.create_assignments))
}

/// `143 of them replace other people's work (139 grade-by-other, 4 edited-in-canvas)`: what a plan writes although it is
/// someone's work.
fn released_words(released: &Released) -> Option<String> {
    let (others, own) = split(released);
    let verb = |cells: u64, one: &'static str, many: &'static str| if cells == 1 { one } else { many };
    let others = (!others.is_empty()).then(|| {
        let cells = released.others_work();
        format!("{cells} of them {} other people's work ({})", verb(cells, "replaces", "replace"), reasons(&others))
    });
    let own = (!own.is_empty()).then(|| {
        let cells = released.total() - released.others_work();
        format!(
            "{cells} of them {} by the plan's options ({})",
            verb(cells, "is released", "are released"),
            reasons(&own)
        )
    });
    let both: Vec<String> = others.into_iter().chain(own).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

/// The line that says of a run whose work it replaced; `None` where it replaced nobody's.
pub fn replaced_line(replaced: &Released) -> Option<String> {
    let (others, _) = split(replaced);
    let cells = replaced.others_work();
    let was = if cells == 1 { "cell held" } else { "cells held" };
    (cells > 0)
        .then(|| format!("{cells} written {was} other people's work, which was replaced ({}).", reasons(&others)))
}

type Reasons = Vec<(FindingCode, u64)>;

/// Other people's work, and the rest.
fn split(released: &Released) -> (Reasons, Reasons) {
    released.by_reason().into_iter().filter(|(_, cells)| *cells > 0).partition(|(code, _)| code.is_others_work())
}

/// `139 grade-by-other, 3 edited-in-canvas`; the word alone where there is one.
fn reasons(reasons: &[(FindingCode, u64)]) -> String {
    let word = |code: FindingCode| code.overwrite_name().unwrap_or(code.code());
    match reasons {
        [(code, _)] => word(*code).to_owned(),
        several => {
            several.iter().map(|(code, cells)| format!("{cells} {}", word(*code))).collect::<Vec<_>>().join(", ")
        }
    }
}

/// `about 480 notifications (449 grades, 31 about the new assignment)`.
fn notification_words(notifications: Notifications, created: u64) -> String {
    let Notifications { grades, assignments, revealed } = notifications;
    let mut about = Vec::new();
    if grades > 0 {
        about.push(format!("{grades} {}", if grades == 1 { "grade" } else { "grades" }));
    }
    if assignments > 0 {
        about.push(format!("{assignments} about the new {}", if created == 1 { "assignment" } else { "assignments" }));
    }
    let notified = match notifications.total() {
        0 => "no notifications".to_owned(),
        1 => format!("about 1 notification ({})", about.join(", ")),
        total => format!("about {total} notifications ({})", about.join(", ")),
    };
    match revealed {
        0 => notified,
        1 => format!("{notified}; 1 hidden grade will become visible"),
        many => format!("{notified}; {many} hidden grades will become visible"),
    }
}

/// The line that says what became of a plan: `Run R3 of plan P17: 447 written, 2 held.`
pub(super) fn run_line(id: RunId, plan: PlanId, counts: &RunCounts) -> String {
    let mut parts = vec![format!("{} of {} written", counts.written, counts.planned)];
    let others = [
        (counts.already, "already there"),
        (counts.held, "held"),
        (counts.rejected, "rejected"),
        (counts.unknown, "unknown"),
        (counts.pending, "pending"),
    ];
    parts.extend(others.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
    format!("Run {id} of plan {plan}: {}.", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_line_is_the_one_of_the_reference() {
        let counts = PlanCounts {
            set: 412,
            change: 37,
            unchanged: 951,
            conflict: 2,
            unresolved: 6,
            create_assignments: 1,
            ..PlanCounts::default()
        };
        let line = plan_line(PlanId(17), &counts, Notifications { grades: 449, assignments: 31, revealed: 0 });
        assert_eq!(
            line,
            "Plan P17: 412 to set, 37 to change, 951 unchanged, 2 conflicts held, 6 unresolved, 1 assignment to \
             create; about 480 notifications (449 grades, 31 about the new assignment)."
        );
    }

    #[test]
    fn the_plan_line_counts_one_and_none() {
        let one = PlanCounts {
            set: 1,
            excuse: 2,
            clear: 1,
            kept: 1,
            conflict: 1,
            blocked: 1,
            create_assignments: 2,
            ..PlanCounts::default()
        };
        assert_eq!(
            plan_line(PlanId(1), &one, Notifications { grades: 1, assignments: 0, revealed: 1 }),
            "Plan P1: 1 to set, 0 to change, 2 to excuse, 1 to clear, 0 unchanged, 1 kept, 1 conflict held, 1 blocked, \
             2 assignments to create; about 1 notification (1 grade); 1 hidden grade will become visible."
        );
        assert_eq!(
            plan_line(PlanId(2), &PlanCounts::default(), Notifications::default()),
            "Plan P2: 0 to set, 0 to change, 0 unchanged; no notifications."
        );
    }

    #[test]
    fn the_plan_line_says_whose_work_is_replaced() {
        let counts = |released| PlanCounts { set: 279, change: 142, released, ..PlanCounts::default() };
        let line = |released| plan_line(PlanId(52), &counts(released), Notifications::default());
        let (grade_by_other, edited_in_canvas, cleared_in_canvas) = (139, 3, 1);
        let all =
            Released { grade_by_other, edited_in_canvas, cleared_in_canvas, undone_before: 2, ..Released::default() };
        assert_eq!(
            line(all),
            "Plan P52: 279 to set, 142 to change, 143 of them replace other people's work (139 grade-by-other, 3 \
             edited-in-canvas, 1 cleared-in-canvas), 2 of them are released by the plan's options (undone-before), 0 \
             unchanged; no notifications."
        );
        assert_eq!(
            line(Released { hidden: 1, ..Released::default() }),
            "Plan P52: 279 to set, 142 to change, 1 of them is released by the plan's options (hidden), 0 unchanged; \
             no notifications."
        );
        assert_eq!(
            replaced_line(&all).as_deref(),
            Some(
                "143 written cells held other people's work, which was replaced (139 grade-by-other, 3 edited-in-canvas, \
                 1 cleared-in-canvas)."
            )
        );
        assert_eq!(replaced_line(&Released { undone_before: 5, ..Released::default() }), None);
    }

    #[test]
    fn the_run_line_leaves_zeros_out() {
        let counts = RunCounts { planned: 9, written: 5, already: 1, held: 3, ..RunCounts::default() };
        let line = run_line(RunId(3), PlanId(17), &counts);
        assert_eq!(line, "Run R3 of plan P17: 5 of 9 written, 1 already there, 3 held.");
    }

    #[test]
    fn numbers_and_times_read_well() {
        for (count, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(Count(count).to_string(), text);
        }
        for (millis, text) in [(850, "850 ms"), (12_500, "12.5 s"), (185_000, "3 min 5 s"), (7_800_000, "2 h 10 min")] {
            assert_eq!(span(Duration::from_millis(millis)), text);
        }
    }
}
