//! Several rows of one student and column: which one counts.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::{Points, RepeatRule, Score, SentDate};

/// What several rows of one student and column come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Settled<'a> {
    /// This row counts. The others say the same, or were settled by the repeat rule.
    One {
        /// The row that counts.
        row: &'a Score,
        /// Rows that say the same.
        equal: Vec<&'a Score>,
        /// Rows that said something else.
        dropped: Vec<&'a Score>,
    },
    /// They contradict each other, and no rule settles it.
    Contradiction(Vec<&'a Score>),
}

/// Settles rows of one student and column (`tegrity-connector §5`). `rows` is not empty.
pub(super) fn settle<'a>(mut rows: Vec<&'a Score>, rule: RepeatRule, zone: &TimeZone) -> Settled<'a> {
    let chosen = match rule {
        RepeatRule::Last => {
            rows.iter().copied().max_by_key(|row| (row.submitted.map(|sent| instant(sent, zone)), row.source))
        }
        // Of equal values the last row counts, because its comment is the newest.
        RepeatRule::Max => {
            rows.iter().copied().max_by(|one, other| by_value(one, other).then(one.source.cmp(&other.source)))
        }
        RepeatRule::Error => rows.iter().copied().max_by_key(|row| row.source),
    };
    let Some(row) = chosen else { return Settled::Contradiction(rows) };
    if rule == RepeatRule::Error && rows.iter().any(|other| !is_equal(row, other)) {
        return Settled::Contradiction(rows);
    }
    rows.retain(|other| other.source != row.source);
    let (equal, dropped) = rows.into_iter().partition(|other| is_equal(row, other));
    Settled::One { row, equal, dropped }
}

fn is_equal(one: &Score, other: &Score) -> bool {
    one.received == other.received || number(one).is_some_and(|points| Some(points) == number(other))
}

fn number(row: &Score) -> Option<Points> {
    row.received.parse().ok()
}

/// A value that is no number never wins over one that is.
fn by_value(one: &Score, other: &Score) -> Ordering {
    number(one).cmp(&number(other))
}

/// A sent date as an instant: bare dates are the day's last second, as due dates are.
pub(super) fn instant(sent: SentDate, zone: &TimeZone) -> Timestamp {
    let local = match sent {
        SentDate::Instant(instant) => return instant,
        SentDate::Day(day) => day.at(23, 59, 59, 0),
        SentDate::Local(local) => local,
    };
    zone.to_ambiguous_zoned(local).compatible().map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Source;

    fn row(line: u32, received: &str, submitted: Option<i64>) -> Score {
        Score {
            source: Source { file: 0, line },
            column: 0,
            user_id: "u".into(),
            received: received.into(),
            submitted: submitted.map(|second| SentDate::Instant(Timestamp::from_second(second).expect("in range"))),
            comment: None,
            person: None,
        }
    }

    #[test]
    fn each_rule_picks_its_row() {
        let first = row(2, "50", Some(200));
        let second = row(3, "40", Some(100));
        let third = row(4, "50.0", None);
        let pick = |rule| match settle(vec![&first, &second, &third], rule, &TimeZone::UTC) {
            Settled::One { row, equal, dropped } => Some((row.source.line, equal.len(), dropped.len())),
            Settled::Contradiction(_) => None,
        };
        assert_eq!(pick(RepeatRule::Last), Some((2, 1, 1)), "a submission date beats none");
        assert_eq!(pick(RepeatRule::Max), Some((4, 1, 1)));
        assert_eq!(pick(RepeatRule::Error), None);
        let equal = settle(vec![&first, &third], RepeatRule::Error, &TimeZone::UTC);
        assert!(matches!(equal, Settled::One { row, .. } if row.source.line == 4));
    }

    #[test]
    fn a_bare_due_date_is_the_last_second_of_the_day_across_summer_time() {
        let zone = TimeZone::get("America/New_York").expect("bundled or on the system");
        for (day, expected) in [("2026-10-21", "2026-10-22T03:59:59Z"), ("2024-11-22", "2024-11-23T04:59:59Z")] {
            let sent = SentDate::Day(day.parse().expect("a date"));
            assert_eq!(instant(sent, &zone).to_string(), expected);
        }
    }
}
