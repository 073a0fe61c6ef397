//! What a write leaves behind: versions (canvas-contract §H9), the change log and the feed (§I3).

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, TEACHER_TOKEN, answer};

/// Steps on an untouched cell, each with the version after it. `b` is a line of a bulk request, `p` a single PUT, `+` a
/// comment with it, `-` a clear, `E` an excusal.
const STORIES: [&[(&str, u32)]; 14] = [
    &[("b5", 1), ("b6", 2), ("b6", 2), ("b7", 3)],
    &[("b5+", 1), ("b6+", 2), ("comment", 2)],
    &[("b-", 0), ("b5", 1)],
    &[("p-", 1), ("b5", 1)],
    &[("label missing", 1), ("b5", 1), ("label none", 2), ("b6", 3)],
    &[("bE", 1), ("b5", 2), ("b-", 3), ("b5", 4)],
    &[("hand-in", 1), ("b5", 1), ("b6", 2)],
    &[("hand-in", 1), ("comment", 1), ("b5", 1), ("comment", 1), ("b6", 2)],
    &[("hand-in", 1), ("bE", 1), ("b5", 2)],
    &[("hand-in", 1), ("hand-in", 2), ("b5", 2), ("b6", 3)],
    &[("hand-in", 1), ("p5", 1), ("p6", 2), ("hand-in", 3), ("p7", 4), ("b8", 5)],
    &[("b5", 1), ("hand-in", 2), ("b5", 2), ("b6", 3)],
    &[("b5", 1), ("hand-in", 2), ("p5", 3), ("p5", 4)],
    &[
        ("p5", 1),
        ("p5", 2),
        ("pE", 3),
        ("pE", 4),
        ("p excuse false", 4),
        ("label missing", 5),
        ("label none", 6),
        ("comment", 6),
        ("due date", 6),
        ("points", 6),
        ("hide", 6),
        ("post", 6),
        ("bE", 7),
        ("bE", 7),
        ("b6", 8),
        ("b6+", 8),
        ("b6.0", 8),
        ("b-", 9),
        ("b-", 9),
        ("p-", 10),
    ],
];

async fn graphql(rig: &Rig, token: &str, query: &str) -> Value {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("user-agent", "rig"), ("content-type", "application/json")];
    let body = json!({ "query": query }).to_string();
    answer(&rig.bare("POST", "/api/graphql", &headers, body.as_bytes()).await).1
}

/// The column of a story, and the first student's cell in it.
struct Cell<'a> {
    rig: &'a Rig,
    campus: &'a Campus,
    column: i64,
    path: String,
}

impl<'a> Cell<'a> {
    fn new(rig: &'a Rig, campus: &'a Campus) -> Self {
        let submission_types = vec!["online_text_entry".to_owned()];
        let new = NewAssignment { points_possible: Some(20.0), submission_types, ..NewAssignment::default() };
        let column = rig.change(|world| world.add_assignment(campus.course, new));
        let path = format!("/courses/{}/assignments/{column}/submissions/{}", campus.course, campus.students[0]);
        Self { rig, campus, column, path }
    }

    async fn put(&self, path: &str, body: Value) {
        let (status, got) = self.rig.call("PUT", path, Some(&body)).await;
        assert_eq!(status, 200, "{body}: {got}");
    }

    async fn bulk(&self, line: Value) {
        let (course, student) = (self.campus.course, self.campus.students[0].to_string());
        let ended = self.rig.bulk(course, &json!({self.column.to_string(): {student: line}})).await;
        assert_eq!(ended["workflow_state"], "completed", "{ended}");
    }

    async fn step(&self, step: &str) {
        let Self { rig, campus, column, path } = self;
        rig.wait(1);
        let assignment = format!("/courses/{}/assignments/{column}", campus.course);
        let at = "2026-11-20T12:30:00Z".parse().expect("a moment");
        match step {
            "comment" => self.put(path, json!({"comment": {"text_comment": "words"}})).await,
            "hand-in" => rig.change(|world| world.submit((campus.course, *column, campus.students[0]), at)),
            "due date" => self.put(&assignment, json!({"assignment": {"due_at": "2027-01-01T00:00:00Z"}})).await,
            "points" => self.put(&assignment, json!({"assignment": {"points_possible": 25}})).await,
            "p excuse false" => self.put(path, json!({"submission": {"excuse": false}})).await,
            "hide" | "post" => {
                let query = format!(
                    "mutation {{ {step}AssignmentGrades(input: {{assignmentId: \"{column}\"}}) {{ progress {{ _id }} }} }}"
                );
                let got = graphql(rig, DEMO_TOKEN, &query).await;
                assert!(got["errors"].is_null(), "{got}");
            }
            _ => self.grade(step).await,
        }
    }

    async fn grade(&self, step: &str) {
        if let Some(label) = step.strip_prefix("label ") {
            return self.put(&self.path, json!({"submission": {"late_policy_status": label}})).await;
        }
        let (how, grade) = step.split_at(1);
        let mut line = match grade.trim_end_matches('+') {
            "E" => json!({"excuse": true}),
            "-" => json!({"posted_grade": ""}),
            grade => json!({ "posted_grade": grade }),
        };
        if how == "p" {
            return self.put(&self.path, json!({ "submission": line })).await;
        }
        if grade.ends_with('+') {
            line["text_comment"] = json!("words");
        }
        self.bulk(line).await;
    }

    async fn row(&self) -> Value {
        self.rig.get(&self.path).await
    }

    async fn events(&self) -> Vec<Value> {
        let Campus { course, .. } = self.campus;
        let path = format!("/audit/grade_change?course_id={course}&assignment_id={}", self.column);
        self.rig.get(&path).await["events"].as_array().expect("events").clone()
    }
}

/// The N of `preview_url`.
fn version(row: &Value) -> u32 {
    let url = row["preview_url"].as_str().expect("a preview");
    url.rsplit_once("version=").expect("a version").1.parse().expect("a number")
}

#[tokio::test]
async fn every_story_of_versions() {
    let (rig, campus) = Rig::campus();
    for story in STORIES {
        let cell = Cell::new(&rig, &campus);
        assert_eq!(version(&cell.row().await), 0, "untouched");
        for (number, (step, wanted)) in story.iter().enumerate() {
            cell.step(step).await;
            assert_eq!(version(&cell.row().await), *wanted, "{step}, step {number} of {story:?}");
        }
    }
}

#[tokio::test]
async fn the_log_tells_the_version_and_the_grade_before() {
    let (rig, campus) = Rig::campus();
    let cell = Cell::new(&rig, &campus);
    for step in ["b5", "b5", "comment", "b6", "b-", "bE", "label missing"] {
        cell.step(step).await;
    }
    let told: Vec<Value> = cell
        .events()
        .await
        .iter()
        .rev()
        .map(|event| {
            let keys = ["version_number", "grade_before", "grade_after", "excused_before", "excused_after"];
            keys.map(|key| event[key].clone()).into()
        })
        .collect();
    let wanted = [
        json!([1, null, "5", false, false]),
        json!([2, "5", "6", false, false]),
        json!([3, "6", null, false, false]),
        json!([4, null, null, false, true]),
        json!([5, null, null, true, false]),
    ];
    assert_eq!(told, wanted, "an equal grade and words alone are no events");
}

#[tokio::test]
async fn speedgrader_by_graphql_moves_the_score_and_leaves_no_version() {
    let (rig, campus) = Rig::campus();
    let cell = Cell::new(&rig, &campus);
    cell.step("b5").await;
    let before = cell.row().await;
    rig.wait(60);
    let query = format!(
        "mutation {{ updateSubmissionGrade(input: {{submissionId: \"{}\", score: 9}}) {{ submission {{ _id }} }} }}",
        before["id"]
    );
    let got = graphql(&rig, TEACHER_TOKEN, &query).await;
    assert!(got["errors"].is_null(), "{got}");
    let after = cell.row().await;
    assert_eq!((&after["score"], version(&after)), (&json!(9.0), 1));
    for kept in ["graded_at", "grader_id"] {
        assert_eq!(after[kept], before[kept], "{kept} stays");
    }
    let newest = cell.events().await.remove(0);
    assert_eq!((&newest["grade_before"], &newest["grade_after"]), (&Value::Null, &json!("9")));
    assert_eq!(
        (&newest["version_number"], &newest["links"]["grader"]),
        (&json!(1), &json!(campus.teacher.to_string()))
    );
    cell.step("b7").await;
    assert_eq!(cell.events().await[0]["grade_before"], "9", "the next write knows what was there");
}

#[tokio::test]
async fn the_feed_shows_every_version_newest_first() {
    let (rig, campus) = Rig::campus();
    let cell = Cell::new(&rig, &campus);
    for step in ["b5", "b6", "b-"] {
        cell.step(step).await;
    }
    let path = format!("/courses/{}/gradebook_history/feed?assignment_id={}", campus.course, cell.column);
    let (status, rows) = rig.teach("GET", &path, None).await;
    assert_eq!(status, 200);
    let told: Vec<(u32, &Value)> =
        rows.as_array().expect("versions").iter().map(|row| (version(row), &row["score"])).collect();
    assert_eq!(told, [(3, &Value::Null), (2, &json!(6.0)), (1, &json!(5.0))]);
    assert_eq!((&rows[1]["current_grade"], &rows[1]["user_name"]), (&Value::Null, &json!("Student 0")));
    rig.change(|world| world.add_token(campus.students[0], "student"));
    assert_eq!(rig.by("student", "GET", &path, None).await.status, 403);
}

#[tokio::test]
async fn the_history_by_day_names_graders_and_columns() {
    let (rig, campus) = Rig::campus();
    let Campus { course, exam, ref students, .. } = campus;
    let grade = |student: i64| json!({exam.to_string(): {student.to_string(): {"posted_grade": "5"}}});
    rig.bulk(course, &grade(students[0])).await;
    rig.wait(24 * 60 * 60);
    rig.bulk(course, &grade(students[1])).await;
    let path = format!("/courses/{course}/assignments/{exam}/submissions/{}", students[2]);
    rig.teach("PUT", &path, Some(&json!({"submission": {"posted_grade": "6"}}))).await;
    let history = format!("/courses/{course}/gradebook_history");
    let days = rig.get(&format!("{history}/days")).await;
    let dates: Vec<&Value> = days.as_array().expect("days").iter().map(|day| &day["date"]).collect();
    assert_eq!(dates, ["2026-11-21", "2026-11-20"], "newest first");
    assert_eq!(days[0]["graders"].as_array().map(Vec::len), Some(2));
    let first = rig.get(&format!("{history}/2026-11-20")).await;
    assert_eq!(first, days[1]["graders"]);
    assert_eq!((first.as_array().map(Vec::len), &first[0]["assignments"][0]["id"]), (Some(1), &json!(exam)));
    assert_eq!(rig.get(&format!("{history}/2026-11-19")).await, json!([]));
    assert_eq!(rig.teach("GET", &format!("{history}/days"), None).await.0, 200);
    rig.change(|world| world.add_token(students[0], "student"));
    let refused = rig.by("student", "GET", &format!("{history}/days"), None).await;
    assert_eq!(refused.status, 403);
}
