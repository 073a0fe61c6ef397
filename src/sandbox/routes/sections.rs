//! Sections.

use serde_json::{Value, json};

use super::call::{TERM_BEGAN, moment};
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Course, Section};

/// `GET /courses/:id/sections`
pub(super) fn of_course(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["read_roster", "view_all_grades", "manage_grades"], course)?;
    let page = call.page(course.sections.len(), true)?;
    Ok(page.reply(page.cut(&course.sections).map(|section| section_json(call, course, section))))
}

/// `GET /sections/:id`
pub(super) fn show(call: &Call<'_>, section: &str) -> Answer {
    let (course_id, section_id) = call.world.find_section(section).ok_or_else(refusal::not_found)?;
    one(call, call.course(&course_id.to_string())?, section_id)
}

/// `GET /courses/:id/sections/:section`
pub(super) fn show_in_course(call: &Call<'_>, course: &str, section: &str) -> Answer {
    let course = call.course(course)?;
    let (course_id, section_id) = call.world.find_section(section).ok_or_else(refusal::not_found)?;
    if course_id == course.id { one(call, course, section_id) } else { Err(refusal::not_found()) }
}

fn one(call: &Call<'_>, course: &Course, section_id: i64) -> Answer {
    call.require_in(&["read_roster", "view_all_grades", "manage_grades"], course)?;
    let section = course.sections.iter().find(|section| section.id == section_id).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &section_json(call, course, section)))
}

fn section_json(call: &Call<'_>, course: &Course, section: &Section) -> Value {
    let mut fields = json!({
        "id": section.id, "name": section.name, "course_id": course.id, "start_at": null, "end_at": null,
        "created_at": moment(Some(TERM_BEGAN)), "nonxlist_course_id": section.nonxlist_course_id, "restrict_enrollments_to_section_dates": false,
    });
    if call.world.reads_sis_in(call.user_id, course) {
        fields["sis_section_id"] = json!(section.sis_section_id);
        fields["sis_course_id"] = json!(course.sis_course_id);
        fields["integration_id"] = json!(section.integration_id);
    }
    let inside =
        || course.enrollments.iter().filter(|held| course.section_of(held).is_some_and(|found| found.id == section.id));
    if call.parameters.includes("include", "total_students") {
        fields["total_students"] = json!(inside().filter(|held| held.is_gradeable_student()).count());
    }
    if call.parameters.includes("include", "students") {
        let users =
            inside().filter(|held| held.is_gradeable_student()).filter_map(|held| call.world.user(held.user_id));
        fields["students"] = users.map(|user| super::users::user_json(call, user, Some(course), false)).collect();
    }
    fields
}
