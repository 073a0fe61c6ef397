//! Opening the file, and the two ways to use it: read, or write in one transaction.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::StoreError;
use super::migrate::{APPLICATION_ID, MIGRATIONS, migrate, version};
use crate::domain::CanvasHost;

/// How long a write waits for another process's. The longest single write is the swap of a large cache.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Statements kept prepared, more than this module has on any hot path.
const STATEMENTS: usize = 64;

/// Whether the store may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Creates the file if there is none, and brings its schema up to date.
    ReadWrite,
    /// Needs an existing file of the current version and leaves it as it is.
    ReadOnly,
}

/// The local database. Shared by reference; its calls take turns.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
    path: Arc<Path>,
}

impl Store {
    /// Opens the file. A missing one is created with its directory, both for their owner only.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        if access == Access::ReadWrite {
            create_private(path).map_err(|source| cannot_open(path, source))?;
        }
        inspect(path, access)?;
        let mut connection = connect(path, access)?;
        if access == Access::ReadWrite {
            if connection.is_readonly("main")? {
                return Err(StoreError::ReadOnly(None));
            }
            migrate(&mut connection, MIGRATIONS)?;
        }
        Ok(Self { connection: Mutex::new(connection), path: path.into() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The connection. A panic in another thread rolled its transaction back, so a poisoned lock may be used.
    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the work in one IMMEDIATE transaction; an error leaves everything as it was.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        write_tx(&mut self.connection(), work)
    }

    /// Does the work in a transaction and takes all of it back: only what it returns comes of it.
    pub(super) fn rehearse<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = work(&transaction)?;
        transaction.rollback()?;
        Ok(outcome)
    }

    /// A second connection to the same file, for staging what is gathered over minutes.
    pub(super) fn second_connection(&self) -> Result<Connection, StoreError> {
        connect(&self.path, Access::ReadWrite)
    }
}

/// See [`Store::write`].
pub(super) fn write_tx<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let outcome = work(&transaction)?;
    transaction.commit()?;
    Ok(outcome)
}

/// The number that stands for a host in every table, given out on first use.
pub(super) fn host_id(transaction: &Transaction<'_>, host: &CanvasHost) -> Result<i64, StoreError> {
    transaction.prepare_cached("INSERT OR IGNORE INTO host (name) VALUES (?1)")?.execute([host.as_str()])?;
    let mut select = transaction.prepare_cached("SELECT id FROM host WHERE name = ?1")?;
    Ok(select.query_row([host.as_str()], |row| row.get(0))?)
}

/// Opens a connection with the settings every connection has.
pub(super) fn connect(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let flags = match access {
        Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.pragma_update(None, "foreign_keys", true)?;
        if access == Access::ReadWrite && !connection.is_readonly("main")? {
            set_wal(&connection)?;
            connection.pragma_update(None, "synchronous", "FULL")?;
        }
        Ok(connection)
    };
    open().map_err(|source| match source.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => cannot_open(path, source),
        _ => source.into(),
    })
}

/// Where two processes open a new file at once, SQLite lets one of them change the mode and refuses the other without
/// waiting.
fn set_wal(connection: &Connection) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(5);
    let began = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && began.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
}

/// Refuses what is not ours to change, through a connection that cannot change it.
fn inspect(path: &Path, access: Access) -> Result<(), StoreError> {
    let connection = connect(path, Access::ReadOnly)?;
    // Of one moment: another process may be making the file.
    let now = connection.unchecked_transaction()?;
    let tables: i64 = now.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let (found, known) = (version(&now)?, MIGRATIONS.len());
    let application: i64 = now.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    if found < known && access == Access::ReadOnly {
        return Err(StoreError::ReadOnly(None));
    }
    Ok(())
}

fn cannot_open(path: &Path, source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::CannotOpen { path: path.to_owned(), source: Box::new(source) }
}

/// Creates the file and missing directories for their owner only, before SQLite would do it for everybody. SQLite
/// gives its other files the mode of this one.
fn create_private(path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(parent)?;
    }
    match create_new_private(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome,
    }
}

/// Creates an empty file for its owner only; an existing one is an error.
pub(super) fn create_new_private(path: &Path) -> io::Result<()> {
    private_file().create_new(true).open(path).map(drop)
}

/// Options for writing a file that only its owner may read.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Alias, AliasKind, AliasTarget};

    fn alias(number: u32) -> Alias {
        Alias {
            kind: AliasKind::User,
            origin: "sis".to_owned(),
            from: format!("S{number}"),
            target: AliasTarget::Ignore,
            note: "x".repeat(1000),
            until: None,
        }
    }

    #[test]
    fn a_full_disk_is_said_so_and_leaves_everything_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.db");
        let host = CanvasHost::from_stored("canvas.example.edu".to_owned());
        let store = Store::open(&path, Access::ReadWrite).unwrap();
        store.put_aliases(&host, &[alias(0)]).unwrap();
        let pages: i64 = store.connection().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.connection().pragma_update(None, "max_page_count", pages + 4).unwrap();
        let many: Vec<Alias> = (1..100).map(alias).collect();
        let refused = store.put_aliases(&host, &many).unwrap_err();
        assert!(matches!(refused, StoreError::Full(_)), "{refused:?}");
        assert_eq!(store.aliases(&host).unwrap(), [alias(0)]);
        assert_eq!(Store::open(&path, Access::ReadWrite).unwrap().check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_commit_survives_a_power_cut() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("store.db"), Access::ReadWrite).unwrap();
        for connection in [&*store.connection(), &store.second_connection().unwrap()] {
            let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
            assert_eq!(pragma("journal_mode").unwrap(), "wal");
            let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
            assert_eq!(synchronous, 2, "FULL");
        }
    }

    #[test]
    fn many_may_open_a_new_store_at_once() {
        let directory = tempfile::tempdir().unwrap();
        for round in 0..20 {
            let path = directory.path().join(format!("{round}.db"));
            std::thread::scope(|scope| {
                let all: Vec<_> = (0..8).map(|_| scope.spawn(|| Store::open(&path, Access::ReadWrite))).collect();
                for one in all {
                    one.join().unwrap().unwrap();
                }
            });
        }
    }
}
