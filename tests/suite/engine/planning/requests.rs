//! How many requests a plan costs.

use std::fmt::Write as _;

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Role, World};

use super::super::university::University;

const STUDENTS: usize = 200;
const COLUMNS: usize = 12;

/// Thirty courses of 200 students and 12 assignments take at most 230 requests, of which 30 are the second page of each
/// roster, because people are named by login here: so three take a tenth, beside the one that asks who the token belongs
/// to.
#[tokio::test(start_paused = true)]
async fn a_course_of_200_students_and_12_columns_takes_few_requests() {
    let courses = 3;
    let mut world = World::with_admin(DEMO_TOKEN);
    let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
    let students: Vec<i64> = (0..STUDENTS)
        .map(|number| {
            let user = world.add_user(&format!("Student {number}"));
            world.add_login(user, &format!("s{number}"), None);
            user
        })
        .collect();
    for course in 0..courses {
        let id = world.add_course(&format!("Course {course}"), Some(&format!("C-{course}")));
        for user in &students {
            world.enroll(id, *user, Role::Student);
        }
        for column in 0..COLUMNS {
            let name = format!("Lecture {column}");
            world.add_assignment(id, NewAssignment { name, points_possible: Some(100.0), ..NewAssignment::default() });
            for number in 0..STUDENTS {
                writeln!(sheet, "C-{course},Lecture {column},100,s{number},{}", (number + column) % 101)
                    .expect("a string");
            }
        }
    }
    let university = University::of(world);
    university.sync().await;
    let plan = university.plan(&university.sheet(&sheet)).await;
    assert_eq!(plan.counts.set, (courses * STUDENTS * COLUMNS) as u64);
    assert!((plan.requests - 1) * 10 < 230, "{} requests for {courses} courses", plan.requests);
}
