//! The client against a sandbox that goes wrong: what it survives by itself, and what it hands to its caller.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use gradepush::canvas::{
    AccountRef, CanvasError, Client, GradeData, GroupedQuery, JobState, Record, ReportParameters, ReportState, Students,
};
use gradepush::domain::{CourseId, UserId};
use gradepush::sandbox::{Bucket, DEMO_TOKEN, Dialect, Fault, Faults, Options, Rule, Sandbox, World};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::client_carrier::{json, rig};
use crate::client_endpoints::{ASSIGNMENT, COURSE, STUDENT, cell, new_assignment, parameters, writer};
use crate::client_in_process::InProcess;

/// A sandbox whose clock is the test's paused one.
fn sandbox(world: World, options: Options) -> Sandbox {
    let start: Timestamp = "2026-11-23T12:00:00Z".parse().expect("a time");
    let began = Instant::now();
    let clock = move || {
        let elapsed = SignedDuration::try_from(began.elapsed()).expect("a test is short");
        start.checked_add(elapsed).expect("a test is short")
    };
    Sandbox::new(world, options, Arc::new(clock))
}

fn faulty(rules: Vec<Rule>) -> (Sandbox, Client) {
    let faults = Faults { seed: 7, rules, ..Faults::default() };
    let sandbox = sandbox(World::demo(), Options { faults, ..Options::default() });
    let (client, _) = InProcess::client(&sandbox, DEMO_TOKEN);
    (sandbox, client)
}

/// What one of twenty callers does: reads whole courses, writes a column, reads it back.
async fn caller(client: Client, course: CourseId, students: Vec<i64>, columns: Vec<i64>) -> Result<(), CanvasError> {
    let query = GroupedQuery { per_page: 10, ..GroupedQuery::new(Students::All, Vec::new()) };
    for round in 0..2 {
        client.reader().grouped_submissions(course, &query).await?;
        let mut cells = GradeData::default();
        for student in &students {
            cells.insert(gradepush::domain::AssignmentId(columns[0]), UserId(*student), cell(&round.to_string(), "x"));
        }
        let job = writer(&client).update_grades(course, &cells).await?.content;
        while !client.reader().progress(job.id).await?.workflow_state.is_terminal() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        client.reader().grouped_submissions(course, &query).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn twenty_callers_stay_below_the_rate_limit_in_both_dialects() {
    // What answers cost on a quiet and on a busy Canvas; the second drains slower than four requests fill.
    for (dialect, cost) in
        [(Dialect::Hosted, 0.05), (Dialect::SelfHosted, 0.05), (Dialect::Hosted, 4.0), (Dialect::SelfHosted, 4.0)]
    {
        let bucket = Bucket { high_water_mark: 600.0, cost_per_request: cost, ..Bucket::default() };
        let latency = Duration::from_millis(80);
        let options = Options { dialect, bucket: Some(bucket), latency, ..Options::default() };
        let sandbox = sandbox(World::demo(), options);
        let (client, _) = InProcess::client(&sandbox, DEMO_TOKEN);
        let courses: Vec<(i64, Vec<i64>, Vec<i64>)> = sandbox.world(|world| {
            let ids = world.course_ids().into_iter();
            ids.map(|course| {
                let columns = world.assignments_of(course).into_iter().map(|(id, _)| id).collect();
                (course, world.students_of(course), columns)
            })
            .collect()
        });
        let callers = (0..20).map(|number| {
            let (course, students, columns) = courses[number % courses.len()].clone();
            caller(client.clone(), CourseId(course), students, columns)
        });
        for outcome in join_all(callers).await {
            outcome.expect("no caller fails");
        }
        let (requests, throttled) = (client.requests(), client.throttled());
        assert!(requests > 300, "{requests}");
        assert!(throttled * 100 <= requests, "{dialect:?}, cost {cost}: {throttled} of {requests} were throttled");
    }
}

#[tokio::test(start_paused = true)]
async fn reads_come_out_right_whatever_happens_on_the_way() {
    let query = GroupedQuery { per_page: 10, ..GroupedQuery::new(Students::All, vec![ASSIGNMENT]) };
    let (_, untroubled) = faulty(Vec::new());
    let expected = untroubled.reader().grouped_submissions(COURSE, &query).await.expect("nothing is wrong");
    assert_eq!(expected.len(), 60);
    for fault in [
        Fault::Throttle,
        Fault::Status { code: 500, executed: false },
        Fault::Status { code: 502, executed: true },
        Fault::Status { code: 503, executed: false },
        Fault::Status { code: 504, executed: true },
        Fault::Reset { executed: false },
        Fault::ResetMidBody,
        Fault::Hang { seconds: 300, executed: true },
    ] {
        let (_, client) = faulty(vec![Rule::new("GET", "", fault).probably(0.25)]);
        let read = client.reader().grouped_submissions(COURSE, &query).await;
        assert_eq!(read.expect("retried"), expected, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_write_is_unknown_and_the_write_happens_once_at_most() {
    let mut cells = GradeData::default();
    cells.insert(ASSIGNMENT, STUDENT, cell("58", "once"));
    for (fault, expected) in [
        (Fault::Status { code: 504, executed: true }, 1),
        (Fault::Status { code: 503, executed: false }, 0),
        (Fault::Reset { executed: true }, 1),
        (Fault::Reset { executed: false }, 0),
        (Fault::ResetMidBody, 1),
        (Fault::Hang { seconds: 300, executed: true }, 1),
        (Fault::MalformedJson, 1),
    ] {
        let (sandbox, client) = faulty(vec![Rule::new("POST", "", fault)]);
        let error = writer(&client).update_grades(COURSE, &cells).await.expect_err("the answer is lost");
        assert!(error.outcome_unknown(), "{fault:?}: {error}");
        tokio::time::sleep(Duration::from_mins(10)).await;
        let comments = sandbox.world(|world| world.comments_of(COURSE.0, ASSIGNMENT.0, STUDENT.0));
        assert_eq!(comments.len(), expected, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_write_happens_once() {
    let mut cells = GradeData::default();
    cells.insert(ASSIGNMENT, STUDENT, cell("58", "once"));
    let (sandbox, client) = faulty(vec![Rule::new("POST", "", Fault::Throttle).times(0, 3)]);
    let job = writer(&client).update_grades(COURSE, &cells).await.expect("let through").content;
    assert_eq!(client.reader().progress(job.id).await.expect("the job").workflow_state, JobState::Completed);
    assert_eq!(sandbox.world(|world| world.comments_of(COURSE.0, ASSIGNMENT.0, STUDENT.0)), ["once"]);
    assert_eq!(client.throttled(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_equal_report_that_waits_is_taken_over_and_another_conflict_is_a_refusal() {
    let (_, client) = faulty(Vec::new());
    let (root, name) = (AccountRef::Root, "provisioning_csv");
    let start = async |table| {
        let parameters = ReportParameters { tables: vec![table], ..ReportParameters::default() };
        client.reports().start(&root, name, &parameters).await.expect("started").id
    };
    // The first one runs and ends while the others are asked for.
    start("users").await;
    let waiting = start("courses").await;
    assert_eq!(start("courses").await, waiting);
    let conflict = rig(|_, _| json(409, r#"{"message": "Assignment with the given sis_source_id already exists"}"#));
    let refused = writer(&conflict.client).create_assignment(COURSE, &new_assignment()).await;
    assert!(matches!(refused, Err(CanvasError::Rejected { .. })), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_report_goes_from_start_to_its_tables_and_away() {
    let (_, client) = faulty(Vec::new());
    let reports = client.reports();
    let (root, name) = (AccountRef::Root, "provisioning_csv");
    let mut report = reports.start(&root, name, &parameters()).await.expect("started");
    while report.status != ReportState::Complete {
        assert!(matches!(report.status, ReportState::Created | ReportState::Running), "{report:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        report = reports.poll(&root, name, report.id).await.expect("polled");
    }
    let attachment = report.attachment.expect("a file");
    let mut archive = reports.download(&attachment).await.expect("downloaded");
    let mut users = archive.table("users").expect("readable").expect("a table");
    let (id, login) = (users.column("canvas_user_id").expect("a column"), users.column("login_id").expect("a column"));
    let (mut record, mut logins) = (Record::default(), Vec::new());
    while users.read(&mut record).expect("a row") {
        if record.get(id) == "7042" {
            logins.push(record.get(login).to_owned());
        }
    }
    drop(users);
    logins.sort();
    assert_eq!(logins, ["evolkova.med", "evolkova1"], "one row per login");
    assert!(archive.table("courses").expect("readable").is_none(), "not asked for");
    reports.delete(&root, name, report.id).await.expect("deleted");
    assert!(reports.download(&attachment).await.is_err(), "the file is gone");
    let unknown = reports.start(&root, "no_such_report_csv", &parameters()).await;
    assert!(matches!(unknown, Err(CanvasError::NotFound { .. })), "{unknown:?}");
}

#[tokio::test(start_paused = true)]
async fn a_post_policy_hides_grades_until_they_are_posted() {
    let (sandbox, client) = faulty(Vec::new());
    writer(&client).set_post_policy(ASSIGNMENT, true).await.expect("set");
    assert!(client.reader().assignment(COURSE, ASSIGNMENT).await.expect("a column").post_manually);
    let mut cells = GradeData::default();
    let student = sandbox.world(|world| world.students_of(COURSE.0)).into_iter().find(|id| *id != STUDENT.0);
    let student = student.expect("more than one student");
    cells.insert(ASSIGNMENT, UserId(student), cell("58", "x"));
    let job = writer(&client).update_grades(COURSE, &cells).await.expect("accepted").content;
    client.reader().progress(job.id).await.expect("the job");
    assert!(!sandbox.world(|world| world.is_posted(COURSE.0, ASSIGNMENT.0, student)));
    let unknown = writer(&client).set_post_policy(gradepush::domain::AssignmentId(1), true).await;
    assert!(matches!(unknown, Err(CanvasError::Rejected { .. })), "{unknown:?}");
}
