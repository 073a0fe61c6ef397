//! What ids have meant: an id that moves to somebody else must not take their grades along (`identity-moved`).

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::cache_read::each;
use super::columns::{Instant, Word};
use super::open::host_id;
use super::{Store, StoreError};
use crate::domain::{CanvasHost, UserId, UserIdOrigin};

impl Store {
    /// Remembers what ids mean that were never seen before. One that is known keeps its first meaning, so that every
    /// later plan notices the move; see [`Store::accept_identities`].
    pub fn remember_identities(
        &self,
        host: &CanvasHost,
        identities: &[(UserIdOrigin, &str, UserId)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_identities(
            "INSERT INTO identity VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            host,
            identities,
            now,
        )
    }

    /// Gives ids a new meaning: after a person accepted the move and grades were written under it.
    pub fn accept_identities(
        &self,
        host: &CanvasHost,
        identities: &[(UserIdOrigin, &str, UserId)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_identities(
            "INSERT INTO identity VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET user = ?4, seen_at = ?5",
            host,
            identities,
            now,
        )
    }

    /// Whom the id named before, if it was ever seen.
    pub fn remembered_identity(
        &self,
        host: &CanvasHost,
        origin: UserIdOrigin,
        text: &str,
    ) -> Result<Option<UserId>, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(
            "SELECT user FROM identity
             WHERE host = (SELECT id FROM host WHERE name = ?1) AND origin = ?2 AND text = ?3",
        )?;
        let values = params![host.as_str(), Word(origin), matched(origin, text)];
        Ok(select.query_row(values, |row| row.get(0).map(UserId)).optional()?)
    }

    /// Whom every id of one kind named before; logins in lower case.
    pub fn remembered_identities(
        &self,
        host: &CanvasHost,
        origin: UserIdOrigin,
    ) -> Result<HashMap<String, UserId>, StoreError> {
        let select = "SELECT text, user FROM identity
            WHERE host = (SELECT id FROM host WHERE name = ?1) AND origin = ?2";
        let mut all = HashMap::new();
        each(&self.connection(), select, params![host.as_str(), Word(origin)], |row| {
            all.insert(row.get(0)?, UserId(row.get(1)?));
            Ok(())
        })?;
        Ok(all)
    }

    fn write_identities(
        &self,
        insert: &str,
        host: &CanvasHost,
        identities: &[(UserIdOrigin, &str, UserId)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            let mut insert = transaction.prepare_cached(insert)?;
            for (origin, text, user) in identities {
                insert.execute(params![host, Word(origin), matched(*origin, text), user.0, Instant(now)])?;
            }
            Ok(())
        })
    }
}

/// Logins are matched whatever the letter case (`canvas-contract §B2`).
fn matched(origin: UserIdOrigin, text: &str) -> String {
    match origin {
        UserIdOrigin::Login => text.to_lowercase(),
        UserIdOrigin::Internal | UserIdOrigin::Sis => text.to_owned(),
    }
}
