//! Nothing of a file vanishes: files as people send them (`fixtures/intake`), with each column, row and value that gave
//! nothing named in the plan, in machine output and in the page.

use serde_json::Value;

use crate::common::Home;
use crate::common::intake::{COURSE, count_as, has_finding, home, input, plan, run};

/// A file, how it is planned, and what must come of it.
struct Case {
    file: &'static str,
    /// The kind of its ids.
    ids: &'static str,
    layout: Option<&'static str>,
    /// In any order.
    cells: &'static [&'static str],
    /// Code, severity, lines, and a part of the message.
    said: &'static [(&'static str, &'static str, &'static [u64], &'static str)],
}

impl Case {
    /// Plans it: the cells by text, and the result of machine output.
    fn plan(&self, home: &Home) -> (Vec<String>, Value) {
        count_as(home, self.ids);
        let layout = self.layout.map(|layout| input(home, layout));
        let mut flags = vec!["--json"];
        flags.extend(layout.iter().flat_map(|layout| ["--layout", layout.as_str()]));
        // Those of the canonical columns name their course.
        if !self.file.starts_with('e') && self.file != "x06-hiddenrow.xlsx" {
            flags.extend(COURSE);
        }
        let planned = plan(home, &[self.file], &flags);
        (planned.sorted(), planned.ran.result())
    }
}

const CASES: &[Case] = &[
    Case {
        file: "b01-needsgrading.csv",
        ids: "sis",
        layout: None,
        cells: &[
            "Quiz 3 7001 set 8",
            "Essay 7002 set 70",
            "Lab check 7001 set complete",
            "Lab check 7002 set incomplete",
        ],
        said: &[
            ("column-left-out", "warning", &[1], "`Programme [Total Pts: 0 Text] |664619`, which hold words"),
            ("column-left-out", "info", &[1], "`Total [Total Pts: up to 1,115 Score] |664602`, totals"),
            ("no-score", "info", &[2], "`Essay`: 1 value: `Needs Grading` with a number in brackets"),
        ],
    },
    Case {
        file: "b02-feedback.csv",
        ids: "sis",
        layout: None,
        cells: &["Project 1 7001 set 88", "Project 1 7002 set 71"],
        said: &[("column-left-out", "warning", &[1], "`Feedback to Learner`, feedback, which is not sent")],
    },
    Case {
        file: "b03-noid.csv",
        ids: "login",
        layout: None,
        cells: &["Essay 7001 set 9.5", "Essay 7002 set 7"],
        said: &[],
    },
    Case {
        file: "d01-localised.csv",
        ids: "login",
        layout: None,
        cells: &["EjColoquio1 7001 set 9", "EjColoquio1 7002 set 8"],
        said: &[],
    },
    Case {
        file: "d02-noattr.csv",
        ids: "sis",
        layout: None,
        cells: &["MapleTA 7001 blocked item-missing", "MapleTA 7002 blocked item-missing"],
        said: &[("item-missing", "row", &[2, 3], "needs points: a column `score_possible`")],
    },
    Case {
        file: "d02-noattr.csv",
        ids: "sis",
        layout: Some("d02.toml"),
        cells: &["MapleTA 7001 set 75", "MapleTA 7002 set 60.5"],
        said: &[],
    },
    Case {
        file: "d03-kinds.csv",
        ids: "sis",
        layout: None,
        cells: &[
            "Lab 3 7001 set 9",
            "Lab 3 7002 set 8",
            "Safety quiz 7001 set complete",
            "Safety quiz 7002 set incomplete",
        ],
        said: &[
            ("column-left-out", "warning", &[1], "`Poster Grade Symbol <Selectbox MaxPoints:10>`, `Remark Text"),
            ("column-left-out", "warning", &[1], "`Lab 3 Feedback`, feedback"),
            ("column-left-out", "info", &[1], "`Calculated Final Grade Numerator`"),
        ],
    },
    Case {
        file: "e02-blankrows.csv",
        ids: "internal",
        layout: None,
        cells: &["9001 7001 set 9", "9001 7002 set 8", "(no assignment) Average unresolved course-unresolved"],
        said: &[("course-unresolved", "row", &[7], "no course id")],
    },
    Case {
        file: "e09-macroman.csv",
        ids: "internal",
        layout: None,
        cells: &["9001 7003 set 9"],
        said: &[("encoding-guessed", "warning", &[2], "old Mac encoding")],
    },
    Case {
        file: "e11-typo-col.csv",
        ids: "internal",
        layout: None,
        cells: &["Quiz 9 7001 blocked item-missing"],
        said: &[
            ("column-left-out", "warning", &[1], "`Score Possibel` is ignored; did you mean `score_possible`?"),
            ("column-left-out", "warning", &[1], "`Grader`, which this format is not known to have"),
        ],
    },
    Case {
        file: "g02-blankrow.csv",
        ids: "sis",
        layout: None,
        cells: &["9001 7001 set 9", "9001 7002 set 8", "9002 7001 set 12", "9002 7002 set 15"],
        said: &[
            ("row-skipped", "info", &[3], "nobody is named"),
            ("row-skipped", "info", &[4], "the points possible of the columns"),
        ],
    },
    Case {
        file: "g05-teststudent.csv",
        ids: "sis",
        layout: None,
        cells: &["9001 7001 set 9"],
        said: &[("row-skipped", "info", &[4], "the test student"), ("row-skipped", "info", &[2], "points possible")],
    },
    Case {
        file: "g09-readonly-de.csv",
        ids: "sis",
        layout: None,
        cells: &["9001 7001 set 9.5", "9001 7002 set 8", "9007 7001 set 7.25", "9007 7002 set 6"],
        said: &[("column-left-out", "info", &[1], "`Aufgaben Current Score`, `Unposted Final Grade`")],
    },
    Case {
        file: "g18-override.csv",
        ids: "sis",
        layout: None,
        cells: &["9001 7001 set 9"],
        said: &[
            ("column-left-out", "warning", &[1], "`Custom notes`"),
            ("column-left-out", "info", &[1], "`Override Score`, `Override Grade`, `Override Status`"),
        ],
    },
    Case {
        // A test student in another language has no SIS id: listed, and graded by nobody's guess.
        file: "g34-onlytest.csv",
        ids: "sis",
        layout: None,
        cells: &["9001 unresolved user-unresolved", "9001 7001 set 9"],
        said: &[("user-unresolved", "row", &[3], "no user id")],
    },
    Case {
        file: "x03-formulas.xlsx",
        ids: "login",
        layout: Some("k04.toml"),
        cells: &["A 7001 set 4", "A 7002 set 3", "B 7001 set 5", "B 7002 set 4"],
        said: &[
            ("formula-without-value", "warning", &[2], "D2: a formula without a stored value"),
            ("formula-without-value", "warning", &[3], "D3: "),
        ],
    },
    Case {
        file: "x06-hiddenrow.xlsx",
        ids: "internal",
        layout: None,
        cells: &["9001 7001 set 9", "9001 7002 set 9", "9001 7004 set 9"],
        said: &[("row-hidden", "warning", &[3], "hidden in the workbook")],
    },
];

#[test]
fn every_column_and_row_of_a_file_is_a_score_or_is_named() {
    let (home, _served) = home("sis");
    for case in CASES {
        let (cells, result) = case.plan(&home);
        let mut expected = case.cells.to_vec();
        expected.sort_unstable();
        assert_eq!(cells, expected, "{}: {result}", case.file);
        for said in case.said {
            assert!(has_finding(&result, said), "{}: {said:?}: {result}", case.file);
        }
    }
    let refused = run(&home, "plan", &["d05-group-of-zero.csv"], &COURSE).ends_with(3);
    assert!(refused.stderr.contains("stands twice"), "{}", refused.stderr);
}

#[test]
fn nothing_is_created_for_a_column_in_which_nothing_is_written() {
    let (home, _served) = home("internal");
    let plan = run(&home, "plan", &["e12-odd-values.csv"], &["--json"]).result();
    let counts = &plan["counts"];
    assert_eq!((counts["blocked"].as_u64(), counts["create_assignments"].as_u64()), (Some(6), Some(0)), "{plan}");
    let invalid = |finding: &&Value| finding["code"] == "value-invalid";
    let lines = plan["findings"].as_array().expect("findings").iter().filter(invalid).count();
    assert_eq!(lines, 6, "each with its own reason: {plan}");
    // A column of which every value is blank, and one that is listed as an item.
    let header = "course_id,assignment_title,score_possible,user_id,score_received";
    let rows = "CHEM-110-F26,Poster,10,7001,\nCHEM-110-F26,Talk,10,,\n";
    home.write("blank.csv", &format!("{header}\n{rows}"));
    let plan = run(&home, "plan", &["blank.csv"], &["--json"]).result();
    assert_eq!(plan["counts"]["create_assignments"], 1, "{plan}");
}

#[test]
fn what_was_left_out_counts_for_strict_and_stands_in_every_output() {
    let (home, _served) = home("sis");
    let with = |command: &str, more: &[&str]| run(&home, command, &["d03-kinds.csv"], &[&COURSE, more].concat());
    let said = ("column-left-out", "warning", &[1][..], "`Lab 3 Feedback`, feedback, which is not sent");
    assert!(has_finding(&with("plan", &["--strict", "--json"]).ends_with(3).result(), &said));
    assert!(has_finding(&with("resolve", &["--json"]).succeeds().result(), &said));
    assert!(has_finding(&with("export", &["-o", "out.csv", "--json"]).succeeds().result(), &said));
    let told = with("plan", &["--html", "plan.html"]).succeeds();
    assert!(told.stdout.contains("? column-left-out (warning)"), "{}", told.stdout);
    assert!(!told.stdout.contains("Calculated Final Grade"), "information is said once: {}", told.stdout);
    let page = fs_err::read_to_string(home.path("plan.html")).expect("a page");
    assert!(page.contains("column-left-out") && page.contains("Calculated Final Grade Numerator"), "{page}");
    assert!(page.contains("d03-kinds.csv:1"), "with file and line: {page}");
    let shown = home.run(&["show", "latest"]).succeeds();
    assert!(shown.stdout.contains("Calculated Final Grade Numerator"), "{}", shown.stdout);
    // An export in which nothing is unexpected passes.
    run(&home, "plan", &["g05-teststudent.csv"], &[&COURSE[..], &["--strict"]].concat()).succeeds();
}

#[test]
fn a_bad_byte_says_where_it_stands() {
    let home = Home::new();
    let header = "course_id,assignment_title,user_id,user_name,score_received\n";
    for (name, row, expected) in [
        // Which letter the byte was, nobody knows: one slip does not make the file another encoding.
        (
            "slip.csv",
            &b"B,Quiz,u1,Jos\xc3\xa9 N\xc3\xba\xf1ez,9\n"[..],
            Err("slip.csv:2: column 18 of the line is no UTF-8, although the rest of the file is"),
        ),
        ("windows.csv", b"B,Quiz,u1,Jos\xe9 N\xfa\xf1ez,9\n", Ok("windows.csv:2: the first byte that is no UTF-8")),
        ("neither.csv", b"B,Quiz,u1,Jos\xe9\x81,9\n", Err("neither.csv:2: the bytes are neither")),
    ] {
        fs_err::write(home.path(name), [header.as_bytes(), row].concat()).expect("written");
        let ran = home.run(&["export", name]);
        let (code, said) = match expected {
            Ok(said) => (0, said),
            Err(said) => (3, said),
        };
        assert_eq!(ran.code, code, "{}", ran.all());
        assert!(ran.stderr.contains(said), "{name}: {}", ran.stderr);
    }
    let read = home.run(&["export", "windows.csv"]).succeeds();
    assert!(read.stdout.contains("José Núñez"), "{}", read.stdout);
}
