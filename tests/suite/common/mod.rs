//! A hermetic place to run the program: its own home, no inherited environment, output of a fixed shape.

mod hosted;
pub(crate) mod intake;
#[cfg(unix)]
mod typing;

use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) use hosted::{Hosted, Row, term};

/// A home folder of one test.
pub(crate) struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run printed, and how it ended.
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The exit code; -1 when a signal ended it.
    pub(crate) code: i32,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), variables: Vec::new() }
    }

    /// The same home with one more variable in its environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path in the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the configuration is.
    pub(crate) fn config(&self) -> PathBuf {
        self.path("config/gradepush/config.toml")
    }

    /// Writes a file into the home, readable by its owner only.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs_err::write(&path, text).expect("writable");
        set_mode(&path, 0o600);
        path
    }

    /// The program with this home and nothing else.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("gradepush"));
        let home = self.folder.path();
        command
            .env_clear()
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("TMPDIR", home)
            .env("PATH", "/usr/bin:/bin")
            .env("COLUMNS", "100")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(home)
            .stdin(Stdio::null())
            .args(arguments);
        command
    }

    /// Runs the program to its end.
    #[must_use = "look at it or assert that it succeeded"]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.ended(&self.command(arguments).output().expect("the program starts"))
    }

    pub(crate) fn ended(&self, output: &Output) -> Ran {
        Ran {
            stdout: self.redacted(&output.stdout),
            stderr: self.redacted(&output.stderr),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// Folders differ from run to run.
    fn redacted(&self, bytes: &[u8]) -> String {
        let home = self.folder.path().to_string_lossy().into_owned();
        String::from_utf8_lossy(bytes).replace(&home, "$HOME").replace(".exe", "")
    }
}

impl Ran {
    /// Everything in one text, for an inline snapshot.
    pub(crate) fn all(&self) -> String {
        format!("exit code: {}\n----- stdout\n{}----- stderr\n{}", self.code, self.stdout, self.stderr)
    }

    /// Asserts that it did what was asked for.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.all());
        self
    }

    /// Asserts that it ended with this code.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.all());
        self
    }

    /// The result of machine output: its last line.
    #[track_caller]
    pub(crate) fn result(&self) -> serde_json::Value {
        let last = self.stdout.lines().last().unwrap_or_default();
        let value: serde_json::Value =
            serde_json::from_str(last).unwrap_or_else(|_| panic!("no result: {}", self.all()));
        assert_eq!(value["type"], "result", "{}", self.all());
        assert_eq!(value["exit_code"], self.code, "{}", self.all());
        value
    }
}

/// Sets the permission bits where there are any.
pub(crate) fn set_mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs_err::set_permissions(path, PermissionsExt::from_mode(mode)).expect("it is ours");
    }
    #[cfg(not(unix))]
    {
        assert!(path.exists() && mode > 0, "files have no permission bits here");
    }
}

/// The permission bits of a file.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs_err::metadata(path).expect("it exists").permissions().mode() & 0o777
}

/// A sandbox in a process of its own; it ends with the value.
pub(crate) struct Served {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// Where it listens.
    pub(crate) address: String,
    /// What it accepts.
    pub(crate) token: String,
}

impl Home {
    /// Serves a sandbox on a free port, and makes it the connector `Sandbox`.
    pub(crate) fn with_sandbox(&self, arguments: &[&str]) -> Served {
        let all: Vec<_> = ["sandbox", "--addr", "127.0.0.1:0", "--rows-after", "0"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        let mut command = self.command(&all);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let stdout = child.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(stdout).lines();
        let mut line = |start: &str| {
            let line = lines.next().expect("it says where it listens").expect("text");
            line.strip_prefix(start).expect("the documented words").to_owned()
        };
        let (address, token) = (line("listening on "), line("token "));
        self.write("token", &format!("{token}\n"));
        let origins = ["--user-id-origin", "login", "--course-id-origin", "sis"];
        let add = ["connector", "add", "Sandbox", "--canvas", &address, "--token-file", "token"];
        self.run(&add.into_iter().chain(origins).collect::<Vec<_>>()).succeeds();
        Served { child, lines, address, token }
    }
}

impl Served {
    /// The next line it prints, after its address and its token.
    pub(crate) fn line(&mut self) -> String {
        self.lines.next().expect("it says more").expect("text")
    }

    /// Asks it to end as Ctrl-C does, and returns its exit code.
    #[cfg(unix)]
    pub(crate) fn interrupt(self) -> i32 {
        self.signal("INT");
        self.ended()
    }

    /// Waits for its end, and returns its exit code.
    pub(crate) fn ended(mut self) -> i32 {
        self.child.wait().expect("it ends").code().unwrap_or(-1)
    }
}

/// Whether the tests were started by `nohup`, and says so: then the programs that they start outlive their terminal, as
/// people who use it want, and a test of a lost terminal would wait for ever.
#[cfg(unix)]
#[expect(clippy::print_stderr, reason = "who runs the tests must see that this one did not")]
pub(crate) fn is_under_nohup() -> bool {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let is_ignored =
        ignored.and_then(|mask| u128::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1);
    if is_ignored {
        eprintln!("skipped: under nohup nothing ends with its terminal");
    }
    is_ignored
}

#[cfg(unix)]
impl Served {
    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let signal = format!("-{name}");
        let kill = Command::new("kill").args([&signal, &self.child.id().to_string()]).status().expect("kill is there");
        assert!(kill.success(), "the process is there");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}
