//! Every endpoint of Canvas that this client uses: one table, from which a scoped token's needs are known.

use std::fmt;

use super::carrier::Method;

/// What a person does that takes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `connector test`.
    Test,
    /// `sync`.
    Sync,
    /// `plan`.
    Plan,
    /// `push` and `retry` of a stored plan.
    Push,
    /// `verify`.
    Verify,
    /// `undo`, its own push included.
    Undo,
    /// `connector prove`.
    Prove,
}

impl Verb {
    /// All of them, in the order they are done.
    pub const ALL: [Self; 7] = [Self::Test, Self::Sync, Self::Plan, Self::Push, Self::Verify, Self::Undo, Self::Prove];
}

/// An endpoint. Displays as the scope that a limited token needs for it (`canvas-contract §A2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The route as Canvas spells it, such as `/api/v1/courses/:id`.
    pub route: &'static str,
    /// What needs it; nothing where no verb asks for it yet.
    pub needed_by: &'static [Verb],
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "url:{}|{}", self.method, self.route)
    }
}

/// All endpoints with a scope. GraphQL has none: its queries are open to limited tokens, its mutations are not
/// (`canvas-contract §K`). A report's file has none either: it is fetched with what its address holds.
pub const ENDPOINTS: &[Endpoint] = &{
    use Method::{Delete, Get, Post, Put};
    use Verb::{Plan, Prove, Push, Sync, Test, Undo, Verify};

    const fn row(method: Method, route: &'static str, needed_by: &'static [Verb]) -> Endpoint {
        Endpoint { method, route, needed_by }
    }

    [
        row(Get, "/api/v1/users/:id", &[Test, Sync, Plan, Push, Verify, Undo, Prove]),
        row(Get, "/api/v1/users/:user_id/tokens/:id", &[Test]),
        row(Get, "/api/v1/accounts/:id", &[Test]),
        row(Get, "/api/v1/accounts/:account_id/permissions", &[Test, Sync]),
        row(Get, "/api/v1/accounts/:account_id/terms", &[Sync]),
        row(Get, "/api/v1/accounts/:account_id/users", &[Test, Sync]),
        row(Get, "/api/v1/accounts/:account_id/courses", &[Test, Sync]),
        row(Get, "/api/v1/accounts/:account_id/grading_standards", &[Plan]),
        row(Post, "/api/v1/accounts/:account_id/reports/:report", &[Sync]),
        row(Get, "/api/v1/accounts/:account_id/reports/:report/:id", &[Sync]),
        row(Delete, "/api/v1/accounts/:account_id/reports/:report/:id", &[Sync]),
        row(Get, "/api/v1/courses", &[Test, Sync]),
        row(Get, "/api/v1/courses/:id", &[Test, Sync, Plan, Push, Undo, Prove]),
        row(Get, "/api/v1/courses/:course_id/permissions", &[Test, Plan, Undo]),
        row(Get, "/api/v1/courses/:course_id/users", &[Test]),
        row(Get, "/api/v1/courses/:course_id/users/:id", &[Sync]),
        row(Get, "/api/v1/courses/:course_id/enrollments", &[Sync, Plan, Undo, Prove]),
        row(Get, "/api/v1/courses/:course_id/sections", &[Sync]),
        row(Get, "/api/v1/courses/:course_id/groups", &[Plan, Push, Undo]),
        row(Get, "/api/v1/courses/:id/late_policy", &[Plan, Undo]),
        row(Get, "/api/v1/courses/:course_id/grading_periods", &[Plan, Undo]),
        row(Get, "/api/v1/courses/:course_id/grading_standards", &[Plan]),
        row(Get, "/api/v1/courses/:course_id/assignment_groups", &[Plan, Push, Undo]),
        row(Post, "/api/v1/courses/:course_id/assignment_groups", &[Push]),
        row(Get, "/api/v1/courses/:course_id/assignments", &[Test, Plan, Push, Verify, Undo, Prove]),
        row(Post, "/api/v1/courses/:course_id/assignments", &[Push, Prove]),
        // Before the route that would take its name for an id.
        row(Get, "/api/v1/courses/:course_id/assignments/gradeable_students", &[Plan]),
        row(Get, "/api/v1/courses/:course_id/assignments/:id", &[Push, Undo]),
        row(Delete, "/api/v1/courses/:course_id/assignments/:id", &[Undo, Prove]),
        row(Get, "/api/v1/courses/:course_id/students/submissions", &[Test, Plan, Push, Verify, Undo, Prove]),
        row(Get, "/api/v1/courses/:course_id/assignments/:assignment_id/submissions", &[Plan, Push, Undo]),
        row(
            Get,
            "/api/v1/courses/:course_id/assignments/:assignment_id/submissions/:user_id",
            &[Plan, Push, Verify, Undo, Prove],
        ),
        row(Put, "/api/v1/courses/:course_id/assignments/:assignment_id/submissions/:user_id", &[Push, Undo]),
        row(
            Delete,
            "/api/v1/courses/:course_id/assignments/:assignment_id/submissions/:user_id/comments/:id",
            &[Undo, Prove],
        ),
        row(Get, "/api/v1/courses/:course_id/gradebook_history/feed", &[Undo]),
        row(Post, "/api/v1/courses/:course_id/submissions/update_grades", &[Push, Undo, Prove]),
        row(Get, "/api/v1/progress/:id", &[Test, Push, Undo, Prove]),
        row(Get, "/api/v1/audit/grade_change", &[Test, Push, Verify, Undo, Prove]),
    ]
};

/// The endpoint that a request of this method to this path meets; nothing where it needs no scope.
pub fn endpoint(method: Method, path: &str) -> Option<&'static Endpoint> {
    let meets = |route: &str| {
        let (mut named, mut given) = (route.split('/'), path.split('/'));
        loop {
            match (named.next(), given.next()) {
                (None, None) => return true,
                (Some(name), Some(segment)) if name == segment || name.starts_with(':') => {}
                _ => return false,
            }
        }
    };
    ENDPOINTS.iter().find(|endpoint| endpoint.method == method && meets(endpoint.route))
}
