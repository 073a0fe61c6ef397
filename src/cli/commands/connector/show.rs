//! `connector show`.

use crate::cli::config::{ConnectorTable, RulesTable};
use crate::cli::connector::Connector;
use crate::cli::context::{Context, table_named};
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::table;

/// Show a connector's settings; of the token only its source
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The connector's title [default: the connector in use]
    title: Option<String>,
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let file = context.config()?;
    let title = arguments.title.clone().or_else(|| context.connector_title(&file).map(|title| title.value));
    let title = title.ok_or_else(|| CliError::usage("which connector?").hint("list them: gradepush connector list"))?;
    let table = table_named(&file, &title)?;
    let connector = Connector::of_table(table, &file)?;
    let token = if connector.token(&context.environment).is_ok() { "set" } else { "unset" };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let graders: Vec<_> = connector.own_graders.iter().map(ToString::to_string).collect();
    let rows = [
        ("title", connector.title.clone()),
        ("canvas", connector.address.base_url()),
        ("user id origin", connector.user_id_origin.name().to_owned()),
        ("course id origin", connector.course_id_origin.name().to_owned()),
        ("account", connector.account.map_or_else(|| "the token's".to_owned(), |id| id.to_string())),
        ("token", format!("{} ({token})", connector.token.describe())),
        ("secure gateway", or_none(connector.secure_gateway.clone())),
        ("ca file", or_none(connector.ca_file.as_ref().map(|path| path.display().to_string()))),
        ("time zone", table.time_zone.clone().unwrap_or_else(|| "the Canvas course's".to_owned())),
        ("use existing assignments", connector.use_existing_assignments.to_string()),
        ("own graders", or_none((!graders.is_empty()).then(|| graders.join(", ")))),
        ("identity rules", or_none(rules(table))),
        ("enabled", connector.enabled.to_string()),
    ];
    context.ui.line(table::of(["setting", "value"], rows.map(|(name, value)| [name.to_owned(), value])));
    Ok(Finished::done().with("connector", table).with("token", token))
}

/// The rules that are on, as the configuration says them.
fn rules(table: &ConnectorTable) -> Option<String> {
    let on = table.rules.as_ref().map(RulesTable::on).unwrap_or_default();
    let on: Vec<String> = on.into_iter().map(|(key, value)| format!("{key} = {value}")).collect();
    (!on.is_empty()).then(|| on.join(", "))
}
