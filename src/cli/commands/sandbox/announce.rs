//! What a sandbox prints when it starts: its address, its world, and for each token the commands that use it.

use std::net::SocketAddr;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::access::{Access, Reach};
use crate::cli::context::Context;
use crate::cli::json::Line;
use crate::domain::shell_word;
use crate::report::for_people;
use crate::sandbox::{HeldToken, Holder, Summary, TokenState};

/// A token with the commands that make a connector of it.
#[derive(Serialize)]
struct Way {
    purpose: String,
    user: String,
    user_id: i64,
    holder: &'static str,
    state: &'static str,
    expires_at: Option<jiff::Timestamp>,
    token: String,
    connector: String,
    export: String,
    connector_add: String,
}

/// Says all of it, to people and machines.
pub(super) fn announce(context: &Context, access: &Access, addr: SocketAddr, world: &str, summary: &Summary) {
    let ui = &context.ui;
    let Access { reach, token } = access;
    let address = format!("http://{addr}");
    let ways = ways(summary, token, &canvas_url(addr, *reach));
    ui.line(format!("listening on {address}"));
    ui.line(format!("token {token}"));
    let Summary { name, people, courses, time_zone, tokens: _ } = summary;
    ui.line(format!("world {world}: {name}, {people} people, {courses} courses"));
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    for way in &ways {
        let expires = way.expires_at.map(|at| for_people(at, &zone));
        let validity = match (way.state, expires) {
            ("valid", Some(at)) => format!(", ends {at}"),
            ("valid", None) => String::new(),
            ("expired", Some(at)) => format!(", expired {at}"),
            (state, _) => format!(", {state}"),
        };
        ui.line("");
        ui.line(format!("# {}: {} ({}), {}{validity}", way.purpose, way.user, way.user_id, way.holder));
        ui.line(&way.export);
        ui.line(&way.connector_add);
    }
    ui.machine(
        Line::event("listening")
            .with("address", &address)
            .with("token", token)
            .with("public", &(*reach == Reach::Others))
            .with("world", world)
            .with("name", name)
            .with("people", people)
            .with("courses", courses)
            .with("tokens", &ways),
    );
    match reach {
        Reach::ThisMachine => ui.note("only this machine can reach it; it runs until interrupted with Ctrl-C"),
        Reach::Others => {
            ui.warning(format!(
                "every machine that can reach {addr} can use it, without encryption; it runs until interrupted with \
                 Ctrl-C"
            ));
            ui.note(format!(
                "gradepush itself speaks http with its own machine only; from another one, use the lines above through \
                 a tunnel: ssh -L {0}:{1}:{0} HOST",
                addr.port(),
                own_ip(addr)
            ));
        }
    }
}

/// Where gradepush finds it: on the machine itself, or through a tunnel from another, because it speaks http with its
/// own machine only.
fn canvas_url(addr: SocketAddr, reach: Reach) -> String {
    match reach {
        Reach::ThisMachine => format!("http://{addr}"),
        Reach::Others => format!("http://127.0.0.1:{}", addr.port()),
    }
}

/// The address at which the machine itself finds it.
fn own_ip(addr: SocketAddr) -> String {
    match addr {
        _ if addr.ip().is_unspecified() => "127.0.0.1".to_owned(),
        SocketAddr::V4(addr) => addr.ip().to_string(),
        SocketAddr::V6(addr) => format!("[{}]", addr.ip()),
    }
}

/// The tokens, each under a connector title of its own: `sandbox` for the one that was asked for.
fn ways(summary: &Summary, own: &str, canvas: &str) -> Vec<Way> {
    let mut titles: Vec<String> = Vec::new();
    let way = |held: &HeldToken| {
        let wanted = if held.token == own { "sandbox".to_owned() } else { format!("sandbox-{}", plain(&held.purpose)) };
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let title = std::iter::once(wanted.clone()).chain(numbered).find(|title| !titles.contains(title));
        let title = title.unwrap_or(wanted);
        titles.push(title.clone());
        let variable = format!("{}_TOKEN", title.to_ascii_uppercase().replace('-', "_"));
        let (users, courses) = origins(held.holder);
        let mut add = format!(
            "gradepush connector add {title} --canvas {canvas} --user-id-origin {users} --course-id-origin {courses} \
             --token-env {variable}"
        );
        if !summary.time_zone.is_empty() {
            add.push_str(" --time-zone ");
            add.push_str(&shell_word(&summary.time_zone));
        }
        add.push_str(" --use-existing-assignments");
        Way {
            purpose: held.purpose.clone(),
            user: held.user.clone(),
            user_id: held.user_id,
            holder: holder(held.holder),
            state: state(held.state),
            expires_at: held.expires_at,
            token: held.token.clone(),
            export: format!("export {variable}={}", shell_word(&held.token)),
            connector: title,
            connector_add: add,
        }
    };
    summary.tokens.iter().map(way).collect()
}

/// The ids by which this person finds users and courses (`canvas-contract §E2`).
fn origins(holder: Holder) -> (&'static str, &'static str) {
    match holder {
        Holder::Admin | Holder::Teacher => ("login", "sis"),
        Holder::Assistant | Holder::SectionAssistant => ("login", "internal"),
        Holder::Student | Holder::Other => ("internal", "internal"),
    }
}

fn holder(holder: Holder) -> &'static str {
    match holder {
        Holder::Admin => "account admin",
        Holder::Teacher => "teacher",
        Holder::Assistant => "teaching assistant",
        Holder::SectionAssistant => "teaching assistant limited to a section",
        Holder::Student => "student",
        Holder::Other => "nothing in any course",
    }
}

fn state(state: TokenState) -> &'static str {
    match state {
        TokenState::Valid => "valid",
        TokenState::Expired => "expired",
        TokenState::Revoked => "revoked",
        TokenState::Pending => "not activated",
        TokenState::OutOfScope => "outside its scopes",
    }
}

/// A purpose as part of a title and of a variable's name.
fn plain(purpose: &str) -> String {
    let words = purpose.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    if words.is_empty() { "token".to_owned() } else { words.join("-") }
}
