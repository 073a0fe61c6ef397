//! The courses file: what holds for single courses, because a grading method is a course's own (`tegrity-connector §1`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::canonical::unwrapped;
use super::error::ScoresError;
use super::format::Format;
use super::guard::{Outer, guarded, unguarded};
use super::input::{Input, Opened};
use super::intake::{Method, Missing, Possible};
use super::table::Table;
use crate::domain::{CourseOptions, OnConflict, Points, ScoreSheet};

/// The columns of the file. Only the first is needed.
const COLUMNS: [&str; 8] =
    ["course_id", "include", "method", "complete_at", "possible", "missing", "use_existing", "on_conflict"];

/// What holds for one course; `None` where the file says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseRule {
    /// Whether the course's records are read at all; yes if not said.
    pub include: Option<bool>,
    /// How viewing becomes a score.
    pub method: Option<Method>,
    /// From how many percent on a viewing is complete.
    pub complete_at: Option<Points>,
    /// What columns are out of that do not say it.
    pub possible: Option<Possible>,
    /// What a blank means.
    pub missing: Option<Missing>,
    /// Whether columns of an existing name are used; for the plan.
    pub use_existing: Option<bool>,
    /// What to do with someone's work; for the plan.
    pub on_conflict: Option<OnConflict>,
}

/// The rules by course id, as in the sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseRules {
    rules: HashMap<Arc<str>, CourseRule>,
}

impl CourseRules {
    /// Reads a courses file.
    pub fn read(input: Input) -> Result<Self, ScoresError> {
        let mut opened = Opened::open(input)?;
        let mut table = Table::of(&mut opened)?;
        let name = table.name.clone();
        table.header.demand(&name, Format::Scores, &[&COLUMNS[..1]])?;
        let header = table.header.clone();
        if let Some(unknown) =
            header.names.iter().find(|found| COLUMNS.iter().all(|known| header.find(known) != header.find(found)))
        {
            let (line, column) = (header.line, unknown.clone());
            return Err(ScoresError::UnknownRule { name, line, column, known: COLUMNS.join(", ") });
        }
        let mut rules = HashMap::new();
        while let Some(row) = table.next()? {
            let cell = |column: &str| unguarded(row.field(header.find(column)), Outer::Trimmed);
            let bad = |column: &'static str, expected| {
                let (name, line, text) = (name.clone(), row.line, cell(column).to_owned());
                ScoresError::BadRule { name, line, column, text, expected }
            };
            let rule = CourseRule {
                include: read_cell(cell("include"), flag).ok_or_else(|| bad("include", "yes or no"))?,
                method: read_cell(cell("method"), Method::from_name)
                    .ok_or_else(|| bad("method", "percent, complete, minutes or points"))?,
                complete_at: read_cell(cell("complete_at"), percentage)
                    .ok_or_else(|| bad("complete_at", "a percentage up to 100"))?,
                possible: read_cell(cell("possible"), |text| text.parse().ok())
                    .ok_or_else(|| bad("possible", "a number above 0 or `recording`"))?,
                missing: read_cell(cell("missing"), Missing::from_name)
                    .ok_or_else(|| bad("missing", "skip or zero"))?,
                use_existing: read_cell(cell("use_existing"), flag).ok_or_else(|| bad("use_existing", "yes or no"))?,
                on_conflict: read_cell(cell("on_conflict"), on_conflict)
                    .ok_or_else(|| bad("on_conflict", "hold or overwrite"))?,
            };
            let course = unwrapped(cell("course_id"));
            if course.is_empty() || rules.insert(Arc::from(course), rule).is_some() {
                return Err(bad("course_id", "a course that stands in the file once"));
            }
        }
        Ok(Self { rules })
    }

    /// What the plan has to know: what holds in single courses instead of what was said of all.
    pub fn for_plan(&self) -> BTreeMap<Arc<str>, CourseOptions> {
        let of_rule = |(course, rule): (&Arc<str>, &CourseRule)| {
            let options = CourseOptions { use_existing: rule.use_existing, on_conflict: rule.on_conflict };
            (options != CourseOptions::default()).then(|| (Arc::clone(course), options))
        };
        self.rules.iter().filter_map(of_rule).collect()
    }

    /// What holds for a course; `None` if the file does not name it.
    pub fn get(&self, course_id: &str) -> Option<&CourseRule> {
        self.rules.get(course_id)
    }
}

/// A blank says nothing: `Some(None)`. `None` for a word that is not understood.
#[expect(clippy::option_option, reason = "nothing said, said, and not understood are three things")]
fn read_cell<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

/// Reads yes or no as people and programs write them.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

fn on_conflict(text: &str) -> Option<OnConflict> {
    match text.to_ascii_lowercase().as_str() {
        "hold" => Some(OnConflict::Hold),
        "overwrite" => Some(OnConflict::Overwrite),
        _ => None,
    }
}

/// A percentage from 0 to 100, with or without its sign; `None` for anything else.
pub fn percentage(text: &str) -> Option<Points> {
    let number: Points = text.trim_end_matches('%').trim_end().parse().ok()?;
    (Points::ZERO..=Points::whole(100)).contains(&number).then_some(number)
}

/// A courses file to edit: one line per course of the sheet, everything left to the flags.
pub fn suggest_courses(sheet: &ScoreSheet) -> String {
    let courses: BTreeSet<&str> = sheet.columns.iter().map(|column| column.key.course_id.as_ref()).collect();
    let mut text = COLUMNS.join(",") + "\n";
    for course in courses {
        let cell = guarded(course, Outer::Trimmed);
        let quoted = cell.contains([',', '"', '\r', '\n']);
        let cell = if quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.into_owned() };
        text.push_str(&cell);
        text.push_str(",yes,,,,,,\n");
    }
    text
}
