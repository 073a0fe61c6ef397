//! The error itself: what happened, how to mend it, and how the process ends.

use std::error::Error;
use std::fmt;

use crate::cli::exit::Exit;
use crate::cli::json::Line;
use crate::cli::next_commands::NextCommands;
use crate::cli::pasted_token::{Suspicion, without_tokens};

/// Why a command ended without its result.
#[derive(Debug)]
pub(crate) struct CliError {
    exit: Exit,
    /// For scripts; stable.
    code: &'static str,
    message: String,
    hints: Vec<String>,
    ending: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl CliError {
    /// An error that ends the process with this exit.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, code: exit.name(), message: message.into(), hints: Vec::new(), ending: None, source: None }
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

    /// An error of a layer: its message, and its causes for `-v`.
    pub(super) fn of(exit: Exit, error: impl Error + Send + Sync + 'static) -> Self {
        let message = error.to_string();
        // The error says its own message; only what is below it is a cause.
        Self { exit, code: exit.name(), message, hints: Vec::new(), ending: None, source: Some(Box::new(error)) }
    }

    /// The same error with a code of its own for scripts, instead of its exit's name; it stays what it is (cli, Errors).
    #[must_use]
    pub(crate) fn coded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// The same error with how to mend it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error with this way to mend it, and no other.
    #[must_use]
    pub(crate) fn only_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints = vec![hint.into()];
        self
    }

    /// The same error with a last line for people, below the hints.
    #[must_use]
    pub(crate) fn ending(mut self, line: impl Into<String>) -> Self {
        self.ending = Some(line.into());
        self
    }

    /// The same error with what caused it, shown with `-v`.
    #[must_use]
    pub(crate) fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// The same error with a reason behind its message.
    #[must_use]
    pub(in crate::cli) fn because(mut self, reason: &str) -> Self {
        self.message = format!("{}: {reason}", self.message);
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

    /// The last line for people, if it has one.
    pub(crate) fn last_line(&self) -> Option<&str> {
        self.ending.as_deref()
    }

    /// The causes, nearest first.
    pub(crate) fn causes(&self) -> impl Iterator<Item = String> {
        let first = self.source.as_deref().map(|source| source as &dyn Error);
        let causes = std::iter::successors(first, |cause: &&dyn Error| (*cause).source()).map(ToString::to_string);
        causes.map(|cause| without_tokens(&cause, Suspicion::Certain).into_owned())
    }

    /// The result line that ends machine output after this error.
    pub(crate) fn line(&self, command: &str, next: &NextCommands) -> Line {
        Line::result(command, self.exit).with("error", &self.body(next))
    }

    /// What machine output says of it.
    pub(crate) fn body(&self, next: &NextCommands) -> impl serde::Serialize + use<> {
        let hints: Vec<_> = self.hints.iter().map(|hint| next.complete(hint)).collect();
        let hint = (!hints.is_empty()).then(|| hints.join("; "));
        ErrorBody { code: self.code, message: self.to_string(), hint }
    }
}

/// An error in machine output.
#[derive(Debug, serde::Serialize)]
struct ErrorBody {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl fmt::Display for CliError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&without_tokens(&self.message, Suspicion::Certain))
    }
}

impl Error for CliError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_output_ends_with_code_message_and_hint() {
        let error = CliError::usage("no connector").hint("add one").hint("or name it");
        assert_eq!(
            error.coded("no-connector").line("plan", &NextCommands::default()).into_text(),
            "{\"type\":\"result\",\"schema\":1,\"command\":\"plan\",\"exit_code\":2,\
             \"error\":{\"code\":\"no-connector\",\"message\":\"no connector\",\"hint\":\"add one; or name it\"}}\n"
        );
    }

    #[test]
    fn no_error_repeats_a_token() {
        let token = "7~Zq8Xw2Lk9Mn4Bv6Cd1Ef3Gh5";
        let error = CliError::usage(format!("`{token}` is no host")).caused_by(CliError::internal(token));
        assert_eq!(error.to_string(), "`…` is no host");
        assert_eq!(error.causes().collect::<Vec<_>>(), ["…"]);
        let line = error.line("sync", &NextCommands::default()).into_text();
        assert!(line.contains("\"code\":\"usage\"") && !line.contains(token), "{line}");
    }

    #[test]
    fn causes_are_listed_nearest_first() {
        let deep = CliError::internal("deep");
        let middle = CliError::internal("middle").caused_by(deep);
        let error = CliError::internal("outer").caused_by(middle);
        assert_eq!(error.causes().collect::<Vec<_>>(), ["middle", "deep"]);
    }
}
