//! F: provisioning reports.

use serde_json::{Value, json};

use super::names::pattern;
use super::probe::Probe;
use super::provisioning::{REPORTS, everything, plain, run, tables};
use super::question::{Answer, Part, delete, get};
use super::shown::Shown;

pub(super) async fn ask(p: &mut Probe) -> Part {
    let offered = get("/api/v1/accounts/1/reports");
    p.record("F reports offered", offered, Shown::keys(&["report", "title"])).await;
    let (started, last) = run(p, &everything()).await;
    p.keep("F started", &started, &Shown::whole());
    if started.status != 200 {
        return Ok(());
    }
    p.keep("F ended", &last, &Shown::whole());
    if let Some(address) = last.body["attachment"]["url"].as_str() {
        let download = p.ask(get(address)).await;
        note_files(p, &download);
    }
    let terms = [
        ("active terms", "active_terms"),
        ("term by sis id", "sis_term_id:TERM-26F"),
        ("unknown term", "sis_term_id:NOPE"),
    ];
    for (name, term) in terms {
        let parameters = json!({ "users": true, "courses": true, "sections": true, "enrollments": true,
                                 "enrollment_term_id": term });
        let (started, last) = run(p, &parameters).await;
        let keys = Shown::keys(&["status", "report", "error", "errors"]);
        p.keep(&format!("F started of {name}"), &started, &keys);
        if started.status == 200 {
            let texts = [&last.body["parameters"]["extra_text"], &last.body["message"]];
            let message = texts.into_iter().filter_map(Value::as_str).find(|text| !text.is_empty());
            let message = pattern(r"\d{4,}").replace_all(message.unwrap_or_default(), "<n>");
            let message: String = message.chars().take(200).collect();
            p.note(&format!("F ended of {name}"), json!({ "status": last.body["status"], "message": message }));
        }
    }
    p.record("F deleted", delete(format!("{REPORTS}/{}", started.id()?)), Shown::whole()).await;
    Ok(())
}

fn note_files(p: &mut Probe, download: &Answer) {
    let Some(tables) = tables(&download.raw) else {
        p.note("F download", String::from_utf8_lossy(&download.raw).chars().take(200).collect::<String>().into());
        return;
    };
    for (file, rows) in tables {
        p.note(&format!("F {file} header"), rows[0].clone().into());
        p.note(&format!("F {file} rows"), (rows.len() - 1).into());
        let sample = rows[1..].iter().take(3).map(|row| row.iter().map(|value| plain(value)).collect::<Vec<_>>());
        p.note(&format!("F {file} sample"), sample.collect());
    }
}
