//! Whether two paths lead to one file, by whatever links and names.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// Which file a path leads to, now or once it is made.
#[derive(Debug, Clone)]
pub(super) struct SameFile {
    /// Device and inode of a regular file; `None` while there is none, and where files have none.
    inode: Option<(u64, u64)>,
    /// The path without links; `None` where not even its folder is there.
    path: Option<PathBuf>,
}

impl SameFile {
    /// Looks at the path and never opens the file: to close one that SQLite has open, too, would drop SQLite's locks.
    pub(super) fn at(path: &Path) -> Self {
        let inode = fs_err::metadata(path).ok().and_then(|found| inode(&found));
        Self { inode, path: without_links(path) }
    }

    /// The file behind standard input, such as `< scores.csv`; `None` where that is no file.
    #[cfg(unix)]
    pub(super) fn of_stdin() -> Option<Self> {
        use std::os::fd::AsFd;
        let open = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
        let found = std::fs::File::from(open).metadata().ok()?;
        Some(Self { inode: Some(inode(&found)?), path: None })
    }

    /// Nothing is known of it where files have no inodes.
    #[cfg(not(unix))]
    pub(super) fn of_stdin() -> Option<Self> {
        None
    }

    /// Whether both are one file.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.inode.is_some() && self.inode == other.inode || self.path.is_some() && self.path == other.path
    }
}

fn without_links(path: &Path) -> Option<PathBuf> {
    if let Ok(whole) = fs_err::canonicalize(path) {
        return Some(whole);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(fs_err::canonicalize(folder).ok()?.join(path.file_name()?))
}

/// Only regular files: nothing of a pipe or a device is lost when it is written to.
#[cfg(unix)]
fn inode(found: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    found.is_file().then(|| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn inode(_found: &Metadata) -> Option<(u64, u64)> {
    None
}
