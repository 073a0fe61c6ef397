//! `help`: a command's help, or one of the topics.

use crate::cli::config_help;
use crate::cli::context::Context;
use crate::cli::env;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::faults_help;
use crate::cli::json::Finished;
use crate::cli::scopes_help;
use crate::domain::FindingCode;

/// Explain a command or a topic: exit-codes, findings, environment, formats, config, faults, scopes
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A command, or exit-codes, findings, environment, formats, config, faults or scopes
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let topic = arguments.topic.join(" ");
    let text = match topic.as_str() {
        "exit-codes" => exit_codes(),
        "findings" => findings(),
        "environment" => environment(),
        "formats" => formats(),
        "config" => config_help::TEXT.to_owned(),
        "faults" => faults_help::TEXT.to_owned(),
        "scopes" => scopes_help::text(),
        _ => command_help(&arguments.topic)?,
    };
    context.ui.line(text.trim_end());
    Ok(Finished::done().with("topic", &topic).with("text", &text))
}

fn command_help(path: &[String]) -> Result<String, CliError> {
    let mut command = crate::cli::command();
    command.build();
    let mut found = &mut command;
    for name in path {
        let unknown = || {
            CliError::usage(format!("there is no command or topic `{name}`"))
                .hint("topics: exit-codes, findings, environment, formats, config, faults, scopes; `gradepush help` lists the commands")
        };
        found = found.find_subcommand_mut(name).ok_or_else(unknown)?;
    }
    Ok(found.render_long_help().to_string())
}

fn exit_codes() -> String {
    let head = "Exit codes; when several apply, the first of 130, 1, 9, 2, 7, 8, 3, 4, 5, 6 wins:\n\n";
    listed(head, Exit::ALL.iter().map(|exit| format!("{:>4}  {}\n", exit.code(), exit.meaning())))
}

fn findings() -> String {
    let head = "Findings: what the tool has to say about a row, a column, a course or a run.\n\n\
                info: good to know; warning: worth a look; row: the cell is not written;\n\
                plan: nothing is pushed until it is mended or accepted with --accept CODE[:COURSE]\n\n";
    listed(
        head,
        FindingCode::ALL.iter().map(|code| {
            let class = code.class().map_or_else(String::new, |class| format!(", {}", class.name()));
            format!("{code} ({}{class})\n    {}\n", code.severity().name(), code.hint())
        }),
    )
}

fn environment() -> String {
    let head = "Environment variables; flags come before them, the configuration after them:\n\n";
    listed(head, env::all().map(|variable| format!("{:<22}{}\n", variable.name, variable.meaning)))
}

fn listed(head: &str, lines: impl Iterator<Item = String>) -> String {
    std::iter::once(head.to_owned()).chain(lines).collect()
}

/// The formats of `tegrity-connector §5`.
const FORMATS: &[(&str, &str)] = &[
    ("aairs", "captured broker traffic: JSON lines, or log lines with UpdateScorableItem and UpdateScore URLs"),
    ("scores", "the canonical CSV of this tool, one row per student and column"),
    ("tegrity-viewing", "the long viewing report"),
    ("tegrity-wide", "one row per student, one column per recording"),
    ("echo360-media", "Echo360 media report"),
    ("echo360-class", "Echo360 class report"),
    ("aleks", "ALEKS progress export"),
    ("blackboard", "Blackboard \"work offline\" file"),
    ("d2l", "D2L Brightspace grades export"),
    ("canvas-gradebook", "Canvas's own gradebook export"),
    ("moodle-mhaairs", "log of the Moodle receiver"),
    ("map", "anything else, through a layout (--layout, --suggest-layout)"),
];

fn formats() -> String {
    let head = "Input formats; recognised by content, or named with --from:\n\n";
    let tail = "\nUTF-8, UTF-16 and Windows-1252; comma, semicolon or tab; .xlsx where the format is a table.\n\
                A blank is no score, never zero, unless --missing zero.\n";
    listed(head, FORMATS.iter().map(|(name, what)| format!("{name:<18}{what}\n"))) + tail
}
