//! Groups, grading periods and the late policy of a course.

use serde_json::{Value, json};

use super::call::moment;
use super::users::user_json;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::page::Page;
use crate::sandbox::refusal;
use crate::sandbox::world::{Course, Group};

/// `GET /courses/:id/groups`
pub(super) fn of_course(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let groups = course.group_categories.iter();
    let rows: Vec<Value> = groups
        .flat_map(|category| category.groups.iter().map(move |group| group_json(call, course, category.id, group)))
        .collect();
    let page = Page::ordinal(call.request, call.parameters, rows.len(), true);
    Ok(page.reply(page.cut(rows)))
}

/// `GET /courses/:id/group_categories`
pub(super) fn categories(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let rows = course.group_categories.iter().map(|category| {
        json!({ "id": category.id, "name": category.name, "context_type": "Course", "course_id": course.id })
    });
    let rows: Vec<Value> = rows.collect();
    let page = Page::ordinal(call.request, call.parameters, rows.len(), true);
    Ok(page.reply(page.cut(rows)))
}

/// `GET /group_categories/:id/groups`
pub(super) fn of_category(call: &Call<'_>, category: &str) -> Answer {
    let id: i64 = category.parse().map_err(|_| refusal::not_found())?;
    let holds = |course: &&Course| course.group_categories.iter().any(|held| held.id == id);
    let course = call.world.courses.values().find(holds).ok_or_else(refusal::not_found)?;
    call.require_in(&["read"], course)?;
    let groups = course.group_categories.iter().filter(|held| held.id == id).flat_map(|held| &held.groups);
    let rows: Vec<Value> = groups.map(|group| group_json(call, course, id, group)).collect();
    let page = Page::ordinal(call.request, call.parameters, rows.len(), true);
    Ok(page.reply(page.cut(rows)))
}

/// `GET /groups/:id/users`
pub(super) fn members(call: &Call<'_>, group: &str) -> Answer {
    let id: i64 = group.parse().map_err(|_| refusal::not_found())?;
    let mut courses = call.world.courses.values();
    let found = courses.find_map(|course| {
        let groups = course.group_categories.iter().flat_map(|category| &category.groups);
        groups.into_iter().find(|group| group.id == id).map(|group| (course, group))
    });
    let (course, group) = found.ok_or_else(refusal::not_found)?;
    call.require_in(&["read"], course)?;
    let users = group.user_ids.iter().filter_map(|id| call.world.user(*id));
    let rows: Vec<Value> = users.map(|user| user_json(call, user, Some(course), false)).collect();
    let page = Page::ordinal(call.request, call.parameters, rows.len(), true);
    Ok(page.reply(page.cut(rows)))
}

fn group_json(call: &Call<'_>, course: &Course, category_id: i64, group: &Group) -> Value {
    let mut fields = json!({
        "id": group.id, "name": group.name, "course_id": course.id, "group_category_id": category_id,
        "context_type": "Course", "members_count": group.user_ids.len(),
    });
    if call.parameters.includes("include", "users") {
        let users = group.user_ids.iter().filter_map(|id| call.world.user(*id));
        fields["users"] = users.map(|user| user_json(call, user, Some(course), false)).collect();
    }
    fields
}

/// `GET /courses/:id/grading_periods`
pub(super) fn grading_periods(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let rows = course.grading_periods.iter().map(|period| {
        json!({
            "id": period.id, "title": period.title, "start_date": moment(Some(period.start_at)),
            "end_date": moment(Some(period.end_at)), "close_date": moment(Some(period.close_at)), "weight": null,
            "is_closed": period.close_at < call.now,
        })
    });
    Ok(Reply::json(200, &json!({ "grading_periods": rows.collect::<Vec<_>>() })))
}

/// `GET /courses/:id/late_policy`
pub(super) fn late_policy(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let policy = course.late_policy.as_ref().ok_or_else(refusal::not_found)?;
    let interval = if policy.late_interval_seconds == 3600 { "hour" } else { "day" };
    let fields = json!({
        "course_id": course.id, "missing_submission_deduction_enabled": policy.missing_percent.is_some(),
        "missing_submission_deduction": 100.0 - policy.missing_percent.unwrap_or(100.0),
        "late_submission_deduction_enabled": policy.late_deduction.is_some(),
        "late_submission_deduction": policy.late_deduction.unwrap_or(0.0), "late_submission_interval": interval,
        "late_submission_minimum_percent_enabled": policy.late_minimum_percent > 0.0,
        "late_submission_minimum_percent": policy.late_minimum_percent,
    });
    Ok(Reply::json(200, &json!({ "late_policy": fields })))
}
