//! Grades as Canvas and people write them: exports of its own gradebook, letters, words and excusals (`fixtures/intake`).

use crate::common::Home;
use crate::common::intake::{COURSE, World, home, input, plan, run};

/// The exports that a real Canvas wrote of one course.
const EXPORTS: [&str; 4] =
    ["export-comma-rich.csv", "export-first-last-name.csv", "export-german.csv", "export-semicolon-bom.csv"];

/// Says that they are of that course.
const OF_EXPORTS: [&str; 2] = ["--course", "LAB/4 é"];

/// The counts of a plan that are not zero, and everything it said.
fn counts(home: &Home, file: &str, flags: &[&str]) -> (Vec<String>, String) {
    let planned = plan(home, &[file], &[&["--json"], flags].concat());
    (planned.counts(), planned.said())
}

/// What a plan makes of each cell that it does not leave alone.
fn touched(home: &Home, file: &str, flags: &[&str]) -> (Vec<String>, String) {
    let planned = plan(home, &[file], flags);
    let touched = planned.cells().into_iter().filter(|cell| !cell.contains(" unchanged"));
    (touched.collect(), planned.said())
}

/// A sheet of Quiz 1 of the university `intake.json`, by internal ids.
fn sheet(home: &Home, name: &str, rows: &str) {
    let header = "course_id,assignment_title,score_possible,user_id,score_received,comment";
    let lines = rows.split_whitespace().map(|row| format!("CHEM-110-F26,Quiz 1,10,{row}"));
    home.write(name, &[header.to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n"));
}

#[test]
fn an_export_that_nobody_touched_asks_for_nothing() {
    let (home, _served) = World::of("gradebook.json").synced("sis");
    for file in EXPORTS {
        let file = format!("gradebook/{file}");
        let (found, said) = counts(&home, &file, &OF_EXPORTS);
        assert_eq!(found, ["96 unchanged", "exit 0"], "{file}: {said}");
        // The same as a canonical CSV, in which it still is an export.
        run(&home, "export", &[&file], &[&OF_EXPORTS[..], &["-o", "scores.csv"]].concat()).succeeds();
        let (found, said) = counts(&home, "scores.csv", &[]);
        assert_eq!(found, ["96 unchanged", "exit 0"], "{file}: {said}");
    }
    let (found, said) = counts(&home, "gradebook/export-comma.csv", &["--course", "LAB-2"]);
    assert_eq!(found, ["10 unchanged", "exit 0"], "{said}");
}

#[test]
fn one_edited_cell_of_an_export_is_the_whole_plan() {
    let (home, _served) = World::of("gradebook.json").synced("sis");
    let text = fs_err::read_to_string(input(&home, "gradebook/export-comma-rich.csv")).expect("an export");
    for (line, before, after, expected) in [
        // Nothing was there.
        ("01, Student", ",EX,,,", ",EX,4,,", "100 7 set 4"),
        // The column is above its points, the cell is not the only one of its title, the letter is its column's own.
        ("02, Student", "1007.50", "1100", "111 8 change 1100 grade-by-other over-possible"),
        ("05, Student", "9.13", "9.12", "115 11 change 9.12 grade-by-other"),
        ("06, Student", ",F,", ",b,", "109 12 change 3.44 grade-by-other"),
        ("04, Student", "-2.00", "-3.00", "101 10 blocked value-invalid"),
        ("03, Student", "2.00,2.25", "EX,2.25", "95 9 excuse excused grade-by-other"),
    ] {
        let edited: String = text
            .lines()
            .map(|one| if one.contains(line) { one.replacen(before, after, 1) } else { one.to_owned() } + "\n")
            .collect();
        assert_ne!(edited.trim_end(), text.trim_end(), "{line}");
        home.write("edited.csv", &edited);
        let flags = [&OF_EXPORTS[..], &["--on-conflict", "overwrite", "--allow-excuse"]].concat();
        let (found, said) = touched(&home, "edited.csv", &flags);
        assert_eq!(found, [expected], "{line}: {said}");
    }
}

#[test]
fn an_excuse_of_an_export_is_held_back_until_it_is_allowed() {
    let (home, _served) = World::of("gradebook.json").synced("sis");
    let text = fs_err::read_to_string(input(&home, "gradebook/export-comma-rich.csv")).expect("an export");
    home.write("edited.csv", &text.replacen("2.00,2.25", "EX,2.25", 1));
    let planned = plan(&home, &["edited.csv"], &[&OF_EXPORTS[..], &["--json"]].concat());
    assert_eq!(planned.counts(), ["95 unchanged", "1 kept", "exit 0"], "{}", planned.said());
    assert_eq!(planned.ran.result()["findings"][0]["code"], "excuse-not-allowed", "{}", planned.said());
    run(&home, "plan", &["edited.csv"], &[&OF_EXPORTS[..], &["--strict"]].concat()).ends_with(3);
}

#[test]
fn letters_and_words_are_those_of_the_column() {
    let (home, _served) = home("sis");
    // Of the column of percents the numbers decide.
    let columns = ["Quiz 1 (9001)", "Participation (9003)", "Letter (9004)", "GPA (9005)"];
    let only = columns.into_iter().flat_map(|column| ["--assignment", column]);
    let flags: Vec<&str> = COURSE.into_iter().chain(only).collect();
    let (found, said) = touched(&home, "g13-words.csv", &flags);
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
        assert!(said.contains(named), "{named}: {said}");
    }
    run(&home, "push", &["g13-words.csv"], &[&["--allow-excuse", "--yes"], flags.as_slice()].concat()).ends_with(4);
    let (found, said) = counts(&home, "g13-words.csv", &flags);
    assert_eq!(found, ["13 unchanged", "4 blocked", "exit 4"], "{said}");
}

#[test]
fn an_odd_value_is_named_and_its_column_is_not_created() {
    let (home, _served) = home("internal");
    let (found, said) = counts(&home, "e12-odd-values.csv", &["--allow-excuse"]);
    assert_eq!(found, ["2 excuse", "6 blocked", "exit 4"], "{said}");
    for line in 2..=7 {
        assert!(said.contains(&format!("\"line\":{line}}}")), "{line}: {said}");
    }
}

#[test]
fn an_excusal_is_written_read_back_and_taken_back() {
    let (home, _served) = home("internal");
    sheet(&home, "first.csv", "7001,9, 7002,8,");
    home.run(&["push", "first.csv", "--yes"]).succeeds();
    // One cell of ours, one that is empty, one that says why.
    sheet(&home, "second.csv", "7001,ex, 7002,8, 7014,Excused,ill");
    let (found, said) = counts(&home, "second.csv", &["--allow-excuse"]);
    assert_eq!(found, ["2 excuse", "1 unchanged", "exit 0"], "{said}");
    let pushed = home.run(&["push", "second.csv", "--allow-excuse", "--yes", "--json"]).succeeds().result();
    assert_eq!((pushed["counts"]["planned"].as_u64(), pushed["counts"]["written"].as_u64()), (Some(2), Some(2)));
    // What holds is unchanged, with the flag or without.
    let (found, said) = counts(&home, "second.csv", &[]);
    assert_eq!(found, ["3 unchanged", "exit 0"], "{said}");
    // A score does not replace an excusal, and a blank leaves it.
    sheet(&home, "third.csv", "7001,9, 7014,,");
    let (found, said) = counts(&home, "third.csv", &[]);
    assert_eq!(found, ["1 conflict", "exit 5"], "{said}");
    home.run(&["undo", "R2", "--yes"]).succeeds();
    sheet(&home, "fourth.csv", "7001,9, 7014,7,");
    let (found, said) = counts(&home, "fourth.csv", &[]);
    assert_eq!(found, ["1 set", "1 unchanged", "exit 0"], "{said}");
    // What was undone is not simply excused again.
    let (found, said) = counts(&home, "second.csv", &["--allow-excuse"]);
    assert_eq!(found, ["1 unchanged", "2 conflict", "exit 5"], "{said}");
}

#[test]
fn an_undo_that_gives_an_excusal_back_excuses() {
    let (home, _served) = home("internal");
    let header = "course_id,assignment_title,user_id,score_received,score_possible";
    home.write("scores.csv", &format!("{header}\nCHEM-110-F26,Excused one,7001,9,10\n"));
    let released = ["--on-conflict", "overwrite", "--accept", "excused", "--yes", "--replacing", "1"];
    home.run(&[&["push", "scores.csv"], &released[..]].concat()).succeeds();
    let undo = home.run(&["undo", "R1", "--dry-run"]).succeeds();
    assert!(undo.all().contains("0 to change, 1 to excuse,"), "{}", undo.all());
    home.run(&["undo", "R1", "--yes"]).succeeds();
    home.write("again.csv", &format!("{header}\nCHEM-110-F26,Excused one,7001,EX,10\n"));
    let (found, said) = counts(&home, "again.csv", &[]);
    assert_eq!(found, ["1 unchanged", "exit 0"], "{said}");
}
