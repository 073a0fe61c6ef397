//! Posting and hiding grades (canvas-contract §I4, §K), and the grade change log (§I3).

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Role};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, answer};

async fn graphql(rig: &Rig, token: &str, body: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("user-agent", "rig"), ("content-type", "application/json")];
    answer(&rig.bare("POST", "/api/graphql", &headers, body.to_string().as_bytes()).await)
}

#[tokio::test]
async fn manual_posting_hides_grades_and_spares_notifications() {
    let (rig, campus) = Rig::campus();
    let query = "mutation($id: ID!) { setAssignmentPostPolicy(input: {assignmentId: $id, postManually: true}) { postPolicy { postManually } } }";
    let send = async |body: Value| graphql(&rig, DEMO_TOKEN, &body).await.1;
    let set = send(json!({"query": query, "variables": {"id": campus.exam.to_string()}})).await;
    assert_eq!(set["data"]["setAssignmentPostPolicy"]["postPolicy"]["postManually"], true, "{set}");
    let student = campus.students[0];
    let data = json!({campus.exam.to_string(): {student.to_string(): {"posted_grade": "5"}}});
    rig.bulk(campus.course, &data).await;
    let state = |rig: &Rig| {
        rig.change(|world| (world.is_posted(campus.course, campus.exam, student), world.notifications().grades))
    };
    assert_eq!(state(&rig), (false, 0));
    let query = format!(
        "mutation {{ postAssignmentGrades(input: {{assignmentId: \"{}\"}}) {{ progress {{ _id state }} }} }}",
        campus.exam
    );
    let posted = send(json!({ "query": query })).await;
    assert!(posted["data"]["postAssignmentGrades"]["progress"]["_id"].is_string(), "{posted}");
    assert_eq!(state(&rig), (true, 1));
    let unknown = send(json!({"query": "mutation { setAssignmentPostPolicy(input: {assignmentId: \"1\", postManually: true}) { errors { message } } }"})).await;
    assert!(unknown["errors"].is_array(), "an error comes with status 200");
}

#[tokio::test]
async fn grades_are_posted_and_hidden_for_those_who_are_named() {
    let (rig, campus) = Rig::campus();
    let Campus { course, section, exam, ref students, .. } = campus;
    rig.change(|world| {
        world.drop_student(course, students[4]);
        world.enroll_in_section(course, section, students[4], Role::Student, false);
    });
    let posted =
        || students.iter().map(|user| rig.change(|world| world.is_posted(course, exam, *user))).collect::<Vec<_>>();
    let cells: Value = students[..4].iter().map(|user| (user.to_string(), json!({"posted_grade": "5"}))).collect();
    rig.bulk(course, &json!({exam.to_string(): cells})).await;
    let last = format!("/courses/{course}/assignments/{exam}/submissions/{}", students[4]);
    rig.call("PUT", &last, Some(&json!({"comment": {"text_comment": "not graded"}}))).await;
    let exam = exam.to_string();
    for (verb, input, wanted) in [
        ("hide", json!({}), [false; 5]),
        ("post", json!({"onlyStudentIds": [students[0].to_string(), students[1]]}), [true, true, false, false, false]),
        ("hide", json!({"onlyStudentIds": [students[0].to_string()]}), [false, true, false, false, false]),
        ("post", json!({"sectionIds": [section.to_string()]}), [false, true, false, false, true]),
        ("hide", json!({"sectionIds": [section.to_string()]}), [false, true, false, false, false]),
        ("post", json!({"gradedOnly": true, "skipStudentIds": [students[2]]}), [true, true, false, true, false]),
        ("post", json!({}), [true; 5]),
    ] {
        let mutation = format!("{verb}AssignmentGrades");
        let kind = if verb == "hide" { "HideAssignmentGradesInput" } else { "PostAssignmentGradesInput" };
        let query =
            format!("mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ progress {{ _id state }} }} }}");
        let mut variables = json!({ "input": input });
        variables["input"]["assignmentId"] = json!(exam);
        let (_, got) = graphql(&rig, DEMO_TOKEN, &json!({"query": query, "variables": variables})).await;
        assert!(got["data"][&mutation]["progress"]["_id"].is_string(), "{got}");
        assert_eq!(posted(), wanted, "{verb} {input}");
    }
    let literal = format!(
        "mutation {{ hideAssignmentGrades(input: {{assignmentId: \"{exam}\", onlyStudentIds: [\"{}\"]}}) {{ progress {{ _id }} }} }}",
        students[3]
    );
    graphql(&rig, DEMO_TOKEN, &json!({ "query": literal })).await;
    assert_eq!(posted(), [true, true, true, false, true]);
}

#[tokio::test]
async fn what_graphql_refuses_comes_with_status_200() {
    let (rig, campus) = Rig::campus();
    let add = |new: NewAssignment| rig.change(|world| world.add_assignment(campus.course, new));
    let anonymous = add(NewAssignment { anonymous_grading: true, ..NewAssignment::default() });
    let moderated = add(NewAssignment { moderated_grading: true, ..NewAssignment::default() });
    let deleted = add(NewAssignment::default());
    rig.change(|world| world.delete_assignment(campus.course, deleted));
    rig.change(|world| world.add_token(campus.students[0], "student"));
    for (token, mutation, input) in [
        (DEMO_TOKEN, "setAssignmentPostPolicy", json!({"assignmentId": 1, "postManually": true})),
        (DEMO_TOKEN, "setAssignmentPostPolicy", json!({"assignmentId": deleted, "postManually": true})),
        ("student", "setAssignmentPostPolicy", json!({"assignmentId": campus.exam, "postManually": true})),
        (DEMO_TOKEN, "postAssignmentGrades", json!({"assignmentId": moderated})),
        (DEMO_TOKEN, "postAssignmentGrades", json!({"assignmentId": anonymous, "gradedOnly": true})),
        (DEMO_TOKEN, "hideAssignmentGrades", json!({"assignmentId": anonymous, "sectionIds": [campus.section]})),
    ] {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!("mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ errors {{ message }} }} }}");
        let body = json!({"query": query, "variables": {"input": input}});
        let (status, got) = graphql(&rig, token, &body).await;
        assert_eq!((status, got["errors"].is_array()), (200, true), "{mutation} {input}: {got}");
        assert_eq!(got["data"], json!({ mutation: null }), "refused, and not misunderstood: {got}");
    }
}

#[tokio::test]
async fn the_change_log_names_graders_and_values() {
    let (rig, campus) = Rig::campus();
    let student = campus.students[0];
    let cell = (campus.course, campus.exam, student);
    rig.change(|world| world.set_grade(cell, Some("15"), campus.teacher, "2026-11-20T11:00:00Z".parse().unwrap()));
    rig.bulk(campus.course, &json!({campus.exam.to_string(): {student.to_string(): {"posted_grade": "17"}}})).await;
    for path in [
        format!("/audit/grade_change?course_id={}&student_id={student}", campus.course),
        format!("/audit/grade_change/assignments/{}", campus.exam),
        format!("/audit/grade_change/students/{student}"),
    ] {
        let log = rig.get(&path).await;
        let seen: Vec<_> = log["events"].as_array().unwrap().iter().map(|event| &event["grade_before"]).collect();
        assert_eq!(seen, [&json!("15"), &Value::Null], "newest first: {path}");
        assert_eq!(log["events"][1]["links"]["grader"], campus.teacher.to_string());
    }
    let none = rig.call("GET", "/audit/grade_change", None).await;
    assert_eq!(none, (400, json!({"message": "Must specify at least one query condition"})));
    let history = rig
        .get(&format!(
            "/courses/{}/assignments/{}/submissions/{student}?include[]=submission_history",
            campus.course, campus.exam
        ))
        .await;
    let versions: Vec<_> =
        history["submission_history"].as_array().unwrap().iter().map(|version| &version["score"]).collect();
    assert_eq!(versions, [&json!(17.0)], "without a hand-in the present state alone");
}

#[tokio::test]
async fn the_paths_of_the_change_log_know_internal_ids_only() {
    let (rig, campus) = Rig::campus();
    let Campus { course, exam, ref students, .. } = campus;
    let student = students[0];
    rig.bulk(course, &json!({exam.to_string(): {student.to_string(): {"posted_grade": "17"}}})).await;
    let log = "/audit/grade_change";
    for path in [
        format!("{log}/courses/{course}"),
        format!("{log}/courses/{course}/assignments/{exam}/students/{student}"),
        format!("{log}?course_id=sis_course_id:BIO-101"),
    ] {
        let found = rig.get(&path).await;
        assert_eq!(found["events"].as_array().map(Vec::len), Some(1), "{path}");
        let linked: Vec<_> = found["linked"]["courses"].as_array().expect("courses").iter().collect();
        assert_eq!((linked.len(), &linked[0]["sis_course_id"]), (1, &json!("BIO-101")), "{path}");
    }
    for path in [
        "/courses/sis_course_id:BIO-101".to_owned(),
        format!("/courses/{course}/assignments/{exam}/students/sis_user_id:S-0"),
        format!("/courses/{course}/graders/self"),
        "/students/sis_login_id:student0".to_owned(),
        format!("/course/{course}"),
    ] {
        assert_eq!(rig.call("GET", &format!("{log}{path}"), None).await.0, 404, "{path}");
    }
}
