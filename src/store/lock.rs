//! The advisory lock that keeps two processes from working on Canvas out of one store.

use std::ffi::OsString;
use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::open::private_file;
use super::{Store, StoreError};

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The machine.
    pub host: String,
    /// The command, such as `push`.
    pub command: String,
    /// Since when.
    pub since: Timestamp,
}

/// Without the time, which people read where they are.
impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, host, command, since: _ } = self;
        write!(formatter, "`gradepush {command}` (process {pid} on {host})")
    }
}

/// The lock; the operating system releases it when this is dropped or the process dies.
#[derive(Debug)]
#[must_use = "the lock is released when this is dropped"]
pub struct StoreLock {
    file: File,
}

impl Drop for StoreLock {
    /// Closing the file is not enough while a child process that was just started still has it open, too.
    fn drop(&mut self) {
        // Should it fail, closing the file does it a moment later.
        self.file.unlock().unwrap_or_default();
    }
}

impl Store {
    /// Takes the lock, or says who has it.
    pub fn lock(&self, command: &str, machine: &str, pid: u32, now: Timestamp) -> Result<StoreLock, StoreError> {
        let holder = Holder { pid, host: machine.to_owned(), command: command.to_owned(), since: now };
        StoreLock::take(self.path(), &holder)
    }
}

impl StoreLock {
    /// Takes the lock of the store at this path, be it damaged, or says who has it. The lock is on a file beside the
    /// store, so that reading is never blocked.
    pub fn take(store: &Path, holder: &Holder) -> Result<Self, StoreError> {
        // One store is one lock, by whatever path it was opened.
        let mut name = OsString::from(fs_err::canonicalize(store).unwrap_or_else(|_| store.to_owned()));
        name.push(".lock");
        let path = PathBuf::from(name);
        let take = || -> io::Result<Option<File>> {
            let mut file = private_file().create(true).truncate(false).open(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            file.set_len(0)?;
            file.write_all(&serde_json::to_vec(holder)?)?;
            Ok(Some(file))
        };
        match take() {
            Ok(Some(file)) => Ok(Self { file }),
            Ok(None) => {
                let facts = fs_err::read(&path).unwrap_or_default();
                Err(StoreError::Locked { holder: serde_json::from_slice(&facts).ok() })
            }
            Err(source) => Err(StoreError::CannotOpen { path, source: Box::new(source) }),
        }
    }
}
