//! The request budget of design: few, large, slim requests.

use std::fmt::Write as _;

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Role, World};

use super::university::University;

#[tokio::test]
async fn a_course_stays_within_the_request_budget() {
    let (students, columns) = (300, 20);
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Large", Some("LARGE"));
    let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
    for column in 0..columns {
        let name = format!("Lecture {column}");
        world.add_assignment(course, NewAssignment { name, points_possible: Some(100.0), ..NewAssignment::default() });
    }
    for student in 0..students {
        let user = world.add_user(&format!("Student {student}"));
        world.add_login(user, &format!("s{student}"), None);
        world.enroll(course, user, Role::Student);
        for column in 0..columns {
            writeln!(sheet, "LARGE,Lecture {column},100,s{student},{}", (student + column) % 101)
                .expect("writing to a string cannot fail");
        }
    }
    let university = University::of(world);
    university.sync().await;
    let sheet = university.sheet(&sheet);
    let plan = university.plan(&sheet).await;
    let run = university.push(&plan).await;
    assert_eq!(run.counts.written, students * columns, "{run:?}");
    let budget = 6 + 3 * students.div_ceil(100) + 2 * (students * columns).div_ceil(4000);
    assert!(plan.requests + run.requests <= budget, "{} + {} requests, {budget} allowed", plan.requests, run.requests);
}
