//! Reads one course for its plan: the course, its assignments, the cells in question, and who is what.

use std::collections::{HashMap, HashSet};

use super::catch_up::catch_up;
use super::columns::{CreationLimits, Existing, place};
use super::facts::{CourseFacts, LateRules, Standing};
use super::late_rows::LateRows;
use super::merged::find_merged;
use super::moved_ids::ShownIds;
use super::part::{CourseHistory, PlanInputs};
use super::schemes::Schemes;
use crate::canvas::{Assignment, CanvasError, Course, Enrollment, EnrollmentFilter, Permission, Reader};
use crate::domain::{
    AssignmentId, Column, ColumnTarget, CourseId, Directory, EnrollmentKind, EnrollmentState, GradingType, NewColumn,
    PlanOptions, PlannedCourse, PlannedStudent, Points, PointsError, Score, UserId, UserIdOrigin,
};
use crate::engine::Session;
use crate::engine::live::{Grid, Membership, With, is_refusal, read_membership, sees_own_sections};
use crate::engine::resolve::{ColumnRows, CourseRows};
use jiff::tz::TimeZone;

/// From this many missing people on, one list of everybody is cheaper than looking each up.
const LOOK_UPS: usize = 20;

/// Every state that explains where somebody is.
const ALL_STATES: &[&str] = &["active", "invited", "creation_pending", "inactive", "completed", "rejected", "deleted"];

/// Reads what the plan of this course needs to know.
pub(super) async fn read_course(
    session: &Session,
    id: CourseId,
    rows: &CourseRows<'_>,
    inputs: &PlanInputs<'_>,
    memory: &CourseHistory,
) -> Result<CourseFacts, CanvasError> {
    let reader = session.reader();
    let course = reader.course(&id.into()).await?;
    let assignments = reader.assignments(id).all().await?;
    let targets = targets(id, rows, &assignments, inputs, memory);
    // Of a column that is not chosen, only what it says of one that is matters, and its rows say that.
    let is_chosen = |column: &Column| {
        let title = column.item.as_ref().map(|(item, _)| item.title.as_ref());
        inputs.chosen.is_none_or(|chosen| chosen.has_column(&column.key, title, Some(id)))
    };
    let chosen = targets.iter().zip(&rows.columns).filter(|(_, rows)| is_chosen(rows.column));
    let existing = chosen.filter_map(|(target, _)| match target {
        ColumnTarget::Existing(assignment) if assignment.published => Some(assignment),
        _ => None,
    });
    let mut wanted: Vec<AssignmentId> = existing.clone().map(|assignment| assignment.id).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let by_group: HashSet<AssignmentId> =
        existing.filter(|assignment| assignment.grades_whole_group).map(|assignment| assignment.id).collect();
    let new: Vec<&NewColumn> = targets
        .iter()
        .filter_map(|target| match target {
            ColumnTarget::Create(column) => Some(column),
            _ => None,
        })
        .collect();
    let students = inputs.people.of_rows(rows);
    let users: Vec<UserId> = students.iter().filter_map(|student| student.user).collect();
    let to_columns = rows.columns.iter().zip(&targets);
    let with_words: Vec<&Assignment> =
        to_columns.filter_map(|(rows, target)| needs_scheme(rows, target, &assignments)).collect();
    let has_comments = rows.scores().any(|score| score.comment().is_some());
    let with = With { comments: has_comments };
    let mut grid = if inputs.options.absent_zero {
        Grid::read_all(&reader, id, &wanted, with).await?
    } else {
        Grid::read(&reader, id, &wanted, &users, with).await?
    };
    catch_up(&reader, id, &mut grid, memory, with).await?;
    // Whose a login is now, only the roster shows.
    let origin = session.settings.user_id_origin;
    let is_login = |student: &PlannedStudent| student.sent_kind.unwrap_or(origin) == UserIdOrigin::Login;
    let by_login = students.iter().any(|student| student.is_looked_up() && is_login(student));
    let needs_all = !new.is_empty() || inputs.options.absent_zero || by_login;
    let listed = if needs_all { Listed::Everybody } else { Listed::Exceptions };
    let roster = read_roster(&reader, id, &users, &grid, listed).await?;
    let moved = roster.shown.moved(&grid, students.iter(), origin, inputs.directory);
    let standings = roster.into_standings();
    let active_students = if new.is_empty() { 0 } else { count_active(&standings) };
    let is_late = grid.submissions().any(|submission| submission.late || submission.missing);
    let vanished = students.iter().filter(|student| {
        let is_absent = |user: UserId| !standings.contains_key(&user) && !grid.has_student(user);
        student.user.is_some_and(|user| memory.enrolled_by_cache.contains(&user) && is_absent(user))
    });
    let merged_into = find_merged(&reader, vanished).await?;
    let columns: Vec<&Assignment> = assignments.iter().filter(|column| wanted.contains(&column.id)).collect();
    let standing = |user: UserId| match standings.get(&user) {
        Some(standing) => *standing,
        None => Standing::Student(EnrollmentState::Active),
    };
    let looked_at = if inputs.options.absent_zero { grid.students().collect() } else { users };
    let looked_at: Vec<(UserId, Standing)> = looked_at.into_iter().map(|user| (user, standing(user))).collect();
    let late_rows = LateRows::find(&reader, id, &columns, &looked_at, &grid).await?;
    let schemes = Schemes::read(&reader, &course, with_words.into_iter()).await?;
    let mut facts = CourseFacts {
        concluded: course.is_concluded(),
        course: describe(&course, active_students),
        assignments,
        grid,
        late_rows,
        read: wanted.into_iter().collect(),
        standings,
        sees_own_sections: false,
        moved,
        merged_into,
        membership: Membership::new(),
        late_rules: if is_late { late_rules(&reader, id).await? } else { LateRules::default() },
        room: read_room(&reader, id, &new, active_students, inputs.options).await?,
        schemes,
    };
    let is_absent = |student: &PlannedStudent| {
        let standing = student.user.map(|user| facts.standing(user));
        matches!(standing, Some(Standing::Nowhere | Standing::Student(EnrollmentState::Deleted)))
    };
    if !by_group.is_empty() || students.iter().any(is_absent) {
        facts.sees_own_sections = sees_own_sections(&reader, id, inputs.ownership.token_user).await?;
    }
    // A group may have members in sections that the token does not see.
    if !facts.sees_own_sections {
        facts.membership = read_membership(&reader, id, by_group).await?;
    }
    Ok(facts)
}

/// Where each column goes, as far as the assignments and the map tell.
fn targets(
    course: CourseId,
    rows: &CourseRows<'_>,
    assignments: &[Assignment],
    inputs: &PlanInputs<'_>,
    memory: &CourseHistory,
) -> Vec<ColumnTarget> {
    let existing = Existing {
        course,
        assignments,
        bindings: &memory.bindings,
        zone: &TimeZone::UTC,
        room: &CreationLimits::default(),
        in_doubt: &memory.in_doubt,
        schemes: &Schemes::default(),
        now: inputs.now,
    };
    rows.columns.iter().map(|rows| place(rows.column, &existing, inputs.options).column.target).collect()
}

/// The column, if a value is, or in a GPA column may be, a word of its scheme.
fn needs_scheme<'a>(
    rows: &ColumnRows<'_>,
    target: &ColumnTarget,
    assignments: &'a [Assignment],
) -> Option<&'a Assignment> {
    let ColumnTarget::Existing(existing) = target else { return None };
    let is_word = |score: &Score| {
        let number = score.received.strip_suffix('%').unwrap_or(&score.received);
        matches!(number.parse::<Points>(), Err(PointsError::NotANumber(_)))
    };
    let needs = match existing.grading_type {
        GradingType::GpaScale => rows.scores().next().is_some(),
        GradingType::LetterGrade => rows.scores().any(is_word),
        GradingType::Points | GradingType::Percent | GradingType::PassFail | GradingType::NotGraded => false,
    };
    assignments.iter().find(|assignment| assignment.id == existing.id).filter(|_| needs)
}

/// What a new column meets.
async fn read_room(
    reader: &Reader,
    course: CourseId,
    new: &[&NewColumn],
    active_students: u64,
    options: &PlanOptions,
) -> Result<CreationLimits, CanvasError> {
    let mut room = CreationLimits { active_students, ..CreationLimits::default() };
    if new.is_empty() {
        return Ok(room);
    }
    let creating = Permission::ManageAssignmentsAdd;
    // A Canvas that does not tell will refuse the creation itself.
    room.is_forbidden = optional(reader.course_permissions(course, &[creating]).await)?
        .is_some_and(|permissions| !permissions.has(creating));
    if new.iter().any(|column| !column.group.is_empty()) {
        room.groups = optional(reader.assignment_groups(course).all().await)?.unwrap_or_default();
    }
    if !options.allow_closed_period && new.iter().any(|column| column.due_at.is_some()) {
        room.closed = optional(reader.grading_periods(course).await)?.unwrap_or_default();
        room.closed.retain(|period| period.is_closed);
    }
    Ok(room)
}

/// What Canvas says, or nothing where it does not say it to this token.
pub(super) fn optional<T>(said: Result<T, CanvasError>) -> Result<Option<T>, CanvasError> {
    match said {
        Ok(content) => Ok(Some(content)),
        Err(error) if is_refusal(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn late_rules(reader: &Reader, course: CourseId) -> Result<LateRules, CanvasError> {
    let Some(policy) = optional(reader.late_policy(course).await)?.flatten() else { return Ok(LateRules::default()) };
    let missing_loses = policy.missing_submission_deduction.filter(|_| policy.missing_submission_deduction_enabled);
    Ok(LateRules { deducts: policy.late_submission_deduction_enabled, missing_loses })
}

/// Which of a course's students are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// Everybody.
    Everybody,
    /// Only those who are no plain active students.
    Exceptions,
}

/// What people are in the course.
async fn read_roster(
    reader: &Reader,
    course: CourseId,
    users: &[UserId],
    grid: &Grid,
    listed: Listed,
) -> Result<Roster, CanvasError> {
    let states: &[&str] = match listed {
        Listed::Everybody => &["active", "invited", "creation_pending", "inactive", "completed"],
        Listed::Exceptions => &["inactive", "completed"],
    };
    let filter =
        EnrollmentFilter { types: vec!["StudentEnrollment"], states: states.to_vec(), ..EnrollmentFilter::default() };
    let mut seen = Roster::default();
    seen.add(reader.course_enrollments(course, &filter).all().await?);
    let named: HashSet<UserId> = users.iter().copied().collect();
    let in_doubt = |user: &UserId| match seen.standing(*user) {
        Some(standing) => listed == Listed::Exceptions && !standing.is_gradeable() && grid.has_student(*user),
        None => !grid.has_student(*user),
    };
    let missing: Vec<UserId> = named.into_iter().filter(in_doubt).collect();
    if missing.len() > LOOK_UPS {
        let filter = EnrollmentFilter { states: ALL_STATES.to_vec(), ..EnrollmentFilter::default() };
        seen.add(reader.course_enrollments(course, &filter).all().await?);
    } else {
        for user in missing {
            let filter =
                EnrollmentFilter { states: ALL_STATES.to_vec(), user: Some(user), ..EnrollmentFilter::default() };
            seen.add(reader.course_enrollments(course, &filter).all().await?);
        }
    }
    Ok(seen)
}

/// Enrollments by person.
#[derive(Default)]
struct Roster {
    places: HashMap<UserId, Vec<(EnrollmentKind, EnrollmentState)>>,
    /// What the list shows of their ids.
    shown: ShownIds,
}

impl Roster {
    fn add(&mut self, enrollments: Vec<Enrollment>) {
        self.shown.add(&enrollments);
        for one in enrollments {
            let kind = EnrollmentKind::from_canvas(&one.kind);
            let state = EnrollmentState::from_canvas(&one.enrollment_state);
            if let (Some(kind), Some(state)) = (kind, state) {
                self.places.entry(one.user_id).or_default().push((kind, state));
            }
        }
    }

    fn standing(&self, user: UserId) -> Option<Standing> {
        self.places.get(&user).map(|enrollments| Standing::of(enrollments))
    }

    fn into_standings(self) -> HashMap<UserId, Standing> {
        self.places.into_iter().map(|(user, enrollments)| (user, Standing::of(&enrollments))).collect()
    }
}

fn count_active(standings: &HashMap<UserId, Standing>) -> u64 {
    standings.values().filter(|standing| **standing == Standing::Student(EnrollmentState::Active)).count() as u64
}

fn describe(course: &Course, active_students: u64) -> PlannedCourse {
    PlannedCourse {
        id: course.id,
        name: course.name.clone(),
        course_code: course.course_code.clone(),
        sis_course_id: course.sis_course_id.as_option().cloned(),
        account: course.account_id,
        workflow_state: course.workflow_state.clone(),
        time_zone: course.time_zone.clone(),
        active_students,
    }
}

/// What the cache knows of a course that Canvas would not let us read.
pub(super) fn planned_course(id: CourseId, directory: &Directory) -> PlannedCourse {
    let cached = directory.course(id);
    PlannedCourse {
        id,
        name: cached.map(|course| course.name.clone()).unwrap_or_default(),
        course_code: cached.map(|course| course.course_code.clone()).unwrap_or_default(),
        sis_course_id: cached.and_then(|course| course.sis_course_id.clone()),
        account: cached.and_then(|course| course.account),
        workflow_state: cached.map(|course| course.workflow_state.clone()).unwrap_or_default(),
        time_zone: None,
        active_students: 0,
    }
}
