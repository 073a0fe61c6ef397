//! From viewing to a score: percentages, durations, and the grading method of the course (`tegrity-connector §1`, §5).

use super::intake::{Method, Missing, Possible};
use super::number_form::{Glance, is_number, unmistakable};
use crate::domain::{Points, ScoreType};

/// What holds for the scores of one course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    /// Whether its records are read.
    pub(super) include: bool,
    /// How viewing becomes a score.
    pub(super) method: Method,
    /// From how many percent on a viewing is complete.
    pub(super) complete_at: Points,
    /// What columns are out of that do not say it.
    pub(super) possible: Option<Possible>,
    /// What a blank means.
    pub(super) missing: Missing,
}

/// What a source says of one student's viewing of one recording; empty where it says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Viewing<'a> {
    /// A percentage, with or without its sign.
    pub(super) percent: &'a str,
    /// How long was viewed.
    pub(super) viewed: &'a str,
    /// How long the recording is.
    pub(super) length: &'a str,
}

/// A score and how it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Graded {
    /// The value; the source's own text where it is not understood, so that the plan blocks the row.
    pub(super) received: String,
    /// What it is out of; empty if that is not known.
    pub(super) possible: String,
    /// How it counts.
    pub(super) score_type: ScoreType,
    /// Whether a computed percentage was above 100.
    pub(super) capped: bool,
}

impl Graded {
    /// No value, counted like this.
    pub(super) fn nothing(score_type: ScoreType) -> Self {
        Self { received: String::new(), possible: String::new(), score_type, capped: false }
    }
}

impl Viewing<'_> {
    /// The score by the course's method. A blank stays blank.
    pub(super) fn graded(self, settings: &Settings) -> Graded {
        match settings.method {
            Method::Percent => {
                let (received, capped) = self.percentage();
                Graded { received, possible: String::from("100"), score_type: ScoreType::Percentage, capped }
            }
            Method::Complete => {
                let (text, _) = self.percentage();
                let received = match text.parse::<Points>() {
                    Ok(percent) => String::from(if percent >= settings.complete_at { "1" } else { "0" }),
                    Err(_) => completion(&text).map_or(text, String::from),
                };
                let possible = points(settings.possible).unwrap_or_else(|| String::from("1"));
                Graded { received, possible, score_type: ScoreType::CompleteIncomplete, capped: false }
            }
            Method::Minutes => {
                let minutes_viewed = minutes(self.viewed);
                let text = if self.viewed.is_empty() { self.percent } else { self.viewed };
                let received =
                    minutes_viewed.map_or_else(|| text.to_owned(), |minutes| minutes_text(self.viewed, minutes));
                Graded { received, possible: self.out_of(settings), score_type: ScoreType::Points, capped: false }
            }
            Method::Points => {
                let text = if self.percent.is_empty() { self.viewed } else { self.percent };
                let received = text.to_owned();
                Graded { received, possible: self.out_of(settings), score_type: ScoreType::Points, capped: false }
            }
        }
    }

    /// What minutes are out of: `--possible`, else the recording's length.
    fn out_of(self, settings: &Settings) -> String {
        let length = || minutes(self.length).map(|minutes| minutes.to_string());
        points(settings.possible).or_else(length).unwrap_or_default()
    }

    /// The percentage as sent, else computed and then at most 100; and whether it was capped.
    fn percentage(self) -> (String, bool) {
        if !self.percent.is_empty() {
            return (without_sign(self.percent).to_owned(), false);
        }
        let percent = minutes(self.viewed)
            .zip(minutes(self.length))
            .and_then(|(viewed, length)| viewed.scaled(Points::whole(100), length));
        match percent {
            Some(percent) if percent > Points::whole(100) => (String::from("100"), true),
            Some(percent) => (computed(percent), false),
            None => (self.unread(), false),
        }
    }

    /// What was viewed, where no percentage can be made of it: a number that only its column explains must not pass for
    /// one.
    fn unread(self) -> String {
        let is_unread = self.viewed.parse::<Points>().is_err() && is_number(self.viewed);
        if is_unread { format!("{} min", self.viewed) } else { self.viewed.to_owned() }
    }
}

/// A fixed number of points possible.
pub(super) fn points(possible: Option<Possible>) -> Option<String> {
    match possible {
        Some(Possible::Points(points)) => Some(points.to_string()),
        Some(Possible::Recording) | None => None,
    }
}

/// The number of a percentage.
pub(super) fn without_sign(text: &str) -> &str {
    text.trim().trim_end_matches('%').trim_end()
}

/// The words reports use instead of a number.
fn completion(text: &str) -> Option<&'static str> {
    match text.trim().to_ascii_lowercase().as_str() {
        "complete" | "completed" | "viewed" | "yes" => Some("1"),
        "incomplete" | "not viewed" | "no" => Some("0"),
        _ => None,
    }
}

/// Whether a text is a duration and not merely a number.
pub(super) fn is_duration(text: &str) -> bool {
    !is_number(text) && minutes(text).is_some()
}

/// The minutes of a text: a number stands as it was sent, for its column to explain.
fn minutes_text(text: &str, minutes: Points) -> String {
    if is_number(text) { text.trim().to_owned() } else { computed(minutes) }
}

/// A number that was computed here. Its column need not explain it: with a fourth decimal, the point of `12.125` cannot
/// stand between thousands.
pub(super) fn computed(points: Points) -> String {
    let text = points.to_string();
    if Glance::at(&text) == Glance::PointOrThousands { text + "0" } else { text }
}

/// A duration in minutes, rounded to 4 decimals: `mm:ss`, `h:mm:ss`, `4h46m`, or a number of minutes.
pub(super) fn minutes(text: &str) -> Option<Points> {
    let text = text.trim();
    if let Some(minutes) = text.parse::<Points>().ok().or_else(|| unmistakable(text)) {
        return (!minutes.is_negative()).then_some(minutes);
    }
    let seconds = if text.contains(':') { clock(text)? } else { units(text)? };
    Points::whole(seconds).scaled(Points::whole(1), Points::whole(60))
}

/// Seconds of `mm:ss` or `h:mm:ss`. The first number may be any, the others are below 60.
fn clock(text: &str) -> Option<i32> {
    let parts: Vec<i32> = text.split(':').map(number).collect::<Option<_>>()?;
    let (first, rest) = parts.split_first()?;
    if !(1..=2).contains(&rest.len()) || rest.iter().any(|part| *part > 59) {
        return None;
    }
    rest.iter().try_fold(*first, |seconds, part| seconds.checked_mul(60)?.checked_add(*part))
}

/// Seconds of `4h46m`, `35m`, `2h 5m 10s`: each unit at most once, in this order.
fn units(text: &str) -> Option<i32> {
    let mut rest = text;
    let mut seconds = 0_i32;
    for (unit, length) in [("h", 3600), ("m", 60), ("s", 1)] {
        if let Some((amount, behind)) = rest.split_once(unit) {
            seconds = number(amount.trim())?.checked_mul(length)?.checked_add(seconds)?;
            rest = behind;
        }
    }
    (rest.trim().is_empty() && rest.len() < text.len()).then_some(seconds)
}

/// Digits only.
fn number(text: &str) -> Option<i32> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_every_form_are_minutes() {
        for (text, expected) in [
            ("50:00", Some("50")),
            ("0:30", Some("0.5")),
            ("1:15:20", Some("75.3333")),
            ("00:50:00", Some("50")),
            ("125:00:00", Some("7500")),
            ("4h46m", Some("286")),
            ("46m", Some("46")),
            ("2h", Some("120")),
            ("1h 2m 30s", Some("62.5")),
            ("12.5", Some("12.5")),
            ("30,5", Some("30.5")),
            ("1,234", None),
            ("-5", None),
            ("1:75", None),
            ("1:2:3:4", None),
            ("h", None),
            ("5m3h", None),
            ("35%", None),
            ("", None),
            ("999999999999:00", None),
        ] {
            assert_eq!(minutes(text).map(|minutes| minutes.to_string()).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn each_method_grades_a_viewing() {
        let settings = |method, possible| Settings {
            include: true,
            method,
            complete_at: Points::whole(80),
            possible,
            missing: Missing::Skip,
        };
        let reported = Viewing { percent: "78 %", viewed: "39", length: "50:00" };
        let long = Viewing { percent: "", viewed: "01:00:00", length: "00:50:00" };
        let of_nothing = Viewing { percent: "", viewed: "01:00:00", length: "0" };
        let ten = Some(Possible::Points(Points::whole(10)));
        for (viewing, method, possible, received, out_of, capped) in [
            (reported, Method::Percent, None, "78", "100", false),
            (reported, Method::Complete, None, "0", "1", false),
            (reported, Method::Minutes, None, "39", "50", false),
            (reported, Method::Minutes, ten, "39", "10", false),
            (reported, Method::Points, ten, "78 %", "10", false),
            (long, Method::Percent, None, "100", "100", true),
            (long, Method::Complete, ten, "1", "10", false),
            (long, Method::Minutes, None, "60", "50", false),
            (of_nothing, Method::Percent, None, "01:00:00", "100", false),
            (Viewing { percent: "Viewed", ..reported }, Method::Complete, None, "1", "1", false),
            (Viewing::default(), Method::Percent, None, "", "100", false),
        ] {
            let graded = viewing.graded(&settings(method, possible));
            let found = (graded.received.as_str(), graded.possible.as_str(), graded.capped);
            assert_eq!(found, (received, out_of, capped), "{method:?} {viewing:?}");
        }
    }
}
