//! The columns of a table that say who a row is about.

use super::canonical::unwrapped;
use super::header::Header;
use super::records::Row;
use crate::domain::{SentPerson, UserIdOrigin};

/// Where a table says who. The id of one kind is the row's user id, the others are said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct People {
    /// The kinds of ids the table has, that of the user id first.
    ids: Vec<(UserIdOrigin, usize)>,
    name: Vec<usize>,
    email: Option<usize>,
    /// What stands before each id and is no part of it; mostly nothing.
    mark: String,
    /// Whether the file says which kind of id the user id is.
    says_kind: bool,
}

impl People {
    /// Finds the columns. The user id is of the wanted kind; without such a column it is the internal id, then the SIS
    /// id, then the login (`tegrity-connector §5`). `None` without any.
    pub(super) fn find(
        header: &Header,
        wanted: UserIdOrigin,
        column: impl Fn(UserIdOrigin) -> Option<usize>,
        name: &[&str],
        email: Option<&str>,
    ) -> Option<Self> {
        let mut ids: Vec<(UserIdOrigin, usize)> =
            UserIdOrigin::ALL.into_iter().filter_map(|origin| Some((origin, column(origin)?))).collect();
        ids.sort_by_key(|(origin, _)| *origin != wanted);
        let name = name.iter().filter_map(|name| header.find(name)).collect();
        let email = email.and_then(|email| header.find(email));
        (!ids.is_empty()).then_some(Self { ids, name, email, mark: String::new(), says_kind: true })
    }

    /// The same columns, whose ids have this mark before them.
    pub(super) fn marked(self, mark: &str) -> Self {
        Self { mark: mark.to_owned(), ..self }
    }

    /// The same columns, whose user id is of whatever kind the connector says.
    pub(super) fn of_the_connector(self) -> Self {
        Self { says_kind: false, ..self }
    }

    /// The same columns, and further ones of these kinds, which must name the same person.
    pub(super) fn checked_by(mut self, further: &[(UserIdOrigin, usize)]) -> Self {
        self.ids.extend_from_slice(further);
        self
    }

    /// Which kind of id the user id is, if the file says it.
    pub(super) fn user_kind(&self) -> Option<UserIdOrigin> {
        self.ids.first().filter(|_| self.says_kind).map(|(origin, _)| *origin)
    }

    /// The row's user id, exactly as sent.
    pub(super) fn user_id<'a>(&self, row: Row<'a>) -> &'a str {
        self.ids.first().map_or("", |(_, column)| self.id(row, *column))
    }

    /// The columns it reads.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.ids.iter().map(|(_, place)| *place).chain(self.name.iter().copied()).chain(self.email)
    }

    /// Whether the row has an id of any kind.
    pub(super) fn has_id(&self, row: Row<'_>) -> bool {
        self.ids.iter().any(|(_, column)| !self.id(row, *column).is_empty())
    }

    fn id<'a>(&self, row: Row<'a>, column: usize) -> &'a str {
        let id = unwrapped(row.get(column));
        id.strip_prefix(self.mark.as_str()).unwrap_or(id)
    }

    /// What the row says of the person beside the id.
    pub(super) fn person(&self, row: Row<'_>) -> Option<Box<SentPerson>> {
        let names: Vec<&str> =
            self.name.iter().map(|column| unwrapped(row.get(*column))).filter(|name| !name.is_empty()).collect();
        let some = |text: &str| (!text.is_empty()).then(|| text.into());
        let other = |(origin, column): &(UserIdOrigin, usize)| Some((*origin, some(self.id(row, *column))?));
        let person = SentPerson {
            name: some(&names.join(" ")),
            email: some(row.field(self.email).trim()),
            other_ids: self.ids.iter().skip(1).filter_map(other).collect(),
        };
        (person != SentPerson::default()).then(|| Box::new(person))
    }
}
