//! Places in a plan or a sheet, counted from 0. A place in one list must not be taken for a place in another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares newtypes over `u32`.
macro_rules! indexes {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// All of them, in order.
            pub fn all() -> impl Iterator<Item = Self> {
                (0..=u32::MAX).map(Self)
            }

            /// For lists that run alongside.
            pub fn as_usize(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    )+};
}

indexes! {
    /// The place of a course's part in its plan.
    PartIndex,
    /// The place of a column in [`CoursePart::columns`](super::CoursePart::columns).
    ColumnIndex,
    /// The place of a person in [`CoursePart::students`](super::CoursePart::students).
    StudentIndex,
    /// The place of a cell in [`CoursePart::cells`](super::CoursePart::cells).
    CellIndex,
    /// The place of somebody in [`ScoreSheet::users`](super::ScoreSheet::users).
    SentUserIndex,
}

impl PartIndex {
    /// Those of a plan with so many parts.
    pub fn of_plan(parts: u32) -> impl Iterator<Item = Self> {
        (0..parts).map(Self)
    }
}
