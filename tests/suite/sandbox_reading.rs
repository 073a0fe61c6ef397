//! Reading submissions (canvas-contract §I1) and the demonstration world.

use gradepush::sandbox::{Generate, NewAssignment, Options, World};
use serde_json::{Value, json};

use crate::sandbox_rig::Rig;

#[tokio::test]
async fn who_may_be_read_and_what_is_refused() {
    let (rig, campus) = Rig::campus();
    let hidden = rig.change(|world| {
        world.set_enrollment_state(campus.course, campus.students[1], "inactive");
        world.set_enrollment_state(campus.course, campus.students[2], "completed");
        world.set_enrollment_state(campus.course, campus.students[3], "deleted");
        world.add_assignment(campus.course, NewAssignment { unpublished: true, ..NewAssignment::default() })
    });
    let base = format!("/courses/{}/students/submissions", campus.course);
    let users = async |query: &str| -> Vec<i64> {
        let rows = rig.get(&format!("{base}?grouped=1&{query}")).await;
        rows.as_array().unwrap().iter().map(|row| row["user_id"].as_i64().unwrap()).collect()
    };
    let students = &campus.students;
    assert_eq!(users("student_ids[]=all").await, [students[0], students[1], students[2], students[4]]);
    assert_eq!(users("student_ids[]=all&enrollment_state=concluded").await, [students[2]]);
    let unauthorized =
        json!({"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]});
    // Whether there are too many is asked only where all are visible.
    let many = (0..101).map(|id| format!("student_ids[]={id}")).collect::<Vec<_>>().join("&");
    let table = [
        (format!("{base}?{many}"), 403, unauthorized.clone()),
        (
            format!("{base}?student_ids[]=all&assignment_ids[]={hidden}"),
            403,
            json!({"error": "invalid assignment ids requested"}),
        ),
        (
            format!("{base}?student_ids[]=all&assignment_ids[]=sis_assignment_id:X"),
            403,
            json!({"error": "invalid assignment ids requested"}),
        ),
        (
            format!("{base}?student_ids[]=all&graded_since=yesterday"),
            400,
            json!({"errors": {"graded_since": "Invalid datetime for graded_since"}}),
        ),
    ];
    for (path, status, body) in table {
        assert_eq!(rig.call("GET", &path, None).await, (status, body), "{path}");
    }
    let unpublished = rig.get(&format!("/courses/{}/assignments/{hidden}/submissions", campus.course)).await;
    assert_eq!(
        unpublished.as_array().unwrap().len(),
        2,
        "works for unpublished assignments, active and invited students"
    );
    let own = rig.call("GET", &format!("{base}?per_page=100"), None).await;
    assert_eq!(own, (403, unauthorized), "without student_ids the caller only, who is no student");
}

#[tokio::test]
async fn ungraded_students_have_rows_and_unassigned_ones_do_not() {
    let (rig, campus) = Rig::campus();
    let only = rig.change(|world| {
        let new = NewAssignment { only_visible_to: Some(vec![campus.students[0]]), ..NewAssignment::default() };
        world.add_assignment(campus.course, new)
    });
    let rows = rig.get(&format!("/courses/{}/students/submissions?student_ids[]=all&grouped=1", campus.course)).await;
    let counts: Vec<usize> =
        rows.as_array().unwrap().iter().map(|row| row["submissions"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [2, 1, 1, 1, 1]);
    let path = format!("/courses/{}/assignments/{only}/submissions/{}", campus.course, campus.students[1]);
    let single = rig.get(&path).await;
    assert_eq!(single["workflow_state"], Value::Null, "read singly it is an empty record, not a 404");
    let list = rig.get(&format!("/courses/{}/assignments?include[]=assignment_visibility", campus.course)).await;
    assert_eq!(list[1]["assignment_visibility"], json!([campus.students[0].to_string()]));
    let gradeable = rig.get(&format!("/courses/{}/assignments/{only}/gradeable_students", campus.course)).await;
    assert_eq!(gradeable.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn graded_since_finds_what_was_written_and_nothing_else() {
    let (rig, campus) = Rig::campus();
    rig.bulk(campus.course, &json!({campus.exam.to_string(): {campus.students[0].to_string(): {"posted_grade": "5"}}}))
        .await;
    let path = |since: &str| {
        format!(
            "/courses/{}/students/submissions?student_ids[]=all&order=graded_at&graded_since={since}",
            campus.course
        )
    };
    assert_eq!(rig.get(&path("2026-11-20T11:59:59Z")).await.as_array().unwrap().len(), 1);
    assert_eq!(rig.get(&path("2026-11-20T12:00:00Z")).await, json!([]), "strictly later");
}

#[tokio::test]
async fn fields_can_be_left_out() {
    let (rig, campus) = Rig::campus();
    let query =
        "student_ids[]=all&grouped=1&exclude_response_fields[]=preview_url&exclude_response_fields[]=attachments";
    let rows = rig.get(&format!("/courses/{}/students/submissions?{query}", campus.course)).await;
    let submission = &rows[0]["submissions"][0];
    assert!(submission.get("preview_url").is_none() && submission.get("attachments").is_none());
    assert_eq!(submission["score"], Value::Null);
}

#[tokio::test]
async fn the_demo_world_holds_what_its_readme_says() {
    let rig = Rig::new(World::demo(), Options::default());
    assert_eq!(rig.get("/users/self").await["login_id"], "grade.robot");
    assert_eq!(rig.get("/users/self/courses").await, json!([]), "it teaches nowhere");
    assert_eq!(rig.get("/courses/sis_course_id:1201").await["id"], 1204, "a SIS id is not an internal id");
    assert_eq!(rig.get("/courses/sis_course_id:CS%2F201%20F26").await["id"], 1202);
    assert_eq!(rig.get("/users/7042/logins").await.as_array().unwrap().len(), 2);
    let by_hand = rig.get("/courses/1201/assignments/9001/submissions/7023").await;
    assert_eq!((&by_hand["score"], &by_hand["grader_id"]), (&json!(95.0), &json!(601)));
    let dropped = rig.get("/courses/1202/enrollments?state[]=deleted").await;
    assert_eq!(dropped[0]["user_id"], 7087);
    assert_eq!(rig.call("GET", "/courses/sis_course_id:HIST-900-F26", None).await.0, 404);
    assert_eq!(rig.call("GET", "/users/sis_login_id:nobody404", None).await.0, 404);
}

#[tokio::test]
async fn a_world_survives_saving_and_loading() {
    let rig = Rig::new(World::demo(), Options::default());
    let data = json!({"9001": {"7023": {"posted_grade": "58", "text_comment": "seen"}}});
    rig.bulk(1201, &data).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("world.json");
    rig.sandbox.save(&file).unwrap();
    let saved = fs_err::read_to_string(&file).unwrap();
    let loaded = World::from_json(&saved).unwrap();
    assert_eq!(loaded.to_json(), saved);
    assert_eq!(loaded.comments_of(1201, 9001, 7023), ["seen"]);
    assert_eq!((loaded.score_of(1201, 9001, 7023), loaded.grader_of(1201, 9001, 7023)), (Some(58.0), Some(501)));
    assert!(World::from_json("{\"courses\": 5}").is_err());
}

#[tokio::test]
async fn a_generated_world_can_be_read() {
    let world = World::generate(&Generate { courses: 4, students: 60, assignments: 3, seed: 11 });
    let course = world.course_ids()[0];
    let rig = Rig::new(world, Options::default());
    let rows =
        rig.get(&format!("/courses/{course}/students/submissions?student_ids[]=all&grouped=1&per_page=100")).await;
    assert!(
        rows.as_array().is_some_and(|rows| rows.iter().all(|row| row["submissions"].as_array().unwrap().len() == 3))
    );
}

#[tokio::test]
async fn a_cross_listed_section_lives_in_the_other_course() {
    let (rig, campus) = Rig::campus();
    let into = rig.change(|world| {
        let into = world.add_course("Combined", Some("BIO-ALL"));
        let student = world.add_user("Moved");
        world.add_login(student, "moved", Some("S-9"));
        world.enroll_in_section(campus.course, campus.section, student, gradepush::sandbox::Role::Student, false);
        world.cross_list(campus.course, campus.section, into);
        into
    });
    let sections = rig.get(&format!("/courses/{into}/sections")).await;
    assert_eq!(
        (&sections[1]["id"], &sections[1]["nonxlist_course_id"]),
        (&json!(campus.section), &json!(campus.course))
    );
    let enrollments = rig.get(&format!("/courses/{into}/enrollments")).await;
    assert_eq!(
        (&enrollments[0]["sis_user_id"], &enrollments[0]["course_section_id"]),
        (&json!("S-9"), &json!(campus.section))
    );
    assert_eq!(
        rig.get(&format!("/courses/{}/enrollments?type[]=StudentEnrollment", campus.course))
            .await
            .as_array()
            .unwrap()
            .len(),
        5
    );
}
