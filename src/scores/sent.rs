//! What a reader says of one score.

use std::borrow::Cow;

use crate::domain::{SentDate, SentPerson, UserIdOrigin};

/// What a reader says of one score.
#[derive(Debug, Default)]
pub(super) struct Sent<'a> {
    pub(super) user_id: &'a str,
    /// Which kind of id that is, if the file says it.
    pub(super) user_kind: Option<UserIdOrigin>,
    pub(super) received: &'a str,
    pub(super) submitted: Option<SentDate>,
    pub(super) comment: &'a str,
    pub(super) person: Option<Box<SentPerson>>,
}

/// The status of work that a value is, if so: what Canvas has beside a score, and never a score.
pub(super) fn status(received: &str) -> Option<&'static str> {
    let received = received.trim_ascii();
    ["missing", "late"].into_iter().find(|status| status.eq_ignore_ascii_case(received))
}

/// A comment as sent; one of nothing but space is none, and no database keeps a NUL.
pub(super) fn comment(text: &str) -> Option<Box<str>> {
    let text = if text.contains('\0') { text.replace('\0', "").into() } else { Cow::Borrowed(text) };
    (!text.trim().is_empty()).then(|| text.into())
}
