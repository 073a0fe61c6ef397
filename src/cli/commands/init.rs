//! `init`: the questions of `connector add`, in a terminal.

use secrecy::ExposeSecret;

use super::connector::{self, Settings};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::json::Finished;

/// Ask what a connector needs, add it and test it; in a terminal
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    if !context.ui.interactive() {
        return Err(CliError::usage("`init` asks questions and there is no terminal")
            .hint("use: gradepush connector add TITLE --canvas URL --token-env VAR"));
    }
    context.ui.status("This sets up a connector: one Canvas, and how the scores name people and courses.");
    let canvas = until_valid(context, "Canvas host", "", |host| {
        host.parse::<crate::domain::CanvasAddress>().map(|_| ()).map_err(|error| error.to_string())
    })?;
    let title = context.ui.ask("A name for it", "Canvas")?;
    let mut settings = Settings { canvas: Some(canvas), ..Settings::default() };
    let user = until_valid(context, "User ids in the scores are (internal, sis, login)", "internal", |text| {
        text.parse::<crate::domain::UserIdOrigin>().map(|_| ()).map_err(|error| error.to_string())
    })?;
    settings.user_id_origin = user.parse().ok();
    let course = until_valid(context, "Course ids in the scores are (internal, sis)", "internal", |text| {
        text.parse::<crate::domain::CourseIdOrigin>().map(|_| ()).map_err(|error| error.to_string())
    })?;
    settings.course_id_origin = course.parse().ok();
    let zone = until_valid(context, "Time zone (empty: each Canvas course's)", "", |name| {
        let known = name.is_empty() || jiff::tz::TimeZone::get(name).is_ok();
        if known { Ok(()) } else { Err(format!("`{name}` is not a time zone such as America/New_York")) }
    })?;
    settings.time_zone = Some(zone).filter(|zone| !zone.is_empty());
    ask_token(context, &mut settings)?;
    connector::add_connector(context, &title, settings)?;
    connector::test_connector(context, &title)
}

/// Asks where the token comes from; one that is typed goes into a file that only its owner can read.
fn ask_token(context: &Context, settings: &mut Settings) -> Result<(), CliError> {
    let source = until_valid(context, "The access token comes from (env, file, command)", "env", |text| {
        if ["env", "file", "command"].contains(&text) { Ok(()) } else { Err(format!("`{text}` is none of them")) }
    })?;
    match source.as_str() {
        "env" => settings.token_env = Some(context.ui.ask("Environment variable", "CANVAS_API_TOKEN")?),
        "command" => settings.token_command = Some(context.ui.ask("Command", "")?),
        _ => {
            let default = context.config_path()?.value.with_file_name("token");
            let path = std::path::PathBuf::from(context.ui.ask("File", &default.to_string_lossy())?);
            if !path.exists() {
                let token = context.ui.ask_secret("Access token (not shown)")?;
                files::write_private(&path, format!("{}\n", token.expose_secret().trim()).as_bytes())
                    .map_err(|error| CliError::usage("the token file cannot be written").caused_by(error))?;
            }
            settings.token_file = Some(path);
        }
    }
    Ok(())
}

fn until_valid(
    context: &Context,
    question: &str,
    default: &str,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<String, CliError> {
    loop {
        let answer = context.ui.ask(question, default)?;
        match check(&answer) {
            Ok(()) => return Ok(answer),
            Err(why) => context.ui.warning(why),
        }
    }
}
