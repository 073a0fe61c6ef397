//! Tables keyed by id are written as plain lists in a world file.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A row that carries its own key.
pub(crate) trait Keyed {
    /// The internal id the table is ordered by.
    fn key(&self) -> i64;
}

pub(super) fn serialize<T: Serialize, S: Serializer>(table: &BTreeMap<i64, T>, out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(table.values())
}

pub(super) fn deserialize<'de, T: Keyed + Deserialize<'de>, D: Deserializer<'de>>(
    input: D,
) -> Result<BTreeMap<i64, T>, D::Error> {
    Ok(Vec::<T>::deserialize(input)?.into_iter().map(|row| (row.key(), row)).collect())
}
