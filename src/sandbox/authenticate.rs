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

/// The user of the request's token, or the one an admin acts as.
pub(crate) fn authenticate(
    world: &World,
    request: &Request,
    parameters: &Parameters,
    now: Timestamp,
) -> Result<i64, Reply> {
    let sent = token_of(request).or_else(|| parameters.text("access_token")).ok_or_else(refusal::unauthenticated)?;
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
    match parameters.text("as_user_id") {
        None => Ok(user.id),
        Some(other) => {
            let allowed = world.may(user.id, "become_user");
            let found = world.find_user(&other, user.id).filter(|_| allowed);
            found.ok_or_else(|| refusal::errors_text(401, "Invalid as_user_id"))
        }
    }
}
