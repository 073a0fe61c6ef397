//! The commands that messages tell people to type: so that they work as they stand, with the configuration, the store
//! and the connector of this command line.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::args::Global;
use super::connector::ENV_TITLE;
use super::env;
use crate::domain::shell_word;

/// The program's name, before a command.
const PROGRAM: &str = "gradepush ";

/// The commands for which the global flags decide what they work with.
const WITH_FLAGS: [&str; 19] = [
    "init",
    "connector",
    "export",
    "sync",
    "cache",
    "resolve",
    "alias",
    "map",
    "plan",
    "push",
    "retry",
    "verify",
    "undo",
    "runs",
    "show",
    "purge",
    "forget",
    "store",
    "config",
];

/// Completes the commands in messages.
#[derive(Debug, Default)]
pub(crate) struct NextCommands {
    /// The flags of this command line that the next one needs, each with a blank behind it.
    flags: String,
    /// Those that it needs only for the connector of the environment; for others they are settings.
    origins: String,
    /// The title of the connector in use, once it is known.
    connector: OnceLock<String>,
}

impl NextCommands {
    /// For what comes after a command line with these flags.
    pub(crate) fn after(global: &Global) -> Self {
        let Global { connector, config, store, user_id_origin, course_id_origin, .. } = global;
        let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let flag = |flag: &str, value: Option<String>| {
            value.map_or_else(String::new, |value| format!("{flag} {} ", shell_word(&value)))
        };
        let origins = [
            flag("--user-id-origin", user_id_origin.map(|origin| origin.name().to_owned())),
            flag("--course-id-origin", course_id_origin.map(|origin| origin.name().to_owned())),
        ];
        let flags =
            [flag("--config", path(config)), flag("--store", path(store)), flag("--connector", connector.clone())];
        Self { flags: flags.concat(), origins: origins.concat(), connector: OnceLock::new() }
    }

    /// Says which connector is in use; the first one counts.
    pub(crate) fn work_with(&self, title: &str) {
        self.connector.get_or_init(|| title.to_owned());
    }

    /// The text with its commands complete: `TITLE` is the connector in use, and the flags are there. What cannot be done
    /// with the connector of the environment is said as it can.
    pub(crate) fn complete<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !text.contains(PROGRAM) {
            return Cow::Borrowed(text);
        }
        let titled = match self.connector.get().map(String::as_str) {
            Some(ENV_TITLE) => for_environment(text),
            Some(title) => with_title(text, title),
            None => text.to_owned(),
        };
        Cow::Owned(self.with_flags(&titled))
    }

    fn with_flags(&self, text: &str) -> String {
        let is_of_environment = self.connector.get().is_some_and(|title| title == ENV_TITLE);
        let origins = if is_of_environment { self.origins.as_str() } else { "" };
        let mut pieces = text.split(PROGRAM);
        let mut complete = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            complete.push_str(PROGRAM);
            let word = piece.split(|letter: char| !letter.is_ascii_lowercase()).next().unwrap_or_default();
            if WITH_FLAGS.contains(&word) {
                complete.push_str(&self.flags);
                complete.push_str(origins);
            }
            complete.push_str(piece);
        }
        complete
    }
}

fn with_title(text: &str, title: &str) -> String {
    ["edit", "show", "token", "test", "prove", "reset"].into_iter().fold(text.to_owned(), |text, action| {
        text.replace(&format!("connector {action} TITLE"), &format!("connector {action} {}", shell_word(title)))
    })
}

/// The connector of the environment cannot be edited: its variables are set, and what has none needs a configuration.
fn for_environment(text: &str) -> String {
    let set = |variable: env::Variable| format!("export {}=", variable.name);
    let edit = "gradepush connector edit TITLE ";
    let replaced = [
        (format!("{edit}--canvas "), set(env::CANVAS_HOST[0])),
        (format!("{edit}--secure-gateway "), set(env::HTTPS_PROXY)),
        (format!("{edit}--ca-file "), set(env::SSL_CERT_FILE)),
        (edit.to_owned(), "gradepush connector add TITLE --canvas URL --token-env VAR ".to_owned()),
        ("gradepush connector show TITLE".to_owned(), "gradepush config".to_owned()),
    ];
    let text = replaced.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(&from, &to));
    ["token", "test", "prove", "reset"].into_iter().fold(text, |text, action| {
        text.replace(&format!("connector {action} TITLE"), &format!("connector {action} {ENV_TITLE}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserIdOrigin;

    /// The commands that say the same whatever is configured.
    const WITHOUT_FLAGS: [&str; 5] = ["demo", "sandbox", "completions", "man", "help"];

    #[test]
    fn every_command_is_known_to_need_the_flags_or_not() {
        for command in crate::cli::command().get_subcommands() {
            let lists = [WITH_FLAGS.contains(&command.get_name()), WITHOUT_FLAGS.contains(&command.get_name())];
            assert_eq!(lists.iter().filter(|is_in| **is_in).count(), 1, "{}", command.get_name());
        }
    }

    #[test]
    fn commands_carry_the_flags_in_use() {
        let global = Global {
            config: Some("my config.toml".into()),
            store: Some("s.db".into()),
            connector: Some("Campus".to_owned()),
            user_id_origin: Some(UserIdOrigin::Sis),
            ..Global::default()
        };
        let flags = "--config 'my config.toml' --store s.db --connector Campus";
        let next = NextCommands::after(&global);
        for (text, expected) in [
            ("`gradepush push P1` executes it", format!("`gradepush {flags} push P1` executes it")),
            ("fill it first: gradepush sync", format!("fill it first: gradepush {flags} sync")),
            (
                "`gradepush retry`, or `gradepush undo R1`",
                format!("`gradepush {flags} retry`, or `gradepush {flags} undo R1`"),
            ),
            ("`gradepush help scopes` lists them", "`gradepush help scopes` lists them".to_owned()),
            ("gradepush itself", "gradepush itself".to_owned()),
            ("nothing to type", "nothing to type".to_owned()),
        ] {
            assert_eq!(next.complete(text), expected);
        }
        assert_eq!(NextCommands::default().complete("`gradepush push P1`"), "`gradepush push P1`");
        let of_environment = NextCommands::after(&Global { connector: None, ..global });
        of_environment.work_with(ENV_TITLE);
        let expected = "gradepush --config 'my config.toml' --store s.db --user-id-origin sis sync";
        assert_eq!(of_environment.complete("gradepush sync"), expected, "elsewhere they are settings");
    }

    #[test]
    fn the_connector_in_use_is_named_and_that_of_the_environment_is_not_edited() {
        for (connector, text, expected) in [
            (None, "gradepush connector show TITLE", "gradepush connector show TITLE"),
            (Some("My Canvas"), "gradepush connector show TITLE", "gradepush connector show 'My Canvas'"),
            (Some("T"), "gradepush connector edit TITLE --canvas URL", "gradepush connector edit T --canvas URL"),
            (Some("T"), "gradepush connector add TITLE --canvas URL", "gradepush connector add TITLE --canvas URL"),
            (Some("env"), "gradepush connector edit TITLE --canvas URL", "export CANVAS_BASE_URL=URL"),
            (Some("env"), "gradepush connector edit TITLE --ca-file FILE", "export SSL_CERT_FILE=FILE"),
            (Some("env"), "gradepush connector edit TITLE --secure-gateway URL", "export HTTPS_PROXY=URL"),
            (
                Some("env"),
                "gradepush connector edit TITLE --zero-pad 8",
                "gradepush connector add TITLE --canvas URL --token-env VAR --zero-pad 8",
            ),
            (Some("env"), "gradepush connector test TITLE --course ID", "gradepush connector test env --course ID"),
            (Some("env"), "gradepush connector show TITLE", "gradepush config"),
        ] {
            let next = NextCommands::default();
            if let Some(title) = connector {
                next.work_with(title);
            }
            assert_eq!(next.complete(text), expected, "{connector:?}");
        }
    }
}
