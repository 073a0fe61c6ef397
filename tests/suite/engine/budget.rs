//! The request budget of design: few, large, slim requests.

use std::fmt::Write as _;

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};

use super::university::University;

/// The largest course that is promised: 2,000 students in 20 columns, all of which exist.
const STUDENTS: u64 = 2_000;
const COLUMNS: u64 = 20;

/// Cells that a job of it writes in a second.
const SPEED: u32 = 400;

/// What design allows for one course, when these students are read and these cells written: looks at the cells, the roster
/// with the logins by which people are named here, eight requests a job and its polls, which are two seconds apart and
/// closer at its ends, and the change log, a hundred changes a page.
fn budget(students: u64, cells: u64) -> u64 {
    let (mut jobs, mut left, mut size) = (0, cells, 100);
    while left > 0 {
        left = left.saturating_sub(size);
        size = (size * 4).min(4000);
        jobs += 1;
    }
    let polls = cells / u64::from(SPEED) / 2 + 8 * jobs;
    // The windows of the log overlap by some seconds.
    6 + polls + (3 + 1) * students.div_ceil(100) + 8 * jobs + (cells + cells / 2).div_ceil(100) + jobs
}

/// A score for every cell; `changed` students get another one in the first column.
fn scores(changed: u64) -> String {
    let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
    for student in 0..STUDENTS {
        for column in 0..COLUMNS {
            let more = u64::from(column == 0 && student < changed);
            let score = (student + column) % 100 + more;
            writeln!(sheet, "LARGE,Lecture {column},100,s{student},{score}").expect("writing to a string cannot fail");
        }
    }
    sheet
}

#[tokio::test(start_paused = true)]
async fn a_large_course_stays_within_the_request_budget_when_all_changes_and_when_little_does() {
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Large", Some("LARGE"));
    for column in 0..COLUMNS {
        let name = format!("Lecture {column}");
        world.add_assignment(course, NewAssignment { name, points_possible: Some(100.0), ..NewAssignment::default() });
    }
    for student in 0..STUDENTS {
        let user = world.add_user(&format!("Student {student}"));
        world.add_login(user, &format!("s{student}"), None);
        world.enroll(course, user, Role::Student);
    }
    // A Canvas without the wall of a real one, but not in no time: the change log is read by time.
    let options = Options { job_cells_per_second: Some(SPEED), ..Options::default() };
    let university = University::served(world, options, |_| {});
    university.sync().await;
    for (changed, cells) in [(0, STUDENTS * COLUMNS), (40, 40)] {
        let sheet = university.sheet(&scores(changed));
        let plan = university.plan(&sheet).await;
        let run = university.push(&plan).await;
        assert_eq!((run.counts.planned, run.counts.written), (cells, cells), "{run:?}");
        let (sent, allowed) = (plan.requests + run.requests, budget(STUDENTS, cells));
        assert!(sent <= allowed, "{} + {} requests for {cells} cells, {allowed} allowed", plan.requests, run.requests);
    }
    let stored = university.sandbox.world(|world| world.score_count()) as u64;
    assert_eq!(stored, STUDENTS * COLUMNS);
}

#[tokio::test(start_paused = true)]
async fn one_look_at_the_assignments_serves_all_new_columns() {
    const COLUMNS: u64 = 20;
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("New", Some("NEW"));
    let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
    for student in 0..30 {
        let user = world.add_user(&format!("Student {student}"));
        world.add_login(user, &format!("s{student}"), None);
        world.enroll(course, user, Role::Student);
        for column in 0..COLUMNS {
            writeln!(sheet, "NEW,Lecture {column},100,s{student},{column}").expect("writing to a string cannot fail");
        }
    }
    let university = University::of(world);
    university.sync().await;
    let plan = university.plan(&university.sheet(&sheet)).await;
    let run = university.push(&plan).await;
    assert_eq!((run.counts.written, run.assignments.created), (30 * COLUMNS, COLUMNS), "{run:?}");
    let (sent, allowed) = (plan.requests + run.requests, budget(30, 30 * COLUMNS) + COLUMNS);
    assert!(sent <= allowed, "{} + {} requests, {allowed} allowed", plan.requests, run.requests);
}
