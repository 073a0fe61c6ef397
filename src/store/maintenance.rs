//! Looking after the file: what is in it, whether it is sound, and a copy of it.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};

use super::cache_read::list;
use super::migrate::version;
use super::open::{Access, connect, create_new_private};
use super::{Store, StoreError};
use crate::domain::CanvasHost;

/// What the store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreInfo {
    /// Where it is.
    pub path: PathBuf,
    /// The version of its schema.
    pub version: usize,
    /// Its size in bytes, without what is not yet checkpointed.
    pub bytes: u64,
    /// The hosts it knows.
    pub hosts: Vec<CanvasHost>,
    /// Plans.
    pub plans: u64,
    /// Runs.
    pub runs: u64,
    /// Jobs that may still write.
    pub open_jobs: u64,
    /// Aliases.
    pub aliases: u64,
    /// Entries of the assignment map.
    pub bindings: u64,
}

impl Store {
    /// What the store holds.
    pub fn info(&self) -> Result<StoreInfo, StoreError> {
        let connection = self.connection();
        let number = |select: &str| connection.query_row(select, [], |row| row.get(0));
        Ok(StoreInfo {
            path: self.path().to_owned(),
            version: version(&connection)?,
            bytes: number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
            hosts: list(&connection, "SELECT name FROM host ORDER BY name", [], |row| {
                row.get(0).map(CanvasHost::from_stored)
            })?,
            plans: number("SELECT count(*) FROM plan")?,
            runs: number("SELECT count(*) FROM run")?,
            open_jobs: number("SELECT count(*) FROM job WHERE state IS NULL")?,
            aliases: number("SELECT count(*) FROM alias")?,
            bindings: number("SELECT count(*) FROM binding")?,
        })
    }

    /// Reads the whole file and says what is wrong with it; empty if it is sound.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut faults = list(&connection, "PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?;
        faults.retain(|line| line != "ok");
        faults.extend(list(&connection, "PRAGMA foreign_key_check", [], |row| {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            Ok(format!("a row of {table} names a row of {parent} that is not there"))
        })?);
        Ok(faults)
    }

    /// Copies the store, as it is at this moment, to a new file for its owner only: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when something is there already, which is never overwritten; [`StoreError::CannotCopy`]
    /// when the file cannot be made.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let path = to.to_owned();
        create_new_private(to).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Exists { path },
            _ => StoreError::CannotCopy { path, source },
        })?;
        self.copy_to(to).inspect_err(|_| {
            // What is there is ours, and half a store is none.
            fs_err::remove_file(to).unwrap_or_default();
        })
    }

    fn copy_to(&self, to: &Path) -> Result<(), StoreError> {
        let mut copy = connect(to, Access::ReadWrite)?;
        let connection = self.connection();
        let outcome = Backup::new(&connection, &mut copy)?.step(-1)?;
        if outcome == StepResult::Done { Ok(()) } else { Err(StoreError::Locked { holder: None }) }
    }
}
