//! What the engine needs to know of a connector.

use jiff::tz::TimeZone;

use crate::domain::{AccountId, CanvasHost, CourseIdOrigin, IdentityRules, Ownership, UserId, UserIdOrigin};

/// A connector without its credentials.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The connector's title.
    pub title: String,
    /// The Canvas it talks to.
    pub host: CanvasHost,
    /// The account to list people and courses of; the token's own if `None`.
    pub account: Option<AccountId>,
    /// What the sheet's user ids are.
    pub user_id_origin: UserIdOrigin,
    /// What the sheet's course ids are.
    pub course_id_origin: CourseIdOrigin,
    /// How ids are changed before they are looked up.
    pub rules: IdentityRules,
    /// The institution's time zone for dates without one; the course's if `None`.
    pub time_zone: Option<TimeZone>,
    /// Bind a new key to the one existing assignment of its title.
    pub use_existing: bool,
    /// Canvas users whose grades are taken for this tool's own.
    pub own_graders: Vec<UserId>,
    /// Whether the token's user is one of them.
    pub own_grader_self: bool,
}

impl Settings {
    /// The title of the connector that comes from the environment; no configured one may have it.
    pub const FROM_ENVIRONMENT: &'static str = "env";

    /// Whose grades count as ours when this user's token is used.
    pub fn ownership(&self, token_user: UserId) -> Ownership {
        let mut own_graders = self.own_graders.clone();
        if self.own_grader_self {
            own_graders.push(token_user);
        }
        Ownership { token_user, own_graders }
    }
}
