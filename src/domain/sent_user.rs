//! Whom the rows of a sheet are about, as they say it. Each id stands in one table, and a row names its place there:
//! millions of rows name thousands of people.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::{SentUserIndex, Source, UserIdOrigin, is_no_id};

/// Whom a row is about, as it says it. Rows are about one person's id where these are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SentUser<'a> {
    /// The id exactly as sent; empty, or nothing that is seen, if there is none.
    pub id: &'a str,
    /// Which kind of id it is, as far as the source says it; else it is of the connector's User Id Origin.
    pub kind: Option<UserIdOrigin>,
    /// The row itself, where it has no id: two such rows may be about two people.
    pub row: Option<Source>,
}

impl<'a> SentUser<'a> {
    /// What the row at `source` says.
    pub fn new(id: &'a str, kind: Option<UserIdOrigin>, source: Source) -> Self {
        Self { id, kind, row: is_no_id(id).then_some(source) }
    }
}

/// Everybody whom rows of a sheet are about, each once: rows are about one person's id where their places are equal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SentUsers {
    all: Vec<Named>,
    /// The places of the ids: one map for each kind that a source may say, and one where it says none.
    by_id: [HashMap<Arc<str>, SentUserIndex, RandomState>; 4],
    /// The places of the rows without an id.
    without_id: HashMap<Source, SentUserIndex, RandomState>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    id: Arc<str>,
    kind: Option<UserIdOrigin>,
    row: Option<Source>,
}

impl SentUsers {
    /// The place of whom the row at `source` is about, by its id and what the source says of the kind of it: a new one if
    /// no row before is about the same.
    ///
    /// # Panics
    ///
    /// Beyond four billion people: lines and columns are counted in 32 bits too.
    pub fn place(&mut self, id: &str, kind: Option<UserIdOrigin>, source: Source) -> SentUserIndex {
        // What is found by an id has one, and nearly every row's is there already.
        if let Some(known) = self.by_id[of_kind(kind)].get(id) {
            return *known;
        }
        let row = SentUser::new(id, kind, source).row;
        if let Some(known) = row.and_then(|row| self.without_id.get(&row)) {
            return *known;
        }
        let place = u32::try_from(self.all.len()).expect("a sheet is about fewer than four billion people");
        let (place, id) = (SentUserIndex(place), Arc::<str>::from(id));
        match row {
            Some(row) => self.without_id.insert(row, place),
            None => self.by_id[of_kind(kind)].insert(Arc::clone(&id), place),
        };
        self.all.push(Named { id, kind, row });
        place
    }

    /// The place of somebody; `None` if no row is about them.
    pub fn find(&self, sent: SentUser<'_>) -> Option<SentUserIndex> {
        match sent.row {
            Some(row) => self.without_id.get(&row).copied(),
            None => self.by_id[of_kind(sent.kind)].get(sent.id).copied(),
        }
    }

    /// Who is at a place of this table.
    pub fn at(&self, place: SentUserIndex) -> SentUser<'_> {
        let Named { id, kind, row } = &self.all[place.as_usize()];
        SentUser { id, kind: *kind, row: *row }
    }

    /// The id at a place of this table, to be shared.
    pub fn shared_id(&self, place: SentUserIndex) -> &Arc<str> {
        &self.all[place.as_usize()].id
    }

    /// How many there are; their places are the numbers below.
    pub fn count(&self) -> usize {
        self.all.len()
    }
}

fn of_kind(kind: Option<UserIdOrigin>) -> usize {
    kind.map_or(0, |kind| 1 + kind as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32) -> Source {
        Source { file: 0, line }
    }

    #[test]
    fn rows_whose_id_is_nothing_that_is_seen_are_each_about_somebody_else() {
        for (id, is_shared) in [("", false), ("\u{200b}", false), ("\u{a0}", false), ("0", true), ("jd", true)] {
            let sent = |line| SentUser::new(id, None, at(line));
            assert_eq!(sent(2) == sent(3), is_shared, "{id:?}");
            let mut users = SentUsers::default();
            let places = [2, 3, 2].map(|line| users.place(id, None, at(line)));
            assert_eq!((places[0] == places[1], places[0] == places[2]), (is_shared, true), "{id:?}");
        }
    }

    #[test]
    fn one_text_of_two_kinds_is_two_people() {
        let mut users = SentUsers::default();
        let kinds = [None, Some(UserIdOrigin::Internal), Some(UserIdOrigin::Sis), Some(UserIdOrigin::Login)];
        let places = kinds.map(|kind| users.place("7", kind, at(2)));
        assert_eq!(places.map(|place| users.at(place).kind), kinds);
        for (kind, place) in kinds.into_iter().zip(places) {
            assert_eq!(users.find(SentUser::new("7", kind, at(9))), Some(place), "{kind:?}");
        }
        assert_eq!((users.count(), users.find(SentUser::new("8", None, at(2)))), (4, None));
    }
}
