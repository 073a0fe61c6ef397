//! A faults file, in TOML or JSON.

use std::path::Path;

use serde::Deserialize;
use thiserror::Error;

use super::event::Event;
use super::rule::Rule;

/// Everything that is to go wrong.
///
/// ```
/// use gradepush::sandbox::Faults;
///
/// let faults = Faults::from_text(
///     r#"
///     seed = 7
///     [[rules]]
///     method = "GET"
///     route = "/api/v1/courses/*/assignments"
///     probability = 0.1
///     fault = { status = { code = 502, executed = false } }
///     [[events]]
///     moment = { request = 40 }
///     what = { drop_enrollment = { course = "1202", user = "sis_login_id:tyilmaz1" } }
///     "#,
/// )
/// .expect("the example is valid");
/// assert_eq!(faults.rules.len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Where probabilities take their chance from.
    pub seed: u64,
    /// Faults of single requests; the first that applies strikes.
    pub rules: Vec<Rule>,
    /// Things that happen once.
    pub events: Vec<Event>,
}

/// A faults file cannot be used.
#[derive(Debug, Error)]
pub enum FaultsError {
    /// It is no TOML, or does not say what a faults file says; the source names the line.
    #[error("not a faults file in TOML")]
    Toml(#[source] toml::de::Error),
    /// It is no JSON, or does not say what a faults file says; the source names the line.
    #[error("not a faults file in JSON")]
    Json(#[source] serde_json::Error),
    /// It could not be read.
    #[error("the faults file is out of reach")]
    File(#[from] std::io::Error),
}

impl Faults {
    /// Reads a faults file's text: JSON when it begins with `{`, else TOML.
    ///
    /// # Errors
    /// [`FaultsError`] names the line and what is wrong there.
    pub fn from_text(text: &str) -> Result<Self, FaultsError> {
        if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(FaultsError::Json)
        } else {
            toml::from_str(text).map_err(FaultsError::Toml)
        }
    }

    /// Reads a faults file.
    ///
    /// # Errors
    /// [`FaultsError`] when it is out of reach or not a faults file.
    pub fn read(path: &Path) -> Result<Self, FaultsError> {
        Self::from_text(&fs_err::read_to_string(path)?)
    }
}
