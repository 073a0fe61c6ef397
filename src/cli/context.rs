//! What a command works with: the terminal, the environment, the configuration, and which value came from where.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::SecretString;

use super::args::Global;
use super::config::{ConfigError, ConfigFile};
use super::connector::{Connector, ENV_TITLE};
use super::env::{self, Environment, Variable};
use super::error::CliError;
use super::exit::Exit;
use super::ui::Ui;
use crate::canvas::{Client, ConnectionSettings, RetryBudget, Waits};
use crate::domain::shell_word;
use crate::engine::{Clock, Event, Events, Session};
use crate::report::for_people;
use crate::store::{Access, Holder, Store, StoreError, StoreLock};

/// Where a value came from; the first of these that gives one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
    /// The configuration file.
    Config,
    /// Built in.
    Default,
}

impl Origin {
    /// For people and machine output.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Flag(flag) => format!("flag {flag}"),
            Self::Environment(name) => format!("environment {name}"),
            Self::Config => "config file".to_owned(),
            Self::Default => "default".to_owned(),
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it came from.
    pub(crate) origin: Origin,
}

/// What every command is handed.
pub(crate) struct Context {
    /// The terminal.
    pub(crate) ui: Ui,
    /// The environment.
    pub(crate) environment: Environment,
    /// The global flags.
    pub(crate) global: Global,
    /// The words of this command line, without the program's name.
    pub(crate) words: Vec<String>,
    /// The clock.
    pub(crate) clock: Clock,
}

impl Context {
    /// The time zone of the connector in use, for commands that need no connector; UTC if it names none.
    pub(crate) fn zone(&self, config: &ConfigFile) -> TimeZone {
        let title = self.connector_title(config);
        let table = title.and_then(|title| table_named(config, &title.value).ok());
        let name = table.and_then(|table| table.time_zone.as_deref());
        name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
    }

    /// The present time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Events of the engine that show themselves as progress.
    pub(crate) fn events(&self) -> Events {
        super::bars::events(&self.ui, self.clock.clone())
    }

    /// Where the configuration is.
    pub(crate) fn config_path(&self) -> Result<Setting<PathBuf>, CliError> {
        let default = || Some(self.environment.config_home.as_ref()?.join("gradepush").join("config.toml"));
        let given = self.path("--config", self.global.config.as_deref(), env::CONFIG);
        let path = given.or_else(|| Some(Setting { value: default()?, origin: Origin::Default }));
        Ok(path.ok_or(ConfigError::NoHome)?)
    }

    /// The configuration, with a warning when other people can read or change it.
    pub(crate) fn config(&self) -> Result<ConfigFile, CliError> {
        let path = self.config_path()?;
        let file = ConfigFile::read(&path.value)?;
        if file.exists && super::credentials::exposed_mode(&file.path).is_ok_and(|mode| mode.is_some()) {
            let path = file.path.display();
            self.ui.warning(format!("{path} can be read by other users of this machine; mend it: chmod 600 {path}"));
        }
        Ok(file)
    }

    /// Where the local store is.
    pub(crate) fn store_path(&self, config: &ConfigFile) -> Result<Setting<PathBuf>, CliError> {
        let configured =
            || config.table.store.as_ref().map(|path| Setting { value: config.beside(path), origin: Origin::Config });
        let default = || {
            let value = self.environment.data_home.as_ref()?.join("gradepush").join("store.db");
            Some(Setting { value, origin: Origin::Default })
        };
        let given = self.path("--store", self.global.store.as_deref(), env::STORE);
        Ok(given.or_else(configured).or_else(default).ok_or(ConfigError::NoHome)?)
    }

    /// The title of the connector to use; `None` when nothing names one and several or none are configured.
    pub(crate) fn connector_title(&self, config: &ConfigFile) -> Option<Setting<String>> {
        let setting = |value: &str, origin| Setting { value: value.to_owned(), origin };
        let flag = self.global.connector.as_deref().map(|title| setting(title, Origin::Flag("--connector")));
        let variable = || {
            self.environment
                .text(env::CONNECTOR.name)
                .map(|title| setting(title, Origin::Environment(env::CONNECTOR.name)))
        };
        let configured = || config.table.default_connector.as_deref().map(|title| setting(title, Origin::Config));
        let only = || match config.table.connectors.as_slice() {
            [] => env::CANVAS_HOST
                .iter()
                .find(|variable| self.environment.raw(variable.name).is_some())
                .map(|variable| setting(ENV_TITLE, Origin::Environment(variable.name))),
            [only] => Some(setting(&only.title, Origin::Default)),
            _ => None,
        };
        flag.or_else(variable).or_else(configured).or_else(only)
    }

    /// The connector to use, enabled and with every setting checked.
    pub(crate) fn connector(&self, config: &ConfigFile) -> Result<Connector, CliError> {
        let Some(title) = self.connector_title(config) else {
            let titles: Vec<_> =
                config.table.connectors.iter().map(|connector| format!("`{}`", connector.title)).collect();
            let is_named = !matches!(self.config_path()?.origin, Origin::Default);
            return Err(if titles.is_empty() {
                CliError::usage(if is_named && !config.exists {
                    format!("no connector is configured: there is no file {}", config.path.display())
                } else {
                    "no connector is configured".to_owned()
                })
                .coded("no-connector")
                .hint("in a terminal, `gradepush init` asks for what it needs")
                .hint("or add one: gradepush connector add TITLE --canvas URL --token-env VAR")
                .hint(format!(
                    "or set {} and {}",
                    env::CANVAS_HOST[0].name,
                    env::CANVAS_TOKEN[0].name
                ))
            } else {
                let path = config.path.display();
                CliError::usage(format!("several connectors are configured: {}", titles.join(", ")))
                    .coded("no-connector")
                    .hint(format!("name one with --connector TITLE, or write a line before the tables of {path}: default_connector = \"TITLE\""))
            });
        };
        self.connector_named(config, &title.value)
    }

    /// The connector of this title, enabled and with every setting checked.
    pub(crate) fn connector_named(&self, config: &ConfigFile, title: &str) -> Result<Connector, CliError> {
        let Global { user_id_origin, course_id_origin, .. } = self.global;
        self.ui.next().work_with(title);
        if title == ENV_TITLE {
            let connector = Connector::of_environment(&self.environment, user_id_origin, course_id_origin)?;
            return connector.ok_or_else(|| {
                let name = env::CANVAS_HOST[0].name;
                CliError::usage(format!("the connector `{ENV_TITLE}` needs the environment variable {name}"))
                    .hint(format!("set it: export {name}=canvas.example.edu"))
            });
        }
        let connector = Connector::of_table(table_named(config, title)?, config)?;
        for (flag, given) in
            [("--user-id-origin", user_id_origin.is_some()), ("--course-id-origin", course_id_origin.is_some())]
        {
            if given {
                return Err(CliError::usage(format!(
                    "{flag} is a setting of the connector `{title}`, not of this command"
                ))
                .hint(format!("leave it out; to change the setting: gradepush connector edit TITLE {flag} ORIGIN")));
            }
        }
        if !connector.enabled {
            return Err(CliError::usage(format!("connector `{title}` is disabled"))
                .coded("connector-disabled")
                .hint(format!("enable it: gradepush connector enable {}", shell_word(title))));
        }
        let ignored = connector.ignored_variables(&self.environment);
        if !ignored.is_empty() {
            self.ui
                .note(format!("{} in the environment ignored: connector `{title}` is configured", ignored.join(", ")));
        }
        Ok(connector)
    }

    /// The connector's token.
    pub(crate) fn token(&self, connector: &Connector) -> Result<SecretString, CliError> {
        connector.token(&self.environment)
    }

    /// Opens the local store, and says where it is when it cannot.
    pub(crate) fn open_store(&self, config: &ConfigFile, access: Access) -> Result<Store, CliError> {
        let path = self.store_path(config)?;
        // A folder is made for the place of the data, and not for a slip of the pen.
        let folder = path.value.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let (Origin::Flag(_) | Origin::Environment(_), Some(folder)) = (path.origin, folder)
            && !folder.exists()
        {
            let why =
                format!("the store {} cannot be there: there is no folder {}", path.value.display(), folder.display());
            return Err(CliError::usage(why).hint("check the path, or make the folder"));
        }
        Ok(Store::open(&path.value, access)?)
    }

    /// Takes the store's lock for a command that works on Canvas or on decisions.
    pub(crate) fn lock(&self, store: &Store, command: &str) -> Result<StoreLock, CliError> {
        self.lock_at(store.path(), command)
    }

    /// Takes the lock of the store at this path, which may be too damaged to be opened.
    pub(crate) fn lock_at(&self, store: &Path, command: &str) -> Result<StoreLock, CliError> {
        let machine = ["HOSTNAME", "COMPUTERNAME"].iter().find_map(|name| self.environment.text(name));
        let holder = Holder {
            pid: std::process::id(),
            host: machine.unwrap_or("this machine").to_owned(),
            command: command.to_owned(),
            since: self.now(),
        };
        StoreLock::take(store, &holder).map_err(|error| {
            let since = match &error {
                StoreError::Locked { holder: Some(holder) } => Some(holder.since),
                _ => None,
            };
            let error = CliError::from(error);
            match since {
                Some(since) => error.because(&format!("since {}", for_people(since, &self.zone_of_lock()))),
                None => error,
            }
        })
    }

    /// The time zone to tell in since when somebody has the lock; an error needs no second one about the configuration.
    fn zone_of_lock(&self) -> TimeZone {
        let config = self.config_path().ok().and_then(|path| ConfigFile::read(&path.value).ok());
        config.map_or(TimeZone::UTC, |config| self.zone(&config))
    }

    /// Connects to the connector's Canvas; nothing is sent yet. Waits become events.
    pub(crate) fn client(&self, connector: &Connector, events: &Events) -> Result<Client, CliError> {
        self.client_trying(connector, events, RetryBudget::default())
    }

    /// The same, for a client that keeps trying no longer than this.
    pub(crate) fn client_trying(
        &self,
        connector: &Connector,
        events: &Events,
        retry_budget: RetryBudget,
    ) -> Result<Client, CliError> {
        self.client_with(connector, self.token(connector)?, events, retry_budget)
    }

    /// The same, with a token that the connector's source does not hold, or not yet.
    pub(crate) fn client_with(
        &self,
        connector: &Connector,
        token: SecretString,
        events: &Events,
        retry_budget: RetryBudget,
    ) -> Result<Client, CliError> {
        // Two processes started together must not wait in step.
        let seed = u64::from(self.now().subsec_nanosecond().unsigned_abs() ^ std::process::id());
        let mut settings = ConnectionSettings::new(connector.address.clone(), token, seed);
        settings.retry_budget = retry_budget;
        settings.gateway.clone_from(&connector.secure_gateway);
        settings.ca_pem = connector.ca_file.as_ref().map(fs_err::read).transpose().map_err(|error| {
            CliError::usage(format!("the CA file of connector `{}` cannot be read: {error}", connector.title))
                .hint("correct it: gradepush connector edit TITLE --ca-file FILE")
        })?;
        let events = events.clone();
        let waits: Waits = std::sync::Arc::new(move |wait| {
            events.send(Event::Waiting { wait: wait.duration, reason: wait.reason.phrase().to_owned() });
        });
        Ok(Client::new(&settings, waits)?)
    }

    /// Everything a verb of the engine needs.
    pub(crate) fn session(&self, connector: &Connector, store: Store) -> Result<Session, CliError> {
        let events = self.events();
        let client = self.client(connector, &events)?;
        let mut session = Session::new(client, store, connector.for_engine(), self.clock.clone(), events);
        session.local_user = self.environment.local_user();
        Ok(session)
    }

    /// Runs what waits for the network.
    pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, CliError> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| CliError::internal("no threads can be started").caused_by(error))?;
        Ok(runtime.block_on(work))
    }

    fn path(&self, flag: &'static str, given: Option<&Path>, variable: Variable) -> Option<Setting<PathBuf>> {
        let given = given.map(|path| Setting { value: path.to_owned(), origin: Origin::Flag(flag) });
        given.or_else(|| {
            let value = PathBuf::from(self.environment.raw(variable.name)?);
            Some(Setting { value, origin: Origin::Environment(variable.name) })
        })
    }
}

/// The table of the connector of this title.
pub(crate) fn table_named<'a>(
    config: &'a ConfigFile,
    title: &str,
) -> Result<&'a super::config::ConnectorTable, CliError> {
    config.table.connectors.iter().find(|connector| connector.title == title).ok_or_else(|| {
        if title == ENV_TITLE {
            return CliError::usage(format!("the connector `{ENV_TITLE}` is no part of the configuration"))
                .coded("unknown-connector")
                .hint("its settings are variables: gradepush help environment")
                .hint(
                    "or set a connector up that has all settings: gradepush connector add TITLE --canvas URL --token-env \
                     VAR",
                );
        }
        let titles: Vec<_> = config.table.connectors.iter().map(|connector| format!("`{}`", connector.title)).collect();
        let known = if titles.is_empty() { "none is configured".to_owned() } else { titles.join(", ") };
        CliError::new(Exit::Usage, format!("there is no connector `{title}`"))
            .coded("unknown-connector")
            .hint(format!("known connectors: {known}"))
    })
}
