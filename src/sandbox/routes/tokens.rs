//! Access tokens as records (canvas-contract §A4).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::moment;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::Token;

/// How much of a token its hint shows.
const HINT: usize = 5;

/// `GET /users/:id/tokens/:token`, by id or by the token's first five characters.
pub(super) fn show(call: &Call<'_>, user: &str, token: &str) -> Answer {
    let user_id = owner(call, user)?;
    let found = call.world.tokens.iter().find(|held| {
        held.user_id == user_id && (held.id.to_string() == token || (token.len() == HINT && hint(held) == token))
    });
    Ok(Reply::json(200, &token_json(found.ok_or_else(refusal::not_found)?, call.now)))
}

/// `GET /users/:id/user_generated_tokens`
pub(super) fn list(call: &Call<'_>, user: &str) -> Answer {
    let user_id = owner(call, user)?;
    let rows: Vec<Value> = call
        .world
        .tokens
        .iter()
        .filter(|held| held.user_id == user_id)
        .map(|held| token_json(held, call.now))
        .collect();
    let page = call.page(rows.len(), true)?;
    Ok(page.reply(page.cut(rows)))
}

fn owner(call: &Call<'_>, user: &str) -> Result<i64, Reply> {
    let user_id = call.world.find_user(user, call.user_id).ok_or_else(refusal::not_found)?;
    if user_id != call.user_id {
        call.require("become_user")?;
    }
    Ok(user_id)
}

fn hint(token: &Token) -> String {
    // The hint is taken before a hosted token's shard prefix is put on.
    let own = token.token.split_once('~').map_or(token.token.as_str(), |(_, own)| own);
    own.chars().take(HINT).collect()
}

fn token_json(token: &Token, now: Timestamp) -> Value {
    let state = if token.revoked {
        "deleted"
    } else if token.pending {
        "pending"
    } else {
        "active"
    };
    json!({
        "id": token.id, "user_id": token.user_id, "purpose": token.purpose, "created_at": moment(token.created_at),
        "updated_at": moment(token.created_at), "last_used_at": moment(Some(now)), "real_user_id": token.real_user_id, "remember_access": null,
        "scopes": [], "workflow_state": state, "app_name": "User-Generated", "visible_token": format!("{}...", hint(token)),
        "expires_at": moment(token.expires_at), "can_manually_regenerate": true,
    })
}
