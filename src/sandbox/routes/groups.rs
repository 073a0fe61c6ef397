//! Student groups of a course.

use serde_json::{Value, json};

use super::users::user_json;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Course, Group, GroupCategory};

/// `GET /courses/:id/groups`
pub(super) fn of_course(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let groups = course.group_categories.iter();
    let rows: Vec<Value> = groups
        .flat_map(|category| category.groups.iter().map(move |group| group_json(call, course, category.id, group)))
        .collect();
    let page = call.page(rows.len(), true)?;
    Ok(page.reply(page.cut(rows)))
}

/// `GET /courses/:id/group_categories`
pub(super) fn categories(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let rows = course.group_categories.iter().map(|category| {
        json!({ "id": category.id, "name": category.name, "context_type": "Course", "course_id": course.id })
    });
    let rows: Vec<Value> = rows.collect();
    let page = call.page(rows.len(), true)?;
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
    let page = call.page(rows.len(), true)?;
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
    let page = call.page(rows.len(), true)?;
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

/// `POST /courses/:id/group_categories`
pub(super) fn create_category(call: &mut Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_grades"], course)?;
    let course_id = course.id;
    let name = call.parameters.text("name").unwrap_or_default();
    let id = call.world.new_id();
    let category = GroupCategory { id, name: name.clone(), groups: Vec::new() };
    if let Some(course) = call.world.courses.get_mut(&course_id) {
        course.group_categories.push(category);
    }
    Ok(Reply::json(200, &json!({ "id": id, "name": name, "context_type": "Course", "course_id": course_id })))
}

/// `POST /group_categories/:id/groups`
pub(super) fn create(call: &mut Call<'_>, category: &str) -> Answer {
    let category: i64 = category.parse().map_err(|_| refusal::not_found())?;
    let holds = |course: &&Course| course.group_categories.iter().any(|held| held.id == category);
    let course = call.world.courses.values().find(holds).ok_or_else(refusal::not_found)?;
    call.require_in(&["manage_grades"], course)?;
    let course_id = course.id;
    let id = call.world.new_id();
    let group = Group { id, name: call.parameters.text("name").unwrap_or_default(), user_ids: Vec::new() };
    if let Some(course) = call.world.courses.get_mut(&course_id)
        && let Some(held) = course.group_categories.iter_mut().find(|held| held.id == category)
    {
        held.groups.push(group.clone());
    }
    let course = call.world.courses.get(&course_id).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &group_json(call, course, category, &group)))
}

/// `POST /groups/:id/memberships`
pub(super) fn add_member(call: &mut Call<'_>, group: &str) -> Answer {
    let id: i64 = group.parse().map_err(|_| refusal::not_found())?;
    let holds =
        |course: &&Course| course.group_categories.iter().any(|held| held.groups.iter().any(|one| one.id == id));
    let course = call.world.courses.values().find(holds).ok_or_else(refusal::not_found)?;
    call.require_in(&["manage_grades"], course)?;
    let course_id = course.id;
    let user = call.parameters.text("user_id").unwrap_or_default();
    let user_id = call.world.find_user(&user, call.user_id).ok_or_else(refusal::not_found)?;
    let membership = call.world.new_id();
    if let Some(course) = call.world.courses.get_mut(&course_id) {
        let groups = course.group_categories.iter_mut().flat_map(|held| &mut held.groups);
        for held in groups.filter(|held| held.id == id && !held.user_ids.contains(&user_id)) {
            held.user_ids.push(user_id);
        }
    }
    let shown = json!({ "id": membership, "group_id": id, "user_id": user_id, "workflow_state": "accepted" });
    Ok(Reply::json(200, &shown))
}
