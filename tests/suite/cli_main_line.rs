//! The main job from the command line: the demo, the same steps in two terminals, and bad input.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::common::Home;

/// The result lines of machine output.
fn results(stdout: &str) -> Vec<Value> {
    let lines = stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("one JSON object per line"));
    lines.filter(|line| line["type"] == "result").collect()
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("{key} is a number in {value}"))
}

fn sum(value: &Value, keys: &[&str]) -> u64 {
    keys.iter().map(|key| number(value, key)).sum()
}

const CLASSES: [&str; 8] = ["set", "change", "clear", "unchanged", "kept", "conflict", "blocked", "unresolved"];

#[test]
fn the_demo_writes_everything_but_its_deliberately_bad_rows_and_names_each_of_them() {
    let home = Home::new();
    let ran = home.run(&["demo", "--dir", "d"]).ends_with(4);
    let capture = fs_err::read_to_string(home.path("d/capture.jsonl")).expect("the capture");
    let scores = fs_err::read_to_string(home.path("d/scores.csv")).expect("the scores");
    let line_of = |text: &str| {
        let place = scores.lines().position(|line| line.contains(text)).expect(text);
        format!("{}", place + 1)
    };
    let shown = |code: &str, line: &str| {
        let after =
            ran.stdout.split(&format!("! {code} ")).nth(1).or_else(|| ran.stdout.split(&format!("? {code} ")).nth(1));
        let finding = after.and_then(|after| after.split("\n\n").next()).unwrap_or_else(|| panic!("no {code}"));
        assert!(
            finding.contains(&format!("{line}:")) || finding.contains(&format!("{line},")),
            "{code} lacks line {line}: {finding}"
        );
    };
    shown("user-unresolved", &line_of("nobody404"));
    shown("not-enrolled", &line_of("tyilmaz1"));
    shown("course-unresolved", &line_of("HIST-900-F26"));
    shown("over-possible", &line_of("okravchenko1,104"));
    shown("grade-by-other", &line_of("cdlamini1,58"));
    assert!(ran.stdout.contains("evolkova.med and evolkova1 are one person"), "{}", ran.stdout);
    assert!(ran.stderr.contains("d/capture.jsonl:223: the same student and column again"), "{}", ran.stderr);
    assert!(capture.lines().nth(222).is_some_and(|line| line.contains("aibanez1")), "line 223 is the repeat");
    assert!(ran.stdout.contains("The exit code is 4 only because of the"), "{}", ran.stdout);
    for made in ["plan.html", "run.html", "store.db", "config.toml"] {
        assert!(home.path("d").join(made).exists(), "{made}");
    }
}

#[test]
fn every_sum_of_the_machine_output_holds() {
    let ran = Home::new().run(&["demo", "--json"]).ends_with(4);
    let results = results(&ran.stdout);
    let of = |command: &str| -> Vec<&Value> { results.iter().filter(|line| line["command"] == command).collect() };
    let exported = of("export")[0];
    assert_eq!(number(exported, "rows"), sum(exported, &["scores", "items", "skipped"]));
    let resolved = of("resolve")[0];
    assert_eq!(number(resolved, "rows"), sum(resolved, &["resolved", "unresolved", "ambiguous", "ignored"]));
    let plans = of("plan");
    for plan in plans.iter().chain(&of("undo")) {
        let counts = &plan["counts"];
        assert_eq!(sum(counts, &["rows", "absent"]), sum(counts, &["cells", "merged", "ignored"]), "{counts}");
        assert_eq!(number(counts, "cells"), sum(counts, &CLASSES), "{counts}");
    }
    assert_eq!(
        sum(&plans[1]["counts"], &["set", "change", "clear", "create_assignments"]),
        0,
        "nothing is left to write"
    );
    for run in of("push").iter().chain(&of("retry")) {
        let counts = &run["counts"];
        let outcomes = ["written", "already", "held", "rejected", "unknown", "pending"];
        assert_eq!(number(counts, "planned"), sum(counts, &outcomes), "{counts}");
        assert_eq!(number(counts, "planned"), sum(&run["plan_counts"], &["set", "change", "clear"]));
        assert_eq!(number(counts, "written"), number(counts, "planned"), "{counts}");
    }
    let last = ran.result();
    assert_eq!((last["command"].as_str(), last["exit_code"].as_u64()), (Some("demo"), Some(4)));
}

/// A sandbox in another process, stopped at the end.
struct OtherTerminal {
    child: Child,
    address: String,
}

impl OtherTerminal {
    fn start(home: &Home) -> Self {
        let mut command = home.command(&["sandbox", "--world", "demo", "--rows-after", "0", "--addr", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the sandbox starts");
        let mut first = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut first).expect("a line");
        let address = first.trim().strip_prefix("listening on ").expect("its address").to_owned();
        Self { child, address }
    }
}

impl Drop for OtherTerminal {
    fn drop(&mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ends");
    }
}

#[test]
fn the_commands_the_demo_prints_work_one_by_one_in_two_terminals() {
    let home = Home::new();
    let demo = home.run(&["demo", "--dir", "d"]).ends_with(4);
    let sandbox = OtherTerminal::start(&home);
    let printed =
        |start: &'static str| demo.stdout.lines().filter_map(move |line| line.trim_start().strip_prefix(start));
    let exports: Vec<&str> = printed("export ").collect();
    assert_eq!(
        exports[..2],
        ["GRADEPUSH_CONFIG=d/config.toml", "GRADEPUSH_STORE=d/store.db"],
        "what the demo ran with"
    );
    let port = printed("gradepush sandbox --world demo --rows-after 0 --addr ").next().expect("the other terminal");
    let mut ran = Vec::new();
    for line in printed("$ gradepush ") {
        // The demo's own port may be another program's by now.
        let line = line.replace(port, sandbox.address.trim_start_matches("http://"));
        let words: Vec<&str> = line.split(' ').collect();
        let variables = exports[2..].iter().map(|export| export.split_once('=').expect("a value"));
        let output = home.command(&words).envs(variables).output().expect("the program starts");
        ran.push((words[0].to_owned(), home.ended(&output)));
    }
    let codes: Vec<(&str, i32)> = ran.iter().map(|(command, ran)| (command.as_str(), ran.code)).collect();
    assert_eq!(
        codes,
        [
            ("connector", 0),
            ("export", 0),
            ("sync", 0),
            ("resolve", 4),
            ("plan", 4),
            ("push", 4),
            ("show", 0),
            ("plan", 4),
            ("retry", 4),
            ("undo", 0)
        ]
    );
    let pushed = &ran[5].1.stdout;
    assert!(pushed.contains("569 of 569 written"), "{pushed}");
    assert!(!pushed.contains("Dlamini") && !ran[4].1.stdout.contains("Dlamini"), "without a terminal nobody is named");
}

#[test]
fn of_two_plans_for_the_same_new_column_only_one_creates_it() {
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    home.write(
        "scores.csv",
        "course_id,assignment_title,score_possible,user_id,score_received\nBIO-101-F26,Week 1,10,ademir1,4\n",
    );
    for plan in ["P1", "P2"] {
        let planned = home.run(&["plan", "scores.csv", "--json"]).succeeds().result();
        assert_eq!((planned["plan"].as_str(), number(&planned["counts"], "create_assignments")), (Some(plan), 1));
    }
    let pushed = home.run(&["push", "P1", "--yes", "--json"]).succeeds().result();
    assert_eq!(number(&pushed["assignments"], "created"), 1, "{pushed}");
    let refused = home.run(&["push", "P2", "--yes"]).ends_with(3);
    assert!(refused.stderr.contains("R1 created columns of P2 after it was made"), "{}", refused.stderr);
    let planned = home.run(&["plan", "scores.csv", "--json"]).succeeds().result();
    assert_eq!(number(&planned["counts"], "unchanged"), 1, "one column holds the score, and the map knows it");
}

#[test]
fn a_run_that_is_retried_late_creates_no_column_a_second_time() {
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    let (biology, statistics) = ("BIO-101-F26,Week 1,10,ademir1,4\n", "STAT-150-F26,Quiz 1,10,aadeyemi1,5\n");
    let header = "course_id,assignment_title,score_possible,user_id,score_received\n";
    home.write("scores.csv", &format!("{header}{biology}{statistics}"));
    home.write("statistics.csv", &format!("{header}{statistics}"));
    home.run(&["push", "scores.csv", "--first", "1", "--yes"]).ends_with(4);
    let other = home.run(&["push", "statistics.csv", "--yes", "--json"]).succeeds().result();
    assert_eq!(number(&other["assignments"], "created"), 1, "{other}");
    let retried = home.run(&["retry", "R1", "--yes", "--json"]).ends_with(5).result();
    assert_eq!((number(&retried["counts"], "held"), number(&retried["counts"], "written")), (1, 1), "{retried}");
    let shown = home.run(&["show", "R1"]).succeeds().stdout;
    assert!(shown.contains("R2 created one for this column since the plan was made: plan again"), "{shown}");
    let again = home.run(&["plan", "scores.csv", "--json"]).succeeds().result();
    assert_eq!(number(&again["counts"], "unchanged"), 2, "{again}");
}

#[test]
fn bad_input_is_refused_with_its_place_and_nothing_is_written() {
    let home = Home::new();
    home.run(&["demo", "--dir", "d"]).ends_with(4);
    let sandbox = OtherTerminal::start(&home);
    let flags = ["--config", "c.toml", "--store", "s.db"];
    let command = |words: &[&str]| home.run(&[&flags, words].concat());
    let token = ["--token-file", "d/token", "--user-id-origin", "login", "--course-id-origin", "sis"];
    command(&[&["connector", "add", "T", "--canvas", &sandbox.address], &token[..]].concat()).succeeds();
    command(&["sync"]).succeeds();
    home.write("empty.csv", "");
    home.write("missing.csv", "course_id,user_id,score\nA,b,1\n");
    home.write("ragged.csv", "course_id,assignment_title,user_id,score_received\nA,b,c,1\nA,b,c\n");
    fs_err::write(home.path("binary.csv"), [0_u8, 159, 146, 150, 0, 1, 2, 3]).expect("a file");
    fs_err::create_dir(home.path("folder")).expect("a folder");
    for (file, said) in [
        ("empty.csv", "empty.csv: is empty"),
        ("missing.csv", "missing.csv:1: no known format"),
        ("ragged.csv", "ragged.csv:3: has 3 fields"),
        ("binary.csv", "binary.csv: is binary"),
        ("folder", "folder: is a directory"),
        ("nowhere.csv", "nowhere.csv: cannot be read"),
    ] {
        let ran = command(&["plan", file]).ends_with(3);
        assert!(ran.stderr.contains(said), "{file}: {}", ran.stderr);
    }
    home.write(
        "rows.csv",
        "course_id,assignment_title,user_id,score_received\nNOPE,x,aokafor3,4\nBIO-101-F26,Lecture 1,nobody,5\n",
    );
    let ran = command(&["plan", "rows.csv", "--json"]).ends_with(4);
    let codes: Vec<String> = ran.result()["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| finding["code"].as_str().expect("a code").to_owned())
        .collect();
    assert!(
        codes.contains(&"course-unresolved".to_owned()) && codes.contains(&"user-unresolved".to_owned()),
        "{codes:?}"
    );
    fs_err::write(home.path("garbage.db"), "this is no database, whatever its name says").expect("a file");
    for store in ["garbage.db", "folder"] {
        home.run(&["--config", "c.toml", "--store", store, "plan", "rows.csv"]).ends_with(9);
    }
    command(&["push", "P1"]).ends_with(2);
}
