//! `sync`: fills the cache.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::cache;
use crate::canvas::CourseRef;
use crate::cli::args::Intake;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::interrupt;
use crate::cli::json::Finished;
use crate::domain::{Directory, Identified, identify_course};
use crate::engine::{self, CourseName, FromLists, RefusedCourse, SyncPart, SyncRequest, SyncSource, Synced};
use crate::store::Access;

/// Where the cache is filled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum CacheSource {
    /// The provisioning reports when the token may run them, else the lists; what a report fails to show comes from the
    /// lists.
    #[default]
    Auto,
    /// The provisioning reports only.
    Report,
    /// The paginated lists.
    Rest,
}

/// Refresh the local cache of courses and people; reads Canvas and writes nothing there
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Fill the cache from here
    #[arg(long, value_enum, value_name = "SOURCE", default_value_t)]
    source: CacheSource,

    /// Only what these scores name
    #[arg(long = "for", value_name = "SCORES", num_args = 1..)]
    scores: Vec<PathBuf>,

    /// Only this course, by the id in the sheet, `internal:ID` or `sis:ID`
    #[arg(long, value_parser = crate::cli::values::course, value_name = "ID", num_args = 1..)]
    course: Vec<CourseName>,

    /// Only this term, by its internal id
    #[arg(long, value_name = "ID", conflicts_with = "all_terms")]
    term: Option<crate::domain::TermId>,

    /// All terms, the ended ones too [default: the terms that are active now]
    #[arg(long)]
    all_terms: bool,

    /// Take ids from Canvas's own gradebook export, for tokens that may not see SIS or login ids
    #[arg(long, value_name = "FILE", num_args = 1..)]
    gradebook: Vec<PathBuf>,

    #[command(flatten)]
    intake: Intake,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let mut exported = Vec::new();
    for path in &arguments.gradebook {
        exported.extend(crate::scores::gradebook_people(crate::scores::Input::Path(path.clone()))?);
    }
    let reading = if arguments.scores.is_empty() {
        None
    } else {
        Some(arguments.intake.read(context, &arguments.scores, None, connector.user_id_origin)?)
    };
    let store = context.open_store(&config, Access::ReadWrite)?;
    let _lock = context.lock(&store, "sync")?;
    let session = context.session(&connector, store)?;
    let request = SyncRequest {
        source: match arguments.source {
            CacheSource::Auto => SyncSource::Auto,
            CacheSource::Report => SyncSource::Report,
            CacheSource::Rest => SyncSource::Rest,
        },
        sheet: reading.as_ref().map(|reading| &reading.sheet),
        courses: arguments.course.clone(),
        term: arguments.term,
        all_terms: arguments.all_terms,
        exported,
    };
    let host = connector.address.host();
    let before = session.store().cache_status(host)?;
    let outcome = Context::block_on(async {
        let mut interrupt = interrupt::watch()?;
        tokio::select! {
            outcome = engine::sync(&session, &request) => outcome.map_err(CliError::from),
            () = interrupt.wait() => Err(CliError::new(Exit::Interrupted, "interrupted before the cache was filled")),
        }
    })?;
    let Synced { status: synced, from_lists, refused } = match outcome {
        Ok(synced) => synced,
        Err(error) => {
            if let Some(before) = before {
                context.ui.note(format!("the cache is still that of {}", cache::age(context, &connector, &before)));
            }
            return Err(error);
        }
    };
    context.ui.line(format!(
        "The cache now holds {} people with {} logins, and {} courses with {} sections and {} enrollments ({}, {} requests).",
        synced.users, synced.logins, synced.courses, synced.sections, synced.enrollments, synced.source, synced.requests
    ));
    context.ui.line(format!("It covers {}.", synced.covers));
    for FromLists { part, reason } in &from_lists {
        context.ui.warning(format!("the {part} came from Canvas's lists, because their report failed: {reason}"));
    }
    for course in &refused {
        let kept = "the cache keeps what it held of it";
        context.ui.warning(format!("{course} cannot be read, and {kept}: {}", course.reason));
    }
    if !refused.is_empty() {
        context.ui.note(
            "use a token of somebody who may see these courses; `gradepush connector test --course ID` says more",
        );
    }
    // Once per cache: `cache status` says it again.
    if before.is_none_or(|before| before.complete_logins) {
        cache::tell_hidden(context, &synced);
    }
    context.ui.status("Nothing was written to Canvas.");
    // Everybody of a large Canvas takes gigabytes: only where a course is looked for.
    let directory = if arguments.course.is_empty() { Directory::default() } else { session.store().directory(host)? };
    let mut missing = false;
    for name in &arguments.course {
        let (origin, id) = match name {
            CourseName::AsSent(id) => (connector.course_id_origin, id),
            CourseName::Forced(origin, id) => (*origin, id),
        };
        if let Identified::Not { reason, .. } = identify_course(&directory, origin, id) {
            context.ui.warning(format!("course `{id}`: {reason}, or this token may not see it"));
            missing = true;
        }
    }
    let exit = if missing || !refused.is_empty() { Exit::Partial } else { Exit::Done };
    let from_lists: Vec<Value> = from_lists.iter().map(from_lists_json).collect();
    let refused: Vec<Value> = refused.iter().map(refused_json).collect();
    Ok(cache::result_of(&synced, exit).with("from_lists", &from_lists).with("refused", &refused))
}

fn refused_json(RefusedCourse { course, name, part, reason }: &RefusedCourse) -> Value {
    let (id, sis_id) = match course {
        CourseRef::Id(id) => (Some(id), None),
        CourseRef::Sis(id) => (None, Some(id)),
    };
    json!({ "course": id, "sis_course_id": sis_id, "name": name, "part": part.name(), "reason": reason })
}

fn from_lists_json(FromLists { part, reason }: &FromLists) -> Value {
    let (of, term, name) = match part {
        SyncPart::Everything => ("everything", None, None),
        SyncPart::People => ("people", None, None),
        SyncPart::Term { id, name } => ("term", Some(id), name.as_deref()),
    };
    json!({ "of": of, "term": term, "name": name, "reason": reason })
}
