//! A store that an earlier version wrote: every command says the same of it.

use rusqlite::Connection;

use crate::common::Home;

/// What the commands say, and what they write.
fn everything(home: &Home) -> Vec<String> {
    let mut all = Vec::new();
    for what in ["P1", "P2", "P3", "R1"] {
        for more in [&[][..], &["--json"], &["--json", "--cells"], &["--summary"], &["--failed"], &["-q"]] {
            all.push(run(home, &[&["show", what], more].concat()));
        }
        all.push(run(home, &["show", what, "--csv", "cells.csv", "--html", "page.html"]));
        all.push(fs_err::read_to_string(home.path("cells.csv")).expect("the CSV"));
        all.push(fs_err::read_to_string(home.path("page.html")).expect("the page"));
    }
    all.push(run(home, &["show", "R1", "--course", "BIO-101-F26"]));
    all.push(run(home, &["show", "R1", "--course", "BIO-101-F26", "--json"]));
    all.push(run(home, &["runs"]));
    all.push(run(home, &["runs", "--json"]));
    all.push(run(home, &["retry", "R1", "--dry-run", "--json"]));
    all
}

fn run(home: &Home, arguments: &[&str]) -> String {
    let given = ["--config", "d/config.toml", "--store", "d/store.db"];
    let ran = home.run(&[arguments, &given].concat());
    format!("{arguments:?}: {}\n{}{}", ran.code, ran.stdout, ran.stderr)
}

#[test]
fn reports_of_plans_and_runs_of_an_earlier_version_are_the_same() {
    let home = Home::new();
    home.run(&["demo", "--dir", "d"]).ends_with(4);
    let now = everything(&home);
    let file = Connection::open(home.path("d/store.db")).expect("the store");
    file.execute_batch("DROP TABLE part_totals; DROP TABLE record_totals; PRAGMA user_version = 2;").expect("SQL");
    drop(file);
    let then = everything(&home);
    for (now, then) in now.iter().zip(&then) {
        assert_eq!(now, then);
    }
    assert!(now.iter().any(|text| text.contains("conflict")), "there is something to say");
}
