//! What `latest` means, what an argument may name, and what somebody who is asked is told: nothing is pushed that was
//! not meant.

use serde_json::{Value, json};

use crate::common::{Hosted, Row, term};
use gradepush::sandbox::Options;

/// Two courses with two columns of four students each, and their sheet `scores.csv`.
fn staged() -> (Hosted, Vec<Row>) {
    let (world, sheet, rows) = term(2, 4);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("scores.csv", &sheet);
    (canvas, rows)
}

/// The ids of the plans in the store, newest first.
fn plans(canvas: &Hosted) -> Vec<String> {
    canvas.store().plans(None).expect("plans").iter().map(|plan| plan.id.to_string()).collect()
}

fn shown(canvas: &Hosted, what: &str) -> (Value, Value) {
    let result = canvas.home.run(&["show", what, "--json"]).succeeds().result();
    (result["plan"].clone(), result["run"].clone())
}

fn scores(canvas: &Hosted) -> usize {
    canvas.sandbox.world(|world| world.score_count())
}

#[test]
fn a_dry_run_of_an_undo_is_never_the_latest_plan() {
    let (canvas, rows) = staged();
    let home = &canvas.home;
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    home.run(&["undo", "R1", "--dry-run"]).succeeds();
    let ran = home.run(&["push", "latest", "--yes"]).ends_with(2);
    assert!(ran.stderr.contains("the latest plan, P1, was executed by R1"), "{}", ran.all());
    assert_eq!(scores(&canvas), rows.len(), "nothing was taken back");
    home.run(&["plan", "scores.csv"]).succeeds();
    home.run(&["undo", "R1", "--dry-run"]).succeeds();
    let ran = home.run(&["push", "latest", "--yes"]).succeeds();
    assert!(ran.stdout.contains("Nothing to write: no run of P3 was made."), "{}", ran.all());
    assert_eq!(scores(&canvas), rows.len());
}

#[test]
fn show_latest_is_what_push_latest_would_execute_or_what_came_of_it() {
    let (canvas, _) = staged();
    let home = &canvas.home;
    let none = home.run(&["show", "latest"]).ends_with(2);
    assert!(none.stderr.contains("there is no plan and no run yet"), "{}", none.all());
    home.run(&["plan", "scores.csv"]).succeeds();
    assert_eq!(shown(&canvas, "latest"), (json!("P1"), Value::Null));
    home.run(&["push", "latest", "--yes"]).succeeds();
    assert_eq!(shown(&canvas, "latest"), (json!("P1"), json!("R1")));
    home.run(&["plan", "scores.csv"]).succeeds();
    assert_eq!(shown(&canvas, "latest"), (json!("P2"), Value::Null));
    home.run(&["undo", "R1", "--yes"]).succeeds();
    assert_eq!(shown(&canvas, "latest"), (json!("P3"), json!("R2")), "it came later");
    assert_eq!(shown(&canvas, "latest-plan"), (json!("P2"), Value::Null));
    assert_eq!(shown(&canvas, "latest-run"), (json!("P3"), json!("R2")));
    let ran = home.run(&["push", "latest-plan", "--yes"]).succeeds();
    assert!(ran.stdout.contains("no run of P2 was made"), "{}", ran.all());
}

#[test]
fn looking_at_a_part_stores_nothing_and_says_of_what_it_is_a_part() {
    let (canvas, _) = staged();
    let home = &canvas.home;
    home.run(&["plan", "scores.csv"]).succeeds();
    let part = home.run(&["show", "P1", "--course", "C-0", "--user", "s0.1"]).succeeds();
    let line = part.stdout.lines().next().unwrap_or_default();
    assert!(line.starts_with("Plan P1, only course C-0, 1 person (2 of 16 cells): 2 to set, "), "{}", part.all());
    let part = home.run(&["show", "P1", "--user", "s0.1", "--cells", "--html", "part.html"]).succeeds();
    assert!(part.stdout.starts_with("Plan P1, only user s0.1 (2 of 16 cells): 2 to set, "), "{}", part.all());
    let page = fs_err::read_to_string(home.path("part.html")).expect("the page");
    assert!(page.contains("only user s0.1 (2 of 16 cells)"), "the page says so too");
    let result = home.run(&["show", "P1", "--course", "C-0", "--json"]).succeeds().result();
    assert_eq!((&result["only"], &result["plan_counts"]["set"]), (&json!("only course C-0"), &json!(8)), "{result}");
    let summary = home.run(&["show", "P1", "--user", "s0.1", "--summary"]).succeeds();
    assert!(
        summary.stdout.contains("only 1 person (2 of 16 cells)") && !summary.stdout.contains("s0.1"),
        "{}",
        summary.all()
    );
    assert_eq!(plans(&canvas), ["P1"]);
}

#[test]
fn a_refused_push_of_a_part_leaves_no_plan() {
    let (canvas, rows) = staged();
    let home = &canvas.home;
    home.run(&["plan", "scores.csv"]).succeeds();
    home.run(&["push", "P1", "--course", "C-0", "--yes"]).succeeds();
    let ran = home.run(&["push", "P1", "--user", "s0.1", "--yes"]).ends_with(3);
    assert!(ran.stderr.contains("R1 created columns of P1 after it was made"), "{}", ran.all());
    assert_eq!(plans(&canvas), ["P2", "P1"]);
    // The same part once more is the plan that was executed.
    let ran = home.run(&["push", "P1", "--course", "C-0", "--yes"]).ends_with(2);
    assert!(ran.stderr.contains("P2 was already executed by R1"), "{}", ran.all());
    home.run(&["push", "P1", "--except-course", "C-0", "--yes"]).succeeds();
    assert_eq!((plans(&canvas), scores(&canvas)), (["P4", "P2", "P1"].map(str::to_owned).to_vec(), rows.len()));
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    let whole = home.run(&["plan", "scores.csv", "--json"]).succeeds().result();
    assert_eq!(whole["counts"]["unchanged"], rows.len());
}

#[test]
fn a_push_of_an_undo_says_that_it_takes_a_run_back() {
    let (canvas, _) = staged();
    let home = &canvas.home;
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    home.run(&["undo", "R1", "--dry-run"]).succeeds();
    let ran = home.run(&["push", "P2", "--yes"]).succeeds();
    assert!(ran.stderr.contains("Plan P2, which takes R1 back: "), "the question: {}", ran.all());
    assert!(ran.stdout.contains("Run R2 of plan P2, which takes R1 back: 16 of 16 written."), "{}", ran.all());
    assert_eq!(scores(&canvas), 0);
}

#[test]
fn without_a_terminal_the_first_error_is_that_there_is_no_such_thing() {
    let (canvas, _) = staged();
    let home = &canvas.home;
    let none = home.run(&["retry"]).ends_with(2);
    assert!(none.stderr.contains("there is no run yet"), "{}", none.all());
    home.run(&["push", "scores.csv", "--first", "1", "--yes"]).ends_with(4);
    for (arguments, error) in [
        (&["retry", "R9"][..], "there is no run R9"),
        (&["undo", "R9"], "there is no run R9"),
        (&["verify", "R9"], "there is no run R9"),
        (&["push", "P9"], "there is no plan P9"),
        (&["push", "P1", "P2"], "one plan at a time, and `P2` is no file"),
    ] {
        let ran = home.run(arguments).ends_with(2);
        assert!(ran.stderr.starts_with(&format!("error: {error}")), "{arguments:?}: {}", ran.all());
    }
    let config = home.config().display().to_string();
    for (arguments, hints) in [
        (&["retry"][..], ["gradepush show R1", "gradepush retry R1 --yes"]),
        (&["retry", "R1"], ["gradepush show R1", "gradepush retry R1 --yes"]),
        (&["undo", "R1", "--delete-created"], ["gradepush undo R1 --delete-created --dry-run", "preview"]),
        (&["push", "P1"], ["gradepush show P1", "gradepush push P1 --yes"]),
        (&["push", "scores.csv"], ["gradepush push scores.csv --dry-run", "gradepush push scores.csv --yes"]),
    ] {
        // What was executed is no plan to push; the other words come first.
        let ran = home.run(arguments).ends_with(2);
        for hint in hints {
            assert!(ran.stderr.contains(hint), "{arguments:?}: {}", ran.all());
        }
        let ran = home.run(&[&["--config", &config], arguments].concat()).ends_with(2);
        assert!(ran.stderr.contains("gradepush --config $HOME/"), "{arguments:?}: {}", ran.all());
    }
}

#[cfg(unix)]
#[test]
fn who_answers_no_gets_an_exit_code_of_its_own_and_nothing_is_written() {
    let (canvas, rows) = staged();
    let home = &canvas.home;
    home.run(&["plan", "scores.csv"]).succeeds();
    for (typed, arguments) in
        [("n\n", &["push", "P1"][..]), ("\n", &["push", "latest"]), ("no\n", &["push", "scores.csv"])]
    {
        let ran = home.typing(typed, arguments).ends_with(11);
        assert!(
            ran.stderr.contains("Write this to Canvas?") && ran.stderr.contains("Nothing was written."),
            "{}",
            ran.all()
        );
    }
    assert_eq!(scores(&canvas), 0);
    home.typing("yes\n", &["push", "P1", "--first", "1"]).ends_with(4);
    assert_eq!(scores(&canvas), rows.len() / 2);
    home.typing("n\n", &["retry", "R1"]).ends_with(11);
    let ran = home.typing("n\n", &["undo", "R1"]).ends_with(11);
    assert!(ran.stdout.contains("which takes R1 back"), "{}", ran.all());
    assert_eq!(scores(&canvas), rows.len() / 2);
    let prove = home.typing("n\n", &["connector", "prove", "--course", "C-0"]);
    prove.ends_with(11);
    let result = home.typing("n\n", &["push", "scores.csv", "--json"]).ends_with(11).result();
    assert!(result["run"].is_null() && result["plan"].is_string(), "{result}");
}

#[test]
fn nothing_is_planned_anew_by_the_push_of_a_stored_plan() {
    let (canvas, _) = staged();
    let home = &canvas.home;
    home.run(&["plan", "scores.csv"]).succeeds();
    for flag in [&["--accept", "column-drops"][..], &["--on-conflict", "overwrite"], &["-m", "late"], &["--html", "x"]]
    {
        let ran = home.run(&[&["push", "P1", "--yes"], flag].concat()).ends_with(2);
        assert!(ran.stderr.contains("is for files: a stored plan is pushed as it was shown"), "{}", ran.all());
    }
    assert_eq!(scores(&canvas), 0);
}
