//! The provisioning report of the sandbox against the one that Canvas wrote.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde_json::{Value, json};

use super::names::pattern;
use super::probe::Probe;
use super::question::{Answer, get, post};
use crate::repository;

/// The rows of the files of a report, by file name; the first row is the header.
pub(super) type Tables = BTreeMap<String, Vec<Vec<String>>>;

pub(super) const REPORTS: &str = "/api/v1/accounts/1/reports/provisioning_csv";

/// Reads the files of a report. `None` when the bytes are no ZIP archive of CSV files.
pub(super) fn tables(archive: &[u8]) -> Option<Tables> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).ok()?;
    let mut tables = Tables::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).ok()?;
        let (name, mut text) = (file.name().ok()?.into_owned(), String::new());
        file.read_to_string(&mut text).ok()?;
        let text = text.trim_start_matches('\u{feff}').as_bytes();
        let rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text).into_records();
        let rows = rows.map(|row| Some(row.ok()?.iter().map(str::to_owned).collect()));
        tables.insert(name, rows.collect::<Option<_>>()?);
    }
    Some(tables)
}

/// A value of a report without what is another at every Canvas: ids and times.
pub(super) fn plain(value: &str) -> String {
    let timeless = pattern(r"^\d{4}-\d\d-\d\d.*").replace(value, "<T>");
    pattern(r"^\d{1,9}$").replace(&timeless, "<n>").into_owned()
}

/// Asks for a report and waits until it is there; the first answer and the last.
pub(super) async fn run(p: &Probe, parameters: &Value) -> (Answer, Answer) {
    let started = p.ask(post(REPORTS, &json!({ "parameters": parameters }))).await;
    let Ok(report) = started.id() else { return (started.clone(), started) };
    let mut last = started.clone();
    for _ in 0..120 {
        last = p.ask(get(format!("{REPORTS}/{report}"))).await;
        if matches!(last.body["status"].as_str(), Some("complete" | "error")) {
            break;
        }
        p.wait(1000);
    }
    (started, last)
}

/// What everybody of the university is asked for.
pub(super) fn everything() -> Value {
    json!({ "users": true, "courses": true, "sections": true, "enrollments": true, "xlist": true,
            "include_deleted": true })
}

/// The rows without ids and times, sorted. The last column of `users.csv` is random.
fn neutral(file: &str, rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let kept = |row: &Vec<String>| row.len() - usize::from(file == "users.csv");
    let plain_row = |row: &Vec<String>| row[..kept(row)].iter().map(|value| plain(value)).collect();
    let mut rows: Vec<Vec<String>> = rows.iter().map(plain_row).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn the_provisioning_report_holds_what_canvas_wrote() {
    let recorded = fs_err::read(repository().join("fixtures/canvas/recorded/provisioning-real.zip")).unwrap();
    let recorded = tables(&recorded).expect("the fixture is an archive of CSV files");
    let probe = Probe::new().await;
    let (_, ended) = run(&probe, &everything()).await;
    let address = ended.body["attachment"]["url"].as_str().expect("a finished report has a file");
    let archive = probe.ask(get(address)).await.raw;
    let sandbox = tables(&archive).expect("an archive of CSV files");
    assert_eq!(sandbox.keys().collect::<Vec<_>>(), recorded.keys().collect::<Vec<_>>());
    for (file, rows) in &recorded {
        assert_eq!(sandbox[file][0], rows[0], "the header of {file}");
        // The laboratory came by SIS import; what was made by hand there is not part of it.
        let by_sis = rows[0].iter().position(|column| column == "created_by_sis");
        let imported = |row: &&Vec<String>| by_sis.is_none_or(|column| row[column] == "true");
        let imported: Vec<Vec<String>> = rows[1..].iter().filter(imported).cloned().collect();
        assert_eq!(neutral(file, &sandbox[file][1..]), neutral(file, &imported), "the rows of {file}");
    }
}
