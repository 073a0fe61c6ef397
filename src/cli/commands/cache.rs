//! `cache`: what is known of Canvas locally.

use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::table;
use crate::domain::{CachedEnrollment, CanvasHost, LoginState};
use crate::store::{Access, CacheStatus, FoundCourse, FoundUser, Store};

/// The most people and the most courses that a search shows.
const MOST_FOUND: u32 = 50;

/// Look at the local cache of Canvas
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show how old and how large the cache is
    Status,
    /// Show a person or course under all of their ids
    Find {
        /// A name, or any id
        #[arg(value_name = "TEXT")]
        text: String,
    },
    /// Empty the cache of this connector
    Clear,
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::Status => "cache status",
            Action::Find { .. } => "cache find",
            Action::Clear => "cache clear",
        }
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let host = connector.address.host();
    match &arguments.action {
        Action::Status => status(context, &store, &connector),
        Action::Find { text } => find(context, &store, host, text),
        Action::Clear => {
            let _lock = context.lock(&store, "cache clear")?;
            store.clear_cache(host)?;
            context.ui.line(format!("emptied the cache of {host}"));
            Ok(Finished::done())
        }
    }
}

fn status(context: &Context, store: &Store, connector: &Connector) -> Result<Finished, CliError> {
    let host = connector.address.host();
    let Some(status) = store.cache_status(host)? else {
        context.ui.line(format!("the cache holds nothing of {host} yet; fill it: gradepush sync"));
        return Ok(Finished::done().with("source", &None::<&str>));
    };
    let rows = [
        ("host", host.to_string()),
        ("synced", age(context, connector, &status)),
        ("source", status.source.clone()),
        ("covers", status.covers.clone()),
        ("people", status.users.to_string()),
        ("logins", status.logins.to_string()),
        ("courses", status.courses.to_string()),
        ("sections", status.sections.to_string()),
        ("enrollments", status.enrollments.to_string()),
    ];
    context.ui.line(table::of(["", ""], rows.map(|(name, value)| [name.to_owned(), value])));
    tell_hidden(context, &status);
    Ok(result_of(&status, Exit::Done).with("synced_at", &status.synced_at))
}

/// When the cache was filled, and how long ago that is.
pub(super) fn age(context: &Context, connector: &Connector, status: &CacheStatus) -> String {
    let zoned = status.synced_at.to_zoned(connector.zone());
    let hours = context.now().duration_since(status.synced_at).as_hours();
    format!("{} ({hours} h ago)", zoned.strftime("%Y-%m-%d %H:%M %:z"))
}

/// Says what no source but the report can see (`canvas-contract §E2`, `canvas-contract §E8`).
pub(super) fn tell_hidden(context: &Context, status: &CacheStatus) {
    if !status.complete_logins {
        context.ui.note(
            "Canvas's lists show one login per person, and not whether it is suspended: an id that is not found may \
            still be somebody's other login, and a suspended login looks active; the provisioning report shows both",
        );
    }
}

/// What the cache holds, for machines.
pub(super) fn result_of(status: &CacheStatus, exit: Exit) -> Finished {
    let CacheStatus {
        source,
        synced_at: _,
        users,
        logins,
        complete_logins,
        courses,
        sections,
        enrollments,
        requests,
        covers,
    } = status;
    Finished::with_exit(exit)
        .with("source", source)
        .with("users", users)
        .with("logins", logins)
        .with("complete_logins", complete_logins)
        .with("courses", courses)
        .with("sections", sections)
        .with("enrollments", enrollments)
        .with("requests", requests)
        .with("covers", covers)
}

/// Somebody asked for these people, so they are always shown (cli, Global).
fn find(context: &Context, store: &Store, host: &CanvasHost, text: &str) -> Result<Finished, CliError> {
    let found = store.find_in_cache(host, text, MOST_FOUND)?;
    for FoundUser { user, logins } in &found.users {
        context.ui.line(format!("person {}: {}", user.id, user.name));
        for login in logins {
            let sis = login.sis_user_id.as_deref().unwrap_or("–");
            let unique = login.unique_id.as_deref().unwrap_or("–");
            context.ui.line(format!("  login {unique}, SIS id {sis}, {}", login_state(login.state)));
        }
        if let Some(email) = &user.email {
            context.ui.line(format!("  e-mail {email}"));
        }
        for enrollment in store.enrollments_of(host, user.id)? {
            let CachedEnrollment { course, kind, state, .. } = enrollment;
            context.ui.line(format!("  {} in course {course}, {}", kind.name(), state.name()));
        }
    }
    for FoundCourse { course, sections } in &found.courses {
        let sis = course.sis_course_id.as_deref().unwrap_or("–");
        context.ui.line(format!(
            "course {}: {} ({}, SIS id {sis}, {})",
            course.id, course.name, course.course_code, course.workflow_state
        ));
        for section in sections {
            let sis = section.sis_section_id.as_deref().unwrap_or("–");
            let from =
                section.cross_listed_from.map_or_else(String::new, |id| format!(", cross-listed from course {id}"));
            context.ui.line(format!("  section {}: {} (SIS id {sis}{from})", section.id, section.name));
        }
    }
    if found.users.is_empty() && found.courses.is_empty() {
        context.ui.line("nothing in the cache has this text in a name or an id");
    }
    let user = |found: &FoundUser| serde_json::json!({"user": found.user, "logins": found.logins});
    let users: Vec<_> = found.users.iter().map(user).collect();
    let course = |found: &FoundCourse| serde_json::json!({"course": found.course, "sections": found.sections});
    let courses: Vec<_> = found.courses.iter().map(course).collect();
    Ok(Finished::done().with("users", &users).with("courses", &courses))
}

fn login_state(state: LoginState) -> &'static str {
    match state {
        LoginState::Active => "active",
        LoginState::Suspended => "suspended",
        LoginState::Deleted => "deleted",
    }
}
