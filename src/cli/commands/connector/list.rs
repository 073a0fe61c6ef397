//! `connector list`.

use serde::Serialize;

use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::table;

#[derive(Serialize)]
struct Listed<'a> {
    title: &'a str,
    canvas: &'a str,
    user_id_origin: &'static str,
    course_id_origin: &'static str,
    enabled: bool,
    default: bool,
    problem: Option<String>,
}

/// Does it.
pub(super) fn run(context: &Context) -> Result<Finished, CliError> {
    let file = context.config()?;
    let default = context.connector_title(&file).map(|title| title.value);
    let listed: Vec<_> = file
        .table
        .connectors
        .iter()
        .map(|connector| Listed {
            title: &connector.title,
            canvas: &connector.canvas,
            user_id_origin: connector.user_id_origin.name(),
            course_id_origin: connector.course_id_origin.name(),
            enabled: connector.enabled,
            default: default.as_deref() == Some(&connector.title),
            problem: Connector::of_table(connector, &file).err().map(|error| error.to_string()),
        })
        .collect();
    if listed.is_empty() {
        context.ui.line(format!("no connector is configured in {}", file.path.display()));
    } else {
        let rows = listed.iter().map(|one| {
            let state = match (&one.problem, one.enabled, one.default) {
                (Some(problem), ..) => problem,
                (None, false, _) => "disabled",
                (None, true, true) => "default",
                (None, true, false) => "",
            };
            [one.title, one.canvas, one.user_id_origin, one.course_id_origin, state].map(str::to_owned)
        });
        context.ui.line(table::of(["title", "canvas", "user ids", "course ids", ""], rows));
    }
    Ok(Finished::done().with("connectors", &listed))
}
