//! `resolve`: who and what each row means.

use std::path::PathBuf;

use super::decisions::suggestion_in_words;
use crate::cli::args::Intake;
use crate::cli::consent::counted;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::output::{Force, Mark, Output, Outputs};
use crate::cli::table;
use crate::cli::ui::Ui;
use crate::cli::views::reading_fields;
use crate::domain::{ScoreSheet, Suggestion, alias_key, is_no_id, shell_word};
use crate::engine::{
    self, CourseName, IdKind, KnownPerson, LookedUp, OriginTable, Register, ResolveSummary, RuleHint, Selection,
    Unmatched,
};
use crate::scores::write_rows;
use crate::store::Access;

/// Show who and what each row of the scores means
///
/// Looks only into the local cache, unless it is told to look ids up. Rows that lead nowhere are listed with the reason and suggestions; a person turns a
/// suggestion into an alias, the tool never does.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files with scores in any recognised format; `-` is standard input
    #[arg(required = true, value_name = "SCORES")]
    scores: Vec<PathBuf>,

    /// Write one line per unmatched id to this file, to fill in and give to `alias import`
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,

    #[command(flatten)]
    force: Force,

    /// Ask Canvas for the ids that its lists do not show to the token, one request each
    #[arg(long)]
    look_up: bool,

    /// The course of files that name none, by its id, `internal:ID` or `sis:ID`
    #[arg(long, value_parser = crate::cli::values::course, value_name = "ID")]
    course: Vec<CourseName>,

    #[command(flatten)]
    intake: Intake,
}

/// Ids that are listed before `and N more`; fewer where another origin is what helps.
const LISTED: usize = 40;
const LISTED_UNDER_A_WRONG_ORIGIN: usize = 5;

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let csv = output(context, arguments)?;
    let course = match arguments.course.as_slice() {
        [CourseName::AsSent(id) | CourseName::Forced(_, id)] => Some(id.as_str()),
        _ => None,
    };
    let read = || arguments.intake.read(context, &arguments.scores, course, connector.user_id_origin);
    let selection = Selection { courses: arguments.course.clone(), ..Selection::default() };
    let (sheet, found, looked_up) = if arguments.look_up {
        let sheet = read()?.sheet;
        let session = context.session(&connector, context.open_store(&config, Access::ReadWrite)?)?;
        let (found, looked_up) = Context::block_on(engine::resolve_looking_up(&session, &sheet, &selection))??;
        tell_looked_up(&context.ui, looked_up);
        (sheet, found, looked_up)
    } else {
        let (settings, today) = (connector.for_engine(), context.now().to_zoned(connector.zone()).date());
        let store = context.open_store(&config, Access::ReadWrite);
        let opened = store.as_ref().ok();
        let (reading, register) = side_by_side(read, || opened.map(|store| Register::load(store, &settings, today)));
        let (sheet, store) = (reading?.sheet, store?);
        let register = register.unwrap_or_else(|| Register::load(&store, &settings, today))?;
        let found = engine::resolve(&register, &store, &sheet, &selection)?;
        // As the sheet below.
        std::mem::forget(register);
        (sheet, found, LookedUp::default())
    };
    tell(context, &sheet, &found);
    if let Some(table) = &found.origin_table {
        tell_origins(&context.ui, table, &connector.title);
    }
    for finding in &found.other_kinds {
        context.ui.line(format!("{}.", finding.message));
    }
    for RuleHint { rule, ids } in &found.rule_hints {
        let ids = if *ids == 1 { "1 id".to_owned() } else { format!("{ids} ids") };
        context.ui.line(format!(
            "With the rule `{rule}` {ids} more would be identified: gradepush connector edit TITLE {}",
            rule_flag(rule)
        ));
    }
    if let Some(output) = &csv {
        output.write(&to_csv(&sheet, &found.problems)?)?;
        if !output.is_stdout() {
            let path = output.path().display();
            context.ui.status(format!("wrote {path}; fill in canvas_id, then: gradepush alias import {path}"));
        }
    }
    let exit = if found.unresolved + found.ambiguous > 0 { Exit::Partial } else { Exit::Done };
    let finished = reading_fields(Finished::with_exit(exit), &sheet);
    // The process ends, and to give millions of rows back one by one takes longer than it is worth.
    std::mem::forget(sheet);
    let ResolveSummary { rows, resolved, unresolved, ambiguous, ignored, origin_table, .. } = found;
    let rules: Vec<_> =
        found.rule_hints.iter().map(|one| serde_json::json!({"rule": one.rule, "ids": one.ids})).collect();
    let origins = origin_table.iter().flat_map(|table| &table.counts);
    let origins: Vec<_> =
        origins.map(|one| serde_json::json!({"course": one.course, "user": one.user, "rows": one.rows})).collect();
    Ok(finished
        .with("rows", &rows)
        .with("resolved", &resolved)
        .with("unresolved", &unresolved)
        .with("ambiguous", &ambiguous)
        .with("ignored", &ignored)
        .with("unmatched", &found.problems.len())
        .with("looked_up", &serde_json::json!({"asked": looked_up.asked, "found": looked_up.found}))
        .with("origins", &origins)
        .with("rules", &rules))
}

/// Where the ids that lead nowhere go. What a person has filled in already is not written over.
fn output(context: &Context, arguments: &Arguments) -> Result<Option<Output>, CliError> {
    let mut outputs = Outputs::of(context, arguments.force.force);
    arguments.intake.note_files(&mut outputs, &arguments.scores);
    let mark = Mark::Unfilled { columns: &COLUMNS, for_people: &["canvas_id", "note"] };
    outputs.optional("--csv", arguments.csv.as_deref(), mark)
}

/// Does two things at once. To load the cache of a university takes half as long as to read the scores of its term, and
/// neither needs the other.
fn side_by_side<One, Other: Send>(one: impl FnOnce() -> One, other: impl FnOnce() -> Other + Send) -> (One, Other) {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        (one(), other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn tell_looked_up(ui: &Ui, LookedUp { asked, found: named }: LookedUp) {
    ui.status(if asked == 0 {
        "Nothing had to be looked up.".to_owned()
    } else {
        {
            let ids = counted(asked, "id");
            format!("Canvas was asked for {ids} of which its lists show nothing, and named {named}.")
        }
    });
}

fn tell(context: &Context, sheet: &ScoreSheet, found: &ResolveSummary) {
    let ui = &context.ui;
    ui.line(format!(
        "{}: {} resolved, {} unresolved, {} ambiguous, {} ignored.",
        counted(found.rows, "row"),
        found.resolved,
        found.unresolved,
        found.ambiguous,
        found.ignored
    ));
    for (sent, person) in several_ids(&found.people).into_iter().take(LISTED).filter(|_| ui.shows_people()) {
        ui.line(format!("  {} are one person: {} ({})", sent.join(" and "), person.name, person.user));
    }
    let listed = if found.origin_table.is_some() { LISTED_UNDER_A_WRONG_ORIGIN } else { LISTED };
    let rows = found.problems.iter().take(listed).map(|problem| {
        let id = if ui.shows_people() || problem.kind == IdKind::Course {
            problem.sent_id.to_string()
        } else {
            String::new()
        };
        let place = problem.first_source.map_or(String::new(), |source| sheet.locate(source));
        let rows = if problem.rows == 1 { "1 row".to_owned() } else { format!("{} rows", problem.rows) };
        let suggestion = if ui.shows_people() { equally_likely(&problem.suggestions) } else { String::new() };
        [problem.code.code().to_owned(), id, rows, place, problem.reason.clone(), suggestion]
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        ui.line("");
        ui.line(table::within(ui.width(), 4, ["", "id", "", "first at", "why", ""], rows));
        if !ui.shows_people() {
            ui.line("  without the ids of people, because this is no terminal; --cells shows them");
        }
    }
    if found.problems.len() > listed {
        ui.line(format!("  and {} more; --csv has them all", found.problems.len() - listed));
    }
}

/// The first suggestion, with all that are there for the same reason: of two people of one name neither is likelier.
fn equally_likely(suggestions: &[Suggestion]) -> String {
    let Some(first) = suggestions.first() else { return String::new() };
    let alike = suggestions.iter().filter(|one| one.reason == first.reason).map(suggestion_in_words);
    format!("perhaps {}", alike.collect::<Vec<_>>().join(", or "))
}

/// The flag that turns a rule on, from what the configuration says: `zero_pad = 8`.
fn rule_flag(rule: &str) -> String {
    let (key, value) = rule.split_once(" = ").unwrap_or((rule, "true"));
    let flag = format!("--{}", key.replace('_', "-"));
    if value == "true" { flag } else { format!("{flag} {}", shell_word(value.trim_matches('"'))) }
}

/// What each combination of origins would resolve, and how to change to the best.
fn tell_origins(ui: &Ui, table: &OriginTable, title: &str) {
    ui.line("");
    ui.line(format!("Most ids do not resolve under the connector's origins. Of {} rows:", table.rows));
    for count in &table.counts {
        ui.line(format!("  course ids as {}, user ids as {}: {} would resolve", count.course, count.user, count.rows));
    }
    ui.line(format!("{}.", table.mending(title)));
}

/// People whom the sheet names by more than one id, with these ids.
fn several_ids(people: &[KnownPerson]) -> Vec<(Vec<&str>, &KnownPerson)> {
    let mut by_user: Vec<&KnownPerson> = people.iter().collect();
    by_user.sort_by_key(|person| person.user);
    let groups = by_user.chunk_by(|one, other| one.user == other.user).filter(|group| group.len() > 1);
    groups.map(|group| (group.iter().map(|person| &*person.sent_id).collect(), group[0])).collect()
}

/// The columns of the file to fill in: those of `alias import`, and what helps the person who fills it in.
const COLUMNS: [&str; 13] = [
    "key",
    "kind",
    "origin",
    "from",
    "rows",
    "courses",
    "first_source",
    "suggestion_1_id",
    "suggestion_1",
    "suggestion_2",
    "suggestion_3",
    "canvas_id",
    "note",
];

/// One line per id that leads nowhere, to fill in and give to `alias import`.
fn to_csv(sheet: &ScoreSheet, problems: &[Unmatched]) -> Result<Vec<u8>, CliError> {
    let rows = problems.iter().map(|problem| {
        let kind = match problem.kind {
            IdKind::User => "user",
            IdKind::Course => "course",
        };
        // An empty id is no id, so there is nothing to decide about it.
        let key =
            if is_no_id(&problem.sent_id) { String::new() } else { alias_key(kind, problem.origin, &problem.sent_id) };
        let courses: Vec<&str> = problem.courses.iter().map(|course| &**course).collect();
        let suggestion = |place: usize| problem.suggestions.get(place).map_or(String::new(), suggestion_in_words);
        vec![
            key,
            kind.to_owned(),
            problem.origin.to_owned(),
            problem.sent_id.to_string(),
            problem.rows.to_string(),
            courses.join(" "),
            problem.first_source.map_or(String::new(), |source| sheet.locate(source)),
            problem.suggestions.first().map_or(String::new(), |one| one.canvas_id.to_string()),
            suggestion(0),
            suggestion(1),
            suggestion(2),
            String::new(),
            String::new(),
        ]
    });
    let mut text = Vec::new();
    write_rows(&mut text, &COLUMNS, rows)?;
    Ok(text)
}
