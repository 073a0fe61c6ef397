//! The single PUT: grade arithmetic (canvas-contract §H2), excusing (§H3), its outcome table (§H5), late work (§H4).

use gradepush::sandbox::{LatePolicy, NewAssignment, Options, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, start};

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
        ("points", 0.0, json!("85%"), json!(0.0), json!("0")),
        ("points", 20.0, json!("complete"), json!(20.0), json!("20")),
        ("points", 20.0, json!("pass"), json!(20.0), json!("20")),
        ("points", 20.0, json!("fail"), json!(0.0), json!("0")),
        ("points", 20.0, json!("incomplete"), json!(0.0), json!("0")),
        ("points", 20.0, Value::Null, Value::Null, Value::Null),
        ("percent", 20.0, json!("85"), json!(85.0), json!("425%")),
        ("percent", 20.0, json!("85%"), json!(17.0), json!("85%")),
        ("percent", 100.0, json!("27"), json!(27.0), json!("27%")),
        ("percent", 0.0, json!("27"), json!(27.0), json!("27%")),
        ("percent", 3.0, json!("1"), json!(1.0), json!("33.33%")),
        ("percent", 20.0, json!("-5"), json!(-5.0), json!("-25%")),
        ("pass_fail", 10.0, json!("complete"), json!(10.0), json!("complete")),
        ("pass_fail", 10.0, json!("incomplete"), json!(0.0), json!("incomplete")),
        ("pass_fail", 10.0, json!("10"), json!(10.0), json!("complete")),
        ("pass_fail", 10.0, json!("5"), Value::Null, Value::Null),
        ("pass_fail", 10.0, json!("Complete"), json!(0.0), json!("incomplete")),
        ("letter_grade", 50.0, json!("A"), json!(50.0), json!("A")),
        ("letter_grade", 50.0, json!("b+"), json!(44.5), json!("B+")),
        ("letter_grade", 50.0, json!("A\u{2212}"), json!(46.5), json!("A-")),
        ("letter_grade", 50.0, json!("47"), json!(47.0), json!("A")),
        ("letter_grade", 50.0, json!("-4"), json!(-4.0), json!("F")),
        ("letter_grade", 50.0, json!("60"), json!(60.0), json!("A")),
        ("letter_grade", 50.0, json!("90%"), json!(45.0), json!("A-")),
        ("letter_grade", 50.0, json!("pass"), json!(50.0), json!("A")),
        ("letter_grade", 50.0, json!("Z"), Value::Null, Value::Null),
        ("letter_grade", 0.0, json!("B"), json!(0.0), json!("B")),
        ("gpa_scale", 50.0, json!("47"), json!(47.0), json!("A")),
        ("pass_fail", 10.0, json!("fail"), json!(0.0), json!("incomplete")),
        ("pass_fail", 10.0, json!("100%"), json!(10.0), json!("complete")),
        ("pass_fail", 0.0, json!("complete"), json!(0.0), json!("complete")),
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
async fn every_sentence_about_excusing() {
    let (rig, campus) = Rig::campus();
    let cell = path(&campus, campus.exam, campus.students[0]);
    let (graded, excused) = (json!({"posted_grade": "17"}), json!({"excuse": true}));
    let late = json!({"late_policy_status": "late", "custom_grade_status_id": 9});
    let both = || Err("Cannot simultaneously grade and excuse an assignment");
    // What the cell holds, what a single PUT sends as JSON, and then: excused, score, state, late and custom status.
    let table = [
        (&graded, json!({"excuse": true}), Ok((json!(true), Value::Null, "graded", Value::Null, Value::Null))),
        (&graded, json!({"excuse": true, "posted_grade": "5"}), both()),
        (&graded, json!({"excuse": true, "posted_grade": ""}), both()),
        (&excused, json!({"posted_grade": "5"}), Ok((json!(false), json!(5.0), "graded", Value::Null, Value::Null))),
        (&late, json!({"excuse": true}), Ok((json!(true), Value::Null, "graded", Value::Null, Value::Null))),
        (&excused, late.clone(), Ok((json!(false), Value::Null, "graded", json!("late"), json!(9)))),
        (&graded, json!({"excuse": false}), Ok((json!(false), json!(17.0), "graded", Value::Null, Value::Null))),
        (&excused, json!({"excuse": false}), Ok((json!(true), Value::Null, "graded", Value::Null, Value::Null))),
        (&graded, json!({"excuse": "false"}), Ok((json!(false), Value::Null, "unsubmitted", Value::Null, Value::Null))),
        (
            &excused,
            json!({"excuse": "false"}),
            Ok((json!(false), Value::Null, "unsubmitted", Value::Null, Value::Null)),
        ),
    ];
    for (before, sent, wanted) in table {
        for reset in
            [&json!({"posted_grade": ""}), &json!({"late_policy_status": null, "custom_grade_status_id": null})]
        {
            rig.call("PUT", &cell, Some(&json!({"submission": reset}))).await;
        }
        rig.call("PUT", &cell, Some(&json!({"submission": before}))).await;
        let (status, got) = rig.call("PUT", &cell, Some(&json!({"submission": sent}))).await;
        match wanted {
            Err(error) => assert_eq!((status, &got["error"]), (400, &json!(error)), "{before} {sent}"),
            Ok((excused, score, state, late, custom)) => assert_eq!(
                ["excused", "score", "workflow_state", "late_policy_status", "custom_grade_status_id"]
                    .map(|key| &got[key]),
                [&excused, &score, &json!(state), &late, &custom],
                "{before} {sent}"
            ),
        }
    }
    // As a form the text `false` is a value; in bulk any key without a grade is.
    let form = [
        ("authorization", "Bearer gradepush-demo-token"),
        ("user-agent", "rig"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let bulk = async |value: Value| {
        rig.bulk(campus.course, &json!({campus.exam.to_string(): {campus.students[0].to_string(): value}})).await
    };
    for in_bulk in [false, true] {
        for before in [&graded, &excused] {
            rig.call("PUT", &cell, Some(&json!({"submission": before}))).await;
            if in_bulk {
                assert_eq!(bulk(json!({"excuse": false})).await["workflow_state"], "completed");
            } else {
                rig.bare("PUT", &format!("/api/v1{cell}"), &form, b"submission[excuse]=false").await;
            }
            let after = rig.get(&cell).await;
            assert_eq!((&after["excused"], &after["score"]), (&json!(false), &Value::Null), "{before} {in_bulk}");
        }
    }
    bulk(json!({"excuse": true})).await;
    assert_eq!(rig.get(&cell).await["excused"], true);
    bulk(json!({"posted_grade": "3"})).await;
    let after = rig.get(&cell).await;
    assert_eq!((&after["excused"], &after["score"]), (&json!(false), &json!(3.0)), "an absent key is false in bulk");
    assert_eq!(bulk(json!({"excuse": true, "posted_grade": ""})).await["workflow_state"], "failed");
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
async fn late_work_loses_points_and_missing_work_gets_its_zero_once() {
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
    let missing = rig.get(&path(&campus, essay, campus.students[1])).await;
    assert_eq!(
        (&missing["score"], &missing["missing"], &missing["grader_id"]),
        (&json!(0.0), &json!(true), &Value::Null)
    );
    let cleared = put(campus.students[1], "").await;
    assert_eq!(
        (&cleared["score"], &cleared["workflow_state"], &cleared["missing"]),
        (&Value::Null, &json!("unsubmitted"), &json!(false)),
        "whatever anybody writes ends it for good"
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
    let narrow = [("4.0", 0.9), ("3.0", 0.8), ("2.9", 0.795), ("0.0", 0.0)];
    let [quiz, tens] = rig.change(|world| {
        let [of_one, of_ten] = ["GPA", "Of ten"].map(|title| world.add_grading_standard(title, &narrow));
        [of_one, of_ten].map(|standard| {
            let new = NewAssignment { grading_standard_id: Some(standard), ..new("gpa_scale", 50.0) };
            world.add_assignment(campus.course, new)
        })
    });
    let mut saved: Value = serde_json::from_str(&rig.change(|world| world.to_json())).unwrap();
    saved["grading_standards"][1]["points_based"] = json!(true);
    saved["grading_standards"][1]["scaling_factor"] = json!(10.0);
    let rig = Rig::new(World::from_json(&saved.to_string()).unwrap(), Options::default());
    for (assignment, posted, preferring_points, score, grade) in [
        (quiz, "4.0", false, 50.0, "4.0"),
        (quiz, "3.0", false, 44.5, "3.0"),
        (quiz, "2.9", false, 39.95, "2.9"),
        (quiz, "2.5", false, 2.5, "0.0"),
        (quiz, "3.0", true, 3.0, "0.0"),
        (tens, "4.0", false, 50.0, "4.0"),
        (tens, "3.0", false, 44.5, "3.0"),
        (tens, "2.9", false, 39.5, "0.0"),
    ] {
        let body = json!({"submission": {"posted_grade": posted}, "prefer_points_over_scheme": preferring_points});
        let (_, got) = rig.call("PUT", &path(&campus, assignment, campus.students[0]), Some(&body)).await;
        assert_eq!((&got["score"], &got["grade"]), (&json!(score), &json!(grade)), "{posted} {preferring_points}");
    }
    let standards = rig.get(&format!("/courses/{}/grading_standards", campus.course)).await;
    assert_eq!(standards[0]["grading_scheme"][0], json!({"name": "4.0", "value": 0.9}));
}
