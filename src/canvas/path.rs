//! The only place that builds addresses. Whatever an id holds, it stays one path segment and names the right record
//! (`canvas-contract §B3`).

use std::fmt::{self, Write as _};

use super::address::{AccountRef, CourseRef, UserRef};

/// A path and query below the Canvas host, together with the form of it that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    sent: String,
    shown: String,
    has_query: bool,
}

impl Path {
    /// `/api/v1`.
    pub(super) fn api() -> Self {
        Self::fixed("/api/v1")
    }

    /// A path that is not part of the REST interface.
    pub(super) fn fixed(path: &str) -> Self {
        Self { sent: path.to_owned(), shown: path.to_owned(), has_query: false }
    }

    /// The path and query of a link that Canvas sent, shown as the path it continues.
    pub(super) fn continued(path_and_query: String, shown: String) -> Self {
        Self { has_query: path_and_query.contains('?'), sent: path_and_query, shown }
    }

    /// What is sent.
    pub(super) fn sent(&self) -> &str {
        &self.sent
    }

    /// What may be shown: no query, no SIS id, no login.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Adds one of Canvas's own words, or several separated by slashes.
    pub(super) fn word(self, word: &'static str) -> Self {
        self.segment(word, word)
    }

    /// Adds an internal id.
    pub(super) fn id(self, id: impl fmt::Display) -> Self {
        let id = id.to_string();
        self.segment(&id, &id)
    }

    /// Adds a prefixed id, such as `sis_user_id:…`.
    fn prefixed(self, field: &'static str, value: &str) -> Self {
        let shown = format!("{field}:…");
        if needs_hex(value) {
            let mut segment = format!("hex:{field}:");
            for byte in value.bytes() {
                write!(segment, "{byte:02x}").expect("a string takes every write");
            }
            self.segment(&segment, &shown)
        } else {
            let segment = format!("{field}:{}", escaped(value));
            self.segment(&segment, &shown)
        }
    }

    /// Adds text that must not be shown.
    pub(super) fn secret(self, text: &str) -> Self {
        self.segment(&escaped(text), "…")
    }

    fn segment(mut self, sent: &str, shown: &str) -> Self {
        self.sent = format!("{}/{sent}", self.sent);
        self.shown = format!("{}/{shown}", self.shown);
        self
    }

    /// `…/accounts/<account>`.
    pub(super) fn account(self, account: &AccountRef) -> Self {
        let path = self.word("accounts");
        match account {
            AccountRef::Root => path.word("self"),
            AccountRef::Id(id) => path.id(id),
            AccountRef::Sis(text) => path.prefixed("sis_account_id", text),
        }
    }

    /// `…/courses/<course>`.
    pub(super) fn course(self, course: &CourseRef) -> Self {
        let path = self.word("courses");
        match course {
            CourseRef::Id(id) => path.id(id),
            CourseRef::Sis(text) => path.prefixed("sis_course_id", text),
        }
    }

    /// `…/users/<user>`.
    pub(super) fn user(self, user: &UserRef) -> Self {
        let path = self.word("users");
        match user {
            UserRef::Own => path.word("self"),
            UserRef::Id(id) => path.id(id),
            UserRef::Sis(text) => path.prefixed("sis_user_id", text),
            UserRef::Login(text) => path.prefixed("sis_login_id", text),
        }
    }

    /// Adds a query parameter.
    pub(super) fn query(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.sent.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        let pair: String =
            url::form_urlencoded::Serializer::new(String::new()).append_pair(key, &value.to_string()).finish();
        self.sent.push_str(&pair);
        self
    }

    /// Adds one query parameter per value.
    pub(super) fn query_each<T: fmt::Display>(self, key: &str, values: impl IntoIterator<Item = T>) -> Self {
        values.into_iter().fold(self, |path, value| path.query(key, value))
    }

    /// Asks for pages of this size.
    pub(super) fn per_page(self, size: u32) -> Self {
        self.query("per_page", size)
    }
}

/// Whether percent-encoding is not safe: proxies undo `%2F`, Canvas cuts off `.json` and white space at the ends.
fn needs_hex(value: &str) -> bool {
    value.contains(['/', '\\', '%'])
        || value.chars().any(char::is_control)
        || value.to_ascii_lowercase().ends_with(".json")
        || value.trim() != value
}

/// Percent-encodes everything but letters, digits and `-_.~@`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~@".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            write!(escaped, "%{byte:02X}").expect("a string takes every write");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CourseId;

    #[test]
    fn any_id_is_one_segment() {
        for (id, expected) in [
            ("S-0042", "sis_user_id:S-0042"),
            ("zoe@example.edu", "sis_user_id:zoe@example.edu"),
            ("a b", "sis_user_id:a%20b"),
            ("a?b#c", "sis_user_id:a%3Fb%23c"),
            ("a[b]&c=d+e", "sis_user_id:a%5Bb%5D%26c%3Dd%2Be"),
            ("x:y", "sis_user_id:x%3Ay"),
            ("Zoë", "sis_user_id:Zo%C3%AB"),
            ("v1.2", "sis_user_id:v1.2"),
            ("CS/101", "hex:sis_user_id:43532f313031"),
            ("50%", "hex:sis_user_id:353025"),
            ("a\\b", "hex:sis_user_id:615c62"),
            ("x.json", "hex:sis_user_id:782e6a736f6e"),
            ("x.JSON", "hex:sis_user_id:782e4a534f4e"),
            ("a\tb", "hex:sis_user_id:610962"),
            (" a", "hex:sis_user_id:2061"),
            ("a ", "hex:sis_user_id:6120"),
            ("..", "sis_user_id:.."),
        ] {
            let path = Path::api().user(&UserRef::Sis(id.to_owned()));
            assert_eq!(path.sent(), format!("/api/v1/users/{expected}"), "{id}");
            assert_eq!(path.shown(), "/api/v1/users/sis_user_id:…");
            let url = url::Url::parse(&format!("https://canvas.example.edu{}", path.sent())).expect("a URL");
            assert_eq!((url.path_segments().map(Iterator::count), url.query()), (Some(4), None), "{id}");
        }
    }

    #[test]
    fn queries_are_sent_and_not_shown() {
        let path = Path::api()
            .course(&CourseRef::Id(CourseId(7)))
            .word("users")
            .query_each("include[]", ["email", "enrollments"])
            .query("search_term", "a&b=c é");
        assert_eq!(
            path.sent(),
            "/api/v1/courses/7/users?include%5B%5D=email&include%5B%5D=enrollments&search_term=a%26b%3Dc+%C3%A9"
        );
        assert_eq!(path.shown(), "/api/v1/courses/7/users");
    }
}
