//! Where the access token comes from. It lives in memory only, and is never printed.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::env::Environment;

/// How long a token command may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);
/// No token is longer; a source that yields more is no token.
const LONGEST: usize = 4096;

/// The source the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenSource {
    /// A variable of the environment.
    Variable(String),
    /// The first line of a file that only its owner can read.
    File(PathBuf),
    /// The first line of a command's output.
    Command(String),
    /// None was named.
    Unset,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// The connector names no source.
    #[error("connector `{connector}` names no source for its access token")]
    NoSource {
        /// The connector's title.
        connector: String,
    },
    /// The variable is unset or empty.
    #[error("the environment variable `{name}`, which should hold the access token, is not set")]
    Variable {
        /// Its name.
        name: String,
    },
    /// The file cannot be read.
    #[error("the token file cannot be read: {0}")]
    File(#[source] std::io::Error),
    /// Others than the owner can read the file.
    #[error("the token file `{}` can be read by other users of this machine (mode {mode:03o})", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The command is not a list of words.
    #[error("the token command has an open quote: {0}")]
    Quote(String),
    /// The command cannot be started or read.
    #[error("the token command `{program}` cannot be run")]
    Start {
        /// Its first word.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// The command failed.
    #[error("the token command `{program}` ended with {status}")]
    Failed {
        /// Its first word.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The command took too long.
    #[error("the token command `{program}` gave no token within {} seconds", COMMAND_TIMEOUT.as_secs())]
    TimedOut {
        /// Its first word.
        program: String,
    },
    /// What was found is no token.
    #[error("{from} holds no access token: {why}")]
    NotAToken {
        /// The source.
        from: String,
        /// What is wrong with it; never the text itself.
        why: &'static str,
    },
}

impl TokenError {
    /// How to mend it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NoSource { connector } => {
                format!(
                    "name one: gradepush connector edit {connector:?} --token-env VAR (or --token-file, --token-command)"
                )
            }
            Self::Variable { name } => format!("set it: export {name}=…"),
            Self::File(_) => "check the path with `gradepush connector show`".to_owned(),
            Self::Exposed { path, .. } => format!("make it yours alone: chmod 600 {}", path.display()),
            Self::Quote(_) | Self::Start { .. } | Self::Failed { .. } | Self::TimedOut { .. } => {
                "try the command in a terminal; it runs without a shell and must print the token on its first line"
                    .to_owned()
            }
            Self::NotAToken { .. } => {
                "make a token in Canvas under Account, Settings, New Access Token, and store it there".to_owned()
            }
        }
    }
}

impl TokenSource {
    /// What the source is, without the secret, for listings.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Variable(name) => format!("environment variable {name}"),
            Self::File(path) => format!("file {}", path.display()),
            Self::Command(command) => format!("command {command}"),
            Self::Unset => "none".to_owned(),
        }
    }

    /// Fetches the token of the connector with this title.
    pub(crate) fn token(&self, connector: &str, environment: &Environment) -> Result<SecretString, TokenError> {
        let text = match self {
            Self::Unset => return Err(TokenError::NoSource { connector: connector.to_owned() }),
            Self::Variable(name) => {
                let text = environment.text(name).ok_or_else(|| TokenError::Variable { name: name.clone() })?;
                SecretString::from(text.to_owned())
            }
            Self::File(path) => read_file(path)?,
            Self::Command(command) => run(command)?,
        };
        first_line(&text, &self.describe())
    }
}

/// Takes the first line, and refuses what can be no token before it is sent anywhere.
fn first_line(text: &SecretString, from: &str) -> Result<SecretString, TokenError> {
    let line = text.expose_secret().lines().next().unwrap_or_default().trim();
    let why = if line.is_empty() {
        "it is empty"
    } else if line.len() > LONGEST {
        "its first line is too long"
    } else if !line.bytes().all(|byte| byte.is_ascii_graphic()) {
        "its first line has characters that no token has"
    } else {
        return Ok(SecretString::from(line.to_owned()));
    };
    Err(TokenError::NotAToken { from: from.to_owned(), why })
}

fn read_file(path: &Path) -> Result<SecretString, TokenError> {
    if let Some(mode) = exposed_mode(path).map_err(TokenError::File)? {
        return Err(TokenError::Exposed { path: path.to_owned(), mode });
    }
    fs_err::read_to_string(path).map(SecretString::from).map_err(TokenError::File)
}

/// The permission bits of a file that others than its owner can read; `None` if only the owner can.
#[cfg(unix)]
pub(crate) fn exposed_mode(path: &Path) -> std::io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs_err::metadata(path)?.permissions().mode() & 0o777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

/// Where files have no permission bits, nothing can be said.
#[cfg(not(unix))]
pub(crate) fn exposed_mode(path: &Path) -> std::io::Result<Option<u32>> {
    fs_err::metadata(path).map(|_| None)
}

/// Runs the command without a shell and takes what it prints.
fn run(command: &str) -> Result<SecretString, TokenError> {
    let words = split_words(command)?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(TokenError::NotAToken { from: "the token command".to_owned(), why: "it is empty" });
    };
    let start = |source| TokenError::Start { program: program.clone(), source };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(start)?;
    let stdout = child.stdout.take();
    let (sender, receiver) = std::sync::mpsc::channel();
    // A thread, because a pipe cannot be read with a time limit; it ends with the process that holds the pipe.
    std::thread::spawn(move || {
        let mut text = String::new();
        let limit = LONGEST as u64 * 4;
        let read = stdout.map_or(Ok(0), |stdout| stdout.take(limit).read_to_string(&mut text));
        // The receiver is gone only after the time limit.
        sender.send(read.map(|_| SecretString::from(text))).unwrap_or_default();
    });
    let Ok(text) = receiver.recv_timeout(COMMAND_TIMEOUT) else {
        child.kill().map_err(start)?;
        child.wait().map_err(start)?;
        return Err(TokenError::TimedOut { program: program.clone() });
    };
    let text = text.map_err(start)?;
    let status = child.wait().map_err(start)?;
    if status.success() { Ok(text) } else { Err(TokenError::Failed { program: program.clone(), status }) }
}

/// Splits a command into words: white space separates, quotes and backslashes protect. No expansion of any kind.
fn split_words(command: &str) -> Result<Vec<String>, TokenError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut letters = command.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), close) if open == close => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (_, other) => word.get_or_insert_default().push(other),
        }
    }
    if quote.is_some() {
        return Err(TokenError::Quote(command.to_owned()));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_without_a_shell() {
        for (command, words) in [
            ("pass show canvas", vec!["pass", "show", "canvas"]),
            ("  secret  'two words' \"and 'three'\" ", vec!["secret", "two words", "and 'three'"]),
            (r"a\ b $HOME ; rm", vec!["a b", "$HOME", ";", "rm"]),
            ("x ''", vec!["x", ""]),
            ("", vec![]),
        ] {
            assert_eq!(split_words(command).expect(command), words, "{command}");
        }
        assert!(split_words("a 'b").is_err());
    }

    #[test]
    fn only_a_plain_first_line_is_a_token() {
        for (text, token) in [("abc~123\nrest", Some("abc~123")), (" abc \r\n", Some("abc")), ("", None), ("a b", None)]
        {
            let found = first_line(&SecretString::from(text.to_owned()), "here").ok();
            assert_eq!(found.as_ref().map(ExposeSecret::expose_secret), token, "{text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_command_prints_the_token_or_fails() {
        let environment = Environment::default();
        let token = |command: &str| TokenSource::Command(command.to_owned()).token("x", &environment);
        assert_eq!(token("printf 'abc\\nmore'").expect("a token").expose_secret(), "abc");
        assert!(matches!(token("false"), Err(TokenError::Failed { .. })));
        assert!(matches!(token("/nonexistent/program"), Err(TokenError::Start { .. })));
    }
}
