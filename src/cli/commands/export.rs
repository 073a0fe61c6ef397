//! `export`: any input becomes the canonical scores CSV.

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::args::{Intake, input};
use crate::cli::consent::counted;
use crate::cli::context::{Context, table_named};
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::output::{Force, Mark, Output, Outputs, hand_over};
use crate::cli::table;
use crate::cli::views::{reading_fields, tell_skipped};
use crate::domain::{AssignmentKey, Directory, UserIdOrigin};
use crate::scores::{self, Format, Reading, ScoresError, Tally};
use crate::store::Access;

/// Turn any input into the canonical scores CSV
///
/// Reads files only, never Canvas. Prints the CSV unless `--output` names a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files in any recognised format; `-` is standard input
    #[arg(required_unless_present = "list_formats", value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Write to this file, readable by its owner only [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    force: Force,

    /// The course of files that name none
    #[arg(long, value_name = "ID", conflicts_with = "course_from_name")]
    course: Option<String>,

    /// List the formats that are recognised
    #[arg(long)]
    list_formats: bool,

    /// Print a layout for the input, ready to edit
    #[arg(long, conflicts_with_all = ["list_formats", "suggest_courses"])]
    suggest_layout: bool,

    /// Print a courses CSV for the input, ready to edit
    #[arg(long, conflicts_with = "list_formats")]
    suggest_courses: bool,

    #[command(flatten)]
    intake: Intake,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let Arguments { inputs, course, list_formats, suggest_layout, suggest_courses, intake, .. } = arguments;
    if *list_formats {
        let rows = Format::ALL.iter().map(|format| [format.name().to_owned(), format.about().to_owned()]);
        context.ui.line(table::of(["format", "what it is"], rows));
        return Ok(Finished::done().with("formats", &Format::ALL.iter().copied().map(Format::name).collect::<Vec<_>>()));
    }
    let output = output(context, arguments)?;
    let output = output.as_ref();
    if *suggest_layout {
        let [one] = inputs.as_slice() else {
            return Err(CliError::usage("--suggest-layout describes one input at a time"));
        };
        return suggested(context, &layout_for(context, one, intake)?, output);
    }
    let mut reading = intake.read(context, inputs, course.as_deref(), user_id_origin(context)?)?;
    if *suggest_courses {
        return suggested(context, &scores::suggest_courses(&reading.sheet), output);
    }
    if (course.is_some() || intake.course_from_name.is_some()) && !reading.course_taken {
        return Err(CliError::usage(
            "every record names its own course, so --course and --course-from-name say nothing",
        )
        .hint("leave the flag out; `plan --course ID` picks courses of a file"));
    }
    for column in &reading.sheet.columns {
        if let AssignmentKey::Untitled(untitled) = &column.key.assignment {
            context.ui.note(format!(
                "`{untitled}` names no assignment, and is exported without a title; say it with --assignment-title or \
                 --assignment-from-name"
            ));
        }
    }
    let told = reading.sheet.skipped.len();
    scores::settle(&mut reading.sheet);
    let tally = scores::tally(&reading.sheet);
    write(context, &reading, output)?;
    let formats = formats(&reading);
    let Tally { rows, scores, items, skipped } = tally;
    let named = output.filter(|output| !output.is_stdout());
    let place = named.map_or_else(String::new, |output| format!(" to {}", output.path().display()));
    context.ui.status(format!(
        "Exported {} and {} from {} ({formats}){place}; {skipped} skipped.",
        counted(scores, "score"),
        counted(items, "item"),
        counted(rows, "record")
    ));
    tell_skipped(&context.ui, &reading.sheet.files, &reading.sheet.skipped[told..]);
    let finished = Finished::done()
        .with("format", &formats)
        .with("rows", &rows)
        .with("scores", &scores)
        .with("items", &items)
        .with("skipped", &skipped)
        .with("output", &output.map(Output::path));
    Ok(reading_fields(finished, &reading.sheet))
}

/// Where it goes. Suggestions are made to be edited, so that one which is there may be somebody's work.
fn output(context: &Context, arguments: &Arguments) -> Result<Option<Output>, CliError> {
    let Arguments { inputs, output, force, suggest_layout, suggest_courses, intake, .. } = arguments;
    let mut outputs = Outputs::of(context, force.force);
    intake.note_files(&mut outputs, inputs);
    let mark = if *suggest_layout || *suggest_courses { Mark::Nothing } else { Mark::Scores };
    let output = outputs.optional("--output", output.as_deref(), mark)?;
    // Reports make their folder. A folder that scores are exported to is one that somebody has, so this is a slip.
    let folder = output.as_ref().and_then(|output| output.path().parent());
    let is_missing = folder.is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    match output {
        Some(output) if is_missing => Err(output.cannot_be_written(&io::ErrorKind::NotFound.into())),
        output => Ok(output),
    }
}

/// A layout for the input. With a cache, its ids are tried on it.
fn layout_for(context: &Context, path: &Path, intake: &Intake) -> Result<String, CliError> {
    let looked_at = scores::Intake {
        header_row: intake.header_row,
        sheet: intake.sheet.as_deref().map(Into::into),
        user_id_origin: user_id_origin(context)?,
        ..scores::Intake::default()
    };
    let directory = cached(context);
    let knows = |origin, id: &str| directory.as_ref().is_some_and(|directory| is_somebodys(directory, origin, id));
    Ok(scores::suggest_layout(input(path), &looked_at, knows)?)
}

/// What the cache knows of the connector's Canvas, where there is one: a suggestion needs none.
fn cached(context: &Context) -> Option<Directory> {
    let config = context.config().ok()?;
    let connector = context.connector(&config).ok()?;
    let store = context.open_store(&config, Access::ReadOnly).ok()?;
    store.directory(connector.address.host()).ok()
}

fn is_somebodys(directory: &Directory, origin: UserIdOrigin, id: &str) -> bool {
    match origin {
        UserIdOrigin::Internal => id.parse().is_ok_and(|id| directory.user(id).is_some()),
        UserIdOrigin::Sis => !directory.users_by_sis(id).is_empty(),
        UserIdOrigin::Login => !directory.users_by_login(id).is_empty(),
    }
}

/// A file to edit: to the place the scores would go to.
fn suggested(context: &Context, text: &str, output: Option<&Output>) -> Result<Finished, CliError> {
    if output.is_none() && context.ui.json() {
        return Ok(Finished::done().with("suggestion", text));
    }
    hand_over(context, output, text.as_bytes())?;
    Ok(Finished::done().with("output", &output.map(Output::path)))
}

/// With machine output on stdout there is no place for the CSV there.
fn write(context: &Context, reading: &Reading, output: Option<&Output>) -> Result<(), CliError> {
    match output {
        Some(output) => {
            let mut file = output.begin()?;
            scores::write(&reading.sheet, &mut file).map_err(|error| match error {
                ScoresError::Unwritable(why) => output.cannot_be_written(&why),
                other => other.into(),
            })?;
            file.finish()
        }
        None if context.ui.json() => {
            context.ui.note("with --json the scores are only counted; name a file with --output to have them");
            Ok(())
        }
        None => scores::write(&reading.sheet, context.ui.stdout()).map_err(|error| match error {
            ScoresError::Unwritable(full) => CliError::rejected(format!("standard output takes no more: {full}")),
            other => other.into(),
        }),
    }
}

/// The formats of the inputs, each once.
fn formats(reading: &Reading) -> String {
    let mut names: Vec<_> = reading.inputs.iter().map(|input| input.format.name()).collect();
    names.dedup();
    names.join(", ")
}

/// Of several id columns, the one of the connector's origin; an export needs no connector.
fn user_id_origin(context: &Context) -> Result<UserIdOrigin, CliError> {
    let config = context.config()?;
    let configured = context.connector_title(&config).and_then(|title| table_named(&config, &title.value).ok());
    let flag = context.global.user_id_origin;
    Ok(flag.or_else(|| configured.map(|table| table.user_id_origin)).unwrap_or_default())
}
