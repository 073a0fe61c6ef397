//! People, their logins and enrollments.

use secrecy::ExposeSecret;

use super::super::address::{AccountRef, UserRef};
use super::super::error::CanvasError;
use super::super::model::{Enrollment, GradeableStudent, Person, StudentGroup, Token};
use super::super::pages::Pages;
use super::super::path::Path;
use super::Reader;
use crate::domain::{AssignmentId, CourseId, UserId};

/// Which enrollments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EnrollmentFilter {
    /// In these states, in Canvas's words (`active`, `invited`, `inactive`, `completed`, `deleted`, `rejected`,
    /// `creation_pending`). Empty leaves concluded people out, and for some tokens inactive ones (`canvas-contract §E5`).
    pub states: Vec<&'static str>,
    /// Of these role types (`StudentEnrollment`, `TeacherEnrollment`…); empty for all.
    pub types: Vec<&'static str>,
    /// Of this person only.
    pub user: Option<UserId>,
}

impl EnrollmentFilter {
    fn of(&self, place: Path) -> Path {
        place
            .word("enrollments")
            .query_each("state[]", &self.states)
            .query_each("type[]", &self.types)
            .query_each("user_id", self.user)
            .per_page(100)
    }
}

impl Reader {
    /// The token's own user.
    pub async fn whoami(&self) -> Result<Person, CanvasError> {
        self.user(&UserRef::Own).await
    }

    /// One person, wherever they are.
    pub async fn user(&self, user: &UserRef) -> Result<Person, CanvasError> {
        self.transport.get(Path::api().user(user)).await
    }

    /// One person of a course; finds people by logins that lists hide (`canvas-contract §E8`).
    pub async fn course_user(&self, course: CourseId, user: &UserRef) -> Result<Person, CanvasError> {
        self.transport.get(Path::api().course(&course.into()).user(user).query("include[]", "enrollments")).await
    }

    /// The people of an account, each with one login only.
    pub fn account_users(&self, account: &AccountRef) -> Pages<Person> {
        let path = Path::api().account(account).word("users").query("include[]", "email").per_page(100);
        Pages::of(&self.transport, path)
    }

    /// The people of a course with their enrollments in it; `states` in Canvas's words, empty for active and invited.
    pub fn course_users(&self, course: CourseId, states: &[&'static str]) -> Pages<Person> {
        let path = Path::api()
            .course(&course.into())
            .word("users")
            .query_each("include[]", ["enrollments", "email"])
            .query_each("enrollment_state[]", states)
            .per_page(100);
        Pages::of(&self.transport, path)
    }

    /// The groups of a course's students with their members, inactive ones included.
    pub fn student_groups(&self, course: CourseId) -> Pages<StudentGroup> {
        let path = Path::api()
            .course(&course.into())
            .word("groups")
            .query("include[]", "users")
            .query("include_inactive_users", "true")
            .per_page(100);
        Pages::of(&self.transport, path)
    }

    /// The active students to whom at least one of these columns is assigned. It asks who is assigned and not who has a
    /// row, so it knows people whose rows Canvas has not made yet; inactive people it leaves out (`canvas-contract §E7`).
    pub fn gradeable_students(&self, course: CourseId, assignments: &[AssignmentId]) -> Pages<GradeableStudent> {
        let path = Path::api()
            .course(&course.into())
            .word("assignments")
            .word("gradeable_students")
            .query_each("assignment_ids[]", assignments)
            .per_page(100);
        Pages::of(&self.transport, path)
    }

    /// The enrollments of a course; a person has one per section.
    pub fn course_enrollments(&self, course: CourseId, filter: &EnrollmentFilter) -> Pages<Enrollment> {
        Pages::of(&self.transport, filter.of(Path::api().course(&course.into())))
    }

    /// What Canvas says about the token in use. Its first letters name it, those after a shard prefix before others.
    pub async fn token(&self) -> Result<Token, CanvasError> {
        let token = self.transport.token().expose_secret();
        let unprefixed = token.split_once('~').map(|(_, rest)| rest);
        if let Some(hint) = unprefixed.and_then(|rest| rest.get(..5)) {
            match self.token_named(hint).await {
                Err(CanvasError::NotFound { .. }) => {}
                outcome => return outcome,
            }
        }
        self.token_named(token.get(..5).unwrap_or(token)).await
    }

    async fn token_named(&self, hint: &str) -> Result<Token, CanvasError> {
        self.transport.get(Path::api().user(&UserRef::Own).word("tokens").secret(hint)).await
    }
}
