//! What a world is, in a few words, and whose tokens it holds.

use jiff::Timestamp;

use super::account::Token;
use super::course::EnrollmentState;
use super::state::World;

/// A world in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The name of the root account.
    pub name: String,
    /// IANA name; empty when the world says none.
    pub time_zone: String,
    /// How many people there are.
    pub people: usize,
    /// How many courses there are.
    pub courses: usize,
    /// The access tokens, in the order they were made.
    pub tokens: Vec<HeldToken>,
}

/// An access token and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldToken {
    /// The token itself.
    pub token: String,
    /// What it was made for, as its holder said.
    pub purpose: String,
    /// The holder's internal id.
    pub user_id: i64,
    /// The holder's name.
    pub user: String,
    /// What the holder is in Canvas.
    pub holder: Holder,
    /// Whether it opens anything.
    pub state: TokenState,
    /// When it ends, or ended.
    pub expires_at: Option<Timestamp>,
}

/// What a person is: the first of these that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// An account admin.
    Admin,
    /// Teaches a course.
    Teacher,
    /// A teaching assistant who sees whole courses.
    Assistant,
    /// A teaching assistant who sees only sections of their own.
    SectionAssistant,
    /// A student of a course.
    Student,
    /// None of these.
    Other,
}

/// Whether a token opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// It does.
    Valid,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
    /// Its holder has not activated it yet.
    Pending,
    /// Its developer key allows nothing that is asked here.
    OutOfScope,
}

impl World {
    /// This world in a few words, at a moment.
    pub fn summary(&self, now: Timestamp) -> Summary {
        let root = self.accounts.get(&self.root_account_id());
        Summary {
            name: root.map(|account| account.name.clone()).unwrap_or_default(),
            time_zone: self.time_zone.clone(),
            people: self.users.len(),
            courses: self.courses.len(),
            tokens: self.tokens.iter().map(|token| self.held(token, now)).collect(),
        }
    }

    fn held(&self, token: &Token, now: Timestamp) -> HeldToken {
        let state = if token.revoked {
            TokenState::Revoked
        } else if token.pending {
            TokenState::Pending
        } else if token.expires_at.is_some_and(|expires_at| expires_at <= now) {
            TokenState::Expired
        } else if token.out_of_scope {
            TokenState::OutOfScope
        } else {
            TokenState::Valid
        };
        HeldToken {
            token: token.token.clone(),
            purpose: token.purpose.clone(),
            user_id: token.user_id,
            user: self.user(token.user_id).map(|user| user.name.clone()).unwrap_or_default(),
            holder: self.holder(token.user_id),
            state,
            expires_at: token.expires_at,
        }
    }

    fn holder(&self, user_id: i64) -> Holder {
        if self.is_admin(user_id) {
            return Holder::Admin;
        }
        let all = self.courses.values().flat_map(|course| &course.enrollments);
        let theirs = || all.clone().filter(|held| held.user_id == user_id && held.state == EnrollmentState::Active);
        let is_any = |kind: &str| theirs().any(|held| held.kind() == kind);
        if is_any("TeacherEnrollment") {
            Holder::Teacher
        } else if theirs().any(|held| held.kind() == "TaEnrollment" && !held.limited_to_section) {
            Holder::Assistant
        } else if is_any("TaEnrollment") {
            Holder::SectionAssistant
        } else if is_any("StudentEnrollment") {
            Holder::Student
        } else {
            Holder::Other
        }
    }
}
