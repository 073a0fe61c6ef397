//! GraphQL as Canvas types it: what fits, and what does not (canvas-contract §K).

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, answer};

const GRADE: &str = "mutation ($s: ID!, $v: Int!) { updateSubmissionGrade(input: {submissionId: $s, score: $v}) \
                     { submission { score } } }";
const POLICY: &str = "mutation ($a: ID!, $m: Boolean!) \
                      { setAssignmentPostPolicy(input: {assignmentId: $a, postManually: $m}) \
                      { postPolicy { postManually } } }";
const CELLS: &str = "query ($c: ID!, $f: SubmissionFilterInput, $o: [SubmissionOrderCriteria!]) { course(id: $c) \
                     { submissionsConnection(filter: $f, orderBy: $o) { nodes { userId assignmentId } } } }";

/// The rig with a graded cell.
struct Case {
    rig: Rig,
    campus: Campus,
    /// The cell's own id.
    submission: String,
}

impl Case {
    async fn new() -> Self {
        let (rig, campus) = Rig::campus();
        let (exam, student) = (campus.exam, campus.students[0]);
        rig.bulk(campus.course, &json!({exam.to_string(): {student.to_string(): {"posted_grade": "5"}}})).await;
        let mut case = Self { rig, campus, submission: String::new() };
        case.submission = case.row().await["id"].to_string();
        case
    }

    async fn row(&self) -> Value {
        let Campus { course, exam, students, .. } = &self.campus;
        self.rig.get(&format!("/courses/{course}/assignments/{exam}/submissions/{}", students[0])).await
    }

    async fn ask(&self, query: &str, variables: &Value) -> Value {
        let bearer = format!("Bearer {DEMO_TOKEN}");
        let headers = [("authorization", bearer.as_str()), ("user-agent", "rig"), ("content-type", "application/json")];
        let body = json!({ "query": query, "variables": variables }).to_string();
        let (status, got) = answer(&self.rig.bare("POST", "/api/graphql", &headers, body.as_bytes()).await);
        assert_eq!(status, 200, "{got}");
        got
    }

    /// What is said of a query that does not fit. Nothing of it is run.
    async fn misfit(&self, query: &str, variables: &Value) -> String {
        let got = self.ask(query, variables).await;
        assert!(got.get("data").is_none() && got["errors"][0]["message"].is_string(), "{query} {variables}: {got}");
        got["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    }

    /// Whose cells a query finds.
    async fn found(&self, filter: Value, order: Value) -> Vec<i64> {
        let course = self.campus.course.to_string();
        let got = self.ask(CELLS, &json!({ "c": course, "f": filter, "o": order })).await;
        let nodes = got["data"]["course"]["submissionsConnection"]["nodes"].as_array();
        let users = nodes.unwrap_or_else(|| panic!("{got}")).iter().map(|node| node["userId"].as_str());
        users.map(|user| user.expect("ids are texts").parse().expect("a number")).collect()
    }
}

#[tokio::test]
async fn a_variable_that_is_missing_or_of_another_type_changes_nothing() {
    let case = Case::new().await;
    let exam = case.campus.exam.to_string();
    assert_eq!(case.ask(POLICY, &json!({"a": exam, "m": true})).await["errors"], Value::Null);
    for variables in
        [json!({"a": exam}), json!({"a": exam, "m": null}), json!({"a": exam, "m": "false"}), json!({"m": true})]
    {
        let said = case.misfit(POLICY, &variables).await;
        assert!(said.contains("was provided invalid value"), "{said}");
    }
    let column = case.rig.get(&format!("/courses/{}/assignments/{exam}", case.campus.course)).await;
    assert_eq!(column["post_manually"], true, "still");
    for score in [json!("7"), json!(7.5), json!(7.0), json!(null), json!(true), json!(3_000_000_000_i64), json!([7])] {
        case.misfit(GRADE, &json!({"s": case.submission, "v": score})).await;
    }
    assert_eq!(case.row().await["score"], 5.0, "still");
    assert_eq!(case.ask(GRADE, &json!({"s": case.submission, "v": 7})).await["errors"], Value::Null);
    assert_eq!(case.row().await["score"], 7.0);
}

#[tokio::test]
async fn a_query_that_does_not_fit_the_schema_changes_nothing() {
    let case = Case::new().await;
    let (id, course) = (&case.submission, case.campus.course);
    let grade =
        |input: &str, selected: &str| format!("mutation {{ updateSubmissionGrade(input: {input}) {selected} }}");
    let whole = "{ submission { score } }";
    let cells = |arguments: &str| {
        format!("{{ course(id: \"{course}\") {{ submissionsConnection({arguments}) {{ nodes {{ _id }} }} }} }}")
    };
    for query in [
        grade(&format!("{{submissionId: \"{id}\", score: \"7\"}}"), whole),
        grade(&format!("{{submissionId: \"{id}\", score: 7.5}}"), whole),
        grade(&format!("{{submissionId: \"{id}\", score: null}}"), whole),
        grade(&format!("{{submissionId: \"{id}\"}}"), whole),
        grade(&format!("{{submissionId: \"{id}\", score: 7, excuse: true}}"), whole),
        grade(&format!("{{submissionId: \"{id}\", score: $v}}"), whole),
        grade(&format!("{{submissionId: \"{id}\", score: 7}}"), "{ submission { nonsense } }"),
        grade(&format!("{{submissionId: \"{id}\", score: 7}}"), "{ submission }"),
        grade(&format!("{{submissionId: \"{id}\", score: 7}}"), "{ submission { score { points } } }"),
        grade(&format!("{{submissionId: \"{id}\", score: 7}}"), "{ submission { ...all } }"),
        GRADE.replace("$v: Int!", "$v: Int"),
        GRADE.replace("$v: Int!", "$v: Float!"),
        GRADE.replace("$s: ID!", "$s: [ID!]!"),
        "mutation { updateSubmissionGrade { submission { score } } }".to_owned(),
        "{ course { _id } }".to_owned(),
        "{ nonsense }".to_owned(),
        cells("filter: {nonsense: 1}"),
        cells("filter: {gradedSince: \"yesterday\"}"),
        cells("filter: {gradedSince: 5}"),
        cells("filter: {states: [nonsense]}"),
        cells("filter: {states: [\"graded\"]}"),
        cells("filter: {dueBetween: {from: \"2026-11-20T12:00:00Z\"}}"),
        cells("orderBy: [{field: score}]"),
        cells("first: \"3\""),
        cells("nonsense: 1"),
    ] {
        case.misfit(&query, &json!({"s": id, "v": 7})).await;
    }
    for filter in [
        json!({"nonsense": 1}),
        json!({"gradedSince": "yesterday"}),
        json!({"states": ["nonsense"]}),
        json!({"states": [null]}),
        json!({"dueBetween": {"from": "2026-11-20T12:00:00Z"}}),
        json!("graded"),
    ] {
        case.misfit(CELLS, &json!({"c": course.to_string(), "f": filter})).await;
    }
    assert_eq!(case.row().await["score"], 5.0, "still");
}

#[tokio::test]
async fn a_mutation_shows_the_cell_it_changed() {
    let case = Case::new().await;
    let query = "mutation ($s: ID!) { __typename updateSubmissionGrade(input: {submissionId: $s, score: 9}) { __typename \
                 submission { __typename _id userId assignmentId score grade enteredScore enteredGrade excused state attempt \
                 gradedAt postedAt late missing latePolicyStatus deductedPoints gradeMatchesCurrentSubmission \
                 commentsConnection { nodes { htmlComment author { name } } } } } }";
    let got = case.ask(query, &json!({"s": case.submission})).await;
    let (row, payload) = (case.row().await, &got["data"]["updateSubmissionGrade"]);
    assert_eq!(got["data"]["__typename"], "Mutation", "{got}");
    assert_eq!(payload["__typename"], "UpdateSubmissionsGradePayload");
    let shown = &payload["submission"];
    for (field, wanted) in [
        ("__typename", json!("Submission")),
        ("_id", json!(case.submission)),
        ("userId", json!(case.campus.students[0].to_string())),
        ("assignmentId", json!(case.campus.exam.to_string())),
        ("score", json!(9.0)),
        ("grade", json!("9")),
        ("enteredScore", json!(9.0)),
        ("excused", json!(false)),
        ("state", json!("graded")),
        ("gradedAt", row["graded_at"].clone()),
        ("postedAt", row["posted_at"].clone()),
        ("late", json!(false)),
        ("commentsConnection", json!({"nodes": []})),
    ] {
        assert_eq!(shown[field], wanted, "{field}");
    }
    let names = case.ask("{ __typename course(id: \"1\") { _id } }", &json!({})).await;
    assert_eq!(names["data"], json!({"__typename": "Query", "course": null}));
}

#[tokio::test]
async fn speedgrader_leaves_an_excused_cell_excused() {
    let case = Case::new().await;
    let Campus { course, exam, ref students, .. } = case.campus;
    case.rig.bulk(course, &json!({exam.to_string(): {students[0].to_string(): {"excuse": true}}})).await;
    case.ask(GRADE, &json!({"s": case.submission, "v": 7})).await;
    let row = case.row().await;
    // It sets the score alone; by every other way a score takes the excusal back.
    assert_eq!((&row["score"], &row["excused"]), (&json!(7.0), &json!(true)));
}

#[tokio::test]
async fn cells_are_found_by_due_date_and_come_in_the_order_asked_for() {
    let case = Case::new().await;
    let Campus { course, ref students, .. } = case.campus;
    let due = NewAssignment {
        points_possible: Some(10.0),
        due_at: Some("2026-12-01T12:00:00Z".parse().expect("a moment")),
        ..NewAssignment::default()
    };
    let due = case.rig.change(|world| world.add_assignment(course, due));
    for student in [students[2], students[1]] {
        case.rig.wait(60);
        case.rig.bulk(course, &json!({due.to_string(): {student.to_string(): {"posted_grade": "5"}}})).await;
    }
    let (one, two, three) = (students[0], students[1], students[2]);
    let december = json!({"dueBetween": {"start": "2026-12-01T00:00:00Z", "end": "2026-12-31T00:00:00Z"}});
    assert_eq!(case.found(december, Value::Null).await, [two, three]);
    assert!(case.found(json!({"dueBetween": {"end": "2026-11-30T00:00:00Z"}}), Value::Null).await.is_empty());
    let by_grading = |direction: &str| json!([{"field": "gradedAt", "direction": direction}]);
    assert_eq!(case.found(Value::Null, by_grading("ascending")).await, [one, three, two]);
    assert_eq!(case.found(Value::Null, by_grading("descending")).await, [two, three, one]);
    assert_eq!(
        case.found(json!({"states": "graded"}), json!({"field": "_id"})).await,
        [one, two, three],
        "lists of one"
    );
    assert_eq!(case.found(json!({"states": ["submitted"]}), Value::Null).await, [0; 0]);
}
