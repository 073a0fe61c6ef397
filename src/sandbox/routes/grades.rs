//! Writing grades: one student at once, many by a job, and comments (canvas-contract §H).

use serde_json::{Value, json};

use super::progress::progress_json;
use super::submission_json::{Shape, Shown};
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::parameters::{text, truth};
use crate::sandbox::refusal;
use crate::sandbox::world::{
    AssignmentState, Bulk, BulkRow, Cell, Course, Enrollment, EnrollmentState, Excuse, GradeError, How, Status, Work,
    World,
};

/// The labels of the single PUT; the empty one takes a label away.
const LABELS: [&str; 5] = ["", "none", "missing", "late", "extended"];

/// `POST /courses/:id/submissions/update_grades`, or of one assignment.
pub(super) fn update(call: &mut Call<'_>, course: &str, assignment: Option<&str>) -> Answer {
    let course_id = call.course(course)?.id;
    enqueue(call, course_id, None, assignment)
}

/// The same, for the students of one section.
pub(super) fn update_section(call: &mut Call<'_>, section: &str, assignment: Option<&str>) -> Answer {
    let (course_id, section_id) = call.world.find_section(section).ok_or_else(refusal::not_found)?;
    call.course(&course_id.to_string())?;
    enqueue(call, course_id, Some(section_id), assignment)
}

/// The synchronous stage: the checks of canvas-contract §H6 in their order, then a job.
fn enqueue(call: &mut Call<'_>, course_id: i64, section_id: Option<i64>, assignment: Option<&str>) -> Answer {
    let data = match call.parameters.get("grade_data") {
        Some(Value::Object(data)) if !data.is_empty() => data,
        // Nobody expects these, and the application breaks.
        Some(Value::String(text)) if !text.is_empty() => return Err(refusal::broken(500)),
        Some(Value::Array(items)) if !items.is_empty() => return Err(refusal::broken(500)),
        _ => return Err(refusal::error_text("'grade_data' parameter required")),
    };
    let course = call.world.courses.get(&course_id).ok_or_else(refusal::not_found)?;
    let keys: Vec<String> = match assignment {
        Some(key) => vec![key.to_owned()],
        None => data.keys().cloned().collect(),
    };
    let mut found: Vec<i64> = keys.iter().filter_map(|key| call.world.find_assignment(course_id, key)).collect();
    let published =
        found.iter().filter_map(|id| course.assignments.get(id)).all(|held| held.state == AssignmentState::Published);
    if !published || !call.may_in("manage_grades", course) {
        return Err(call.unauthorized());
    }
    found.sort_unstable();
    found.dedup();
    if found.len() < keys.len() {
        return Err(refusal::error_text(&format!("Some assignments could not be found: ( {} )", keys.join(", "))));
    }
    let rows = match found.first().filter(|_| assignment.is_some()) {
        Some(id) => rows_of(&id.to_string(), data),
        None => data.iter().filter_map(|(key, students)| Some(rows_of(key, students.as_object()?))).flatten().collect(),
    };
    let work = Work::Bulk(Bulk { section_id, rows, ..Bulk::default() });
    let job_id = call.world.start_job(course_id, work, (call.user_id, call.now));
    let job = call.world.jobs.get(&job_id).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &progress_json(call, job)))
}

fn rows_of(assignment: &str, students: &serde_json::Map<String, Value>) -> Vec<BulkRow> {
    let rows = students.iter().map(|(student, value)| BulkRow {
        assignment: assignment.to_owned(),
        student: student.clone(),
        cell: cell_of(value),
    });
    rows.collect()
}

fn cell_of(value: &Value) -> Cell {
    let posted = value.get("posted_grade").or_else(|| value.get("grade"));
    // A list, an object or a text with NUL is no grade at all: nothing is written, not even a clear.
    let unusable = |posted: &&Value| {
        posted.is_array() || posted.is_object() || posted.as_str().is_some_and(|text| text.contains('\0'))
    };
    let posted = posted.filter(|posted| !unusable(posted));
    Cell {
        posted_grade: posted.map(|posted| text(posted).unwrap_or_default()),
        excuse: excuse_of(value.get("excuse")),
        text_comment: value.get("text_comment").and_then(text),
        group_comment: value.get("group_comment").and_then(truth) == Some(true),
        broken: !value.is_object(),
    }
}

fn excuse_of(value: Option<&Value>) -> Excuse {
    match value {
        None => Excuse::Absent,
        Some(value) if truth(value) == Some(true) => Excuse::Yes,
        Some(_) => Excuse::No,
    }
}

fn status_of(call: &Call<'_>) -> Status {
    let sent = |name: &str| call.parameters.within("submission", name).map(|value| text(value).unwrap_or_default());
    Status {
        late: sent("late_policy_status"),
        seconds_late: sent("seconds_late_override"),
        custom: sent("custom_grade_status_id"),
        sticker: sent("sticker"),
    }
}

/// `PUT …/submissions/:user`: the outcome table of canvas-contract §H5.
pub(super) fn put(call: &mut Call<'_>, course: &str, assignment: &str, user: &str) -> Answer {
    grade_one(call, None, (course, assignment, user))
}

/// The same, for a student of one section; anybody else is not found.
pub(super) fn put_in_section(call: &mut Call<'_>, section: &str, assignment: &str, user: &str) -> Answer {
    let (course_id, section_id) = call.world.find_section(section).ok_or_else(refusal::not_found)?;
    grade_one(call, Some(section_id), (&course_id.to_string(), assignment, user))
}

fn grade_one(call: &mut Call<'_>, section_id: Option<i64>, (course, assignment, user): (&str, &str, &str)) -> Answer {
    let (course, assignment) = call.assignment(course, assignment)?;
    let user_id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    let may_grade = call.may_in("manage_grades", course);
    if !may_grade && user_id != call.user_id {
        return Err(call.unauthorized());
    }
    check_enrollment(call, course, section_id, user_id)?;
    // JSON `null` and `false` do nothing here.
    let posted = call.parameters.within("submission", "posted_grade");
    let posted = posted.filter(|value| !matches!(value, Value::Bool(false) | Value::Null));
    let excuse = call.parameters.within("submission", "excuse");
    // JSON `false` is falsy and does nothing; the text `false` of a form is a value, and grades with nothing.
    let excuse = excuse.filter(|value| !matches!(value, Value::Bool(false) | Value::Null));
    let status = status_of(call);
    if status.late.as_ref().is_some_and(|late| !LABELS.contains(&late.as_str())) {
        return Err(refusal::invalid_record("late_policy_status", "is not included in the list", "inclusion"));
    }
    let grades = posted.is_some() || excuse.is_some() || status != Status::default();
    if grades {
        let withheld = assignment.moderated_grading && !assignment.grades_published && posted.is_some();
        let closed = course.is_closed(assignment, call.now) && !call.world.is_admin(call.user_id);
        let unpublished = assignment.state != AssignmentState::Published;
        if !may_grade || withheld || closed || unpublished || !assignment.is_assigned_to(user_id) {
            return Err(call.unauthorized());
        }
    }
    let key = (course.id, assignment.id, user_id);
    let by = (call.user_id, call.now);
    let mut touched = vec![user_id];
    let has_graded = posted.is_some() || excuse.is_some();
    if has_graded {
        let wanted = Cell {
            posted_grade: posted.map(|posted| text(posted).unwrap_or_default()),
            excuse: excuse_of(excuse),
            ..Cell::default()
        };
        let how = How { bulk: false, prefer_points: call.parameters.flag("prefer_points_over_scheme") };
        touched = call.world.grade(key, &wanted, how, by).map_err(|error| grade_error(call, error))?;
    }
    if status != Status::default() {
        call.world.set_status(key, status, has_graded, by);
    }
    if let Some(comment) = call.parameters.within("comment", "text_comment").and_then(text) {
        let group = call.parameters.within("comment", "group_comment").and_then(truth) == Some(true);
        call.world.comment(key, &comment, group, by).map_err(|error| grade_error(call, error))?;
    }
    shown(call, key, &touched)
}

fn shown(call: &Call<'_>, (course_id, assignment_id, user_id): (i64, i64, i64), touched: &[i64]) -> Answer {
    let (course, assignment) = call.world.assignment(course_id, assignment_id).ok_or_else(refusal::not_found)?;
    let (asked, shape) = (Shape::of(call), Shape::of(call).with("submission_comments"));
    let all = touched.iter().map(|id| Shown::new(call, (course, assignment), *id, &asked)).collect();
    Ok(Reply::json(200, &Shown::new(call, (course, assignment), user_id, &shape).among(all)))
}

/// A student the caller does not see is a 404; one who has only left the course is told apart.
fn check_enrollment(call: &Call<'_>, course: &Course, section_id: Option<i64>, user_id: i64) -> Result<(), Reply> {
    let confined_to = if user_id == call.user_id { None } else { call.world.confined_to(call.user_id, course) };
    let mut theirs = course
        .enrollments
        .iter()
        .filter(|held| held.user_id == user_id && held.is_student() && held.state != EnrollmentState::Deleted)
        .filter(|held| World::sees(course, confined_to.as_deref(), held))
        .filter(|held| section_id.is_none_or(|id| course.section_of(held).is_some_and(|found| found.id == id)))
        .peekable();
    if theirs.peek().is_none() {
        return Err(refusal::not_found());
    }
    if theirs.any(Enrollment::is_gradeable_student) {
        return Ok(());
    }
    Err(refusal::error_text("Student must be enrolled in the course as a student to be graded"))
}

fn grade_error(call: &Call<'_>, error: GradeError) -> Reply {
    match error {
        GradeError::ExcusedAndGraded => refusal::error_text("Cannot simultaneously grade and excuse an assignment"),
        GradeError::Checkpointed => {
            refusal::error_text("Must provide a valid sub assignment tag when grading checkpointed discussions")
        }
        GradeError::ClosedGradingPeriod | GradeError::Moderated => call.unauthorized(),
        GradeError::TooLong => refusal::invalid_record("grade", "is too long (maximum is 255 characters)", "too_long"),
        // The grade beside it is written by now.
        GradeError::Comment => {
            refusal::invalid_record("comment", "is too long (maximum is 65535 characters)", "too_long")
        }
        GradeError::Broken => refusal::broken(500),
    }
}

/// `PUT …/comments/:id`
pub(super) fn edit_comment(call: &mut Call<'_>, course: &str, assignment: &str, user: &str, comment: &str) -> Answer {
    let key = comment_place(call, course, assignment, user)?;
    let id: i64 = comment.parse().map_err(|_| refusal::not_found())?;
    let text = call.parameters.text("comment").unwrap_or_default();
    let now = call.now;
    let edited = call.world.change_comments(key, now, |comments| {
        let held = comments.iter_mut().find(|held| held.id == id)?;
        held.comment = text;
        held.edited_at = Some(now);
        Some(json!({ "id": held.id, "author_id": held.author_id, "comment": held.comment }))
    });
    Ok(Reply::json(200, &edited.ok_or_else(refusal::not_found)?))
}

/// `DELETE …/comments/:id`: mails already sent stay sent.
pub(super) fn delete_comment(call: &mut Call<'_>, course: &str, assignment: &str, user: &str, comment: &str) -> Answer {
    let key = comment_place(call, course, assignment, user)?;
    let id: i64 = comment.parse().map_err(|_| refusal::not_found())?;
    let now = call.now;
    let gone = call.world.change_comments(key, now, |comments| {
        let place = comments.iter().position(|held| held.id == id)?;
        let gone = comments.remove(place);
        Some(json!({ "id": gone.id, "author_id": gone.author_id, "comment": gone.comment }))
    });
    Ok(Reply::json(200, &gone.ok_or_else(refusal::not_found)?))
}

fn comment_place(call: &Call<'_>, course: &str, assignment: &str, user: &str) -> Result<(i64, i64, i64), Reply> {
    let (course, assignment) = call.assignment(course, assignment)?;
    call.require_in(&["manage_grades"], course)?;
    let user_id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    Ok((course.id, assignment.id, user_id))
}
