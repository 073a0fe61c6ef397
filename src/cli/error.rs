//! The one error of the terminal, and the only place that turns the layers' errors into a kind, hints and an exit
//! code. An error says what happened, where, and how to mend it.

use std::error::Error;
use std::fmt;

use super::exit::Exit;
use super::json::Line;
use crate::canvas::CanvasError;
use crate::engine::EngineError;
use crate::scores::ScoresError;
use crate::store::StoreError;

/// Why a command ended without its result.
#[derive(Debug)]
pub(crate) struct CliError {
    exit: Exit,
    message: String,
    hints: Vec<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl CliError {
    /// An error that ends the process with this exit.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hints: Vec::new(), source: None }
    }

    /// The command line or the configuration is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A file cannot be used; nothing was written.
    pub(crate) fn rejected(message: impl Into<String>) -> Self {
        Self::new(Exit::Rejected, message)
    }

    /// A fault of the tool itself.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::Internal, message)
    }

    /// The same error with how to mend it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error with what caused it, shown with `-v`.
    #[must_use]
    pub(crate) fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// How to mend it, one line each.
    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The causes, nearest first.
    pub(crate) fn causes(&self) -> impl Iterator<Item = String> {
        let first = self.source.as_deref().map(|source| source as &dyn Error);
        std::iter::successors(first, |cause: &&dyn Error| (*cause).source()).map(ToString::to_string)
    }

    /// The result line that ends machine output after this error.
    pub(crate) fn line(&self, command: &str) -> Line {
        #[derive(serde::Serialize)]
        struct Body<'a> {
            message: &'a str,
            hint: Option<String>,
        }
        let hint = (!self.hints.is_empty()).then(|| self.hints.join("; "));
        Line::result(command, self.exit).with("error", &Body { message: &self.message, hint })
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for CliError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl From<super::config::ConfigError> for CliError {
    fn from(error: super::config::ConfigError) -> Self {
        use super::config::ConfigError;
        let hint = match &error {
            ConfigError::Read(_) => "check that the file is yours and readable, or name another one with --config",
            ConfigError::Write(_) => "check that its folder exists and is writable, or name another file with --config",
            ConfigError::Syntax { .. } => "correct the file; `gradepush help config` lists its keys",
            ConfigError::Connector { .. } => "correct it in the file, or with `gradepush connector edit`",
            ConfigError::NoHome => "name the file with --config and --store, or set HOME",
            ConfigError::Twice { .. } => "titles are unique; rename or remove one of them",
        };
        Self::usage(error.to_string()).hint(hint).caused_by(error)
    }
}

impl From<super::credentials::TokenError> for CliError {
    fn from(error: super::credentials::TokenError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        Self::usage(message).hint(hint).caused_by(error)
    }
}

impl From<ScoresError> for CliError {
    /// The message itself says where and how to mend it.
    fn from(error: ScoresError) -> Self {
        Self::rejected(error.to_string()).caused_by(error)
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let (exit, hint) = match &error {
            StoreError::Locked { .. } => (Exit::Store, "wait until it has ended, or name another store with --store"),
            StoreError::Busy(_) => (Exit::Store, "try again when it has ended"),
            StoreError::Full(_) => (Exit::Store, "make room on the disk; nothing that was journaled is lost"),
            StoreError::ReadOnly(_) | StoreError::CannotOpen { .. } => {
                (Exit::Store, "check the path and its permissions, or name another store with --store")
            }
            StoreError::Corrupted(_) => (Exit::Store, "run `gradepush store check`; restore a backup if it fails"),
            StoreError::Foreign { .. } => (Exit::Store, "name another file with --store"),
            StoreError::Newer { .. } => (Exit::Store, "use the newer gradepush; the file was left as it is"),
            StoreError::Sql(_) => (Exit::Store, "run `gradepush store check`"),
            StoreError::Missing { .. } => (Exit::Usage, "`gradepush runs` lists plans and runs"),
            StoreError::AlreadyExecuted { .. } => (Exit::Usage, "use `gradepush retry` to finish its run"),
        };
        Self::new(exit, error.to_string()).hint(hint).caused_by(error)
    }
}

impl From<CanvasError> for CliError {
    fn from(error: CanvasError) -> Self {
        let (exit, hint) = match &error {
            CanvasError::Unauthorized { .. } => (
                Exit::NotPermitted,
                "check the token: `gradepush connector test`; make a new one in Canvas if it has ended",
            ),
            CanvasError::Forbidden { .. } | CanvasError::NotFound { .. } => {
                (Exit::NotPermitted, "check what the token may see and do: `gradepush connector test`")
            }
            CanvasError::EdgeRefused { .. } => {
                (Exit::NotPermitted, "ask who runs this Canvas whether it refuses programs by User-Agent or address")
            }
            CanvasError::Redirected { .. } | CanvasError::ForeignLink { .. } => {
                (Exit::Usage, "check the connector's Canvas host")
            }
            CanvasError::Throttled { .. } | CanvasError::Unavailable { .. } => {
                (Exit::Unavailable, "nothing is lost; try again when Canvas answers")
            }
            CanvasError::UnknownOutcome { .. } => (Exit::Unavailable, "`gradepush retry` reads first, then decides"),
            CanvasError::Rejected { .. } => (Exit::Rejected, "read Canvas's own words above"),
            CanvasError::Decode { .. }
            | CanvasError::TooLarge { .. }
            | CanvasError::EndlessPages { .. }
            | CanvasError::Archive(_) => (Exit::Unavailable, "check that the host is a Canvas; try again"),
        };
        Self::new(exit, error.to_string()).hint(hint).caused_by(error)
    }
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> Self {
        let (exit, hint) = match error {
            EngineError::Canvas(error) => return error.into(),
            EngineError::Store(error) => return error.into(),
            EngineError::NoCache(_) => (Exit::Rejected, "run `gradepush sync` first".to_owned()),
            EngineError::ReportFailed(_) => (Exit::Unavailable, "try `gradepush sync --source rest`".to_owned()),
            EngineError::PlanBlocked(ref findings) => {
                let hint = findings.first().map_or("plan again", |finding| finding.code.hint());
                (Exit::Rejected, hint.to_owned())
            }
            EngineError::OtherConnector { .. } => {
                (Exit::Usage, "name the plan's connector with --connector".to_owned())
            }
            EngineError::AlreadyExecuted { .. } => (Exit::Usage, "use `gradepush retry` to finish its run".to_owned()),
            EngineError::Undone { .. } => (Exit::Usage, "plan again".to_owned()),
            EngineError::NotWhatWasShown(_) => (Exit::Usage, "look at the plan again with `gradepush show`".to_owned()),
        };
        Self::new(exit, error.to_string()).hint(hint).caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_output_ends_with_message_and_hint() {
        let error = CliError::usage("no connector").hint("add one").hint("or name it");
        assert_eq!(
            error.line("plan").into_text(),
            "{\"type\":\"result\",\"schema\":1,\"command\":\"plan\",\"exit_code\":2,\
             \"error\":{\"message\":\"no connector\",\"hint\":\"add one; or name it\"}}\n"
        );
    }

    #[test]
    fn causes_are_listed_nearest_first() {
        let deep = CliError::internal("deep");
        let middle = CliError::internal("middle").caused_by(deep);
        let error = CliError::internal("outer").caused_by(middle);
        assert_eq!(error.causes().collect::<Vec<_>>(), ["middle", "deep"]);
    }
}
