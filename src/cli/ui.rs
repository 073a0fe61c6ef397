//! The terminal: data goes to stdout, everything else to stderr. The only place that prints.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressDrawTarget};
use secrecy::SecretString;

use super::error::CliError;
use super::json::{Finished, Line};
use super::next_commands::NextCommands;
use super::table;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default();

/// Nothing is made to fit less than this.
const NARROWEST: usize = 20;

/// Which of the standard streams are terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Terminals {
    /// Keyboard.
    pub(crate) stdin: bool,
    /// Data.
    pub(crate) stdout: bool,
    /// Everything else.
    pub(crate) stderr: bool,
}

impl Terminals {
    /// Those of this process.
    pub(crate) fn of_process() -> Self {
        Self {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
        }
    }
}

/// When to colour (`--color`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the global flags say about output.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one global flag")]
pub(crate) struct Display {
    /// `--json`.
    pub(crate) json: bool,
    /// `--quiet`.
    pub(crate) quiet: bool,
    /// How often `--verbose`.
    pub(crate) verbose: u8,
    /// `--cells`.
    pub(crate) cells: bool,
    /// `--no-progress`.
    pub(crate) no_progress: bool,
    /// `--color`.
    pub(crate) color: When,
    /// Whether `NO_COLOR` is set.
    pub(crate) no_color: bool,
    /// The streams.
    pub(crate) terminals: Terminals,
}

/// The terminal of one process. Clones share it.
#[derive(Clone)]
pub(crate) struct Ui(Arc<Streams>);

struct Streams {
    display: Display,
    next: NextCommands,
    stdout: Mutex<AutoStream<io::Stdout>>,
    stdout_closed: AtomicBool,
    /// Whether standard output is what an output writes, so that nothing else may stand there.
    stdout_is_output: AtomicBool,
    stderr: Mutex<AutoStream<io::Stderr>>,
    bars: MultiProgress,
}

impl Ui {
    /// A terminal over the streams of this process. The commands that it tells people to type are completed by `next`.
    pub(crate) fn new(display: Display, next: NextCommands) -> Self {
        let choice = |terminal: bool| match display.color {
            When::Always => ColorChoice::Always,
            When::Auto if terminal && !display.no_color => ColorChoice::Always,
            When::Auto | When::Never => ColorChoice::Never,
        };
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self(Arc::new(Streams {
            display,
            next,
            stdout: Mutex::new(AutoStream::new(io::stdout(), choice(display.terminals.stdout))),
            stdout_closed: AtomicBool::new(false),
            stdout_is_output: AtomicBool::new(false),
            stderr: Mutex::new(AutoStream::new(io::stderr(), choice(display.terminals.stderr))),
            bars,
        }))
    }

    /// The same terminal for commands whose people are invented, so that names and grades are always shown, and that
    /// work with nothing that this command line named.
    pub(crate) fn for_invented_people(&self) -> Self {
        Self::new(Display { cells: true, ..self.0.display }, NextCommands::default())
    }

    /// What completes the commands in messages.
    pub(crate) fn next(&self) -> &NextCommands {
        &self.0.next
    }

    /// Whether machine output was asked for.
    pub(crate) fn json(&self) -> bool {
        self.0.display.json
    }

    /// Whether human output may hold people's names and grades: on a terminal, or with `--cells`.
    pub(crate) fn shows_people(&self) -> bool {
        let Display { cells, quiet, terminals, .. } = self.0.display;
        cells || (terminals.stdout && !quiet)
    }

    /// Whether more was asked for with `--verbose`.
    pub(crate) fn verbose(&self) -> bool {
        self.0.display.verbose > 0
    }

    /// How many letters a line of data may have; as many as it likes where no terminal shows it.
    pub(crate) fn width(&self) -> Option<usize> {
        width().filter(|_| self.0.display.terminals.stdout)
    }

    /// Whether human output may list cells and people, with or without their names.
    pub(crate) fn lists(&self) -> bool {
        !self.0.display.quiet || self.0.display.cells
    }

    /// Whether somebody can answer a question.
    pub(crate) fn interactive(&self) -> bool {
        self.0.display.terminals.stdin && self.0.display.terminals.stderr
    }

    /// Whether progress is drawn as bars.
    pub(crate) fn draws_bars(&self) -> bool {
        let Display { quiet, no_progress, terminals, .. } = self.0.display;
        terminals.stderr && !quiet && !no_progress
    }

    /// Whether progress is told in lines: without a terminal, and only to people.
    pub(crate) fn tells_progress(&self) -> bool {
        let Display { json, quiet, no_progress, terminals, .. } = self.0.display;
        !terminals.stderr && !quiet && !no_progress && !json
    }

    /// The bars on stderr.
    pub(crate) fn bars(&self) -> &MultiProgress {
        &self.0.bars
    }

    /// Data for people, in lines that fit the terminal; machine output leaves it out. Where standard output is an output,
    /// it goes to stderr.
    pub(crate) fn line(&self, text: impl AsRef<str>) {
        self.tell(text.as_ref(), ToOwned::to_owned);
    }

    /// The same, with the marks of cells and findings in colour.
    pub(crate) fn marked(&self, text: impl AsRef<str>) {
        self.tell(text.as_ref(), coloured);
    }

    fn tell(&self, text: &str, dress: fn(&str) -> String) {
        let text = &self.0.next.complete(text);
        if self.0.stdout_is_output.load(Ordering::Relaxed) {
            self.write_stderr(format_args!("{}\n", dress(&self.told(text))));
        } else if !self.json() {
            self.write_stdout(format!("{}\n", dress(&fitted(text, self.width()))).as_bytes());
        }
    }

    /// Keeps standard output for what this flag writes: from now on lines for people go to stderr.
    ///
    /// # Errors
    /// When machine output, or what another flag writes, goes there already.
    pub(crate) fn give_stdout_to(&self, flag: &str) -> Result<(), CliError> {
        let other = if self.json() {
            "--json"
        } else if self.0.stdout_is_output.swap(true, Ordering::Relaxed) {
            "another output"
        } else {
            return Ok(());
        };
        Err(CliError::usage(format!("{flag} and {other} cannot both go to standard output"))
            .hint("name a file for one of them"))
    }

    /// Bytes of data as they are, such as exported scores. A reader that left early is no error; a full disk is.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), CliError> {
        self.try_stdout(bytes).map_err(|error| CliError::rejected(format!("standard output takes no more: {error}")))
    }

    /// Standard output for data too long to hold, such as exported scores. A reader that left early is no error.
    pub(crate) fn stdout(&self) -> impl Write {
        Data(self)
    }

    /// One line of machine output; people do not see it.
    pub(crate) fn machine(&self, line: Line) {
        if self.json() {
            self.write_stdout(line.into_text().as_bytes());
        }
    }

    /// The result of a command as machine output: the last line, or one step's of a command that runs several.
    pub(crate) fn result(&self, command: &str, finished: &Finished) {
        self.machine(finished.line(command));
    }

    /// Text that is ready to be shown on stderr.
    pub(crate) fn plain(&self, text: &str) {
        self.write_stderr(format_args!("{text}"));
    }

    /// What is going on; `--quiet` leaves it out.
    pub(crate) fn status(&self, text: impl AsRef<str>) {
        if !self.0.display.quiet {
            self.write_stderr(format_args!("{}\n", self.told(&self.0.next.complete(text.as_ref()))));
        }
    }

    /// Something worth knowing; `--quiet` leaves it out.
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        if !self.0.display.quiet {
            self.labelled("note:", NOTE, text.as_ref());
        }
    }

    /// Something to worry about.
    pub(crate) fn warning(&self, text: impl AsRef<str>) {
        self.labelled("warning:", WARNING, text.as_ref());
    }

    /// An error with its hints, and with its causes when verbose.
    pub(crate) fn error(&self, error: &CliError) {
        self.labelled("error:", ERROR, &error.to_string());
        for hint in error.hints() {
            self.labelled("hint:", NOTE, hint);
        }
        if self.0.display.verbose > 0 {
            for cause in error.causes() {
                self.write_stderr(format_args!("  caused by: {cause}\n"));
            }
        }
        if let Some(line) = error.last_line() {
            self.write_stderr(format_args!("{line}\n"));
        }
    }

    /// A message behind a coloured word.
    fn labelled(&self, label: &str, style: Style, text: &str) {
        let text = self.told(&format!("{label} {}", self.0.next.complete(text)));
        let rest = text.strip_prefix(label).unwrap_or_default();
        self.write_stderr(format_args!("{style}{label}{style:#}{rest}\n"));
    }

    /// A message in lines that fit the terminal it goes to.
    fn told(&self, text: &str) -> String {
        fitted(text, width().filter(|_| self.0.display.terminals.stderr))
    }

    /// Asks and returns the answer, or `default` for an empty one.
    pub(crate) fn ask(&self, question: &str, default: &str) -> Result<String, CliError> {
        self.must_be_interactive()?;
        let shown = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        self.write_stderr(format_args!("{question}{shown}: "));
        let mut answer = String::new();
        match io::stdin().lock().read_line(&mut answer) {
            Ok(0) => Err(CliError::new(super::exit::Exit::Interrupted, "the input ended before the answer")),
            Ok(_) if answer.trim().is_empty() => Ok(default.to_owned()),
            Ok(_) => Ok(answer.trim().to_owned()),
            Err(error) => Err(CliError::usage("the answer cannot be read").caused_by(error)),
        }
    }

    /// Asks for something that is not shown while it is typed.
    pub(crate) fn ask_secret(&self, question: &str) -> Result<SecretString, CliError> {
        self.must_be_interactive()?;
        let answer = rpassword::prompt_password(format!("{question}: "));
        answer.map(SecretString::from).map_err(|error| CliError::usage("the answer cannot be read").caused_by(error))
    }

    /// Asks a question whose answer is no unless somebody types `yes` or `y`.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, CliError> {
        let answer = self.ask(&format!("{question} [y/N]"), "")?;
        Ok(["y", "yes"].iter().any(|yes| answer.eq_ignore_ascii_case(yes)))
    }

    fn must_be_interactive(&self) -> Result<(), CliError> {
        if self.interactive() {
            return Ok(());
        }
        Err(CliError::usage("there is no terminal to ask on"))
    }

    fn write_stdout(&self, bytes: &[u8]) {
        if let Err(error) = self.try_stdout(bytes) {
            self.warning(format!("standard output takes no more: {error}"));
        }
    }

    /// A reader that went away is no failure: what a command does must not depend on who looks at it.
    fn try_stdout(&self, bytes: &[u8]) -> io::Result<()> {
        if self.0.stdout_closed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let write = || {
            let mut stdout = self.0.stdout.lock().unwrap_or_else(PoisonError::into_inner);
            stdout.write_all(bytes).and_then(|()| stdout.flush())
        };
        let written = if self.draws_bars() { self.0.bars.suspend(write) } else { write() };
        let Err(error) = written else { return Ok(()) };
        self.0.stdout_closed.store(true, Ordering::Relaxed);
        if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
    }

    fn write_stderr(&self, text: std::fmt::Arguments<'_>) {
        let write = || {
            let mut stderr = self.0.stderr.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody is left to tell when stderr is closed.
            stderr.write_fmt(text).and_then(|()| stderr.flush()).unwrap_or_default();
        };
        if self.draws_bars() {
            self.0.bars.suspend(write);
        } else {
            write();
        }
    }
}

/// How wide the terminal is.
fn width() -> Option<usize> {
    terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0).max(NARROWEST))
}

/// Each line in lines of at most this width, indented by two places more than it is.
fn fitted(text: &str, width: Option<usize>) -> String {
    let fit = |line: &str| table::wrapped(line, width, line.len() - line.trim_start().len() + 2);
    text.split('\n').map(fit).collect::<Vec<_>>().join("\n")
}

/// The marks of cells and findings in their colours: `+`, `~`, `!` and `?` that stand alone.
fn coloured(text: &str) -> String {
    let style = |mark: &str| match mark {
        "+" => Some(AnsiColor::Green.on_default()),
        "~" => Some(AnsiColor::Yellow.on_default()),
        "!" | "~!" => Some(AnsiColor::Red.on_default().bold()),
        "?" => Some(AnsiColor::Magenta.on_default()),
        _ => None,
    };
    let word = |word: &str| match style(word) {
        Some(style) => format!("{style}{word}{style:#}"),
        None => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Standard output as a stream.
struct Data<'a>(&'a Ui);

impl Write for Data<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_stdout(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
