//! Paths that name what this process has open already, such as `/dev/stdout` or the `/dev/fd/63` of `>(gzip)`.

use std::path::Path;

/// Whether the path is standard output: `-`, or one of the names that the system has for it.
pub(super) fn is_stdout(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path == Path::new(name))
}

/// Whether the path names an open file of this process. Such a name is a link in some systems, and the file behind it is
/// not replaced: whoever opened it looks at the one that is there.
pub(super) fn is_open_file(path: &Path) -> bool {
    let folders = ["/dev/fd", "/proc/self/fd"];
    folders.iter().any(|folder| path.starts_with(folder)) || path == Path::new("/dev/stderr")
}
