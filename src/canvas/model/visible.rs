//! Keys that Canvas leaves out for tokens that may not see them (`canvas-contract §E2`).

use serde::{Deserialize, Deserializer};

/// A value that is absent from the JSON when the token may not see it; null means that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Visible<T> {
    /// The key is absent: the token may not see it.
    #[default]
    Hidden,
    /// The key is there and null: Canvas has no such value.
    Nothing,
    /// The value.
    Value(T),
}

impl<T> Visible<T> {
    /// The value, whether it is missing or hidden.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Hidden | Self::Nothing => None,
        }
    }

    /// The value by reference, whether it is missing or hidden.
    pub fn as_option(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Hidden | Self::Nothing => None,
        }
    }

    /// Whether the token may not see the key.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Visible<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Nothing, Self::Value))
    }
}
