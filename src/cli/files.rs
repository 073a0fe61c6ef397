//! Files with student data or settings: written whole or not at all, and readable by their owner only.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Writes the file in one step, with mode 0600, and its folder if that is missing.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = PrivateFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

/// A file with mode 0600 that grows beside its place, and stands there once it is whole. Dropped before, it is gone.
///
/// A symbolic link stays: what it leads to is replaced, if that is the user's own file.
pub(crate) struct PrivateFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl PrivateFile {
    /// Begins the file, and makes its folder if that is missing.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let target = through_links(path)?;
        let folder = folder_of(&target);
        fs_err::create_dir_all(folder)?;
        let file = draft_in(folder)?;
        if target != path {
            refuse_others(&target, &file)?;
        }
        Ok(Self { path: target, file: BufWriter::new(file) })
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Write for PrivateFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Finds out whether a file could be put there, and leaves nothing behind. Folders that are missing are made only when
/// the file is.
pub(crate) fn can_be_written(path: &Path) -> io::Result<()> {
    let target = through_links(path)?;
    let folder = folder_of(&target).ancestors().find(|folder| folder.as_os_str().is_empty() || folder.exists());
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = draft_in(folder)?;
    if target == path { Ok(()) } else { refuse_others(&target, &file) }
}

/// Where a path leads. A symbolic link that leads nowhere is an error: nobody knows whose place that is.
fn through_links(path: &Path) -> io::Result<PathBuf> {
    match fs_err::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => fs_err::canonicalize(path),
        Ok(_) | Err(_) => Ok(path.to_owned()),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Temporary files have mode 0600 from their first byte, and stand beside the target so that a rename is enough.
fn draft_in(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".gradepush-").tempfile_in(folder)
}

/// Refuses a file behind a link that is not the user's own: whoever may make a link in a shared folder must not choose
/// which file is replaced. The draft tells who the user is.
#[cfg(unix)]
fn refuse_others(target: &Path, draft: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    if fs_err::metadata(target)?.uid() == draft.as_file().metadata()?.uid() {
        return Ok(());
    }
    let why = format!("the link leads to {}, which is not your file", target.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
}

/// Where files have no owner that could be asked for, nothing can be said.
#[cfg(not(unix))]
fn refuse_others(_target: &Path, _draft: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
