//! Putting a backup in the place of the store.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use tempfile::TempDir;

use super::migrate::APPLICATION_ID;
use super::open::{Access, connect};
use super::{Store, StoreError};
use crate::domain::{PlanId, RunId};

/// What SQLite appends to the name of a database for the files that belong to it.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// A backup that can be looked through and put in the place of a store. It is a copy of the file, brought to the present
/// version: the file itself stays as it is.
#[derive(Debug)]
pub struct StoreBackup {
    store: Store,
    /// Holds the copy; dropped after the store that is open in it.
    _folder: TempDir,
}

/// What a store knows and a backup does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Setback {
    /// Plans that the backup lacks.
    pub plans: Vec<PlanId>,
    /// Runs that the backup lacks.
    pub runs: Vec<RunId>,
    /// Runs that went on, were undone or were settled since the backup was made.
    pub older_runs: Vec<RunId>,
}

impl StoreBackup {
    /// Copies the file and opens the copy.
    ///
    /// # Errors
    /// [`StoreError::CannotOpen`] when it cannot be read, [`StoreError::Foreign`] when it is no store of gradepush,
    /// [`StoreError::Newer`] when a newer gradepush wrote it, [`StoreError::Corrupted`] when it is damaged.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let cannot_open = |source: io::Error| StoreError::CannotOpen { path: file.to_owned(), source: source.into() };
        let folder = tempfile::tempdir().map_err(cannot_open)?;
        let copy = folder.path().join("store.db");
        fs_err::copy(file, &copy).map_err(cannot_open)?;
        // A plain copy of a store that was in use has what was written last beside it.
        let log = beside(file, COMPANIONS[0]);
        if log.exists() {
            fs_err::copy(&log, beside(&copy, COMPANIONS[0])).map_err(cannot_open)?;
        }
        let application: i64 =
            connect(&copy, Access::ReadWrite)?.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        if application != APPLICATION_ID {
            return Err(StoreError::Foreign { path: file.to_owned() });
        }
        Ok(Self { store: Store::open(&copy, Access::ReadWrite)?, _folder: folder })
    }

    /// The copy.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

impl Store {
    /// What this store would lose if the backup took its place.
    pub fn setback(&self, backup: &StoreBackup) -> Result<Setback, StoreError> {
        let backup = &backup.store;
        let mut setback = Setback::default();
        for plan in self.plans(None)? {
            match backup.plan(plan.id) {
                Ok(older) if older.totals.digest == plan.totals.digest => {}
                Ok(_) | Err(StoreError::Missing { .. }) => setback.plans.push(plan.id),
                Err(error) => return Err(error),
            }
        }
        for run in self.runs(None)? {
            match backup.run(run.id) {
                Ok(older) if (older.plan, older.started_at) == (run.plan, run.started_at) => {
                    if older != run || backup.run_counts(run.id)? != self.run_counts(run.id)? {
                        setback.older_runs.push(run.id);
                    }
                }
                Ok(_) | Err(StoreError::Missing { .. }) => setback.runs.push(run.id),
                Err(error) => return Err(error),
            }
        }
        setback.plans.sort_unstable();
        setback.runs.sort_unstable();
        setback.older_runs.sort_unstable();
        Ok(setback)
    }

    /// Puts the backup in the place of everything that this store holds: all of it or nothing.
    pub fn restore(&self, backup: &StoreBackup) -> Result<(), StoreError> {
        let source = backup.store.connection();
        let mut connection = self.connection();
        let outcome = Backup::new(&source, &mut connection)?.step(-1)?;
        if outcome == StepResult::Done { Ok(()) } else { Err(StoreError::Locked { holder: None }) }
    }

    /// Gives a file that cannot be opened as a store another name, with what belongs to it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when something has that name, [`StoreError::CannotCopy`] when it cannot be given.
    pub fn set_aside(path: &Path, to: &Path) -> Result<(), StoreError> {
        if to.exists() {
            return Err(StoreError::Exists { path: to.to_owned() });
        }
        let cannot = |source: io::Error| StoreError::CannotCopy { path: to.to_owned(), source };
        for companion in COMPANIONS {
            let file = beside(path, companion);
            if file.exists() {
                fs_err::rename(&file, beside(to, companion)).map_err(cannot)?;
            }
        }
        fs_err::rename(path, to).map_err(cannot)
    }
}

/// The file of this name with something appended to it.
fn beside(file: &Path, appended: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(appended);
    PathBuf::from(name)
}
