//! `init`: the questions of `connector add`, in a terminal. Each answer is tested as it is typed.

mod answers;

use std::path::PathBuf;

use super::connector::{self, Settings};
use crate::cli::config::ConfigFile;
use crate::cli::context::Context;
use crate::cli::credentials::TokenSource;
use crate::cli::env::{self, CANVAS_TOKEN, variable_name};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::pasted_token::{Suspicion, holds_token};
use crate::domain::shell_word;

/// Ask what a connector needs, add it and test it; in a terminal
///
/// Each answer is tested as it is typed. The token is not shown while it is typed, and goes into a file that only you can
/// read, unless you say where else it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// The kinds of ids, as the set-up of the old connector explained them (`tegrity-connector §1`).
const USER_IDS: &str = "
Which ids name the students in your scores? It is what the old connector calls User Id Origin:

  internal  100618    Canvas's own number: the end of a person's address, …/users/100618
  sis       00041769  the SIS ID, of your student system: on a person's page in Canvas
  login     jdoe      the login ID, which a person logs in with: on the same page
";
const COURSE_IDS: &str = "
Which ids name the courses in your scores? It is what the old connector calls Course Id Origin:

  internal  4123         Canvas's own number: the end of a course's address, …/courses/4123
  sis       BIO-101-F26  the SIS ID, of your student system: in a course's settings
";
const EXISTING: &str = "
A column of your scores may have the name of an assignment that is in the course already.

  yes  its scores go into that assignment, which keeps its name, points and description
  no   it gets a new assignment of its own, beside the one of that name
";
const TOKEN: &str = "
Where is the access token? You make one in Canvas under Account, Settings, New Access Token.

  file     paste it here, without it being shown; it is kept in a file that only you can read
  env      it is in an environment variable, which you set
  command  a command prints it, such as that of a password manager
";

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    if !context.ui.interactive() {
        return Err(CliError::usage("`init` asks questions and there is no terminal")
            .hint("use: gradepush connector add TITLE --canvas URL --token-env VAR"));
    }
    let config = context.config()?;
    context.ui.status("This sets up a connector: one Canvas, and how the scores name people and courses.");
    let ask = Questions { context };
    let canvas = ask.host()?;
    let title =
        ask.until("A name for it, of your choice", &first_title(&config), |text| answers::title(text, &config))?;
    let mut settings = Settings { canvas: Some(canvas.clone()), ..Settings::default() };
    context.ui.status(USER_IDS);
    settings.user_id_origin = Some(ask.until("User ids (internal, sis, login)", "internal", answers::parsed)?);
    context.ui.status(COURSE_IDS);
    settings.course_id_origin = Some(ask.until("Course ids (internal, sis)", "internal", answers::parsed)?);
    context.ui.status(EXISTING);
    let question = "May scores go into existing assignments of the same name (yes, no)";
    settings.use_existing_assignments = Some(ask.until(question, "yes", answers::yes)?);
    settings.time_zone = ask.until("\nTime zone of due dates (empty: each Canvas course's)", "", answers::time_zone)?;
    context.ui.status(TOKEN);
    let is_there = ask.token(&canvas, &title, &mut settings)?;
    connector::add_connector(context, &title, settings)?;
    let finished =
        if is_there { connector::test_connector(context, &title)? } else { Finished::done().with("connector", &title) };
    tell_next(context, &title, is_there, finished.exit);
    Ok(finished)
}

/// A title that is free.
fn first_title(config: &ConfigFile) -> String {
    let numbered = (2..).map(|number| format!("Canvas {number}"));
    let mut titles = std::iter::once("Canvas".to_owned()).chain(numbered);
    titles.find(|title| answers::title(title, config).is_ok()).unwrap_or_default()
}

/// The next commands; the connector is named where it is not the only one.
fn tell_next(context: &Context, title: &str, is_there: bool, tested: Exit) {
    let several = context.config().is_ok_and(|config| config.table.connectors.len() > 1);
    let named = if several { format!(" --connector {}", shell_word(title)) } else { String::new() };
    let ui = &context.ui;
    ui.status("");
    if !is_there || tested != Exit::Done {
        ui.status(format!("First, once that is mended: gradepush connector test {}", shell_word(title)));
    }
    ui.status(format!("Next: gradepush sync{named}"));
    ui.status(format!("then: gradepush plan scores.csv{named}"));
}

/// The questions.
struct Questions<'a> {
    context: &'a Context,
}

impl Questions<'_> {
    /// Asks until the answer is one. An answer that looks like a token is none, and is not repeated.
    fn until<T>(
        &self,
        question: &str,
        default: &str,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, CliError> {
        loop {
            let answer = self.context.ui.ask(question, default)?;
            if holds_token(&answer, Suspicion::Possible) && !self.path(&answer).exists() {
                self.context.ui.warning(
                    "that looks like an access token, which is asked for later, and not shown then; as it was shown now, \
                     better make a new one",
                );
                continue;
            }
            match check(&answer) {
                Ok(value) => return Ok(value),
                Err(why) => self.context.ui.warning(why),
            }
        }
    }

    /// Asks for the host until one answers, or is to be kept all the same.
    fn host(&self) -> Result<String, CliError> {
        let ui = &self.context.ui;
        loop {
            let canvas = self.until("Canvas host, such as canvas.example.edu", "", answers::host)?;
            let Err(error) = connector::reach(self.context, &canvas) else { return Ok(canvas) };
            ui.warning(error.to_string());
            if self.until("Keep this host all the same (yes, no)", "no", answers::yes)? {
                return Ok(canvas);
            }
        }
    }

    /// Asks where the token comes from; one that is typed goes into a file that only its owner can read. Whether it is
    /// there already: a variable may be set later.
    fn token(&self, canvas: &str, title: &str, settings: &mut Settings) -> Result<bool, CliError> {
        match self.until("The token comes from (file, env, command)", "file", answers::source)? {
            answers::Source::File => {
                settings.token_file = Some(self.token_file(canvas, title)?);
                Ok(true)
            }
            answers::Source::Variable => {
                let name = self.until("Environment variable", CANVAS_TOKEN[0].name, |text| {
                    variable_name(text).map(str::to_owned).map_err(|error| error.to_string())
                })?;
                let is_set = self.context.environment.raw(&name).is_some();
                if !is_set {
                    self.context.ui.note(format!("{name} is not set in this terminal yet; set it: export {name}=…"));
                }
                settings.token_env = Some(name);
                Ok(is_set)
            }
            answers::Source::Command => {
                let check = |text: &str| self.holds_a_token(title, &TokenSource::Command(text.to_owned()));
                let tried = |text: &str| check(text).map(|()| text.to_owned());
                settings.token_command = Some(self.until("Command that prints it", "", tried)?);
                Ok(true)
            }
        }
    }

    /// A file that holds a token: one that is there, or a new one.
    fn token_file(&self, canvas: &str, title: &str) -> Result<PathBuf, CliError> {
        let default = self.context.config_path()?.value.with_file_name(answers::file_name(title));
        let default = default.to_string_lossy();
        loop {
            let path = self.until("File to keep it in", &default, |text| Ok(self.path(text)))?;
            if !path.exists()
                && let Err(error) = connector::ask_token(self.context, canvas, &path)
            {
                // Who ends the questions, ends them.
                if error.exit() == Exit::Interrupted {
                    return Err(error);
                }
                self.context.ui.warning(error.to_string());
                continue;
            }
            match self.holds_a_token(title, &TokenSource::File(path.clone())) {
                Ok(()) => return Ok(path),
                Err(why) => self.context.ui.warning(why),
            }
        }
    }

    fn holds_a_token(&self, title: &str, source: &TokenSource) -> Result<(), String> {
        let found = source.token(title, &self.context.environment);
        found.map(drop).map_err(|error| format!("{error}; {}", error.hint()))
    }

    /// A path as a person types it: `~` is their home.
    fn path(&self, text: &str) -> PathBuf {
        let home = self.context.environment.raw(env::HOME).map(PathBuf::from);
        match (text.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(text),
        }
    }
}
