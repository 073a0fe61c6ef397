//! A connector ready to use: every setting checked. Configured ones come from the file, the one named `env` from the
//! environment.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use secrecy::SecretString;

use super::config::{ConfigError, ConfigFile, ConnectorTable, RulesTable};
use super::credentials::TokenSource;
use super::env::{self, Environment, Variable};
use super::error::CliError;
use super::values::OwnGrader;
use crate::domain::{AccountId, CanvasAddress, CourseIdOrigin, IdentityRules, UserIdOrigin};
use crate::engine::Settings;

/// The title of the ad-hoc connector; no configured one may have it.
pub(crate) const ENV_TITLE: &str = Settings::FROM_ENVIRONMENT;

/// A Canvas, how to reach it, and what the scores' ids are.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    /// Its name.
    pub(crate) title: String,
    /// Where Canvas is.
    pub(crate) address: CanvasAddress,
    /// What the scores' user ids are.
    pub(crate) user_id_origin: UserIdOrigin,
    /// What the scores' course ids are.
    pub(crate) course_id_origin: CourseIdOrigin,
    /// The account, if it was named.
    pub(crate) account: Option<AccountId>,
    /// Where its token comes from.
    pub(crate) token: TokenSource,
    /// The proxy for its Canvas.
    pub(crate) secure_gateway: Option<String>,
    /// More certificates to trust.
    pub(crate) ca_file: Option<PathBuf>,
    /// The institution's time zone; `None` if it was not named.
    pub(crate) time_zone: Option<TimeZone>,
    /// Whether new keys bind to existing assignments of the same name.
    pub(crate) use_existing_assignments: bool,
    /// Whose grades count as this tool's own.
    pub(crate) own_graders: Vec<OwnGrader>,
    /// How ids are changed before they are looked up.
    pub(crate) rules: IdentityRules,
    /// Whether it may be used.
    pub(crate) enabled: bool,
}

impl Connector {
    /// Checks a table of the file.
    pub(crate) fn of_table(table: &ConnectorTable, file: &ConfigFile) -> Result<Self, ConfigError> {
        let wrong = |key, why: String| ConfigError::Connector { title: table.title.clone(), key, why };
        if table.title.trim().is_empty() {
            return Err(wrong("title", "it is empty".to_owned()));
        }
        if table.title == ENV_TITLE {
            return Err(wrong(
                "title",
                "this name is kept for the connector that the environment describes".to_owned(),
            ));
        }
        let address =
            table.canvas.parse().map_err(|error: crate::domain::AddressError| wrong("canvas", error.to_string()))?;
        let account = match table.account {
            Some(id) if id <= 0 => return Err(wrong("account", format!("`{id}` is not an internal Canvas id"))),
            account => account.map(AccountId),
        };
        let token = match (&table.token_env, &table.token_file, &table.token_command) {
            (None, None, None) => TokenSource::Unset,
            (Some(name), None, None) => {
                let name = env::variable_name(name).map_err(|error| wrong("token_env", error.to_string()))?;
                TokenSource::Variable(name.to_owned())
            }
            (None, Some(path), None) => TokenSource::File(file.beside(path)),
            (None, None, Some(command)) => TokenSource::Command(command.clone()),
            _ => {
                let why = "more than one source is named; keep one of token_env, token_file and token_command";
                return Err(wrong("token_env", why.to_owned()));
            }
        };
        let secure_gateway = table.secure_gateway.clone().filter(|gateway| !gateway.eq_ignore_ascii_case("none"));
        if let Some(gateway) = secure_gateway.as_ref().filter(|gateway| !is_proxy(gateway)) {
            return Err(wrong(
                "secure_gateway",
                format!("`{gateway}` is not `none` or a proxy such as http://gateway.example.edu:3128"),
            ));
        }
        let zone = |name: &String| {
            TimeZone::get(name)
                .map_err(|_| wrong("time_zone", format!("`{name}` is not a time zone such as America/New_York")))
        };
        Ok(Self {
            title: table.title.clone(),
            address,
            user_id_origin: table.user_id_origin,
            course_id_origin: table.course_id_origin,
            account,
            token,
            secure_gateway,
            ca_file: table.ca_file.as_ref().map(|path| file.beside(path)),
            time_zone: table.time_zone.as_ref().map(zone).transpose()?,
            use_existing_assignments: table.use_existing_assignments,
            own_graders: table.own_graders.clone(),
            rules: table
                .rules
                .as_ref()
                .map(RulesTable::checked)
                .transpose()
                .map_err(|why| wrong("rules", why))?
                .unwrap_or_default(),
            enabled: table.enabled,
        })
    }

    /// The connector that the environment describes; `None` if it describes none.
    pub(crate) fn of_environment(
        environment: &Environment,
        user_id_origin: Option<UserIdOrigin>,
        course_id_origin: Option<CourseIdOrigin>,
    ) -> Result<Option<Self>, CliError> {
        let Some((name, text)) = agreed(environment, &env::CANVAS_HOST, |text| {
            text.parse::<CanvasAddress>().map_or_else(|_| text.to_owned(), |address| address.base_url())
        })?
        else {
            return Ok(None);
        };
        let address = text.parse().map_err(|error: crate::domain::AddressError| {
            CliError::usage(format!("the environment variable {name}: {error}"))
                .hint("give a host such as canvas.example.edu")
        })?;
        let token = agreed(environment, &env::CANVAS_TOKEN, str::to_owned)?;
        // Of variables that hold nothing, one that is set is the one that was meant.
        let meant = env::CANVAS_TOKEN.iter().map(|variable| variable.name).find(|name| environment.is_set(name));
        let variable = token.map(|(name, _)| name).or(meant).unwrap_or(env::CANVAS_TOKEN[0].name);
        Ok(Some(Self {
            title: ENV_TITLE.to_owned(),
            address,
            user_id_origin: user_id_origin.unwrap_or_default(),
            course_id_origin: course_id_origin.unwrap_or_default(),
            account: None,
            token: TokenSource::Variable(variable.to_owned()),
            secure_gateway: None,
            ca_file: None,
            time_zone: None,
            use_existing_assignments: false,
            own_graders: Vec::new(),
            rules: IdentityRules::default(),
            enabled: true,
        }))
    }

    /// The zone in which times are shown and date-only due dates are meant; UTC if none was named.
    pub(crate) fn zone(&self) -> TimeZone {
        self.time_zone.clone().unwrap_or(TimeZone::UTC)
    }

    /// As the engine takes it.
    pub(crate) fn for_engine(&self) -> Settings {
        let own = |grader: &OwnGrader| match grader {
            OwnGrader::User(id) => Some(*id),
            OwnGrader::TokenUser => None,
        };
        Settings {
            title: self.title.clone(),
            host: self.address.host().clone(),
            account: self.account,
            user_id_origin: self.user_id_origin,
            course_id_origin: self.course_id_origin,
            rules: self.rules.clone(),
            time_zone: self.time_zone.clone(),
            use_existing: self.use_existing_assignments,
            own_graders: self.own_graders.iter().filter_map(own).collect(),
            own_grader_self: self.own_graders.contains(&OwnGrader::TokenUser),
        }
    }

    /// Fetches the token.
    pub(crate) fn token(&self, environment: &Environment) -> Result<SecretString, CliError> {
        Ok(self.token.token(&self.title, environment)?)
    }

    /// The variables of the environment that describe another connector and are ignored for this one.
    pub(crate) fn ignored_variables(&self, environment: &Environment) -> Vec<&'static str> {
        let used = |name: &str| matches!(&self.token, TokenSource::Variable(variable) if variable == name);
        let variables = env::CANVAS_HOST.into_iter().chain(env::CANVAS_TOKEN).map(|variable| variable.name);
        variables.filter(|name| environment.raw(name).is_some() && !used(name)).collect()
    }
}

/// The first of these variables that is set, with its value; all that are set must mean the same.
fn agreed<'a>(
    environment: &'a Environment,
    variables: &[Variable],
    normal: impl Fn(&str) -> String,
) -> Result<Option<(&'static str, &'a str)>, CliError> {
    let mut set = variables.iter().filter_map(|variable| Some((variable.name, environment.text(variable.name)?)));
    let Some(first) = set.next() else { return Ok(None) };
    match set.find(|(_, text)| normal(text) != normal(first.1)) {
        // The values are not shown: they may be tokens.
        Some((other, _)) => Err(CliError::usage(format!("the environment variables {} and {other} disagree", first.0))
            .hint(format!("unset one of them: unset {other}"))),
        None => Ok(Some(first)),
    }
}

fn is_proxy(text: &str) -> bool {
    let host = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_may_not_disagree() {
        for (variables, expected) in [
            (vec![], Ok(None)),
            (vec![("CANVAS_DOMAIN", "canvas.example")], Ok(Some("https://canvas.example"))),
            (
                vec![("CANVAS_BASE_URL", "https://Canvas.Example/api/v1/"), ("CANVAS_DOMAIN", "canvas.example")],
                Ok(Some("https://canvas.example")),
            ),
            (vec![("CANVAS_BASE_URL", "https://a.example"), ("CANVAS_URL", "https://b.example")], Err("disagree")),
            (vec![("CANVAS_BASE_URL", "https://a.example/courses/1")], Err("more than a host")),
            (
                vec![("CANVAS_URL", "a.example"), ("CANVAS_API_TOKEN", "one"), ("CANVAS_TOKEN", "two")],
                Err("CANVAS_API_TOKEN and CANVAS_TOKEN disagree"),
            ),
        ] {
            let connector = Connector::of_environment(&Environment::of(&variables), None, None);
            match (connector, expected) {
                (Ok(connector), Ok(url)) => {
                    assert_eq!(connector.map(|connector| connector.address.base_url()).as_deref(), url);
                }
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (connector, _) => panic!("{variables:?} gave {connector:?}"),
            }
        }
    }
}
