//! The wrong file and the wrong name: last week's scores, an export without rows, a report instead of scores, a key that
//! is bound where another one is.

use gradepush::sandbox::Options;

use crate::common::{Hosted, term};

/// A home with the scores of a course of three students and two columns, and the courses and people in its cache.
fn ready() -> Hosted {
    let (world, sheet, _rows) = term(1, 3);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("scores.csv", &sheet);
    canvas
}

#[test]
fn a_file_without_rows_is_no_success() {
    let canvas = ready();
    let home = &canvas.home;
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    home.write("empty.csv", "course_id,assignment_title,user_id,score_received\n");
    for command in [&["plan"][..], &["push", "--yes"], &["resolve"], &["export"]] {
        let ran = home.run(&[command, &["empty.csv", "--json"]].concat()).ends_with(3);
        let error = &ran.result()["error"];
        assert_eq!(
            (error["code"].as_str(), error["message"].as_str()),
            (Some("no-rows"), Some("empty.csv has no rows"))
        );
    }
}

#[test]
fn a_report_is_not_taken_for_scores() {
    let canvas = ready();
    let home = &canvas.home;
    home.run(&["plan", "scores.csv", "--csv", "cells.csv", "--html", "page.html"]).succeeds();
    for report in ["cells.csv", "page.html"] {
        let ran = home.run(&["plan", report]).ends_with(3);
        assert!(ran.stderr.contains(&format!("{report} is a report of gradepush")), "{}", ran.all());
    }
}

#[test]
fn the_scores_of_last_week_are_known_again() {
    let canvas = ready();
    let home = &canvas.home;
    let path = home.path("scores.csv");
    let old = fs_err::read_to_string(&path).expect("the scores");
    let (head, rows) = old.split_once('\n').expect("a header");
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    // The next week's file: everybody a tenth of a point higher.
    let higher = |row: &str| {
        let (row, comment) = row.rsplit_once(',').expect("a comment at the end");
        let (row, score) = row.rsplit_once(',').expect("a score before it");
        format!("{row},{},{comment}\n", score.parse::<f64>().expect("points") + 0.1)
    };
    home.write("next.csv", &format!("{head}\n{}", rows.lines().map(higher).collect::<String>()));
    home.run(&["push", "next.csv", "--yes"]).succeeds();
    let ran = home.run(&["plan", "scores.csv"]).succeeds();
    assert!(ran.stdout.contains("? scores-superseded (warning): 6 cells"), "{}", ran.all());
    assert!(
        ran.stdout
            .contains("R1 pushed these scores of scores.csv before, and R2 wrote others since, which they replace"),
        "{}",
        ran.all()
    );
    home.run(&["plan", "scores.csv", "--strict"]).ends_with(3);
    let ran = home.run(&["plan", "next.csv"]).succeeds();
    assert!(!ran.stdout.contains("scores-superseded"), "{}", ran.all());
}

#[test]
fn two_keys_write_into_one_assignment_only_if_that_is_meant() {
    let canvas = ready();
    let home = &canvas.home;
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    let bindings = home.run(&["map", "list", "--json"]).succeeds().result();
    let assignment = bindings["bindings"][0]["assignment"].to_string();
    let bind = |more: &[&str]| home.run(&[&["map", "bind", "C-0", "Quiz 1", &assignment, "--by-title"], more].concat());
    let refused = bind(&[]).ends_with(2);
    assert!(refused.stderr.contains("is bound to assignment"), "{}", refused.all());
    bind(&["--shared"]).succeeds();
    let unknown = home.run(&["map", "bind", "C-0", "Quiz 2", "999999", "--by-title"]).ends_with(2);
    assert!(unknown.stderr.contains("has no assignment 999999"), "{}", unknown.all());
}

#[test]
fn a_name_that_is_nearly_right_is_answered_with_the_right_one() {
    let canvas = ready();
    let home = &canvas.home;
    for (flag, name, near) in [("--course", "c-0", "C-0"), ("--assignment", "Lectur 1", "Lecture 1")] {
        let ran = home.run(&["plan", "scores.csv", flag, name]).ends_with(2);
        let words = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&format!("{flag} {name}: there is no such thing here; there is `{near}`")), "{words}");
    }
}
