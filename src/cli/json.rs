//! Machine output: one JSON object per line, keys in the order they were added, so that a person can read it too.

use serde::Serialize;

use super::exit::Exit;

/// The version of the machine output. Keys are added within a version, never renamed.
const SCHEMA: u32 = 1;

/// A JSON object that becomes one line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(String);

impl Line {
    /// An `event` line.
    pub(crate) fn event(event: &str) -> Self {
        Self::default().with("type", "event").with("event", event)
    }

    /// A `result` line without the fields of its command.
    pub(crate) fn result(command: &str, exit: Exit) -> Self {
        Self::default()
            .with("type", "result")
            .with("schema", &SCHEMA)
            .with("command", command)
            .with("exit_code", &exit.code())
    }

    /// The same object with one more key.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: &(impl Serialize + ?Sized)) -> Self {
        let text = |value: serde_json::Result<String>| value.expect("keys are text and values are plain");
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&text(serde_json::to_string(key)));
        self.0.push(':');
        self.0.push_str(&text(serde_json::to_string(value)));
        self
    }

    /// The same object with the keys of another one after its own.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        if let Some(keys) = other.0.strip_prefix('{') {
            self.0.push(if self.0.is_empty() { '{' } else { ',' });
            self.0.push_str(keys);
        }
        self
    }

    /// The line, with its line end.
    pub(crate) fn into_text(self) -> String {
        if self.0.is_empty() { "{}\n".to_owned() } else { self.0 + "}\n" }
    }
}

/// How a command ended, and the keys of its result.
#[derive(Debug, Clone, Default)]
pub(crate) struct Finished {
    /// The exit code.
    pub(crate) exit: Exit,
    fields: Line,
}

impl Finished {
    /// Ended this way, with no keys yet.
    pub(crate) fn with_exit(exit: Exit) -> Self {
        Self { exit, fields: Line::default() }
    }

    /// Ended with everything done, with no keys yet.
    pub(crate) fn done() -> Self {
        Self::default()
    }

    /// The same result with one more key.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: &(impl Serialize + ?Sized)) -> Self {
        self.fields = self.fields.with(key, value);
        self
    }

    /// The result line of this command.
    pub(crate) fn line(&self, command: &str) -> Line {
        Line::result(command, self.exit).and(&self.fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_json_with_their_keys_in_order() {
        let finished = Finished::with_exit(Exit::Partial).with("rows", &3).with("output", &None::<&str>);
        assert_eq!(
            finished.line("export").into_text(),
            "{\"type\":\"result\",\"schema\":1,\"command\":\"export\",\"exit_code\":4,\"rows\":3,\"output\":null}\n"
        );
        assert_eq!(Line::event("we\"ird").into_text(), "{\"type\":\"event\",\"event\":\"we\\\"ird\"}\n");
        assert_eq!(
            Finished::done().line("sync").into_text(),
            "{\"type\":\"result\",\"schema\":1,\"command\":\"sync\",\"exit_code\":0}\n"
        );
    }
}
