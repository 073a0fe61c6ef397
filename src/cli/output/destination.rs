//! An output: checked before a request leaves, and again when it is written.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::kept::Kept;
use super::mark::Mark;
use super::open_files::{is_open_file, is_stdout};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::files::{self, PrivateFile};
use crate::cli::ui::Ui;

/// The outputs of one command, and what none of them may take the place of.
pub(crate) struct Outputs {
    ui: Ui,
    kept: Kept,
    force: bool,
}

/// Where something is written that the user named.
#[derive(Clone)]
pub(crate) struct Output {
    ui: Ui,
    /// What names it: a flag or an argument.
    named_by: &'static str,
    path: PathBuf,
    mark: Mark,
    force: bool,
    kept: Kept,
}

/// What the path of an output is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Standard output.
    Stdout,
    /// A pipe, a terminal or another device: written through, and never replaced.
    Stream,
    /// A regular file, or nothing yet.
    File,
}

impl Outputs {
    /// The outputs of a command that reads nothing but what the tool lives on.
    pub(crate) fn of(context: &Context, force: bool) -> Self {
        let mut kept = Kept::of(context);
        if let Some(path) = &context.global.log_file {
            kept.add("the log of this command", path);
        }
        Self { ui: context.ui.clone(), kept, force }
    }

    /// Checks the log that was asked for. It is written behind what is there, and nothing makes another file a log.
    pub(crate) fn log(context: &Context, path: &Path) -> Result<Output, CliError> {
        let mut outputs = Self { ui: context.ui.clone(), kept: Kept::of(context), force: false };
        outputs.output("--log-file", path, Mark::Log)
    }

    /// Notes a file that the command reads, such as `scores`; `-` is standard input.
    pub(crate) fn reading(&mut self, what: &str, path: &Path) {
        self.kept.add_input(what, path);
    }

    /// Checks an output that was asked for; `named_by` is its flag. No two outputs are one file.
    pub(crate) fn output(&mut self, named_by: &'static str, path: &Path, mark: Mark) -> Result<Output, CliError> {
        let output = Output {
            ui: self.ui.clone(),
            named_by,
            path: path.to_owned(),
            mark,
            force: self.force,
            kept: self.kept.clone(),
        };
        match output.check()? {
            Kind::Stdout => self.ui.give_stdout_to(named_by)?,
            Kind::Stream => {}
            Kind::File => {
                files::can_be_written(path).map_err(|error| output.cannot_be_written(&error))?;
                self.kept.add(format!("what {named_by} writes"), path);
            }
        }
        Ok(output)
    }

    /// The same for an output that may be left out.
    pub(crate) fn optional(
        &mut self,
        named_by: &'static str,
        path: Option<&Path>,
        mark: Mark,
    ) -> Result<Option<Output>, CliError> {
        path.map(|path| self.output(named_by, path, mark)).transpose()
    }
}

/// Hands a text over: to the output that the user named, else to standard output, unless machine output is there.
pub(crate) fn hand_over(context: &Context, output: Option<&Output>, bytes: &[u8]) -> Result<(), CliError> {
    match output {
        Some(output) => output.write(bytes),
        None if context.ui.json() => Ok(()),
        None => context.ui.bytes(bytes),
    }
}

impl Output {
    /// Where it is, as it was named.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is standard output.
    pub(crate) fn is_stdout(&self) -> bool {
        is_stdout(&self.path)
    }

    /// Whether it is a file, and no stream.
    pub(crate) fn is_file(&self) -> Result<bool, CliError> {
        Ok(self.check()? == Kind::File)
    }

    /// Refuses what must not be replaced, as it is now.
    pub(crate) fn check_again(&self) -> Result<(), CliError> {
        self.check().map(drop)
    }

    /// Writes all of it.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), CliError> {
        let mut file = self.begin()?;
        file.write_all(bytes).map_err(|error| self.cannot_be_written(&error))?;
        file.finish()
    }

    /// Begins to write.
    pub(crate) fn begin(&self) -> Result<OutputFile<'_>, CliError> {
        let wrong = |error: io::Error| self.cannot_be_written(&error);
        let writing = match self.check()? {
            Kind::Stdout => Writing::Stdout(BufWriter::new(Stdout(self.ui.clone()))),
            Kind::Stream => Writing::Stream(BufWriter::new(self.append().map_err(wrong)?)),
            Kind::File => Writing::File(PrivateFile::create(&self.path).map_err(wrong)?),
        };
        Ok(OutputFile { output: self, writing })
    }

    /// Opens it to write behind what is there, for a log.
    pub(crate) fn appending(&self) -> Result<Box<dyn Write + Send>, CliError> {
        Ok(match self.check()? {
            Kind::Stdout => Box::new(Stdout(self.ui.clone())),
            Kind::Stream | Kind::File => {
                Box::new(self.append().map_err(|error| self.cannot_be_written(&error))?.into_file())
            }
        })
    }

    /// The error of an output that cannot be written.
    pub(crate) fn cannot_be_written(&self, error: &io::Error) -> CliError {
        CliError::usage(format!("{}: cannot be written: {error}", self.path.display()))
            .hint("check that its folder exists and is writable")
    }

    fn append(&self) -> io::Result<fs_err::File> {
        let mut options = fs_err::OpenOptions::new();
        // What has a name in /dev is there already; only a log is made by this.
        options.append(true).create(!is_open_file(&self.path));
        #[cfg(unix)]
        fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }

    /// What the path is now, or why nothing may be written there.
    fn check(&self) -> Result<Kind, CliError> {
        if self.is_stdout() {
            return Ok(Kind::Stdout);
        }
        let path = self.path.display();
        if let Some(what) = self.kept.what_is(&self.path) {
            return Err(CliError::usage(format!(
                "{} {path}: this is {what}, and no output takes its place",
                self.named_by
            ))
            .hint("name another file"));
        }
        let found = match fs_err::metadata(&self.path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.check_missing(),
            Err(error) => return Err(self.cannot_be_written(&error)),
        };
        if found.is_dir() {
            return Err(CliError::usage(format!("{} {path}: this is a folder", self.named_by)).hint("name a file"));
        }
        if is_stream(&found) || is_open_file(&self.path) {
            return Ok(Kind::Stream);
        }
        if !found.is_file() {
            return Err(CliError::usage(format!("{} {path}: this is neither a file nor a pipe", self.named_by))
                .hint("name a file"));
        }
        let is_ours = self.force || self.mark.is_on(&self.path).map_err(|error| self.cannot_be_written(&error))?;
        if is_ours { Ok(Kind::File) } else { Err(self.is_not_ours()) }
    }

    fn check_missing(&self) -> Result<Kind, CliError> {
        if fs_err::symlink_metadata(&self.path).is_err() {
            return Ok(Kind::File);
        }
        let path = self.path.display();
        Err(CliError::usage(format!("{} {path}: this link leads to a file that does not exist", self.named_by))
            .hint("name the file itself"))
    }

    fn is_not_ours(&self) -> CliError {
        let (path, what) = (self.path.display(), self.mark.describe());
        let error = CliError::usage(format!("{} {path}: a file is there already, and it is no {what}", self.named_by));
        match self.mark {
            Mark::Log => error.hint("name another file; a log is never written behind something else"),
            _ => error.hint("name another file, or replace this one with --force"),
        }
    }
}

/// Whether writing goes through it to somebody else. A disk is none: what is on it would be lost.
#[cfg(unix)]
fn is_stream(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    found.file_type().is_fifo() || found.file_type().is_char_device()
}

#[cfg(not(unix))]
fn is_stream(_found: &std::fs::Metadata) -> bool {
    false
}

/// An output that is being written. Dropped before its end, it leaves what was in a file as it was.
pub(crate) struct OutputFile<'a> {
    output: &'a Output,
    writing: Writing,
}

enum Writing {
    Stdout(BufWriter<Stdout>),
    Stream(BufWriter<fs_err::File>),
    File(PrivateFile),
}

impl OutputFile<'_> {
    /// Ends it: a file stands in its place now, if that is still free for it.
    pub(crate) fn finish(self) -> Result<(), CliError> {
        let Self { output, writing } = self;
        output.check_again()?;
        let outcome = match writing {
            Writing::Stdout(mut stdout) => stdout.flush(),
            Writing::Stream(mut stream) => stream.flush(),
            Writing::File(file) => file.finish(),
        };
        outcome.map_err(|error| output.cannot_be_written(&error))
    }
}

impl Write for OutputFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writing {
            Writing::Stdout(stdout) => stdout.write(bytes),
            Writing::Stream(stream) => stream.write(bytes),
            Writing::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.writing {
            Writing::Stdout(stdout) => stdout.flush(),
            Writing::Stream(stream) => stream.flush(),
            Writing::File(file) => file.flush(),
        }
    }
}

/// Standard output as a stream of its own.
struct Stdout(Ui);

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.stdout().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
