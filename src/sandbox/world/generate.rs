//! Worlds of any size, drawn from a seed.

use std::collections::HashMap;

use jiff::Timestamp;

use super::assignment::{Assignment, GradingType};
use super::course::{AssignmentGroup, Course, Enrollment, Section};
use super::names;
use super::people::{Login, User};
use super::state::World;
use super::submission::{Stored, Submission, SubmissionState};
use crate::sandbox::chance::Chance;
use crate::sandbox::options::DEMO_TOKEN;

/// How many courses a student takes.
const COURSES_PER_STUDENT: usize = 5;
/// Students of one section.
const SECTION_SIZE: usize = 150;

const FIRST_TEACHER: i64 = 1_001;
const ASSISTANT: i64 = 2_001;
const FIRST_COURSE: i64 = 20_001;
const FIRST_STUDENT: i64 = 100_001;
const FIRST_ASSIGNMENT: i64 = 300_001;
const FIRST_SECTION: i64 = 500_001;
const FIRST_ENROLLMENT: i64 = 1_000_001;

/// The size of a world to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generate {
    /// Courses.
    pub courses: usize,
    /// Students in the whole world; each takes about five courses.
    pub students: usize,
    /// Assignments in each course.
    pub assignments: usize,
    /// The same seed draws the same world.
    pub seed: u64,
}

impl World {
    /// Draws a world. An account admin holds [`DEMO_TOKEN`]; the first assignment of every course is graded in part. The
    /// first course has a teaching assistant, who is limited to the first of its two or more sections.
    pub fn generate(size: &Generate) -> Self {
        let mut chance = Chance::new(size.seed);
        let mut world = Self::with_admin(DEMO_TOKEN);
        let mut logins = HashMap::new();
        let teachers = size.courses.div_ceil(3);
        for index in 0..teachers {
            world.draw_person(&mut chance, &mut logins, nth(FIRST_TEACHER, index), format!("E{:05}", 1000 + index));
        }
        for index in 0..size.students {
            let sis_id = student_sis_id(index);
            world.draw_person(&mut chance, &mut logins, nth(FIRST_STUDENT, index), sis_id);
        }
        let mut rosters = vec![Vec::new(); size.courses];
        for index in 0..size.students {
            for _ in 0..COURSES_PER_STUDENT.min(size.courses) {
                // The smaller of two draws: first-year courses are large, the others are not.
                let course = chance.below(size.courses).min(chance.below(size.courses));
                rosters[course].push(nth(FIRST_STUDENT, index));
            }
        }
        let mut enrollments = 0;
        for (index, mut students) in rosters.into_iter().enumerate() {
            students.dedup();
            let teacher = nth(FIRST_TEACHER, index % teachers);
            let course = draw_course(&mut chance, index, size.assignments, teacher, &students, enrollments);
            enrollments += students.len() + 1;
            world.courses.insert(course.id, course);
        }
        if size.courses > 0 {
            // Drawn last, so that the others are the same with and without.
            world.draw_person(&mut chance, &mut logins, ASSISTANT, "E02001".to_owned());
            world.add_assistant(nth(FIRST_ENROLLMENT, enrollments));
            enrollments += 1;
        }
        world.last_id = world.last_id.max(nth(FIRST_ENROLLMENT, enrollments));
        world
    }

    fn add_assistant(&mut self, enrollment_id: i64) {
        if let Some(course) = self.courses.get_mut(&FIRST_COURSE) {
            course.enrollments.push(Enrollment {
                id: enrollment_id,
                user_id: ASSISTANT,
                kind: "TaEnrollment".to_owned(),
                course_section_id: FIRST_SECTION,
                limited_to_section: true,
                ..Enrollment::default()
            });
        }
    }

    fn draw_person(&mut self, chance: &mut Chance, logins: &mut HashMap<String, u32>, id: i64, sis_id: String) {
        let (name, stem) = names::person(chance);
        let count = logins.entry(stem.clone()).or_insert(0);
        *count += 1;
        let unique_id = format!("{stem}{count}");
        let email = Some(format!("{unique_id}@example.edu"));
        let login = Login { id: id + 10_000_000, unique_id, sis_user_id: Some(sis_id), ..Login::default() };
        self.users.insert(id, User { id, name, email, logins: vec![login], ..User::default() });
    }
}

/// Leading zeros, letters, and now and then a number that is somebody else's internal id.
fn student_sis_id(index: usize) -> String {
    match index % 20 {
        0 => nth(FIRST_STUDENT, index + 7).to_string(),
        1..=9 => format!("00{:06}", 41_200 + index),
        _ => format!("S{:07}", 2_003_000 + index),
    }
}

fn draw_course(
    chance: &mut Chance,
    index: usize,
    assignments: usize,
    teacher: i64,
    students: &[i64],
    enrollments: usize,
) -> Course {
    let id = nth(FIRST_COURSE, index);
    let (course_code, name, sis_id) = names::course(chance, index);
    // The first course has a second section, which its teaching assistant does not see.
    let sections = students.len().div_ceil(SECTION_SIZE).max(if index == 0 { 2 } else { 1 });
    let section_id = |section: usize| nth(FIRST_SECTION, index * 1_000 + section);
    let mut course = Course {
        id,
        name,
        assignment_groups: vec![AssignmentGroup { id: id + 1_000_000, name: "Assignments".to_owned() }],
        sections: (0..sections)
            .map(|section| Section {
                id: section_id(section),
                name: format!("{course_code} Section {:02}", section + 1),
                sis_section_id: Some(format!("{sis_id}-{:02}", section + 1)),
                ..Section::default()
            })
            .collect(),
        course_code,
        sis_course_id: Some(sis_id),
        ..Course::default()
    };
    let kind = "TeacherEnrollment".to_owned();
    course.enrollments.push(Enrollment {
        id: nth(FIRST_ENROLLMENT, enrollments),
        user_id: teacher,
        kind,
        ..Enrollment::default()
    });
    for (place, student) in students.iter().enumerate() {
        course.enrollments.push(Enrollment {
            id: nth(FIRST_ENROLLMENT, enrollments + place + 1),
            user_id: *student,
            course_section_id: section_id(place % sections),
            ..Enrollment::default()
        });
    }
    for number in 0..assignments {
        let mut assignment = draw_assignment(index * assignments + number, number);
        if number == 0 {
            grade_some(chance, &mut assignment, teacher, students);
        }
        course.assignments.insert(assignment.id, assignment);
    }
    course
}

fn draw_assignment(index: usize, number: usize) -> Assignment {
    let percent = number % 4 == 1;
    Assignment {
        id: nth(FIRST_ASSIGNMENT, index),
        name: format!("Lecture {}", number + 1),
        points_possible: Some(if percent { 100.0 } else { 10.0 }),
        grading_type: if percent { GradingType::Percent } else { GradingType::Points },
        submission_types: vec!["none".to_owned()],
        ..Assignment::default()
    }
}

fn grade_some(chance: &mut Chance, assignment: &mut Assignment, teacher: i64, students: &[i64]) {
    let graded_at = Timestamp::constant(1_790_000_000, 0);
    for student in students.iter().step_by(3) {
        let score = f64::from(u32::try_from(chance.below(21)).unwrap_or(0)) / 2.0;
        let mut submission = Submission {
            user_id: *student,
            score: Some(score),
            grade: Some(score.to_string()),
            excused: Some(false),
            state: SubmissionState::Graded,
            graded_at: Some(graded_at),
            posted_at: Some(graded_at),
            grader_id: Some(teacher),
            ..Submission::default()
        };
        submission.store(Stored::AsNew);
        assignment.submissions.insert(*student, submission);
    }
}

fn nth(first: i64, index: usize) -> i64 {
    first.saturating_add(i64::try_from(index).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_world() {
        let size = Generate { courses: 7, students: 90, assignments: 3, seed: 5 };
        let world = World::generate(&size);
        assert_eq!(world.to_json(), World::generate(&size).to_json());
        assert_ne!(world.to_json(), World::generate(&Generate { seed: 6, ..size }).to_json());
        assert_eq!((world.courses.len(), world.users.len()), (7, 90 + 3 + 1 + 1));
        assert!(world.courses.values().all(|course| course.assignments.len() == 3));
        let mut logins: Vec<&str> =
            world.users.values().flat_map(|user| &user.logins).map(|login| login.unique_id.as_str()).collect();
        logins.sort_unstable();
        logins.dedup();
        assert_eq!(logins.len(), world.users.len(), "no two people share a login");
    }

    #[test]
    fn a_world_of_nothing_is_possible() {
        let world = World::generate(&Generate { courses: 0, students: 3, assignments: 4, seed: 1 });
        assert!(world.courses.is_empty());
    }
}
