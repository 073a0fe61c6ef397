//! What GraphQL changes: post policies, posting and hiding, and SpeedGrader's grades.

use serde_json::{Value, json};

use super::answer::{Arguments, QueryField};
use super::selected::Problem;
use super::submissions::node;
use crate::sandbox::routes::Call;
use crate::sandbox::routes::submission_json::submission_id;
use crate::sandbox::world::{Assignment, AssignmentState, Course, Posting, Whose, Work};

pub(super) fn run(call: &mut Call<'_>, field: &QueryField, arguments: &Arguments<'_>) -> Result<Value, Problem> {
    match field.name.as_str() {
        "setAssignmentPostPolicy" => set_post_policy(call, arguments),
        "postAssignmentGrades" => post(call, arguments, true),
        "hideAssignmentGrades" => post(call, arguments, false),
        "updateSubmissionGrade" => update_grade(call, arguments),
        _ => Err(Problem::NotFound),
    }
}

/// The assignment of the arguments, for those who grade in its course.
fn assignment<'a>(call: &'a Call<'_>, arguments: &Arguments<'_>) -> Result<(&'a Course, &'a Assignment), Problem> {
    let id: i64 = arguments.text("assignmentId").and_then(|id| id.parse().ok()).ok_or(Problem::NotFound)?;
    let mut courses = call.world.courses.values();
    let found = courses.find_map(|course| Some((course, course.assignments.get(&id)?)));
    found
        .filter(|(_, assignment)| assignment.state != AssignmentState::Deleted)
        .filter(|(course, _)| call.may_in("manage_grades", course))
        .ok_or(Problem::NotFound)
}

fn is_withheld(assignment: &Assignment) -> bool {
    assignment.moderated_grading && !assignment.grades_published
}

fn set_post_policy(call: &mut Call<'_>, arguments: &Arguments<'_>) -> Result<Value, Problem> {
    let (course, assignment) = assignment(call, arguments)?;
    let (course_id, id) = (course.id, assignment.id);
    let post_manually = arguments.is_true("postManually");
    let refused = !post_manually && (assignment.anonymous_grading || is_withheld(assignment));
    let shown = json!({ "_id": id.to_string(), "name": assignment.name });
    let policy = json!({ "postManually": post_manually, "assignment": shown });
    if refused {
        return Err(Problem::Refused("Anonymous and unpublished moderated assignments must be posted manually"));
    }
    call.world.set_post_policy(course_id, id, post_manually);
    Ok(json!({ "postPolicy": policy, "errors": null }))
}

fn post(call: &mut Call<'_>, arguments: &Arguments<'_>, post: bool) -> Result<Value, Problem> {
    let (course, assignment) = assignment(call, arguments)?;
    if is_withheld(assignment) {
        return Err(Problem::NotFound);
    }
    let whose = Whose {
        graded_only: arguments.is_true("gradedOnly"),
        sections: arguments.ids("sectionIds"),
        only: arguments.ids("onlyStudentIds"),
        skipped: arguments.ids("skipStudentIds"),
    };
    let (course_id, assignment_id) = (course.id, assignment.id);
    let shown = json!({ "_id": assignment_id.to_string(), "name": assignment.name });
    let refused = if assignment.anonymous_grading && (whose.graded_only || !whose.sections.is_empty()) {
        Some("Anonymous assignments cannot be posted by section or only graded")
    } else if !whose.only.is_empty() && !whose.skipped.is_empty() {
        Some("onlyStudentIds and skipStudentIds cannot be used together")
    } else {
        None
    };
    if let Some(message) = refused {
        return Err(Problem::Refused(message));
    }
    let work = Work::Posting(Posting { assignment_id, post, whose });
    let id = call.world.start_job(course_id, work, (call.user_id, call.now));
    let progress = json!({ "_id": id.to_string(), "state": "queued" });
    Ok(json!({ "progress": progress, "assignment": shown, "errors": null }))
}

/// SpeedGrader's way of grading (canvas-contract §H9). It sets the score and nothing else: what is excused stays so.
fn update_grade(call: &mut Call<'_>, arguments: &Arguments<'_>) -> Result<Value, Problem> {
    let id: i64 = arguments.text("submissionId").and_then(|id| id.parse().ok()).ok_or(Problem::NotFound)?;
    let score = arguments.get("score").as_ref().and_then(Value::as_f64);
    let mut courses = call.world.courses.values();
    let found = courses.find_map(|course| {
        let students = || course.enrollments.iter().filter(|held| held.is_gradeable_student());
        let user = |assignment: i64| {
            students().map(|held| held.user_id).find(|user_id| submission_id(assignment, *user_id) == id)
        };
        course.assignments.keys().find_map(|assignment| Some((course.id, *assignment, user(*assignment)?)))
    });
    let (course_id, assignment_id, user_id) = found.ok_or(Problem::NotFound)?;
    let (course, _) = call.world.assignment(course_id, assignment_id).ok_or(Problem::NotFound)?;
    if !call.may_in("manage_grades", course) || !call.world.reaches(course, user_id, call.user_id, None) {
        return Err(Problem::NotFound);
    }
    let by = (call.user_id, call.now);
    call.world.set_score((course_id, assignment_id, user_id), score, by);
    let (course, assignment) = call.world.assignment(course_id, assignment_id).ok_or(Problem::NotFound)?;
    let submission = node(call, course, id, assignment, &assignment.submission(user_id));
    Ok(json!({ "submission": submission, "errors": null }))
}
