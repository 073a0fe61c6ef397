//! The HTML report in a real browser: filters, sorting, search, contrast, and nothing that leaves the file.

use std::process::{Command, Output, Stdio};

use gradepush::report::HtmlCells;
use serde_json::{Value, json};

use crate::report_world::{large_plan, replacing_plan, small_plan};

const BROWSERS: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

#[expect(clippy::print_stderr, reason = "who runs the tests must see that this one did not")]
fn browser() -> Option<&'static str> {
    let found = BROWSERS.into_iter().find(|name| {
        let asked = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    });
    if found.is_none() {
        eprintln!("SKIPPED: no Chromium or Chrome is installed, so the report was not opened in a browser");
    }
    found
}

/// Opens a page with the reader's script in it, and returns what the reader saw and what the browser logged.
fn read_in(browser: &str, html: &str, scheme: &[&str]) -> (Value, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = folder.path().join("report.html");
    let reader = format!("<script nonce=\"report\">\n{}</script>\n</head>", include_str!("report_browser.js"));
    assert_eq!(html.matches("</head>").count(), 1);
    fs_err::write(&page, html.replace("</head>", &reader)).expect("a file can be written");
    let Output { stdout, stderr, .. } = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--window-size=1280,900"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .args(scheme)
        .args(["--virtual-time-budget=60000", "--dump-dom"])
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser was found before");
    let dom = String::from_utf8_lossy(&stdout);
    let log =
        String::from_utf8_lossy(&stderr).lines().filter(|line| line.contains("CONSOLE")).collect::<Vec<_>>().join("\n");
    let (_, seen) = dom.split_once("<pre id=\"seen\">").expect("the reader got to its end");
    let (seen, _) = seen.split_once("</pre>").expect("the element is closed");
    let seen = seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    (serde_json::from_str(&seen).expect("the reader writes JSON"), log)
}

#[test]
fn a_reader_filters_sorts_and_searches_a_small_plan() {
    let Some(browser) = browser() else { return };
    let html = small_plan().html(HtmlCells::Auto);
    for (scheme, dark) in
        [(&["--blink-settings=preferredColorScheme=1"], false), (&["--blink-settings=preferredColorScheme=0"], true)]
    {
        let (seen, log) = read_in(browser, &html, scheme);
        assert_eq!(log, "", "the console stays empty");
        let expected = json!({
            "errors": [],
            "violations": [],
            "requests": [],
            "title": "Plan P17 · Tegrity",
            "images": 0,
            "visible": true,
            "dark": dark,
            "count": "12 of 12 rows shown",
            "rows": 12,
            "nameless": 0,
            "faint": [],
            "conflicts": ["conflict"],
            "afterReset": 12,
            "withoutUnchanged": ["blocked", "change", "clear", "conflict", "kept", "set", "unresolved"],
            "courses": ["BIO-101"],
            "fewerAssignments": true,
            "assignment": ["Lecture 3"],
            "found": ["Sørensen,"],
            "noneShown": true,
            "sort": "ascending",
            "ascending": ["0", "4", "5", "6", "7", "8", "8.5", "9", "10", "11", "eight", ""],
            "descending": ["11", "10", "9", "8.5", "8", "7", "6", "5", "4", "0", "eight", ""],
            "ownOrder": true,
            "courseOrder": ["2026S-BTO-101 not identified", "Biology & Life <1>"],
        });
        assert_eq!(seen, expected, "dark: {dark}");
    }
}

#[test]
fn a_reader_finds_a_row_among_fifty_thousand() {
    let Some(browser) = browser() else { return };
    let (seen, log) = read_in(browser, &large_plan(30, 200, 12).html(HtmlCells::Auto), &[]);
    assert_eq!(log, "", "the console stays empty");
    assert_eq!(seen["errors"], json!([]));
    assert_eq!(seen["requests"], json!([]));
    assert_eq!(seen["count"], "50,000 of 50,000 rows shown");
    let found = seen["found"].as_array().expect("a list");
    assert!(!found.is_empty() && found.iter().all(|place| place.as_str().is_some_and(|text| text.contains(":7100"))));
}

#[test]
fn on_a_phone_every_count_is_in_view_and_no_word_is_broken() {
    let Some(browser) = browser() else { return };
    let (seen, log) = read_in(browser, &replacing_plan().html(HtmlCells::Auto), &["--window-size=500,900"]);
    assert_eq!(log, "", "the console stays empty");
    let biology = [
        "4 set",
        "1 change",
        "1 clear",
        "1 conflict",
        "1 blocked",
        "1 unresolved",
        "1 kept",
        "1 unchanged",
        "1 new assignments",
        "11 notifications",
    ];
    let expected = json!({
        "wide": false,
        "broken": [],
        "counts": [json!(biology), json!(["1 unresolved"])],
        "links": 2,
    });
    assert_eq!(seen["phone"], expected);
}
