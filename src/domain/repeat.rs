//! Which of several scores of one student in one column counts (`tegrity-connector §5`).

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{Points, RepeatRule, Score, SentDate};

impl RepeatRule {
    /// The score that counts, as an index into `scores`, which are those of one student and column in file order;
    /// `None` when they contradict each other and no rule decides, or there are none.
    pub fn settle(self, scores: &[&Score]) -> Option<usize> {
        let (first, others) = scores.split_first()?;
        let chosen = match self {
            Self::Last => last(scores),
            Self::Max => highest(scores),
            Self::Error => {
                if others.iter().any(|other| !first.says_the_same(other)) {
                    return None;
                }
                scores.iter().position(|score| score.comment.is_some()).unwrap_or(0)
            }
        };
        Some(chosen)
    }
}

impl Score {
    /// Whether both give the same value, compared as a number where they are numbers, and no two different comments.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let same_comment = match (&self.comment, &other.comment) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        };
        same_comment && self.has_the_value_of(other)
    }

    /// Whether both give the same value, compared as a number where they are numbers.
    pub fn has_the_value_of(&self, other: &Self) -> bool {
        self.received == other.received
            || matches!((self.points(), other.points()), (Some(mine), Some(theirs)) if mine == theirs)
    }

    fn points(&self) -> Option<Points> {
        self.received.parse().ok()
    }
}

/// By submission date, one before none, then by place in the file.
fn last(scores: &[&Score]) -> usize {
    let latest = scores.iter().enumerate().max_by_key(|(place, score)| (score.submitted.map(comparable), *place));
    latest.map_or(0, |(place, _)| place)
}

/// The highest number, the later of equal ones; a value that is no number counts only when none is.
fn highest(scores: &[&Score]) -> usize {
    let ranked = scores.iter().enumerate().max_by(|(place, score), (other_place, other)| {
        let by_value = match (score.points(), other.points()) {
            (Some(points), Some(other_points)) => points.cmp(&other_points),
            (Some(_), None) => Ordering::Greater,
            (None, Some(_)) => Ordering::Less,
            (None, None) => Ordering::Equal,
        };
        by_value.then(place.cmp(other_place))
    });
    ranked.map_or(0, |(place, _)| place)
}

/// A date on one clock. Which zone a bare date means is not known here; scores of one source share it.
fn comparable(date: SentDate) -> DateTime {
    match date {
        SentDate::Day(day) => day.to_datetime(jiff::civil::Time::midnight()),
        SentDate::Local(local) => local,
        SentDate::Instant(instant) => TimeZone::UTC.to_datetime(instant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Source;

    fn score(received: &str, day: Option<&str>, comment: Option<&str>) -> Score {
        Score {
            source: Source { file: 0, line: 2 },
            column: 0,
            user_id: "u1".into(),
            received: received.into(),
            submitted: day.map(|day| SentDate::Day(day.parse().expect("a date"))),
            comment: comment.map(Into::into),
            person: None,
        }
    }

    #[test]
    fn each_rule_picks_its_score() {
        let early = score("9", Some("2026-09-01"), None);
        let late = score("7", Some("2026-10-01"), None);
        let undated = score("8", None, None);
        let word = score("EX", Some("2026-11-01"), None);
        for (rule, scores, expected) in [
            (RepeatRule::Last, vec![&late, &early], Some(0)),
            (RepeatRule::Last, vec![&early, &late], Some(1)),
            (RepeatRule::Last, vec![&late, &undated], Some(0)),
            (RepeatRule::Last, vec![&late, &late], Some(1)),
            (RepeatRule::Max, vec![&early, &late, &undated], Some(0)),
            (RepeatRule::Max, vec![&word, &late], Some(1)),
            (RepeatRule::Error, vec![&early, &late], None),
            (RepeatRule::Error, vec![&early], Some(0)),
            (RepeatRule::Error, vec![], None),
        ] {
            assert_eq!(rule.settle(&scores), expected, "{rule:?} {scores:?}");
        }
    }

    #[test]
    fn equal_values_are_no_conflict_and_a_comment_is_not_lost() {
        let plain = score("9.50", None, None);
        let commented = score("9.5", None, Some("well done"));
        let other_comment = score("9.5", None, Some("see me"));
        assert_eq!(RepeatRule::Error.settle(&[&plain, &commented]), Some(1));
        assert_eq!(RepeatRule::Error.settle(&[&commented, &other_comment]), None);
    }
}
