//! Which of several scores of one student in one column counts (`tegrity-connector §5`).

use arcstr::ArcStr;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Beside, Points, RepeatRule, Score, SentDate};

/// What a row's value comes to, for comparing rows with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparableValue<'a> {
    /// A number. Rows of one assignment are compared in its points.
    Number(Points),
    /// No number, or none that its column takes; as received.
    Text(&'a str),
}

impl<'a> ComparableValue<'a> {
    /// The value as received, which compares rows of one column.
    pub fn received(score: &'a Score) -> Self {
        score.received.parse().map_or(Self::Text(&score.received), Self::Number)
    }

    /// A value that is no number never wins over one that is.
    fn number(self) -> Option<Points> {
        match self {
            Self::Number(points) => Some(points),
            Self::Text(_) => None,
        }
    }
}

impl RepeatRule {
    /// The score that counts among those of one student in one column of the sheet; `None` when they contradict each
    /// other and no rule decides, or there are none. `zone` is what dates without one are taken to be in.
    pub fn settle<'a>(self, scores: &[&'a Score], zone: &TimeZone) -> Option<&'a Score> {
        let rows: Vec<_> = scores.iter().map(|score| (*score, ComparableValue::received(score))).collect();
        self.choose(&rows, zone).map(|place| scores[place])
    }

    /// The place of the score that counts among those of one student, by what each of them is worth.
    pub fn choose(self, rows: &[(&Score, ComparableValue<'_>)], zone: &TimeZone) -> Option<usize> {
        let rows = rows.iter().enumerate();
        let (place, _) = match self {
            Self::Last => {
                rows.max_by_key(|(_, (score, _))| (score.submitted().map(|sent| sent.instant(zone)), score.source))?
            }
            Self::First => {
                rows.min_by_key(|(_, (score, _))| (score.submitted().map(|sent| sent.instant(zone)), score.source))?
            }
            // No row counts alone.
            Self::Sum => return None,
            // Of equal values the last row counts, because its comment is the newest.
            Self::Max => rows.max_by_key(|(_, (score, worth))| (worth.number(), score.source))?,
            Self::Error => {
                // A comment must not be lost because the value was sent again without it.
                let chosen = rows.clone().max_by_key(|(_, (score, _))| (score.comment().is_some(), score.source))?;
                let (_, (_, worth)) = chosen;
                rows.into_iter().all(|(_, (_, other))| other == worth).then_some(chosen)?
            }
        };
        Some(place)
    }

    /// The score that rows of one student and column add up to, in the place of the first and with the last comment, if
    /// this is the rule for it; `None` where a value is no number, or the values are not all percentages or all points.
    pub fn sum(self, rows: &[&Score]) -> Option<Score> {
        let (Self::Sum, [first, rest @ ..]) = (self, rows) else { return None };
        let is_percent = first.received.ends_with('%');
        let number = |score: &Score| match score.received.strip_suffix('%') {
            Some(percent) if is_percent => percent.trim_end().parse::<Points>().ok(),
            None if !is_percent => score.received.parse().ok(),
            _ => None,
        };
        let total = rest.iter().try_fold(number(first)?, |total, score| total.plus(number(score)?))?;
        let sign = if is_percent { "%" } else { "" };
        let comment = rows.iter().rev().find_map(|score| score.comment()).map(Into::into);
        let person = first.person().cloned().map(Box::new);
        let submitted = rows.iter().rev().find_map(|score| score.submitted());
        let received = ArcStr::from(format!("{total}{sign}"));
        Some(Score { received, beside: Beside { submitted, comment, person }.if_any(), ..(*first).clone() })
    }
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
    use crate::domain::{Beside, SentUserIndex, Source};

    fn score(line: u32, received: &str, day: Option<&str>, comment: Option<&str>) -> Score {
        let submitted = day.map(|day| SentDate::Day(day.parse().expect("a date")));
        let beside = Beside { submitted, comment: comment.map(Into::into), person: None };
        Score {
            source: Source { file: 0, line },
            column: 0,
            user: SentUserIndex::default(),
            received: received.into(),
            beside: beside.if_any(),
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
            (RepeatRule::First, vec![&late, &early], Some(2)),
            (RepeatRule::Sum, vec![&early, &late], None),
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
