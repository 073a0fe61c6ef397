//! How fast bulk jobs are, what holds them up, and what a worker that dies leaves behind (canvas-contract §H7).

use gradepush::sandbox::{Fault, Faults, NewAssignment, Options, Pace, Role, Rule, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig};

/// The campus with a second column and a second course of one student, and these options.
fn campus(options: Options) -> (Rig, Campus, [i64; 2], (i64, i64)) {
    let (rig, campus) = Rig::campus();
    let column = || NewAssignment { name: "Quiz".into(), points_possible: Some(20.0), ..NewAssignment::default() };
    let (second, other) = rig.change(|world| {
        let second = world.add_assignment(campus.course, column());
        let other = world.add_course("Other", None);
        world.enroll(other, campus.students[0], Role::Student);
        (second, (other, world.add_assignment(other, column())))
    });
    let world = World::from_json(&rig.change(|world| world.to_json())).expect("a world");
    let columns = [campus.exam, second];
    (Rig::new(world, options), campus, columns, other)
}

/// The grade of so many students in every column.
fn grades(campus: &Campus, columns: &[i64], count: usize, grade: &str) -> Value {
    let students = campus.students[..count].iter();
    let cells: Value = students.map(|user| (user.to_string(), json!({ "posted_grade": grade }))).collect();
    columns.iter().map(|column| (column.to_string(), cells.clone())).collect()
}

async fn post(rig: &Rig, course: i64, grade_data: &Value) -> Value {
    let path = format!("/courses/{course}/submissions/update_grades");
    let (status, progress) = rig.call("POST", &path, Some(&json!({ "grade_data": grade_data }))).await;
    assert_eq!(status, 200, "{progress}");
    progress["id"].clone()
}

fn states(rig: &Rig) -> Vec<&'static str> {
    rig.change(|world| world.job_states().into_iter().map(|(_, state)| state).collect())
}

#[tokio::test]
async fn courses_wait_for_a_worker_as_well() {
    let options = Options { workers: 1, job_cells_per_second: Some(1), ..Options::default() };
    let (rig, campus, _, (other, quiz)) = campus(options);
    post(&rig, campus.course, &grades(&campus, &[campus.exam], 3, "5")).await;
    post(&rig, other, &grades(&campus, &[quiz], 1, "5")).await;
    assert_eq!(states(&rig), ["running", "queued"]);
    rig.wait(3);
    assert_eq!(states(&rig), ["completed", "running"]);
    rig.wait(1);
    assert_eq!(states(&rig), ["completed", "completed"]);
}

#[tokio::test]
async fn at_a_real_pace_changes_take_time_and_follow_up_work_makes_a_queue() {
    let options = Options { pace: Pace::Real, workers: 1, ..Options::default() };
    let (rig, campus, columns, _) = campus(options);
    let ten = grades(&campus, &columns, 5, "5");
    post(&rig, campus.course, &ten).await;
    rig.wait(1);
    assert_eq!(states(&rig), ["running"], "ten changes at six a second");
    rig.wait(1);
    assert_eq!(states(&rig), ["completed"]);
    post(&rig, campus.course, &ten).await;
    assert_eq!(states(&rig), ["completed", "queued"], "the worker has follow-up work to do");
    rig.wait(1);
    assert_eq!(states(&rig), ["completed", "completed"], "cells that stay as they are take no time to speak of");
}

#[tokio::test]
async fn jobs_wait_while_a_file_is_there() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("hold");
    fs_err::write(&file, "").expect("a file");
    let options = Options { hold_jobs: Some(file.clone()), ..Options::default() };
    let (rig, campus, ..) = campus(options);
    let id = post(&rig, campus.course, &grades(&campus, &[campus.exam], 1, "5")).await;
    rig.wait(600);
    assert_eq!(rig.get(&format!("/progress/{id}")).await["workflow_state"], "queued");
    fs_err::remove_file(&file).expect("removed");
    assert_eq!(rig.get(&format!("/progress/{id}")).await["workflow_state"], "completed");
}

#[tokio::test]
async fn a_job_that_is_held_in_the_middle_goes_on_where_it_was() {
    let directory = tempfile::tempdir().expect("a folder");
    let file = directory.path().join("hold");
    let options = Options { hold_jobs: Some(file.clone()), job_cells_per_second: Some(1), ..Options::default() };
    let (rig, campus, ..) = campus(options);
    let Campus { course, exam, ref students, .. } = campus;
    let written = |rig: &Rig| {
        rig.change(|world| students.iter().filter(|user| world.score_of(course, exam, **user).is_some()).count())
    };
    post(&rig, course, &grades(&campus, &[exam], 5, "5")).await;
    rig.wait(2);
    assert_eq!(written(&rig), 2);
    fs_err::write(&file, "").expect("a file");
    rig.wait(600);
    assert_eq!(written(&rig), 2, "nothing is written while it is held");
    fs_err::remove_file(&file).expect("removed");
    assert_eq!(written(&rig), 2, "and nothing was done meanwhile");
    rig.wait(1);
    assert_eq!(written(&rig), 3);
}

#[tokio::test]
async fn a_worker_that_is_killed_leaves_a_grade_without_its_comment() {
    let fault = Fault::JobKilled { rows: 1, after_ms: 5_000 };
    let rules = vec![Rule::new("POST", "/api/v1/courses/*/submissions/update_grades", fault)];
    let faults = Faults { rules, ..Faults::default() };
    let (rig, campus, ..) = campus(Options { faults, ..Options::default() });
    let Campus { course, exam, ref students, .. } = campus;
    let line = json!({"posted_grade": "5", "text_comment": "words"});
    let cells: Value = students[..3].iter().map(|user| (user.to_string(), line.clone())).collect();
    let id = post(&rig, course, &json!({exam.to_string(): cells})).await;
    let path = format!("/progress/{id}");
    assert_eq!(rig.get(&path).await["workflow_state"], "running", "nobody has noticed");
    let left = |student: i64| {
        rig.change(|world| (world.score_of(course, exam, student), world.comments_of(course, exam, student).len()))
    };
    assert_eq!([0, 1, 2].map(|index| left(students[index])), [(Some(5.0), 1), (Some(5.0), 0), (None, 0)]);
    rig.wait(6);
    let ended = rig.get(&path).await;
    assert_eq!(ended["workflow_state"], "failed");
    assert!(ended["message"].as_str().is_some_and(|text| text.starts_with("Unexpected error, ID: ")), "{ended}");
    rig.wait(60);
    assert_eq!(left(students[2]), (None, 0), "it is not run again");
}

#[tokio::test]
async fn workers_that_are_held_back_make_no_rows_and_no_reports() {
    let folder = tempfile::tempdir().expect("a folder");
    let hold = folder.path().join("hold");
    for rows_after in [0, 1].map(std::time::Duration::from_secs) {
        fs_err::write(&hold, "").expect("writable");
        let options = Options { hold_jobs: Some(hold.clone()), rows_after, ..Options::default() };
        let (rig, campus, ..) = campus(options);
        let new = json!({"assignment": {"name": "New", "published": true, "points_possible": 10}});
        let made = rig.call("POST", &format!("/courses/{}/assignments", campus.course), Some(&new)).await.1;
        let list = format!(
            "/courses/{}/students/submissions?student_ids[]=all&assignment_ids[]={}",
            campus.course, made["id"]
        );
        let reports = "/accounts/1/reports/provisioning_csv";
        let report = rig.call("POST", reports, Some(&json!({"parameters": {"users": true}}))).await.1;
        let report = format!("{reports}/{}", report["id"]);
        rig.wait(60);
        for _ in 0..3 {
            assert_eq!(rig.get(&list).await, json!([]), "nobody makes the rows");
            assert_eq!(rig.get(&report).await["status"], "created", "nobody makes the report");
        }
        fs_err::remove_file(&hold).expect("it is there");
        assert_eq!(rig.get(&list).await.as_array().map(Vec::len), Some(5));
        rig.get(&report).await;
        assert_eq!(rig.get(&report).await["status"], "complete");
    }
}
