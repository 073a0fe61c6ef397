//! The short names of plans, runs and jobs, for people to type.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Declares the short names people type: `P17`, `R3`, `J2`. They count up within one store.
macro_rules! short_ids {
    ($($(#[$doc:meta])* $name:ident = $letter:literal, such as $example:literal);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&format!(concat!($letter, "{}"), self.0))
            }
        }

        impl FromStr for $name {
            type Err = NotAShortId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let number = text.strip_prefix($letter).or_else(|| text.strip_prefix(&$letter.to_lowercase()));
                let number = number.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
                number.and_then(|digits| digits.parse().ok()).map(Self).ok_or_else(|| NotAShortId {
                    text: text.to_owned(),
                    example: $example,
                })
            }
        }
    )+};
}

/// The text is not a letter and a number such as `P17`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id such as {example}")]
pub struct NotAShortId {
    /// The text.
    pub text: String,
    /// What it could be.
    pub example: &'static str,
}

short_ids! {
    /// A plan in the store.
    PlanId = "P", such as "P17";
    /// A run in the store.
    RunId = "R", such as "R3";
    /// A chunk that was sent to Canvas as one job.
    JobId = "J", such as "J2";
}
