//! The single PUT: grade arithmetic (canvas-contract §H2), excusing (§H3), its outcome table (§H5), late work (§H4).

use gradepush::sandbox::{GradingPeriod, LatePolicy, NewAssignment, Role};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, TEACHER_TOKEN, answer, start};

fn path(campus: &Campus, assignment: i64, user: i64) -> String {
    format!("/courses/{}/assignments/{assignment}/submissions/{user}", campus.course)
}

fn new(grading_type: &str, points_possible: f64) -> NewAssignment {
    NewAssignment {
        name: grading_type.to_owned(),
        grading_type: grading_type.to_owned(),
        points_possible: Some(points_possible),
        ..NewAssignment::default()
    }
}

#[tokio::test]
async fn posted_grades_become_scores() {
    let (rig, campus) = Rig::campus();
    let table = [
        ("points", 20.0, json!("17.5"), json!(17.5), json!("17.5")),
        ("points", 20.0, json!(17.5), json!(17.5), json!("17.5")),
        ("points", 20.0, json!("10.00"), json!(10.0), json!("10")),
        ("points", 20.0, json!("+5"), json!(5.0), json!("5")),
        ("points", 20.0, json!("-5"), json!(-5.0), json!("-5")),
        ("points", 20.0, json!(".5"), json!(0.5), json!("0.5")),
        ("points", 20.0, json!("007"), json!(7.0), json!("7")),
        ("points", 20.0, json!("104"), json!(104.0), json!("104")),
        ("points", 20.0, json!("85%"), json!(17.0), json!("17")),
        ("points", 20.0, json!("13.3333333333"), json!(13.333_333_333_3), json!("13.3333333333")),
        ("points", 20.0, json!("complete"), json!(20.0), json!("20")),
        ("percent", 20.0, json!("85"), json!(85.0), json!("425%")),
        ("percent", 20.0, json!("85%"), json!(17.0), json!("85%")),
        ("percent", 100.0, json!("27"), json!(27.0), json!("27%")),
        ("percent", 0.0, json!("27"), json!(27.0), json!("27%")),
        ("pass_fail", 10.0, json!("complete"), json!(10.0), json!("complete")),
        ("pass_fail", 10.0, json!("incomplete"), json!(0.0), json!("incomplete")),
        ("pass_fail", 10.0, json!("10"), json!(10.0), json!("complete")),
        ("pass_fail", 10.0, json!("5"), Value::Null, Value::Null),
        ("pass_fail", 10.0, json!("Complete"), Value::Null, Value::Null),
        ("letter_grade", 50.0, json!("A"), json!(50.0), json!("A")),
        ("letter_grade", 50.0, json!("b+"), json!(44.5), json!("B+")),
        ("letter_grade", 50.0, json!("A\u{2212}"), json!(46.5), json!("A-")),
        ("letter_grade", 50.0, json!("47"), json!(47.0), json!("A")),
        ("letter_grade", 50.0, json!("-4"), json!(-4.0), json!("F")),
        ("not_graded", 10.0, json!("5"), Value::Null, Value::Null),
    ];
    for (grading_type, possible, posted, score, grade) in table {
        let assignment = rig.change(|world| world.add_assignment(campus.course, new(grading_type, possible)));
        let body = json!({"submission": {"posted_grade": posted}});
        let (status, got) = rig.call("PUT", &path(&campus, assignment, campus.students[0]), Some(&body)).await;
        assert_eq!((status, &got["score"], &got["grade"]), (200, &score, &grade), "{grading_type} {posted}");
    }
}

#[tokio::test]
async fn what_is_no_number_clears_with_status_200() {
    let (rig, campus) = Rig::campus();
    let path = path(&campus, campus.exam, campus.students[0]);
    for posted in ["abc", "12.", "1,5", "1.234,5", "1e3", "0x10", " 9", "9 ", "½", "NaN", "EX", ""] {
        rig.call("PUT", &path, Some(&json!({"submission": {"posted_grade": "17"}}))).await;
        let (status, got) = rig.call("PUT", &path, Some(&json!({"submission": {"posted_grade": posted}}))).await;
        assert_eq!((status, &got["score"], &got["grade"]), (200, &Value::Null, &Value::Null), "{posted:?}");
        assert_eq!(got["workflow_state"], "unsubmitted", "{posted:?}");
    }
}

#[tokio::test]
async fn excusing_and_grading_exclude_each_other() {
    let (rig, campus) = Rig::campus();
    let path = path(&campus, campus.exam, campus.students[0]);
    let put = async |submission: Value| rig.call("PUT", &path, Some(&json!({ "submission": submission }))).await;
    let (_, excused) = put(json!({"excuse": true})).await;
    assert_eq!(
        (&excused["excused"], &excused["score"], &excused["workflow_state"]),
        (&json!(true), &Value::Null, &json!("graded"))
    );
    for both in [json!({"excuse": true, "posted_grade": "5"}), json!({"excuse": true, "posted_grade": ""})] {
        let refused = put(both).await;
        assert_eq!(refused, (400, json!({"error": "Cannot simultaneously grade and excuse an assignment"})));
    }
    let (_, graded) = put(json!({"posted_grade": "5"})).await;
    assert_eq!((&graded["excused"], &graded["score"]), (&json!(false), &json!(5.0)), "a score un-excuses");
    let (_, kept) = put(json!({"excuse": false})).await;
    assert_eq!(kept["score"], 5.0, "JSON false does nothing");
    let (_, cleared) = put(json!({"excuse": "false"})).await;
    assert_eq!(cleared["score"], Value::Null, "the text `false` clears");
}

#[tokio::test]
async fn the_outcome_table_of_a_single_grade() {
    let (rig, campus) = Rig::campus();
    let Campus { course, ref students, exam, section, .. } = campus;
    let (limited, moderated, unassigned, unpublished, closed, checkpointed, observer, other_section) =
        rig.change(|world| {
            let limited = world.add_user("Limited Ta");
            world.add_login(limited, "limited", None);
            world.add_token(limited, "limited-token");
            world.enroll_in_section(course, section, limited, Role::Ta, true);
            let other_section = world.add_user("Section Two");
            world.add_login(other_section, "two", None);
            world.enroll_in_section(course, section, other_section, Role::Student, false);
            let observer = world.add_user("Observer");
            world.enroll(course, observer, Role::Observer);
            world.set_enrollment_state(course, students[1], "completed");
            world.set_enrollment_state(course, students[2], "deleted");
            world.set_enrollment_state(course, students[3], "inactive");
            let mut add = |new: NewAssignment| world.add_assignment(course, new);
            let moderated = add(NewAssignment { moderated_grading: true, ..new("points", 10.0) });
            let unassigned = add(NewAssignment { only_visible_to: Some(vec![students[1]]), ..new("points", 10.0) });
            let unpublished = add(NewAssignment { unpublished: true, ..new("points", 10.0) });
            let due_at = Some("2026-10-01T00:00:00Z".parse().unwrap());
            let closed = add(NewAssignment { due_at, ..new("points", 10.0) });
            let checkpointed = add(NewAssignment { checkpointed: true, ..new("points", 10.0) });
            world.add_grading_period(
                course,
                GradingPeriod {
                    id: 1,
                    title: "First half".into(),
                    start_at: "2026-09-01T00:00:00Z".parse().unwrap(),
                    end_at: "2026-10-15T00:00:00Z".parse().unwrap(),
                    close_at: "2026-10-20T00:00:00Z".parse().unwrap(),
                },
            );
            (limited, moderated, unassigned, unpublished, closed, checkpointed, observer, other_section)
        });
    assert_ne!(limited, 0);
    let grade = json!({"submission": {"posted_grade": "5"}});
    let admin = gradepush::sandbox::DEMO_TOKEN;
    let table = [
        ("unknown assignment", admin, 1, students[0], 404),
        ("unknown user", admin, exam, 1, 404),
        ("deleted enrollment", admin, exam, students[2], 404),
        ("observer", admin, exam, observer, 404),
        ("another section", "limited-token", exam, students[0], 404),
        ("own section", "limited-token", exam, other_section, 200),
        ("moderated", admin, moderated, students[0], 403),
        ("not assigned", admin, unassigned, students[0], 403),
        ("unpublished", admin, unpublished, students[0], 403),
        ("closed period, teacher", TEACHER_TOKEN, closed, students[0], 403),
        ("closed period, admin", admin, closed, students[0], 200),
        ("concluded enrollment", admin, exam, students[1], 400),
        ("checkpointed", admin, checkpointed, students[0], 400),
        ("inactive", admin, exam, students[3], 200),
        ("ok", TEACHER_TOKEN, exam, students[0], 200),
    ];
    for (case, token, assignment, user, wanted) in table {
        let reply = rig.by(token, "PUT", &path(&campus, assignment, user), Some(&grade)).await;
        assert_eq!(reply.status, wanted, "{case}: {}", String::from_utf8_lossy(&reply.body));
    }
    let (_, concluded) = rig.call("PUT", &path(&campus, exam, students[1]), Some(&grade)).await;
    assert_eq!(concluded["error"], "Student must be enrolled in the course as a student to be graded");
    rig.change(|world| world.conclude_course(course));
    let (status, _) = answer(&rig.by(TEACHER_TOKEN, "PUT", &path(&campus, exam, students[0]), Some(&grade)).await);
    assert_eq!(status, 403, "a concluded course is closed to its teacher");
    assert_eq!(rig.call("PUT", &path(&campus, exam, students[0]), Some(&grade)).await.0, 200, "and open to an admin");
}

#[tokio::test]
async fn a_single_grade_is_written_again_even_when_equal() {
    let (rig, campus) = Rig::campus();
    let path = path(&campus, campus.exam, campus.students[0]);
    let grade = json!({"submission": {"posted_grade": "5"}, "comment": {"text_comment": "well done"}});
    let (_, first) = rig.call("PUT", &path, Some(&grade)).await;
    assert_eq!(first["submission_comments"][0]["comment"], "well done");
    assert_eq!(first["all_submissions"].as_array().unwrap().len(), 1);
    rig.wait(60);
    let (_, second) = rig.teach("PUT", &path, Some(&json!({"submission": {"posted_grade": "5"}}))).await;
    assert_ne!(first["graded_at"], second["graded_at"]);
    assert_eq!(second["grader_id"], campus.teacher);
}

#[tokio::test]
async fn late_work_loses_points_and_missing_work_bounces() {
    let (rig, campus) = Rig::campus();
    let student = campus.students[0];
    let essay = rig.change(|world| {
        let policy = LatePolicy { late_deduction: Some(10.0), missing_percent: Some(0.0), ..LatePolicy::default() };
        world.set_late_policy(campus.course, policy);
        let new = NewAssignment {
            due_at: Some("2026-11-18T12:00:00Z".parse().unwrap()),
            submission_types: vec!["online_text_entry".into()],
            ..new("points", 20.0)
        };
        let essay = world.add_assignment(campus.course, new);
        // Two days late, to the second.
        world.submit((campus.course, essay, student), start());
        essay
    });
    let put = async |user: i64, grade: &str| {
        let body = json!({"submission": {"posted_grade": grade}});
        rig.call("PUT", &path(&campus, essay, user), Some(&body)).await.1
    };
    let late = put(student, "15").await;
    assert_eq!(
        (&late["score"], &late["entered_score"], &late["points_deducted"]),
        (&json!(11.0), &json!(15.0), &json!(4.0))
    );
    assert_eq!(
        (&late["late"], &late["seconds_late"], &late["entered_grade"]),
        (&json!(true), &json!(172_800), &json!("15"))
    );
    let none = put(student, "1").await;
    assert_eq!((&none["score"], &none["entered_score"]), (&json!(0.0), &json!(1.0)), "never below zero");
    let missing = put(campus.students[1], "").await;
    assert_eq!(
        (&missing["score"], &missing["workflow_state"]),
        (&json!(0.0), &json!("graded")),
        "a cleared missing work comes back"
    );
}

#[tokio::test]
async fn a_group_is_graded_together() {
    let (rig, campus) = Rig::campus();
    let students = &campus.students;
    let project = rig.change(|world| {
        let groups = world.add_groups(campus.course, &[&students[..2], &students[2..3]]);
        world.add_assignment(campus.course, NewAssignment { group_category_id: Some(groups), ..new("points", 10.0) })
    });
    let (_, got) = rig
        .call("PUT", &path(&campus, project, students[0]), Some(&json!({"submission": {"posted_grade": "8"}})))
        .await;
    assert_eq!(got["all_submissions"].as_array().unwrap().len(), 2);
    let scores: Vec<Option<f64>> =
        students[..3].iter().map(|user| rig.change(|world| world.score_of(campus.course, project, *user))).collect();
    assert_eq!(scores, [Some(8.0), Some(8.0), None]);
    let rows = rig.get(&format!("/courses/{}/assignments/{project}/submissions?include[]=group", campus.course)).await;
    assert_eq!(rows[0]["group"], rows[1]["group"]);
    assert_eq!(rows[3]["group"]["id"], Value::Null);
}

#[tokio::test]
async fn comments_can_be_edited_and_deleted() {
    let (rig, campus) = Rig::campus();
    let path = path(&campus, campus.exam, campus.students[0]);
    let (_, got) = rig.call("PUT", &path, Some(&json!({"comment": {"text_comment": "frist"}}))).await;
    let comment = format!("{path}/comments/{}", got["submission_comments"][0]["id"]);
    assert_eq!(rig.call("PUT", &comment, Some(&json!({"comment": "first"}))).await.0, 200);
    let read = rig.get(&format!("{path}?include[]=submission_comments")).await;
    assert_eq!(read["submission_comments"][0]["comment"], "first");
    assert!(read["submission_comments"][0]["edited_at"].is_string());
    assert_eq!(rig.call("DELETE", &comment, None).await.0, 200);
    assert_eq!(rig.call("DELETE", &comment, None).await.0, 404);
    assert!(rig.change(|world| world.comments_of(campus.course, campus.exam, campus.students[0])).is_empty());
}

#[tokio::test]
async fn a_number_that_is_a_letter_of_the_scheme_is_taken_for_it() {
    let (rig, campus) = Rig::campus();
    let quiz = rig.change(|world| {
        let standard = world.add_grading_standard("GPA", &[("4.0", 0.9), ("3.0", 0.8), ("0.0", 0.0)]);
        world.add_assignment(
            campus.course,
            NewAssignment { grading_standard_id: Some(standard), ..new("gpa_scale", 50.0) },
        )
    });
    let put = async |body: Value| rig.call("PUT", &path(&campus, quiz, campus.students[0]), Some(&body)).await.1;
    let captured = put(json!({"submission": {"posted_grade": "3.0"}})).await;
    assert_eq!((&captured["score"], &captured["grade"]), (&json!(44.5), &json!("3.0")));
    let points = put(json!({"submission": {"posted_grade": "3.0"}, "prefer_points_over_scheme": true})).await;
    assert_eq!((&points["score"], &points["grade"]), (&json!(3.0), &json!("0.0")), "unless points are preferred");
    let standards = rig.get(&format!("/courses/{}/grading_standards", campus.course)).await;
    assert_eq!(standards[0]["grading_scheme"][0], json!({"name": "4.0", "value": 0.9}));
}
