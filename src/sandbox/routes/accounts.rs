//! Accounts and terms.

use serde_json::{Value, json};

use super::call::{TERM_BEGAN, moment};
use super::users::sis_import_id;
use super::{Answer, Call};
use crate::sandbox::message::Reply;
use crate::sandbox::refusal;
use crate::sandbox::world::{Account, Term};

/// `GET /accounts`: those the user administers.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let mine =
        call.world.accounts.values().filter(|account| account.admins.iter().any(|admin| admin.user_id == call.user_id));
    let rows: Vec<Value> = mine.map(|account| account_json(call, account)).collect();
    let page = call.page(rows.len(), false)?;
    Ok(page.reply(page.cut(rows)))
}

/// `GET /accounts/:id`
pub(super) fn show(call: &Call<'_>, account: &str) -> Answer {
    let id = call.account(account)?;
    let account = call.world.accounts.get(&id).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &account_json(call, account)))
}

/// `GET /accounts/:id/permissions`
pub(super) fn permissions(call: &Call<'_>, account: &str) -> Answer {
    call.account(account)?;
    Ok(call.permissions(|right| call.world.may(call.user_id, right)))
}

/// `GET /accounts/:id/terms`
pub(super) fn terms(call: &Call<'_>, account: &str) -> Answer {
    call.account(account)?;
    let rows: Vec<Value> = call.world.terms.values().map(|term| term_json(call, term, false)).collect();
    let page = call.page(rows.len(), true)?;
    let cut: Vec<Value> = page.cut(rows).collect();
    Ok(page.linked(Reply::json(200, &json!({ "enrollment_terms": cut }))))
}

/// A term; its SIS id is for admins, and its beginning does not bind those who teach.
pub(super) fn term_json(call: &Call<'_>, term: &Term, teaches: bool) -> Value {
    let mut fields = json!({
        "id": term.id, "name": term.name, "workflow_state": "active",
        "start_at": moment(term.start_at.filter(|_| !teaches)), "end_at": moment(term.end_at),
        "created_at": moment(Some(TERM_BEGAN)), "grading_period_group_id": null,
    });
    if call.world.reads_sis(call.user_id) {
        fields["sis_term_id"] = json!(term.sis_term_id);
        fields["sis_import_id"] = json!(sis_import_id(term.sis_term_id.as_ref()));
    }
    fields
}

fn account_json(call: &Call<'_>, account: &Account) -> Value {
    let root = call.world.root_account_id();
    let mut fields = json!({
        "id": account.id, "name": account.name, "workflow_state": "active",
        "parent_account_id": account.parent_account_id,
        "root_account_id": account.parent_account_id.map(|_| root),
        "uuid": format!("sandbox-account-{}", account.id),
        "default_storage_quota_mb": 500, "default_user_storage_quota_mb": 50, "default_group_storage_quota_mb": 50,
        "default_time_zone": call.world.time_zone,
    });
    // The root account has none of these.
    if account.parent_account_id.is_some() && call.world.reads_sis(call.user_id) {
        fields["sis_account_id"] = json!(account.sis_account_id);
        fields["integration_id"] = json!(account.integration_id);
        fields["sis_import_id"] = Value::Null;
    }
    fields
}
