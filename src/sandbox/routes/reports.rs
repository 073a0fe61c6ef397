//! Account reports, and the files they leave.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::call::moment;
use super::{Answer, Call};
use crate::sandbox::message::{Reply, Request};
use crate::sandbox::parameters::{decode, encode, pairs, text};
use crate::sandbox::refusal;
use crate::sandbox::world::{OFFERED, Report, ReportFile, ReportState, World};

/// How long a report that has not ended stands for an equal one.
const LONGEST_EQUAL: SignedDuration = SignedDuration::from_hours(12);

/// `GET /accounts/:id/reports`
pub(super) fn offered(call: &Call<'_>, account: &str) -> Answer {
    call.account(account)?;
    call.require("read_reports")?;
    let rows = OFFERED.map(|(name, title)| json!({ "report": name, "title": title }));
    Ok(Reply::json(200, &json!(rows)))
}

/// `POST /accounts/:id/reports/:report`; an equal one that still waits is named instead.
pub(super) fn start(call: &mut Call<'_>, account: &str, name: &str) -> Answer {
    let account_id = allowed(call, account, name)?;
    let parameters: BTreeMap<String, Value> = match call.parameters.get("parameters") {
        Some(Value::Object(sent)) => sent.clone().into_iter().collect(),
        _ => BTreeMap::new(),
    };
    if let Some(term) = parameters.get("enrollment_term_id").and_then(text)
        && let Err(unknown) = call.world.check_report_term(&term)
    {
        return Err(refusal::error_text(&format!("invalid enrollment_term_id '{unknown}'")));
    }
    let waiting = call.world.reports.values().find(|report| {
        (report.account_id, report.name.as_str(), &report.parameters) == (account_id, name, &parameters)
            && report.state.is_open()
            && call.now.duration_since(report.created_at) <= LONGEST_EQUAL
    });
    if let Some(waiting) = waiting {
        let place = format!("{}/api/v1/accounts/{account_id}/reports/{name}/{}", call.request.origin(), waiting.id);
        return Err(Reply::json(409, &report_json(call, waiting)).with_header("location", place));
    }
    let report = Report {
        id: call.world.new_report_id(),
        account_id,
        user_id: call.user_id,
        name: name.to_owned(),
        parameters,
        state: ReportState::Created,
        created_at: call.now,
        started_at: None,
        ended_at: None,
        message: None,
        file: None,
    };
    let shown = report_json(call, &report);
    call.world.reports.insert(report.id, report);
    Ok(Reply::json(200, &shown))
}

/// `GET /accounts/:id/reports/:report`: newest first.
pub(super) fn history(call: &Call<'_>, account: &str, name: &str) -> Answer {
    allowed(call, account, name)?;
    let found = call.world.reports.values().rev();
    let rows: Vec<&Report> =
        found.filter(|report| report.name == name && report.state != ReportState::Deleted).collect();
    let page = call.page(rows.len(), true)?;
    Ok(page.reply(page.cut(rows).map(|report| report_json(call, report))))
}

/// `GET /accounts/:id/reports/:report/:id`
pub(super) fn show(call: &Call<'_>, account: &str, name: &str, id: &str) -> Answer {
    allowed(call, account, name)?;
    let report = id.parse().ok().and_then(|id: i64| call.world.reports.get(&id)).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &report_json(call, report)))
}

/// `DELETE /accounts/:id/reports/:report/:id`, which takes the file away too.
pub(super) fn delete(call: &mut Call<'_>, account: &str, name: &str, id: &str) -> Answer {
    end(call, account, name, id, ReportState::Deleted)
}

/// `PUT /accounts/:id/reports/:report/:id/abort`
pub(super) fn abort(call: &mut Call<'_>, account: &str, name: &str, id: &str) -> Answer {
    end(call, account, name, id, ReportState::Aborted)
}

fn end(call: &mut Call<'_>, account: &str, name: &str, id: &str, state: ReportState) -> Answer {
    allowed(call, account, name)?;
    let id: i64 = id.parse().map_err(|_| refusal::not_found())?;
    let report = call.world.reports.get_mut(&id).filter(|report| report.state != ReportState::Deleted);
    let report = report.ok_or_else(refusal::not_found)?;
    report.state = state;
    let report = call.world.reports.get(&id).ok_or_else(refusal::not_found)?;
    Ok(Reply::json(200, &report_json(call, report)))
}

fn allowed(call: &Call<'_>, account: &str, name: &str) -> Result<i64, Reply> {
    let account_id = call.account(account)?;
    call.require("read_reports")?;
    if OFFERED.iter().any(|(offered, _)| *offered == name) { Ok(account_id) } else { Err(refusal::not_found()) }
}

/// Report JSON: progress is 100 on error too, so only the status says how it ended.
fn report_json(call: &Call<'_>, report: &Report) -> Value {
    let origin = call.request.origin();
    let done = if report.state.is_open() { 0 } else { 100 };
    let began = report.started_at.unwrap_or(report.created_at);
    let took = report.ended_at.unwrap_or(call.now).duration_since(began);
    let mut fields = json!({
        "id": report.id, "report": report.name, "progress": done, "parameters": report.parameters,
        "current_line": report.ended_at.map(|_| 1), "status": report.state.word(),
        "created_at": moment(Some(report.created_at)), "started_at": moment(report.started_at),
        "ended_at": moment(report.ended_at), "run_time": took.as_secs_f64(), "file_url": null,
        "message": report.message, "user": user_json(call, report.user_id),
    });
    if let Some(file) = file_of(call.world, report) {
        let file_id = report.id;
        fields["file_url"] = json!(format!("{origin}/accounts/{}/files/{file_id}/download", report.account_id));
        fields["attachment"] = json!({
            "id": file_id, "filename": file.filename, "display_name": file.filename, "size": file.bytes.len(),
            "content-type": file.content_type, "folder_id": report.account_id, "locked": false, "hidden": false,
            "url": format!("{origin}/files/{file_id}/download?download_frd=1&verifier={}", verifier(call.file_secret, report)),
        });
    }
    fields
}

/// Who started it.
fn user_json(call: &Call<'_>, user_id: i64) -> Value {
    let name = call.world.user(user_id).map(|user| user.name.as_str());
    json!({ "id": user_id, "display_name": name, "html_url": format!("{}/about/{user_id}", call.request.origin()) })
}

/// The file of a report. A deleted one is still named, and can be downloaded no more.
fn file_of(world: &World, report: &Report) -> Option<ReportFile> {
    let rebuilt = || world.rebuilt_report_file(report);
    report.file.clone().or_else(|| (report.state == ReportState::Complete).then(rebuilt).flatten())
}

/// What stands in a file's address in the place of a token.
fn verifier(secret: &str, report: &Report) -> String {
    let digest = Sha256::digest(format!("{secret} {} {}", report.id, report.created_at));
    let number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    format!("{number:032x}")
}

/// Downloads: a redirect, and then the file from another place, where no token belongs. The verifier is all they need;
/// without it, the first place asks for a login, as it asks browsers, and the second refuses, as a store of files does.
pub(crate) fn storage(world: &World, request: &Request, secret: &str) -> Option<Reply> {
    let segments: Vec<String> = request.path().trim_start_matches('/').split('/').map(decode).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (id, stored) = match segments.as_slice() {
        ["files", id, "download"] | ["accounts", _, "files", id, "download"] => (id, false),
        ["storage", id, _] => (id, true),
        _ => return None,
    };
    let report = id.parse().ok().and_then(|id: i64| world.reports.get(&id));
    let report = report.filter(|report| report.state == ReportState::Complete);
    let Some((report, file)) = report.and_then(|report| Some((report, file_of(world, report)?))) else {
        return Some(refusal::not_found());
    };
    let verifier = verifier(secret, report);
    let sent = pairs(request.query()).into_iter().find(|(name, _)| name == "verifier");
    let is_known = sent.is_some_and(|(_, sent)| sent == verifier);
    let redirect = |place: String| Reply { status: 302, ..Reply::default() }.with_header("location", place);
    let origin = request.origin();
    Some(match (stored, is_known) {
        (false, true) => redirect(format!("{origin}/storage/{id}/{}?verifier={verifier}", encode(&file.filename))),
        (false, false) => redirect(format!("{origin}/login")),
        (true, true) => {
            Reply { status: 200, headers: Vec::new(), body: file.bytes }.with_header("content-type", file.content_type)
        }
        (true, false) => Reply { status: 403, ..Reply::default() },
    })
}
