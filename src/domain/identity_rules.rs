//! Opt-in rules of a connector that change an id before it is looked up (`tegrity-connector §4`).

use super::{EnrollmentKind, UserIdOrigin};

/// The rules of one connector; none unless somebody asked for them. They never apply to internal ids.
///
/// The id as sent is looked up too: where both lead to somebody, and not to the same person, the id is ambiguous.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdentityRules {
    /// SIS ids match whatever the letter case. Logins always do (`canvas-contract §B2`).
    pub case_fold: bool,
    /// Taken off ids that end in it; without the `@`.
    pub strip_domain: Option<String>,
    /// Put after ids that have no domain; without the `@`.
    pub append_domain: Option<String>,
    /// Ids of ASCII digits get leading zeros up to this width.
    pub zero_pad: Option<usize>,
    /// Rows of people who are only this in the course are ignored.
    pub ignore: Vec<EnrollmentKind>,
}

impl IdentityRules {
    /// The id after the rules, in their fixed order, and the names of those that changed it. Case folding changes no
    /// text: it changes what the text matches.
    pub fn applied(&self, origin: UserIdOrigin, text: &str) -> (String, Vec<&'static str>) {
        let mut changed = text.to_owned();
        let mut by = Vec::new();
        if origin == UserIdOrigin::Internal || text.is_empty() {
            return (changed, by);
        }
        if let Some(stripped) = self.strip_domain.as_deref().and_then(|domain| without_domain(&changed, domain)) {
            changed = stripped.to_owned();
            by.push("domain stripped");
        }
        if let Some(domain) = self.append_domain.as_deref().filter(|_| !changed.contains('@')) {
            changed = format!("{changed}@{}", domain.trim_start_matches('@'));
            by.push("domain appended");
        }
        if let Some(width) = self.zero_pad
            && changed.len() < width
            && changed.bytes().all(|byte| byte.is_ascii_digit())
        {
            changed = format!("{changed:0>width$}");
            by.push("zero-padded");
        }
        (changed, by)
    }
}

/// The text before `@domain`, whatever the letter case of the domain; `None` if it does not end so.
fn without_domain<'a>(text: &'a str, domain: &str) -> Option<&'a str> {
    let (name, found) = text.rsplit_once('@')?;
    (!name.is_empty() && found.eq_ignore_ascii_case(domain.trim_start_matches('@'))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_apply_in_one_order_and_say_so() {
        let rules = |strip: Option<&str>, append: Option<&str>, zero_pad| IdentityRules {
            strip_domain: strip.map(str::to_owned),
            append_domain: append.map(str::to_owned),
            zero_pad,
            ..IdentityRules::default()
        };
        for (rules, text, expected, by) in [
            (rules(Some("example.edu"), None, None), "zquist@Example.EDU", "zquist", vec!["domain stripped"]),
            (rules(Some("@example.edu"), None, None), "zquist@example.edu", "zquist", vec!["domain stripped"]),
            (rules(Some("example.edu"), None, None), "zquist@other.edu", "zquist@other.edu", vec![]),
            (rules(Some("example.edu"), None, None), "@example.edu", "@example.edu", vec![]),
            (rules(None, Some("example.edu"), None), "zquist", "zquist@example.edu", vec!["domain appended"]),
            (rules(None, Some("example.edu"), None), "z@y", "z@y", vec![]),
            (rules(None, None, Some(7)), "42", "0000042", vec!["zero-padded"]),
            (rules(None, None, Some(7)), "4a", "4a", vec![]),
            (rules(None, None, Some(2)), "421", "421", vec![]),
            (
                rules(Some("example.edu"), None, Some(7)),
                "42@example.edu",
                "0000042",
                vec!["domain stripped", "zero-padded"],
            ),
            (
                rules(Some("old.edu"), Some("new.edu"), None),
                "z@old.edu",
                "z@new.edu",
                vec!["domain stripped", "domain appended"],
            ),
            (rules(None, None, Some(7)), "", "", vec![]),
        ] {
            assert_eq!(rules.applied(UserIdOrigin::Sis, text), (expected.to_owned(), by), "{text:?}");
            assert_eq!(rules.applied(UserIdOrigin::Internal, text).0, text);
        }
    }
}
