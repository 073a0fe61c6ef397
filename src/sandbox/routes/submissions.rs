//! Reading submissions (canvas-contract §I1, §E7).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::submission_json::{Shape, Shown};
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{
    Assignment, AssignmentState, Course, Enrollment, EnrollmentState, Row, SubmissionState, World,
};

/// The most ids in `student_ids[]`.
const MOST_STUDENTS: usize = 100;

/// `GET /courses/:id/students/submissions`
pub(super) fn of_students(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    read(call, course, None)
}

/// `GET /sections/:id/students/submissions`
pub(super) fn of_section_students(call: &Call<'_>, section: &str) -> Answer {
    let (course_id, section_id) = call.world.find_section(section).ok_or_else(refusal::not_found)?;
    let course = call.course(&course_id.to_string())?;
    read(call, course, Some(section_id))
}

fn read(call: &Call<'_>, course: &Course, section_id: Option<i64>) -> Answer {
    let students = students(call, course, section_id)?;
    let assignments = listed_assignments(call, course)?;
    let as_of = call.read_as_of();
    let graded_since = since(call, "graded_since")?;
    let submitted_since = since(call, "submitted_since")?;
    let state = call.parameters.text("workflow_state");
    let wanted = |assignment: &Assignment, user_id: i64| {
        if assignment.row(user_id) != Row::Present {
            return false;
        }
        let held = assignment.submission_as_of(user_id, as_of);
        let graded = graded_since.is_none_or(|since| held.and_then(|held| held.graded_at).is_some_and(|at| at > since));
        let submitted =
            submitted_since.is_none_or(|since| held.and_then(|held| held.submitted_at).is_some_and(|at| at > since));
        let fits = state
            .as_ref()
            .is_none_or(|state| held.map_or(SubmissionState::Unsubmitted, |held| held.state).word() == state);
        graded && submitted && fits
    };
    let shape = Shape::of(call).in_list();
    if call.parameters.flag("grouped") {
        return grouped(call, course, &students, &assignments, &wanted, &shape);
    }
    let mut rows: Vec<(&Assignment, i64)> = Vec::new();
    for assignment in &assignments {
        rows.extend(
            students.iter().filter(|user_id| wanted(assignment, **user_id)).map(|user_id| (*assignment, *user_id)),
        );
    }
    let held_at = |assignment: &'_ Assignment, user_id: i64| assignment.submission_as_of(user_id, as_of).cloned();
    if call.parameters.text("order").as_deref() == Some("graded_at") {
        rows.sort_by_key(|(assignment, user_id)| held_at(assignment, *user_id).and_then(|held| held.graded_at));
    }
    if call.parameters.text("order_direction").is_some_and(|direction| direction.starts_with("desc")) {
        rows.reverse();
    }
    let keys: Vec<Value> = rows.iter().map(|(assignment, user_id)| json!([assignment.id, user_id])).collect();
    let page = call.bookmarked(&keys)?.by_course_number(course.id);
    let shown = page.cut(rows).map(|(assignment, user_id)| Shown::new(call, (course, assignment), user_id, &shape));
    Ok(page.reply(shown))
}

/// A page over students, each with all of their submissions. Students whose enrollments are all deleted leave the
/// page short.
fn grouped(
    call: &Call<'_>,
    course: &Course,
    students: &BTreeSet<i64>,
    assignments: &[&Assignment],
    wanted: &dyn Fn(&Assignment, i64) -> bool,
    shape: &Shape,
) -> Answer {
    let page = call.page(students.len(), true)?.by_course_number(course.id);
    call.rows.set(page.count(students.len()) * assignments.len());
    let sis = call.world.reads_sis_in(call.user_id, course);
    Ok(page.reply(page.cut(students).filter_map(|user_id| {
        let enrollment = course.student(*user_id)?;
        let login = call.world.user(*user_id).and_then(|user| user.shown_login());
        let theirs = assignments.iter().filter(|assignment| wanted(assignment, *user_id));
        Some(OneStudent {
            user_id: *user_id,
            section_id: course.section_of(enrollment).map(|section| section.id),
            sis_ids: sis.then(|| {
                login.map(|login| (login.sis_user_id.as_ref(), login.integration_id.as_ref())).unwrap_or_default()
            }),
            submissions: theirs.map(|assignment| Shown::new(call, (course, assignment), *user_id, shape)).collect(),
        })
    })))
}

/// One entry of a grouped page.
struct OneStudent<'a> {
    user_id: i64,
    section_id: Option<i64>,
    /// SIS and integration id, with the right to them.
    sis_ids: Option<(Option<&'a String>, Option<&'a String>)>,
    submissions: Vec<Shown<'a>>,
}

impl Serialize for OneStudent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("user_id", &self.user_id)?;
        fields.serialize_entry("section_id", &self.section_id)?;
        if let Some((sis_user_id, integration_id)) = self.sis_ids {
            fields.serialize_entry("integration_id", &integration_id)?;
            fields.serialize_entry("sis_user_id", &sis_user_id)?;
        }
        fields.serialize_entry("submissions", &self.submissions)?;
        fields.end()
    }
}

/// Whose submissions are asked for, when the caller may see them.
fn students(call: &Call<'_>, course: &Course, section_id: Option<i64>) -> Result<BTreeSet<i64>, Reply> {
    let asked = call.parameters.list("student_ids");
    let staff = call.may_in("manage_grades", course) || call.may_in("view_all_grades", course);
    let state = call.parameters.text("enrollment_state");
    let confined_to = section_id.map(|id| vec![id]).or_else(|| call.world.confined_to(call.user_id, course));
    let fits = |enrollment: &&Enrollment| {
        let concluded = enrollment.state == EnrollmentState::Completed;
        let in_state = match state.as_deref() {
            Some("active") => !concluded,
            Some("concluded") => concluded,
            _ => true,
        };
        in_state && is_readable(enrollment) && World::sees(course, confined_to.as_deref(), enrollment)
    };
    let visible = || course.enrollments.iter().filter(&fits);
    if asked.iter().any(|id| id == "all") {
        if !staff {
            // A student's own rows, and nobody else's.
            let own = visible().map(|held| held.user_id).filter(|user_id| *user_id == call.user_id);
            let own: BTreeSet<i64> = own.collect();
            return if own.is_empty() { Err(call.unauthorized()) } else { Ok(own) };
        }
        // Deleted students are counted into the pages, and then left out of them.
        return Ok(visible().map(|enrollment| enrollment.user_id).collect());
    }
    if asked.is_empty() {
        let own = visible().map(|held| held.user_id).filter(|user_id| *user_id == call.user_id);
        let own: BTreeSet<i64> = own.collect();
        return if own.is_empty() { Err(call.unauthorized()) } else { Ok(own) };
    }
    let mut found = BTreeSet::new();
    for id in &asked {
        let numeric = id.trim().parse::<i64>().ok();
        match numeric.or_else(|| call.world.find_user(id, call.user_id)) {
            Some(user_id) => {
                let own = user_id == call.user_id;
                let seen = visible().any(|held| held.user_id == user_id && held.state != EnrollmentState::Deleted);
                if !seen || !(staff || own) {
                    return Err(call.unauthorized());
                }
                found.insert(user_id)
            }
            None => false,
        };
    }
    // Counted only once everybody is known to be visible.
    if asked.len() > MOST_STUDENTS {
        return Err(refusal::error_text("too many students"));
    }
    Ok(found)
}

fn is_readable(enrollment: &Enrollment) -> bool {
    enrollment.is_student()
}

/// The assignments of a list of submissions. A copy that is behind does not know a column that was just made.
fn listed_assignments<'a>(call: &Call<'_>, course: &'a Course) -> Result<Vec<&'a Assignment>, Reply> {
    let found = assignments(call, course)?;
    let as_of = call.read_as_of();
    let unknown = |held: &&Assignment| held.created_at.is_some_and(|at| at > as_of);
    if call.parameters.list("assignment_ids").is_empty() {
        return Ok(found.into_iter().filter(|held| !unknown(held)).collect());
    }
    if found.iter().any(unknown) { Err(no_such_assignments()) } else { Ok(found) }
}

fn no_such_assignments() -> Reply {
    Reply::json(403, &json!({ "error": "invalid assignment ids requested" }))
}

/// The published assignments asked for, or all of them.
fn assignments<'a>(call: &Call<'_>, course: &'a Course) -> Result<Vec<&'a Assignment>, Reply> {
    let published = course.assignments.values().filter(|held| held.state == AssignmentState::Published);
    let asked = call.parameters.list("assignment_ids");
    if asked.is_empty() {
        return Ok(published.collect());
    }
    let ids: BTreeSet<i64> = asked.iter().map(|id| id.parse().unwrap_or(0)).collect();
    let found: Vec<&Assignment> = published.filter(|held| ids.contains(&held.id)).collect();
    if found.len() == ids.len() {
        return Ok(found);
    }
    Err(no_such_assignments())
}

fn since(call: &Call<'_>, name: &str) -> Result<Option<Timestamp>, Reply> {
    let Some(sent) = call.parameters.text(name) else { return Ok(None) };
    let problem = json!({ "errors": { name: format!("Invalid datetime for {name}") } });
    sent.parse().map(Some).map_err(|_| Reply::json(400, &problem))
}

/// `GET …/assignments/:id/submissions`: active and invited students only; works for unpublished assignments.
pub(super) fn of_assignment(call: &Call<'_>, course: &str, assignment: &str) -> Answer {
    let (course, assignment) = call.assignment(course, assignment)?;
    call.require_in(&["manage_grades", "view_all_grades"], course)?;
    let confined_to = call.world.confined_to(call.user_id, course);
    let students: BTreeSet<i64> = course
        .enrollments
        .iter()
        .filter(|held| held.is_student() && matches!(held.state, EnrollmentState::Active | EnrollmentState::Invited))
        .filter(|held| World::sees(course, confined_to.as_deref(), held))
        .filter(|held| assignment.row(held.user_id) == Row::Present)
        .map(|held| held.user_id)
        .collect();
    let shape = Shape::of(call);
    let show = |user_id: i64| Shown::new(call, (course, assignment), user_id, &shape);
    if shape.includes("visibility") {
        return Ok(Reply::json(200, &students.into_iter().map(show).collect::<Vec<_>>()));
    }
    let page = call.page(students.len(), true)?.by_course_number(course.id);
    Ok(page.reply(page.cut(students).map(show)))
}

/// `GET …/submissions/:user`: a student who is not assigned has an empty record, not a 404.
pub(super) fn show(call: &Call<'_>, course: &str, assignment: &str, user: &str) -> Answer {
    let (course, assignment) = call.assignment(course, assignment)?;
    let user_id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    if user_id != call.user_id {
        call.require_in(&["manage_grades", "view_all_grades"], course)?;
    }
    let confined_to = call.world.confined_to(call.user_id, course);
    let enrolled = course.enrollments.iter().any(|held| {
        held.user_id == user_id
            && is_readable(held)
            && !matches!(held.state, EnrollmentState::Deleted | EnrollmentState::Rejected)
            && (user_id == call.user_id || World::sees(course, confined_to.as_deref(), held))
    });
    if !enrolled {
        return Err(refusal::not_found());
    }
    Ok(Reply::json(200, &Shown::new(call, (course, assignment), user_id, &Shape::of(call))))
}

/// `GET …/submission_summary`
pub(super) fn summary(call: &Call<'_>, course: &str, assignment: &str) -> Answer {
    let (course, assignment) = call.assignment(course, assignment)?;
    call.require_in(&["manage_grades", "view_all_grades"], course)?;
    let (mut graded, mut ungraded, mut not_submitted) = (0, 0, 0);
    for student in course.enrollments.iter().filter(|held| held.is_student() && held.state == EnrollmentState::Active) {
        let held = assignment.submissions.get(&student.user_id);
        match held.map_or(SubmissionState::Unsubmitted, |held| held.state) {
            SubmissionState::Graded => graded += 1,
            SubmissionState::Unsubmitted => not_submitted += 1,
            SubmissionState::Submitted | SubmissionState::PendingReview => ungraded += 1,
        }
    }
    Ok(Reply::json(200, &json!({ "graded": graded, "ungraded": ungraded, "not_submitted": not_submitted })))
}

/// `GET …/assignments/:id/gradeable_students`
pub(super) fn gradeable(call: &Call<'_>, course: &str, assignment: &str) -> Answer {
    let (course, assignment) = call.assignment(course, assignment)?;
    call.require_in(&["manage_grades", "view_all_grades"], course)?;
    // Those who have a row, so nobody in the first moments of a column.
    let students = gradeable_students(course, |held| {
        matches!(held.state, EnrollmentState::Active | EnrollmentState::Inactive)
            && assignment.row(held.user_id) == Row::Present
    });
    let rows: Vec<Value> = students.into_iter().map(|id| student_json(call, course, id)).collect();
    let page = call.page(rows.len(), true)?;
    Ok(page.reply(page.cut(rows)))
}

/// `GET …/assignments/gradeable_students?assignment_ids[]=`
pub(super) fn gradeable_by_assignment(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_grades", "view_all_grades"], course)?;
    let assignments = assignments(call, course)?;
    // Those who are assigned, whether or not a row is there.
    let students = gradeable_students(course, |held| {
        held.state == EnrollmentState::Active
            && assignments.iter().any(|assignment| assignment.is_assigned_to(held.user_id))
    });
    let rows: Vec<Value> = students
        .into_iter()
        .map(|user_id| {
            let theirs: Vec<i64> =
                assignments.iter().filter(|held| held.is_assigned_to(user_id)).map(|held| held.id).collect();
            let mut fields = student_json(call, course, user_id);
            fields["assignment_ids"] = json!(theirs);
            fields
        })
        .collect();
    let page = call.page(rows.len(), true)?;
    Ok(page.reply(page.cut(rows)))
}

fn gradeable_students(course: &Course, counts: impl Fn(&Enrollment) -> bool) -> BTreeSet<i64> {
    let students = course.enrollments.iter().filter(|held| held.is_student() && counts(held));
    students.map(|held| held.user_id).collect()
}

fn student_json(call: &Call<'_>, course: &Course, user_id: i64) -> Value {
    let place = format!("{}/courses/{}/users/{user_id}", call.request.origin(), course.id);
    json!({
        "id": user_id, "anonymous_id": format!("a{:05}", user_id.rem_euclid(100_000)), "html_url": place,
        "display_name": call.world.user(user_id).map(|user| &user.name),
    })
}
