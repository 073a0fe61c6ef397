//! A layout: a small TOML file that says which columns of a table mean what.

use std::io::Read;

use super::error::ScoresError;
use super::exported_columns::{self, HeaderMeaning};
use super::format::Format;
use super::from_name::AssignmentTitle;
use super::header::{Header, normal};
use super::input::{Content, Input, Opened};
use super::layout_file::{Long, Names, Written};
use super::note::LeftOut;
use super::pattern::{ColumnPattern, Described};
use super::records::LONGEST;
use crate::domain::UserIdOrigin;

/// Which columns of a table mean what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub(super) format: Format,
    pub(super) written: Written,
    pub(super) patterns: Vec<ColumnPattern>,
    /// Those of columns with percentages, with words, and with what a teacher wrote.
    percent: Vec<ColumnPattern>,
    words: Vec<ColumnPattern>,
    feedback: Vec<ColumnPattern>,
    /// The title of a file that does not say it, as far as the layout says it.
    pub(super) title: Option<AssignmentTitle>,
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

    pub(super) fn of(format: Format, name: &str, text: &str) -> Result<Self, ScoresError> {
        let written: Written = toml::from_str(text)
            .map_err(|source| ScoresError::LayoutSyntax { name: name.to_owned(), source: Box::new(source) })?;
        let wrong = |problem| Err(ScoresError::LayoutSense { name: name.to_owned(), problem });
        if UserIdOrigin::ALL.into_iter().all(|origin| written.user.of(origin).is_empty()) {
            return wrong("[user] names no id column: give `internal`, `sis` or `login`");
        }
        match (&written.long, &written.wide) {
            (Some(_), Some(_)) | (None, None) => return wrong("give either [long] or [wide]"),
            (Some(long), None) if long.values().next().is_none() => {
                return wrong("[long] names no value: give `value`, `percent` or `viewed`");
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
        let title = match (&written.title, &written.title_from_name) {
            (Some(_), Some(_)) => return wrong("give either `title` or `title_from_name`"),
            (Some(title), None) => Some(AssignmentTitle::Given(title.clone())),
            (None, Some(pattern)) => match pattern.parse() {
                Ok(pattern) => Some(AssignmentTitle::FromName(pattern)),
                Err(_) => return wrong("`title_from_name` must hold `{title}` once, as in `{title}_scores.csv`"),
            },
            (None, None) => None,
        };
        let wide = written.wide.clone().unwrap_or_default();
        let parsed = |texts: &[String]| texts.iter().map(|text| ColumnPattern::parse(text)).collect::<Option<Vec<_>>>();
        let patterns = [&wide.columns, &wide.percent, &wide.words, &wide.feedback].map(|texts| parsed(texts));
        let [Some(patterns), Some(percent), Some(words), Some(feedback)] = patterns else {
            return wrong("a pattern of [wide] columns needs `{title}` and text between its places");
        };
        Ok(Self { format, written, patterns, percent, words, feedback, title })
    }

    /// The columns the layout needs in a header, each with its alternatives.
    pub(super) fn needed(&self) -> Vec<Vec<&str>> {
        let Written { header, user, course, rows, long, .. } = &self.written;
        let ids: Vec<&str> = UserIdOrigin::ALL.into_iter().flat_map(|origin| user.of(origin).iter()).collect();
        let mut needed = vec![ids];
        let single = String::as_str;
        needed.extend(header.iter().filter(|names| !is_pattern(names)).map(|names| names.iter().collect()));
        needed.extend(course.column.iter().chain(rows.only.keys()).map(single).map(|name| vec![name]));
        if let Some(long) = long {
            let Long { id, title, .. } = long;
            let names: Vec<&str> = id.iter().chain(title.first().map(single)).collect();
            if !names.is_empty() && !long.title_optional {
                needed.push(names);
            }
            needed.push(long.values().collect());
        }
        needed
    }

    /// Columns that the layout needs by their pattern, of which the header has none: an example for each.
    pub(super) fn missing_patterns(&self, header: &Header) -> Vec<String> {
        let is_item = |name: &String| !matches!(self.meaning(name), HeaderMeaning::LeftOut(_));
        let of_items = self.example().filter(|_| !header.names.iter().any(is_item));
        let of_header = self.written.header.iter().filter(|names| is_pattern(names)).filter_map(|names| {
            let patterns: Vec<ColumnPattern> = names.iter().filter_map(ColumnPattern::parse_any).collect();
            let example = patterns.first()?.example();
            Some((patterns, example))
        });
        let lacks = |patterns: &[ColumnPattern]| {
            !header.names.iter().any(|name| patterns.iter().any(|pattern| pattern.matches(name)))
        };
        let of_header = of_header.filter(|(patterns, _)| lacks(patterns)).map(|(_, example)| example);
        of_items.into_iter().chain(of_header).collect()
    }

    /// Whether a header has everything that the layout needs.
    pub(super) fn fits(&self, header: &Header) -> bool {
        let needed = self.needed();
        let needed: Vec<&[&str]> = needed.iter().map(Vec::as_slice).collect();
        header.missing(&needed).is_empty() && self.missing_patterns(header).is_empty()
    }

    /// What a column of a wide table is, by its header.
    pub(super) fn meaning<'a>(&self, column: &'a str) -> HeaderMeaning<'a> {
        let meaning = match self.format {
            Format::D2l => exported_columns::d2l(column),
            Format::Blackboard => exported_columns::blackboard(column),
            _ if self.speaks_of(column) => HeaderMeaning::LeftOut(LeftOut::Other),
            _ => {
                let described = |patterns: &[ColumnPattern]| {
                    let described = patterns.iter().find_map(|pattern| pattern.describe(column))?;
                    Some(Described { title: self.bare_title(described.title), ..described })
                };
                let item = if self.patterns.is_empty() {
                    (!column.is_empty()).then(|| Described { title: column, ..Described::default() })
                } else {
                    described(&self.patterns)
                };
                let meaning = item.map(HeaderMeaning::Item);
                let meaning = meaning.or_else(|| described(&self.percent).map(HeaderMeaning::Percentages));
                let meaning = meaning.or_else(|| described(&self.words).map(HeaderMeaning::Words));
                let feedback = || described(&self.feedback).map(|_| HeaderMeaning::LeftOut(LeftOut::Feedback));
                meaning.or_else(feedback).unwrap_or(HeaderMeaning::LeftOut(LeftOut::NoMeaning))
            }
        };
        match meaning {
            HeaderMeaning::Item(item) | HeaderMeaning::Percentages(item) | HeaderMeaning::Words(item)
                if self.is_total(item.title) =>
            {
                HeaderMeaning::LeftOut(LeftOut::Total)
            }
            other => other,
        }
    }

    /// The same beside the other columns: of several columns of one item, the first kind counts of points, percentages
    /// and words. Words are no scores.
    pub(super) fn meaning_in<'a>(&self, column: &'a str, header: &Header) -> HeaderMeaning<'a> {
        let has = |title: &str, with_percentages: bool| {
            header.names.iter().any(|name| match self.meaning(name) {
                HeaderMeaning::Item(item) => item.title == title,
                HeaderMeaning::Percentages(item) => with_percentages && item.title == title,
                HeaderMeaning::Words(_) | HeaderMeaning::LeftOut(_) => false,
            })
        };
        match self.meaning(column) {
            HeaderMeaning::Percentages(item) if has(item.title, false) => HeaderMeaning::LeftOut(LeftOut::Other),
            HeaderMeaning::Words(item) if has(item.title, true) => HeaderMeaning::LeftOut(LeftOut::Other),
            HeaderMeaning::Words(_) => HeaderMeaning::LeftOut(LeftOut::Words),
            other => other,
        }
    }

    /// A title without the word that the layout knows before it: `Quiz: Week 1`.
    fn bare_title<'a>(&self, title: &'a str) -> &'a str {
        let words = self.written.wide.iter().flat_map(|wide| &wide.before);
        let behind = |word: &String| {
            let start = title.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
            let rest = title[start.len()..].trim_start().strip_prefix(':')?.trim_start();
            Some(rest).filter(|rest| !rest.is_empty())
        };
        words.into_iter().find_map(behind).unwrap_or(title)
    }

    /// Whether a header of an item names it, in the way of the format.
    pub(super) fn names_items(&self) -> bool {
        let by_format =
            [Format::D2l, Format::Blackboard, Format::GradescopeCourse, Format::PrairieLearn].contains(&self.format);
        by_format || !self.patterns.is_empty()
    }

    /// A header of an item, for people; `None` where any column may be one.
    pub(super) fn example(&self) -> Option<String> {
        match self.format {
            Format::D2l => Some("Title Points Grade <Numeric MaxPoints:N>".to_owned()),
            Format::Blackboard => Some("Title [Total Pts: N] |ID".to_owned()),
            _ => self.patterns.last().map(ColumnPattern::example),
        }
    }

    /// Whether an item of this title is a total.
    pub(super) fn is_total(&self, title: &str) -> bool {
        let totals = self.written.wide.iter().flat_map(|wide| &wide.summary);
        totals.into_iter().any(|total| match ColumnPattern::parse_any(total) {
            Some(pattern) => pattern.matches(title),
            None => total.eq_ignore_ascii_case(title),
        })
    }

    /// Whether the layout says of a column of this name that it is something else than an item.
    pub(super) fn speaks_of(&self, column: &str) -> bool {
        let Written { user, course, rows, long, wide, .. } = &self.written;
        let of_wide =
            wide.iter().flat_map(|wide| wide.except.iter().map(String::as_str).chain(wide.possible_column.iter()));
        let mut names =
            user.all().chain(course.column.as_deref()).chain(rows.columns()).chain(long.iter().flat_map(Long::all));
        let plain = normal(column);
        names.any(|name| normal(name) == plain)
            || of_wide.into_iter().any(|name| match ColumnPattern::parse_any(name) {
                Some(pattern) => pattern.matches(column),
                None => normal(name) == plain,
            })
    }
}

fn is_pattern(names: &Names) -> bool {
    names.iter().any(|name| name.contains('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        Layout::parse("l.toml", text).expect_err(text).to_string()
    }

    #[test]
    fn a_layout_that_makes_no_sense_says_what_is_missing() {
        let user = "[user]\nsis = [\"SID\", \"Student ID\"]\n";
        for (text, expected) in [
            ("[user]\nname = [\"A\"]\n[wide]\n".to_owned(), "[user] names no id column"),
            (format!("{user}[long]\ntitle = [\"T\"]\n"), "[long] names no value"),
            (user.to_owned(), "give either [long] or [wide]"),
            (format!("title = \"a\"\ntitle_from_name = \"{{title}}\"\n{user}[wide]\n"), "give either `title` or"),
            (format!("title_from_name = \"x\"\n{user}[wide]\n"), "must hold `{title}` once"),
            (format!("{user}[wide]\ncolumns = [\"Score\"]\n"), "needs `{title}`"),
            (format!("{user}[wide]\nvalues = \"letters\"\n"), "is not a layout"),
            (format!("{user}[wide]\n[words]\nPresent = true\n"), "is not a layout"),
        ] {
            assert!(wrong(&text).contains(expected), "{text}: {}", wrong(&text));
        }
    }

    #[test]
    fn patterns_and_other_words_tell_columns_apart() {
        let text = "header = [[\"Name\", \"Nombre\"], \"{*} - Max Points\"]\n[user]\nlogin = [\"Email\", \"UPN\"]\n\
                    [wide]\nexcept = [\"{*} - Time\", \"Sections\"]\npossible_column = \"{title} - Max Points\"\n";
        let layout = Layout::parse("l.toml", text).expect("a layout");
        for (column, is_item) in
            [("HW 1", true), ("HW 1 - Time", false), ("HW 1 - Max Points", false), ("sections", false), ("UPN", false)]
        {
            let meaning = layout.meaning(column);
            assert_eq!(matches!(meaning, HeaderMeaning::Item(_)), is_item, "{column}");
        }
        for (names, fits) in [
            (&["Nombre", "UPN", "A - Max Points"][..], true),
            (&["Name", "Email", "A"], false),
            (&["UPN", "A - Max Points"], false),
        ] {
            assert_eq!(layout.fits(&Header::new(1, names.iter().copied())), fits, "{names:?}");
        }
    }
}
