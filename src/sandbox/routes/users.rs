//! People: the account's, a course's, one by any of their ids, and their logins.

use serde_json::{Value, json};

use super::call::moment;
use super::enrollments::enrollment_json;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Course, Enrollment, EnrollmentState, User, World, opaque_id};

/// The import that brought whatever has a SIS id.
pub(super) fn sis_import_id(sis_id: Option<&String>) -> Option<i64> {
    sis_id.map(|_| 1)
}

/// `GET /accounts/:id/users`
pub(super) fn of_account(call: &Call<'_>, account: &str) -> Answer {
    call.account(account)?;
    call.require("read_roster")?;
    let search = call.parameters.text("search_term");
    if search.as_ref().is_some_and(|term| term.chars().count() < 2) {
        let problem =
            json!({ "field": "search_term", "code": "invalid", "message": "2 or more characters is required" });
        return Err(Reply::json(400, &json!({ "errors": [problem] })));
    }
    let mut found: Vec<&User> =
        call.world.users.values().filter(|user| search.as_ref().is_none_or(|term| matches(user, term))).collect();
    found.sort_by_cached_key(|user| (user.sortable_name(), user.id));
    let page = call.page(found.len(), false)?;
    let email = call.parameters.includes("include", "email");
    Ok(page.reply(page.cut(found).map(|user| user_json(call, user, None, email))))
}

fn matches(user: &User, term: &str) -> bool {
    let term = term.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&term);
    user.id.to_string() == term
        || has(&user.name)
        || user.email.as_deref().is_some_and(has)
        || user.logins.iter().any(|login| has(&login.unique_id) || login.sis_user_id.as_deref().is_some_and(has))
}

/// `GET /users/:id`. 404 for a caller who may not see the person; a teacher sees people in their courses only.
pub(super) fn show(call: &Call<'_>, user: &str) -> Answer {
    let id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    let user = call.world.user(id).ok_or_else(refusal::not_found)?;
    if id != call.user_id && !call.world.may(call.user_id, "read_roster") {
        return Err(refusal::not_found());
    }
    let mut fields = user_json(call, user, None, true);
    let (first, last) = user.first_and_last_name();
    fields["first_name"] = json!(first);
    fields["last_name"] = json!(last);
    fields["locale"] = Value::Null;
    fields["effective_locale"] = json!("en");
    fields["avatar_url"] = json!(format!("{}/images/messages/avatar-50.png", call.request.origin()));
    fields["permissions"] =
        json!({ "can_update_name": true, "can_update_avatar": false, "limit_parent_app_web_access": false });
    Ok(Reply::json(200, &fields))
}

/// `GET /users/:id/logins`: all of a person's logins.
pub(super) fn logins(call: &Call<'_>, user: &str) -> Answer {
    let id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    if id != call.user_id {
        call.require("view_user_logins")?;
    }
    let user = call.world.user(id).ok_or_else(refusal::not_found)?;
    let account_id = call.world.root_account_id();
    let sis = call.world.reads_sis(call.user_id);
    let rows: Vec<Value> = user
        .logins
        .iter()
        .filter(|login| !login.deleted)
        .map(|login| {
            let mut fields = json!({
                "id": login.id, "user_id": user.id, "account_id": account_id, "unique_id": login.unique_id,
                "authentication_provider_id": null,
                "workflow_state": login.state(), "created_at": moment(user.created_at), "declared_user_type": null,
            });
            if sis {
                fields["sis_user_id"] = json!(login.sis_user_id);
                fields["integration_id"] = json!(login.integration_id);
            }
            fields
        })
        .collect();
    let page = call.page(rows.len(), true)?;
    Ok(page.reply(page.cut(rows)))
}

/// `GET /courses/:id/users`, and `search_users`, its older name.
pub(super) fn of_course(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["read_roster", "view_all_grades", "manage_grades"], course)?;
    let states = call.parameters.list("enrollment_state");
    let kinds = call.parameters.list("enrollment_type");
    let wanted: Vec<i64> =
        call.parameters.list("user_ids").iter().filter_map(|text| call.world.find_user(text, call.user_id)).collect();
    let confined_to = call.world.confined_to(call.user_id, course);
    let fits = |enrollment: &Enrollment| {
        let state = if states.is_empty() {
            matches!(enrollment.state, EnrollmentState::Active | EnrollmentState::Invited)
        } else {
            // Nobody is found by a deletion.
            enrollment.state != EnrollmentState::Deleted && states.iter().any(|state| state == enrollment.state.word())
        };
        let kind = kinds.is_empty() || kinds.iter().any(|kind| is_of_kind(enrollment, kind));
        let named = wanted.is_empty() || wanted.contains(&enrollment.user_id);
        state && kind && named && World::sees(course, confined_to.as_deref(), enrollment)
    };
    let mut enrollments: Vec<&Enrollment> = course.enrollments.iter().filter(|enrollment| fits(enrollment)).collect();
    enrollments.sort_by_key(|enrollment| enrollment.user_id);
    enrollments.dedup_by_key(|enrollment| enrollment.user_id);
    let mut rows: Vec<(&User, &Enrollment)> = enrollments
        .into_iter()
        .filter_map(|enrollment| Some((call.world.user(enrollment.user_id)?, enrollment)))
        .collect();
    if let Some(term) = call.parameters.text("search_term") {
        rows.retain(|(user, _)| matches(user, &term));
    }
    rows.sort_by_key(|(user, _)| (user.sortable_name(), user.id));
    let page = call.page(rows.len(), false)?;
    let with_enrollments = call.parameters.includes("include", "enrollments");
    let test_student = call.parameters.includes("include", "test_student");
    // The test student is taken out after paging, which leaves a short page (canvas-contract §C).
    let shown = page.cut(rows).filter(|(_, enrollment)| test_student || enrollment.kind() != "StudentViewEnrollment");
    let json = shown.map(|(user, _)| {
        let mut fields = user_json(call, user, Some(course), true);
        if with_enrollments {
            let theirs =
                course.enrollments.iter().filter(|enrollment| enrollment.user_id == user.id && fits(enrollment));
            fields["enrollments"] = theirs.map(|enrollment| enrollment_json(call, course, enrollment, None)).collect();
        }
        fields
    });
    Ok(page.reply(json))
}

fn is_of_kind(enrollment: &Enrollment, kind: &str) -> bool {
    match kind {
        "student" => enrollment.kind() == "StudentEnrollment",
        "student_view" => enrollment.kind() == "StudentViewEnrollment",
        "teacher" => enrollment.kind() == "TeacherEnrollment",
        "ta" => enrollment.kind() == "TaEnrollment",
        "observer" => enrollment.kind() == "ObserverEnrollment",
        "designer" => enrollment.kind() == "DesignerEnrollment",
        other => enrollment.kind() == other,
    }
}

/// `GET /courses/:id/students`: unpaginated, deprecated.
pub(super) fn students_of_course(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["read_roster"], course)?;
    let students = course.enrollments.iter().filter(|held| held.is_student() && held.state == EnrollmentState::Active);
    let users = students.filter_map(|enrollment| call.world.user(enrollment.user_id));
    Ok(Reply::json(200, &users.map(|user| user_json(call, user, Some(course), false)).collect::<Vec<_>>()))
}

/// `GET /courses/:id/users/:user`
pub(super) fn show_in_course(call: &Call<'_>, course: &str, user: &str) -> Answer {
    let course = call.course(course)?;
    let id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    if id != call.user_id {
        call.require_in(&["read_roster", "view_all_grades", "manage_grades"], course)?;
    }
    let confined_to = call.world.confined_to(call.user_id, course);
    let mut theirs = course.enrollments.iter().filter(|enrollment| {
        enrollment.user_id == id
            && !matches!(enrollment.state, EnrollmentState::Deleted | EnrollmentState::Rejected)
            && World::sees(course, confined_to.as_deref(), enrollment)
    });
    let first = theirs.next().ok_or_else(refusal::not_found)?;
    let user = call.world.user(id).ok_or_else(refusal::not_found)?;
    let mut fields = user_json(call, user, Some(course), false);
    if call.parameters.includes("include", "enrollments") {
        fields["enrollments"] =
            std::iter::once(first).chain(theirs).map(|held| enrollment_json(call, course, held, None)).collect();
    }
    Ok(Reply::json(200, &fields))
}

/// User JSON with the keys the caller may see (canvas-contract §E2).
pub(super) fn user_json(call: &Call<'_>, user: &User, course: Option<&Course>, email: bool) -> Value {
    let may = |right: &str| match course {
        Some(course) => call.may_in(right, course),
        None => call.world.may(call.user_id, right),
    };
    let login = user.shown_login();
    let mut fields = json!({
        "id": user.id, "name": user.name, "created_at": moment(user.created_at),
        "sortable_name": user.sortable_name(), "short_name": user.name,
    });
    if may("read_sis") || call.world.may(call.user_id, "manage_sis") {
        fields["sis_user_id"] = json!(login.and_then(|login| login.sis_user_id.as_ref()));
        fields["integration_id"] = json!(login.and_then(|login| login.integration_id.as_ref()));
    }
    if call.world.may(call.user_id, "manage_sis") {
        fields["sis_import_id"] = json!(sis_import_id(login.and_then(|login| login.sis_user_id.as_ref())));
    }
    if call.parameters.includes("include", "uuid") {
        fields["uuid"] = json!(opaque_id("user", user.id));
    }
    if !user.unconfirmed {
        if may("view_user_logins") {
            fields["login_id"] = json!(login.map(|login| &login.unique_id));
        }
        if email && may("read_email_addresses") {
            fields["email"] = json!(user.email);
        }
    }
    fields
}
