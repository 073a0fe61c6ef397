//! Accounts, courses, sections, and what the token may do there.

use super::super::address::{AccountRef, CourseRef};
use super::super::decode::decode;
use super::super::error::CanvasError;
use super::super::model::{
    Account, Course, GradingPeriod, GradingPeriodList, LatePolicy, LatePolicyEnvelope, Permission, Permissions,
    Section, Term, TermPage,
};
use super::super::pages::Pages;
use super::super::path::Path;
use super::Reader;
use crate::domain::{CourseId, TermId};

/// Which courses of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CourseFilter {
    /// Of this term only.
    pub term: Option<TermId>,
    /// In these states, in Canvas's words (`available`, `completed`, `all`…); empty for all but deleted.
    pub states: Vec<&'static str>,
}

/// What somebody who grades is in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CourseRole {
    /// A teacher.
    Teacher,
    /// A teaching assistant.
    Assistant,
}

impl CourseRole {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Teacher, Self::Assistant];

    fn name(self) -> &'static str {
        match self {
            Self::Teacher => "teacher",
            Self::Assistant => "ta",
        }
    }
}

impl Reader {
    /// One account.
    pub async fn account(&self, account: &AccountRef) -> Result<Account, CanvasError> {
        self.transport.get(Path::api().account(account)).await
    }

    /// The terms that are not deleted. Terms belong to the root account (`canvas-contract §E8`).
    pub fn terms(&self, root: &AccountRef) -> Pages<Term> {
        let path = Path::api().account(root).word("terms").per_page(100);
        Pages::wrapped(&self.transport, path, |body, context| decode::<TermPage>(body, context).map(Vec::from))
    }

    /// What the token may do in an account. [`CanvasError::Forbidden`]: the user is no administrator there at all.
    pub async fn account_permissions(
        &self,
        account: &AccountRef,
        permissions: &[Permission],
    ) -> Result<Permissions, CanvasError> {
        self.permissions(Path::api().account(account), permissions).await
    }

    /// What the token may do in a course.
    pub async fn course_permissions(
        &self,
        course: CourseId,
        permissions: &[Permission],
    ) -> Result<Permissions, CanvasError> {
        self.permissions(Path::api().course(&course.into()), permissions).await
    }

    async fn permissions(&self, place: Path, permissions: &[Permission]) -> Result<Permissions, CanvasError> {
        let names = permissions.iter().map(|permission| permission.name());
        self.transport.get(place.word("permissions").query_each("permissions[]", names)).await
    }

    /// The courses of an account and its sub-accounts.
    pub fn account_courses(&self, account: &AccountRef, filter: &CourseFilter) -> Pages<Course> {
        let path = Path::api()
            .account(account)
            .word("courses")
            .query("include[]", "term")
            .query_each("enrollment_term_id", filter.term)
            .query_each("state[]", &filter.states)
            .per_page(100);
        Pages::of(&self.transport, path)
    }

    /// The courses in which the token's user is enrolled, concluded ones included: as this, or as anything.
    pub fn my_courses(&self, role: Option<CourseRole>) -> Pages<Course> {
        let path = Path::api()
            .word("courses")
            .query_each("enrollment_type", role.map(CourseRole::name))
            .query_each("include[]", ["term", "concluded"])
            .query_each("state[]", ["unpublished", "available", "completed"])
            .per_page(100);
        Pages::of(&self.transport, path)
    }

    /// One course, with its term, whether it has ended, and what the token may do in it.
    pub async fn course(&self, course: &CourseRef) -> Result<Course, CanvasError> {
        let path = Path::api().course(course).query_each("include[]", ["term", "concluded", "permissions"]);
        self.transport.get(path).await
    }

    /// The sections of a course.
    pub fn sections(&self, course: CourseId) -> Pages<Section> {
        Pages::of(&self.transport, Path::api().course(&course.into()).word("sections").per_page(100))
    }

    /// The course's late policy, if it has one.
    pub async fn late_policy(&self, course: CourseId) -> Result<Option<LatePolicy>, CanvasError> {
        let path = Path::api().course(&course.into()).word("late_policy");
        match self.transport.get::<LatePolicyEnvelope>(path).await {
            Ok(envelope) => Ok(Some(envelope.late_policy)),
            Err(CanvasError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The course's grading periods; none where the institution uses none.
    pub async fn grading_periods(&self, course: CourseId) -> Result<Vec<GradingPeriod>, CanvasError> {
        let path = Path::api().course(&course.into()).word("grading_periods").per_page(100);
        self.transport.get::<GradingPeriodList>(path).await.map(|list| list.grading_periods)
    }
}
