//! A person of a plan: the id as sent, and whom it led to.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{SentUser, Source, UserId, UserIdOrigin};

/// A person of the sheet, as far as identified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStudent {
    /// The id as sent; empty if the row has none.
    pub sent_id: Arc<str>,
    /// Which kind of id that is, as far as the source says it; else it is of the connector's User Id Origin.
    #[serde(default)]
    pub sent_kind: Option<UserIdOrigin>,
    /// The row, where it has no id: two such rows may be about two people.
    #[serde(default)]
    pub sent_row: Option<Source>,
    /// Canvas's internal id, if identified.
    pub user: Option<UserId>,
    /// The name in Canvas, else as sent.
    pub name: Option<String>,
    /// The name as sent, where it has nothing in common with the one in Canvas (findings, `name-differs`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_name: Option<String>,
    /// The sortable name in Canvas.
    pub sortable_name: Option<String>,
    /// A SIS id, where visible.
    pub sis_user_id: Option<String>,
    /// A login, where visible.
    pub login_id: Option<String>,
    /// Under which rule the id led to the person, or why it did not.
    pub found_by: String,
    /// Who an unidentified id may mean, likeliest first, in words for people; never applied.
    pub suggestions: Vec<Box<str>>,
}

impl PlannedStudent {
    /// How a person was found whom an alias names.
    pub const BY_ALIAS: &str = "alias";
    /// How a person was found who gets a zero for having no row.
    pub const NOT_IN_SHEET: &str = "absent from the sheet";

    /// Whom the rows are about, as they say it.
    pub fn sent_user(&self) -> SentUser<'_> {
        SentUser { id: &self.sent_id, kind: self.sent_kind, row: self.sent_row }
    }

    /// Whether looking the id up led to the person: only that says what the id means in Canvas.
    pub fn is_looked_up(&self) -> bool {
        self.user.is_some() && self.found_by != Self::BY_ALIAS && self.found_by != Self::NOT_IN_SHEET
    }
}
