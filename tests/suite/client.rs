//! The real client against the sandbox: what a push needs, and ids that lead astray.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use gradepush::canvas::{
    AccountRef, CanvasError, Client, CourseRef, GradeData, GroupedQuery, JobState, Permission, Students,
    SubmissionChange, SubmissionInclude, TokenTrouble, UserRef,
};
use gradepush::domain::{AssignmentId, CourseId, Entered, Points, UserId};
use gradepush::sandbox::{DEMO_TOKEN, Dialect, GradingPeriod, LatePolicy, Options, Role, Sandbox, Serving, World};
use serde_json::Value;

use crate::client_carrier::settings;
use crate::client_endpoints::{ASSIGNMENT, COURSE, STUDENT, cell, endpoints, new_assignment, parameters, writer};
use crate::client_fixtures::fixture;
use crate::client_in_process::InProcess;

fn sandbox(world: World, options: Options) -> Sandbox {
    Sandbox::new(world, options, Arc::new(|| "2026-11-23T12:00:00Z".parse().expect("a time")))
}

/// A sandbox on a socket and a client of it.
async fn served(world: World, token: &str) -> (Sandbox, Serving, Client) {
    let sandbox = sandbox(world, Options { token: token.to_owned(), ..Options::default() });
    let serving = sandbox.serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a port");
    let mut settings = settings(&format!("http://{}", serving.addr));
    settings.token = token.into();
    (sandbox, serving, Client::new(&settings, Arc::new(|_| {})).expect("a client"))
}

#[tokio::test]
async fn grades_are_written_in_bulk_and_read_back() {
    let (sandbox, serving, client) = served(World::demo(), DEMO_TOKEN).await;
    let reader = client.reader();
    assert_eq!(reader.whoami().await.expect("the robot").id, UserId(501));
    let may = reader.course_permissions(COURSE, &Permission::ALL).await.expect("permissions");
    assert!(may.has(Permission::ManageGrades));

    let mut cells = GradeData::default();
    let students = sandbox.world(|world| world.students_of(COURSE.0));
    for (number, student) in students.iter().enumerate() {
        cells.insert(ASSIGNMENT, UserId(*student), cell(&format!("{number}.25"), "from the lecture"));
    }
    let answer = writer(&client).update_grades(COURSE, &cells).await.expect("accepted");
    assert!(answer.request_id.is_some());
    let job = reader.progress(answer.content.id).await.expect("the job");
    assert_eq!(job.workflow_state, JobState::Completed, "{job:?}");

    let mut query = GroupedQuery::new(Students::All, vec![ASSIGNMENT]);
    query.include = vec![SubmissionInclude::Comments, SubmissionInclude::History];
    query.per_page = 25;
    let rows = reader.grouped_submissions(COURSE, &query).await.expect("read back");
    let read: BTreeMap<UserId, Entered> =
        rows.iter().map(|row| (row.user_id, row.submissions[0].live_cell().entered)).collect();
    for (number, student) in students.iter().enumerate() {
        let expected: Points = format!("{number}.25").parse().expect("points");
        assert_eq!(read[&UserId(*student)], Entered::Score(expected), "student {student}");
    }
    let robin = rows.iter().find(|row| row.user_id == STUDENT).expect("was graded by hand before");
    assert_eq!(robin.submissions[0].submission_comments[0].comment, "from the lecture");
    // Without a hand-in the history is the present state alone.
    let history = &robin.submissions[0].submission_history;
    assert_eq!(history.iter().map(|version| version.grader_id).collect::<Vec<_>>(), [Some(501)]);
    serving.shutdown().await.expect("stopped");
}

#[tokio::test]
async fn columns_are_created_published_and_can_be_deleted() {
    let (sandbox, serving, client) = served(World::demo(), DEMO_TOKEN).await;
    let created = writer(&client).create_assignment(COURSE, &new_assignment()).await.expect("created").content;
    assert_eq!((created.name.as_str(), created.published), ("Lecture 1", true));
    assert_eq!(
        (created.points_possible, created.submission_types),
        (Some(Points::whole(100)), vec!["none".to_owned()])
    );
    let stored = sandbox.world(|world| world.assignment_data(COURSE.0, created.id.0));
    assert_eq!((&stored["integration_id"], &stored["due_at"]), (&"00697".into(), &"2026-11-30T22:59:59Z".into()));
    let listed = client.reader().assignments(COURSE).all().await.expect("a list");
    assert!(listed.iter().any(|assignment| assignment.id == created.id));
    writer(&client).delete_assignment(COURSE, created.id).await.expect("deleted");
    let gone = client.reader().assignment(COURSE, created.id).await.expect_err("deleted");
    assert!(matches!(gone, CanvasError::NotFound { .. }), "{gone}");
    serving.shutdown().await.expect("stopped");
}

/// Ids that a path, a query, a proxy or Canvas itself could misread.
const AWKWARD: [&str; 24] = [
    "CS/101.11é",
    "50%",
    "50%25",
    "a?b",
    "a#b",
    "[x]",
    "a b",
    " a",
    "a ",
    "x.json",
    "y.JSON",
    "v1.2",
    "..",
    ".",
    "a+b",
    "a&b=c",
    "sis_user_id:7",
    "日本語",
    "a\\b",
    "a,b;c",
    "@x",
    "007",
    "'\"<>",
    "self",
];

#[tokio::test]
async fn every_awkward_id_addresses_the_right_record() {
    let mut world = World::with_admin(DEMO_TOKEN);
    let mut expected = Vec::new();
    for id in AWKWARD {
        let (course, user) = (world.add_course(id, Some(id)), world.add_user(id));
        world.add_login(user, &format!("login {id}"), Some(id));
        expected.push((id, CourseId(course), UserId(user)));
    }
    let (_, serving, client) = served(world, DEMO_TOKEN).await;
    let reader = client.reader();
    for (id, course, user) in expected {
        assert_eq!(reader.course(&CourseRef::Sis(id.to_owned())).await.expect(id).id, course, "course {id:?}");
        assert_eq!(reader.user(&UserRef::Sis(id.to_owned())).await.expect(id).id, user, "user {id:?}");
        let login = UserRef::Login(format!("LOGIN {id}"));
        assert_eq!(reader.user(&login).await.expect(id).id, user, "login {id:?}");
    }
    serving.shutdown().await.expect("stopped");
}

#[tokio::test]
async fn digits_are_a_sis_id_only_where_they_are_called_one() {
    let mut world = World::with_admin(DEMO_TOKEN);
    let by_number = world.add_user_with_id(424_242, "By Number");
    let by_sis = world.add_user("By SIS");
    world.add_login(by_number, "first", None);
    world.add_login(by_sis, "second", Some("424242"));
    let (_, serving, client) = served(world, DEMO_TOKEN).await;
    let reader = client.reader();
    for (user, expected) in [
        (UserRef::Id(UserId(424_242)), Some(by_number)),
        (UserRef::Sis("424242".to_owned()), Some(by_sis)),
        (UserRef::Login("424242".to_owned()), None),
    ] {
        let found = reader.user(&user).await.ok().map(|person| person.id.0);
        assert_eq!(found, expected, "{user:?}");
    }
    serving.shutdown().await.expect("stopped");
}

#[tokio::test]
async fn refusals_are_told_apart_in_both_dialects() {
    let mut world = World::with_admin("admin");
    let (course, teacher, student) = (world.add_course("Statics", None), world.add_user("T"), world.add_user("S"));
    world.add_login(teacher, "teacher", None);
    world.add_login(student, "student", None);
    world.enroll(course, student, Role::Student);
    let other = world.add_course("Another", None);
    world.enroll(other, teacher, Role::Teacher);
    world.add_token(teacher, "teacher");
    for (token, expired) in [("expired", Some("2026-05-01T06:00:00Z")), ("revoked", None)] {
        world.add_token(teacher, token);
        world.end_token(token, expired.map(|time| time.parse().expect("a time")));
    }
    let saved = world.to_json();
    for dialect in [Dialect::Hosted, Dialect::SelfHosted] {
        let options = Options { token: "admin".to_owned(), dialect, ..Options::default() };
        let sandbox = sandbox(World::from_json(&saved).expect("a world"), options);
        let client = |token| InProcess::client(&sandbox, token).0;
        let mut cells = GradeData::default();
        cells.insert(AssignmentId(1), UserId(student), cell("1", "x"));
        let refused = writer(&client("teacher")).update_grades(CourseId(course), &cells).await;
        assert!(matches!(refused, Err(CanvasError::Forbidden { .. } | CanvasError::Rejected { .. })), "{refused:?}");
        let users = client("teacher").reader().account_users(&AccountRef::Root).all().await;
        assert!(matches!(users, Err(CanvasError::Forbidden { .. })), "{dialect:?}: {users:?}");
        let unknown = client("admin").reader().course(&CourseRef::Sis("nowhere".to_owned())).await;
        assert!(matches!(unknown, Err(CanvasError::NotFound { .. })), "{unknown:?}");
        for (token, expected) in
            [("expired", TokenTrouble::Expired), ("revoked", TokenTrouble::Revoked), ("unknown", TokenTrouble::Invalid)]
        {
            let error = client(token).reader().whoami().await.expect_err(token);
            assert!(matches!(error, CanvasError::Unauthorized { trouble, .. } if trouble == expected), "{error}");
        }
    }
}

/// All key paths in a JSON value; `[]` stands for every entry of a list.
fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                found.insert(format!("{path}.{key}"));
                keys(value, &format!("{path}.{key}"), found);
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| keys(entry, &format!("{path}[]"), found)),
        _ => {}
    }
}

/// The demonstration world with everything that some endpoint shows.
fn world_for_fixtures() -> World {
    let mut saved: Value = serde_json::from_str(&World::demo().to_json()).expect("a world is JSON");
    saved["grading_standards"] = serde_json::json!([
        { "id": 55, "title": "Letters", "scheme": [["A", 0.9], ["F", 0.0]] },
        { "id": 56, "title": "Its own", "course_id": COURSE.0, "scheme": [["A", 0.9], ["F", 0.0]] },
    ]);
    let mut world = World::from_json(&saved.to_string()).expect("a world");
    world.enroll(COURSE.0, 501, Role::Teacher);
    world.add_groups(COURSE.0, &[&[STUDENT.0]]);
    let policy = LatePolicy { late_deduction: Some(10.0), missing_percent: Some(0.0), ..LatePolicy::default() };
    world.set_late_policy(COURSE.0, policy);
    let at = |text: &str| text.parse().expect("a time");
    world.add_grading_period(
        COURSE.0,
        GradingPeriod {
            id: 5,
            title: "First half".to_owned(),
            start_at: at("2026-08-24T04:00:00Z"),
            end_at: at("2026-10-15T04:00:00Z"),
            close_at: at("2026-10-22T04:00:00Z"),
        },
    );
    world
}

/// Calls an endpoint, after whatever gives it something to show.
async fn call(name: &str, client: &Client) -> Result<(), CanvasError> {
    let endpoint = |name: &str| endpoints().into_iter().find(|endpoint| endpoint.name == name).expect("an endpoint");
    let (root, report) = (AccountRef::Root, "provisioning_csv");
    let finished = async || {
        let mut started = client.reports().start(&root, report, &parameters()).await?;
        while started.attachment.is_none() {
            started = client.reports().poll(&root, report, started.id).await?;
        }
        Ok::<i64, CanvasError>(started.id)
    };
    let comment = SubmissionChange { cell: cell("19", "seen"), ..SubmissionChange::default() };
    match name {
        "submission" | "grade_changes" => (endpoint("put_submission").call)(client.clone()).await.map(drop)?,
        "progress" => {
            let mut cells = GradeData::default();
            cells.insert(ASSIGNMENT, STUDENT, cell("17.5", "seen"));
            let job = writer(client).update_grades(COURSE, &cells).await?.content;
            return client.reader().progress(job.id).await.map(drop);
        }
        "delete_comment" => {
            let written = writer(client).put_submission(COURSE, ASSIGNMENT, STUDENT, &comment).await?.content;
            let comment = written.submission_comments[0].id;
            return writer(client).delete_comment(COURSE, ASSIGNMENT, STUDENT, comment).await.map(drop);
        }
        "report_poll" => return client.reports().poll(&root, report, finished().await?).await.map(drop),
        "report_delete" => return client.reports().delete(&root, report, finished().await?).await,
        _ => {}
    }
    (endpoint(name).call)(client.clone()).await.map(drop)
}

#[tokio::test]
async fn the_sandbox_emits_the_keys_of_the_fixtures() {
    let mut differences = Vec::new();
    for endpoint in endpoints() {
        let name = endpoint.name;
        let sandbox = sandbox(world_for_fixtures(), Options::default());
        let (client, carrier) = InProcess::client(&sandbox, DEMO_TOKEN);
        if let Err(error) = call(name, &client).await {
            differences.push(format!("{name}: {error}"));
            continue;
        }
        let (mut emitted, mut composed) = (BTreeSet::new(), BTreeSet::new());
        let answer = carrier.last_answer();
        keys(&serde_json::from_slice(&answer.body).expect("JSON"), "", &mut emitted);
        keys(&serde_json::from_str(&fixture(name)).expect("JSON"), "", &mut composed);
        let only_sandbox: Vec<&String> = emitted.difference(&composed).collect();
        let only_fixture: Vec<&String> = composed.difference(&emitted).collect();
        if !only_sandbox.is_empty() || !only_fixture.is_empty() {
            differences.push(format!("{name}: only the sandbox {only_sandbox:?}, only the fixture {only_fixture:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
