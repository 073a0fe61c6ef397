//! While a job of a course runs, its next chunk is looked at and its last one is read back, so the job never waits.

use std::fmt::Write as _;

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};

use super::university::University;

const STUDENTS: u32 = 1_000;

/// Cells that a job writes in a second.
const SPEED: u32 = 20;

/// What a request of a push is for, as one letter.
fn letter(method: &str, path: &str) -> Option<char> {
    match (method, path) {
        ("POST", path) if path.contains("/update_grades") => Some('P'),
        ("GET", path) if path.contains("/progress/") => Some('.'),
        ("GET", path) if path.contains("/students/submissions") => Some('L'),
        ("GET", path) if path.contains("/audit/grade_change") => Some('C'),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_chunk_is_looked_at_and_the_last_one_read_back_while_a_job_runs() {
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Large", Some("LARGE"));
    let column = NewAssignment { name: "Lecture".to_owned(), points_possible: Some(100.0), ..NewAssignment::default() };
    world.add_assignment(course, column);
    let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
    for student in 0..STUDENTS {
        let user = world.add_user(&format!("Student {student}"));
        world.add_login(user, &format!("s{student}"), None);
        world.enroll(course, user, Role::Student);
        writeln!(sheet, "LARGE,Lecture,100,s{student},{}", student % 100).expect("a text takes it");
    }
    let options = Options { job_cells_per_second: Some(SPEED), ..Options::default() };
    let university = University::served(world, options, |_| {});
    university.sync().await;
    let plan = university.plan(&university.sheet(&sheet)).await;
    let before = university.sandbox.world(|world| world.requests().len());
    let run = university.push(&plan).await;
    assert_eq!(run.counts.written, u64::from(STUDENTS), "{run:?}");
    let story: String = university
        .sandbox
        .world(|world| world.requests()[before..].iter().filter_map(|one| letter(&one.method, &one.path)).collect());
    // Of each job, from its request to the next one's.
    let jobs: Vec<&str> = story.split('P').skip(1).collect();
    assert!(jobs.len() >= 3, "{story}");
    let (last, others) = jobs.split_last().expect("there are some");
    for (number, job) in others.iter().enumerate() {
        assert!(job.ends_with('.'), "the next job waited for something: {story}");
        // The change log is for the chunk before, and there is none before the first.
        assert_eq!(job.contains('C'), number > 0, "{story}");
        assert!(job.contains('L'), "{story}");
    }
    assert!(last.ends_with('C'), "the last one is read back: {story}");
}
