//! `config`: each value and where it came from.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::config::{ConnectorTable, RulesTable};
use crate::cli::connector::Connector;
use crate::cli::context::{Context, Origin};
use crate::cli::env;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::table;

/// Show each setting and where it came from; secrets only as set or unset
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

#[derive(Serialize)]
struct Shown {
    name: String,
    value: String,
    origin: String,
}

/// Does it.
pub(crate) fn run(context: &Context, _arguments: &Arguments) -> Result<Finished, CliError> {
    let path = context.config_path()?;
    let file = context.config()?;
    let store = context.store_path(&file)?;
    let exists = if file.exists { "" } else { " (does not exist)" };
    let mut settings = vec![
        shown("config", format!("{}{exists}", path.value.display()), path.origin),
        shown("store", store.value.display().to_string(), store.origin),
        match context.connector_title(&file) {
            Some(title) => shown("connector", title.value, title.origin),
            None => shown("connector", "none".to_owned(), Origin::Default),
        },
    ];
    for table in &file.table.connectors {
        let name = |key: &str| format!("{}.{key}", table.title);
        let connector = Connector::of_table(table, &file)?;
        settings.push(shown(name("canvas"), connector.address.base_url(), Origin::Config));
        settings.push(shown(name("user_id_origin"), connector.user_id_origin.name().to_owned(), Origin::Config));
        settings.push(shown(name("course_id_origin"), connector.course_id_origin.name().to_owned(), Origin::Config));
        let token = if connector.token(&context.environment).is_ok() { "set" } else { "unset" };
        settings.push(Shown { name: name("token"), value: token.to_owned(), origin: connector.token.describe() });
        settings.extend(others(table).into_iter().map(|(key, value)| shown(name(key), value, Origin::Config)));
        for (key, value) in table.rules.as_ref().map(RulesTable::on).unwrap_or_default() {
            settings.push(shown(name(&format!("rules.{key}")), value, Origin::Config));
        }
        settings.push(shown(name("enabled"), connector.enabled.to_string(), Origin::Config));
    }
    for variable in env::all() {
        if let Some(value) = context.environment.raw(variable.name) {
            let is_secret = env::CANVAS_TOKEN.contains(&variable);
            let value = if is_secret { "set".to_owned() } else { without_password(&value.to_string_lossy()) };
            settings.push(shown(variable.name, value, Origin::Environment(variable.name)));
        }
    }
    let rows = settings.iter().map(|one| [&one.name, &one.value, &one.origin].map(Clone::clone));
    context.ui.line(table::of(["setting", "value", "from"], rows));
    Ok(Finished::done().with("settings", &settings))
}

/// The other settings that the file makes, by key.
fn others(table: &ConnectorTable) -> Vec<(&'static str, String)> {
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let graders: Vec<String> = table.own_graders.iter().map(ToString::to_string).collect();
    let settings = [
        ("account", table.account.map(|id| id.to_string())),
        ("secure_gateway", table.secure_gateway.as_deref().map(without_password)),
        ("ca_file", path(&table.ca_file)),
        ("time_zone", table.time_zone.clone()),
        ("use_existing_assignments", table.use_existing_assignments.then(|| "true".to_owned())),
        ("own_graders", (!graders.is_empty()).then(|| graders.join(", "))),
    ];
    settings.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

fn shown(name: impl Into<String>, value: String, origin: Origin) -> Shown {
    Shown { name: name.into(), value, origin: origin.describe() }
}

/// A proxy's address may hold a password.
fn without_password(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("://").map_or(String::new(), |(scheme, _)| format!("{scheme}://"));
            format!("{scheme}…@{host}")
        }
        None => text.to_owned(),
    }
}
