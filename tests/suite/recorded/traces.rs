//! P: what tells that a cell was changed: its version, the log of grade changes, the feed.

use serde_json::{Value, json};

use super::names::Kind;
use super::probe::{Column, Probe, links, version};
use super::question::{LAB_1, Part, Question, Who, cell, get, graphql, put, write_cell};
use super::shown::Shown;

const HIDE: &str = "mutation($a: ID!) { hideAssignmentGrades(input: {assignmentId: $a}) { progress { _id } } }";
const POST: &str = "mutation($a: ID!) { postAssignmentGrades(input: {assignmentId: $a}) { progress { _id } } }";
const GRADE: &str = "mutation($s: ID!, $v: Int!) { updateSubmissionGrade(input: {submissionId: $s, score: $v}) { submission { score } errors { attribute message } } }";

pub(super) async fn ask(p: &mut Probe) -> Part {
    let column = p.column_id(Column::new("P trace")).await?;
    let mut table = vec![look(p, column, "untouched").await];
    single_steps(p, column, &mut table).await;
    whole_column(p, column, &mut table).await;
    bulk_steps(p, column, &mut table).await;
    p.note("P versions step by step", table.into());
    let row = cell(LAB_1, column, p.user("S-0001")).by(Who::Student);
    p.record("P row as student", row, Shown::keys(&["score", "preview_url", "posted_at"])).await;
    by_graphql(p).await?;
    anonymous(p).await?;
    logs(p, column).await;
    after_a_job(p).await
}

/// The version of S-0001's cell: alone, in a flat list, in a grouped list.
async fn look(p: &Probe, column: i64, step: &str) -> Value {
    let user = p.user("S-0001");
    let alone = p.ask(cell(LAB_1, column, user)).await.body;
    let list = format!("{LAB_1}/students/submissions");
    let query = [("student_ids[]", user.to_string()), ("assignment_ids[]", column.to_string())];
    let flat = p.ask(get(list.as_str()).query(&query)).await;
    let query = [
        ("student_ids[]", "all".to_owned()),
        ("assignment_ids[]", column.to_string()),
        ("grouped", "true".to_owned()),
        ("per_page", "100".to_owned()),
    ];
    let grouped = p.ask(get(list).query(&query).by(Who::Teacher)).await;
    let mine = grouped.items().iter().find(|group| group["user_id"] == user).map(|group| &group["submissions"][0]);
    json!([step, version(&alone), flat.items().first().map(version), mine.map(version)])
}

async fn single_steps(p: &Probe, column: i64, table: &mut Vec<Value>) {
    let submission = |fields: Value| json!({ "submission": fields });
    let steps = [
        ("teacher 5", Who::Teacher, submission(json!({ "posted_grade": "5" }))),
        ("teacher 5 again", Who::Teacher, submission(json!({ "posted_grade": "5" }))),
        ("excuse", Who::Admin, submission(json!({ "excuse": true }))),
        ("excuse again", Who::Admin, submission(json!({ "excuse": true }))),
        ("unexcuse", Who::Admin, submission(json!({ "excuse": false }))),
        ("missing label", Who::Admin, submission(json!({ "late_policy_status": "missing" }))),
        ("no label", Who::Admin, submission(json!({ "late_policy_status": "none" }))),
        ("comment", Who::Admin, json!({ "comment": { "text_comment": "words" } })),
    ];
    for (step, who, body) in steps {
        p.ask(write_cell(LAB_1, column, p.user("S-0001"), &body).by(who)).await;
        table.push(look(p, column, step).await);
    }
}

async fn whole_column(p: &Probe, column: i64, table: &mut Vec<Value>) {
    let change = |fields: Value| put(format!("{LAB_1}/assignments/{column}"), &json!({ "assignment": fields }));
    let variables = json!({ "a": column.to_string() });
    let steps: [(&str, Question, i64); 4] = [
        ("due date moved", change(json!({ "due_at": "2026-11-01T00:00:00Z" })), 3000),
        ("points 20", change(json!({ "points_possible": 20 })), 3000),
        ("hidden", graphql(HIDE, &variables), 4000),
        ("posted", graphql(POST, &variables), 4000),
    ];
    for (step, question, milliseconds) in steps {
        p.ask(question).await;
        p.wait(milliseconds);
        table.push(look(p, column, step).await);
    }
}

async fn bulk_steps(p: &mut Probe, column: i64, table: &mut Vec<Value>) {
    let user = p.user("S-0001");
    let steps = [
        ("bulk excuse", json!({ "excuse": true })),
        ("bulk excuse again", json!({ "excuse": true })),
        ("bulk 6", json!({ "posted_grade": "6" })),
        ("bulk 6 with words", json!({ "posted_grade": "6", "text_comment": "again" })),
        ("bulk 6.0", json!({ "posted_grade": "6.0" })),
        ("bulk clear", json!({ "posted_grade": "" })),
        ("bulk clear again", json!({ "posted_grade": "" })),
    ];
    for (step, fields) in steps {
        p.write(&format!("P {step}"), json!({ column.to_string(): { user.to_string(): fields } })).await;
        table.push(look(p, column, step).await);
    }
    p.ask(write_cell(LAB_1, column, user, &json!({ "submission": { "posted_grade": "" } }))).await;
    table.push(look(p, column, "clear again alone").await);
}

/// Grades as SpeedGrader gives them.
async fn by_graphql(p: &mut Probe) -> Part {
    let (course, user) = (p.names.id(Kind::Course, "LAB-1"), p.user("S-0001"));
    let column = p.column_id(Column::new("P speedgrader")).await?;
    let five = json!({ "submission": { "posted_grade": "5" } });
    p.ask(write_cell(LAB_1, column, user, &five).by(Who::Teacher)).await;
    let mut story = vec![row(p, column, "teacher 5").await];
    let row_id = p.ask(cell(LAB_1, column, user)).await.body["id"].to_string();
    let grade = |points: i64| graphql(GRADE, &json!({ "s": row_id, "v": points })).by(Who::Teacher);
    p.record("P grade by GraphQL", grade(7), Shown::whole()).await;
    story.push(row(p, column, "teacher 7 by GraphQL").await);
    p.ask(grade(6)).await;
    story.push(row(p, column, "teacher 6 by GraphQL").await);
    let eight = json!({ column.to_string(): { user.to_string(): { "posted_grade": "8" } } });
    p.write("P after GraphQL", eight).await;
    story.push(row(p, column, "bulk 8").await);
    let filter = format!("course_id={course}&assignment_id={column}&student_id={user}&per_page=50");
    let events = events(p, get(format!("/api/v1/audit/grade_change?{filter}")), |p, event| {
        let grader = p.names.name_of(Kind::User, &event["links"]["grader"]);
        json!([event["grade_before"], event["grade_after"], event["version_number"], grader])
    });
    let found = match events.await {
        (200, events) => json!({ "rows": story, "events": events }),
        (_, refusal) => refusal,
    };
    p.note("P story by GraphQL", found);
    Ok(())
}

async fn row(p: &Probe, column: i64, step: &str) -> Value {
    let row = p.ask(cell(LAB_1, column, p.user("S-0001"))).await.body;
    let grader = p.names.name_of(Kind::User, &row["grader_id"]);
    json!([step, version(&row), row["score"], grader, row["workflow_state"]])
}

/// The status of a log, and its events in this form; the refusal when it is refused.
async fn events(p: &Probe, question: Question, form: impl Fn(&Probe, &Value) -> Value) -> (u16, Value) {
    let log = p.ask(question).await;
    if log.status != 200 {
        return (log.status, p.names.plain(&log.body, None));
    }
    let events = log.body["events"].as_array().cloned().unwrap_or_default();
    (200, events.iter().map(|event| form(p, event)).collect())
}

async fn anonymous(p: &mut Probe) -> Part {
    let (course, user) = (p.names.id(Kind::Course, "LAB-1"), p.user("S-0001"));
    let fields = json!({ "anonymous_grading": true, "submission_types": ["online_text_entry"] });
    let column = p.column_id(Column::new("P anonymous").with(fields)).await?;
    let five = json!({ "submission": { "posted_grade": "5" } });
    p.ask(write_cell(LAB_1, column, user, &five)).await;
    let shown = Shown::keys(&["score", "preview_url", "grader_id", "posted_at"]);
    p.record("P anonymous preview", cell(LAB_1, column, user), shown).await;
    for who in [Who::Admin, Who::Teacher] {
        let log = format!("/api/v1/audit/grade_change?course_id={course}&assignment_id={column}&per_page=50");
        let form =
            |_: &Probe, event: &Value| json!([event["grade_before"], event["grade_after"], event["links"]["student"]]);
        let (_, found) = events(p, get(log).by(who), form).await;
        p.note(&format!("P log of an anonymous column as {who}"), found);
    }
    Ok(())
}

async fn logs(p: &mut Probe, column: i64) {
    let course = p.names.id(Kind::Course, "LAB-1");
    let since = p.now().as_second() - 60;
    let since = jiff::Timestamp::from_second(since).expect("a moment of this year");
    let audit = "/api/v1/audit/grade_change";
    for who in Who::EVERYBODY {
        let log = get(format!("{audit}?course_id={course}&assignment_id={column}&per_page=100")).by(who);
        let (status, events) = events(p, log, |p, event| {
            let grader = p.names.name_of(Kind::User, &event["links"]["grader"]);
            let [before, after] = [&event["grade_before"], &event["grade_after"]];
            json!([before, after, event["excused_before"], event["excused_after"], grader])
        })
        .await;
        p.note(&format!("P log of a column as {who}"), json!({ "status": status, "events": events }));
        let by_time = get(format!("{audit}/courses/{course}?start_time={since}&per_page=3")).by(who);
        let by_time = p.ask(by_time).await;
        let mut relations: Vec<String> = links(&by_time).into_iter().map(|(relation, _)| relation).collect();
        relations.sort();
        let count = by_time.body.is_object().then(|| by_time.body["events"].as_array().map_or(0, Vec::len));
        let found = json!({ "status": by_time.status, "count": count, "links": relations });
        p.note(&format!("P log of a course by time as {who}"), found);
        let path = format!("/api/v1/courses/{course}/gradebook_history/feed?assignment_id={column}&per_page=100");
        let feed = p.ask(get(path).by(who)).await;
        let form = |row: &Value| {
            let keys = ["previous_grade", "new_grade", "current_grade", "previous_grader", "new_grader", "score"];
            keys.map(|key| row[key].clone())
        };
        let rows = match &feed.body {
            Value::Array(rows) => rows.iter().map(form).collect(),
            other => p.names.plain(other, None),
        };
        p.note(&format!("P feed as {who}"), json!({ "status": feed.status, "rows": rows }));
    }
    let log = p.ask(get(format!("{audit}/assignments/{column}?per_page=100"))).await;
    let keys = match log.body["events"][0].as_object() {
        Some(event) => {
            let mut keys: Vec<&String> = event.keys().collect();
            keys.sort();
            json!(keys)
        }
        None => p.names.plain(&log.body, None),
    };
    p.note("P log by assignment: keys of an event", keys);
}

/// How soon the events of a job are in the log.
async fn after_a_job(p: &mut Probe) -> Part {
    let course = p.names.id(Kind::Course, "LAB-1");
    let column = p.column_id(Column::new("P now")).await?;
    let [one, two, three] = ["S-0001", "S-0002", "S-0003"].map(|student| p.user(student).to_string());
    let grades = json!({ one: { "posted_grade": "1" }, two: { "posted_grade": "2" }, three: { "excuse": true } });
    p.write("P now bulk", json!({ column.to_string(): grades })).await;
    let log = get(format!("/api/v1/audit/grade_change?course_id={course}&assignment_id={column}&per_page=100"));
    for (when, milliseconds) in [("right", 0), ("five seconds", 5000)] {
        p.wait(milliseconds);
        let answer = p.ask(log.clone()).await;
        let count = answer.body["events"].as_array().map(|events| events.len().into());
        let found = count.unwrap_or_else(|| p.names.plain(&answer.body, None));
        p.note(&format!("P log {when} after a job"), found);
    }
    Ok(())
}
