//! Everything that changes grades and gradebook columns. A lost answer is never sent again here: the engine decides.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::carrier::Method;
use super::error::{CanvasError, Context};
use super::grade_data::{GradeData, SubmissionChange};
use super::model::{Assignment, AssignmentGroup, NewAssignment, Progress, Submission};
use super::path::Path;
use super::refusal::server_message;
use super::transport::{Call, Fresh, Transport};
use crate::domain::{AssignmentId, CourseId, UserId};

/// Canvas's answer to a write.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// What it says.
    pub content: T,
    /// Canvas's request-context id, for its support.
    pub request_id: Option<String>,
}

/// Writes. Comes only from [`Client::writer`](super::Client::writer), for a [`Confirmed`](crate::domain::Confirmed) plan or proof.
///
/// Every method: [`CanvasError::UnknownOutcome`] means that the write may have been executed; every other error means
/// that it was not.
#[derive(Clone)]
pub struct Writer {
    transport: Arc<Transport>,
    only_while: Option<Fresh>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Writer")
    }
}

impl Writer {
    pub(super) fn new(transport: Arc<Transport>) -> Self {
        Self { transport, only_while: None }
    }

    /// The same, but a request leaves only while this holds, however long the rate limit keeps it back:
    /// [`CanvasError::TooLate`].
    #[must_use]
    pub fn only_while(&self, fresh: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { only_while: Some(Arc::new(fresh)), ..self.clone() }
    }

    /// Starts a job that writes these cells of a course. Refused as a whole if one of the assignments is unpublished or
    /// not in the course (`canvas-contract §H6`); whether single cells were written, only reading tells (§H7).
    pub async fn update_grades(&self, course: CourseId, cells: &GradeData) -> Result<Answer<Progress>, CanvasError> {
        let path = Path::api().course(&course.into()).word("submissions/update_grades");
        self.send(Method::Post, path, cells.to_json()).await
    }

    /// Writes one cell at once; the answer shows it, and a refusal says why (`canvas-contract §H5`).
    pub async fn put_submission(
        &self,
        course: CourseId,
        assignment: AssignmentId,
        student: UserId,
        change: &SubmissionChange,
    ) -> Result<Answer<Submission>, CanvasError> {
        let path = submission_path(course, assignment, student);
        self.send(Method::Put, path, change.to_json()).await
    }

    /// Creates a column.
    pub async fn create_assignment(
        &self,
        course: CourseId,
        assignment: &NewAssignment,
    ) -> Result<Answer<Assignment>, CanvasError> {
        let path = Path::api().course(&course.into()).word("assignments");
        self.send(Method::Post, path, assignment.to_json()).await
    }

    /// Creates a group of columns, without a weight.
    pub async fn create_assignment_group(
        &self,
        course: CourseId,
        name: &str,
    ) -> Result<Answer<AssignmentGroup>, CanvasError> {
        let path = Path::api().course(&course.into()).word("assignment_groups");
        let json = serde_json::json!({ "name": name }).to_string();
        self.send(Method::Post, path, json.into_bytes()).await
    }

    /// Deletes a column; Canvas keeps a shadow of it that only its support can bring back.
    pub async fn delete_assignment(
        &self,
        course: CourseId,
        assignment: AssignmentId,
    ) -> Result<Answer<()>, CanvasError> {
        let path = Path::api().course(&course.into()).word("assignments").id(assignment);
        self.delete(path).await
    }

    /// Sets whether the grades of a column stay hidden until somebody posts them (`canvas-contract §I4`).
    pub async fn set_post_policy(&self, assignment: AssignmentId, manually: bool) -> Result<Answer<()>, CanvasError> {
        const MUTATION: &str = "mutation ($input: SetAssignmentPostPolicyInput!) { \
            setAssignmentPostPolicy(input: $input) { postPolicy { postManually } errors { attribute message } } }";
        #[derive(Deserialize)]
        struct Mutated {
            #[serde(default)]
            data: Value,
            #[serde(default)]
            errors: Value,
        }
        let body = serde_json::json!({
            "query": MUTATION,
            "variables": { "input": { "assignmentId": assignment.to_string(), "postManually": manually } },
        });
        let call = Call::send(Method::Post, Path::fixed("/api/graphql"), body.to_string().into_bytes());
        let (mutated, context): (Mutated, Context) = self.transport.write(&call).await?;
        let outcome = &mutated.data["setAssignmentPostPolicy"];
        let refusal =
            server_message(&serde_json::json!({ "errors": mutated.errors })).or_else(|| server_message(outcome));
        if outcome["postPolicy"]["postManually"] == manually {
            return Ok(Answer { content: (), request_id: context.request_id });
        }
        let message = refusal.unwrap_or_else(|| "the post policy did not change".to_owned());
        Err(CanvasError::Rejected { message, context })
    }

    /// Removes a comment; mails already sent stay sent.
    pub async fn delete_comment(
        &self,
        course: CourseId,
        assignment: AssignmentId,
        student: UserId,
        comment: i64,
    ) -> Result<Answer<()>, CanvasError> {
        let path = submission_path(course, assignment, student).word("comments").id(comment);
        self.delete(path).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: Path,
        json: Vec<u8>,
    ) -> Result<Answer<T>, CanvasError> {
        let call = Call { only_while: self.only_while.clone(), ..Call::send(method, path, json) };
        let (content, answered) = self.transport.write(&call).await?;
        Ok(Answer { content, request_id: answered.request_id })
    }

    async fn delete(&self, path: Path) -> Result<Answer<()>, CanvasError> {
        let reply = self.transport.call(&Call::delete(path)).await?;
        Ok(Answer { content: (), request_id: reply.context.request_id })
    }
}

fn submission_path(course: CourseId, assignment: AssignmentId, student: UserId) -> Path {
    Path::api().course(&course.into()).word("assignments").id(assignment).word("submissions").id(student)
}
