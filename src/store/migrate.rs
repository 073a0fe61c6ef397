//! Schema versions: an ordered list of changes, counted by `user_version`.

use rusqlite::Connection;

use super::StoreError;
use super::open::write_tx;

/// Each entry takes the schema from its index to the next version. Entries are added, never edited.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("schema/v1.sql")];

/// Marks the file as ours: `gpsh`.
pub(super) const APPLICATION_ID: i64 = 0x6770_7368;

/// The version this program writes.
pub(super) fn known_version() -> i64 {
    MIGRATIONS.len() as i64
}

/// The version of the file.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the schema up to date in one transaction: it is the new one, or the old one.
pub(super) fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    if version(connection)? == migrations.len() as i64 {
        return Ok(());
    }
    write_tx(connection, |transaction| {
        // Another process may have done it while this one waited for its turn.
        let from = usize::try_from(version(transaction)?).unwrap_or_default();
        for change in migrations.iter().skip(from) {
            transaction.execute_batch(change)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", migrations.len() as i64)?;
        Ok(())
    })
}
