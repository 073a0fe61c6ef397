//! What decides about grades beside the grades: late policy, grading periods, final grades that a person sets
//! (canvas-contract §E8, §I5).

use serde_json::{Value, json};

use super::call::moment;
use super::progress::progress_json;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::page::Page;
use crate::sandbox::parameters::{text, truth};
use crate::sandbox::refusal;
use crate::sandbox::world::{Course, GradingPeriod, LatePolicy, Work};

/// `GET /courses/:id/grading_periods`
pub(super) fn periods(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let page = call.page(course.grading_periods.len(), true)?.by_course_number(course.id);
    let rows: Vec<Value> = page.cut(&course.grading_periods).map(|period| period_json(call, period)).collect();
    let meta = json!({ "pagination": pagination(&page, rows.len()), "primaryCollection": "grading_periods" });
    let body = json!({
        "grading_periods": rows, "grading_periods_read_only": true, "can_create_grading_periods": false, "meta": meta,
    });
    Ok(page.linked(Reply::json(200, &body)))
}

fn pagination(page: &Page, count: usize) -> Value {
    let mut fields = json!({ "count": count });
    for (relation, url) in page.urls() {
        fields[relation] = json!(url);
    }
    fields
}

fn period_json(call: &Call<'_>, period: &GradingPeriod) -> Value {
    let admin = call.world.is_admin(call.user_id);
    json!({
        "id": period.id.to_string(), "title": period.title, "start_date": moment(Some(period.start_at)),
        "end_date": moment(Some(period.end_at)), "close_date": moment(Some(period.close_at)), "weight": null,
        "is_closed": period.close_at < call.now, "grading_period_group_id": "1",
        "permissions": { "create": admin, "delete": admin, "read": true, "update": admin },
    })
}

/// `POST /accounts/:id/grading_period_sets`: the terms that its periods will count for.
pub(super) fn create_set(call: &mut Call<'_>, account: &str) -> Answer {
    call.account(account)?;
    call.require("manage_account_settings")?;
    let sent = |name: &str| call.parameters.within("grading_period_set", name).and_then(text);
    let title = sent("title").unwrap_or_default();
    let terms: Vec<i64> = call.parameters.list("enrollment_term_ids").iter().filter_map(|id| id.parse().ok()).collect();
    let id = call.world.new_id();
    call.world.grading_period_sets.insert(id, terms.clone());
    let terms: Vec<String> = terms.iter().map(i64::to_string).collect();
    let shown = json!({
        "id": id.to_string(), "title": title, "weighted": false, "enrollment_term_ids": terms, "grading_periods": [],
    });
    Ok(Reply::json(201, &json!({ "grading_period_set": shown })))
}

/// `PATCH /grading_period_sets/:id/grading_periods/batch_update`
pub(super) fn update_set(call: &mut Call<'_>, set: &str) -> Answer {
    call.require("manage_account_settings")?;
    let terms = set.parse().ok().and_then(|id: i64| call.world.grading_period_sets.get(&id).cloned());
    let terms = terms.ok_or_else(refusal::not_found)?;
    let wanted = call.parameters.get("grading_periods").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut periods = Vec::new();
    for fields in wanted {
        let date = |name: &str| fields.get(name).and_then(text).and_then(|at| at.parse().ok());
        let (Some(start_at), Some(end_at)) = (date("start_date"), date("end_date")) else {
            return Err(refusal::message(422, "Start date and end date are required"));
        };
        let title = fields.get("title").and_then(text).unwrap_or_default();
        let id = call.world.new_id();
        periods.push(GradingPeriod { id, title, start_at, end_at, close_at: date("close_date").unwrap_or(end_at) });
    }
    let in_terms: Vec<i64> = call
        .world
        .courses
        .values()
        .filter(|held| terms.contains(&call.world.term_id_of(held)))
        .map(|held| held.id)
        .collect();
    for id in in_terms {
        if let Some(course) = call.world.courses.get_mut(&id) {
            course.grading_periods.clone_from(&periods);
        }
    }
    let rows: Vec<Value> = periods.iter().map(|period| period_json(call, period)).collect();
    Ok(Reply::json(200, &json!({ "grading_periods": rows })))
}

/// `GET /courses/:id/late_policy`
pub(super) fn late_policy(call: &Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    let policy = course.late_policy.as_ref().ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &policy_json(course, policy)))
}

/// `POST` and `PATCH /courses/:id/late_policy`
pub(super) fn set_late_policy(call: &mut Call<'_>, course: &str, is_new: bool) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_grades"], course)?;
    let course_id = course.id;
    let sent = |name: &str| call.parameters.within("late_policy", name);
    let number = |name: &str| sent(name).and_then(text).and_then(|text| text.parse::<f64>().ok());
    let on = |name: &str| sent(name).and_then(truth) == Some(true);
    let hourly = sent("late_submission_interval").and_then(text).as_deref() == Some("hour");
    let policy = LatePolicy {
        late_deduction: on("late_submission_deduction_enabled")
            .then(|| number("late_submission_deduction").unwrap_or(0.0)),
        late_interval_seconds: if hourly { 3_600 } else { 86_400 },
        late_minimum_percent: number("late_submission_minimum_percent").unwrap_or(0.0),
        missing_percent: on("missing_submission_deduction_enabled")
            .then(|| 100.0 - number("missing_submission_deduction").unwrap_or(100.0)),
    };
    call.world.set_late_policy(course_id, policy.clone());
    let course = call.world.courses.get(&course_id).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(if is_new { 201 } else { 200 }, &policy_json(course, &policy)))
}

fn policy_json(course: &Course, policy: &LatePolicy) -> Value {
    let interval = if policy.late_interval_seconds == 3_600 { "hour" } else { "day" };
    let fields = json!({
        "id": course.id, "missing_submission_deduction_enabled": policy.missing_percent.is_some(),
        "missing_submission_deduction": 100.0 - policy.missing_percent.unwrap_or(0.0),
        "late_submission_deduction_enabled": policy.late_deduction.is_some(),
        "late_submission_deduction": policy.late_deduction.unwrap_or(0.0), "late_submission_interval": interval,
        "late_submission_minimum_percent_enabled": policy.late_minimum_percent > 0.0,
        "late_submission_minimum_percent": policy.late_minimum_percent,
    });
    json!({ "late_policy": fields })
}

/// `PUT /courses/:id/settings`; of all settings only the one that decides about grades is kept.
pub(super) fn settings(call: &mut Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_grades"], course)?;
    let course_id = course.id;
    let wanted = call.parameters.get("allow_final_grade_override").and_then(truth);
    let Some(course) = call.world.courses.get_mut(&course_id) else { return Err(refusal::not_found()) };
    course.allow_final_grade_override = wanted.unwrap_or(course.allow_final_grade_override);
    Ok(Reply::json(200, &json!({ "allow_final_grade_override": course.allow_final_grade_override })))
}

/// `PUT /courses/:id/update_final_grade_overrides`: percentages, by a job.
pub(super) fn set_final_grades(call: &mut Call<'_>, course: &str) -> Answer {
    let course = call.course(course)?;
    call.require_in(&["manage_grades"], course)?;
    if !course.allow_final_grade_override {
        return Err(call.unauthorized());
    }
    let course_id = course.id;
    let sent = call.parameters.get("override_scores").and_then(Value::as_array).into_iter().flatten();
    let grades: Vec<(i64, Option<f64>)> = sent
        .map(|fields| {
            let student = fields.get("student_id").and_then(text).and_then(|id| id.parse().ok()).unwrap_or(0);
            (student, fields.get("override_score").and_then(Value::as_f64))
        })
        .collect();
    if grades.is_empty() {
        return Err(refusal::message(400, "override_scores is missing"));
    }
    let id = call.world.start_job(course_id, Work::FinalGrades(grades), (call.user_id, call.now));
    let job = call.world.jobs.get(&id).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &progress_json(call, job)))
}
