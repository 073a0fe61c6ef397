//! Where a Canvas lives. Everything the tool remembers is bound to a host.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{AssignmentId, CourseId, UserId};

/// Why a text is no Canvas address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing is left after the scheme.
    #[error("the Canvas address is empty")]
    Empty,
    /// A scheme other than http or https; with what it leads to, as in [`AddressError::NotAHost`].
    #[error("`{0}` is not a web address; give a host such as `canvas.example.edu`")]
    Scheme(String),
    /// Credentials, a query or a path other than `/api/v1`. These are not kept: they may hold a token.
    #[error("`{text}` is more than a host; give only `{host}`")]
    NotAHost {
        /// What was given, without what may be secret.
        text: String,
        /// The host in it, or an example where there is none.
        host: String,
    },
    /// http would send the token in the clear (`canvas-contract §A1`).
    #[error(
        "`{0}` would send the access token unencrypted; use https (plain http is for 127.0.0.1 and localhost only)"
    )]
    PlainHttp(String),
}

/// A Canvas host, lower-case, with a port only where it is not the scheme's own: `canvas.example.edu`, `127.0.0.1:8765`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CanvasHost(String);

impl CanvasHost {
    /// The host as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether Canvas overwrites this host from production now and then (`canvas-contract §M`).
    pub fn is_beta_or_test(&self) -> bool {
        [".beta.instructure.com", ".test.instructure.com"].iter().any(|suffix| self.0.ends_with(suffix))
    }

    /// Where a person sees and grades one cell: SpeedGrader, under the address that Canvas gives its assignments as
    /// `speed_grader_url`, opened at the student.
    pub fn speed_grader(&self, course: CourseId, assignment: AssignmentId, student: UserId) -> String {
        let scheme = if is_loopback(&self.0) { "http" } else { "https" };
        let Self(host) = self;
        format!(
            "{scheme}://{host}/courses/{course}/gradebook/speed_grader?assignment_id={assignment}&student_id={student}"
        )
    }

    /// Takes back what [`CanvasHost::as_str`] gave; for the store.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for CanvasHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A host and how to reach it: https, or http for a loopback address only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CanvasAddress {
    host: CanvasHost,
    secure: bool,
}

impl CanvasAddress {
    /// The host, under which everything is stored.
    pub fn host(&self) -> &CanvasHost {
        &self.host
    }

    /// Scheme and host without a trailing slash: `https://canvas.example.edu`.
    pub fn base_url(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.host)
    }
}

impl fmt::Display for CanvasAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.base_url())
    }
}

impl FromStr for CanvasAddress {
    type Err = AddressError;

    /// Reads a host or URL as people write it: with or without scheme, trailing slash or `/api/v1`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (secure, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some(_) => return Err(AddressError::Scheme(without_secrets(text))),
            None => (true, text),
        };
        let rest = rest.trim_end_matches('/');
        let rest = rest.strip_suffix("/api/v1").unwrap_or(rest).trim_end_matches('/');
        if rest.is_empty() {
            return Err(AddressError::Empty);
        }
        if rest.contains(|letter: char| "/?#@\\".contains(letter) || letter.is_whitespace() || letter.is_control()) {
            return Err(AddressError::NotAHost { text: without_secrets(text), host: host_of(rest) });
        }
        let host = rest.to_ascii_lowercase();
        let host = host.strip_suffix(if secure { ":443" } else { ":80" }).unwrap_or(&host).to_owned();
        if !secure && !is_loopback(&host) {
            return Err(AddressError::PlainHttp(text.to_owned()));
        }
        Ok(Self { host: CanvasHost(host), secure })
    }
}

/// A URL with `…` for what is before and behind its host.
fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority.to_owned(), |(_, host)| format!("…@{host}"));
    let behind = behind.chars().next().map_or_else(String::new, |first| format!("{first}…"));
    format!("{scheme}{host}{behind}")
}

/// The host in what is more than one.
fn host_of(rest: &str) -> String {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_host =
        !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter));
    if is_host { host.to_ascii_lowercase() } else { "canvas.example.edu".to_owned() }
}

/// Whether the host part (with or without port) can only be this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalised() {
        for (text, expected) in [
            ("canvas.example.edu", "https://canvas.example.edu"),
            ("HTTPS://Canvas.Example.EDU/", "https://canvas.example.edu"),
            ("https://canvas.example.edu/api/v1/", "https://canvas.example.edu"),
            ("canvas.example.edu:443", "https://canvas.example.edu"),
            ("canvas.example.edu:8443", "https://canvas.example.edu:8443"),
            ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
            ("http://localhost", "http://localhost"),
            ("http://[::1]:3000/", "http://[::1]:3000"),
        ] {
            assert_eq!(text.parse::<CanvasAddress>().expect(text).base_url(), expected);
        }
    }

    #[test]
    fn what_would_leak_the_token_is_refused() {
        for text in [
            "http://canvas.example.edu",
            "http://127.0.0.1.evil.example",
            "http://localhost.example",
            "ftp://canvas.example.edu",
            "https://",
            "",
            "https://user:secret@canvas.example.edu",
            "https://canvas.example.edu/courses",
            "https://canvas.example.edu?x=1",
            "canvas example edu",
        ] {
            assert!(text.parse::<CanvasAddress>().is_err(), "{text:?} must be refused");
        }
    }

    #[test]
    fn a_link_to_a_cell_opens_speed_grader_at_the_student() {
        for (host, start) in
            [("canvas.example.edu", "https://canvas.example.edu/"), ("127.0.0.1:8765", "http://127.0.0.1:8765/")]
        {
            let host = CanvasHost::from_stored(host.to_owned());
            assert_eq!(
                host.speed_grader(CourseId(1207), AssignmentId(9001), UserId(7001)),
                format!("{start}courses/1207/gradebook/speed_grader?assignment_id=9001&student_id=7001")
            );
        }
    }

    #[test]
    fn what_stands_around_a_host_is_not_repeated() {
        for (text, shown) in [
            ("https://user:secret@canvas.example.edu", "https://…@canvas.example.edu"),
            ("canvas.example.edu/api?access_token=secret", "canvas.example.edu/…"),
            ("https://canvas.example.edu?access_token=secret", "https://canvas.example.edu?…"),
            ("https://secret@canvas.example.edu/a@b", "https://…@canvas.example.edu/…"),
        ] {
            let error = text.parse::<CanvasAddress>().expect_err(text).to_string();
            assert!(error.starts_with(&format!("`{shown}` is more than a host")), "{error}");
        }
    }
}
