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
use crate::scores::{Format, canonical_columns};

/// Explain a command or a topic: exit-codes, findings, environment, formats, scores, config, faults, scopes
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A command, or exit-codes, findings, environment, formats, scores, config, faults or scopes
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
        "scores" => scores(),
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
                .hint("topics: exit-codes, findings, environment, formats, scores, config, faults, scopes; `gradepush help` lists the commands")
        };
        found = found.find_subcommand_mut(name).ok_or_else(unknown)?;
    }
    Ok(found.render_long_help().to_string())
}

fn exit_codes() -> String {
    let head = "Exit codes; when several apply, the first of 130, 11, 1, 9, 2, 7, 8, 3, 4, 5, 6 wins:\n\n";
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

fn formats() -> String {
    let head = "Input formats; recognised by content, or named with --from:\n\n";
    let tail = "\nUTF-8, UTF-16 and Windows-1252; comma, semicolon, tab or |, also as a first line `sep=;` says; .xlsx where the \
                format is\na table. The header may stand below other lines. A blank is no score, never zero, unless \
                --missing zero.\n";
    listed(head, Format::ALL.iter().map(|format| format!("{:<18}{}\n", format.name(), format.about()))) + tail
}

/// The canonical CSV, column by column.
fn scores() -> String {
    let head = "The canonical scores CSV: one row per student and assignment; `export` writes it, and a person may. A row \
                with neither\nuser_id nor score_received describes an assignment. Four columns are enough:\n\n\
                course_id,assignment_title,user_id,score_received\nBIO-101,Lecture 1,00417001,8.5\n\n\
                The columns, each with an example:\n\n";
    let columns = canonical_columns().into_iter();
    listed(head, columns.map(|column| format!("{:<21}{}\n{:<21}  {}\n", column.name, column.about, "", column.example)))
}
