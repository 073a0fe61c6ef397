//! The settings of a connector as flags.

use std::path::{Path, PathBuf};

use crate::cli::config::{ConfigError, ConnectorTable, RulesTable};
use crate::cli::env;
use crate::cli::error::CliError;
use crate::cli::values::OwnGrader;
use crate::domain::{AccountId, CourseIdOrigin, UserIdOrigin};

/// What a flag makes of a rule that can be off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli::commands) enum Rule<T> {
    /// Not applied.
    Off,
    /// Applied with this.
    On(T),
}

impl<T> Rule<T> {
    fn value(self) -> Option<T> {
        match self {
            Self::Off => None,
            Self::On(value) => Some(value),
        }
    }
}

impl From<&str> for Rule<String> {
    /// A domain, or `off`. Whether it is one is checked with the other settings.
    fn from(text: &str) -> Self {
        if text == "off" { Self::Off } else { Self::On(text.to_owned()) }
    }
}

/// A number of digits, or `off`.
fn digits(text: &str) -> Result<Rule<usize>, String> {
    match text {
        "off" => Ok(Rule::Off),
        _ => text.parse().map(Rule::On).map_err(|_| format!("`{text}` is not a number of digits or `off`")),
    }
}

/// The settings of a connector; one that is not given stays as it is.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Connector settings")]
pub(in crate::cli::commands) struct Settings {
    /// Where Canvas is: a host such as canvas.example.edu, or its URL
    #[arg(long, value_name = "URL")]
    pub(in crate::cli::commands) canvas: Option<String>,

    /// What user ids in the scores are: internal, sis or login [default: internal]
    #[arg(long, value_name = "ORIGIN")]
    pub(in crate::cli::commands) user_id_origin: Option<UserIdOrigin>,

    /// What course ids in the scores are: internal or sis [default: internal]
    #[arg(long, value_name = "ORIGIN")]
    pub(in crate::cli::commands) course_id_origin: Option<CourseIdOrigin>,

    /// The account's internal id [default: the root account the token belongs to]
    #[arg(long, value_name = "ID")]
    pub(in crate::cli::commands) account: Option<AccountId>,

    /// Take the access token from this environment variable
    #[arg(long, value_name = "VAR", group = "token")]
    pub(in crate::cli::commands) token_env: Option<String>,

    /// Take the access token from the first line of this file, which only you may be able to read
    #[arg(long, value_name = "FILE", group = "token")]
    pub(in crate::cli::commands) token_file: Option<PathBuf>,

    /// Take the access token from the first line that this command prints; it runs without a shell
    #[arg(long, value_name = "CMD", group = "token")]
    pub(in crate::cli::commands) token_command: Option<String>,

    /// Reach Canvas through this proxy, or `none` [default: none]
    #[arg(long, value_name = "none|URL")]
    pub(in crate::cli::commands) secure_gateway: Option<String>,

    /// Trust the certificates in this PEM file too
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli::commands) ca_file: Option<PathBuf>,

    /// The institution's time zone, such as `America/New_York` [default: the Canvas course's]
    #[arg(long, value_name = "TZ")]
    pub(in crate::cli::commands) time_zone: Option<String>,

    /// Bind a new key to the one existing assignment of its name instead of creating another [default: false]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(in crate::cli::commands) use_existing_assignments: Option<bool>,

    /// Treat this person's grades as this tool's own: `self` for the token's user, or a Canvas user id; repeat for more
    #[arg(long, value_name = "self|ID")]
    pub(in crate::cli::commands) own_grader: Vec<OwnGrader>,

    /// Look SIS ids of people up without regard to letter case [default: false]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub(in crate::cli::commands) case_fold: Option<bool>,

    /// Take this domain off user ids that end in it: `jdoe@example.edu` becomes `jdoe` [default: off]
    #[arg(long, value_name = "DOMAIN|off")]
    pub(in crate::cli::commands) strip_domain: Option<Rule<String>>,

    /// Put this domain after user ids that have none: `jdoe` becomes `jdoe@example.edu` [default: off]
    #[arg(long, value_name = "DOMAIN|off")]
    pub(in crate::cli::commands) append_domain: Option<Rule<String>>,

    /// Fill user ids of digits with leading zeros up to this length: with 8, `41226` becomes `00041226` [default: off]
    #[arg(long, value_name = "N|off", value_parser = digits)]
    pub(in crate::cli::commands) zero_pad: Option<Rule<usize>>,
}

impl Settings {
    /// Puts what was given into the table. Paths are meant from the present folder and stored in full.
    pub(super) fn apply(self, table: &mut ConnectorTable) -> Result<(), CliError> {
        let Self {
            canvas,
            user_id_origin,
            course_id_origin,
            account,
            token_env,
            token_file,
            token_command,
            secure_gateway,
            ca_file,
            time_zone,
            use_existing_assignments,
            own_grader,
            case_fold,
            strip_domain,
            append_domain,
            zero_pad,
        } = self;
        table.canvas = canvas.unwrap_or_else(|| std::mem::take(&mut table.canvas));
        table.user_id_origin = user_id_origin.unwrap_or(table.user_id_origin);
        table.course_id_origin = course_id_origin.unwrap_or(table.course_id_origin);
        table.account = account.map(|account| account.0).or(table.account);
        if let Some(name) = &token_env {
            env::variable_name(name).map_err(not_a_name)?;
        }
        if token_env.is_some() || token_file.is_some() || token_command.is_some() {
            table.token_env = token_env;
            table.token_file = token_file.as_deref().map(absolute).transpose()?;
            table.token_command = token_command;
        }
        table.secure_gateway = secure_gateway.or_else(|| table.secure_gateway.take());
        table.ca_file = ca_file.as_deref().map(absolute).transpose()?.or_else(|| table.ca_file.take());
        table.time_zone = time_zone.or_else(|| table.time_zone.take());
        table.use_existing_assignments = use_existing_assignments.unwrap_or(table.use_existing_assignments);
        if !own_grader.is_empty() {
            table.own_graders = own_grader;
        }
        let mut rules = table.rules.take().unwrap_or_default();
        rules.case_fold = case_fold.unwrap_or(rules.case_fold);
        set(&mut rules.strip_domain, strip_domain);
        set(&mut rules.append_domain, append_domain);
        set(&mut rules.zero_pad, zero_pad);
        table.rules = Some(rules).filter(|rules| *rules != RulesTable::default());
        Ok(())
    }
}

fn set<T>(rule: &mut Option<T>, given: Option<Rule<T>>) {
    if let Some(given) = given {
        *rule = given.value();
    }
}

fn not_a_name(error: env::NotAName) -> CliError {
    CliError::usage(format!("--token-env: {error}"))
        .coded("token-on-command-line")
        .hint("keep the token in a file that only you can read, and name that: --token-file FILE")
        .hint("it may stand in the shell's history now: delete it in Canvas and make a new one")
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path)
        .map_err(|error| CliError::usage(format!("`{}` is not a path", path.display())).caused_by(error))
}

/// The error of a setting that stands on the command line, and not in the file.
pub(super) fn of_flag(error: ConfigError) -> CliError {
    match error {
        ConfigError::Connector { key, why, .. } => {
            let flag = match key {
                "title" => "the title".to_owned(),
                "rules" => "the rules of ids".to_owned(),
                "token_env" => "the source of the token".to_owned(),
                key => format!("--{}", key.replace('_', "-")),
            };
            CliError::usage(format!("{flag}: {why}"))
                .hint("correct it and repeat the command; the configuration is as it was")
        }
        error => error.into(),
    }
}
