//! What a limited token needs; `help scopes`.

use crate::canvas::{ENDPOINTS, Endpoint, Verb};

const HEAD: &str = "\
Scopes, for institutions whose developer keys limit tokens to some endpoints (Enforce Scopes). A token that a person
makes in Canvas under Account, Settings has no such limit and needs nothing of this.

Set the key's option \"Allow Include Parameters\" too: without it Canvas leaves out the comments and enrollments that
are asked for along with something else, and says nothing about it.
GraphQL has no scope. Canvas lets a limited token read by it and not change, so `--created-posting manual` does not work
with one: the cells of such a column are rejected, and nothing is sent to it.
";

/// A list for each command, and one for all of them.
pub(crate) fn text() -> String {
    let mut text = HEAD.to_owned();
    for verb in Verb::ALL {
        text += &list(&format!("For `{}`", command(verb)), |endpoint| endpoint.needed_by.contains(&verb));
    }
    text + &list("For all of these", |endpoint| !endpoint.needed_by.is_empty())
}

fn list(head: &str, is_needed: impl Fn(&Endpoint) -> bool) -> String {
    let scopes = ENDPOINTS.iter().filter(|endpoint| is_needed(endpoint)).map(ToString::to_string);
    format!("\n{head}:\n\n{}\n", scopes.collect::<Vec<_>>().join("\n"))
}

fn command(verb: Verb) -> &'static str {
    match verb {
        Verb::Test => "connector test",
        Verb::Sync => "sync",
        Verb::Plan => "plan",
        Verb::Push => "push",
        Verb::Verify => "verify",
        Verb::Undo => "undo",
        Verb::Prove => "connector prove",
    }
}
