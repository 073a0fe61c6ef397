//! Which route does what. It reads like Canvas's own list of endpoints.

use super::{
    Answer, Call, accounts, assignments, audit, courses, enrolling, enrollments, feed, grades, grading_days,
    grading_rules, graphql, groups, hand_ins, progress, reports, sections, submissions, tokens, users,
};
use crate::sandbox::parameters::decode;
use crate::sandbox::refusal;

/// Answers a request by its method and path.
pub(crate) fn dispatch(call: &mut Call<'_>) -> Answer {
    let path = call.request.path();
    let path = path.strip_suffix(".json").unwrap_or(path);
    if call.request.method == "POST" && path == "/api/graphql" {
        return Ok(graphql::answer(call));
    }
    let Some(path) = path.strip_prefix("/api/v1/") else { return Err(refusal::no_route()) };
    // Segments are decoded one by one, so that an id may hold an encoded slash (canvas-contract §B3).
    let segments: Vec<String> = path.trim_end_matches('/').split('/').map(decode).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (resource, rest) = segments.split_first().unwrap_or((&"", &[]));
    let method = call.request.method.clone();
    match (method.as_str(), *resource) {
        (method, "accounts") => account(call, method, rest),
        (method, "courses") => course(call, method, rest),
        (method, "sections") => section(call, method, rest),
        ("GET", "users") => user(call, rest),
        ("GET", _) => other(call, resource, rest),
        ("POST", "groups") if rest.len() == 2 && rest[1] == "memberships" => groups::add_member(call, rest[0]),
        ("POST", "group_categories") if rest.len() == 2 && rest[1] == "groups" => groups::create(call, rest[0]),
        ("PATCH", "grading_period_sets") if rest.len() == 3 && rest[1..] == ["grading_periods", "batch_update"] => {
            grading_rules::update_set(call, rest[0])
        }
        _ => Err(refusal::no_route()),
    }
}

fn other(call: &mut Call<'_>, resource: &str, path: &[&str]) -> Answer {
    match (resource, path) {
        ("progress", [id]) => progress::show(call, id),
        ("groups", [group, "users"]) => groups::members(call, group),
        ("group_categories", [category, "groups"]) => groups::of_category(call, category),
        ("audit", ["grade_change"]) => audit::query(call),
        ("audit", ["grade_change", rest @ ..]) => audit::of(call, rest),
        _ => Err(refusal::no_route()),
    }
}

fn account(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => accounts::list(call),
        ("GET", [account]) => accounts::show(call, account),
        ("GET", [account, "permissions"]) => accounts::permissions(call, account),
        ("GET", [account, "terms"]) => accounts::terms(call, account),
        ("GET", [account, "users"]) => users::of_account(call, account),
        ("GET", [account, "courses"]) => courses::of_account(call, account),
        ("GET", [account, "reports"]) => reports::offered(call, account),
        ("POST", [account, "reports", report]) => reports::start(call, account, report),
        ("GET", [account, "reports", report]) => reports::history(call, account, report),
        ("GET", [account, "reports", report, id]) => reports::show(call, account, report, id),
        ("DELETE", [account, "reports", report, id]) => reports::delete(call, account, report, id),
        ("PUT", [account, "reports", report, id, "abort"]) => reports::abort(call, account, report, id),
        ("POST", [account, "grading_period_sets"]) => grading_rules::create_set(call, account),
        ("GET", [account, "grading_standards"]) => courses::standards_of_account(call, account),
        _ => Err(refusal::no_route()),
    }
}

fn user(call: &mut Call<'_>, path: &[&str]) -> Answer {
    match path {
        [user] | [user, "profile"] => users::show(call, user),
        [user, "tokens", token] => tokens::show(call, user, token),
        [user, "user_generated_tokens"] => tokens::list(call, user),
        [user, "logins"] => users::logins(call, user),
        [user, "enrollments"] => enrollments::of_user(call, user),
        [user, "courses"] => courses::of_user(call, user),
        _ => Err(refusal::no_route()),
    }
}

fn section(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", [section]) => sections::show(call, section),
        ("GET", [section, "enrollments"]) => enrollments::of_section(call, section),
        ("GET", [section, "students", "submissions"]) => submissions::of_section_students(call, section),
        ("PUT", [section, "assignments", assignment, "submissions", user]) => {
            grades::put_in_section(call, section, assignment, user)
        }
        ("POST", [section, "submissions", "update_grades"]) => grades::update_section(call, section, None),
        ("POST", [section, "assignments", assignment, "submissions", "update_grades"]) => {
            grades::update_section(call, section, Some(assignment))
        }
        _ => Err(refusal::no_route()),
    }
}

fn course(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => courses::of_user(call, "self"),
        ("GET", [course]) => courses::show(call, course),
        ("GET", [course, "permissions"]) => courses::permissions(call, course),
        ("GET", [course, "users" | "search_users"]) => users::of_course(call, course),
        ("GET", [course, "users", user]) => users::show_in_course(call, course, user),
        ("GET", [course, "students"]) => users::students_of_course(call, course),
        ("GET", [course, "enrollments"]) => enrollments::of_course(call, course),
        ("POST", [course, "enrollments"]) => enrolling::create(call, course),
        ("DELETE", [course, "enrollments", enrollment]) => enrolling::end(call, course, enrollment),
        ("GET", [course, "sections"]) => sections::of_course(call, course),
        ("GET", [course, "sections", section]) => sections::show_in_course(call, course, section),
        ("GET", [course, "groups"]) => groups::of_course(call, course),
        ("POST", [course, "group_categories"]) => groups::create_category(call, course),
        ("GET", [course, "group_categories"]) => groups::categories(call, course),
        ("GET", [course, "grading_periods"]) => grading_rules::periods(call, course),
        ("GET", [course, "gradebook_history", "feed"]) => feed::show(call, course),
        ("GET", [course, "gradebook_history", "days"]) => grading_days::list(call, course),
        ("GET", [course, "gradebook_history", date]) => grading_days::show(call, course, date),
        ("GET", [course, "late_policy"]) => grading_rules::late_policy(call, course),
        ("POST", [course, "late_policy"]) => grading_rules::set_late_policy(call, course, true),
        ("PATCH", [course, "late_policy"]) => grading_rules::set_late_policy(call, course, false),
        ("PUT", [course, "settings"]) => grading_rules::settings(call, course),
        ("PUT", [course, "update_final_grade_overrides"]) => grading_rules::set_final_grades(call, course),
        ("GET", [course, "grading_standards"]) => courses::standards_of_course(call, course),
        ("GET", [course, "students", "submissions"]) => submissions::of_students(call, course),
        ("POST", [course, "submissions", "update_grades"]) => grades::update(call, course, None),
        ("GET", [course, "assignment_groups"]) => assignments::groups(call, course),
        ("POST", [course, "assignment_groups"]) => assignments::create_group(call, course),
        ("GET", [course, "assignments"]) => assignments::list(call, course),
        ("POST", [course, "assignments"]) => assignments::create(call, course),
        ("GET", [course, "assignments", "gradeable_students"]) => submissions::gradeable_by_assignment(call, course),
        (method, [course, "assignments", assignment, rest @ ..]) => {
            in_assignment(call, method, course, assignment, rest)
        }
        _ => Err(refusal::no_route()),
    }
}

fn in_assignment(call: &mut Call<'_>, method: &str, course: &str, assignment: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", []) => assignments::show(call, course, assignment),
        ("PUT", []) => assignments::edit(call, course, assignment),
        ("DELETE", []) => assignments::delete(call, course, assignment),
        ("GET", ["gradeable_students"]) => submissions::gradeable(call, course, assignment),
        ("GET", ["submission_summary"]) => submissions::summary(call, course, assignment),
        ("POST", ["submissions"]) => hand_ins::create(call, course, assignment),
        ("GET", ["submissions"]) => submissions::of_assignment(call, course, assignment),
        ("POST", ["submissions", "update_grades"]) => grades::update(call, course, Some(assignment)),
        ("GET", ["submissions", user]) => submissions::show(call, course, assignment, user),
        ("PUT", ["submissions", user]) => grades::put(call, course, assignment, user),
        ("PUT", ["submissions", user, "comments", comment]) => {
            grades::edit_comment(call, course, assignment, user, comment)
        }
        ("DELETE", ["submissions", user, "comments", comment]) => {
            grades::delete_comment(call, course, assignment, user, comment)
        }
        _ => Err(refusal::no_route()),
    }
}
