//! Enrollments of a course, a section or a person, by bookmark (canvas-contract §E5).

use serde_json::{Value, json};

use super::call::{TERM_BEGAN, moment};
use super::users::{sis_import_id, user_json};
use super::{Answer, Call};
use crate::sandbox::refusal;
use crate::sandbox::world::{AssignmentState, Course, Enrollment, EnrollmentState, User, World};

/// `GET /courses/:id/enrollments`
pub(super) fn of_course(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["read_roster", "view_all_grades", "manage_grades"], course)?;
    page(call, course.enrollments.iter().map(|enrollment| (course, enrollment)).collect())
}

/// `GET /sections/:id/enrollments`
pub(super) fn of_section(call: &Call<'_>, section: &str) -> Answer {
    let (course_id, section_id) = call.world.find_section(section).ok_or_else(refusal::not_found)?;
    let course = call.course(&course_id.to_string())?;
    call.require_in(&["read_roster", "view_all_grades", "manage_grades"], course)?;
    let inside =
        course.enrollments.iter().filter(|held| course.section_of(held).is_some_and(|found| found.id == section_id));
    page(call, inside.map(|enrollment| (course, enrollment)).collect())
}

/// `GET /users/:id/enrollments`
pub(super) fn of_user(call: &Call<'_>, user: &str) -> Answer {
    let user_id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    let visible = |course: &&Course| user_id == call.user_id || call.world.may_in(call.user_id, "read_roster", course);
    let courses = call.world.courses.values().filter(visible);
    let rows = courses.flat_map(|course| {
        course
            .enrollments
            .iter()
            .filter(|enrollment| enrollment.user_id == user_id)
            .map(move |enrollment| (course, enrollment))
    });
    page(call, rows.collect())
}

fn page(call: &Call<'_>, rows: Vec<(&Course, &Enrollment)>) -> Answer {
    let sis_filters = ["sis_user_id", "sis_section_id", "sis_course_id", "sis_account_id"];
    let filters: Vec<(&str, Vec<String>)> = sis_filters
        .map(|name| (name, call.parameters.list(name)))
        .into_iter()
        .filter(|(_, ids)| !ids.is_empty())
        .collect();
    if !filters.is_empty() && !call.world.reads_sis(call.user_id) {
        return Err(refusal::message_text("Insufficient permissions to filter by SIS fields"));
    }
    let states = call.parameters.list("state");
    let kinds = call.parameters.list("type");
    let only_user = call.parameters.text("user_id").map(|text| call.world.find_user(&text, call.user_id));
    let fits = |course: &Course, enrollment: &Enrollment, user: &User| {
        let state = if states.is_empty() {
            matches!(enrollment.state, EnrollmentState::Active | EnrollmentState::Invited)
                || (enrollment.state == EnrollmentState::Inactive && call.world.is_staff_in(call.user_id, course))
        } else {
            states.iter().any(|state| state == enrollment.state.word())
        };
        let kind = kinds.is_empty() || kinds.iter().any(|kind| kind == enrollment.kind());
        let named = only_user.is_none_or(|wanted| wanted == Some(enrollment.user_id));
        let sis =
            filters.iter().all(|(name, ids)| sis_ids(name, course, enrollment, user).iter().any(|id| ids.contains(id)));
        state && kind && named && sis
    };
    let mut found: Vec<(&Course, &Enrollment, &User)> = rows
        .into_iter()
        .filter_map(|(course, enrollment)| Some((course, enrollment, call.world.user(enrollment.user_id)?)))
        .filter(|(course, enrollment, user)| {
            let confined_to = call.world.confined_to(call.user_id, course);
            fits(course, enrollment, user)
                && (enrollment.user_id == call.user_id || World::sees(course, confined_to.as_deref(), enrollment))
        })
        .collect();
    found.sort_by_cached_key(|(_, enrollment, user)| {
        (enrollment.kind().to_owned(), user.sortable_name(), enrollment.id)
    });
    let keys: Vec<Value> = found
        .iter()
        .map(|(_, enrollment, user)| json!([enrollment.kind(), user.sortable_name(), enrollment.id]))
        .collect();
    let page = call.bookmarked(&keys)?;
    Ok(page.reply(page.cut(found).map(|(course, enrollment, user)| {
        enrollment_json(call, course, enrollment, Some(user_json(call, user, Some(course), false)))
    })))
}

fn sis_ids(filter: &str, course: &Course, enrollment: &Enrollment, user: &User) -> Vec<String> {
    match filter {
        "sis_user_id" => user.logins.iter().filter_map(|login| login.sis_user_id.clone()).collect(),
        "sis_section_id" => {
            course.section_of(enrollment).and_then(|section| section.sis_section_id.clone()).into_iter().collect()
        }
        "sis_course_id" => course.sis_course_id.clone().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Enrollment JSON (canvas-contract §E5). `person` is the key `user`, which only the lists of enrollments have.
pub(super) fn enrollment_json(
    call: &Call<'_>,
    course: &Course,
    enrollment: &Enrollment,
    person: Option<Value>,
) -> Value {
    let section = course.section_of(enrollment);
    let origin = call.request.origin();
    let user = call.world.user(enrollment.user_id);
    let since = moment(Some(enrollment.created_at.unwrap_or(TERM_BEGAN)));
    let staff = call.world.is_staff_in(call.user_id, course);
    let own = enrollment.user_id == call.user_id;
    let mut fields = json!({
        "id": enrollment.id, "root_account_id": call.world.root_account_id(), "user_id": enrollment.user_id,
        "course_id": course.id, "course_section_id": section.map(|section| section.id), "associated_user_id": null,
        "limit_privileges_to_course_section": enrollment.limited_to_section,
        "created_at": since, "updated_at": since, "start_at": null, "end_at": null,
        "type": enrollment.kind(), "enrollment_state": enrollment.state.word(), "role": enrollment.kind(),
        "role_id": enrollment.role_id(),
        "html_url": format!("{origin}/courses/{}/users/{}", course.id, enrollment.user_id),
    });
    if staff || own {
        fields["last_attended_at"] = Value::Null;
        fields["total_activity_time"] = json!(0);
    }
    if let Some(person) = person {
        fields["user"] = person;
    }
    if enrollment.is_student() {
        fields["grades"] = grades_json(call, course, enrollment, staff, own);
    }
    if call.world.reads_sis_in(call.user_id, course) {
        fields["sis_account_id"] = Value::Null;
        fields["sis_course_id"] = json!(course.sis_course_id);
        fields["course_integration_id"] = json!(course.integration_id);
        fields["sis_section_id"] = json!(section.and_then(|section| section.sis_section_id.as_ref()));
        fields["section_integration_id"] = json!(section.and_then(|section| section.integration_id.as_ref()));
        fields["sis_user_id"] = json!(user.and_then(|user| user.shown_login()?.sis_user_id.as_ref()));
    }
    if call.world.may(call.user_id, "manage_sis") {
        fields["sis_import_id"] = json!(sis_import_id(section.and_then(|section| section.sis_section_id.as_ref())));
    }
    fields
}

/// A student's grades in the course: of others only to those who grade, and hidden ones only to them.
fn grades_json(call: &Call<'_>, course: &Course, enrollment: &Enrollment, staff: bool, own: bool) -> Value {
    let place = format!("{}/courses/{}/grades/{}", call.request.origin(), course.id, enrollment.user_id);
    let mut grades = json!({ "html_url": place });
    if !staff && !own {
        return grades;
    }
    let (current, whole) = totals(course, enrollment.user_id, true);
    grades["current_grade"] = Value::Null;
    grades["current_score"] = json!(current);
    grades["final_grade"] = Value::Null;
    grades["final_score"] = json!(whole);
    if let Some(score) = enrollment.override_score {
        grades["override_score"] = json!(score);
    }
    if staff {
        let (current, whole) = totals(course, enrollment.user_id, false);
        grades["unposted_current_score"] = json!(current);
        grades["unposted_current_grade"] = Value::Null;
        grades["unposted_final_score"] = json!(whole);
        grades["unposted_final_grade"] = Value::Null;
    }
    grades
}

/// Current and final score in percent: over what is graded, and over everything. Hidden grades count only unposted.
fn totals(course: &Course, user_id: i64, posted: bool) -> (Option<f64>, Option<f64>) {
    let counted = course.assignments.values().filter(|assignment| {
        assignment.state == AssignmentState::Published
            && !assignment.omit_from_final_grade
            && assignment.is_assigned_to(user_id)
    });
    let (mut earned, mut graded, mut possible) = (0.0, 0.0, 0.0);
    for assignment in counted {
        let points = assignment.points_possible.unwrap_or(0.0);
        let held = assignment.submissions.get(&user_id);
        if held.is_some_and(|held| held.excused == Some(true)) {
            continue;
        }
        possible += points;
        if let Some(score) = held.filter(|held| !posted || held.posted_at.is_some()).and_then(|held| held.score) {
            earned += score;
            graded += points;
        }
    }
    let percent = |of: f64| (of > 0.0).then(|| (earned / of * 10_000.0).round() / 100.0);
    (percent(graded), percent(possible))
}
