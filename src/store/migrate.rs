//! Schema versions: an ordered list of changes, counted by `user_version`.

use rusqlite::Connection;

use super::StoreError;
use super::open::write_tx;

/// Each entry takes the schema from its index to the next version. Entries are added, never edited.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("schema/v1.sql"),
    include_str!("schema/v2.sql"),
    include_str!("schema/v3.sql"),
    include_str!("schema/v4.sql"),
    include_str!("schema/v5.sql"),
];

/// Marks the file as ours: `gpsh`.
pub(super) const APPLICATION_ID: i64 = 0x6770_7368;

/// The version of the file: how many of the changes it has.
pub(super) fn version(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the schema up to date in one transaction: it is the new one, or the old one.
pub(super) fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    if version(connection)? == migrations.len() {
        return Ok(());
    }
    write_tx(connection, |transaction| {
        // Another process may have done it while this one waited for its turn.
        for change in migrations.iter().skip(version(transaction)?) {
            transaction.execute_batch(change)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", migrations.len())?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE grade (id INTEGER PRIMARY KEY) STRICT;";
    const SECOND: &str = "ALTER TABLE grade ADD COLUMN note TEXT; INSERT INTO grade VALUES (2, 'new');";

    fn at_version_one() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &[FIRST]).unwrap();
        connection.execute("INSERT INTO grade VALUES (1)", []).unwrap();
        connection
    }

    fn grades(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM grade", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_file_gets_only_what_it_lacks() {
        let mut connection = at_version_one();
        for _ in 0..2 {
            migrate(&mut connection, &[FIRST, SECOND]).unwrap();
            assert_eq!((version(&connection).unwrap(), grades(&connection)), (2, 2));
        }
    }

    #[test]
    fn a_change_that_fails_leaves_the_older_file() {
        let mut connection = at_version_one();
        let broken = [FIRST, SECOND, "INSERT INTO nowhere VALUES (1);"];
        assert!(migrate(&mut connection, &broken).is_err());
        assert_eq!((version(&connection).unwrap(), grades(&connection)), (1, 1));
        assert!(connection.prepare("SELECT note FROM grade").is_err());
    }
}
