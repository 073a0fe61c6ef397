//! The access token as Canvas describes it (`canvas-contract §A4`).

use jiff::Timestamp;
use serde::Deserialize;

use super::null::null_as_default;
use crate::domain::UserId;

/// What Canvas says about an access token; never the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Token {
    /// Internal id.
    pub id: i64,
    /// Whose it is.
    pub user_id: UserId,
    /// What it was made for.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Canvas's word: `pending`, `active`, `deleted`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub workflow_state: String,
    /// When it ends; `None` for never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// What it is limited to; empty for no limit.
    #[serde(default, deserialize_with = "null_as_default")]
    pub scopes: Vec<String>,
}
