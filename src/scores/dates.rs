//! Dates as they are sent. A bare date stays bare: the plan applies a time zone (`tegrity-connector §5`).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use crate::domain::SentDate;

/// .NET's `DateTime.MinValue` in milliseconds: no date (`tegrity-connector §2`).
const NO_DATE: i64 = -62_135_596_800_000;

/// Reads a date of any known form. `Ok(None)` for a blank, a dash, `N/A` or .NET's least date; `Err` for anything else.
///
/// Known are `10/21/2026`, `10/21/2026 3:04[:05] PM` (US order), `2026-10-21`, `2026-10-21T15:04:05` with or without
/// zone, also as `2026-10-21 15:04:05 UTC` and `2026-10-21 15:04:05 -0400`, `2026/10/21 3:04:05 PM GMT-4`, with `EDT` or
/// another well-known name of a zone, and `/Date(1792555200000-0400)/`.
pub(super) fn sent_date(text: &str) -> Result<Option<SentDate>, UnknownDate> {
    let text = text.trim();
    if text.is_empty() || matches!(text, "-" | "--") || text.eq_ignore_ascii_case("n/a") {
        return Ok(None);
    }
    if let Some(inner) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        return milliseconds(inner);
    }
    let date = match text.find('/') {
        Some(4) => year_first(text),
        Some(_) => with_zone(text, us_date),
        None => iso_date(text),
    };
    date.map(Some).ok_or(UnknownDate)
}

/// The text is no date of a known form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnknownDate;

/// `1792555200000-0400`: the offset only says where it was written down.
fn milliseconds(inner: &str) -> Result<Option<SentDate>, UnknownDate> {
    let digits = inner.strip_prefix('-').unwrap_or(inner);
    let length = digits.find(['+', '-']).unwrap_or(digits.len()) + (inner.len() - digits.len());
    let (number, offset) = inner.split_at(length);
    let good_offset = offset.is_empty() || offset.len() == 5 && offset[1..].bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = number.parse().ok().filter(|_| good_offset).ok_or(UnknownDate)?;
    if number == NO_DATE {
        return Ok(None);
    }
    Timestamp::from_millisecond(number).map(|instant| Some(SentDate::Instant(instant))).map_err(|_| UnknownDate)
}

fn iso_date(text: &str) -> Option<SentDate> {
    if text.len() == 10 {
        return text.parse::<Date>().ok().map(SentDate::Day);
    }
    // A zone that stands apart.
    if let Some((time, zone)) = text.rsplit_once(' ')
        && let Some(zone) = offset(zone)
    {
        return format!("{time}{zone}").parse().ok().map(SentDate::Instant);
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(SentDate::Instant(instant));
    }
    // Stricter than `parse`, which also takes a number of eight digits and ignores a zone in brackets.
    let strict = text.contains(':') && !text.contains('[');
    text.parse::<DateTime>().ok().filter(|_| strict).map(SentDate::Local)
}

/// `yyyy/MM/dd h:mm:ss AM GMT-5`, as Google writes it.
fn year_first(text: &str) -> Option<SentDate> {
    with_zone(text, |text| {
        let (date, clock) = text.split_once(' ').unwrap_or((text, ""));
        let mut parts = date.splitn(3, '/');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        us_date(format!("{month}/{day}/{year} {clock}").trim())
    })
}

/// A date and time with a zone behind it, or without.
fn with_zone(text: &str, read: impl Fn(&str) -> Option<SentDate>) -> Option<SentDate> {
    match text.rsplit_once(' ').and_then(|(time, zone)| Some((time, offset(zone)?))) {
        Some((time, zone)) => match read(time)? {
            SentDate::Local(local) => format!("{local}{zone}").parse().ok().map(SentDate::Instant),
            SentDate::Day(_) | SentDate::Instant(_) => None,
        },
        None => read(text),
    }
}

/// Zones by the names that Google and others write, with their offset. Names of several zones are not among them.
const ZONES: [(&str, &str); 35] = [
    ("EST", "-05:00"),
    ("EDT", "-04:00"),
    ("CST", "-06:00"),
    ("CDT", "-05:00"),
    ("MST", "-07:00"),
    ("MDT", "-06:00"),
    ("PST", "-08:00"),
    ("PDT", "-07:00"),
    ("AKST", "-09:00"),
    ("AKDT", "-08:00"),
    ("HST", "-10:00"),
    ("AST", "-04:00"),
    ("ADT", "-03:00"),
    ("NST", "-03:30"),
    ("NDT", "-02:30"),
    ("BRT", "-03:00"),
    ("Z", "Z"),
    ("WET", "+00:00"),
    ("WEST", "+01:00"),
    ("BST", "+01:00"),
    ("CET", "+01:00"),
    ("CEST", "+02:00"),
    ("MEZ", "+01:00"),
    ("MESZ", "+02:00"),
    ("EET", "+02:00"),
    ("EEST", "+03:00"),
    ("SAST", "+02:00"),
    ("JST", "+09:00"),
    ("KST", "+09:00"),
    ("AWST", "+08:00"),
    ("ACST", "+09:30"),
    ("AEST", "+10:00"),
    ("AEDT", "+11:00"),
    ("NZST", "+12:00"),
    ("NZDT", "+13:00"),
];

/// A zone by its name or offset, as it is read behind a time: `UTC`, `GMT-5`, `-0500`, `EST`.
fn offset(zone: &str) -> Option<String> {
    if let Some((_, offset)) = ZONES.iter().find(|(name, _)| *name == zone) {
        return Some((*offset).to_owned());
    }
    let zone = zone.strip_prefix("GMT").or_else(|| zone.strip_prefix("UTC")).unwrap_or(zone);
    if zone.is_empty() {
        return Some("Z".to_owned());
    }
    let digits: String = zone.strip_prefix(['+', '-'])?.chars().filter(|letter| *letter != ':').collect();
    let digits = match digits.len() {
        1 => format!("0{digits}00"),
        2 => format!("{digits}00"),
        3 => format!("0{digits}"),
        4 => digits,
        _ => return None,
    };
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{}{}:{}", &zone[..1], &digits[..2], &digits[2..]))
}

/// `MM/dd/yyyy [h:mm[:ss] [AM|PM]]`.
fn us_date(text: &str) -> Option<SentDate> {
    let mut words = text.split_ascii_whitespace();
    let mut parts = words.next()?.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let date = Date::new(number(year)?, i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?).ok()?;
    let Some(clock) = words.next() else { return Some(SentDate::Day(date)) };
    let half = words.next();
    if words.next().is_some() {
        return None;
    }
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = parts.next().map_or(Some(0), number)?;
    let hour = match half.map(str::to_ascii_lowercase).as_deref() {
        None => hour,
        Some("am") if (1..=12).contains(&hour) => hour % 12,
        Some("pm") if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(_) => return None,
    };
    let narrow = |number: i16| i8::try_from(number).ok();
    let time = Time::new(narrow(hour)?, narrow(minute)?, narrow(second)?, 0).ok()?;
    parts.next().is_none().then(|| SentDate::Local(date.to_datetime(time)))
}

/// Digits only: no sign, no space.
fn number(text: &str) -> Option<i16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_form_are_read() {
        for (text, expected) in [
            ("10/21/2026", "2026-10-21"),
            ("1/2/2026", "2026-01-02"),
            ("09/01/2026 3:04 PM", "2026-09-01T15:04:00"),
            ("09/01/2026 12:04:05 am", "2026-09-01T00:04:05"),
            ("09/01/2026 15:04", "2026-09-01T15:04:00"),
            ("2026-10-21", "2026-10-21"),
            ("2026-10-21 08:00:00", "2026-10-21T08:00:00"),
            ("2026-10-21T08:00:00Z", "2026-10-21T08:00:00Z"),
            ("2026-10-21T08:00:00-04:00", "2026-10-21T12:00:00Z"),
            ("2026-10-02 10:00:00 UTC", "2026-10-02T10:00:00Z"),
            ("2026-10-01 10:00:00 -0500", "2026-10-01T15:00:00Z"),
            ("2026/10/02 10:00:00 AM GMT-5", "2026-10-02T15:00:00Z"),
            ("2026/10/02 1:09:00 PM GMT+5:30", "2026-10-02T07:39:00Z"),
            ("2026/10/02", "2026-10-02"),
            ("2026/10/01 9:00:00 AM EST", "2026-10-01T14:00:00Z"),
            ("2026/10/01 11:30:00 PM MDT", "2026-10-02T05:30:00Z"),
            ("10/1/2026 9:00 AM CEST", "2026-10-01T07:00:00Z"),
            ("10/1/2026 9:00:00 GMT-5", "2026-10-01T14:00:00Z"),
            ("2026-10-01 10:00:00 PDT", "2026-10-01T17:00:00Z"),
            ("/Date(1480550400000-0500)/", "2016-12-01T00:00:00Z"),
            ("/Date(1480550400123)/", "2016-12-01T00:00:00.123Z"),
            ("/Date(-1000+0000)/", "1969-12-31T23:59:59Z"),
        ] {
            let found = sent_date(text).expect(text).expect(text);
            assert_eq!(found.to_string(), expected, "{text}");
            assert_eq!(sent_date(&found.to_string()), Ok(Some(found)), "what is written is read: {text}");
        }
    }

    #[test]
    fn no_date_and_no_sense_are_told_apart() {
        for text in ["", "  ", "-", "--", "N/A", "/Date(-62135596800000)/", "/Date(-62135596800000-0500)/"] {
            assert_eq!(sent_date(text), Ok(None), "{text:?}");
        }
        for text in [
            "21/10/2026",
            "10/21/26",
            "2/30/2026",
            "10/21/2026 25:00",
            "10/21/2026 13:00 PM",
            "10/21/2026 1 2 3",
            "tomorrow",
            "/Date()/",
            "/Date(x)/",
            "/Date(99999999999999999999)/",
            "/Date(5-é40)/",
            "2026-13-01",
            "+1/2/2026",
            "2026-10-21T08:00:00[America/New_York]",
            "20261021",
        ] {
            assert_eq!(sent_date(text), Err(UnknownDate), "{text:?}");
        }
    }
}
