//! Which of several scores of one student in one column counts (`tegrity-connector §5`).

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Points, RepeatRule, Score, SentDate};

impl RepeatRule {
    /// The score that counts among those of one student and column; `None` when they contradict each other and no rule
    /// decides, or there are none. `zone` is what dates without one are taken to be in.
    pub fn settle<'a>(self, scores: &[&'a Score], zone: &TimeZone) -> Option<&'a Score> {
        let scores = scores.iter().copied();
        match self {
            Self::Last => scores.max_by_key(|score| (score.submitted.map(|sent| sent.instant(zone)), score.source)),
            // Of equal values the last row counts, because its comment is the newest.
            Self::Max => scores.max_by(|one, other| by_value(one, other).then(one.source.cmp(&other.source))),
            Self::Error => {
                // A comment must not be lost because the value was sent again without it.
                let chosen = scores.clone().max_by_key(|score| (score.comment.is_some(), score.source))?;
                scores.into_iter().all(|score| score.has_the_value_of(chosen)).then_some(chosen)
            }
        }
    }
}

impl Score {
    /// Whether both give the same value, compared as a number where they are numbers.
    pub fn has_the_value_of(&self, other: &Self) -> bool {
        self.received == other.received || self.points().is_some_and(|points| Some(points) == other.points())
    }

    fn points(&self) -> Option<Points> {
        self.received.parse().ok()
    }
}

/// A value that is no number never wins over one that is.
fn by_value(one: &Score, other: &Score) -> Ordering {
    one.points().cmp(&other.points())
}

impl SentDate {
    /// The instant that is meant: a bare date is its day's last second, as a due date is (`tegrity-connector §2`).
    pub fn instant(self, zone: &TimeZone) -> Timestamp {
        let local = match self {
            Self::Instant(instant) => return instant,
            Self::Day(day) => day.at(23, 59, 59, 0),
            Self::Local(local) => local,
        };
        zone.to_ambiguous_zoned(local).compatible().map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Source;

    fn score(line: u32, received: &str, day: Option<&str>, comment: Option<&str>) -> Score {
        Score {
            source: Source { file: 0, line },
            column: 0,
            user_id: "u1".into(),
            received: received.into(),
            submitted: day.map(|day| SentDate::Day(day.parse().expect("a date"))),
            comment: comment.map(Into::into),
            person: None,
        }
    }

    #[test]
    fn each_rule_picks_its_score_whatever_the_order() {
        let early = score(2, "9", Some("2026-09-01"), None);
        let late = score(3, "7", Some("2026-10-01"), None);
        let undated = score(4, "8", None, None);
        let word = score(5, "EX", Some("2026-11-01"), None);
        let again = score(6, "9.0", Some("2026-09-01"), None);
        for (rule, scores, expected) in [
            (RepeatRule::Last, vec![&late, &early], Some(3)),
            (RepeatRule::Last, vec![&early, &late, &undated], Some(3)),
            (RepeatRule::Last, vec![&again, &early], Some(6)),
            (RepeatRule::Max, vec![&early, &late, &undated], Some(2)),
            (RepeatRule::Max, vec![&again, &early], Some(6)),
            (RepeatRule::Max, vec![&word, &late], Some(3)),
            (RepeatRule::Error, vec![&early, &late], None),
            (RepeatRule::Error, vec![&again, &early], Some(6)),
            (RepeatRule::Error, vec![&early], Some(2)),
            (RepeatRule::Error, vec![], None),
        ] {
            let chosen = rule.settle(&scores, &TimeZone::UTC).map(|score| score.source.line);
            assert_eq!(chosen, expected, "{rule:?} {scores:?}");
        }
    }

    #[test]
    fn equal_values_are_no_conflict_and_a_comment_is_not_lost() {
        let commented = score(2, "9.5", None, Some("well done"));
        let plain = score(3, "9.50", None, None);
        let other_comment = score(4, "9.5", None, Some("see me"));
        for (scores, expected) in [(vec![&commented, &plain], 2), (vec![&commented, &plain, &other_comment], 4)] {
            let chosen = RepeatRule::Error.settle(&scores, &TimeZone::UTC).map(|score| score.source.line);
            assert_eq!(chosen, Some(expected));
        }
    }

    #[test]
    fn a_bare_date_is_the_last_second_of_the_day_across_summer_time() {
        let zone = TimeZone::get("America/New_York").expect("bundled or on the system");
        for (day, expected) in [("2026-10-21", "2026-10-22T03:59:59Z"), ("2024-11-22", "2024-11-23T04:59:59Z")] {
            let sent = SentDate::Day(day.parse().expect("a date"));
            assert_eq!(sent.instant(&zone).to_string(), expected);
        }
    }
}
