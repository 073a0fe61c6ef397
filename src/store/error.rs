//! What can go wrong with the store, by what the caller can do about it.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

use super::Holder;
use crate::domain::{PlanId, RunId};

/// Why the store did not do what it was asked to do. All but [`StoreError::Missing`] and
/// [`StoreError::AlreadyExecuted`] mean that the store is unavailable (cli, exit code 9).
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process works on it.
    #[error("the store is in use by {}", .holder.as_ref().map_or("another gradepush".into(), ToString::to_string))]
    Locked {
        /// Who; `None` in the moment before they said so.
        holder: Option<Holder>,
    },
    /// Another process was writing for longer than the store waits.
    #[error("the store is busy: another process is writing to it")]
    Busy(#[source] rusqlite::Error),
    /// No room is left on the disk.
    #[error("the disk that holds the store is full")]
    Full(#[source] rusqlite::Error),
    /// The disk, or whatever else holds the file, refuses to read or write.
    #[error("the store's disk reports an error")]
    Disk(#[source] rusqlite::Error),
    /// It may not be written, or was opened for reading only.
    #[error("the store cannot be written: it is read-only")]
    ReadOnly(#[source] Option<rusqlite::Error>),
    /// It is no database, or a damaged one.
    #[error("the store is damaged")]
    Corrupted(#[source] Box<dyn Error + Send + Sync>),
    /// It is a database of some other program.
    #[error("`{}` is a database, but not one of gradepush", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer gradepush wrote it; it was left as it is.
    #[error("the store has version {found}, and this gradepush knows versions up to {known}: a newer one wrote it")]
    Newer {
        /// The file's version.
        found: usize,
        /// The newest version this program can read.
        known: usize,
    },
    /// The file or its directory cannot be opened or created.
    #[error("cannot open the store `{}`", .path.display())]
    CannotOpen {
        /// The file or directory.
        path: PathBuf,
        /// What the system or SQLite said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Something is there already where a copy was to go.
    #[error("`{}` is there already, and a backup replaces no file", .path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// The file of a copy cannot be made.
    #[error("the copy `{}` cannot be made", .path.display())]
    CannotCopy {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no such thing in this store.
    #[error("there is no {kind} {id} in this store")]
    Missing {
        /// What kind of thing.
        kind: &'static str,
        /// Which one.
        id: String,
    },
    /// A plan runs at most once.
    #[error("plan {plan} was already executed as run {run}")]
    AlreadyExecuted {
        /// The plan.
        plan: PlanId,
        /// Its run.
        run: RunId,
    },
    /// Anything else that SQLite says.
    #[error("the store failed")]
    Sql(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        if let rusqlite::Error::FromSqlConversionFailure(..) = source {
            return Self::Corrupted(source.into());
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(source),
            Some(ErrorCode::DiskFull) => Self::Full(source),
            Some(ErrorCode::SystemIoFailure) => Self::Disk(source),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly(Some(source)),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupted(source.into()),
            _ => Self::Sql(source),
        }
    }
}

impl StoreError {
    /// There is no such thing.
    pub(super) fn missing(kind: &'static str, id: impl fmt::Display) -> Self {
        Self::Missing { kind, id: id.to_string() }
    }
}
