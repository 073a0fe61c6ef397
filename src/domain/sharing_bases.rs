//! How the cells of a stored plan are read into memory.

use std::fmt;

use serde::Deserializer;
use serde::de::{SeqAccess, Visitor};

use super::Cell;

/// Reads cells. What Canvas held is mostly the same in neighbouring cells, an empty one: it is in memory once, because a
/// course may have some hundred thousand cells.
pub(super) fn sharing_bases<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Cell>, D::Error> {
    struct Cells;

    impl<'de> Visitor<'de> for Cells {
        type Value = Vec<Cell>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("cells")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Vec<Cell>, A::Error> {
            let mut cells: Vec<Cell> = Vec::new();
            while let Some(mut cell) = all.next_element::<Cell>()? {
                if let Some(last) = cells.last()
                    && last.base == cell.base
                {
                    cell.base.clone_from(&last.base);
                }
                cells.push(cell);
            }
            Ok(cells)
        }
    }

    deserializer.deserialize_seq(Cells)
}
