//! Files with student data or settings: written whole or not at all, and readable by their owner only.

use std::io::{self, Write};
use std::path::Path;

use super::context::Context;
use super::error::CliError;

/// Writes a file that the user named.
pub(crate) fn write_named(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    write_private(path, bytes).map_err(|error| {
        CliError::usage(format!("{}: cannot be written: {error}", path.display()))
            .hint("check that its folder exists and is writable")
    })
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
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs_err::create_dir_all(folder)?;
    // Temporary files have mode 0600 from their first byte, and stand beside the target so that a rename is enough.
    let mut file = tempfile::Builder::new().prefix(".gradepush-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
