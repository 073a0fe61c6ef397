//! The environment, read once and handed on as a value. Every variable the tool knows is a constant here.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use etcetera::BaseStrategy;

/// A variable and what it is for; `help environment` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does, one line.
    pub(crate) meaning: &'static str,
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

    /// The name of the user of this machine, as the system's login put it.
    pub(crate) fn local_user(&self) -> Option<&str> {
        ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| self.text(name))
    }

    /// The value of a variable that is text; `None` if it is unset, empty or not Unicode.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.raw(name).and_then(OsStr::to_str)
    }
}

#[cfg(test)]
impl Environment {
    /// An environment of these variables, and no folders.
    pub(crate) fn of(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, config_home: None, data_home: None }
    }
}
