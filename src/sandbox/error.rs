//! What can go wrong outside of an answer.

use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

/// A world file cannot be used.
#[derive(Debug, Error)]
pub enum WorldError {
    /// It is not a world: the source names line and column.
    #[error("not a world file")]
    Malformed(#[source] serde_json::Error),
    /// It could not be read or written.
    #[error("the world file is out of reach")]
    File(#[from] std::io::Error),
    /// A part of its path is a symbolic link: who made the link would choose the file that is overwritten.
    #[error("`{}` is a symbolic link, and a world is saved through none", .0.display())]
    Link(PathBuf),
    /// A folder, a pipe or a device stands at its path.
    #[error("`{}` is no plain file, and a world is saved over nothing else", .0.display())]
    NotAFile(PathBuf),
}

/// The sandbox cannot serve.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Serving ended by itself.
    #[error("serving ended")]
    Serve(#[source] std::io::Error),
}
