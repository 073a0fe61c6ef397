//! Saving a sandbox's world: whole or not at all, readable by its owner only, through no symbolic link.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::error::WorldError;
use super::service::Sandbox;

impl Sandbox {
    /// Saves the world to a file in one step, with mode 0600.
    ///
    /// # Errors
    /// [`WorldError::Link`] when the file is a symbolic link, [`WorldError::File`] when it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), WorldError> {
        let mut file = draft(path)?;
        file.write_all(self.world(|world| world.to_json()).as_bytes())?;
        file.as_file().sync_all()?;
        // A rename replaces a link that was made meanwhile, and does not follow it.
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
    match fs_err::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => return Err(WorldError::Link(path.to_owned())),
        Ok(found) if found.is_dir() => {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, format!("`{}` is a folder", path.display())).into());
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(tempfile::Builder::new().prefix(".gradepush-").tempfile_in(folder)?)
}
