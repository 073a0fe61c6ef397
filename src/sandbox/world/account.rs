//! Accounts, terms, grading standards and access tokens.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::by_id::Keyed;

/// An account; the one without a parent is the root account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) parent_account_id: Option<i64>,
    pub(crate) sis_account_id: Option<String>,
    pub(crate) integration_id: Option<String>,
    pub(crate) admins: Vec<Admin>,
}

/// An account admin, with the rights taken from the role.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Admin {
    pub(crate) user_id: i64,
    /// Names of permissions this admin's role lacks, such as `read_sis`.
    pub(crate) without: Vec<String>,
}

/// A term.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Term {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) sis_term_id: Option<String>,
    pub(crate) integration_id: Option<String>,
    pub(crate) start_at: Option<Timestamp>,
    pub(crate) end_at: Option<Timestamp>,
}

/// A grading scheme: letters from the best down, each with the lowest fraction that earns it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct GradingStandard {
    pub(crate) id: i64,
    pub(crate) title: String,
    /// The course it belongs to; an account's standard when absent.
    pub(crate) course_id: Option<i64>,
    /// Letter and cut-off (a fraction of points possible, 0.0 to 1.0), best first.
    pub(crate) scheme: Vec<(String, f64)>,
    /// Cut-offs are points out of `scaling_factor` in Canvas's own form (canvas-contract §H2.5).
    pub(crate) points_based: bool,
    /// Points of a full score in a points-based scheme; 0 stands for 1.
    pub(crate) scaling_factor: f64,
}

/// An access token.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Token {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) token: String,
    pub(crate) purpose: String,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked: bool,
    /// Created by an admin for somebody else and not yet activated.
    pub(crate) pending: bool,
    /// A developer key that limits scopes, none of which fit.
    pub(crate) out_of_scope: bool,
    /// Who made it while acting as the user.
    pub(crate) real_user_id: Option<i64>,
}

impl Keyed for Account {
    fn key(&self) -> i64 {
        self.id
    }
}

impl Keyed for Term {
    fn key(&self) -> i64 {
        self.id
    }
}

impl Keyed for GradingStandard {
    fn key(&self) -> i64 {
        self.id
    }
}
