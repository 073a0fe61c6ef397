//! Creating and editing assignments (canvas-contract §G).

use std::time::Duration;

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Request, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Rig, answer, first_half};

#[tokio::test]
async fn unpublished_unless_asked_otherwise() {
    let (rig, campus) = Rig::campus();
    let path = format!("/courses/{}/assignments", campus.course);
    let (status, plain) = rig.call("POST", &path, Some(&json!({"assignment": {"name": "Plain"}}))).await;
    assert_eq!((status, &plain["published"], &plain["points_possible"]), (201, &json!(false), &json!(0.0)));
    assert_eq!(rig.change(|world| world.notifications().assignments), 0);
    let body = json!({"assignment": {"name": "Live", "published": true, "notify_of_update": false}});
    let (_, live) = rig.call("POST", &path, Some(&body)).await;
    assert_eq!(live["workflow_state"], "published");
    assert_eq!(rig.change(|world| world.notifications().assignments), 5, "whatever notify_of_update says");
    let publish = json!({"assignment": {"published": true}});
    let (status, _) = rig.call("PUT", &format!("{path}/{}", plain["id"]), Some(&publish)).await;
    assert_eq!((status, rig.change(|world| world.notifications().assignments)), (200, 10));
    let (_, gone) = rig.call("DELETE", &format!("{path}/{}", live["id"]), None).await;
    assert_eq!(gone["workflow_state"], "deleted");
    assert_eq!(rig.call("GET", &format!("{path}/{}", live["id"]), None).await.0, 404);
}

#[tokio::test]
async fn refusals_name_the_attribute() {
    let (rig, campus) = Rig::campus();
    let path = format!("/courses/{}/assignments", campus.course);
    let table = [
        (json!({"name": ""}), "title"),
        (json!({"name": "x".repeat(256)}), "title"),
        (json!({"name": "A", "points_possible": -1}), "points_possible"),
        (json!({"name": "A", "points_possible": 1_000_000_000}), "points_possible"),
        (json!({"name": "A", "grading_type": "stars"}), "grading_type"),
        (json!({"name": "A", "submission_types": ["carrier_pigeon"]}), "assignment[submission_types]"),
        (json!({"name": "A", "due_at": "tomorrow"}), "assignment[due_at]"),
        (json!({"name": "A", "assignment_group_id": "first"}), "assignment[assignment_group_id]"),
        (json!({"name": "A", "hide_in_gradebook": true, "points_possible": 5}), "hide_in_gradebook"),
    ];
    let nothing = rig.call("POST", &path, Some(&json!({ "assignment": {} }))).await;
    assert_eq!(nothing, (400, json!({"errors": [{"message": "assignment is missing"}]})));
    let words = json!({ "assignment": {"name": "A", "points_possible": "ten"} });
    let (status, no_number) = rig.call("POST", &path, Some(&words)).await;
    assert_eq!((status, &no_number["points_possible"]), (201, &json!(0.0)));
    for (assignment, attribute) in table {
        let (status, body) = rig.call("POST", &path, Some(&json!({ "assignment": assignment }))).await;
        assert_eq!(
            (status, &body["errors"][attribute][0]["attribute"]),
            (400, &json!(attribute)),
            "{assignment}: {body}"
        );
    }
}

#[tokio::test]
async fn sis_fields_need_the_right_and_are_otherwise_dropped_without_a_word() {
    let (rig, campus) = Rig::campus();
    let path = format!("/courses/{}/assignments", campus.course);
    let fields = json!({"assignment": {
        "name": "A", "sis_assignment_id": "EX-1", "integration_id": "I-1", "integration_data": {"gradepush": "key"},
    }});
    let (status, by_teacher) = rig.teach("POST", &path, Some(&fields)).await;
    assert_eq!(
        (status, &by_teacher["sis_assignment_id"], &by_teacher["integration_data"]),
        (201, &Value::Null, &json!({}))
    );
    let (_, by_admin) = rig.call("POST", &path, Some(&fields)).await;
    assert_eq!(
        (&by_admin["sis_assignment_id"], &by_admin["integration_data"]),
        (&json!("EX-1"), &json!({"gradepush": "key"}))
    );
    let (status, taken) = rig.call("POST", &path, Some(&fields)).await;
    assert_eq!((status, &taken["errors"]["sis_source_id"][0]["type"]), (400, &json!("taken")));
}

#[tokio::test]
async fn lists_filter_and_refuse_unknown_ids() {
    let (rig, campus) = Rig::campus();
    let path = format!("/courses/{}/assignments", campus.course);
    let names = async |query: &str| -> Vec<String> {
        let rows = rig.get(&format!("{path}?{query}")).await;
        rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    rig.call("POST", &path, Some(&json!({"assignment": {"name": "Essay"}}))).await;
    rig.call("POST", &path, Some(&json!({"assignment": {"name": "Essay"}}))).await;
    assert_eq!(names("").await, ["Exam", "Essay", "Essay"], "duplicate names are allowed");
    assert_eq!(names("search_term=ess&per_page=100").await.len(), 2);
    assert_eq!(names(&format!("assignment_ids[]={}", campus.exam)).await, ["Exam"]);
    let unknown = format!("{path}?assignment_ids[]=9&assignment_ids[]=10");
    assert_eq!(rig.call("GET", &unknown, None).await, (400, json!({"message": "Invalid assignment_ids: 9,10"})));
    let many = (0..101).map(|id| format!("assignment_ids[]={id}")).collect::<Vec<_>>().join("&");
    assert_eq!(rig.call("GET", &format!("{path}?{many}"), None).await.0, 400);
}

#[tokio::test]
async fn a_category_becomes_an_assignment_group() {
    let (rig, campus) = Rig::campus();
    let path = format!("/courses/{}", campus.course);
    let (_, group) = rig.call("POST", &format!("{path}/assignment_groups"), Some(&json!({"name": "Lectures"}))).await;
    let groups = rig.get(&format!("{path}/assignment_groups")).await;
    assert_eq!(groups[1]["id"], group["id"]);
    let create = async |id: &Value| {
        let body = json!({"assignment": {"name": "A", "assignment_group_id": id}});
        rig.call("POST", &format!("{path}/assignments"), Some(&body)).await.1["assignment_group_id"].clone()
    };
    assert_eq!(create(&group["id"]).await, group["id"]);
    assert_eq!(create(&json!(999)).await, groups[0]["id"], "a foreign group is ignored");
}

/// Both are checked while the id is free, and one of them is written first.
#[tokio::test(start_paused = true)]
async fn of_two_that_take_a_sis_id_at_once_one_is_told_by_409() {
    let (rig, campus) = Rig::campus();
    let world = World::from_json(&rig.change(|world| world.to_json())).unwrap();
    let rig = Rig::new(world, Options { latency: Duration::from_millis(100), ..Options::default() });
    let create = || {
        let headers = [
            ("authorization", format!("Bearer {DEMO_TOKEN}")),
            ("user-agent", "rig".to_owned()),
            ("content-type", "application/json".to_owned()),
        ];
        rig.sandbox.answer(Request {
            method: "POST".to_owned(),
            path_and_query: format!("/api/v1/courses/{}/assignments", campus.course),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            body: json!({"assignment": {"name": "A", "sis_assignment_id": "EX-1"}}).to_string().into_bytes(),
        })
    };
    let a_second_passes = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        rig.wait(1);
    };
    let (one, two, ()) = tokio::join!(create(), create(), a_second_passes);
    let mut both = [answer(&one.unwrap()), answer(&two.unwrap())];
    both.sort_by_key(|(status, _)| *status);
    assert_eq!(both[0].0, 201);
    assert_eq!(both[1], (409, json!({"message": "Assignment with the given sis_source_id already exists"})));
    let later = answer(&create().await.unwrap());
    assert_eq!((later.0, &later.1["errors"]["sis_source_id"][0]["type"]), (400, &json!("taken")));
}

#[tokio::test]
async fn a_closed_grading_period_is_closed_for_columns_too() {
    let (rig, campus) = Rig::campus();
    let due_at = "2026-10-01T00:00:00Z";
    let closed = rig.change(|world| {
        world.add_grading_period(campus.course, first_half());
        let new = NewAssignment { due_at: Some(due_at.parse().unwrap()), ..NewAssignment::default() };
        world.add_assignment(campus.course, new)
    });
    let path = format!("/courses/{}/assignments", campus.course);
    for (method, path, fields) in [
        ("POST", path.clone(), json!({"name": "A", "due_at": due_at})),
        ("PUT", format!("{path}/{closed}"), json!({"name": "B"})),
        ("PUT", format!("{path}/{}", campus.exam), json!({"due_at": due_at})),
    ] {
        let body = json!({ "assignment": fields });
        let (status, got) = rig.teach(method, &path, Some(&body)).await;
        assert_eq!((status, got["errors"].is_object()), (403, true), "{method} {body}: {got}");
        assert!(
            [200, 201].contains(&rig.call(method, &path, Some(&body)).await.0),
            "open to an admin: {method} {body}"
        );
    }
}

#[tokio::test]
async fn what_grades_rest_on_needs_the_right_to_grade() {
    let (rig, campus) = Rig::campus();
    let graded = json!({campus.exam.to_string(): {campus.students[0].to_string(): {"posted_grade": "5"}}});
    rig.bulk(campus.course, &graded).await;
    let mut saved: Value = serde_json::from_str(&rig.change(|world| world.to_json())).unwrap();
    for enrollment in saved["courses"][0]["enrollments"].as_array_mut().unwrap() {
        enrollment["without"] = json!(["manage_grades"]);
    }
    let rig = Rig::new(World::from_json(&saved.to_string()).unwrap(), Options::default());
    let path = format!("/courses/{}/assignments/{}", campus.course, campus.exam);
    for (fields, wanted) in [
        (json!({"name": "Another name"}), 200),
        (json!({"points_possible": 20}), 200),
        (json!({"points_possible": 25}), 403),
        (json!({"grading_type": "percent"}), 403),
    ] {
        assert_eq!(rig.teach("PUT", &path, Some(&json!({ "assignment": fields }))).await.0, wanted, "{fields}");
    }
}
