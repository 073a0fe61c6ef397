//! A layout as it is written down in TOML.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::number_text::DecimalSign;
use crate::domain::{RepeatRule, UserIdOrigin};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// Columns that must be there; recognition goes by them. A name may be a pattern: `{*} - Max Points`.
    #[serde(default)]
    pub(super) header: Vec<Names>,
    /// The line of the header, counted from 1; found when not given.
    pub(super) header_row: Option<u32>,
    /// Whether a blank line ends the table.
    #[serde(default)]
    pub(super) ends_at_blank_line: bool,
    /// The title of the file's only column, where no column says it.
    pub(super) title: Option<String>,
    /// The same out of the file's name, in which `{title}` stands for it.
    pub(super) title_from_name: Option<String>,
    /// How several values of one student and column are settled.
    pub(super) repeat: Option<RepeatRule>,
    pub(super) user: UserColumns,
    #[serde(default)]
    pub(super) course: CourseColumns,
    #[serde(default)]
    pub(super) rows: RowRules,
    /// What words are worth: `"Present" = 1`.
    #[serde(default)]
    pub(super) words: BTreeMap<String, Worth>,
    #[serde(default)]
    pub(super) above: RowsAbove,
    /// One row per student and item.
    pub(super) long: Option<Long>,
    /// One row per student, one column per item.
    pub(super) wide: Option<Wide>,
}

/// One column, by the names that it may have: a text, or a list of texts. Of columns of people the first that is not
/// empty counts, of others the first that is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// Whether no name is given.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;

        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Names;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the name of a column, or a list of names")
            }

            fn visit_str<E>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Names, A::Error> {
                let mut all = Vec::new();
                while let Some(name) = names.next_element()? {
                    all.push(name);
                }
                Ok(Names(all))
            }
        }

        deserializer.deserialize_any(OneOrMore)
    }
}

/// What a word is worth: a number, or the text of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Worth(pub(super) String);

impl<'de> Deserialize<'de> for Worth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Worth;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number of points")
            }

            fn visit_str<E>(self, text: &str) -> Result<Worth, E> {
                Ok(Worth(text.to_owned()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Worth, E> {
                Ok(Worth(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Worth, E> {
                Ok(Worth(number.to_string()))
            }
        }

        deserializer.deserialize_any(Number)
    }
}

/// The columns that say who.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserColumns {
    #[serde(default)]
    pub(super) internal: Names,
    #[serde(default)]
    pub(super) sis: Names,
    #[serde(default)]
    pub(super) login: Names,
    /// Joined with a space.
    #[serde(default)]
    pub(super) name: Vec<String>,
    #[serde(default)]
    pub(super) email: Names,
    /// What stands before each id and is no part of it.
    #[serde(default)]
    pub(super) mark: String,
}

impl UserColumns {
    /// The columns that hold ids of a kind.
    pub(super) fn of(&self, origin: UserIdOrigin) -> &Names {
        match origin {
            UserIdOrigin::Internal => &self.internal,
            UserIdOrigin::Sis => &self.sis,
            UserIdOrigin::Login => &self.login,
        }
    }

    /// Every column of people.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        let names = [&self.internal, &self.sis, &self.login, &self.email].into_iter().flat_map(Names::iter);
        names.chain(self.name.iter().map(String::as_str))
    }
}

/// The course: a column, or the same for all rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CourseColumns {
    pub(super) column: Option<String>,
    pub(super) constant: Option<String>,
}

/// Values of a row by column.
pub(super) type Cells = BTreeMap<String, Vec<String>>;

/// Which rows and values are no scores.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowRules {
    /// Only rows with one of these values in the column; the others are summaries.
    #[serde(default)]
    pub(super) only: Cells,
    /// Rows with one of these values in the column are summaries; an empty text means a blank.
    #[serde(default)]
    pub(super) summary: Cells,
    /// Rows with one of these values in the column are of people who are no students; a score in one is said.
    #[serde(default)]
    pub(super) no_student: Cells,
    /// The row with one of these values in the column says what each item is out of.
    #[serde(default)]
    pub(super) possible: Cells,
    /// Rows with one of these values in the column are read, and that it stands there is said.
    #[serde(default)]
    pub(super) remark: Cells,
    /// Values that mean no score.
    #[serde(default)]
    pub(super) none: Vec<String>,
    /// The decimal sign of numbers that can be read in two ways.
    pub(super) decimal: Option<DecimalSign>,
}

impl RowRules {
    /// The columns that the rules look at.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        [&self.only, &self.summary, &self.no_student, &self.possible, &self.remark]
            .into_iter()
            .flat_map(|cells| cells.keys())
            .map(String::as_str)
    }
}

/// Rows above the header that describe the items, each by what stands in its first cell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowsAbove {
    pub(super) title: Option<String>,
    pub(super) possible: Option<String>,
}

/// One row per student and item: the columns of the item and of the value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Long {
    #[serde(default)]
    pub(super) id: Names,
    /// Joined with a space.
    #[serde(default)]
    pub(super) title: Vec<String>,
    /// Whether files may lack the columns of the title; the file's own title stands in.
    #[serde(default)]
    pub(super) title_optional: bool,
    #[serde(default)]
    pub(super) category: Names,
    #[serde(default)]
    pub(super) possible: Names,
    /// The value as it stands, or as a percentage or duration that shows what it is.
    #[serde(default)]
    pub(super) value: Names,
    /// A percentage viewed.
    #[serde(default)]
    pub(super) percent: Names,
    /// How long was viewed.
    #[serde(default)]
    pub(super) viewed: Names,
    /// How long the recording is.
    #[serde(default)]
    pub(super) length: Names,
    #[serde(default)]
    pub(super) submitted: Names,
    #[serde(default)]
    pub(super) comment: Names,
}

impl Long {
    /// The columns that hold the value.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.value.iter().chain(self.percent.iter()).chain(self.viewed.iter())
    }

    /// Every column it speaks of.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        let Self {
            id,
            title,
            title_optional: _,
            category,
            possible,
            value,
            percent,
            viewed,
            length,
            submitted,
            comment,
        } = self;
        let names = [id, category, possible, value, percent, viewed, length, submitted, comment];
        names.into_iter().flat_map(Names::iter).chain(title.iter().map(String::as_str))
    }
}

/// How the values of a wide table count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Values {
    /// Points, unless a percent sign or a duration shows otherwise.
    #[default]
    Points,
    /// Percentages, also without their sign.
    Percent,
}

/// One column per item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wide {
    /// Patterns of the columns that are items, tried in order: `{title}`, `{id}`, `{possible}`, `{category}`, `{*}`.
    #[serde(default)]
    pub(super) columns: Vec<String>,
    /// Patterns of columns with the percentages of an item, read where none of `columns` has its title.
    #[serde(default)]
    pub(super) percent: Vec<String>,
    /// Patterns of columns with letters or other words for an item.
    #[serde(default)]
    pub(super) words: Vec<String>,
    /// Patterns of columns with what a teacher wrote about an item.
    #[serde(default)]
    pub(super) feedback: Vec<String>,
    /// Words that stand before a title with a colon, and are no part of it.
    #[serde(default)]
    pub(super) before: Vec<String>,
    /// Columns that are no items, by name or pattern. Without `columns` every other column is an item but those of
    /// `[user]`.
    #[serde(default)]
    pub(super) except: Vec<String>,
    /// Titles of columns that are totals.
    #[serde(default)]
    pub(super) summary: Vec<String>,
    /// What the items are out of, where neither the column nor a percent sign says it.
    pub(super) possible: Option<String>,
    /// The column beside an item that says what it is out of: `{title} - Max Points`.
    #[serde(default)]
    pub(super) possible_column: Names,
    #[serde(default)]
    pub(super) values: Values,
}
