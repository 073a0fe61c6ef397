//! Grades as Canvas and people write them: exports of its own gradebook, letters, words and excusals (`fixtures/intake`).

use std::path::PathBuf;

use crate::common::{Home, Served};

/// The exports that a real Canvas wrote of one course.
const EXPORTS: [&str; 4] =
    ["export-comma-rich.csv", "export-first-last-name.csv", "export-german.csv", "export-semicolon-bom.csv"];

/// A home beside a university of `fixtures/worlds`, whose ids are SIS ids or internal ones.
fn home(world: &str, origin: &str) -> (Home, Served) {
    let home = Home::new();
    let world = crate::repository().join("fixtures/worlds").join(world);
    let served = home.with_sandbox(&["--world", &world.display().to_string()]);
    home.run(&["connector", "edit", "Sandbox", "--user-id-origin", origin, "--use-existing-assignments"]).succeeds();
    home.run(&["sync"]).succeeds();
    (home, served)
}

fn intake(file: &str) -> PathBuf {
    crate::repository().join("fixtures/intake").join(file)
}

/// The counts of a plan that are not zero, and everything it said.
fn counts(home: &Home, arguments: &[&str]) -> (Vec<String>, String) {
    let ran = home.run(&[&["plan", "--json"], arguments].concat());
    let result = ran.result();
    let counts = result["counts"].as_object().expect("counts").clone();
    let classes = ["set", "change", "excuse", "clear", "unchanged", "kept", "conflict", "blocked", "unresolved"];
    let all = classes.into_iter().chain(["create_assignments"]);
    let some = all.filter(|name| counts[*name] != 0).map(|name| format!("{} {name}", counts[name]));
    let findings = result["findings"].as_array().expect("findings");
    let codes = findings.iter().filter_map(|finding| finding["code"].as_str());
    (some.chain([format!("exit {}", ran.code)]).collect(), codes.collect::<Vec<_>>().join(" ") + &ran.all())
}

/// What a plan makes of each cell that it does not leave alone: assignment, student, class, value or codes.
fn cells(home: &Home, arguments: &[&str]) -> (Vec<String>, String) {
    let ran = home.run(&[&["plan", "--csv", "plan.csv"], arguments].concat());
    let text = fs_err::read_to_string(home.path("plan.csv")).expect("a plan");
    let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let names = table.headers().expect("a header").clone();
    let rows = table.records().filter_map(|row| {
        let row = row.expect("a row");
        let get = |name: &str| &row[names.iter().position(|one| one == name).expect("the column")];
        let value = if get("codes").is_empty() { get("new") } else { get("codes") };
        let cell = format!("{} {} {} {value}", get("assignment_id"), get("user_id"), get("class"));
        (get("class") != "unchanged").then_some(cell)
    });
    (rows.collect(), ran.all())
}

/// A sheet of Quiz 1 of the university `intake.json`, by internal ids.
fn sheet(home: &Home, name: &str, rows: &str) {
    let header = "course_id,assignment_title,score_possible,user_id,score_received,comment";
    let lines = rows.split_whitespace().map(|row| format!("CHEM-110-F26,Quiz 1,10,{row}"));
    home.write(name, &[header.to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n"));
}

#[test]
fn an_export_that_nobody_touched_asks_for_nothing() {
    let (home, _served) = home("gradebook.json", "sis");
    for file in EXPORTS {
        let path = intake("gradebook").join(file).display().to_string();
        let (found, said) = counts(&home, &[&path, "--course", "LAB/4 é"]);
        assert_eq!(found, ["96 unchanged", "exit 0"], "{file}: {said}");
        // The same as a canonical CSV, in which it still is an export.
        let export = ["export", &path, "--course", "LAB/4 é", "-o", "scores.csv"];
        home.run(&export).succeeds();
        let (found, said) = counts(&home, &["scores.csv"]);
        assert_eq!(found, ["96 unchanged", "exit 0"], "{file}: {said}");
    }
    let path = intake("gradebook/export-comma.csv").display().to_string();
    let (found, said) = counts(&home, &[&path, "--course", "LAB-2"]);
    assert_eq!(found, ["10 unchanged", "exit 0"], "{said}");
}

#[test]
fn one_edited_cell_of_an_export_is_the_whole_plan() {
    let (home, _served) = home("gradebook.json", "sis");
    let text = fs_err::read_to_string(intake("gradebook/export-comma-rich.csv")).expect("an export");
    for (line, before, after, expected) in [
        // Nothing was there.
        ("01, Student", ",EX,,,", ",EX,4,,", "100 7 set 4"),
        // The column is above its points, the cell is not the only one of its title, the letter is its column's own.
        ("02, Student", "1007.50", "1100", "111 8 change grade-by-other over-possible"),
        ("05, Student", "9.13", "9.12", "115 11 change grade-by-other"),
        ("06, Student", ",F,", ",b,", "109 12 change grade-by-other"),
        ("04, Student", "-2.00", "-3.00", "101 10 blocked value-invalid"),
        ("03, Student", "2.00,2.25", "EX,2.25", "95 9 excuse grade-by-other"),
    ] {
        let edited: String = text
            .lines()
            .map(|one| if one.contains(line) { one.replacen(before, after, 1) } else { one.to_owned() } + "\n")
            .collect();
        assert_ne!(edited.trim_end(), text.trim_end(), "{line}");
        home.write("edited.csv", &edited);
        let all = ["edited.csv", "--course", "LAB/4 é", "--on-conflict", "overwrite", "--allow-excuse"];
        let (found, said) = cells(&home, &all);
        assert_eq!(found, [expected], "{line}: {said}");
    }
}

#[test]
fn an_excuse_of_an_export_is_held_back_until_it_is_allowed() {
    let (home, _served) = home("gradebook.json", "sis");
    let text = fs_err::read_to_string(intake("gradebook/export-comma-rich.csv")).expect("an export");
    home.write("edited.csv", &text.replacen("2.00,2.25", "EX,2.25", 1));
    let (found, said) = counts(&home, &["edited.csv", "--course", "LAB/4 é"]);
    assert_eq!(found, ["95 unchanged", "1 kept", "exit 0"], "{said}");
    assert!(said.starts_with("excuse-not-allowed"), "{said}");
    home.run(&["plan", "edited.csv", "--course", "LAB/4 é", "--strict"]).ends_with(3);
}

#[test]
fn letters_and_words_are_those_of_the_column() {
    let (home, _served) = home("intake.json", "sis");
    let path = intake("g13-words.csv").display().to_string();
    // Of the column of percents the numbers decide.
    let columns = ["Quiz 1 (9001)", "Participation (9003)", "Letter (9004)", "GPA (9005)"];
    let only = columns.into_iter().flat_map(|column| ["--assignment", column]);
    let all: Vec<&str> = [path.as_str(), "--course", "CHEM-110-F26"].into_iter().chain(only).collect();
    let (found, said) = cells(&home, &all);
    assert_eq!(
        found,
        [
            "9001 7002 kept excuse-not-allowed",
            "9001 7003 kept excuse-not-allowed",
            "9003 7001 set complete",
            "9003 7002 set incomplete",
            "9003 7003 set complete",
            "9003 7004 set incomplete",
            "9003 7005 set complete",
            "9004 7001 set 100",
            "9004 7002 set 85",
            "9004 7003 set 89",
            "9004 7004 set 69",
            "9004 7005 blocked value-invalid",
            "9005 7001 set 4",
            "9005 7002 set 3.72",
            "9005 7003 blocked value-invalid",
            "9005 7004 blocked value-invalid",
            "9005 7005 blocked value-invalid",
        ],
        "{said}"
    );
    for named in [
        "`MI` is no grade of the assignment's scheme, which has A, B, C, F",
        "`2.5` is no grade of the assignment's scheme, which has 4.0, 3.0, 2.0, 0; if it means points, write `62.5%`",
        "g13-words.csv:7: `missing` is a status of the work and no score",
        "g13-words.csv:4, 5: Quiz 1 (9001): the sheet excuses students",
    ] {
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(named), "{named}: {said}");
    }
    home.run(&[&["push", "--allow-excuse", "--yes"], all.as_slice()].concat()).ends_with(4);
    let (found, said) = counts(&home, &all);
    assert_eq!(found, ["13 unchanged", "4 blocked", "exit 4"], "{said}");
}

#[test]
fn an_odd_value_is_named_and_its_column_is_not_created() {
    let (home, _served) = home("intake.json", "internal");
    let path = intake("e12-odd-values.csv").display().to_string();
    let (found, said) = counts(&home, &[&path, "--allow-excuse"]);
    assert_eq!(found, ["2 excuse", "6 blocked", "exit 4"], "{said}");
    for line in 2..=7 {
        assert!(said.contains(&format!("\"line\":{line}}}")), "{line}: {said}");
    }
}

#[test]
fn an_excusal_is_written_read_back_and_taken_back() {
    let (home, _served) = home("intake.json", "internal");
    sheet(&home, "first.csv", "7001,9, 7002,8,");
    home.run(&["push", "first.csv", "--yes"]).succeeds();
    // One cell of ours, one that is empty, one that says why.
    sheet(&home, "second.csv", "7001,ex, 7002,8, 7014,Excused,ill");
    let (found, said) = counts(&home, &["second.csv", "--allow-excuse"]);
    assert_eq!(found, ["2 excuse", "1 unchanged", "exit 0"], "{said}");
    let pushed = home.run(&["push", "second.csv", "--allow-excuse", "--yes", "--json"]).succeeds().result();
    assert_eq!((pushed["counts"]["planned"].as_u64(), pushed["counts"]["written"].as_u64()), (Some(2), Some(2)));
    // What holds is unchanged, with the flag or without.
    let (found, said) = counts(&home, &["second.csv"]);
    assert_eq!(found, ["3 unchanged", "exit 0"], "{said}");
    // A score does not replace an excusal, and a blank leaves it.
    sheet(&home, "third.csv", "7001,9, 7014,,");
    let (found, said) = counts(&home, &["third.csv"]);
    assert_eq!(found, ["1 conflict", "exit 5"], "{said}");
    home.run(&["undo", "R2", "--yes"]).succeeds();
    sheet(&home, "fourth.csv", "7001,9, 7014,7,");
    let (found, said) = counts(&home, &["fourth.csv"]);
    assert_eq!(found, ["1 set", "1 unchanged", "exit 0"], "{said}");
    // What was undone is not simply excused again.
    let (found, said) = counts(&home, &["second.csv", "--allow-excuse"]);
    assert_eq!(found, ["1 unchanged", "2 conflict", "exit 5"], "{said}");
}

#[test]
fn an_undo_that_gives_an_excusal_back_excuses() {
    let (home, _served) = home("intake.json", "internal");
    let header = "course_id,assignment_title,user_id,score_received,score_possible";
    home.write("scores.csv", &format!("{header}\nCHEM-110-F26,Excused one,7001,9,10\n"));
    let released = ["--on-conflict", "overwrite", "--accept", "excused", "--yes", "--replacing", "1"];
    home.run(&[&["push", "scores.csv"], &released[..]].concat()).succeeds();
    let undo = home.run(&["undo", "R1", "--dry-run"]).succeeds();
    assert!(undo.all().contains("0 to change, 1 to excuse,"), "{}", undo.all());
    home.run(&["undo", "R1", "--yes"]).succeeds();
    home.write("again.csv", &format!("{header}\nCHEM-110-F26,Excused one,7001,EX,10\n"));
    let (found, said) = counts(&home, &["again.csv"]);
    assert_eq!(found, ["1 unchanged", "exit 0"], "{said}");
}
