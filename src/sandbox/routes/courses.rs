//! Courses and grading standards.

use serde_json::{Value, json};

use super::accounts::term_json;
use super::call::{TERM_BEGAN, moment};
use super::users::sis_import_id;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Course, CourseState, EnrollmentState, GradingStandard, opaque_id};

/// `GET /accounts/:id/courses`
pub(super) fn of_account(call: &Call<'_>, account: &str) -> Answer {
    let account_id = call.account(account)?;
    call.require("read_course_list")?;
    let states = call.parameters.list("state");
    let term = call.parameters.text("enrollment_term_id").filter(|text| !text.is_empty());
    let term = term.map(|text| call.world.find_term(&text).ok_or_else(refusal::not_found)).transpose()?;
    let search = call.parameters.text("search_term").map(|term| term.to_lowercase());
    let root = call.world.root_account_id();
    let found = call.world.courses.values().filter(|course| {
        let state = if states.is_empty() {
            course.state != CourseState::Deleted
        } else {
            states.iter().any(|state| state == "all" || is_in_state(course, state))
        };
        let in_term = term.is_none_or(|term| term == call.world.term_id_of(course));
        let account = account_id == root || course.account_id == account_id;
        let named = search.as_ref().is_none_or(|wanted| {
            let texts = [Some(&course.name), Some(&course.course_code), course.sis_course_id.as_ref()];
            texts.into_iter().flatten().any(|text| text.to_lowercase().contains(wanted))
                || course.id.to_string() == *wanted
        });
        state && in_term && account && named
    });
    page(call, found.collect())
}

fn is_in_state(course: &Course, state: &str) -> bool {
    match state {
        "created" | "claimed" => course.state == CourseState::Unpublished,
        other => course.state.word() == other,
    }
}

/// `GET /courses` and `GET /users/:id/courses`
pub(super) fn of_user(call: &Call<'_>, user: &str) -> Answer {
    let user_id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    if user_id != call.user_id {
        call.require("read_roster")?;
    }
    let kind = call.parameters.text("enrollment_type");
    let found = call.world.courses.values().filter(|course| {
        // Concluded courses are not among one's own.
        !matches!(course.state, CourseState::Deleted | CourseState::Completed)
            && course.enrollments.iter().any(|held| {
                let wanted = kind.as_ref().is_none_or(|kind| held.kind().to_lowercase() == format!("{kind}enrollment"));
                held.user_id == user_id
                    && matches!(held.state, EnrollmentState::Active | EnrollmentState::Invited)
                    && wanted
            })
    });
    let mut found: Vec<&Course> = found.collect();
    found.sort_by_key(|course| course.name.to_lowercase());
    page(call, found)
}

fn page(call: &Call<'_>, found: Vec<&Course>) -> Answer {
    let page = call.page(found.len(), false)?;
    Ok(page.reply(page.cut(found).map(|course| course_json(call, course))))
}

/// `GET /courses/:id`
pub(super) fn show(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    Ok(Reply::json(200, &course_json(call, course)))
}

/// `GET /courses/:id/permissions`
pub(super) fn permissions(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    Ok(call.permissions(|right| call.may_in(right, course)))
}

/// `GET /courses/:id/grading_standards`
pub(super) fn standards_of_course(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    standards(call, |standard| standard.course_id.is_none_or(|id| id == course.id))
}

/// `GET /accounts/:id/grading_standards`
pub(super) fn standards_of_account(call: &Call<'_>, account: &str) -> Answer {
    call.account(account)?;
    standards(call, |standard| standard.course_id.is_none())
}

fn standards(call: &Call<'_>, fits: impl Fn(&GradingStandard) -> bool) -> Answer {
    let found = call.world.grading_standards.values().filter(|standard| fits(standard));
    let rows: Vec<Value> = found.map(|standard| standard_json(call, standard)).collect();
    let page = call.page(rows.len(), true)?;
    Ok(page.reply(page.cut(rows)))
}

fn standard_json(call: &Call<'_>, standard: &GradingStandard) -> Value {
    let scheme: Vec<Value> =
        standard.scheme.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({
        "id": standard.id, "title": standard.title,
        "context_type": if standard.course_id.is_some() { "Course" } else { "Account" },
        "context_id": standard.course_id.unwrap_or_else(|| call.world.root_account_id()),
        "points_based": standard.points_based, "scaling_factor": standard.scaling_factor.max(1.0), "grading_scheme": scheme,
    })
}

/// Course JSON; SIS keys only with SIS rights.
pub(super) fn course_json(call: &Call<'_>, course: &Course) -> Value {
    let root = call.world.root_account_id();
    let term_id = call.world.term_id_of(course);
    let mut fields = json!({
        "id": course.id, "name": course.name, "course_code": course.course_code,
        "account_id": if course.account_id == 0 { root } else { course.account_id }, "root_account_id": root,
        "enrollment_term_id": term_id, "workflow_state": course.state.word(), "uuid": opaque_id("course", course.id),
        "start_at": moment(course.start_at), "end_at": moment(course.end_at), "created_at": moment(Some(TERM_BEGAN)),
        "grading_standard_id": course.grading_standard_id, "is_public": null, "default_view": "modules",
        "time_zone": course.time_zone.as_ref().unwrap_or(&call.world.time_zone),
        "apply_assignment_group_weights": false, "hide_final_grades": false, "blueprint": false,
        "restrict_enrollments_to_course_dates": false,
    });
    if call.world.reads_sis_in(call.user_id, course) {
        fields["sis_course_id"] = json!(course.sis_course_id);
        fields["integration_id"] = json!(course.integration_id);
    }
    if call.world.may(call.user_id, "manage_sis") {
        fields["sis_import_id"] = json!(sis_import_id(course.sis_course_id.as_ref()));
    }
    let included = |word: &str| call.parameters.includes("include", word);
    if included("term") {
        fields["term"] = {
            let teaches = !call.world.is_admin(call.user_id) && call.world.is_staff_in(call.user_id, course);
            call.world.terms.get(&term_id).map_or(Value::Null, |term| term_json(call, term, teaches))
        };
    }
    if included("concluded") {
        fields["concluded"] = json!(course.state == CourseState::Completed);
    }
    if included("permissions") {
        fields["permissions"] = json!({
            "create_discussion_topic": true, "create_announcement": call.world.is_staff_in(call.user_id, course),
        });
    }
    if included("teachers") {
        let staff =
            course.enrollments.iter().filter(|held| held.kind() == "TeacherEnrollment" && held.is_active_staff());
        let teachers = staff.filter_map(|held| call.world.user(held.user_id));
        fields["teachers"] = teachers.map(|user| json!({ "id": user.id, "display_name": user.name })).collect();
    }
    if included("total_students") {
        let students = course.enrollments.iter().filter(|held| held.is_gradeable_student()).count();
        fields["total_students"] = json!(students);
    }
    if included("sections") {
        // One's own sections, as what one is in them.
        let mine = course.enrollments.iter().filter(|held| held.user_id == call.user_id);
        let rows = mine.filter_map(|held| Some((held, course.section_of(held)?)));
        fields["sections"] = rows
            .map(|(held, section)| {
                json!({
                    "id": section.id, "name": section.name, "start_at": null, "end_at": null,
                    "enrollment_role": held.kind(),
                })
            })
            .collect();
    }
    fields
}
