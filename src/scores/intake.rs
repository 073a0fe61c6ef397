//! What the user says about files that do not say it themselves.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::courses::CourseRules;
use super::format::Format;
use super::from_name::{AssignmentTitle, CourseFromName};
use super::layout::Layout;
use super::number_text::DecimalSign;
use crate::domain::{Points, RepeatRule, UserIdOrigin};

/// How viewing becomes a score (`tegrity-connector §1`). It applies to formats that report viewing; a received score
/// is never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// Percent viewed, of 100.
    #[default]
    Percent,
    /// 1 from a percentage on, else 0.
    Complete,
    /// Minutes viewed, of the recording's length or `--possible`.
    Minutes,
    /// Points as they stand.
    Points,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::Percent, Self::Complete, Self::Minutes, Self::Points];

    /// The name used in flags and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Complete => "complete",
            Self::Minutes => "minutes",
            Self::Points => "points",
        }
    }

    /// The method of that name.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name().eq_ignore_ascii_case(text))
    }
}

/// What a column is out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Possible {
    /// So many points.
    Points(Points),
    /// The recording's length in minutes.
    Recording,
}

/// The text is neither a number of points nor `recording`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a number above 0 nor `recording`")]
pub struct PossibleError(String);

impl FromStr for Possible {
    type Err = PossibleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("recording") {
            return Ok(Self::Recording);
        }
        match text.parse::<Points>() {
            Ok(points) if points > Points::ZERO => Ok(Self::Points(points)),
            _ => Err(PossibleError(text.to_owned())),
        }
    }
}

impl fmt::Display for Possible {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Points(points) => points.fmt(formatter),
            Self::Recording => formatter.write_str("recording"),
        }
    }
}

/// What a blank means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Missing {
    /// No score.
    #[default]
    Skip,
    /// A score of 0.
    Zero,
}

impl Missing {
    /// The name used in flags and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Zero => "zero",
        }
    }

    /// The rule of that name.
    pub fn from_name(text: &str) -> Option<Self> {
        match text {
            _ if text.eq_ignore_ascii_case("skip") => Some(Self::Skip),
            _ if text.eq_ignore_ascii_case("zero") => Some(Self::Zero),
            _ => None,
        }
    }
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetChoice(String);

impl SheetChoice {
    /// Which of these sheets is meant: the one of that name, else the one of that number, counted from 1.
    pub(super) fn among(&self, names: &[String]) -> Option<usize> {
        let by_name = names.iter().position(|name| *name == self.0);
        let by_number = || self.0.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < names.len());
        by_name.or_else(by_number)
    }
}

impl From<&str> for SheetChoice {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for SheetChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// How inputs are read. What the courses file says of a course goes before what is said here of all.
#[derive(Debug, Clone)]
pub struct Intake {
    /// The format; recognised by content when `None`.
    pub from: Option<Format>,
    /// Describes files of no known format; [`Format::Map`] when it is given.
    pub layout: Option<Layout>,
    /// The course of files that name none, by the connector's Course Id Origin.
    pub course: Option<Arc<str>>,
    /// Takes the course from the file's name, for files that name none; goes before `course`.
    pub course_from_name: Option<CourseFromName>,
    /// Which assignment the scores of files are of that name none.
    pub assignment: Option<AssignmentTitle>,
    /// The sheet of workbooks to read; the first in which something stands when `None`.
    pub sheet: Option<SheetChoice>,
    /// The line of the header, counted from 1; found when `None`.
    pub header_row: Option<u32>,
    /// What holds for single courses.
    pub courses: CourseRules,
    /// How viewing becomes a score; [`Method::Percent`] when `None`.
    pub method: Option<Method>,
    /// From how many percent on a viewing is complete.
    pub complete_at: Points,
    /// What columns are out of that do not say it.
    pub possible: Option<Possible>,
    /// What a blank means.
    pub missing: Missing,
    /// The decimal sign of numbers that can be read in two ways; by their column when `None`.
    pub decimal: Option<DecimalSign>,
    /// How repeats are settled; by the format's own rule when `None`.
    pub repeat: Option<RepeatRule>,
    /// Which of several id columns of a file is the user's.
    pub user_id_origin: UserIdOrigin,
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            from: None,
            layout: None,
            course: None,
            course_from_name: None,
            assignment: None,
            sheet: None,
            header_row: None,
            courses: CourseRules::default(),
            method: None,
            complete_at: Points::whole(100),
            possible: None,
            missing: Missing::default(),
            decimal: None,
            repeat: None,
            user_id_origin: UserIdOrigin::default(),
        }
    }
}
