//! Building a world in a test, a row at a time.

use jiff::Timestamp;

use super::account::{Account, Admin, GradingStandard, Term, Token};
use super::assignment::{Assignment, AssignmentState, GradingType};
use super::course::{AssignmentGroup, Course, CourseState, Enrollment, EnrollmentState, Group, GroupCategory, Section};
use super::course::{GradingPeriod, LatePolicy};
use super::people::{Login, User};
use super::state::World;
use super::submission::{Stored, Submission};
use super::write::{Cell, Excuse, How};

/// What somebody is in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `StudentEnrollment`.
    Student,
    /// `TeacherEnrollment`.
    Teacher,
    /// `TaEnrollment`.
    Ta,
    /// `ObserverEnrollment`.
    Observer,
    /// `StudentViewEnrollment`, the test student.
    StudentView,
}

impl Role {
    fn kind(self) -> &'static str {
        match self {
            Self::Student => "",
            Self::Teacher => "TeacherEnrollment",
            Self::Ta => "TaEnrollment",
            Self::Observer => "ObserverEnrollment",
            Self::StudentView => "StudentViewEnrollment",
        }
    }
}

/// An assignment to add. Texts are Canvas's words; an empty text stands for Canvas's default.
#[expect(clippy::struct_excessive_bools, reason = "Canvas's assignment is made of switches")]
#[derive(Debug, Clone, Default)]
pub struct NewAssignment {
    /// The name.
    pub name: String,
    /// Points possible; no points when absent.
    pub points_possible: Option<f64>,
    /// `points`, `percent`, `letter_grade`, `gpa_scale`, `pass_fail` or `not_graded`.
    pub grading_type: String,
    /// The scheme of letter and GPA grades; the course's, else Canvas's own, when absent.
    pub grading_standard_id: Option<i64>,
    /// Not yet visible to students, and not gradeable.
    pub unpublished: bool,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// `none` when empty; an online kind makes late and missing policies apply.
    pub submission_types: Vec<String>,
    /// Grades stay hidden until somebody posts them.
    pub post_manually: bool,
    /// Moderated, with grades not yet released.
    pub moderated_grading: bool,
    /// A discussion with checkpoints, which cannot be graded as a whole.
    pub checkpointed: bool,
    /// Graded anonymously.
    pub anonymous_grading: bool,
    /// Graded by group.
    pub group_category_id: Option<i64>,
    /// Only these users are assigned.
    pub only_visible_to: Option<Vec<i64>>,
    /// SIS id.
    pub sis_assignment_id: Option<String>,
}

impl World {
    /// A university with one account, one term and one account admin, whose token is `token`.
    pub fn with_admin(token: &str) -> Self {
        let mut world = Self { time_zone: "America/New_York".to_owned(), ..Self::default() };
        let admin = world.add_user("Grade Robot");
        world.add_login(admin, "grade.robot", Some("SVC-7"));
        let admins = vec![Admin { user_id: admin, without: Vec::new() }];
        world
            .accounts
            .insert(1, Account { id: 1, name: "Example University".to_owned(), admins, ..Account::default() });
        world.terms.insert(
            1,
            Term { id: 1, name: "Fall 2026".to_owned(), sis_term_id: Some("F26".to_owned()), ..Term::default() },
        );
        world.add_token(admin, token);
        world
    }

    /// Adds a person without a login.
    pub fn add_user(&mut self, name: &str) -> i64 {
        let id = self.new_id();
        self.users.insert(id, User { id, name: name.to_owned(), ..User::default() });
        id
    }

    /// Adds a person under a chosen internal id.
    pub fn add_user_with_id(&mut self, id: i64, name: &str) -> i64 {
        self.users.insert(id, User { id, name: name.to_owned(), ..User::default() });
        id
    }

    /// Gives a person one more login.
    pub fn add_login(&mut self, user_id: i64, unique_id: &str, sis_user_id: Option<&str>) {
        let id = self.new_id();
        let login = Login {
            id,
            unique_id: unique_id.to_owned(),
            sis_user_id: sis_user_id.map(str::to_owned),
            ..Login::default()
        };
        if let Some(user) = self.users.get_mut(&user_id) {
            user.logins.push(login);
        }
    }

    /// Gives a person an access token.
    pub fn add_token(&mut self, user_id: i64, token: &str) {
        let id = self.new_id();
        let purpose = "gradepush".to_owned();
        self.tokens.push(Token { id, user_id, token: token.to_owned(), purpose, ..Token::default() });
    }

    /// Ends a token: it was revoked, or it expired at a moment.
    pub fn end_token(&mut self, token: &str, expired_at: Option<Timestamp>) {
        for held in self.tokens.iter_mut().filter(|held| held.token == token) {
            held.revoked = expired_at.is_none();
            held.expires_at = expired_at;
        }
    }

    /// Takes permissions, by Canvas's names, from every account admin.
    pub fn restrict_admins(&mut self, without: &[&str]) {
        for admin in self.accounts.values_mut().flat_map(|account| &mut account.admins) {
            admin.without = without.iter().map(|&right| right.to_owned()).collect();
        }
    }

    /// Adds an available course with one section.
    pub fn add_course(&mut self, name: &str, sis_course_id: Option<&str>) -> i64 {
        let id = self.new_id();
        let course = Course {
            id,
            name: name.to_owned(),
            course_code: name.to_owned(),
            sis_course_id: sis_course_id.map(str::to_owned),
            assignment_groups: vec![AssignmentGroup { id: id + 1, name: "Assignments".to_owned() }],
            ..Course::default()
        };
        self.last_id += 1;
        self.courses.insert(id, course);
        self.add_section(id, name, None);
        id
    }

    /// Adds a section to a course.
    pub fn add_section(&mut self, course_id: i64, name: &str, sis_section_id: Option<&str>) -> i64 {
        let id = self.new_id();
        let sis_section_id = sis_section_id.map(str::to_owned);
        if let Some(course) = self.courses.get_mut(&course_id) {
            course.sections.push(Section { id, name: name.to_owned(), sis_section_id, ..Section::default() });
        }
        id
    }

    /// Concludes a course.
    pub fn conclude_course(&mut self, course_id: i64) {
        self.set_course_state(course_id, "completed");
    }

    /// Sets a course's state: `unpublished`, `available`, `completed` or `deleted`. Another word changes nothing.
    pub fn set_course_state(&mut self, course_id: i64, state: &str) {
        use CourseState::{Available, Completed, Deleted, Unpublished};
        let states = [Unpublished, Available, Completed, Deleted];
        let Some(state) = states.into_iter().find(|candidate| candidate.word() == state) else { return };
        if let Some(course) = self.courses.get_mut(&course_id) {
            course.state = state;
        }
    }

    /// Cross-lists a section: it moves into another course, and its enrollments with it.
    pub fn cross_list(&mut self, from_course_id: i64, section_id: i64, into_course_id: i64) {
        if !self.courses.contains_key(&into_course_id) || from_course_id == into_course_id {
            return;
        }
        let Some(from) = self.courses.get_mut(&from_course_id) else { return };
        let Some(place) = from.sections.iter().position(|section| section.id == section_id) else { return };
        let in_section = |held: &Enrollment| from.section_of(held).is_some_and(|section| section.id == section_id);
        let (moved, kept): (Vec<Enrollment>, Vec<Enrollment>) = from.enrollments.iter().cloned().partition(in_section);
        from.enrollments = kept;
        let section = Section { nonxlist_course_id: Some(from_course_id), ..from.sections.remove(place) };
        let Some(into) = self.courses.get_mut(&into_course_id) else { return };
        into.sections.push(section);
        into.enrollments.extend(moved.into_iter().map(|held| Enrollment { course_section_id: section_id, ..held }));
    }

    /// Adds a grading standard of the account: letters from the best down, each with the lowest fraction that earns it.
    pub fn add_grading_standard(&mut self, title: &str, scheme: &[(&str, f64)]) -> i64 {
        let id = self.new_id();
        let scheme = scheme.iter().map(|(letter, cut_off)| ((*letter).to_owned(), *cut_off)).collect();
        let standard = GradingStandard { id, title: title.to_owned(), scheme, ..GradingStandard::default() };
        self.grading_standards.insert(id, standard);
        id
    }

    /// Suspends a login, or brings it back.
    pub fn suspend_login(&mut self, unique_id: &str, suspended: bool) {
        let logins = self.users.values_mut().flat_map(|user| &mut user.logins);
        logins.filter(|login| login.unique_id == unique_id).for_each(|login| login.suspended = suspended);
    }

    /// Enrolls a person in a course's first section.
    pub fn enroll(&mut self, course_id: i64, user_id: i64, role: Role) -> i64 {
        self.enroll_in_section(course_id, 0, user_id, role, false)
    }

    /// Enrolls a person in a section; `limited` staff see and grade only that section.
    pub fn enroll_in_section(
        &mut self,
        course_id: i64,
        section_id: i64,
        user_id: i64,
        role: Role,
        limited: bool,
    ) -> i64 {
        let id = self.new_id();
        let enrollment = Enrollment {
            id,
            user_id,
            course_section_id: section_id,
            kind: role.kind().to_owned(),
            limited_to_section: limited,
            ..Enrollment::default()
        };
        if let Some(course) = self.courses.get_mut(&course_id) {
            course.enrollments.push(enrollment);
        }
        id
    }

    /// Sets the state of all of a person's enrollments in a course: `active`, `invited`, `inactive`, `completed`,
    /// `rejected` or `deleted`. Another word changes nothing.
    pub fn set_enrollment_state(&mut self, course_id: i64, user_id: i64, state: &str) {
        use EnrollmentState::{Active, Completed, Deleted, Inactive, Invited, Rejected};
        let states = [Active, Invited, Inactive, Completed, Rejected, Deleted];
        let Some(state) = states.into_iter().find(|candidate| candidate.word() == state) else { return };
        if let Some(course) = self.courses.get_mut(&course_id) {
            let theirs = course.enrollments.iter_mut().filter(|enrollment| enrollment.user_id == user_id);
            theirs.for_each(|enrollment| enrollment.state = state);
        }
    }

    /// Merges a person into another, as an administrator does: logins, enrollments and submissions become the other
    /// person's, whose own count where both have one. Nothing is found under the merged person's id any more.
    pub fn merge_users(&mut self, from: i64, into: i64) {
        if !self.users.contains_key(&into) {
            return;
        }
        let Some(merged) = self.users.remove(&from) else { return };
        if let Some(heir) = self.users.get_mut(&into) {
            heir.logins.extend(merged.logins);
        }
        for course in self.courses.values_mut() {
            for enrollment in course.enrollments.iter_mut().filter(|enrollment| enrollment.user_id == from) {
                enrollment.user_id = into;
            }
            for assignment in course.assignments.values_mut() {
                if let Some(submission) = assignment.submissions.remove(&from) {
                    let submission = Submission { user_id: into, ..submission };
                    assignment.submissions.entry(into).or_insert(submission);
                }
            }
        }
    }

    /// Takes a student out of a course.
    pub fn drop_student(&mut self, course_id: i64, user_id: i64) {
        self.set_enrollment_state(course_id, user_id, "deleted");
    }

    /// Adds an assignment.
    pub fn add_assignment(&mut self, course_id: i64, new: NewAssignment) -> i64 {
        let id = self.new_id();
        let submission_types =
            if new.submission_types.is_empty() { vec!["none".to_owned()] } else { new.submission_types };
        let assignment = Assignment {
            id,
            name: new.name,
            points_possible: new.points_possible,
            grading_type: GradingType::from_word(&new.grading_type).unwrap_or_default(),
            state: if new.unpublished { AssignmentState::Unpublished } else { AssignmentState::Published },
            grading_standard_id: new.grading_standard_id,
            due_at: new.due_at,
            submission_types,
            post_manually: new.post_manually,
            moderated_grading: new.moderated_grading,
            checkpointed: new.checkpointed,
            anonymous_grading: new.anonymous_grading,
            group_category_id: new.group_category_id,
            only_visible_to: new.only_visible_to,
            sis_assignment_id: new.sis_assignment_id,
            ..Assignment::default()
        };
        if let Some(course) = self.courses.get_mut(&course_id) {
            course.assignments.insert(id, assignment);
        }
        id
    }

    /// Adds a set of student groups; returns its id.
    pub fn add_groups(&mut self, course_id: i64, groups: &[&[i64]]) -> i64 {
        let category_id = self.new_id();
        let mut category = GroupCategory { id: category_id, name: "Project groups".to_owned(), groups: Vec::new() };
        for (index, user_ids) in groups.iter().enumerate() {
            let id = self.new_id();
            category.groups.push(Group { id, name: format!("Group {}", index + 1), user_ids: user_ids.to_vec() });
        }
        if let Some(course) = self.courses.get_mut(&course_id) {
            course.group_categories.push(category);
        }
        category_id
    }

    /// Moves a student into the group of another one.
    pub fn join_group(&mut self, course_id: i64, user_id: i64, other_id: i64) {
        let Some(course) = self.courses.get_mut(&course_id) else { return };
        for group in course.group_categories.iter_mut().flat_map(|category| &mut category.groups) {
            group.user_ids.retain(|member| *member != user_id);
            if group.user_ids.contains(&other_id) {
                group.user_ids.push(user_id);
            }
        }
    }

    /// Sets a course's late policy.
    pub fn set_late_policy(&mut self, course_id: i64, policy: LatePolicy) {
        if let Some(course) = self.courses.get_mut(&course_id) {
            course.late_policy = Some(policy);
            course.assignments.values_mut().for_each(|held| held.missing_since = None);
        }
    }

    /// Adds a grading period to a course.
    pub fn add_grading_period(&mut self, course_id: i64, period: GradingPeriod) {
        if let Some(course) = self.courses.get_mut(&course_id) {
            course.grading_periods.push(period);
        }
    }

    /// A person sets a grade in the gradebook: `None` clears, `EX` excuses, anything else is a posted grade.
    pub fn set_grade(&mut self, cell: (i64, i64, i64), grade: Option<&str>, grader_id: i64, now: Timestamp) {
        let excuse = if grade == Some("EX") { Excuse::Yes } else { Excuse::Absent };
        let posted_grade = (excuse == Excuse::Absent).then(|| grade.unwrap_or_default().to_owned());
        let cell_value = Cell { posted_grade, excuse, ..Cell::default() };
        // A person in the gradebook is refused like anybody else: the cell then stays as it is.
        self.grade(cell, &cell_value, How::default(), (grader_id, now)).unwrap_or_default();
    }

    /// A person sets a score in SpeedGrader, which leaves version, grader and time as they were (canvas-contract §H9).
    pub fn set_score_in_speedgrader(&mut self, cell: (i64, i64, i64), score: f64, grader_id: i64, now: Timestamp) {
        self.set_score(cell, Some(score), (grader_id, now));
    }

    /// A student hands something in.
    pub fn submit(&mut self, cell: (i64, i64, i64), now: Timestamp) {
        self.hand_in(cell, ("online_text_entry", None), now);
    }

    /// A student hands in something of a kind, with its text. Each hand-in makes a version (canvas-contract §H9).
    pub(crate) fn hand_in(
        &mut self,
        (course_id, assignment_id, user_id): (i64, i64, i64),
        (kind, body): (&str, Option<String>),
        now: Timestamp,
    ) {
        let Some((_, assignment)) = self.assignment(course_id, assignment_id) else { return };
        let mut submission = assignment.submission(user_id);
        submission.attempt = Some(submission.attempt.unwrap_or(0) + 1);
        submission.submission_type = Some(kind.to_owned());
        submission.submitted_at = Some(now);
        submission.body = body;
        submission.resubmitted = submission.score.is_some();
        submission.state = super::SubmissionState::Submitted;
        submission.store(Stored::AsNew);
        self.put_submission((course_id, assignment_id), submission, now);
    }

    /// A teacher changes how a column is graded: its points, type, moderation, anonymity and groups.
    pub fn revise_assignment(&mut self, course_id: i64, assignment_id: i64, revised: &NewAssignment) {
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) {
            assignment.points_possible = revised.points_possible;
            assignment.grading_type = GradingType::from_word(&revised.grading_type).unwrap_or_default();
            assignment.moderated_grading = revised.moderated_grading;
            assignment.anonymous_grading = revised.anonymous_grading;
            assignment.group_category_id = revised.group_category_id;
        }
    }

    /// Says when a column was created.
    pub fn date_assignment(&mut self, course_id: i64, assignment_id: i64, created_at: Timestamp) {
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) {
            assignment.created_at = Some(created_at);
        }
    }

    /// A teacher unpublishes a column.
    pub fn unpublish_assignment(&mut self, course_id: i64, assignment_id: i64) {
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) {
            assignment.state = AssignmentState::Unpublished;
        }
    }

    /// Makes one student's cell as empty as it was before anybody graded it, whatever the group of the student holds.
    pub fn clear_cell(&mut self, (course_id, assignment_id, user_id): (i64, i64, i64)) {
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) {
            assignment.submissions.remove(&user_id);
        }
    }

    /// Deletes the comments of one student's cell.
    pub fn clear_comments(&mut self, (course_id, assignment_id, user_id): (i64, i64, i64)) {
        let course = self.courses.get_mut(&course_id);
        let assignment = course.and_then(|course| course.assignments.get_mut(&assignment_id));
        if let Some(held) = assignment.and_then(|assignment| assignment.submissions.get_mut(&user_id)) {
            held.comments.clear();
        }
    }

    /// Deletes an assignment.
    pub fn delete_assignment(&mut self, course_id: i64, assignment_id: i64) {
        let course = self.courses.get_mut(&course_id);
        if let Some(assignment) = course.and_then(|course| course.assignments.get_mut(&assignment_id)) {
            assignment.state = AssignmentState::Deleted;
        }
    }
}
