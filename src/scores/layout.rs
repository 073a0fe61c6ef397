//! A layout: a small TOML file that says which columns of a table mean what.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;

use super::error::ScoresError;
use super::exported_columns::{self, HeaderMeaning};
use super::format::Format;
use super::header::normal;
use super::input::{Content, Input, Opened};
use super::note::LeftOut;
use super::number_text::DecimalSign;
use super::pattern::{ColumnPattern, Described};
use super::records::LONGEST;
use crate::domain::UserIdOrigin;

/// Which columns of a table mean what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub(super) format: Format,
    pub(super) written: Written,
    pub(super) patterns: Vec<ColumnPattern>,
}

/// A layout as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// Columns that must be there; recognition goes by them.
    #[serde(default)]
    pub(super) header: Vec<String>,
    pub(super) user: UserColumns,
    #[serde(default)]
    pub(super) course: CourseColumns,
    #[serde(default)]
    pub(super) rows: RowRules,
    /// One row per student and item.
    pub(super) long: Option<Long>,
    /// One row per student, one column per item.
    pub(super) wide: Option<Wide>,
}

/// The columns that say who.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserColumns {
    pub(super) internal: Option<String>,
    pub(super) sis: Option<String>,
    pub(super) login: Option<String>,
    /// Joined with a space.
    #[serde(default)]
    pub(super) name: Vec<String>,
    pub(super) email: Option<String>,
    /// What stands before each id and is no part of it.
    #[serde(default)]
    pub(super) mark: String,
}

impl UserColumns {
    /// The column that holds ids of a kind.
    pub(super) fn of(&self, origin: UserIdOrigin) -> Option<&str> {
        match origin {
            UserIdOrigin::Internal => self.internal.as_deref(),
            UserIdOrigin::Sis => self.sis.as_deref(),
            UserIdOrigin::Login => self.login.as_deref(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        [&self.internal, &self.sis, &self.login, &self.email].into_iter().flatten().chain(&self.name)
    }
}

/// The course: a column, or the same for all rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CourseColumns {
    pub(super) column: Option<String>,
    pub(super) constant: Option<String>,
}

/// Which rows and values are no scores.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowRules {
    /// Only rows with one of these values in the column; the others are summaries.
    #[serde(default)]
    pub(super) only: BTreeMap<String, Vec<String>>,
    /// Rows with one of these values in the column are summaries; an empty text means a blank.
    #[serde(default)]
    pub(super) summary: BTreeMap<String, Vec<String>>,
    /// Values that mean no score.
    #[serde(default)]
    pub(super) none: Vec<String>,
    /// The decimal sign of numbers that can be read in two ways.
    pub(super) decimal: Option<DecimalSign>,
}

/// One row per student and item: the columns of the item and of the value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Long {
    pub(super) id: Option<String>,
    /// Joined with a space.
    #[serde(default)]
    pub(super) title: Vec<String>,
    pub(super) category: Option<String>,
    pub(super) possible: Option<String>,
    /// The value as it stands, or as a percentage or duration that shows what it is.
    pub(super) value: Option<String>,
    /// A percentage viewed.
    pub(super) percent: Option<String>,
    /// How long was viewed.
    pub(super) viewed: Option<String>,
    /// How long the recording is.
    pub(super) length: Option<String>,
    pub(super) submitted: Option<String>,
    pub(super) comment: Option<String>,
}

/// One column per item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wide {
    /// Patterns of the columns that are items, tried in order: `{title}`, `{id}`, `{possible}`, `{category}`, `{*}`.
    #[serde(default)]
    pub(super) columns: Vec<String>,
    /// Without patterns: every column is an item but these and those of `[user]`.
    #[serde(default)]
    pub(super) except: Vec<String>,
    /// Titles of columns that are totals.
    #[serde(default)]
    pub(super) summary: Vec<String>,
    /// What the items are out of, where neither the column nor a percent sign says it.
    pub(super) possible: Option<String>,
}

impl Layout {
    /// Reads a layout file.
    pub fn read(input: Input) -> Result<Self, ScoresError> {
        let mut opened = Opened::open(input)?;
        let name = opened.name.to_string();
        let Content::Text { encoding, .. } = opened.content else {
            return Err(ScoresError::Binary { name, what: "a workbook" });
        };
        let text = std::io::read_to_string(opened.text(encoding)?.take(LONGEST as u64))
            .map_err(|source| ScoresError::Unreadable { name: name.clone(), source })?;
        Self::parse(&name, &text)
    }

    /// Reads a layout from its text; `name` is what errors call it.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScoresError> {
        Self::of(Format::Map, name, text)
    }

    fn of(format: Format, name: &str, text: &str) -> Result<Self, ScoresError> {
        let written: Written = toml::from_str(text)
            .map_err(|source| ScoresError::LayoutSyntax { name: name.to_owned(), source: Box::new(source) })?;
        let wrong = |problem| Err(ScoresError::LayoutSense { name: name.to_owned(), problem });
        if UserIdOrigin::ALL.into_iter().all(|origin| written.user.of(origin).is_none()) {
            return wrong("[user] names no id column: give `internal`, `sis` or `login`");
        }
        match (&written.long, &written.wide) {
            (Some(_), Some(_)) | (None, None) => return wrong("give either [long] or [wide]"),
            (Some(long), None) => {
                if long.id.is_none() && long.title.is_empty() {
                    return wrong("[long] names no item: give `id` or `title`");
                }
                if long.value.is_none() && long.percent.is_none() && long.viewed.is_none() {
                    return wrong("[long] names no value: give `value`, `percent` or `viewed`");
                }
            }
            (None, Some(_)) => {}
        }
        let mut patterns = Vec::new();
        for pattern in written.wide.iter().flat_map(|wide| &wide.columns) {
            match ColumnPattern::parse(pattern) {
                Some(pattern) => patterns.push(pattern),
                None => return wrong("a pattern of [wide] columns needs `{title}` and text between its places"),
            }
        }
        Ok(Self { format, written, patterns })
    }

    /// A layout that is shipped with the tool; `None` for formats with a reader of their own.
    pub(super) fn preset(format: Format) -> Option<Self> {
        let text = match format {
            Format::Echo360Media => include_str!("layouts/echo360-media.toml"),
            Format::Echo360Class => include_str!("layouts/echo360-class.toml"),
            Format::Aleks => include_str!("layouts/aleks.toml"),
            Format::Blackboard => include_str!("layouts/blackboard.toml"),
            Format::D2l => include_str!("layouts/d2l.toml"),
            Format::Aairs
            | Format::Scores
            | Format::TegrityViewing
            | Format::TegrityWide
            | Format::CanvasGradebook
            | Format::MoodleMhaairs
            | Format::Map => return None,
        };
        Some(Self::of(format, format.name(), text).expect("a shipped layout is tested to be one"))
    }

    /// The columns the layout needs in a header, each with its alternatives.
    pub(super) fn needed(&self) -> Vec<Vec<String>> {
        let Written { header, user, course, rows, long, wide: _ } = &self.written;
        let ids: Vec<String> =
            UserIdOrigin::ALL.into_iter().filter_map(|origin| user.of(origin)).map(str::to_owned).collect();
        let mut needed: Vec<Vec<String>> = vec![ids];
        let single = |name: &String| vec![name.clone()];
        needed.extend(header.iter().chain(&course.column).chain(rows.only.keys()).map(single));
        if let Some(Long { id, title, percent, value, viewed, .. }) = long {
            needed.push(id.iter().chain(title.first()).cloned().collect());
            needed.push(value.iter().chain(percent).chain(viewed).cloned().collect());
        }
        needed
    }

    /// What a column of a wide table is, by its header.
    pub(super) fn meaning<'a>(&self, column: &'a str) -> HeaderMeaning<'a> {
        let Some(wide) = &self.written.wide else { return HeaderMeaning::LeftOut(LeftOut::Other) };
        let meaning = match self.format {
            Format::D2l => exported_columns::d2l(column),
            Format::Blackboard => exported_columns::blackboard(column),
            _ => {
                let described = if self.patterns.is_empty() {
                    self.is_item(column).then(|| Described { title: column, ..Described::default() })
                } else {
                    self.patterns.iter().find_map(|pattern| pattern.describe(column))
                };
                described.map_or(HeaderMeaning::LeftOut(LeftOut::Other), HeaderMeaning::Item)
            }
        };
        match meaning {
            HeaderMeaning::Item(item) if wide.summary.iter().any(|total| total.eq_ignore_ascii_case(item.title)) => {
                HeaderMeaning::LeftOut(LeftOut::Total)
            }
            other => other,
        }
    }

    /// A header of an item, for people; `None` where any column may be one.
    pub(super) fn example(&self) -> Option<String> {
        match self.format {
            Format::D2l => Some("Title Points Grade <Numeric MaxPoints:N>".to_owned()),
            Format::Blackboard => Some("Title [Total Pts: N] |ID".to_owned()),
            _ => self.patterns.last().map(ColumnPattern::example),
        }
    }

    /// Whether a column of a file without patterns is an item.
    fn is_item(&self, column: &str) -> bool {
        let Written { user, course, rows, wide, header: _, long: _ } = &self.written;
        let Some(wide) = wide else { return false };
        let column = normal(column);
        let mut others =
            user.all().chain(&course.column).chain(rows.only.keys()).chain(rows.summary.keys()).chain(&wide.except);
        !column.is_empty() && others.all(|other| normal(other) != column)
    }
}
