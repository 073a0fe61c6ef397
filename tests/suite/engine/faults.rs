//! The faults under which other clients lose grades, or claim success with nothing stored: here every row ends right.

use std::fmt::Write as _;
use std::time::Duration;

use gradepush::engine::{EngineError, PushOptions, StopReason};
use gradepush::sandbox::{
    DEMO_TOKEN, Dialect, Event, Fault, Faults, Moment, NewAssignment, Options, Role, Rule, What, World,
};

use super::university::University;

const UPDATE: &str = "/api/v1/courses/*/submissions/update_grades";
const STUDENTS: u32 = 200;
const COLUMNS: u32 = 5;

/// One course, 1,000 grades to write.
fn course() -> (World, String) {
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Course", Some("C"));
    let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received,comment\n".to_owned();
    for column in 0..COLUMNS {
        let name = format!("Lecture {column}");
        world.add_assignment(course, NewAssignment { name, points_possible: Some(100.0), ..NewAssignment::default() });
    }
    for student in 0..STUDENTS {
        let user = world.add_user(&format!("Student {student}"));
        world.add_login(user, &format!("s{student}"), None);
        world.enroll(course, user, Role::Student);
        for column in 0..COLUMNS {
            let comment = if student % 10 == 0 { "well done" } else { "" };
            writeln!(sheet, "C,Lecture {column},100,s{student},{},{comment}", (student + column) % 101)
                .expect("writing to a string cannot fail");
        }
    }
    (world, sheet)
}

#[tokio::test(start_paused = true)]
async fn no_fault_of_canvas_costs_a_grade_or_doubles_a_comment() {
    let bulk = |fault| Rule::new("POST", UPDATE, fault);
    let one_in_seven = Rule::new("", "", Fault::Throttle).probably(1.0 / 7.0);
    for (name, dialect, rule) in [
        ("one request in seven throttled with 403", Dialect::SelfHosted, one_in_seven.clone()),
        ("one request in seven throttled with 429", Dialect::Hosted, one_in_seven),
        ("a job that fails half-way", Dialect::Hosted, bulk(Fault::JobDies { rows: 333 }).times(0, 1)),
        ("jobs that fail at once", Dialect::Hosted, bulk(Fault::JobDies { rows: 0 }).times(0, 3)),
        ("a reply dropped after commit", Dialect::Hosted, bulk(Fault::Reset { executed: true }).times(0, 2)),
        ("a 502 after commit", Dialect::Hosted, bulk(Fault::Status { code: 502, executed: true }).times(0, 1)),
        ("one page in seven cut off", Dialect::Hosted, Rule::new("GET", "", Fault::ResetMidBody).probably(1.0 / 7.0)),
    ] {
        let (world, sheet) = course();
        let faults = Faults { seed: 7, rules: vec![rule], ..Faults::default() };
        let university = University::served(world, Options { faults, dialect, ..Options::default() }, |_| {});
        university.sync().await;
        let sheet = university.sheet(&sheet);
        let plan = university.plan(&sheet).await;
        let run = university.push(&plan).await;
        assert_eq!(run.counts.written, u64::from(STUDENTS * COLUMNS), "{name}: {run:?}");
        assert_eq!(
            (run.comments.sent, run.comments.unknown),
            (u64::from(STUDENTS * COLUMNS / 10), 0),
            "{name}: {run:?}"
        );
        university.sandbox.world(|world| {
            let course = world.course_by_sis_id("C").expect("the course");
            for (assignment, title) in world.assignments_of(course) {
                let column: u32 = title.trim_start_matches("Lecture ").parse().expect("a number");
                for student in 0..STUDENTS {
                    let user = world.user_by_login(&format!("s{student}")).expect("the student");
                    let score = f64::from((student + column) % 101);
                    assert_eq!(world.score_of(course, assignment, user), Some(score), "{name}: {student} in {title}");
                    let comments = world.comments_of(course, assignment, user);
                    assert_eq!(comments.len(), usize::from(student % 10 == 0), "{name}: {comments:?}");
                }
            }
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_push_that_begins_in_a_maintenance_window_waits_for_its_end() {
    let (world, sheet) = course();
    let window = Event { moment: Moment::Seconds(60), what: What::Maintenance { seconds: 300 } };
    let faults = Faults { events: vec![window], ..Faults::default() };
    let university = University::served(world, Options { faults, ..Options::default() }, |_| {});
    university.sync().await;
    let plan = university.plan(&university.sheet(&sheet)).await;
    tokio::time::advance(Duration::from_secs(61)).await;
    let at_once = PushOptions { max_age: None, ..PushOptions::default() };
    let refused = university.push_with(&plan, &at_once).await.expect_err("Canvas is away");
    assert!(matches!(refused, EngineError::Canvas(_)), "{refused:?}");
    let patient = PushOptions { wait_for_canvas: Duration::from_mins(10), ..at_once };
    let run = university.push_with(&plan, &patient).await.expect("a push");
    assert_eq!(run.counts.written, u64::from(STUDENTS * COLUMNS), "{run:?}");
}

#[tokio::test(start_paused = true)]
async fn a_canvas_that_answers_no_write_counts_as_unavailable() {
    let (world, sheet) = course();
    let rule = Rule::new("POST", UPDATE, Fault::Status { code: 503, executed: false });
    let faults = Faults { rules: vec![rule], ..Faults::default() };
    let university = University::served(world, Options { faults, ..Options::default() }, |_| {});
    university.sync().await;
    let plan = university.plan(&university.sheet(&sheet)).await;
    let run = university.push(&plan).await;
    // A course begins with a hundred cells.
    let rest = u64::from(STUDENTS * COLUMNS) - 100;
    assert_eq!((run.counts.unknown, run.counts.pending), (100, rest), "{run:?}");
    assert!(matches!(run.stopped, Some(StopReason::Unavailable(_))), "{run:?}");
}
