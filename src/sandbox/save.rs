//! Saving a sandbox's world: whole or not at all, readable by its owner only, through no symbolic link, over nothing but
//! a plain file.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::error::WorldError;
use super::service::Sandbox;

impl Sandbox {
    /// Saves the world to a file in one step, with mode 0600.
    ///
    /// # Errors
    /// [`WorldError::Link`] when the path leads through a symbolic link, [`WorldError::NotAFile`] when something stands
    /// there that is no plain file, [`WorldError::File`] when it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), WorldError> {
        let mut file = draft(path)?;
        file.write_all(self.world(|world| world.to_json()).as_bytes())?;
        file.as_file().sync_all()?;
        // Writing took a while. A link that is made from now on is replaced by the rename, and not followed.
        check(path)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Whether a world could be saved to this file, found out before it has lived for hours.
    ///
    /// # Errors
    /// Those of [`Sandbox::save`].
    pub fn can_save_to(path: &Path) -> Result<(), WorldError> {
        draft(path).map(drop)
    }
}

/// A temporary file beside the target, so that a rename is enough. It has mode 0600 from its first byte.
fn draft(path: &Path) -> Result<NamedTempFile, WorldError> {
    check(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(tempfile::Builder::new().prefix(".gradepush-").tempfile_in(folder)?)
}

/// Refuses a path with a symbolic link anywhere in it, and one at which a folder, a pipe or a device stands: the rename
/// would put a plain file in its place.
fn check(path: &Path) -> Result<(), WorldError> {
    for part in path.ancestors().filter(|part| !part.as_os_str().is_empty()) {
        match fs_err::symlink_metadata(part) {
            Ok(found) if found.is_symlink() => return Err(WorldError::Link(part.to_owned())),
            Ok(found) if part == path && !found.is_file() => return Err(WorldError::NotAFile(path.to_owned())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
