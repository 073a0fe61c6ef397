//! The world: everything the sandbox's Canvas remembers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::account::{Account, GradingStandard, Term, Token};
use super::assignment::Assignment;
use super::by_id;
use super::conduct::Conduct;
use super::course::Course;
use super::inspect::Served;
use super::job::Job;
use super::people::User;
use super::reports::{Report, ReportFate};
use super::rows::RowJob;
use super::submission::{GradeChange, Stored};
use crate::sandbox::error::WorldError;

/// Ids given to new records start here, above those of any world file.
const FIRST_NEW_ID: i64 = 900_001;

/// A university's Canvas as plain data with rules, saved and loaded as JSON, inspectable without HTTP.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct World {
    pub(crate) time_zone: String,
    #[serde(with = "by_id")]
    pub(crate) accounts: BTreeMap<i64, Account>,
    #[serde(with = "by_id")]
    pub(crate) terms: BTreeMap<i64, Term>,
    #[serde(with = "by_id")]
    pub(crate) users: BTreeMap<i64, User>,
    #[serde(with = "by_id")]
    pub(crate) courses: BTreeMap<i64, Course>,
    #[serde(with = "by_id")]
    pub(crate) grading_standards: BTreeMap<i64, GradingStandard>,
    pub(crate) tokens: Vec<Token>,
    #[serde(with = "by_id")]
    pub(crate) jobs: BTreeMap<i64, Job>,
    #[serde(with = "by_id")]
    pub(crate) reports: BTreeMap<i64, Report>,
    /// What becomes of reports, by the term they are limited to.
    #[serde(skip)]
    pub(crate) report_fates: BTreeMap<Option<i64>, ReportFate>,
    pub(crate) grade_changes: Vec<GradeChange>,
    pub(crate) notifications: Notifications,
    /// The last id given to a new record; 0 before the first.
    pub(crate) last_id: i64,
    pub(crate) row_jobs: Vec<RowJob>,
    /// Sets of grading periods, by id, with the terms they count for.
    pub(crate) grading_period_sets: BTreeMap<i64, Vec<i64>>,
    #[serde(skip)]
    pub(crate) conduct: Conduct,
    #[serde(skip)]
    pub(crate) served: Vec<Served>,
}

/// How many messages Canvas would have sent to people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notifications {
    /// About assignments that were published: one per participant.
    pub assignments: u64,
    /// About grades that were given or changed and are visible to the student.
    pub grades: u64,
    /// About comments that are visible to the student.
    pub comments: u64,
}

impl World {
    /// The embedded demonstration university.
    #[expect(clippy::missing_panics_doc, reason = "the file is part of the program and a test reads it")]
    pub fn demo() -> Self {
        Self::from_json(include_str!("../../../fixtures/worlds/demo.json")).expect("the embedded world is valid")
    }

    /// Reads a world file.
    ///
    /// # Errors
    /// [`WorldError`] names the line and what is wrong with it.
    pub fn from_json(text: &str) -> Result<Self, WorldError> {
        let mut world: Self = serde_json::from_str(text).map_err(WorldError::Malformed)?;
        world.store_first_versions();
        Ok(world)
    }

    /// A world file need not spell out versions: what holds a grade then has its first one.
    fn store_first_versions(&mut self) {
        let assignments = self.courses.values_mut().flat_map(|course| course.assignments.values_mut());
        let held = assignments.flat_map(|assignment| assignment.submissions.values_mut());
        for submission in held.filter(|held| held.versions.is_empty() && held.grader_id.is_some()) {
            submission.store(Stored::AsNew);
        }
    }

    /// Writes a world file; what is empty is left out.
    #[expect(clippy::missing_panics_doc, reason = "no map of a world has keys that JSON lacks")]
    pub fn to_json(&self) -> String {
        let mut value = serde_json::to_value(self).expect("a world is plain data");
        leave_out_defaults(&mut value);
        serde_json::to_string(&value).expect("a JSON value can be written")
    }

    /// The next internal id.
    pub(crate) fn new_id(&mut self) -> i64 {
        self.last_id = self.last_id.max(FIRST_NEW_ID - 1) + 1;
        self.last_id
    }

    /// Brings jobs and reports up to `now`. While workers are held back, none of it goes on.
    pub fn advance(&mut self, now: Timestamp) {
        if self.conduct.jobs_held {
            return;
        }
        self.advance_rows(now);
        self.advance_jobs(now);
        self.advance_reports(now);
    }

    /// The term of a course: the first one, unless it names another.
    pub(crate) fn term_id_of(&self, course: &Course) -> i64 {
        let first = || self.terms.keys().next().copied().unwrap_or_default();
        if course.enrollment_term_id == 0 { first() } else { course.enrollment_term_id }
    }

    /// A course and one of its assignments.
    pub(crate) fn assignment(&self, course_id: i64, assignment_id: i64) -> Option<(&Course, &Assignment)> {
        let course = self.courses.get(&course_id)?;
        Some((course, course.assignments.get(&assignment_id)?))
    }
}

/// Every field has a default, and every default is null, false or empty; so these need not be written.
fn leave_out_defaults(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(leave_out_defaults);
            fields.retain(|_, field| match field {
                Value::Null | Value::Bool(false) => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(fields) => !fields.is_empty(),
                _ => true,
            });
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_defaults),
        _ => {}
    }
}
