//! What the program says of plans and runs afterwards: what drifted, what was overwritten, what was held back, and what
//! it refuses before it asks; from the command line, judged from Canvas's own world.

use std::fmt::Write as _;

use gradepush::sandbox::{Event, Fault, Faults, Moment, Options, Rule, What};
use serde_json::json;

use crate::common::{Home, Hosted, Row, term};

/// When a teacher grades; in New York it is the evening before.
const GRADED_AT: &str = "2026-11-24T00:07:46Z";
const GRADED_AT_THERE: &str = "2026-11-23 19:07:46 -0500";

/// Two courses with two columns of seven students each, a teacher, and a sheet `scores.csv`; times are New York's.
fn stage(options: impl FnOnce(&[Row], i64) -> Options) -> (Hosted, Vec<Row>, i64) {
    let (mut world, sheet, rows) = term(2, 7);
    let teacher = world.add_user("Terry Teacher");
    let options = options(&rows, teacher);
    let canvas = Hosted::of(world, options);
    canvas.home.run(&["connector", "edit", "Tegrity", "--time-zone", "America/New_York"]).succeeds();
    canvas.home.write("scores.csv", &sheet);
    (canvas, rows, teacher)
}

fn pushed() -> (Hosted, Vec<Row>, i64) {
    let staged = stage(|_, _| Options::default());
    staged.0.home.run(&["push", "scores.csv", "--yes"]).succeeds();
    staged
}

/// A teacher enters 63 in the gradebook.
fn regrade(canvas: &Hosted, row: &Row, teacher: i64) {
    canvas.sandbox.world(|world| {
        let assignments = world.assignments_of(row.course);
        let (assignment, _) = assignments.iter().find(|(_, name)| *name == row.title).expect("the column");
        world.set_grade((row.course, *assignment, row.user), Some("63"), teacher, GRADED_AT.parse().expect("a time"));
    });
}

#[test]
fn drift_is_named_by_line_grader_and_local_time_and_its_grades_only_where_they_may_be_shown() {
    let (canvas, rows, teacher) = pushed();
    regrade(&canvas, &rows[2], teacher);
    let told = canvas.home.run(&["verify", "R1"]).ends_with(6).stdout;
    assert!(told.contains("28 cells checked, 27 holding, 1 drifted, 0 unreadable"), "{told}");
    let line = told.lines().last().expect("the cell");
    assert!(line.contains("scores.csv:4") && line.contains(&format!("by user {teacher}")), "{told}");
    assert!(line.contains(GRADED_AT_THERE) && !line.contains("63") && !line.contains("Student"), "{told}");
    let told = canvas.home.run(&["verify", "R1", "--cells"]).ends_with(6).stdout;
    assert!(told.contains("(s0.1)") && told.contains("3 → 63"), "{told}");
    let result = canvas.home.run(&["verify", "R1", "--json"]).ends_with(6).result();
    let drift = &result["drift"][0];
    assert_eq!((&result["drifted"], &drift["sources"]), (&json!(1), &json!([{"file": "scores.csv", "line": 4}])));
    assert_eq!((&drift["course"], &drift["student"]), (&json!(rows[2].course), &json!(rows[2].user)), "{result}");
    assert_eq!((&drift["grader"], &drift["graded_at"]), (&json!(teacher), &json!(GRADED_AT)), "{result}");
    assert!(drift["wrote"].is_null() && drift["now"].is_null(), "{result}");
    let result = canvas.home.run(&["verify", "R1", "--json", "--cells"]).ends_with(6).result();
    assert_eq!((&result["drift"][0]["wrote"], &result["drift"][0]["now"]), (&json!("3"), &json!("63")), "{result}");
}

#[test]
fn a_long_list_of_drift_is_cut_for_people_and_whole_for_machines() {
    let (canvas, rows, teacher) = pushed();
    for row in &rows {
        regrade(&canvas, row, teacher);
    }
    let told = canvas.home.run(&["verify", "R1"]).ends_with(6).stdout;
    assert!(told.contains("28 drifted") && told.contains("  and 4 more; --json has them all"), "{told}");
    assert_eq!(told.lines().count(), 26, "{told}");
    let result = canvas.home.run(&["verify", "R1", "--json"]).ends_with(6).result();
    assert_eq!(result["drift"].as_array().map(Vec::len), Some(28), "{result}");
}

#[test]
fn verification_of_a_canvas_that_is_down_says_so() {
    let home = Home::new();
    let served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    home.write(
        "scores.csv",
        "course_id,assignment_title,score_possible,user_id,score_received\nBIO-101-F26,Week 1,10,ademir1,4\n",
    );
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    drop(served);
    let ran = home.run(&["verify", "R1"]).ends_with(8);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("refuses connections"), "{}", ran.all());
}

#[test]
fn a_grade_that_was_overwritten_is_told_only_where_grades_may_be_shown() {
    let (canvas, ..) = stage(|rows, teacher| {
        let what = What::Grade {
            course: rows[0].course.to_string(),
            assignment: rows[0].title.clone(),
            user: rows[0].user.to_string(),
            grade: "63".to_owned(),
            grader: teacher.to_string(),
        };
        let faults = Faults { events: vec![Event { moment: Moment::FirstWrite, what }], ..Faults::default() };
        Options { faults, ..Options::default() }
    });
    let sheet = fs_err::read_to_string(canvas.home.path("scores.csv")).expect("the sheet");
    let old_column: String =
        sheet.lines().filter(|line| !line.contains("Lecture 1")).flat_map(|line| [line, "\n"]).collect();
    canvas.home.write("scores.csv", &old_column);
    let ran = canvas.home.run(&["push", "scores.csv", "--yes"]).succeeds();
    assert!(ran.stdout.contains("overwrote what somebody entered meanwhile"), "{}", ran.all());
    assert!(!ran.stdout.contains("63"), "{}", ran.all());
    let shown = canvas.home.run(&["show", "R1", "--cells", "--html", "run.html"]).succeeds().stdout;
    assert!(shown.contains("overwrote 63 that Terry Teacher entered meanwhile at 20"), "{shown}");
    let html = fs_err::read_to_string(canvas.home.path("run.html")).expect("the page");
    assert!(html.contains("overwrote-edit"), "it stands among the findings");
    let summary = canvas.home.run(&["show", "R1", "--summary"]).succeeds().stdout;
    assert!(summary.contains("warning  overwrote-edit: 1 cell"), "{summary}");
    let lost = html.split("replaced 63 by <bdi>Terry Teacher</bdi> of ").nth(1).expect("the edit");
    let time = lost.split("</b>").next().expect("its time");
    assert!(time.ends_with("-0500") || time.ends_with("-0400"), "{time}");
}

#[test]
fn a_run_says_what_its_plan_had_held_back() {
    let (canvas, rows, teacher) = stage(|_, _| Options::default());
    regrade(&canvas, &rows[2], teacher);
    let mut sheet = fs_err::read_to_string(canvas.home.path("scores.csv")).expect("the sheet");
    writeln!(sheet, "C-0,k0,Lecture 0,100,nobody,5,").expect("writing to a string cannot fail");
    canvas.home.write("scores.csv", &sheet);
    let ran = canvas.home.run(&["push", "scores.csv", "--yes"]).ends_with(4);
    let line = "Of plan P1, 1 conflict held, 1 row unresolved: `gradepush show P1` lists them.";
    assert!(ran.stdout.contains("27 of 27 written") && ran.stdout.contains(line), "{}", ran.all());
    assert!(canvas.home.run(&["show", "R1"]).succeeds().stdout.contains(line));
}

#[test]
fn what_a_plan_found_is_in_the_results_of_its_run_too() {
    let (canvas, rows, teacher) = stage(|_, _| Options::default());
    regrade(&canvas, &rows[0], teacher);
    let home = &canvas.home;
    let planned = home.run(&["plan", "scores.csv", "--json"]).ends_with(5).result();
    let pushed = home.run(&["push", "P1", "--yes", "--json"]).ends_with(5).result();
    let shown = home.run(&["show", "R1", "--json"]).succeeds().result();
    let has = |result: &serde_json::Value, code: &str| {
        result["findings"].as_array().is_some_and(|all| all.iter().any(|finding| finding["code"] == code))
    };
    assert!(has(&planned, "grade-by-other"), "{planned}");
    for result in [&pushed, &shown] {
        for key in ["findings", "findings_total"] {
            assert_eq!(result[key], planned[key], "{result}");
        }
    }
    let nothing = home.run(&["push", "scores.csv", "--yes", "--json"]).ends_with(5).result();
    assert!(nothing["run"].is_null() && has(&nothing, "grade-by-other"), "{nothing}");
}

#[test]
fn what_is_left_of_a_run_is_planned_again_as_it_was_sent() {
    let (canvas, rows, teacher) = stage(|_, _| Options::default());
    let row = rows.iter().find(|row| !row.comment.is_empty() && row.title == "Lecture 0").expect("one with a comment");
    regrade(&canvas, row, teacher);
    canvas.home.run(&["push", "scores.csv", "--yes"]).ends_with(5);
    let failed = canvas.home.run(&["show", "R1", "--failed"]).succeeds().stdout;
    let lines: Vec<&str> = failed.lines().collect();
    assert!(lines.len() == 2 && lines[1].contains(&row.comment), "{failed}");
    canvas.home.write("failed.csv", &failed);
    let plan = canvas.home.run(&["plan", "failed.csv", "--json"]).ends_with(5).result();
    assert_eq!(plan["counts"]["conflict"], 1, "{plan}");
    let codes: Vec<&str> =
        plan["findings"].as_array().expect("a list").iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(!codes.contains(&"sheet-shrunk"), "{codes:?}");
}

/// What comes right before the question, and right before a push.
const ASKS: &str = "through connector";

#[test]
fn what_cannot_be_executed_is_refused_before_the_question() {
    let (canvas, ..) = pushed();
    let home = &canvas.home;
    let token = home.path("token").display().to_string();
    let address = home.run(&["connector", "show", "Tegrity", "--json"]).succeeds().result();
    let address = address["connector"]["canvas"].as_str().or(address["canvas"].as_str()).expect("its address");
    let origins = ["--user-id-origin", "login", "--course-id-origin", "sis"];
    let add = ["connector", "add", "Other", "--canvas", address, "--token-file", &token];
    home.run(&[&add[..], &origins[..]].concat()).succeeds();
    home.run(&["plan", "scores.csv", "--connector", "Tegrity"]).succeeds();
    for (arguments, words) in [
        (&["push", "P1", "--yes", "--connector", "Tegrity"][..], "P1 was already executed by R1"),
        (&["push", "P2", "--yes", "--connector", "Other"], "P2 was made for Tegrity at"),
        (&["retry", "R1", "--yes", "--connector", "Other"], "P1 was made for Tegrity at"),
    ] {
        let ran = home.run(arguments).ends_with(2);
        assert!(ran.stderr.contains(words) && !ran.stderr.contains(ASKS), "{arguments:?}: {}", ran.all());
    }
    home.run(&["undo", "R1", "--yes", "--connector", "Tegrity"]).succeeds();
    let ran = home.run(&["retry", "R1", "--yes", "--connector", "Tegrity"]).ends_with(2);
    assert!(ran.stderr.contains("R1 was undone by R2") && !ran.stderr.contains(ASKS), "{}", ran.all());
}

#[test]
fn without_a_terminal_push_names_what_it_lacks() {
    let (canvas, ..) = stage(|_, _| Options::default());
    canvas.home.run(&["plan", "scores.csv"]).succeeds();
    for (arguments, needs) in [
        (&["push", "P1"][..], "needs --yes\n"),
        (&["push", "--yes"], "needs an explicit plan or file\n"),
        (&["push"], "needs --yes and an explicit plan or file\n"),
    ] {
        let ran = canvas.home.run(arguments).ends_with(2);
        assert!(ran.stderr.contains(needs), "{arguments:?}: {}", ran.all());
    }
}

#[test]
fn undo_names_no_flags_that_it_does_not_have() {
    let (canvas, rows, teacher) = pushed();
    regrade(&canvas, &rows[2], teacher);
    let ran = canvas.home.run(&["undo", "R1", "--dry-run", "--cells"]).ends_with(5);
    assert!(ran.stdout.contains("edited-in-canvas") && !ran.stdout.contains("--on-conflict"), "{}", ran.all());
    assert!(ran.stdout.contains("`gradepush show P2 --csv FILE` has them all"), "{}", ran.all());
    let result = canvas.home.run(&["undo", "R1", "--dry-run", "--json"]).ends_with(5);
    assert!(!result.stdout.contains("--on-conflict"), "{}", result.all());
}

#[test]
fn a_token_that_is_revoked_meanwhile_is_to_be_replaced() {
    let event = Event { moment: Moment::FirstWrite, what: What::RevokeToken };
    let (canvas, ..) =
        stage(|_, _| Options { faults: Faults { events: vec![event], ..Faults::default() }, ..Options::default() });
    let ran = canvas.home.run(&["push", "scores.csv", "--yes"]).ends_with(7);
    assert!(
        ran.stderr.contains("make a new one in Canvas") && ran.stdout.contains("gradepush retry R1"),
        "{}",
        ran.all()
    );
}

#[test]
fn a_push_with_nothing_to_write_makes_no_run_and_verify_takes_the_one_that_wrote() {
    let (canvas, rows, teacher) = pushed();
    let home = &canvas.home;
    for (arguments, code) in [(&["push", "scores.csv", "--yes"][..], 0), (&["push", "P2", "--yes"], 0)] {
        let ran = home.run(arguments).ends_with(code);
        assert!(ran.stdout.contains("Nothing to write: no run of P2 was made."), "{}", ran.all());
        assert!(!ran.all().contains("R2") && !ran.stderr.contains(ASKS), "{}", ran.all());
    }
    let result = home.run(&["push", "P2", "--yes", "--json"]).succeeds().result();
    assert!(result["run"].is_null() && result["plan"] == "P2" && result["counts"]["planned"] == 0, "{result}");
    regrade(&canvas, &rows[2], teacher);
    let result = home.run(&["push", "scores.csv", "--yes", "--json"]).ends_with(5).result();
    assert!(result["run"].is_null() && result["plan_counts"]["conflict"] == 1, "{result}");
    let runs = home.run(&["runs", "--json"]).succeeds().stdout;
    assert!(runs.contains("R1") && !runs.contains("R2"), "{runs}");
    let told = home.run(&["verify", "--cells"]).ends_with(6).stdout;
    assert!(told.contains("Run R1: 28 cells checked, 27 holding, 1 drifted"), "{told}");
    assert!(told.contains("by Terry Teacher") && !told.contains(&format!("user {teacher}")), "{told}");
}

#[test]
fn an_undo_with_nothing_left_to_do_makes_no_run() {
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    let header = "course_id,assignment_title,score_possible,user_id,score_received,comment";
    home.write("scores.csv", &format!("{header}\nBIO-101-F26,Week 1,10,ademir1,4,well done\n"));
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    let undo = ["undo", "R1", "--yes", "--delete-comments", "--json"];
    let first = home.run(&undo).succeeds().result();
    assert_eq!((&first["run"], &first["comments"]["deleted"]), (&json!("R2"), &json!(1)), "{first}");
    let second = home.run(&undo).succeeds().result();
    assert!(second["run"].is_null() && second["counts"]["planned"] == 0, "{second}");
    let runs = home.run(&["runs", "--json"]).succeeds().stdout;
    assert!(runs.contains("R2") && !runs.contains("R3"), "{runs}");
}

#[test]
fn an_undo_says_how_many_columns_went_and_why_one_stays() {
    let (canvas, rows, teacher) = pushed();
    let graded = rows.iter().find(|row| row.title == "Lecture 1").expect("a new column");
    regrade(&canvas, graded, teacher);
    let ran = canvas.home.run(&["undo", "R1", "--delete-created", "--yes"]).ends_with(4);
    let line = "Of the 2 assignments that R1 created, 1 was deleted and 1 was kept: it holds 1 grade.";
    assert!(ran.stdout.contains(line), "{}", ran.all());
    let result = canvas.home.run(&["show", "R2", "--json"]).succeeds().result();
    let kept: Vec<&serde_json::Value> =
        result["columns"].as_array().expect("columns").iter().filter(|column| column["deleted"] == false).collect();
    assert_eq!((kept.len(), &kept[0]["reason"]), (1, &json!("it holds 1 grade")), "{result}");
    assert_eq!(
        (&result["assignments"]["deleted"], &result["assignments"]["failed"]),
        (&json!(1), &json!(1)),
        "{result}"
    );
}

#[test]
fn a_reason_that_many_cells_share_is_said_once() {
    let (canvas, ..) = pushed();
    let told = canvas.home.run(&["undo", "R1", "--dry-run", "--cells"]).succeeds().stdout;
    assert_eq!(told.matches("gets its earlier value back").count(), 1, "{told}");
    assert!(told.contains("  (a) gets its earlier value back, except what Canvas keeps: "), "{told}");
    assert_eq!(told.lines().filter(|line| line.contains("(a)")).count(), 25, "{told}");
}

#[test]
fn one_person_of_a_run_is_shown_with_every_cell() {
    let (canvas, ..) = pushed();
    let ask = ["show", "R1", "--user", "s0.1"];
    let told = canvas.home.run(&[&ask[..], &["--cells"]].concat()).succeeds().stdout;
    assert!(told.starts_with("Run R1 of plan P1, only user s0.1 (2 of 28 planned cells): 2 of 2 written."), "{told}");
    for (title, value) in [("Lecture 0", "– → 3"), ("Lecture 1", "– → 4")] {
        let line = told.lines().find(|line| line.contains(title)).unwrap_or_else(|| panic!("{told}"));
        assert!(line.starts_with("written") && line.contains("(s0.1)") && line.contains(value), "{told}");
    }
    let told = canvas.home.run(&ask).succeeds().stdout;
    assert!(told.contains("only 1 person (2 of 28 planned cells)") && !told.contains("s0.1"), "{told}");
    assert!(told.lines().filter(|line| line.starts_with("written")).count() == 2 && !told.contains("→"), "{told}");
}

#[test]
fn verification_of_a_run_that_was_cut_short_is_not_all_well() {
    let (canvas, ..) = stage(|_, _| Options::default());
    canvas.home.run(&["push", "scores.csv", "--first", "1", "--yes"]).ends_with(4);
    let ran = canvas.home.run(&["verify"]).ends_with(4);
    assert!(ran.stdout.contains("Run R1: 14 cells checked, 14 holding, 0 drifted"), "{}", ran.all());
    assert!(ran.stdout.contains("14 more were not sent; `gradepush retry R1` sends what is left."), "{}", ran.all());
    let result = canvas.home.run(&["verify", "--json"]).ends_with(4).result();
    assert_eq!((&result["pending"], &result["unknown"]), (&json!(14), &json!(0)), "{result}");
    let ran = canvas.home.run(&["verify", "R1", "--user", "s0.1"]).succeeds();
    assert!(ran.stdout.starts_with("Run R1, only 1 person: 2 cells checked, 2 holding"), "{}", ran.all());
    canvas.home.run(&["retry", "R1", "--yes"]).succeeds();
    canvas.home.run(&["verify"]).succeeds();
}

#[test]
fn what_an_attempt_found_is_told_when_it_ends() {
    let refused = Rule::new("GET", "/api/v1/audit/grade_change", Fault::Status { code: 403, executed: false });
    let faults = Faults { rules: vec![refused], ..Faults::default() };
    let (canvas, ..) = stage(|_, _| Options { faults, ..Options::default() });
    let ran = canvas.home.run(&["push", "scores.csv", "--yes"]).succeeds();
    let after = ran.stdout.split("Run R1 of plan P1").nth(1).unwrap_or_default();
    assert!(after.contains("? change-log-unread (warning)"), "{}", ran.all());
}

#[test]
fn an_undo_that_wrote_nothing_is_not_said_to_bring_anything_back() {
    let (world, sheet, _) = term(1, 2);
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    home.write("scores.csv", &sheet);
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    canvas.let_time_pass();
    home.run(&["undo", "R1", "--yes"]).succeeds();
    let brought_back = home.run(&["undo", "R1", "--yes"]).ends_with(2);
    assert!(brought_back.stderr.contains("`gradepush undo` of that run brings it back"), "{}", brought_back.all());
    let ran = home.run(&["undo", "R1", "--delete-created", "--yes", "--json"]);
    assert_eq!(ran.result()["counts"]["written"], 0, "{}", ran.all());
    let gone = home.run(&["undo", "R1", "--yes"]).ends_with(2);
    assert!(gone.stderr.contains("no undo brings anything back"), "{}", gone.all());
}
