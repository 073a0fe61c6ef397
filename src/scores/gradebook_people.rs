//! The people of Canvas's own gradebook export (`canvas-contract §J1`), for tokens that may not see SIS ids or logins.

use super::canonical::unwrapped;
use super::error::ScoresError;
use super::format::Format;
use super::gradebook::NEEDED;
use super::input::{Input, Opened};
use super::table::Table;
use crate::domain::{CachedLogin, CachedUser, LoginState};

/// Everybody in the export with the ids it shows.
pub fn gradebook_people(input: Input) -> Result<Vec<(CachedUser, CachedLogin)>, ScoresError> {
    let mut opened = Opened::open(input)?;
    let mut table = Table::of(&mut opened)?;
    table.header.demand(&table.name, Format::CanvasGradebook, NEEDED)?;
    let header = table.header.clone();
    let mut people = Vec::new();
    while let Some(row) = table.next()? {
        let text = |column: &str| {
            let text = header.find(column).map_or("", |place| unwrapped(row.get(place)));
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        // Rows without an id say something of the columns.
        let Some(id) = text("ID").and_then(|id| id.parse().ok()) else { continue };
        let (first, last) = match text("Student") {
            Some(student) => match student.split_once(", ") {
                Some((last, first)) => (Some(first.to_owned()), Some(last.to_owned())),
                None => (None, Some(student)),
            },
            None => (text("FirstName"), text("LastName")),
        };
        let joined = |parts: [&Option<String>; 2], between: &str| {
            parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(between)
        };
        let user = CachedUser {
            id,
            name: joined([&first, &last], " "),
            sortable_name: joined([&last, &first], ", "),
            email: None,
        };
        let login = CachedLogin {
            user: id,
            unique_id: text("SIS Login ID"),
            sis_user_id: text("SIS User ID"),
            state: LoginState::Active,
        };
        people.push((user, login));
    }
    Ok(people)
}
