//! `sync`: fills the cache.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::cache;
use crate::canvas::CourseRef;
use crate::cli::args::Intake;
use crate::cli::connector::Connector;
use crate::cli::consent::{counted, counted_people};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::interrupt;
use crate::cli::json::Finished;
use crate::domain::{CanvasHost, Identified, UserIdOrigin, identify_course};
use crate::engine::{
    self, CourseName, FromLists, RefusedCourse, Session, Smaller, SyncPart, SyncRequest, SyncSource, Synced, TokenUser,
};
use crate::store::{Access, CacheStatus, Loss, Losses, Narrower};

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

    /// Replace the cache even where this shows much less than it holds, or its token reaches less far
    #[arg(long)]
    accept_smaller: bool,

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
        smaller: if arguments.accept_smaller { Smaller::Accepted } else { Smaller::Refused },
        exported,
    };
    let host = connector.address.host();
    let before = session.store().cache_status(host)?;
    let knew_logins = before.as_ref().is_none_or(|before| before.complete_logins);
    let outcome = Context::block_on(async {
        let mut interrupt = interrupt::watch()?;
        tokio::select! {
            outcome = engine::sync(&session, &request) => outcome.map_err(CliError::from),
            () = interrupt.wait() => Err(CliError::new(Exit::Interrupted, "interrupted before the cache was filled")),
        }
    })?;
    let synced = match outcome {
        Ok(synced) => synced,
        Err(error) => {
            if let Some(before) = before {
                context.ui.note(format!("the cache is still that of {}", cache::age(context, &connector, &before)));
            }
            return Err(error);
        }
    };
    let Synced { status, from_lists, refused, kept_for, token_user } = &synced;
    match kept_for {
        None => tell_filled(context, status),
        Some(losses) => tell_kept(context, &connector, status, losses),
    }
    tell_parts(context, from_lists, refused);
    // Once per cache: `cache status` says it again.
    if knew_logins {
        cache::tell_hidden(context, status);
    }
    context.ui.status("Nothing was written to Canvas.");
    let missing = kept_for.is_none() && tell_missing(context, &connector, &session, &arguments.course)?;
    if status.users == 0 {
        context.ui.warning("the cache holds nobody: this token sees no people, so that no id leads to anybody");
        context.ui.note("use the token of a teacher or of an administrator; `gradepush connector test` says more");
    }
    let hidden = hidden_ids(&session, host)?;
    let shown = if kept_for.is_none() { status.users } else { 0 };
    let reach = Reach { shown, hidden: &hidden, token_user: *token_user };
    reach.tell(context, connector.user_id_origin);
    let is_fruitless = status.users == 0 || *token_user == TokenUser::TeachesNothing;
    let is_partial = missing || !refused.is_empty() || kept_for.is_some() || is_fruitless;
    let exit = if is_partial { Exit::Partial } else { Exit::Done };
    let from_lists: Vec<Value> = from_lists.iter().map(from_lists_json).collect();
    let refused: Vec<Value> = refused.iter().map(refused_json).collect();
    Ok(cache::result_of(status, exit)
        .with("from_lists", &from_lists)
        .with("refused", &refused)
        .with("kept_for", &kept_for.as_ref().map(losses_json))
        .with("hidden_ids", &hidden)
        .with("teaches", &reach.teaches()))
}

/// The kinds of ids of which the cache holds none.
fn hidden_ids(session: &Session, host: &CanvasHost) -> Result<Vec<&'static str>, CliError> {
    let mut hidden = Vec::new();
    for origin in [UserIdOrigin::Sis, UserIdOrigin::Login] {
        if !session.store().knows_ids(host, origin)? {
            hidden.push(origin.name());
        }
    }
    Ok(hidden)
}

/// How far the token reaches, as far as pushing needs it.
struct Reach<'a> {
    /// How many people this sync put into the cache.
    shown: u64,
    /// The kinds of ids of which the cache holds none.
    hidden: &'a [&'static str],
    token_user: TokenUser,
}

impl Reach<'_> {
    /// Whether the token's user teaches; `None` where that was not looked at.
    fn teaches(&self) -> Option<bool> {
        match self.token_user {
            TokenUser::NotLookedAt => None,
            TokenUser::Teaches => Some(true),
            TokenUser::TeachesNothing => Some(false),
        }
    }

    /// Warns of a token with which no push can come of this cache.
    fn tell(&self, context: &Context, origin: UserIdOrigin) {
        let hides_origin = self.shown > 0 && self.hidden.contains(&origin.name());
        if hides_origin {
            let ids = match self.hidden {
                [_, _] => "neither SIS ids nor logins",
                _ if origin == UserIdOrigin::Sis => "no SIS ids",
                _ => "no logins",
            };
            context.ui.warning(format!(
                "lists show this token {ids} of people, and the connector's user ids are of the kind `{origin}`"
            ));
        }
        let teaches_nothing = self.token_user == TokenUser::TeachesNothing;
        if teaches_nothing {
            context.ui.warning("this token's user teaches and assists in no course, and can grade nobody");
        }
        if hides_origin || teaches_nothing {
            context.ui.note("`gradepush connector test` says what this token may do, and what mends it");
        }
    }
}

/// What the cache holds now.
fn tell_filled(context: &Context, status: &CacheStatus) {
    context.ui.line(format!(
        "The cache now holds {} with {}, and {} with {} and {} ({}, {}).",
        counted_people(status.users),
        counted(status.logins, "login"),
        counted(status.courses, "course"),
        counted(status.sections, "section"),
        counted(status.enrollments, "enrollment"),
        status.source,
        counted(status.requests, "request")
    ));
    context.ui.line(format!("It covers {}.", status.covers));
}

/// What came in another way than was asked for, or not at all.
fn tell_parts(context: &Context, from_lists: &[FromLists], refused: &[RefusedCourse]) {
    for FromLists { part, reason } in from_lists {
        context.ui.warning(format!("the {part} came from Canvas's lists, because their report failed: {reason}"));
    }
    for course in refused {
        let kept = "the cache keeps what it held of it";
        context.ui.warning(format!("{course} cannot be read, and {kept}: {}", course.reason));
    }
    if !refused.is_empty() {
        context.ui.note(
            "use a token of somebody who may see these courses; `gradepush connector test --course ID` says more",
        );
    }
}

/// Why the cache stayed as it was, with the numbers, and how to replace it all the same.
fn tell_kept(context: &Context, connector: &Connector, status: &CacheStatus, losses: &Losses) {
    let age = cache::age(context, connector, status);
    context.ui.line(format!("The cache stays as it was on {age}. It covers {}.", status.covers));
    for reason in reasons(losses) {
        context.ui.warning(reason);
    }
    context.ui.note(
        "look at the token first: gradepush connector test; if this is all that there is, replace the cache with the \
         same command and --accept-smaller",
    );
}

/// What speaks against replacing the cache, one sentence each.
fn reasons(Losses { narrower, counts }: &Losses) -> Vec<String> {
    let narrower = narrower.map(|narrower| match narrower {
        Narrower::OwnCourses => {
            "this token shows the courses of its own user, and the cache was filled by one that sees the account"
        }
        Narrower::AnotherUser => "this token shows the courses of its own user, and the cache holds another user's",
    });
    let counts = counts.iter().map(|Loss { of, before, after }| format!("{of}: {before} in the cache, {after} now"));
    narrower.map(str::to_owned).into_iter().chain(counts).collect()
}

/// Says which of the named courses are not in the cache, and whether there are such.
fn tell_missing(
    context: &Context,
    connector: &Connector,
    session: &Session,
    named: &[CourseName],
) -> Result<bool, CliError> {
    // Everybody of a large Canvas takes gigabytes: only where a course is looked for.
    if named.is_empty() {
        return Ok(false);
    }
    let directory = session.store().directory(connector.address.host())?;
    let mut missing = false;
    for name in named {
        let (origin, id) = match name {
            CourseName::AsSent(id) => (connector.course_id_origin, id),
            CourseName::Forced(origin, id) => (*origin, id),
        };
        if let Identified::Not { reason, .. } = identify_course(&directory, origin, id) {
            context.ui.warning(format!("course `{id}`: {reason}, or this token may not see it"));
            missing = true;
        }
    }
    Ok(missing)
}

fn losses_json(Losses { narrower, counts }: &Losses) -> Value {
    let narrower = narrower.map(|narrower| match narrower {
        Narrower::OwnCourses => "own-courses",
        Narrower::AnotherUser => "another-user",
    });
    let counts: Vec<_> =
        counts.iter().map(|one| json!({"of": one.of, "before": one.before, "now": one.after})).collect();
    json!({ "narrower": narrower, "counts": counts })
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
