//! The environment, read once and handed on as a value. Every variable the tool knows is a constant here.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::pasted_token::{Suspicion, holds_token};

/// A variable and what it is for; `help environment` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does, one line.
    pub(crate) meaning: &'static str,
}

/// What was given as the name of a variable is none. Most often it is the token itself, so it is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that looks like a token; what belongs here is the name of the environment variable that holds it")]
pub(crate) struct NotAName;

/// The name of a variable: letters, digits and `_`, with no digit first, as every shell can set it.
pub(crate) fn variable_name(text: &str) -> Result<&str, NotAName> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_name = text.chars().all(fits) && text.starts_with(|first: char| fits(first) && !first.is_ascii_digit());
    if is_name && !holds_token(text, Suspicion::Possible) { Ok(text) } else { Err(NotAName) }
}

/// The configuration file.
pub(crate) const CONFIG: Variable = Variable { name: "GRADEPUSH_CONFIG", meaning: "the configuration file (--config)" };
/// The local store.
pub(crate) const STORE: Variable = Variable { name: "GRADEPUSH_STORE", meaning: "the local store (--store)" };
/// The connector to use.
pub(crate) const CONNECTOR: Variable =
    Variable { name: "GRADEPUSH_CONNECTOR", meaning: "the title of the connector to use (--connector)" };
/// Colours off.
pub(crate) const NO_COLOR: Variable = Variable { name: "NO_COLOR", meaning: "no colours, whatever the value" };
/// Proxy for Canvas.
pub(crate) const HTTPS_PROXY: Variable =
    Variable { name: "HTTPS_PROXY", meaning: "proxy for Canvas, unless the connector names a secure gateway" };
/// Hosts that need no proxy.
pub(crate) const NO_PROXY: Variable = Variable { name: "NO_PROXY", meaning: "hosts reached without the proxy" };
/// Certificates to trust.
pub(crate) const SSL_CERT_FILE: Variable =
    Variable { name: "SSL_CERT_FILE", meaning: "certificates to trust instead of the system's" };

/// Set by the script of `completions` while a shell asks what may come next; nothing for people, so that the reference
/// does not list it.
pub(crate) const COMPLETE: &str = "GRADEPUSH_COMPLETE";

/// The user's home folder, for `~` in answers; the system's, so that the reference does not list it.
pub(crate) const HOME: &str = "HOME";

const HOST_MEANING: &str = "the Canvas of the connector `env`";
const TOKEN_MEANING: &str = "the access token of the connector `env`";

/// Where the ad-hoc connector `env` lives; the first is the proper name, the others are aliases.
pub(crate) const CANVAS_HOST: [Variable; 5] = [
    Variable { name: "CANVAS_BASE_URL", meaning: HOST_MEANING },
    Variable { name: "CANVAS_URL", meaning: HOST_MEANING },
    Variable { name: "CANVAS_DOMAIN", meaning: HOST_MEANING },
    Variable { name: "CANVAS_SERVER", meaning: HOST_MEANING },
    Variable { name: "CANVAS_API_URL", meaning: HOST_MEANING },
];

/// The token of the ad-hoc connector `env`; the first is the proper name, the others are aliases.
pub(crate) const CANVAS_TOKEN: [Variable; 4] = [
    Variable { name: "CANVAS_API_TOKEN", meaning: TOKEN_MEANING },
    Variable { name: "CANVAS_TOKEN", meaning: TOKEN_MEANING },
    Variable { name: "CANVAS_ACCESS_TOKEN", meaning: TOKEN_MEANING },
    Variable { name: "CANVAS_API_KEY", meaning: TOKEN_MEANING },
];

/// Every variable, in the order of the reference.
pub(crate) fn all() -> impl Iterator<Item = Variable> {
    [CONFIG, STORE, CONNECTOR, NO_COLOR, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE]
        .into_iter()
        .chain(CANVAS_HOST)
        .chain(CANVAS_TOKEN)
}

/// The variables of the process and the folders of its user.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<OsString, OsString>,
    /// The user's configuration folder (`$XDG_CONFIG_HOME`); `None` without a home.
    pub(crate) config_home: Option<PathBuf>,
    /// The user's data folder (`$XDG_DATA_HOME`); `None` without a home.
    pub(crate) data_home: Option<PathBuf>,
}

impl Environment {
    /// The environment of this process. The only place that reads it.
    pub(crate) fn of_process() -> Self {
        let folders = etcetera::choose_base_strategy().ok();
        Self {
            variables: std::env::vars_os().collect(),
            config_home: folders.as_ref().map(BaseStrategy::config_dir),
            data_home: folders.as_ref().map(BaseStrategy::data_dir),
        }
    }

    /// The value of a variable; `None` if it is unset or empty.
    pub(crate) fn raw(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// Whether a variable is set, be it to nothing.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.variables.contains_key(OsStr::new(name))
    }

    /// The name of the user of this machine: of the process, whatever the variables say; theirs where it has no name.
    pub(crate) fn local_user(&self) -> Option<String> {
        let of_process = whoami::username().ok().filter(|name| !name.is_empty());
        of_process
            .or_else(|| ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| self.text(name)).map(str::to_owned))
    }

    /// The value of a variable that is text; `None` if it is unset, empty or not Unicode.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.raw(name).and_then(OsStr::to_str)
    }
}

impl Environment {
    /// An environment of these variables, and no folders.
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, config_home: None, data_home: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_no_name_of_a_variable() {
        for (text, is_name) in [
            ("CANVAS_API_TOKEN", true),
            ("_x1", true),
            ("canvasToken2", true),
            ("", false),
            ("1TOKEN", false),
            ("MY TOKEN", false),
            ("MY-TOKEN", false),
            ("$CANVAS_API_TOKEN", false),
            ("7~randomtoken", false),
            ("aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW2xY4zA6bC8dE0fG2hI4jK6lM8nO0pQ2r", false),
            ("a123456789abcdef0123456789abcdef", false),
        ] {
            assert_eq!(variable_name(text).is_ok(), is_name, "{text}");
        }
        assert!(!NotAName.to_string().contains('~'));
    }
}
