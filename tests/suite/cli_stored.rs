//! What commands say of a stored plan or run: the same as when it ended, and the same where an earlier version stored it.

use gradepush::sandbox::Options;
use rusqlite::Connection;

use crate::common::{Home, Hosted, term};

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
    let earlier = "DROP TABLE part_totals; DROP TABLE record_totals; DROP TABLE looked_up;
        ALTER TABLE cache DROP COLUMN own_courses; PRAGMA user_version = 2;";
    file.execute_batch(earlier).expect("SQL");
    drop(file);
    let then = everything(&home);
    for (now, then) in now.iter().zip(&then) {
        assert_eq!(now, then);
    }
    assert!(now.iter().any(|text| text.contains("conflict")), "there is something to say");
}

#[test]
fn a_stored_undo_shows_the_comments_that_it_deleted() {
    let (world, sheet, _rows) = term(1, 4);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("scores.csv", &sheet);
    canvas.home.run(&["plan", "scores.csv"]).succeeds();
    canvas.home.run(&["push", "P1", "--yes"]).succeeds();
    canvas.let_time_pass();
    let undo = canvas.home.run(&["undo", "R1", "--yes", "--delete-comments", "--json"]).succeeds().result();
    let shown = canvas.home.run(&["show", "R2", "--json"]).succeeds().result();
    assert!(undo["comments"]["deleted"].as_u64() > Some(0), "{undo}");
    assert_eq!(shown["comments"], undo["comments"]);
    assert_eq!(shown["counts"], undo["counts"]);
}
