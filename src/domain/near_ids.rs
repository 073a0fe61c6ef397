//! Ids that differ by one character: a typed id is often one slip away from the right one.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Ids shorter than this are all alike.
const SHORTEST: usize = 4;

/// Finds ids within one slip (a character wrong, missing, too many, or two swapped) without comparing all pairs: two
/// such ids share a spelling once at most one character of each is left out.
#[derive(Debug, Default)]
pub(super) struct NearIds {
    /// Hashes of spellings with the place of the id in `ids`; sorted once complete.
    spellings: Vec<(u64, u32)>,
    ids: Vec<(Box<str>, u32)>,
}

impl NearIds {
    /// Indexes ids, each with whatever number its owner has.
    pub(super) fn of<'a>(all: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let mut near = Self::default();
        for (id, owner) in all {
            let Ok(place) = u32::try_from(near.ids.len()) else { break };
            let folded = id.to_lowercase();
            near.spellings.extend(spellings(&folded).map(|hash| (hash, place)));
            near.ids.push((folded.into(), owner));
        }
        near.spellings.sort_unstable();
        near
    }

    /// The owners of ids within one slip of this one, the very id included; each once.
    pub(super) fn owners_near(&self, id: &str) -> Vec<u32> {
        let folded = id.to_lowercase();
        let mut owners: Vec<u32> = spellings(&folded)
            .flat_map(|hash| {
                let from = self.spellings.partition_point(|(one, _)| *one < hash);
                self.spellings[from..].iter().take_while(move |(one, _)| *one == hash)
            })
            .map(|(_, place)| &self.ids[*place as usize])
            .filter(|(other, _)| strsim::damerau_levenshtein(&folded, other) <= 1)
            .map(|(_, owner)| *owner)
            .collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }
}

/// The id itself and the id with any one character left out, as hashes.
fn spellings(id: &str) -> impl Iterator<Item = u64> {
    let is_long = id.chars().count() >= SHORTEST;
    let without = |(at, letter): (usize, char)| hash([&id[..at], &id[at + letter.len_utf8()..]]);
    let shorter = id.char_indices().filter(move |_| is_long).map(without);
    std::iter::once(hash([id, ""])).filter(move |_| is_long).chain(shorter)
}

fn hash(parts: [&str; 2]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for byte in parts.iter().flat_map(|part| part.bytes()) {
        byte.hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_near_and_two_are_not() {
        let near = NearIds::of(["00412", "zquist", "ab"].into_iter().zip(0..));
        for (id, expected) in [
            ("00412", Some(0)),
            ("0412", Some(0)),
            ("004121", Some(0)),
            ("00413", Some(0)),
            ("00421", Some(0)),
            ("412", None),
            ("00431", None),
            ("ZQUST", Some(1)),
            ("zqiust", Some(1)),
            ("ab", None),
            ("", None),
        ] {
            assert_eq!(near.owners_near(id).first().copied(), expected, "{id:?}");
        }
    }
}
