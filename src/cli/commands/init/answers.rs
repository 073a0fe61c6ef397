//! What the answers of `init` may be. Pure; an error says why an answer is none.

use std::fmt::Display;
use std::str::FromStr;

use jiff::tz::TimeZone;

use crate::cli::config::ConfigFile;
use crate::cli::connector::ENV_TITLE;
use crate::domain::{CanvasAddress, shell_word};

/// Where the token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A file that only its owner can read.
    File,
    /// A variable of the environment.
    Variable,
    /// The output of a command.
    Command,
}

/// A Canvas, as it is written into the configuration.
pub(super) fn host(text: &str) -> Result<String, String> {
    text.parse::<CanvasAddress>().map(|address| address.base_url()).map_err(|error| error.to_string())
}

/// A title that no connector has.
pub(super) fn title(text: &str, config: &ConfigFile) -> Result<String, String> {
    if text.is_empty() {
        return Err("it needs a name".to_owned());
    }
    if text == ENV_TITLE {
        return Err(format!("`{ENV_TITLE}` is the connector that the environment describes; choose another name"));
    }
    if config.table.connectors.iter().any(|connector| connector.title == text) {
        let edit = format!("gradepush connector edit {}", shell_word(text));
        return Err(format!(
            "there is a connector `{text}` already; choose another name, or end this and change it: {edit}"
        ));
    }
    Ok(text.to_owned())
}

/// A word that means a value of this type.
pub(super) fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// `yes` or `no`.
pub(super) fn yes(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err(format!("`{text}` is neither yes nor no")),
    }
}

/// A time zone, or none.
pub(super) fn time_zone(text: &str) -> Result<Option<String>, String> {
    match text {
        "" => Ok(None),
        name if TimeZone::get(name).is_ok() => Ok(Some(name.to_owned())),
        name => Err(format!("`{name}` is not a time zone such as America/New_York")),
    }
}

/// Where the token comes from.
pub(super) fn source(text: &str) -> Result<Source, String> {
    match text {
        "file" => Ok(Source::File),
        "env" => Ok(Source::Variable),
        "command" => Ok(Source::Command),
        _ => Err(format!("`{text}` is none of file, env and command")),
    }
}

/// The name of the file that holds the token of the connector with this title.
pub(super) fn file_name(title: &str) -> String {
    let words = title.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    if words.is_empty() { "token".to_owned() } else { format!("{}.token", words.join("-")) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::UserIdOrigin;

    #[test]
    fn answers_are_taken_or_say_why_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.toml");
        fs_err::write(&path, "[[connector]]\ntitle = \"Campus\"\ncanvas = \"canvas.example.edu\"\n").expect("written");
        let config = ConfigFile::read(Path::new(&path)).expect("a configuration");
        for (answer, part) in [
            (host("canvas.example.edu"), None),
            (host("https://canvas.example.edu/api/v1/"), None),
            (host("https://canvas.example.edu/courses/1"), Some("more than a host")),
            (host(""), Some("empty")),
            (title("Canvas", &config), None),
            (title("Campus", &config), Some("gradepush connector edit Campus")),
            (title("env", &config), Some("another name")),
            (title("", &config), Some("needs a name")),
            (parsed::<UserIdOrigin>("sis").map(|origin| origin.to_string()), None),
            (parsed::<UserIdOrigin>("email").map(|origin| origin.to_string()), Some("internal, sis, login")),
            (yes("Yes").map(|yes| yes.to_string()), None),
            (yes("maybe").map(|yes| yes.to_string()), Some("neither")),
            (time_zone("America/New_York").map(Option::unwrap_or_default), None),
            (time_zone("").map(Option::unwrap_or_default), None),
            (time_zone("Nowhere/Land").map(Option::unwrap_or_default), Some("not a time zone")),
            (source("file").map(|source| format!("{source:?}")), None),
            (source("keyring").map(|source| format!("{source:?}")), Some("none of file, env and command")),
        ] {
            match (answer, part) {
                (Ok(_), None) => {}
                (Err(why), Some(part)) => assert!(why.contains(part), "{why}"),
                (answer, part) => panic!("{answer:?} instead of {part:?}"),
            }
        }
    }

    #[test]
    fn each_connector_has_a_token_file_of_its_own() {
        for (title, name) in [
            ("Canvas", "canvas.token"),
            ("Fall 2026 / beta", "fall-2026-beta.token"),
            ("école", "cole.token"),
            ("日本", "token"),
        ] {
            assert_eq!(file_name(title), name);
        }
    }
}
