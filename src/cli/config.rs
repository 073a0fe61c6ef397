//! The configuration file: what it may say, reading it, and writing it back.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::config_text;
use super::files;
use crate::domain::{CourseIdOrigin, EnrollmentKind, IdentityRules, UserIdOrigin};

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file exists and cannot be read.
    #[error("the configuration cannot be read: {0}")]
    Read(#[source] std::io::Error),
    /// The file cannot be written.
    #[error("the configuration cannot be written: {0}")]
    Write(#[source] std::io::Error),
    /// The file is no configuration.
    #[error("{}:{line}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A connector's setting is not valid.
    #[error("connector `{title}`, `{key}`: {why}")]
    Connector {
        /// The connector.
        title: String,
        /// The setting.
        key: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Two connectors have one title.
    #[error("{}: two connectors are named `{title}`", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// The title.
        title: String,
    },
    /// There is no place to look for the file.
    #[error("the home folder is unknown, so there is no place for the configuration")]
    NoHome,
}

/// Wider ids than this are no ids.
const MOST_DIGITS: usize = 64;

/// A connector's own graders: `"self"`, the token's user, or a Canvas user id.
pub(crate) type OwnGraders = Vec<super::values::OwnGrader>;

/// One `[[connector]]` table; the keys are the flags' names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectorTable {
    /// Its name.
    pub(crate) title: String,
    /// Host or URL.
    pub(crate) canvas: String,
    /// What the scores' user ids are.
    #[serde(default)]
    pub(crate) user_id_origin: UserIdOrigin,
    /// What the scores' course ids are.
    #[serde(default)]
    pub(crate) course_id_origin: CourseIdOrigin,
    /// The account's internal id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<i64>,
    /// The variable that holds the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_env: Option<String>,
    /// The file that holds the token; relative to the configuration file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_file: Option<PathBuf>,
    /// The command that prints the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_command: Option<String>,
    /// A proxy for Canvas, or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) secure_gateway: Option<String>,
    /// More certificates to trust; relative to the configuration file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<PathBuf>,
    /// IANA name of the institution's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
    /// Bind new keys to existing assignments of the same name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) use_existing_assignments: bool,
    /// Whose grades count as this tool's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) own_graders: OwnGraders,
    /// Whether it may be used.
    #[serde(default = "enabled", skip_serializing_if = "Clone::clone")]
    pub(crate) enabled: bool,
    /// How ids are changed before they are looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rules: Option<RulesTable>,
}

fn enabled() -> bool {
    true
}

/// `[connector.rules]`: opt-in identity rules, applied in the order they stand here (`tegrity-connector §4`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulesTable {
    /// Look SIS ids up without regard to letter case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) case_fold: bool,
    /// Take this domain off ids that end in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) strip_domain: Option<String>,
    /// Put this domain after ids that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) append_domain: Option<String>,
    /// Fill numeric ids with leading zeros up to this many digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zero_pad: Option<usize>,
    /// Rows of people who are only this in the course are ignored: `teacher`, `ta`, `observer`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) ignore: Vec<String>,
}

impl RulesTable {
    /// The rules that are on, with their keys and values as the file says them, in the order in which they apply.
    pub(crate) fn on(&self) -> Vec<(&'static str, String)> {
        let Self { case_fold, strip_domain, append_domain, zero_pad, ignore } = self;
        let rules = [
            ("case_fold", case_fold.then(|| "true".to_owned())),
            ("strip_domain", strip_domain.clone()),
            ("append_domain", append_domain.clone()),
            ("zero_pad", zero_pad.map(|width| width.to_string())),
            ("ignore", (!ignore.is_empty()).then(|| ignore.join(", "))),
        ];
        rules.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// As the look-up takes them, or what is wrong with them.
    pub(crate) fn checked(&self) -> Result<IdentityRules, String> {
        let kind = |word: &String| {
            let known = [EnrollmentKind::Teacher, EnrollmentKind::Ta, EnrollmentKind::Observer];
            let found = known.into_iter().find(|kind| kind.name() == word);
            found.ok_or_else(|| format!("ignore: `{word}` is not one of teacher, ta, observer"))
        };
        let domain =
            |key: &str, domain: &Option<String>| match domain.as_deref().map(|text| text.trim_start_matches('@')) {
                Some(text) if text.is_empty() || text.contains(['@', ' ']) => {
                    Err(format!("{key}: `{text}` is not a domain such as example.edu"))
                }
                text => Ok(text.map(str::to_owned)),
            };
        if let Some(width) = self.zero_pad.filter(|width| !(1..=MOST_DIGITS).contains(width)) {
            return Err(format!("zero_pad: `{width}` is not a number of digits from 1 to {MOST_DIGITS}"));
        }
        Ok(IdentityRules {
            case_fold: self.case_fold,
            strip_domain: domain("strip_domain", &self.strip_domain)?,
            append_domain: domain("append_domain", &self.append_domain)?,
            zero_pad: self.zero_pad,
            ignore: self.ignore.iter().map(kind).collect::<Result<_, _>>()?,
        })
    }
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigTable {
    /// The connector to use unless another one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) default_connector: Option<String>,
    /// The local store; relative to the configuration file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) store: Option<PathBuf>,
    /// The connectors.
    #[serde(default, rename = "connector", skip_serializing_if = "Vec::is_empty")]
    pub(crate) connectors: Vec<ConnectorTable>,
}

/// A configuration file and what it says.
#[derive(Debug, Clone)]
pub(crate) struct ConfigFile {
    /// Where it is, or would be.
    pub(crate) path: PathBuf,
    /// Whether it exists.
    pub(crate) exists: bool,
    /// What it says.
    pub(crate) table: ConfigTable,
    text: String,
}

impl ConfigFile {
    /// Reads the file; one that does not exist says nothing.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let (text, exists) = match fs_err::read_to_string(path) {
            Ok(text) => (text, true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (String::new(), false),
            Err(error) => return Err(ConfigError::Read(error)),
        };
        let table = parse(path, &text)?;
        Ok(Self { path: path.to_owned(), exists, table, text })
    }

    /// Makes the file say `table`, keeping everything else in it where that is possible.
    pub(crate) fn write(&self, table: &ConfigTable) -> Result<(), ConfigError> {
        let text = config_text::edited(&self.text, &self.table, table);
        files::write_private(&self.path, text.as_bytes()).map_err(ConfigError::Write)
    }

    /// A path of the file, taken from the file's folder.
    pub(crate) fn beside(&self, path: &Path) -> PathBuf {
        self.path.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}

/// What the text says, with the line of what it does not say well.
fn parse(path: &Path, text: &str) -> Result<ConfigTable, ConfigError> {
    let table: ConfigTable = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        ConfigError::Syntax { path: path.to_owned(), line, message: error.message().to_owned() }
    })?;
    for (index, connector) in table.connectors.iter().enumerate() {
        if table.connectors[..index].iter().any(|other| other.title == connector.title) {
            return Err(ConfigError::Twice { path: path.to_owned(), title: connector.title.clone() });
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_name_their_line() {
        for (text, line, part) in [
            ("default_connector = 1\n", 1, "string"),
            ("\n[[connector]]\ntitle = \"a\"\ncanvas = \"b\"\nuser_origin = \"sis\"\n", 5, "user_origin"),
            ("[[connector]]\ntitle = \"a\"\ncanvas = \"b\"\nuser_id_origin = \"email\"\n", 4, "email"),
            ("a = [", 1, ""),
        ] {
            match parse(Path::new("config.toml"), text) {
                Err(ConfigError::Syntax { line: found, message, .. }) => {
                    assert_eq!(found, line, "{message}");
                    assert!(message.contains(part), "{message}");
                }
                other => panic!("{text:?} gave {other:?}"),
            }
        }
    }

    #[test]
    fn titles_are_unique() {
        let text = "[[connector]]\ntitle = \"a\"\ncanvas = \"b\"\n[[connector]]\ntitle = \"a\"\ncanvas = \"c\"\n";
        assert!(matches!(parse(Path::new("config.toml"), text), Err(ConfigError::Twice { .. })));
    }
}
