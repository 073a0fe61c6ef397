//! Numbers as people and programs write them (`fixtures/intake`): the form is decided per column, what stays open is
//! refused with both readings, and a word for no score is none.

use crate::common::Home;
use crate::common::intake::{COURSE, home, input, run};

/// What the plan of a file makes of each cell, with the reason where it is blocked, and all that was said.
fn plan(home: &Home, file: &str, flags: &[&str]) -> (Vec<String>, String) {
    let planned = crate::common::intake::plan(home, &[file], &[&COURSE, flags].concat());
    (planned.reasons(), planned.said())
}

#[test]
fn the_numbers_of_a_gradebook_are_read_as_their_column_shows() {
    let (home, _served) = home("sis");
    for (file, expected, said) in [
        (
            "g01-thousands.csv",
            &[
                "9001 7001 set 9",
                "9001 7002 set 8",
                "9001 7004 set 7",
                "9016 7001 set 1234.5",
                "9016 7002 set 1050",
                "9016 7004 set 870",
            ][..],
            "`Big (9016)`: 3 numbers read with signs between thousands",
        ),
        (
            "g37-de-thousands.csv",
            &[
                "9001 7001 set 9.5",
                "9001 7002 set 8",
                "9001 7004 set 7",
                "9016 7001 set 1050",
                "9016 7002 set 1234.5",
                "9016 7004 set 987",
            ],
            "`Quiz 1 (9001)`: 1 number read with a decimal comma",
        ),
        (
            "g27-nbsp-percent.csv",
            &["9021 7001 set 42.5", "9021 7002 set 36.25"],
            "`Percent one (9021)`: 1 number read without spaces and signs that no plain number has",
        ),
        ("g28-us-comma-cols.csv", &["9001 7001 set 8.75"], "`Quiz 1 (9001)`: 2 numbers read with a decimal comma"),
    ] {
        let (mut cells, all) = plan(&home, file, &[]);
        cells.sort();
        assert_eq!(cells, expected, "{file}: {all}");
        assert!(all.contains(said), "{file}: {all}");
        assert!(!all.contains("points-differ"), "{file}: {all}");
    }
}

#[test]
fn a_gradebook_that_a_spreadsheet_saved_keeps_its_values_and_points() {
    let (home, _served) = home("internal");
    let (mut cells, all) = plan(&home, "g11-excel-saved.csv", &[]);
    cells.sort();
    let expected = [
        "9001 7001 set 9",
        "9001 7006 set 7",
        "9001 7007 set 8",
        "9006 7001 set 80",
        "9006 7006 set 60",
        "9006 7007 set 70",
    ];
    assert_eq!(cells, expected, "{all}");
    assert!(!all.contains("points-differ"), "{all}");
}

#[test]
fn a_number_that_may_have_decimals_or_thousands_is_refused_until_somebody_says_which() {
    let (home, _served) = home("internal");
    let header = "course_id;assignment_title;user_id;score_received;score_possible";
    let file = home
        .write("open.csv", &format!("{header}\nCHEM-110-F26;Big;7001;1.050;2000\nCHEM-110-F26;Big;7002;987;2000\n"));
    let file = file.display().to_string();
    let (cells, all) = plan(&home, &file, &[]);
    let refused = "9016 7001 blocked `1.050 (1.050 or 1050)` can be read in two ways; say which with `--decimal point` or \
                   `--decimal comma`";
    assert_eq!(cells, [refused.replace("1.050 or", "1.05 or").as_str(), "9016 7002 set 987"], "{all}");
    assert!(all.contains("`Big`: 1 number could have decimals or thousands, and is not taken"), "{all}");
    let expected = ["9016 7001 set 1050", "9016 7002 set 987"];
    assert_eq!(plan(&home, &file, &["--decimal", "comma"]).0, expected);
    assert_eq!(plan(&home, &file, &["--decimal", "point"]).0, ["9016 7001 set 1.05", "9016 7002 set 987"]);
    // A layout says it for good.
    let layout = "[user]\ninternal = \"user_id\"\n[rows]\ndecimal = \"comma\"\n[long]\ntitle = [\"assignment_title\"]\n\
                  value = \"score_received\"\npossible = \"score_possible\"\n";
    let layout = home.write("layout.toml", layout).display().to_string();
    assert_eq!(plan(&home, &file, &["--layout", &layout]).0, expected);
    // An export does not decide it either, and what it wrote is refused again.
    home.run(&["export", &file, "-o", "canonical.csv"]).succeeds();
    let canonical = home.path("canonical.csv").display().to_string();
    assert_eq!(plan(&home, &canonical, &[]).0, cells);
    // Without points possible that are a number nothing is created.
    let file = home.write("new.csv", &format!("{header}\nCHEM-110-F26;New;7001;9;1.050\n")).display().to_string();
    let (cells, all) = plan(&home, &file, &[]);
    assert!(
        cells[0].contains("blocked its `score_possible`") && cells[0].contains("(1.05 or 1050)"),
        "{cells:?} {all}"
    );
}

#[test]
fn an_export_holds_the_plain_numbers() {
    let home = Home::new();
    let out = run(&home, "export", &["g37-de-thousands.csv"], &COURSE).succeeds().stdout;
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(out.as_bytes()).records().map(|row| row.expect("a row")).collect();
    let of_big: Vec<(&str, &str)> =
        rows.iter().filter(|row| &row[4] == "Big (9016)").map(|row| (&row[10], &row[15])).collect();
    assert_eq!(of_big, [("2000", "1050"), ("2000", "1234.5"), ("2000", "987")], "{out}");
}

#[test]
fn canonical_values_of_every_form_are_read_or_named() {
    let (home, _served) = home("internal");
    let (cells, all) = plan(&home, "n04-percent15.csv", &[]);
    let expected = [
        "9001 7001 set 3.333",
        "9001 7002 set 3.3333",
        "9001 7003 set 6.6667",
        "9001 7004 set 0.333333333333333",
        "9001 7005 set 10",
        "9001 7006 set 9",
        "9001 7007 set 0.5",
        "9001 7008 set 9",
        "9001 7011 set 10",
        "9001 7014 set 9.5",
        "9001 7015 blocked a negative score",
        "9001 7016 set 9",
        "9001 7017 blocked `$9` is not a number but an amount of money",
        "9001 7018 blocked `9 pts` is not a number but a number with a word behind it",
    ];
    assert_eq!(cells, expected, "{all}");
    for said in ["2 numbers of more than 15 digits, rounded to 15", "1 number read as points of the points possible"] {
        assert!(all.contains(&format!("`Quiz 1`: {said}")), "{said}: {all}");
    }
    let (cells, all) = plan(&home, "n05-comma-dec.csv", &[]);
    let expected = ["9001 7001 set 18.5", "9001 7002 set 1.234", "9001 7004 set 0.5", "9001 7005 set 0.5"];
    assert_eq!(cells, expected, "{all}");
    assert!(all.contains("`Quiz 1`: 3 numbers read with a decimal comma"), "{all}");
}

#[test]
fn a_value_that_is_no_number_is_listed_with_what_it_is() {
    let (home, _served) = home("internal");
    let (cells, all) = plan(&home, "e12-odd-values.csv", &[]);
    for (user, said) in [
        ("7004", "`inf` is not a number but infinity"),
        ("7005", "`9.0*` is not a number but a number with a mark behind it"),
        ("7006", "`(8)` is not a number but a number in brackets"),
        ("7007", "`TRUE` is not a number but true or false"),
        ("7015", "`M` is not a number but a letter"),
    ] {
        let found = cells.iter().find(|cell| cell.starts_with(&format!("9001 {user} blocked "))).expect(user);
        assert!(found.contains(said), "{found}: {all}");
    }
    assert!(!cells.iter().any(|cell| cell.starts_with("9001 7002 ")), "{cells:?}");
    assert!(
        all.contains("`Quiz 1`: 1 value: `#DIV/0!`, the error of a formula in the spreadsheet, which is no score"),
        "{all}"
    );
}

#[test]
fn words_for_no_score_are_none_and_are_counted() {
    let (home, _served) = home("login");
    let layout = input(&home, "sa01.toml");
    let (cells, all) = plan(&home, "sa01-na.csv", &["--layout", &layout]);
    let expected =
        ["Mission 2 7001 set 0", "Mission 2 7002 set 15", "Mission 2 7005 blocked `Absent` is not a number but a word"];
    assert_eq!(cells, expected, "{all}");
    for said in ["`Mission 1`: 2 values: `N/A`", "`Mission 1`: 1 value: `NA`", "`Mission 2`: 1 value: `null`"] {
        let said = said.replace("2 values: `N/A`", "1 value: `N/A`");
        assert!(all.contains(&format!("{said}, which is no score")), "{said}: {all}");
    }
    // A dash is how programs print a blank; a word is no zero even where a blank is one.
    let header = "course_id,assignment_title,user_id,score_received";
    let rows = ["mreyes,-", "kobrien,n/a", "jpark1,9", "jpark2,"].map(|row| format!("CHEM-110-F26,Quiz 1,{row}\n"));
    let file = home.write("words.csv", &format!("{header}\n{}", rows.concat())).display().to_string();
    assert_eq!(plan(&home, &file, &[]).0, ["9001 7004 set 9"]);
    let expected = ["9001 7001 set 0", "9001 7004 set 9", "9001 7005 set 0"];
    assert_eq!(plan(&home, &file, &["--missing", "zero"]).0, expected);
}

#[test]
fn a_number_in_brackets_behind_a_word_is_no_score() {
    let (home, _served) = home("sis");
    let (cells, all) = plan(&home, "b01-needsgrading.csv", &[]);
    let found = |title: &str| cells.iter().filter(|cell| cell.starts_with(title)).cloned().collect::<Vec<_>>();
    assert_eq!(found("Quiz 3"), ["Quiz 3 7001 set 8"], "{all}");
    assert_eq!(found("Essay "), ["Essay 7002 set 70"], "{all}");
    for said in ["`Essay`: 1 value: `Needs Grading` with a number in brackets", "`Quiz 3`: 1 value: `In Progress` with"]
    {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert!(!all.contains("95"), "{all}");
}

#[test]
fn fractions_are_points_of_their_own_whole() {
    let (home, _served) = home("login");
    let text = fs_err::read_to_string(input(&home, "gf01-googleforms.csv")).expect("a fixture");
    let file = home.write("forms.csv", &text.replace("@example.edu", "").to_lowercase()).display().to_string();
    let layout = fs_err::read_to_string(input(&home, "gf01.toml")).expect("a layout");
    let layout_path = home.write("forms.toml", &layout).display().to_string();
    let plan_of = |flags: &[&str]| {
        plan(&home, &file, &[&["--layout", &layout_path, "--assignment-title", "score"], flags].concat())
    };
    assert_eq!(plan_of(&["--repeat", "last"]).0, ["score 7001 set 9", "score 7002 set 10"]);
    assert_eq!(plan_of(&["--repeat", "max"]).0, ["score 7001 set 9", "score 7002 set 10"]);
    // The column learns its points from its fractions, where it has none of its own.
    let layout_path = home.write("bare.toml", &layout.replace("possible = \"10\"", "")).display().to_string();
    let (cells, all) =
        plan(&home, &file, &["--layout", &layout_path, "--assignment-title", "score", "--repeat", "last"]);
    assert_eq!(cells, ["score 7001 set 9", "score 7002 set 10"], "{all}");
    // Of other points nothing is made up.
    let layout_path = home.write("20.toml", &layout.replace("\"10\"", "\"20\"")).display().to_string();
    let (cells, all) =
        plan(&home, &file, &["--layout", &layout_path, "--assignment-title", "score", "--repeat", "last"]);
    let refused = "`9 / 10` is not a number but a share of other points than its column is out of";
    assert_eq!(cells[0], format!("score 7001 blocked {refused}"), "{all}");
}

#[test]
fn floats_of_a_program_are_rounded_to_15_digits() {
    let (home, _served) = home("login");
    let layout = input(&home, "gc01.toml");
    let (cells, all) = plan(&home, "gc01-ghclassroom.csv", &["--layout", &layout]);
    assert_eq!(cells[..2], ["lab-3 7001 set 3", "lab-3 7002 set 3"], "{all}");
    assert!(all.contains("`lab-3`: 2 numbers of more than 15 digits, rounded to 15"), "{all}");
}

#[test]
fn each_finding_of_a_cell_carries_its_own_reason() {
    let (home, _served) = home("login");
    let header = "course_id,assignment_title,user_id,score_received";
    home.write("two.csv", &format!("{header}\nCHEM-110-F26,Quiz 1,nobody-here,Absent\nCHEM-110-F26,Quiz 1,mreyes,9\n"));
    let ran = home.run(&["plan", "two.csv", "--json"]);
    let result = ran.result();
    let findings = result["findings"].as_array().expect("findings");
    let message = |code: &str| {
        let found = findings.iter().find(|finding| finding["code"] == code);
        found.unwrap_or_else(|| panic!("no {code}: {result}"))["message"].as_str().expect("a message").to_owned()
    };
    assert!(message("user-unresolved").contains("nobody has this login"), "{result}");
    assert_eq!(message("value-invalid"), "Quiz 1: `Absent` is not a number but a word");
    assert_eq!(message("students-notified"), "about 1 notification (1 grade, 0 about new assignments)");
}
