//! What a course decides beside its columns: final grades (canvas-contract §I5), closed periods (§H5, §H7), and what
//! students hand in.

use gradepush::sandbox::NewAssignment;
use serde_json::{Value, json};

use crate::sandbox_rig::{Rig, answer, first_half};

#[tokio::test]
async fn final_grades_are_set_by_a_job_where_the_course_allows_it() {
    let (rig, campus) = Rig::campus();
    let (course, student) = (campus.course, campus.students[0]);
    let path = format!("/courses/{course}/update_final_grade_overrides");
    let scores = json!({"override_scores": [
        {"student_id": student, "override_score": 91.5}, {"student_id": 1, "override_score": 50},
    ]});
    assert_eq!(rig.teach("PUT", &path, Some(&scores)).await.0, 403, "not switched on");
    let settings = json!({"allow_final_grade_override": true});
    let (_, kept) = rig.teach("PUT", &format!("/courses/{course}/settings"), Some(&settings)).await;
    assert_eq!(kept["allow_final_grade_override"], true);
    let (status, progress) = rig.teach("PUT", &path, Some(&scores)).await;
    assert_eq!((status, &progress["tag"]), (200, &json!("override_grade_update")));
    let ended = rig.get(&format!("/progress/{}", progress["id"])).await;
    assert_eq!(
        (&ended["workflow_state"], &ended["completion"], &ended["results"]),
        (&json!("completed"), &json!(100.0), &json!({"errors": []})),
        "whoever is nobody is passed over"
    );
    let grades =
        async |user: i64| rig.get(&format!("/courses/{course}/enrollments?user_id={user}")).await[0]["grades"].clone();
    assert_eq!(grades(student).await["override_score"], 91.5);
    assert!(grades(campus.students[1]).await.get("override_score").is_none(), "absent while it is not set");
    let log = rig.get(&format!("/audit/grade_change?course_id={course}&assignment_id=override")).await;
    let event = &log["events"][0];
    assert_eq!((&event["course_override_grade"], &event["grade_after"]), (&json!(true), &json!("91.5")));
}

#[tokio::test]
async fn a_closed_period_is_closed_to_everybody_but_account_admins() {
    let (rig, campus) = Rig::campus();
    let closed = rig.change(|world| {
        world.add_grading_period(campus.course, first_half());
        let due_at = Some("2026-10-01T00:00:00Z".parse().expect("a moment"));
        world.add_assignment(campus.course, NewAssignment { due_at, ..NewAssignment::default() })
    });
    let put = format!("/courses/{}/assignments/{closed}/submissions/{}", campus.course, campus.students[0]);
    let grade = json!({"submission": {"posted_grade": "5"}});
    assert_eq!(rig.teach("PUT", &put, Some(&grade)).await.0, 403);
    let cell = json!({"posted_grade": "5"});
    let data = json!({
        campus.exam.to_string(): {campus.students[0].to_string(): cell},
        closed.to_string(): {campus.students[0].to_string(): cell},
    });
    let bulk = format!("/courses/{}/submissions/update_grades", campus.course);
    let (status, progress) = rig.teach("POST", &bulk, Some(&json!({ "grade_data": data }))).await;
    assert_eq!(status, 200, "found by the job only");
    let ended = rig.get(&format!("/progress/{}", progress["id"])).await;
    assert_eq!(ended["workflow_state"], "failed");
    let score = |column: i64| rig.change(|world| world.score_of(campus.course, column, campus.students[0]));
    assert_eq!((score(campus.exam), score(closed)), (Some(5.0), None));
    assert_eq!(rig.bulk(campus.course, &data).await["workflow_state"], "completed");
    assert_eq!(score(closed), Some(5.0), "an admin may");
    assert_eq!(rig.call("PUT", &put, Some(&grade)).await.0, 200);
}

#[tokio::test]
async fn students_hand_in_by_their_own_token() {
    let (rig, campus) = Rig::campus();
    let student = campus.students[0];
    let essay = rig.change(|world| {
        world.add_token(student, "student");
        let submission_types = vec!["online_text_entry".to_owned()];
        world.add_assignment(campus.course, NewAssignment { submission_types, ..NewAssignment::default() })
    });
    let path = format!("/courses/{}/assignments/{essay}/submissions", campus.course);
    let work = json!({"submission": {"submission_type": "online_text_entry", "body": "My essay"}});
    let (status, made) = answer(&rig.by("student", "POST", &path, Some(&work)).await);
    assert_eq!((status, &made["workflow_state"], &made["attempt"]), (201, &json!("submitted"), &json!(1)));
    assert_eq!((&made["body"], &made["user_id"]), (&json!("My essay"), &json!(student)));
    let grade = json!({"submission": {"posted_grade": "5"}});
    rig.call("PUT", &format!("{path}/{student}"), Some(&grade)).await;
    rig.wait(60);
    let (_, again) = answer(&rig.by("student", "POST", &path, Some(&work)).await);
    assert_eq!(
        (&again["attempt"], &again["grade_matches_current_submission"]),
        (&json!(2), &json!(false)),
        "what was graded is another hand-in"
    );
    let history = rig.get(&format!("{path}/{student}?include[]=submission_history")).await;
    let attempts: Vec<&Value> =
        history["submission_history"].as_array().expect("hand-ins").iter().map(|held| &held["attempt"]).collect();
    assert_eq!(attempts, [&json!(1), &json!(2)], "one entry a hand-in");
    let upload = json!({"submission": {"submission_type": "online_url"}});
    assert_eq!(rig.by("student", "POST", &path, Some(&upload)).await.status, 400, "another kind");
    let exam = format!("/courses/{}/assignments/{}/submissions", campus.course, campus.exam);
    assert_ne!(rig.by("student", "POST", &exam, Some(&work)).await.status, 201, "the exam takes nothing");
    assert_eq!(rig.teach("POST", &path, Some(&work)).await.0, 403, "a teacher hands nothing in");
}
