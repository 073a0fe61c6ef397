//! The files that no output may take the place of.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::same_file::SameFile;
use crate::cli::config::ConfigFile;
use crate::cli::context::Context;
use crate::cli::env;

/// What stands beside the file of a store, by SQLite and by the store's lock.
const BESIDE_A_STORE: [(&str, &str); 4] = [
    ("-wal", "a file of the local store"),
    ("-shm", "a file of the local store"),
    ("-journal", "a file of the local store"),
    (".lock", "the lock of the local store"),
];

/// The files that no output may take the place of, each with what it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept(Vec<(String, Which)>);

#[derive(Debug, Clone)]
enum Which {
    /// What this leads to when it is looked at: the file may be made later.
    Path(PathBuf),
    Known(SameFile),
}

impl Kept {
    /// What the tool lives on: its configuration, its store, and what the connectors name. A configuration that
    /// cannot be read names nothing.
    pub(super) fn of(context: &Context) -> Self {
        let mut kept = Self::default();
        if let Ok(path) = context.config_path() {
            kept.add("the configuration", &path.value);
            if let Ok(config) = ConfigFile::read(&path.value) {
                kept.add_store(context, &config);
                kept.add_connectors(&config);
            }
        }
        if let Some(path) = context.environment.raw(env::SSL_CERT_FILE.name) {
            kept.add("the certificates that are trusted", Path::new(path));
        }
        kept
    }

    fn add_store(&mut self, context: &Context, config: &ConfigFile) {
        let Ok(store) = context.store_path(config) else { return };
        self.add("the local store", &store.value);
        // Both SQLite and the lock put theirs beside the file itself, whatever link led there.
        let store = fs_err::canonicalize(&store.value).unwrap_or(store.value);
        for (ending, what) in BESIDE_A_STORE {
            let mut name = OsString::from(&store);
            name.push(ending);
            self.add(what, Path::new(&name));
        }
    }

    fn add_connectors(&mut self, config: &ConfigFile) {
        for connector in &config.table.connectors {
            if let Some(path) = &connector.token_file {
                self.add(format!("the token file of connector `{}`", connector.title), &config.beside(path));
            }
            if let Some(path) = &connector.ca_file {
                self.add(format!("the CA file of connector `{}`", connector.title), &config.beside(path));
            }
        }
    }

    /// One more of them.
    pub(super) fn add(&mut self, what: impl Into<String>, path: &Path) {
        self.0.push((what.into(), Which::Path(path.to_owned())));
    }

    /// A file that the command reads; `-` is standard input.
    pub(super) fn add_input(&mut self, what: &str, path: &Path) {
        let what = format!("{what} that this command reads");
        if path == Path::new("-") {
            self.0.extend(SameFile::of_stdin().map(|file| (what, Which::Known(file))));
        } else {
            self.add(what, path);
        }
    }

    /// What the file at this path is, if it is one of them.
    pub(super) fn what_is(&self, path: &Path) -> Option<&str> {
        let file = SameFile::at(path);
        let found = self.0.iter().find(|(_, which)| match which {
            Which::Path(path) => SameFile::at(path).is(&file),
            Which::Known(known) => known.is(&file),
        });
        found.map(|(what, _)| what.as_str())
    }
}
