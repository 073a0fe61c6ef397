//! The bulk write: its synchronous checks (canvas-contract §H6) and its job (§H7).

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, answer};

fn assignment(rig: &Rig, campus: &Campus, new: NewAssignment) -> i64 {
    let new = NewAssignment { points_possible: Some(10.0), ..new };
    rig.change(|world| world.add_assignment(campus.course, new))
}

fn score(rig: &Rig, campus: &Campus, student: usize) -> Option<f64> {
    rig.change(|world| world.score_of(campus.course, campus.exam, campus.students[student]))
}

#[tokio::test]
async fn the_checks_before_the_job_in_their_order() {
    let (rig, campus) = Rig::campus();
    let unpublished = assignment(&rig, &campus, NewAssignment { unpublished: true, ..NewAssignment::default() });
    rig.change(|world| {
        let sis = NewAssignment { sis_assignment_id: Some("EX-77".into()), ..NewAssignment::default() };
        world.add_assignment(campus.course, sis);
    });
    let Campus { course, exam, .. } = campus;
    let student = campus.students[0].to_string();
    let cell = json!({ &student: { "posted_grade": "5" } });
    let required = json!({"error": "'grade_data' parameter required"});
    let missing = json!({"error": format!("Some assignments could not be found: ( 1, {exam} )")});
    let whole = format!("/courses/{course}/submissions/update_grades");
    let table = [
        ("nothing", whole.clone(), json!({}), 400, Some(required.clone())),
        ("empty", whole.clone(), json!({"grade_data": {}}), 400, Some(required)),
        ("no object", whole.clone(), json!({"grade_data": "5"}), 500, None),
        (
            "one unpublished among many",
            whole.clone(),
            json!({"grade_data": {exam.to_string(): cell, unpublished.to_string(): cell}}),
            403,
            None,
        ),
        (
            "unpublished beats unknown",
            whole.clone(),
            json!({"grade_data": {"1": cell, unpublished.to_string(): cell}}),
            403,
            None,
        ),
        (
            "all keys are listed",
            whole.clone(),
            json!({"grade_data": {"1": cell, exam.to_string(): cell}}),
            400,
            Some(missing),
        ),
        (
            "a wrong assignment in the path",
            format!("/courses/{course}/assignments/1/submissions/update_grades"),
            json!({"grade_data": cell}),
            400,
            None,
        ),
        (
            "unknown course",
            "/courses/1/submissions/update_grades".to_owned(),
            json!({"grade_data": {exam.to_string(): cell}}),
            404,
            None,
        ),
        (
            "students are not looked at",
            whole.clone(),
            json!({"grade_data": {exam.to_string(): {"nobody": {"posted_grade": "5"}}}}),
            200,
            None,
        ),
        (
            "one assignment",
            format!("/courses/{course}/assignments/{exam}/submissions/update_grades"),
            json!({"grade_data": cell}),
            200,
            None,
        ),
    ];
    for (case, path, body, status, wanted) in table {
        let got = rig.call("POST", &path, Some(&body)).await;
        assert_eq!(got.0, status, "{case}: {}", got.1);
        if let Some(wanted) = wanted {
            assert_eq!(got.1, wanted, "{case}");
        }
    }
    let twice = json!({"grade_data": {exam.to_string(): cell, format!(" {exam}"): cell}});
    assert_eq!(rig.call("POST", &whole, Some(&twice)).await.0, 400, "the same assignment addressed twice");
    rig.change(|world| world.conclude_course(course));
    let body = json!({"grade_data": {exam.to_string(): cell}});
    assert_eq!(rig.teach("POST", &whole, Some(&body)).await.0, 403, "concluded, for a teacher");
    assert_eq!(rig.call("POST", &whole, Some(&body)).await.0, 200, "concluded, for an admin");
}

#[tokio::test]
async fn progress_has_no_percentage_until_it_is_done() {
    let (rig, campus) = Rig::campus();
    let data =
        json!({"grade_data": {campus.exam.to_string(): {campus.students[0].to_string(): {"posted_grade": "17.5"}}}});
    let path = format!("/courses/{}/submissions/update_grades", campus.course);
    let (_, queued) = rig.call("POST", &path, Some(&data)).await;
    assert_eq!((&queued["workflow_state"], &queued["completion"]), (&json!("queued"), &Value::Null));
    assert_eq!((&queued["context_type"], &queued["context_id"]), (&json!("Course"), &json!(campus.course)));
    let done = rig.get(&format!("/progress/{}", queued["id"])).await;
    assert_eq!(
        (&done["workflow_state"], &done["completion"], &done["message"]),
        (&json!("completed"), &json!(100.0), &Value::Null)
    );
    assert_eq!(score(&rig, &campus, 0), Some(17.5));
}

#[tokio::test]
async fn rows_run_in_the_order_they_were_sent() {
    let (rig, campus) = Rig::campus();
    let Campus { course, ref students, exam, .. } = campus;
    let path = format!("/api/v1/courses/{course}/submissions/update_grades");
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let order = [students[3], students[0], students[4], students[1]];
    // The third of them is excused and graded, which ends the job.
    let json_cells = order.iter().enumerate().map(|(place, user)| {
        let excuse = if place == 2 { ",\"excuse\":true" } else { "" };
        format!("\"{user}\":{{\"posted_grade\":\"5\"{excuse}}}")
    });
    let json = format!("{{\"grade_data\":{{\"{exam}\":{{{}}}}}}}", json_cells.collect::<Vec<_>>().join(","));
    let form_cells = order.iter().enumerate().map(|(place, user)| {
        let excuse = if place == 2 { format!("&grade_data[{exam}][{user}][excuse]=true") } else { String::new() };
        format!("grade_data[{exam}][{user}][posted_grade]=6{excuse}")
    });
    let form = form_cells.collect::<Vec<_>>().join("&");
    for (kind, body, wanted) in [("application/json", json, 5.0), ("application/x-www-form-urlencoded", form, 6.0)] {
        let headers = [("authorization", bearer.as_str()), ("user-agent", "rig"), ("content-type", kind)];
        let (status, progress) = answer(&rig.bare("POST", &path, &headers, body.as_bytes()).await);
        assert_eq!(status, 200, "{progress}");
        assert_eq!(rig.get(&format!("/progress/{}", progress["id"])).await["workflow_state"], "failed");
        let scores = order.map(|user| rig.change(|world| world.score_of(course, exam, user)));
        assert_eq!(scores, [Some(wanted), Some(wanted), None, None], "{kind}");
    }
}

#[tokio::test]
async fn whoever_is_missing_is_listed_as_sent_and_hides_missing_columns() {
    let (rig, campus) = Rig::campus();
    let Campus { course, ref students, exam, .. } = campus;
    let options = Options { job_cells_per_second: Some(1), ..Options::default() };
    let rig = Rig::new(World::from_json(&rig.change(|world| world.to_json())).unwrap(), options);
    let gone = assignment(&rig, &campus, NewAssignment::default());
    let cell = json!({"posted_grade": "5"});
    let data = json!({
        exam.to_string(): {"sis_user_id:NOPE": cell, students[0].to_string(): cell, "17": cell},
        gone.to_string(): {students[1].to_string(): cell},
    });
    let path = format!("/courses/{course}/submissions/update_grades");
    let (_, progress) = rig.call("POST", &path, Some(&json!({ "grade_data": data }))).await;
    rig.change(|world| world.delete_assignment(course, gone));
    rig.wait(10);
    let ended = rig.get(&format!("/progress/{}", progress["id"])).await;
    assert_eq!(ended["message"], "Couldn't find User(s) with API ids 'sis_user_id:NOPE', '17'", "and nothing else");
    assert_eq!((&ended["workflow_state"], score(&rig, &campus, 0)), (&json!("failed"), Some(5.0)));
    let path = format!("/courses/{course}/enrollments?user_id={}", students[0]);
    assert_eq!(rig.get(&path).await[0]["grades"]["current_score"], 25.0, "totals are computed after a failure too");
}

#[tokio::test]
async fn a_job_is_shown_to_those_who_see_its_course() {
    let (rig, campus) = Rig::campus();
    let progress = rig.bulk(campus.course, &json!({campus.exam.to_string(): {}})).await;
    assert_eq!((&progress["context_type"], &progress["user_id"]), (&json!("Course"), &Value::Null));
    let path = format!("/progress/{}", progress["id"]);
    assert_eq!(rig.teach("GET", &path, None).await.0, 200);
    rig.change(|world| world.set_enrollment_state(campus.course, campus.teacher, "deleted"));
    assert_eq!(rig.teach("GET", &path, None).await.0, 403, "the rights were lost");
}

#[tokio::test]
async fn an_exception_keeps_the_rows_before_it_and_loses_those_after() {
    let (rig, campus) = Rig::campus();
    let [first, second, third] = [0, 1, 2].map(|index| campus.students[index].to_string());
    let cells = json!({
        first: {"posted_grade": "5"}, second: {"posted_grade": "6", "excuse": true}, third: {"posted_grade": "7"},
    });
    let ended = rig.bulk(campus.course, &json!({campus.exam.to_string(): cells})).await;
    assert_eq!(ended["workflow_state"], "failed");
    assert!(ended["message"].as_str().unwrap().starts_with("Unexpected error, ID: "), "and names no student");
    let scores: Vec<_> = (0..3).map(|student| score(&rig, &campus, student)).collect();
    assert_eq!(scores, [Some(5.0), None, None]);
}

#[tokio::test]
async fn an_equal_score_is_left_untouched() {
    let (rig, campus) = Rig::campus();
    let data = json!({campus.exam.to_string(): {campus.students[0].to_string(): {"posted_grade": "5"}}});
    rig.bulk(campus.course, &data).await;
    let path = format!("/courses/{}/assignments/{}/submissions/{}", campus.course, campus.exam, campus.students[0]);
    let before = rig.get(&path).await;
    rig.wait(60);
    rig.bulk(campus.course, &data).await;
    assert_eq!(rig.get(&path).await, before, "no new version, grader or moment");
    assert_eq!(rig.change(|world| world.grade_change_count()), 1);
    rig.change(|world| {
        world.submit((campus.course, campus.exam, campus.students[0]), "2026-11-20T12:30:00Z".parse().unwrap());
    });
    rig.bulk(campus.course, &data).await;
    assert_eq!(rig.get(&path).await["grade_matches_current_submission"], false, "not even for a newer attempt");
}

#[tokio::test]
async fn keys_that_do_more_than_they_say() {
    let (rig, campus) = Rig::campus();
    let Campus { course, exam, ref students, .. } = campus;
    let grade = async |cell: Value| rig.bulk(course, &json!({exam.to_string(): {students[0].to_string(): cell}})).await;
    for (case, cell) in [
        ("unparseable", json!({"posted_grade": "1,5"})),
        ("null", json!({"posted_grade": null})),
        ("excuse false", json!({"excuse": false})),
    ] {
        grade(json!({"posted_grade": "5"})).await;
        assert_eq!(grade(cell).await["workflow_state"], "completed", "{case}");
        assert_eq!(score(&rig, &campus, 0), None, "{case} clears");
    }
    grade(json!({"posted_grade": "5"})).await;
    grade(json!({"text_comment": "only a comment"})).await;
    assert_eq!(score(&rig, &campus, 0), Some(5.0), "a comment alone leaves the grade");
    rig.bulk(course, &json!({exam.to_string(): {"sis_user_id:S-0": {"text_comment": "by SIS id"}}})).await;
    assert_eq!(score(&rig, &campus, 0), None, "but under a SIS key it wipes the grade");
    let comments = rig.change(|world| world.comments_of(course, exam, students[0]));
    assert_eq!(comments, ["only a comment", "by SIS id"]);
}

#[tokio::test]
async fn a_sis_assignment_key_passes_the_checks_and_kills_the_job() {
    let (rig, campus) = Rig::campus();
    let new = NewAssignment { sis_assignment_id: Some("EX-77".into()), ..NewAssignment::default() };
    let id = assignment(&rig, &campus, new);
    let cell = json!({campus.students[0].to_string(): {"posted_grade": "5"}});
    let ended = rig.bulk(campus.course, &json!({"sis_assignment_id:EX-77": cell})).await;
    assert_eq!(ended["workflow_state"], "failed");
    assert_eq!(rig.change(|world| world.score_of(campus.course, id, campus.students[0])), None);
}

#[tokio::test]
async fn an_assignment_unpublished_meanwhile_is_skipped() {
    let options = Options { job_cells_per_second: Some(1), ..Options::default() };
    let (rig, campus) = Rig::campus();
    let rig = Rig::new(World::from_json(&rig.change(|world| world.to_json())).unwrap(), options);
    let cells: Value = campus.students.iter().map(|user| (user.to_string(), json!({"posted_grade": "5"}))).collect();
    let path = format!("/courses/{}/submissions/update_grades", campus.course);
    let body = json!({"grade_data": {campus.exam.to_string(): cells}});
    let (_, progress) = rig.call("POST", &path, Some(&body)).await;
    rig.wait(2);
    let running = rig.get(&format!("/progress/{}", progress["id"])).await;
    assert_eq!((&running["workflow_state"], &running["completion"]), (&json!("running"), &Value::Null));
    rig.change(|world| world.delete_assignment(campus.course, campus.exam));
    rig.wait(10);
    let ended = rig.get(&format!("/progress/{}", progress["id"])).await;
    let message =
        format!("Some assignments are either not published or deleted and can not be graded '{}'", campus.exam);
    assert_eq!((&ended["workflow_state"], &ended["message"]), (&json!("failed"), &json!(message)));
}

#[tokio::test]
async fn jobs_of_a_course_wait_for_each_other_and_courses_do_not() {
    let options = Options { job_cells_per_second: Some(1), ..Options::default() };
    let (rig, campus) = Rig::campus();
    let rig = Rig::new(World::from_json(&rig.change(|world| world.to_json())).unwrap(), options);
    let (other, other_exam) = rig.change(|world| {
        let other = world.add_course("Other", None);
        world.enroll(other, campus.students[0], Role::Student);
        (other, world.add_assignment(other, NewAssignment { name: "Quiz".into(), ..NewAssignment::default() }))
    });
    for (course, exam, students) in
        [(campus.course, campus.exam, 4), (campus.course, campus.exam, 4), (other, other_exam, 1)]
    {
        let cells: Value =
            campus.students[..students].iter().map(|user| (user.to_string(), json!({"posted_grade": "5"}))).collect();
        let path = format!("/courses/{course}/submissions/update_grades");
        assert_eq!(rig.call("POST", &path, Some(&json!({"grade_data": {exam.to_string(): cells}}))).await.0, 200);
    }
    let states = || rig.change(|world| world.job_states().into_iter().map(|(_, state)| state).collect::<Vec<_>>());
    assert_eq!(states(), ["running", "queued", "running"]);
    rig.wait(1);
    assert_eq!(states(), ["running", "queued", "completed"]);
    rig.wait(4);
    assert_eq!(states(), ["completed", "running", "completed"]);
    rig.wait(10);
    assert_eq!(states(), ["completed", "completed", "completed"]);
}

#[tokio::test]
async fn section_requests_and_limited_teachers_reach_their_section_only() {
    let (rig, campus) = Rig::campus();
    let two = rig.change(|world| {
        let two = world.add_user("Section Two");
        world.add_login(two, "two", None);
        world.enroll_in_section(campus.course, campus.section, two, Role::Student, false);
        let limited = world.add_user("Limited Ta");
        world.add_login(limited, "limited", None);
        world.add_token(limited, "limited-token");
        world.enroll_in_section(campus.course, campus.section, limited, Role::Ta, true);
        two
    });
    let cells = json!({campus.students[0].to_string(): {"posted_grade": "5"}, two.to_string(): {"posted_grade": "6"}});
    let body = json!({"grade_data": {campus.exam.to_string(): cells}});
    let by_section = format!("/sections/{}/submissions/update_grades", campus.section);
    let by_course = format!("/courses/{}/submissions/update_grades", campus.course);
    for (token, path) in [(DEMO_TOKEN, by_section), ("limited-token", by_course)] {
        let (status, progress) = answer(&rig.by(token, "POST", &path, Some(&body)).await);
        assert_eq!((status, &progress["context_id"]), (200, &json!(campus.course)));
        let ended = rig.get(&format!("/progress/{}", progress["id"])).await;
        assert_eq!(ended["message"], format!("Couldn't find User(s) with API ids '{}'", campus.students[0]));
    }
    assert_eq!(rig.change(|world| world.score_of(campus.course, campus.exam, two)), Some(6.0));
    let path = format!("/courses/{}/students/submissions?student_ids[]=all&grouped=1", campus.course);
    let (_, seen) = answer(&rig.by("limited-token", "GET", &path, None).await);
    assert_eq!(seen.as_array().unwrap().len(), 1);
}
