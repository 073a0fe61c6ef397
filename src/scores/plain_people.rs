//! The columns that say who a row of a table is about that no layout describes.

use super::column_words::{Meaning, id_kind, looks_like_ids, meaning};
use super::error::ScoresError;
use super::header::Header;
use super::people::People;
use crate::domain::UserIdOrigin;

/// The columns of ids with the kind of each, that of a kind's own column first.
pub(super) type Kinds = Vec<(usize, UserIdOrigin)>;

/// The columns that say who; `None` without any. A name that says its kind goes before one that does not, and two that
/// say the same kind must name one person. An address is a login only where there is no id.
pub(super) fn people(header: &Header, wanted: UserIdOrigin) -> Option<(People, Kinds)> {
    let columns = header.names.iter().enumerate();
    let is_vague = |place: usize| meaning(&header.names[place]) == Some(Meaning::SomeId);
    let mut kinds: Kinds = columns.clone().filter_map(|(place, name)| Some((place, id_kind(name, wanted)?))).collect();
    let email = columns.clone().find(|(_, name)| meaning(name) == Some(Meaning::Email));
    if kinds.is_empty() {
        kinds.extend(email.map(|(place, _)| (place, UserIdOrigin::Login)));
    }
    if kinds.iter().any(|(place, kind)| *kind == wanted && !is_vague(*place)) {
        kinds.retain(|(place, _)| !is_vague(*place));
    }
    let first = |origin| kinds.iter().find(|(_, kind)| *kind == origin).map(|(place, _)| *place);
    let further: Vec<(UserIdOrigin, usize)> = kinds
        .iter()
        .filter(|(place, kind)| first(*kind) != Some(*place))
        .map(|(place, kind)| (*kind, *place))
        .collect();
    let of_names: Vec<&str> =
        header.names.iter().filter(|name| meaning(name) == Some(Meaning::Name)).map(String::as_str).collect();
    let people = People::find(header, wanted, first, &of_names, email.map(|(_, name)| name.as_str()))?;
    Some((people.checked_by(&further), kinds))
}

/// Refuses ids whose kind is not said beside a column that seems to say its kind in another language: Canvas's own
/// gradebook calls its numbers `ID` in every language.
pub(super) fn refuse_unread(name: &str, header: &Header, kinds: &Kinds) -> Result<(), ScoresError> {
    let vague = kinds.iter().find(|(place, _)| meaning(&header.names[*place]) == Some(Meaning::SomeId));
    let unread = header.names.iter().find(|name| looks_like_ids(name));
    match (vague, unread) {
        (Some((place, _)), Some(column)) => {
            let (column, taken) = (column.clone(), header.names[*place].clone());
            Err(ScoresError::UnreadIds { name: name.to_owned(), line: header.line, column, taken })
        }
        _ => Ok(()),
    }
}
