//! Files with student data or settings: written whole or not at all, and readable by their owner only.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::context::Context;
use super::error::CliError;

/// Writes a file that the user named.
pub(crate) fn write_named(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    write_private(path, bytes).map_err(|error| cannot_be_written(path, &error))
}

/// The error of a file that the user named.
pub(crate) fn cannot_be_written(path: &Path, error: &io::Error) -> CliError {
    CliError::usage(format!("{}: cannot be written: {error}", path.display()))
        .hint("check that its folder exists and is writable")
}

/// Hands a text over: to the file that the user named, else to standard output, unless machine output is there.
pub(crate) fn hand_over(context: &Context, output: Option<&Path>, bytes: &[u8]) -> Result<(), CliError> {
    match output {
        Some(path) => write_named(path, bytes),
        None if context.ui.json() => Ok(()),
        None => context.ui.bytes(bytes),
    }
}

/// Writes the file in one step, with mode 0600, and its folder if that is missing.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = PrivateFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

/// A file with mode 0600 that grows beside its place, and stands there once it is whole. Dropped before, it is gone.
pub(crate) struct PrivateFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl PrivateFile {
    /// Begins the file, and makes its folder if that is missing.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs_err::create_dir_all(folder)?;
        // Temporary files have mode 0600 from their first byte, and stand beside the target so that a rename is enough.
        let file = tempfile::Builder::new().prefix(".gradepush-").tempfile_in(folder)?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file) })
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
