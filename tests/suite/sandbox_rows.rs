//! Rows of submissions come late, and lists are read from a copy (canvas-contract §I1).

use std::time::Duration;

use gradepush::sandbox::{Options, Role, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, answer};

/// The campus with rows after a second, or a copy that is behind.
fn campus(options: Options) -> (Rig, Campus) {
    let (rig, campus) = Rig::campus();
    let world = World::from_json(&rig.change(|world| world.to_json())).expect("a world");
    (Rig::new(world, options), campus)
}

fn late_rows() -> Options {
    Options { rows_after: Duration::from_secs(1), ..Options::default() }
}

async fn make(rig: &Rig, campus: &Campus, name: &str, published: bool) -> i64 {
    let body = json!({"assignment": {"name": name, "points_possible": 20, "published": published}});
    let (status, made) = rig.call("POST", &format!("/courses/{}/assignments", campus.course), Some(&body)).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_i64().expect("an id")
}

fn listed(campus: &Campus, column: i64) -> String {
    format!("/courses/{}/students/submissions?student_ids[]=all&per_page=100&assignment_ids[]={column}", campus.course)
}

fn single(campus: &Campus, column: i64, student: i64) -> String {
    format!("/courses/{}/assignments/{column}/submissions/{student}", campus.course)
}

async fn users(rig: &Rig, path: &str) -> Vec<i64> {
    let rows = rig.get(path).await;
    rows.as_array().expect("rows").iter().map(|row| row["user_id"].as_i64().expect("an id")).collect()
}

#[tokio::test]
async fn a_new_column_has_no_rows_yet_and_can_be_written_all_the_same() {
    let (rig, campus) = campus(late_rows());
    let column = make(&rig, &campus, "New", true).await;
    assert!(users(&rig, &listed(&campus, column)).await.is_empty(), "200 and nobody");
    let row = rig.get(&single(&campus, column, campus.students[0])).await;
    assert_eq!(row["workflow_state"], Value::Null);
    assert!(row["preview_url"].as_str().is_some_and(|url| url.ends_with("version=0")), "{row}");
    let gradeable = format!("/courses/{}/assignments", campus.course);
    assert_eq!(rig.get(&format!("{gradeable}/{column}/gradeable_students")).await, json!([]));
    let assigned = rig.get(&format!("{gradeable}/gradeable_students?assignment_ids[]={column}")).await;
    assert_eq!(assigned.as_array().map(Vec::len), Some(5), "all of them are assigned");
    let student = campus.students[1];
    rig.bulk(campus.course, &json!({column.to_string(): {student.to_string(): {"posted_grade": "5"}}})).await;
    assert_eq!(users(&rig, &listed(&campus, column)).await, [student], "the write made its row");
    rig.wait(1);
    assert_eq!(users(&rig, &listed(&campus, column)).await, campus.students);
}

#[tokio::test]
async fn the_rows_of_a_course_come_one_column_after_another() {
    let (rig, campus) = campus(late_rows());
    let first = make(&rig, &campus, "First", true).await;
    let second = make(&rig, &campus, "Second", true).await;
    rig.wait(1);
    let count = async |column: i64| users(&rig, &listed(&campus, column)).await.len();
    assert_eq!((count(first).await, count(second).await), (5, 0));
    rig.wait(1);
    assert_eq!((count(first).await, count(second).await), (5, 5));
}

#[tokio::test]
async fn a_newcomer_is_read_and_graded_at_once() {
    let (rig, campus) = campus(late_rows());
    let newcomer = rig.change(|world| {
        let newcomer = world.add_user("Newcomer");
        world.add_login(newcomer, "newcomer", Some("S-9"));
        newcomer
    });
    let by_id = format!(
        "/courses/{}/students/submissions?student_ids[]={newcomer}&assignment_ids[]={}",
        campus.course, campus.exam
    );
    assert_eq!(rig.call("GET", &by_id, None).await.0, 403, "one id that is not visible");
    let enrollment = json!({"user_id": newcomer, "type": "StudentEnrollment", "enrollment_state": "active"});
    let path = format!("/courses/{}/enrollments", campus.course);
    let (status, made) = rig.call("POST", &path, Some(&json!({ "enrollment": enrollment }))).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(rig.call("GET", &by_id, None).await.0, 200);
    assert_eq!(rig.call("GET", &single(&campus, campus.exam, newcomer), None).await.0, 200);
    let grade = json!({campus.exam.to_string(): {newcomer.to_string(): {"posted_grade": "5"}}});
    assert_eq!(rig.bulk(campus.course, &grade).await["workflow_state"], "completed");
    rig.change(|world| world.drop_student(campus.course, newcomer));
    assert_eq!(rig.call("GET", &by_id, None).await.0, 403, "dropped");
    assert_eq!(rig.call("GET", &single(&campus, campus.exam, newcomer), None).await.0, 404, "dropped");
}

#[tokio::test]
async fn a_dropped_student_is_in_no_list() {
    let (rig, campus) = campus(late_rows());
    let (gone, moved) = (campus.students[0], campus.students[1]);
    rig.change(|world| {
        world.drop_student(campus.course, gone);
        // Out of the first section and into the second: still a student of the course.
        world.drop_student(campus.course, moved);
        world.enroll_in_section(campus.course, campus.section, moved, Role::Student, false);
    });
    let column = make(&rig, &campus, "New", true).await;
    assert!(users(&rig, &listed(&campus, column)).await.is_empty(), "a new column has no rows yet");
    rig.wait(2);
    for column in [column, campus.exam] {
        assert_eq!(users(&rig, &listed(&campus, column)).await, campus.students[1..]);
        let grouped = users(&rig, &format!("{}&grouped=true", listed(&campus, column))).await;
        assert_eq!(grouped, campus.students[1..]);
    }
    let of_section =
        format!("/sections/{}/students/submissions?student_ids[]=all&assignment_ids[]={column}", campus.section);
    assert_eq!(users(&rig, &of_section).await, [moved]);
    // Whoever has left the section is not in its lists, though still in the course.
    let sections = rig.get(&format!("/courses/{}/sections", campus.course)).await;
    let first = sections[0]["id"].as_i64().expect("an id");
    for form in ["", "&grouped=true"] {
        let of_first = format!("/sections/{first}/students/submissions?student_ids[]=all&assignment_ids[]={column}");
        let seen = users(&rig, &format!("{of_first}&per_page=100{form}")).await;
        assert_eq!(seen, campus.students[2..], "{form}");
    }
}

#[tokio::test]
async fn who_is_assigned_is_asked_about_published_columns() {
    let (rig, campus) = campus(late_rows());
    let Campus { course, section, exam, ref students, .. } = campus;
    rig.change(|world| {
        world.set_enrollment_state(course, students[0], "inactive");
        world.drop_student(course, students[4]);
        world.enroll_in_section(course, section, students[4], Role::Student, false);
        let assistant = world.add_user("Assistant");
        world.add_login(assistant, "assistant", None);
        world.add_token(assistant, "ta");
        world.enroll_in_section(course, section, assistant, Role::Ta, true);
    });
    let draft = make(&rig, &campus, "Draft", false).await;
    let gone = make(&rig, &campus, "Gone", true).await;
    rig.call("DELETE", &format!("/courses/{course}/assignments/{gone}"), None).await;
    let path = |ids: &str| format!("/courses/{course}/assignments/gradeable_students?per_page=100{ids}");
    for nobody in [format!("&assignment_ids[]={draft}"), format!("&assignment_ids[]={gone}"), String::new()] {
        assert_eq!(rig.get(&path(&nobody)).await, json!([]), "{nobody}");
    }
    let asked = format!("&assignment_ids[]={exam}&assignment_ids[]={draft}&assignment_ids[]=999");
    let rows = rig.get(&path(&asked)).await;
    let seen: Vec<i64> = rows.as_array().expect("rows").iter().map(|row| row["id"].as_i64().expect("an id")).collect();
    assert_eq!(seen, students[1..], "inactive students are left out");
    assert_eq!(rows[0]["assignment_ids"], json!([exam]));
    rig.wait(3);
    for path in [path(&asked), format!("/courses/{course}/assignments/{exam}/gradeable_students")] {
        let (status, own) = answer(&rig.by("ta", "GET", &path, None).await);
        assert_eq!((status, own.as_array().map(Vec::len)), (200, Some(1)), "one's own section: {own}");
        assert_eq!(own[0]["id"], students[4]);
    }
}

#[tokio::test]
async fn whoever_is_no_longer_assigned_loses_the_row_with_the_next_job() {
    let (rig, campus) = campus(late_rows());
    let Campus { course, exam, ref students, .. } = campus;
    let only = json!({"only_visible_to_overrides": true, "assignment_overrides": [{"student_ids": [students[0]]}]});
    let path = format!("/courses/{course}/assignments/{exam}");
    assert_eq!(rig.call("PUT", &path, Some(&json!({ "assignment": only }))).await.0, 200);
    assert_eq!(users(&rig, &listed(&campus, exam)).await, *students, "the job has not run");
    rig.wait(1);
    assert_eq!(users(&rig, &listed(&campus, exam)).await, [students[0]]);
    let row = rig.get(&single(&campus, exam, students[1])).await;
    assert_eq!((&row["workflow_state"], &row["score"]), (&json!("deleted"), &Value::Null));
    let grade = json!({"submission": {"posted_grade": "5"}});
    assert_eq!(rig.call("PUT", &single(&campus, exam, students[1]), Some(&grade)).await.0, 403);
    let ended = rig.bulk(course, &json!({exam.to_string(): {students[1].to_string(): {"posted_grade": "5"}}})).await;
    assert_eq!(ended["message"], format!("Couldn't find User(s) with API ids '{}'", students[1]));
}

#[tokio::test]
async fn a_draft_has_rows_that_only_its_own_list_shows() {
    let (rig, campus) = campus(late_rows());
    let draft = make(&rig, &campus, "Draft", false).await;
    rig.wait(1);
    let refused = (403, json!({"error": "invalid assignment ids requested"}));
    assert_eq!(rig.call("GET", &listed(&campus, draft), None).await, refused);
    let path = format!("/courses/{}/assignments/{draft}", campus.course);
    assert_eq!(users(&rig, &format!("{path}/submissions")).await.len(), 5);
    let grade = json!({"submission": {"posted_grade": "5"}});
    assert_eq!(rig.call("PUT", &single(&campus, draft, campus.students[0]), Some(&grade)).await.0, 403);
    rig.call("PUT", &path, Some(&json!({"assignment": {"published": true}}))).await;
    assert_eq!(users(&rig, &listed(&campus, draft)).await.len(), 5, "there as soon as it is published");
}

#[tokio::test]
async fn lists_of_a_copy_are_behind_and_single_rows_are_not() {
    let options = Options { replica_lag: Duration::from_secs(5), ..Options::default() };
    let (rig, campus) = campus(options);
    let (exam, student) = (campus.exam, campus.students[0]);
    rig.bulk(campus.course, &json!({exam.to_string(): {student.to_string(): {"posted_grade": "5"}}})).await;
    let in_list = async || rig.get(&listed(&campus, exam)).await[0]["score"].clone();
    assert_eq!(in_list().await, Value::Null, "the list shows what was there");
    assert_eq!(rig.get(&single(&campus, exam, student)).await["score"], 5.0);
    rig.wait(6);
    assert_eq!(in_list().await, 5.0);
    let column = make(&rig, &campus, "New", true).await;
    let refused = (403, json!({"error": "invalid assignment ids requested"}));
    assert_eq!(rig.call("GET", &listed(&campus, column), None).await, refused, "the copy does not know it yet");
    rig.wait(6);
    assert_eq!(rig.call("GET", &listed(&campus, column), None).await.0, 200);
}
