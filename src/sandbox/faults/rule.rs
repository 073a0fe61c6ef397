//! Faults of single requests.

use serde::Deserialize;

/// Which requests a fault strikes, and how often.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// `GET`, `POST`, …; any when empty.
    pub method: String,
    /// A path in which `*` stands for one segment and a last `**` for any number; any path when empty.
    pub route: String,
    /// How many matching requests pass before it begins.
    pub after: u64,
    /// How often it strikes; without end when absent.
    pub count: Option<u64>,
    /// How likely it strikes a matching request, 0.0 to 1.0; always when absent.
    pub probability: Option<f64>,
    /// What happens.
    pub fault: Fault,
}

/// What happens to a request. *Executed* faults lose the answer to a request that was carried out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Refused by the rate limit.
    #[default]
    Throttle,
    /// A status such as 500, 502, 503 or 504.
    Status {
        /// The HTTP status.
        code: u16,
        /// Whether the request was carried out all the same.
        executed: bool,
    },
    /// The connection is cut before an answer.
    Reset {
        /// Whether the request was carried out all the same.
        executed: bool,
    },
    /// The connection is cut in the middle of the answer's body.
    ResetMidBody,
    /// No answer for so many seconds, and then a cut connection.
    Hang {
        /// Seconds.
        seconds: u64,
        /// Whether the request was carried out all the same.
        executed: bool,
    },
    /// The answer's body ends too early to be JSON, on a connection that is fine.
    MalformedJson,
    /// The job this request starts never leaves the queue.
    JobStuckQueued,
    /// The job this request starts writes so many rows and never ends.
    JobStuckRunning {
        /// Rows written.
        rows: usize,
    },
    /// The job this request starts writes so many rows and dies of an exception.
    JobDies {
        /// Rows written.
        rows: usize,
    },
    /// The worker of the job this request starts ends in the middle: so many rows are written, the next one has its
    /// grade and not its comment, and later the job has failed.
    JobKilled {
        /// Rows written whole.
        rows: usize,
        /// How long the job still seems to run, in milliseconds; measured were 1,000 to 5,000.
        after_ms: u32,
    },
}

impl Rule {
    /// A rule for one method and route; it strikes every time.
    pub fn new(method: &str, route: &str, fault: Fault) -> Self {
        Self { method: method.to_owned(), route: route.to_owned(), fault, ..Self::default() }
    }

    /// The same rule, striking `count` times after letting `after` requests pass.
    #[must_use]
    pub fn times(self, after: u64, count: u64) -> Self {
        Self { after, count: Some(count), ..self }
    }

    /// The same rule, striking by chance.
    #[must_use]
    pub fn probably(self, probability: f64) -> Self {
        Self { probability: Some(probability), ..self }
    }

    /// Whether the rule concerns a request.
    pub(super) fn matches(&self, method: &str, path: &str) -> bool {
        let method_fits = self.method.is_empty() || self.method.eq_ignore_ascii_case(method);
        method_fits && (self.route.is_empty() || route_matches(&self.route, path))
    }
}

fn route_matches(route: &str, path: &str) -> bool {
    let mut wanted = route.trim_matches('/').split('/');
    let mut given = path.trim_matches('/').split('/');
    loop {
        match (wanted.next(), given.next()) {
            (Some("**"), _) | (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(left), Some(right)) if left == right => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_segments() {
        let table = [
            ("/api/v1/courses/*/users", "/api/v1/courses/7/users", true),
            ("/api/v1/courses/*/users", "/api/v1/courses/7/users/8", false),
            ("/api/v1/courses/**", "/api/v1/courses/7/users/8", true),
            ("/api/v1/courses/*", "/api/v1/courses", false),
        ];
        for (route, path, wanted) in table {
            assert_eq!(route_matches(route, path), wanted, "{route} {path}");
        }
        assert!(Rule::default().matches("GET", "/anything"));
        assert!(!Rule::new("POST", "", Fault::Throttle).matches("GET", "/anything"));
    }
}
