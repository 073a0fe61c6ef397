//! The rows of a sheet by the course they go to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::courses::{CourseMeaning, Courses};
use super::people::People;
use super::register::Register;
use super::rows::Rows;
use crate::domain::{
    CachedEnrollment, Column, CourseId, EnrollmentKind, EnrollmentState, FindingCode, Score, ScoreSheet, UserId,
};
use crate::engine::EngineError;
use crate::store::Store;

/// The rows of one course, column by column.
pub(in crate::engine) struct CourseRows<'a> {
    /// The course id as sent, of the first column.
    pub(in crate::engine) sent_id: Arc<str>,
    /// The columns with the scores of each.
    pub(in crate::engine) columns: Vec<ColumnRows<'a>>,
    /// Rows left out by an alias or rule of the user; they are in no column.
    pub(in crate::engine) ignored: u64,
    /// The courses of the alias that sent rows here, if it names several.
    pub(in crate::engine) shared_with: Vec<CourseId>,
}

impl<'a> CourseRows<'a> {
    fn new(sent_id: &Arc<str>) -> Self {
        Self { sent_id: sent_id.clone(), columns: Vec::new(), ignored: 0, shared_with: Vec::new() }
    }

    /// The scores, column by column.
    pub(in crate::engine) fn scores(&self) -> impl Iterator<Item = &'a Score> {
        self.columns.iter().flat_map(ColumnRows::scores)
    }
}

/// The rows of one column that go to one course.
pub(in crate::engine) struct ColumnRows<'a> {
    /// The column.
    pub(in crate::engine) column: &'a Column,
    sheet: &'a ScoreSheet,
    /// Places in [`ScoreSheet::scores`].
    places: Vec<u32>,
}

impl<'a> ColumnRows<'a> {
    /// Its scores, in file order.
    pub(in crate::engine) fn scores(&self) -> impl Iterator<Item = &'a Score> {
        self.sheet.scores_at(&self.places)
    }
}

/// Rows whose course id leads to no course to write to.
pub(in crate::engine) struct HeldRows<'a> {
    pub(in crate::engine) rows: CourseRows<'a>,
    /// The course, where it is identified all the same.
    pub(in crate::engine) course: Option<CourseId>,
    pub(in crate::engine) code: FindingCode,
    pub(in crate::engine) reason: String,
}

/// The rows by course: identified ones by internal id, the others by id as sent.
#[derive(Default)]
pub(in crate::engine) struct Groups<'a> {
    pub(in crate::engine) known: BTreeMap<CourseId, CourseRows<'a>>,
    pub(in crate::engine) held: BTreeMap<(Arc<str>, FindingCode), HeldRows<'a>>,
    /// Rows of ignored course ids.
    pub(in crate::engine) ignored: BTreeMap<Arc<str>, u64>,
    /// What the rows that are not ignored came to.
    pub(super) outcomes: Outcomes,
}

/// How many rows are identified, and how many are not.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcomes {
    pub(super) resolved: u64,
    pub(super) unresolved: u64,
    pub(super) ambiguous: u64,
}

impl Outcomes {
    /// Counts a row with this problem of its course or person.
    fn count(&mut self, code: Option<FindingCode>) {
        match code {
            Some(FindingCode::CourseAmbiguous | FindingCode::UserAmbiguous) => self.ambiguous += 1,
            Some(FindingCode::CourseUnresolved | FindingCode::UserUnresolved | FindingCode::IdsDisagree) => {
                self.unresolved += 1;
            }
            _ => self.resolved += 1,
        }
    }
}

/// Groups the selected rows. What the cache knows of enrollments decides where it is asked: which of an alias's courses
/// a student is in, who is only staff, which course was emptied.
pub(super) fn group<'a>(
    rows: &Rows<'a>,
    people: &People<'a>,
    courses: &mut Courses,
    rosters: &mut Rosters<'_>,
) -> Result<Groups<'a>, EngineError> {
    let mut grouping = Grouping { sheet: rows.sheet, people, rosters, groups: Groups::default() };
    for (column, rows) in rows.columns() {
        let sent = &column.key.course_id;
        match courses.meaning(sent).clone() {
            CourseMeaning::Ignored => {
                *grouping.groups.ignored.entry(sent.clone()).or_default() += rows.len() as u64;
            }
            CourseMeaning::Not(code, reason) => {
                grouping.hold(column, rows, &Held { course: None, code, reason: &reason });
            }
            CourseMeaning::Emptied(course, reason) => {
                let code = FindingCode::CourseCrossListed;
                grouping.hold(column, rows, &Held { course: Some(course), code, reason: &reason });
            }
            CourseMeaning::Found(course) => grouping.add(column, course, rows)?,
            CourseMeaning::Aliased(ids) => grouping.split(column, &ids, rows)?,
        }
    }
    grouping.hold_emptied(courses)?;
    Ok(grouping.groups)
}

/// Why rows are held, and of which course they are, where that is known.
struct Held<'a> {
    course: Option<CourseId>,
    code: FindingCode,
    reason: &'a str,
}

/// The groups as they grow, and what decides where a row goes.
struct Grouping<'g, 'r, 'a> {
    sheet: &'a ScoreSheet,
    people: &'g People<'a>,
    rosters: &'g mut Rosters<'r>,
    groups: Groups<'a>,
}

impl<'a> Grouping<'_, '_, 'a> {
    fn add(&mut self, column: &'a Column, course: CourseId, rows: &[u32]) -> Result<(), EngineError> {
        let Self { sheet, people, rosters, groups } = self;
        let ignores = !rosters.register.settings.rules.ignore.is_empty();
        let mut places = Vec::with_capacity(rows.len());
        for place in rows {
            let row = people.row(&sheet.scores[*place as usize]);
            let user = if ignores { people.user_of(row) } else { None };
            let by_rule = match user {
                Some(user) => rosters.is_only_ignored(course, user)?,
                None => false,
            };
            if !by_rule && !row.ignored {
                places.push(*place);
                groups.outcomes.count(row.code);
            }
        }
        let group = groups.known.entry(course).or_insert_with(|| CourseRows::new(&column.key.course_id));
        group.ignored += (rows.len() - places.len()) as u64;
        group.columns.push(ColumnRows { column, sheet, places });
        Ok(())
    }

    fn hold(&mut self, column: &'a Column, rows: &[u32], why: &Held<'_>) {
        let Self { sheet, people, groups, .. } = self;
        let Held { course, code, reason } = *why;
        let sent = &column.key.course_id;
        let mut places = Vec::with_capacity(rows.len());
        for place in rows {
            let row = people.row(&sheet.scores[*place as usize]);
            if row.ignored {
                continue;
            }
            places.push(*place);
            // A row of an emptied course is identified if its person is.
            let of_course = Some(code).filter(|code| *code != FindingCode::CourseCrossListed);
            groups.outcomes.count(of_course.or(row.code));
        }
        let new = || HeldRows { rows: CourseRows::new(sent), course, code, reason: reason.to_owned() };
        let held = groups.held.entry((sent.clone(), code)).or_insert_with(new);
        held.rows.ignored += (rows.len() - places.len()) as u64;
        held.rows.columns.push(ColumnRows { column, sheet, places });
    }

    /// Each student's rows go to the alias's course in which the student is. Rows without a person, and of people who
    /// are in none of the courses, go to the first one, where the plan says why they are not written.
    fn split(&mut self, column: &'a Column, courses: &[CourseId], rows: &[u32]) -> Result<(), EngineError> {
        if let [course] = courses {
            return self.add(column, *course, rows);
        }
        let mut by_course: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        let mut several = Vec::new();
        for row in rows.iter().copied() {
            let about = self.people.row(&self.sheet.scores[row as usize]);
            let places = match self.people.user_of(about) {
                Some(user) => self.rosters.places_of(user, courses)?,
                None => vec![0],
            };
            match places.as_slice() {
                [place] => by_course.entry(*place).or_default().push(row),
                [] => by_course.entry(0).or_default().push(row),
                _ => several.push(row),
            }
        }
        if rows.is_empty() {
            // An item without scores belongs to every section.
            by_course = (0..courses.len()).map(|place| (place, Vec::new())).collect();
        }
        for (place, rows) in by_course {
            self.add(column, courses[place], &rows)?;
            if let Some(group) = self.groups.known.get_mut(&courses[place]) {
                group.shared_with = courses.to_vec();
            }
        }
        if !several.is_empty() {
            let reason = "the student is enrolled in several of the courses that this id means";
            self.hold(column, &several, &Held { course: None, code: FindingCode::CourseAmbiguous, reason });
        }
        Ok(())
    }

    /// Holds the rows of a course that has no students left because its sections were cross-listed into another.
    fn hold_emptied(&mut self, courses: &mut Courses) -> Result<(), EngineError> {
        let Self { people, rosters, groups, .. } = self;
        let directory = &rosters.register.directory;
        let moved: Vec<CourseId> =
            groups.known.keys().copied().filter(|id| !directory.sections_moved_from(*id).is_empty()).collect();
        for course in moved {
            let Some(rows) = groups.known.get(&course) else { continue };
            let is_looked_up = *courses.meaning(&rows.sent_id) == CourseMeaning::Found(course);
            if !is_looked_up || rosters.has_students(course)? {
                continue;
            }
            let Some(rows) = groups.known.remove(&course) else { continue };
            let mut parents: Vec<CourseId> =
                directory.sections_moved_from(course).iter().map(|section| section.course).collect();
            parents.sort_unstable();
            parents.dedup();
            let (mut settled, mut all) = (0, 0);
            for score in rows.scores() {
                all += 1;
                if let Some(user) = people.user_of(people.row(score))
                    && !rosters.places_of(user, &parents)?.is_empty()
                {
                    settled += 1;
                }
            }
            let named: Vec<String> = parents.iter().map(ToString::to_string).collect();
            let reason = format!(
                "its students were cross-listed into course {}, which would settle {settled} of its {all} rows",
                named.join(" and ")
            );
            for ColumnRows { column, .. } in &rows.columns {
                courses.is_emptied(&column.key.course_id, course, reason.clone());
            }
            let code = FindingCode::CourseCrossListed;
            let held = HeldRows { course: Some(course), code, reason, rows };
            groups.held.insert((held.rows.sent_id.clone(), code), held);
        }
        Ok(())
    }
}

/// Cached enrollments, each course read once and only where somebody asks.
pub(super) struct Rosters<'a> {
    pub(super) register: &'a Register<'a>,
    store: &'a Store,
    read: HashMap<CourseId, HashMap<UserId, Vec<CachedEnrollment>>>,
}

impl<'a> Rosters<'a> {
    pub(super) fn new(register: &'a Register<'a>, store: &'a Store) -> Self {
        Self { register, store, read: HashMap::new() }
    }

    /// Everybody who is in the course, in whatever role.
    pub(super) fn people_of(&mut self, course: CourseId) -> Result<impl Iterator<Item = UserId>, EngineError> {
        let present =
            |enrollments: &[CachedEnrollment]| enrollments.iter().any(|one| one.state != EnrollmentState::Deleted);
        let all = self.of(course)?.iter();
        Ok(all.filter(move |(_, enrollments)| present(enrollments)).map(|(user, _)| *user))
    }

    fn of(&mut self, course: CourseId) -> Result<&HashMap<UserId, Vec<CachedEnrollment>>, EngineError> {
        if !self.read.contains_key(&course) {
            let mut by_user: HashMap<UserId, Vec<CachedEnrollment>> = HashMap::new();
            for enrollment in self.store.enrollments(&self.register.settings.host, course)? {
                by_user.entry(enrollment.user).or_default().push(enrollment);
            }
            self.read.insert(course, by_user);
        }
        Ok(&self.read[&course])
    }

    fn has_students(&mut self, course: CourseId) -> Result<bool, EngineError> {
        let mut enrollments = self.of(course)?.values().flatten();
        Ok(enrollments.any(|one| one.kind == EnrollmentKind::Student && one.state != EnrollmentState::Deleted))
    }

    /// In which of these courses, by place in the list, the person is a student: those who can be graded before those
    /// who no longer can.
    fn places_of(&mut self, user: UserId, courses: &[CourseId]) -> Result<Vec<usize>, EngineError> {
        let (mut gradeable, mut former) = (Vec::new(), Vec::new());
        for (place, course) in courses.iter().enumerate() {
            let theirs = self.of(*course)?.get(&user).map_or(&[][..], Vec::as_slice);
            let mut student = theirs.iter().filter(|one| one.kind == EnrollmentKind::Student).peekable();
            if student.peek().is_none() {
                continue;
            }
            if student.any(|one| one.state.is_gradeable()) { gradeable.push(place) } else { former.push(place) }
        }
        Ok(if gradeable.is_empty() { former } else { gradeable })
    }

    /// Whether the person is in the course, and only as what the connector's rule ignores.
    fn is_only_ignored(&mut self, course: CourseId, user: UserId) -> Result<bool, EngineError> {
        let ignored = &self.register.settings.rules.ignore;
        let theirs = self.of(course)?.get(&user).map_or(&[][..], Vec::as_slice);
        let mut present = theirs.iter().filter(|one| one.state != EnrollmentState::Deleted).peekable();
        Ok(present.peek().is_some() && present.all(|one| ignored.contains(&one.kind)))
    }
}
