//! What flags hold that is more than text: durations, deadlines, limits, courses, acceptances.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::{
    CourseId, CourseIdOrigin, CreatedPosting, FindingCode, OnConflict, Points, RepeatRule, Severity, UserId,
};
use crate::engine::CourseName;
use crate::scores::{self, DecimalSign, Format, Method, Missing};

/// Reads `90s`, `30m`, `24h`, `2d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration such as 90s, 30m, 24h or 2d");
    let split = text.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(split);
    let seconds = match unit.trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

/// Reads a day.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is not a day such as 2026-12-31"))
}

/// Reads a note: one line of at most 200 letters.
pub(crate) fn note(text: &str) -> Result<String, String> {
    const MOST: usize = 200;
    let text = text.trim();
    match text.chars().count() {
        0 => Err("the note is empty".to_owned()),
        _ if text.chars().any(char::is_control) => Err("a note is one line of text".to_owned()),
        letters if letters > MOST => Err(format!("a note has at most {MOST} letters, and this one has {letters}")),
        _ => Ok(text.to_owned()),
    }
}

/// `--deadline`: a time of day, a local date and time, or an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// The next time the clock shows this.
    TimeOfDay(Time),
    /// This date and time where the connector is.
    Local(DateTime),
    /// This instant.
    Instant(Timestamp),
}

impl Deadline {
    /// The instant meant, counted from `now` in the connector's time zone; `None` beyond the calendar.
    pub(crate) fn after(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let zoned = match self {
            Self::Instant(instant) => return Some(*instant),
            Self::Local(local) => local.to_zoned(zone.clone()).ok()?,
            Self::TimeOfDay(time) => {
                let today = now.to_zoned(zone.clone()).date();
                let first = today.to_datetime(*time).to_zoned(zone.clone()).ok()?;
                if first.timestamp() > now { first } else { first.checked_add(1.day()).ok()? }
            }
        };
        Some(zoned.timestamp())
    }
}

impl FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = text.parse().map(Self::TimeOfDay);
        let instant = || text.parse().map(Self::Instant);
        let local = || text.replacen(' ', "T", 1).parse().map(Self::Local);
        if text.len() <= 8 { time } else { instant().or_else(|_| local()) }
            .map_err(|_| format!("`{text}` is not a time such as 18:30, 2026-12-18T18:30 or 2026-12-18T18:30Z"))
    }
}

/// `--stop-after-failures`: so many, or so many of a hundred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureLimit {
    /// This many cells.
    Cells(u64),
    /// This percentage of the cells tried.
    Percent(u8),
}

impl FromStr for FailureLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let percent = text.strip_suffix('%').map(|number| number.trim().parse().ok().filter(|number| *number <= 100));
        match percent {
            Some(percent) => percent.map(Self::Percent),
            None => text.parse().ok().map(Self::Cells),
        }
        .ok_or_else(|| format!("`{text}` is not a number of cells or a percentage such as 5%"))
    }
}

/// Reads a course as people name it: the id as in the sheet, `internal:ID` or `sis:ID`.
pub(crate) fn course(text: &str) -> Result<CourseName, String> {
    let name = CourseName::parse(text.trim());
    match &name {
        CourseName::AsSent(id) | CourseName::Forced(CourseIdOrigin::Sis, id) if id.is_empty() => {
            Err("the course id is empty".to_owned())
        }
        CourseName::Forced(CourseIdOrigin::Internal, id) => {
            id.parse::<CourseId>().map(|_| name.clone()).map_err(|error| error.to_string())
        }
        CourseName::AsSent(_) | CourseName::Forced(CourseIdOrigin::Sis, _) => Ok(name),
    }
}

/// `--accept CODE[:COURSE]` before the course is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Accept {
    /// The finding that is accepted.
    pub(crate) code: FindingCode,
    /// Only in this course.
    pub(crate) course: Option<CourseName>,
}

impl Accept {
    /// Whether a person may release findings of this code; the rest is mended, not accepted.
    pub(crate) fn is_acceptable(code: FindingCode) -> bool {
        match code {
            FindingCode::PlanExpired | FindingCode::PlanSuperseded | FindingCode::PlanExecuted => false,
            FindingCode::IdentityMoved
            | FindingCode::CourseLooksWrong
            | FindingCode::Excused
            | FindingCode::FarOverPossible
            | FindingCode::AssignmentNameTaken => true,
            other => other.severity() == Severity::Plan,
        }
    }
}

impl FromStr for Accept {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, course) = text.split_once(':').map_or((text, None), |(name, course)| (name, Some(course)));
        let acceptable = || FindingCode::ALL.iter().copied().filter(|code| Self::is_acceptable(*code));
        let Some(code) = acceptable().find(|code| code.code() == name) else {
            let known: Vec<_> = acceptable().map(FindingCode::code).collect();
            return Err(format!("`{name}` cannot be accepted; these can: {}", known.join(", ")));
        };
        Ok(Self { code, course: course.map(self::course).transpose()? })
    }
}

/// Somebody whose grades count as this tool's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnGrader {
    /// The token's user.
    TokenUser,
    /// This Canvas user.
    User(UserId),
}

impl fmt::Display for OwnGrader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TokenUser => formatter.write_str("self"),
            Self::User(id) => id.fmt(formatter),
        }
    }
}

impl FromStr for OwnGrader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "self" {
            return Ok(Self::TokenUser);
        }
        text.parse().map(Self::User).map_err(|_| format!("`{text}` is neither `self` nor a Canvas user id"))
    }
}

impl Serialize for OwnGrader {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OwnGrader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl de::Visitor<'_> for Either {
            type Value = OwnGrader;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("\"self\" or a Canvas user id")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<OwnGrader, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, id: i64) -> Result<OwnGrader, E> {
                self.visit_str(&id.to_string())
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// `--complete-at`: 0 to 100, with or without a percent sign.
pub(crate) fn percentage(text: &str) -> Result<Points, String> {
    scores::percentage(text).ok_or_else(|| format!("`{text}` is no percentage from 0 to 100"))
}

/// `--assignment-title`: something must stand there.
pub(crate) fn title(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("a title may not be blank".to_owned()) } else { Ok(text.to_owned()) }
}

/// `--from`.
pub(crate) fn format() -> impl TypedValueParser<Value = Format> {
    let names: Vec<&str> = Format::ALL.iter().copied().map(Format::name).collect();
    PossibleValuesParser::new(names).try_map(|name| Format::from_name(&name).ok_or("not a format"))
}

/// `--overwrite`: a conflict by its word.
pub(crate) fn overwrite() -> impl TypedValueParser<Value = FindingCode> {
    let named = || FindingCode::ALL.iter().filter_map(|code| Some((code.overwrite_name()?, *code)));
    PossibleValuesParser::new(named().map(|(name, _)| name))
        .try_map(move |text| named().find(|(name, _)| *name == text).map(|(_, code)| code).ok_or("not a reason"))
}

/// `undo --overwrite`: of the conflicts, only this one leaves it known what an undo would replace.
pub(crate) fn overwrite_in_undo() -> impl TypedValueParser<Value = FindingCode> {
    let hidden = FindingCode::RevealsHiddenGrade;
    PossibleValuesParser::new(hidden.overwrite_name()).map(move |_| hidden)
}

/// Declares the parser of a flag whose values are a type of the domain, which knows nothing of flags.
macro_rules! named_values {
    ($($(#[$doc:meta])* $function:ident: $type:ty { $($name:literal => $value:expr),+ $(,)? })+) => {$(
        $(#[$doc])*
        pub(crate) fn $function() -> impl TypedValueParser<Value = $type> {
            PossibleValuesParser::new([$($name),+]).map(|name| match name.as_str() {
                $($name => $value,)+
                _ => <$type>::default(),
            })
        }
    )+};
}

named_values! {
    /// `--on-conflict`.
    on_conflict: OnConflict { "hold" => OnConflict::Hold, "overwrite" => OnConflict::Overwrite }
    /// `--created-posting`.
    created_posting: CreatedPosting { "automatic" => CreatedPosting::Automatic, "manual" => CreatedPosting::Manual }
    /// `--method`.
    method: Method {
        "percent" => Method::Percent, "complete" => Method::Complete, "minutes" => Method::Minutes,
        "points" => Method::Points,
    }
    /// `--decimal`.
    decimal: DecimalSign { "point" => DecimalSign::Point, "comma" => DecimalSign::Comma }
    /// `--missing`.
    missing: Missing { "skip" => Missing::Skip, "zero" => Missing::Zero }
    /// `--repeat`.
    repeat_rule: RepeatRule {
        "max" => RepeatRule::Max,
        "last" => RepeatRule::Last,
        "first" => RepeatRule::First,
        "sum" => RepeatRule::Sum,
        "error" => RepeatRule::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("24h", 86_400), ("2d", 172_800), ("0s", 0)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "5", "h", "-5s", "1.5h", "5 weeks", "99999999999999999999d", "18446744073709551615d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deadlines_are_in_the_connectors_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        let now: Timestamp = "2026-12-18T20:00:00Z".parse().expect("a time");
        for (text, expected) in [
            ("15:30", "2026-12-18T20:30:00Z"),
            ("15:00", "2026-12-19T20:00:00Z"),
            ("2026-12-20T06:00", "2026-12-20T11:00:00Z"),
            ("2026-12-20 06:00", "2026-12-20T11:00:00Z"),
            ("2026-12-20T06:00:00Z", "2026-12-20T06:00:00Z"),
        ] {
            let deadline: Deadline = text.parse().expect(text);
            assert_eq!(deadline.after(now, &zone).map(|time| time.to_string()).as_deref(), Some(expected), "{text}");
        }
        assert!("soon".parse::<Deadline>().is_err());
    }

    #[test]
    fn a_day_is_a_date() {
        assert_eq!(day("2026-12-02").map(|day| day.to_string()), Ok("2026-12-02".to_owned()));
        for text in ["12/02/2026", "yesterday", "2026-13-01"] {
            assert_eq!(day(text), Err(format!("`{text}` is not a day such as 2026-12-31")));
        }
    }

    #[test]
    fn a_note_is_one_short_line() {
        assert_eq!(note(" midterms, late "), Ok("midterms, late".to_owned()));
        for (text, said) in [("  ", "empty"), ("a\nb", "one line"), (&"x".repeat(201), "at most 200 letters")] {
            assert!(note(text).expect_err(text).contains(said), "{text}");
        }
    }

    #[test]
    fn limits_courses_and_acceptances() {
        assert_eq!("5%".parse(), Ok(FailureLimit::Percent(5)));
        assert_eq!("12".parse(), Ok(FailureLimit::Cells(12)));
        assert!("101%".parse::<FailureLimit>().is_err());
        assert_eq!(course("sis:A:1"), Ok(CourseName::Forced(CourseIdOrigin::Sis, "A:1".to_owned())));
        assert_eq!(course("00697"), Ok(CourseName::AsSent("00697".to_owned())));
        for refused in ["internal:x", "internal:", "sis:", " "] {
            assert!(course(refused).is_err(), "{refused}");
        }
        let accept: Accept = "column-drops:sis:A".parse().expect("acceptable");
        assert_eq!(accept.course, Some(CourseName::Forced(CourseIdOrigin::Sis, "A".to_owned())));
        for refused in ["not-enrolled", "plan-expired", "nonsense", "grade-by-other"] {
            assert!(refused.parse::<Accept>().is_err(), "{refused}");
        }
    }
}
