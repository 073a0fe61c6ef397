//! A small university and a sheet of scores for it.

use std::collections::HashMap;
use std::fmt::Write as _;

use gradepush::sandbox::{DEMO_TOKEN, LatePolicy, NewAssignment, Role, World};
use jiff::{SignedDuration, Timestamp};

use super::chance::Chance;
use super::in_process::Place;

/// Who gets the same grade as a student, where a column is graded by group.
pub(super) type Mates = HashMap<Place, Vec<i64>>;

/// A university before the push.
pub(super) struct Term {
    pub(super) world: World,
    /// The canonical CSV.
    pub(super) sheet: String,
    /// The token's user.
    pub(super) robot: i64,
    /// Somebody who grades by hand.
    pub(super) teacher: i64,
    pub(super) mates: Mates,
}

/// Courses, students, columns and grades by chance.
pub(super) fn term(chance: &mut Chance, now: Timestamp) -> Term {
    let mut world = World::with_admin(DEMO_TOKEN);
    let robot = world.user_by_login("grade.robot").expect("the admin has a login");
    let teacher = world.add_user("Tess Teacher");
    world.add_login(teacher, "tess", None);
    let mut mates = Mates::new();
    let mut sheet =
        "course_id,assignment_id,assignment_title,score_possible,user_id,score_received,comment\n".to_owned();
    for course in 0..chance.between(1, 2) {
        let sis = format!("C-{course}");
        let id = world.add_course(&format!("Course {course}"), Some(&sis));
        world.enroll(id, teacher, Role::Teacher);
        if chance.per_mille(250) {
            world.set_late_policy(id, LatePolicy { missing_percent: Some(0.0), ..LatePolicy::default() });
        }
        let mut students = Vec::new();
        for number in 0..chance.between(2, 6) {
            let user = world.add_user(&format!("Student {course}-{number}"));
            let login = format!("s{course}.{number}");
            world.add_login(user, &login, None);
            world.enroll(id, user, Role::Student);
            students.push((user, login));
        }
        for column in 0..chance.between(1, 3) {
            let title = format!("Lecture {column}");
            let exists = !chance.per_mille(250);
            // The students in this order work together so many at a time.
            let together = if exists && chance.per_mille(200) { usize::try_from(chance.between(2, 3)) } else { Ok(1) };
            let together = together.unwrap_or(1);
            let assignment = exists.then(|| {
                let submission_types =
                    if chance.per_mille(300) { vec!["online_upload".to_owned()] } else { Vec::new() };
                let users: Vec<i64> = students.iter().map(|(user, _)| *user).collect();
                let groups: Vec<&[i64]> = users.chunks(together).collect();
                let new = NewAssignment {
                    name: title.clone(),
                    points_possible: Some(100.0),
                    submission_types,
                    // With a missing policy, work that nobody handed in gets its zero.
                    due_at: chance.per_mille(500).then(|| now - SignedDuration::from_hours(24)),
                    group_category_id: (together > 1).then(|| world.add_groups(id, &groups)),
                    ..NewAssignment::default()
                };
                let assignment = world.add_assignment(id, new);
                for (user, group) in groups.iter().flat_map(|group| group.iter().map(move |user| (*user, *group))) {
                    let others = group.iter().copied().filter(|other| *other != user);
                    mates.insert((id, assignment, user), others.collect());
                }
                assignment
            });
            let mut score = 0;
            let mut is_excused = false;
            for (place, (user, login)) in students.iter().enumerate() {
                if place % together == 0 || chance.per_mille(50) {
                    score = chance.below(200);
                    is_excused = chance.per_mille(60);
                }
                if chance.per_mille(if together > 1 { 30 } else { 100 }) {
                    continue;
                }
                if let Some(assignment) = assignment.filter(|_| chance.per_mille(350)) {
                    let grade = by_hand(chance);
                    world.set_grade((id, assignment, *user), grade.as_deref(), teacher, now);
                    if chance.per_mille(150) {
                        world.hide_grade((id, assignment, *user), now);
                    }
                }
                let comment = if chance.per_mille(300) { format!("watched {score} {login}") } else { String::new() };
                let value = if is_excused { "EX".to_owned() } else { format!("{}.{}", score / 2, score % 2 * 5) };
                writeln!(sheet, "{sis},k{column},{title},100,{login},{value},{comment}")
                    .expect("writing to a string cannot fail");
            }
        }
    }
    Term { world, sheet, robot, teacher, mates }
}

/// What a person may enter: a score, `EX`, or nothing.
pub(super) fn by_hand(chance: &mut Chance) -> Option<String> {
    match chance.below(10) {
        0 => None,
        1 => Some("EX".to_owned()),
        _ => Some(format!("{}.25", chance.below(100))),
    }
}
