//! Whose request it is (canvas-contract §A1–§A3).

use jiff::Timestamp;

use super::message::{Reply, Request};
use super::parameters::Parameters;
use super::refusal;
use super::world::World;

/// The bearer token of a request's header.
pub(crate) fn token_of(request: &Request) -> Option<String> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    (scheme == "Bearer").then(|| token.to_owned())
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) user_id: i64,
    /// Who really asks, while acting as the user.
    pub(crate) real_user_id: Option<i64>,
}

/// The user of the request's token, or the one an admin acts as.
pub(crate) fn authenticate(
    world: &World,
    request: &Request,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Caller, Reply> {
    let sent = token_of(request).or_else(|| parameters.text("access_token")).ok_or_else(|| {
        // Without credentials there is no `self`, and so nobody to be found.
        if request.path() == "/api/v1/users/self" { refusal::not_found() } else { refusal::unauthenticated() }
    })?;
    let invalid = || refusal::bad_token("Invalid access token.", None);
    let token = world.tokens.iter().find(|held| held.token == sent && !held.pending).ok_or_else(invalid)?;
    if token.revoked {
        return Err(refusal::bad_token("Revoked access token.", None));
    }
    if let Some(expires_at) = token.expires_at.filter(|expires_at| *expires_at <= now) {
        return Err(refusal::bad_token("Expired access token.", Some(expires_at)));
    }
    if token.out_of_scope {
        return Err(refusal::out_of_scope());
    }
    let user = world.user(token.user_id).ok_or_else(invalid)?;
    if !user.logins.iter().any(|login| login.state() == "active") {
        return Err(invalid());
    }
    let own = Caller { user_id: user.id, real_user_id: token.real_user_id };
    let Some(other) = parameters.text("as_user_id") else { return Ok(own) };
    let found = world.find_user(&other, user.id);
    match token.real_user_id {
        Some(_) if found == Some(user.id) => Ok(own),
        Some(_) => Err(refusal::errors_text(401, "Cannot change masquerade")),
        None => {
            let found = found.filter(|_| world.may(user.id, "become_user"));
            let user_id = found.ok_or_else(|| refusal::errors_text(401, "Invalid as_user_id"))?;
            Ok(Caller { user_id, real_user_id: (user_id != user.id).then_some(user.id) })
        }
    }
}
