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
    /// The variable is not set.
    #[error("the environment variable `{name}`, which should hold the access token, is not set")]
    Variable {
        /// Its name.
        name: String,
    },
    /// The variable is set, and holds nothing that could be a token.
    #[error("the environment variable `{name}`, which should hold the access token, is {is}")]
    NoText {
        /// Its name.
        name: String,
        /// What it is.
        is: &'static str,
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
        /// What is wrong with it.
        why: Fault,
    },
}

/// What is wrong with a text that should be a token; never the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// The token may stand further down.
    #[error("its first line is blank, and the token is taken from the first line")]
    BlankFirstLine,
    /// An invisible mark that some editors put at the beginning.
    #[error("it begins with a byte order mark, which an editor put there")]
    ByteOrderMark,
    /// As some shells of Windows write.
    #[error("it is UTF-16 text, as PowerShell's `>` writes it")]
    Utf16,
    /// Bytes that are no text.
    #[error("it is no text in UTF-8")]
    NoText,
    /// Longer than any token.
    #[error("its first line is too long")]
    TooLong,
    /// Blanks or commas inside, or letters beyond ASCII.
    #[error("its first line has characters that no token has")]
    OddCharacters,
}

impl Fault {
    fn hint(self) -> &'static str {
        match self {
            Self::BlankFirstLine => "put the token on the first line",
            Self::ByteOrderMark | Self::Utf16 | Self::NoText => "save it as UTF-8 without a byte order mark",
            Self::Empty | Self::TooLong | Self::OddCharacters => {
                "make a token in Canvas under Account, Settings, New Access Token, and store it there"
            }
        }
    }
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
            Self::Variable { name } | Self::NoText { name, .. } => format!("set it: export {name}=…"),
            Self::File(_) => "check the path with `gradepush connector show`".to_owned(),
            Self::Exposed { path, .. } => format!("make it yours alone: chmod 600 {}", path.display()),
            Self::Quote(_) | Self::Start { .. } | Self::Failed { .. } | Self::TimedOut { .. } => {
                "try the command in a terminal; it runs without a shell and must print the token on its first line"
                    .to_owned()
            }
            Self::NotAToken { why, .. } => why.hint().to_owned(),
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
            Self::Variable(name) => SecretString::from(of_variable(name, environment)?.to_owned()),
            Self::File(path) => read_file(path, &self.describe())?,
            Self::Command(command) => run(command)?,
        };
        first_line(&text, &self.describe())
    }
}

/// Takes the first line, and refuses what can be no token before it is sent anywhere.
fn first_line(text: &SecretString, from: &str) -> Result<SecretString, TokenError> {
    let text = text.expose_secret();
    let line = text.lines().next().unwrap_or_default().trim();
    let why = if text.starts_with('\u{feff}') {
        Fault::ByteOrderMark
    } else if text.trim().is_empty() {
        Fault::Empty
    } else if line.is_empty() {
        Fault::BlankFirstLine
    } else if line.len() > LONGEST {
        Fault::TooLong
    } else if !is_token_like(line) {
        Fault::OddCharacters
    } else {
        return Ok(SecretString::from(line.to_owned()));
    };
    Err(TokenError::NotAToken { from: from.to_owned(), why })
}

/// Whether a text has only characters that tokens have: of Canvas `1234~AbC…` or 64 letters and digits, of others what
/// an Authorization header may hold (RFC 6750).
pub(crate) fn is_token_like(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))
}

/// The text of a variable that is set.
fn of_variable<'a>(name: &str, environment: &'a Environment) -> Result<&'a str, TokenError> {
    let is = match (environment.text(name), environment.raw(name)) {
        (Some(text), _) => return Ok(text),
        (None, Some(_)) => "no text",
        (None, None) if environment.is_set(name) => "set, but empty",
        (None, None) => return Err(TokenError::Variable { name: name.to_owned() }),
    };
    Err(TokenError::NoText { name: name.to_owned(), is })
}

fn read_file(path: &Path, from: &str) -> Result<SecretString, TokenError> {
    if let Some(mode) = exposed_mode(path).map_err(TokenError::File)? {
        return Err(TokenError::Exposed { path: path.to_owned(), mode });
    }
    text_of(fs_err::read(path).map_err(TokenError::File)?)
        .map(SecretString::from)
        .map_err(|why| TokenError::NotAToken { from: from.to_owned(), why })
}

fn text_of(bytes: Vec<u8>) -> Result<String, Fault> {
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    String::from_utf8(bytes).map_err(|_| if is_utf16 { Fault::Utf16 } else { Fault::NoText })
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
        return Err(TokenError::NotAToken { from: "the token command".to_owned(), why: Fault::Empty });
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
        for (text, token) in [
            ("abc~123\nrest", Ok("abc~123")),
            (" abc \r\n", Ok("abc")),
            ("", Err(Fault::Empty)),
            (" \n\n", Err(Fault::Empty)),
            ("\nabc\n", Err(Fault::BlankFirstLine)),
            ("\u{feff}abc\n", Err(Fault::ByteOrderMark)),
            ("a b", Err(Fault::OddCharacters)),
        ] {
            match (first_line(&SecretString::from(text.to_owned()), "here"), token) {
                (Ok(found), Ok(token)) => assert_eq!(found.expose_secret(), token, "{text:?}"),
                (Err(TokenError::NotAToken { why, .. }), Err(fault)) => assert_eq!(why, fault, "{text:?}"),
                (found, _) => panic!("{text:?} gave {:?}", found.map(|_| "a token")),
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_told_apart() {
        assert_eq!(text_of(b"abc\n".to_vec()).as_deref(), Ok("abc\n"));
        assert_eq!(text_of(vec![0xff, 0xfe, b'a', 0]), Err(Fault::Utf16));
        assert_eq!(text_of(vec![b'a', 0xff]), Err(Fault::NoText));
    }

    #[test]
    fn a_variable_that_is_empty_is_not_called_unset() {
        let environment = Environment::of(&[("EMPTY", ""), ("FULL", "abc")]);
        assert_eq!(of_variable("FULL", &environment).expect("a text"), "abc");
        assert!(matches!(of_variable("EMPTY", &environment), Err(TokenError::NoText { is: "set, but empty", .. })));
        assert!(matches!(of_variable("NONE", &environment), Err(TokenError::Variable { .. })));
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
