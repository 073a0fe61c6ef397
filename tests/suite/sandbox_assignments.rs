//! Creating and editing assignments (canvas-contract §G).

use serde_json::{Value, json};

use crate::sandbox_rig::Rig;

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
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"name": "A", "points_possible": -1}), "points_possible"),
        (json!({"name": "A", "points_possible": 1_000_000_000}), "points_possible"),
        (json!({"name": "A", "points_possible": "ten"}), "points_possible"),
        (json!({"name": "A", "grading_type": "stars"}), "assignment[grading_type]"),
        (json!({"name": "A", "submission_types": ["carrier_pigeon"]}), "assignment[submission_types]"),
        (json!({"name": "A", "due_at": "tomorrow"}), "assignment[due_at]"),
        (json!({"name": "A", "assignment_group_id": "first"}), "assignment[assignment_group_id]"),
        (json!({"name": "A", "hide_in_gradebook": true, "points_possible": 5}), "hide_in_gradebook"),
    ];
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
    assert_eq!((status, &taken["errors"]["sis_assignment_id"][0]["type"]), (400, &json!("taken")));
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
