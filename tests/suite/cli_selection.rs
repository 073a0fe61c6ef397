//! `--course`, `--except-course`, `--assignment`, `--user` on stored plans and runs, from the command line.

use serde_json::Value;

use crate::common::{Home, Served};

/// Two courses of the demo world, two columns in one of them, three students each.
const SCORES: &str = "\
course_id,assignment_id,assignment_title,score_possible,user_id,score_received
BIO-101-F26,a1,Week 1,10,ademir1,1
BIO-101-F26,a1,Week 1,10,adiallo1,2
BIO-101-F26,a1,Week 1,10,aelsayed2,3
BIO-101-F26,a2,Week 2,10,ademir1,4
BIO-101-F26,a2,Week 2,10,adiallo1,5
STAT-150-F26,b1,Quiz 1,10,aadeyemi1,6
STAT-150-F26,b1,Quiz 1,10,amacleod1,7
STAT-150-F26,b1,Quiz 1,10,cberzins1,8
";

/// A home in which `P1` plans all of [`SCORES`].
fn planned() -> (Home, Served) {
    let home = Home::new();
    let served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    home.write("scores.csv", SCORES);
    let plan = home.run(&["plan", "scores.csv", "--json"]).succeeds().result();
    assert_eq!((plan["plan"].as_str(), plan["counts"]["set"].as_u64()), (Some("P1"), Some(8)), "{plan}");
    (home, served)
}

fn text<'a>(result: &'a Value, key: &str) -> &'a str {
    result[key].as_str().unwrap_or_else(|| panic!("{key} is text in {result}"))
}

fn counts(result: &Value, of: &str, keys: [&str; 3]) -> [u64; 3] {
    keys.map(|key| result[of][key].as_u64().unwrap_or_else(|| panic!("{of}.{key} in {result}")))
}

#[test]
fn a_part_of_a_plan_is_shown_with_its_own_counts() {
    let (home, _served) = planned();
    let shown = home.run(&["show", "P1", "--course", "BIO-101-F26", "--json"]).succeeds();
    assert!(shown.stderr.contains("only course BIO-101-F26: General Biology I"), "{}", shown.stderr);
    let part = shown.result();
    assert_eq!(text(&part, "plan"), "P1");
    assert_eq!(counts(&part, "plan_counts", ["rows", "set", "create_assignments"]), [5, 5, 2]);
    for same in ["sis:BIO-101-F26", "internal:1201"] {
        let again = home.run(&["show", "P1", "--course", same, "--json"]).succeeds().result();
        assert_eq!(again["plan_counts"], part["plan_counts"], "{same}");
    }
    let cell = ["show", "P1", "--assignment", "Week 1", "--user", "adiallo1", "--json"];
    let one = home.run(&cell).succeeds().result();
    assert_eq!(counts(&one, "plan_counts", ["rows", "set", "create_assignments"]), [1, 1, 1]);
    let rest = home.run(&["show", "P1", "--except-course", "BIO-101-F26", "--json"]).succeeds().result();
    assert_eq!(counts(&rest, "plan_counts", ["rows", "set", "create_assignments"]), [3, 3, 1]);
}

#[test]
fn a_pushed_part_leaves_the_rest_and_the_whole_plan_is_superseded() {
    let (home, _served) = planned();
    let pushed = home.run(&["push", "P1", "--course", "STAT-150-F26", "--yes", "--json"]).succeeds().result();
    assert_eq!(text(&pushed, "plan"), "P2");
    assert_eq!(counts(&pushed, "counts", ["planned", "written", "pending"]), [3, 3, 0]);
    // The same part by another name is the same plan.
    for same in ["STAT-150-F26", "sis:STAT-150-F26"] {
        let ran = home.run(&["push", "P1", "--course", same, "--yes"]).ends_with(2);
        assert!(ran.stderr.contains("P2 was already executed by R1"), "{}", ran.all());
    }
    assert_ne!(
        text(&home.run(&["show", "P2", "--json"]).succeeds().result(), "digest"),
        text(&home.run(&["show", "P1", "--json"]).succeeds().result(), "digest"),
    );
    home.run(&["push", "P1", "--yes"]).ends_with(3);
    let rest = home.run(&["push", "P1", "--except-course", "STAT-150-F26", "--yes", "--json"]).succeeds().result();
    assert_eq!(counts(&rest, "counts", ["planned", "written", "pending"]), [5, 5, 0]);
    let again = home.run(&["plan", "scores.csv", "--json"]).succeeds().result();
    assert_eq!(counts(&again, "counts", ["unchanged", "set", "create_assignments"]), [8, 0, 0]);
}

#[test]
fn a_part_is_as_old_and_as_executed_as_its_whole() {
    let (home, _served) = planned();
    home.run(&["plan", "scores.csv"]).succeeds();
    home.run(&["push", "P2", "--course", "STAT-150-F26", "--yes"]).succeeds();
    // P1 compared with what P3, a part of P2, has changed since.
    let ran = home.run(&["push", "P1", "--course", "STAT-150-F26", "--yes"]).ends_with(3);
    assert!(ran.stderr.contains("plan-superseded"), "{}", ran.all());
    home.run(&["plan", "scores.csv"]).succeeds();
    home.run(&["push", "latest", "--yes"]).succeeds();
    let result = home.run(&["undo", "R2", "--yes", "--json"]).succeeds().result();
    let undo = text(&result, "plan");
    let part = home.run(&["push", undo, "--except-course", "BIO-101-F26", "--yes"]).ends_with(2);
    assert!(part.stderr.contains(&format!("{undo} was already executed by R3")), "{}", part.all());
}

#[test]
fn parts_of_an_undo_stand_below_it() {
    let (home, _served) = planned();
    home.run(&["push", "P1", "--yes"]).succeeds();
    home.run(&["undo", "R1", "--dry-run"]).succeeds();
    home.run(&["push", "P2", "--course", "STAT-150-F26", "--yes"]).succeeds();
    let runs = home.run(&["runs", "--json"]).succeeds().result();
    let part = runs["plans"].as_array().and_then(|plans| plans.iter().find(|plan| plan["plan"] == "P3"));
    let part = part.unwrap_or_else(|| panic!("{runs}"));
    assert_eq!((text(part, "part_of"), text(part, "kind")), ("P2", "undo of R1"));
    home.run(&["push", "P2", "--except-course", "STAT-150-F26", "--yes"]).succeeds();
    assert!(home.run(&["push", "P2", "--yes"]).ends_with(3).all().contains("plan-superseded"));
}

#[test]
fn a_part_of_a_run_is_shown_retried_verified_and_taken_back() {
    let (home, _served) = planned();
    let run = home.run(&["push", "P1", "--first", "1", "--yes", "--json"]).ends_with(4).result();
    assert_eq!(counts(&run, "counts", ["planned", "written", "pending"]), [8, 5, 3]);
    let other = ["R1", "--course", "STAT-150-F26"];
    let on = |command: &str, more: &[&str]| home.run(&[&[command], &other[..], &["--json"], more].concat());
    let left = on("retry", &["--dry-run"]).ends_with(4).result();
    assert_eq!(counts(&left, "counts", ["planned", "written", "pending"]), [3, 0, 3]);
    let done = home.run(&["retry", "R1", "--course", "BIO-101-F26", "--yes", "--json"]).ends_with(4).result();
    assert_eq!(counts(&done, "counts", ["planned", "written", "pending"]), [8, 5, 3], "what is not selected stays");
    let done = on("retry", &["--yes"]).succeeds().result();
    assert_eq!(counts(&done, "counts", ["planned", "written", "pending"]), [8, 8, 0]);
    let shown = on("show", &[]).succeeds().result();
    assert_eq!(counts(&shown, "counts", ["planned", "written", "pending"]), [3, 3, 0]);
    let verified = on("verify", &[]).succeeds().result();
    assert_eq!((verified["checked"].as_u64(), verified["holding"].as_u64()), (Some(3), Some(3)), "{verified}");
    let preview = home.run(&[&["undo"], &other[..], &["--delete-created", "--dry-run"]].concat());
    let words = "It deletes the assignment that the run created (1), unless somebody else used them since.";
    assert!(preview.stdout.contains(words), "{}", preview.all());
    let undone = on("undo", &["--delete-created", "--yes"]).succeeds().result();
    assert_eq!(counts(&undone, "plan_counts", ["rows", "clear", "blocked"]), [3, 3, 0]);
    assert_eq!(counts(&undone, "assignments", ["created", "deleted", "failed"]), [0, 1, 0], "one column of three");
    let verified = on("verify", &[]).succeeds().result();
    let counted = ["checked", "drifted", "taken_back"].map(|count| verified[count].as_u64());
    assert_eq!(counted, [Some(0), Some(0), Some(3)], "what our own undo took back is no drift: {verified}");
    let shown = home.run(&["show", "R2", "--json"]).succeeds().result();
    assert_eq!(shown["assignments"], undone["assignments"], "one count for every output");
    home.run(&["retry", "R1", "--yes"]).succeeds();
    let kept = home.run(&["verify", "R1", "--course", "BIO-101-F26", "--json"]).succeeds().result();
    assert_eq!(kept["holding"].as_u64(), Some(5), "what was not taken back goes on: {kept}");
    let rest = home.run(&["undo", "R1", "--yes", "--json"]).ends_with(0).result();
    assert_eq!(rest["plan_counts"]["clear"].as_u64(), Some(5), "{rest}");
    home.run(&["undo", "R1", "--yes"]).ends_with(2);
}

#[test]
fn a_name_that_nothing_bears_is_refused_before_anything_happens() {
    let (home, _served) = planned();
    for (flag, name) in
        [("--course", "BIO-1O1-F26"), ("--except-course", "NOPE"), ("--assignment", "Week 9"), ("--user", "nobody")]
    {
        for command in [&["show", "P1"][..], &["push", "P1", "--yes"], &["plan", "scores.csv"]] {
            let ran = home.run(&[command, &[flag, name]].concat()).ends_with(2);
            assert!(ran.stderr.contains(&format!("{flag} {name}: there is no such thing here")), "{}", ran.stderr);
        }
    }
    let runs = home.run(&["runs", "--json"]).succeeds().result();
    assert_eq!(runs["plans"].as_array().map(Vec::len), Some(1), "{runs}");
}
