//! What other products and Canvas itself export, in the forms that are easily read wrong: each value goes to its column or
//! is named.

use crate::common::Home;
use crate::common::intake::{COURSE, Planned, has_finding, home, plan, run};

/// Plans a file of this text, whose lines are separated by ` / `.
fn planned(home: &Home, name: &str, text: &str, flags: &[&str]) -> Planned {
    home.write(name, &(text.replace(" / ", "\n") + "\n"));
    plan(home, &[name], &[&COURSE, flags].concat())
}

/// The header of a gradebook up to `Section`, these columns, their points possible, and rows.
fn gradebook(columns: &str, points: &str, rows: &[&str]) -> String {
    let head = format!("Student,ID,SIS User ID,SIS Login ID,Section,{columns} /     Points Possible,,,,,{points}");
    [&[head.as_str()], rows].concat().join(" / ")
}

#[test]
fn a_header_that_says_read_only_is_no_item() {
    let (home, _served) = home("sis");
    let columns = "Lab (9030) (read only),Quiz 1 (read only),Final Exam ( Read-Only ),Lab [read only],Final exam (read only) (9001)";
    let text = gradebook(columns, "10,10,100,10,10", &["\"Reyes, Marta\",7001,00417001,mreyes,A,4,3,2,1,9"]);
    let planned = planned(&home, "readonly.csv", &text, &[]);
    assert_eq!(planned.cells(), ["9001 7001 set 9"], "{}", planned.said());
    let said = "left out: `Lab (9030) (read only)`, `Quiz 1 (read only)`, `Final Exam ( Read-Only )`, `Lab [read only]`, which";
    let page = run(&home, "plan", &["readonly.csv"], &[&COURSE[..], &["--json"]].concat()).result();
    assert!(has_finding(&page, &("column-left-out", "info", &[1], said)), "{page}");
}

#[test]
fn a_row_with_somebodys_ids_is_theirs_although_it_is_named_like_the_test_student() {
    let (home, _served) = home("sis");
    for (ids, cells, finding) in [
        ("7009,,c0ffee0ddba11c0ffee0ddba11c0ffee0ddba11a", &[][..], ("row-skipped", "info", "the test student")),
        ("7009,,", &[], ("row-skipped", "info", "the test student")),
        (",00417002,kobrien", &["9001 7002 set 3 name-differs"], ("name-differs", "warning", "")),
        ("7005,00417005,jpark2", &["9001 7005 set 3 name-differs"], ("name-differs", "warning", "")),
        ("7005,,jpark2", &[], ("row-skipped", "warning", "named like the test student")),
    ] {
        let text = gradebook("Quiz 1 (9001)", "10", &[&format!("\"Student, Test\",{ids},A,3")]);
        let planned = planned(&home, "test.csv", &text, &["--json"]);
        assert_eq!(planned.cells(), cells, "{ids}: {}", planned.said());
        let (code, severity, part) = finding;
        assert!(has_finding(&planned.ran.result(), &(code, severity, &[3], part)), "{ids}: {}", planned.said());
    }
}

#[test]
fn notes_of_an_untouched_gradebook_are_information_and_numbers_in_them_are_not() {
    let (home, _served) = home("sis");
    for (note, severity, exit) in [("sits in front", "info", 0), ("10", "warning", 3)] {
        let row = format!("\"Reyes, Marta\",7001,00417001,mreyes,A,{note},9");
        let text = gradebook("Notes,Quiz 1 (9001)", ",10", &[&row]);
        let planned = planned(&home, "notes.csv", &text, &["--json", "--strict"]);
        assert_eq!(planned.ran.code, exit, "{}", planned.said());
        let said = ("column-left-out", severity, &[1][..], "`Notes`");
        assert!(has_finding(&planned.ran.result(), &said), "{}", planned.said());
    }
}

#[test]
fn a_moodle_item_without_points_is_read_as_a_percentage() {
    let (home, _served) = home("sis");
    let last = "Last downloaded from this course";
    let head = format!("First name,Last name,ID number,Email address,{{}},{last}");
    for (columns, row, cells) in [
        (
            "Quiz: Quiz 1 (Real),Quiz: Lab (Percentage),Course total (Real)",
            "9.00,85.00 %,50",
            &["9001 7001 set 9", "9030 7001 set 8.5"][..],
        ),
        ("Quiz: Lab (Percentage),Course total (Percentage)", "85.00 %,50", &["9030 7001 set 8.5"]),
        ("Quiz: Quiz 1 (Real),Quiz: Quiz 1 (Percentage)", "9.00,85.00 %", &["9001 7001 set 9"]),
        // What stands before a title, in every spacing.
        ("Quiz:Quiz 1 (Real),Manual item: Lab (Real)", "9,8", &["9001 7001 set 9", "9030 7001 set 8"]),
        ("Cuestionario:Quiz 1 (Real),Manual item:Lab (Percentage)", "9,80 %", &["9001 7001 set 9", "9030 7001 set 8"]),
        ("Test :Quiz 1 (Brut),Aufgabe: Lab (Prozentsatz)", "9,80%", &["9001 7001 set 9", "9030 7001 set 8"]),
    ] {
        let text = format!("{} / Marta,Reyes,00417001,m@x,{row},1700000000", head.replace("{}", columns));
        let planned = planned(&home, "moodle.csv", &text, &["--strict"]);
        assert_eq!(
            (planned.cells().as_slice(), planned.ran.code),
            (&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()[..], 0),
            "{columns}: {}",
            planned.said()
        );
    }
}

#[test]
fn what_moodle_shows_in_words_only_is_a_warning() {
    let (home, _served) = home("sis");
    let text = "First name,Last name,ID number,Email address,Quiz: Quiz 1 (Real),Quiz: Quiz 1 (Letter),Quiz: Lab (Letter),\
                Quiz: Lab (Feedback),Last downloaded from this course / Marta,Reyes,00417001,m@x,9,A,B,Well argued,17000";
    let planned = planned(&home, "letters.csv", text, &["--json"]);
    assert_eq!(planned.cells(), ["9001 7001 set 9"], "{}", planned.said());
    for said in [
        ("column-left-out", "warning", &[1][..], "`Quiz: Lab (Letter)`, which hold words"),
        ("column-left-out", "warning", &[1], "`Quiz: Lab (Feedback)`, feedback"),
        ("column-left-out", "info", &[1], "`Quiz: Quiz 1 (Letter)`, `Last downloaded from this course`, of which"),
    ] {
        assert!(has_finding(&planned.ran.result(), &said), "{said:?}: {}", planned.said());
    }
}

#[test]
fn scores_of_people_in_another_role_are_a_warning() {
    let (home, _served) = home("sis");
    let text = "UID,UIN,User name,Role,Quiz 1 / m,00417001,Marta,Student,80 / k,00417002,Kit,TA,90 / \
                j,00417004,Jin,None,70 / t,T-601,Tea,Instructor,";
    let planned = planned(&home, "prairie.csv", text, &["--json"]);
    assert_eq!(planned.cells(), ["9001 7001 set 8"], "{}", planned.said());
    let said = ("row-skipped", "warning", &[3, 4][..], "by their roles in the file no students");
    assert!(has_finding(&planned.ran.result(), &said), "{}", planned.said());
    assert!(!planned.said().contains("summary of students"), "{}", planned.said());
}

#[test]
fn a_title_that_is_another_assignments_than_the_id_is_named_and_an_odd_id_is_held() {
    let (home, _served) = home("sis");
    let row = "\"Reyes, Marta\",7001,00417001,mreyes,A,4";
    for (column, cells, said) in [
        (
            "Lab (9031)",
            "9031 7001 set 4 title-of-another",
            "its id is that of `Lab (1)`, and its title that of another",
        ),
        ("Final Exam (9001)", "9001 7001 set 4 title-of-another", "that of another assignment (9006)"),
        ("Lab (1) (9031)", "9031 7001 set 4", ""),
        ("Old name (9031)", "9031 7001 set 4", ""),
        ("Lab(9031)", "Lab(9031) 7001 blocked assignment-name-near", "--by-title"),
        ("Lab ( 9030 )", "Lab ( 9030 ) 7001 blocked assignment-name-near", "it ends in the id of `Lab`"),
        (
            "Lab (1) [9031]",
            "Lab (1) [9031] 7001 blocked assignment-name-near",
            "map bind CHEM-110-F26 'Lab (1) [9031]' 9031",
        ),
        ("Poster [2]", "Poster [2] 7001 set 4", ""),
        // Both of two assignments of one name are offered.
        (
            "Dup (9999)",
            "Dup (9999) 7001 blocked assignment-name-near",
            "'Dup (9999)' 9012 --by-title` or `gradepush map bind CHEM-110-F26 'Dup (9999)' 9022 --by-title`",
        ),
    ] {
        let planned = planned(&home, "titles.csv", &gradebook(column, "10", &[row]), &[]);
        let found = planned.cells();
        let (expected, is_named) = match cells.strip_suffix(" title-of-another") {
            Some(cell) => (cell, true),
            None => (cells, false),
        };
        assert_eq!(found, [expected], "{column}: {}", planned.said());
        assert_eq!(planned.said().contains("title-of-another (warning)"), is_named, "{column}: {}", planned.said());
        assert!(planned.said().contains(said), "{column}: {}", planned.said());
    }
}

#[test]
fn two_new_titles_that_differ_in_form_only_are_both_held() {
    let (home, _served) = home("sis");
    for (one, other) in [("Gru\u{308}n", "Gr\u{fc}n"), ("Poster", "poster")] {
        let text = gradebook(&format!("{one},{other}"), "10,10", &["\"Reyes, Marta\",7001,00417001,mreyes,A,4,5"]);
        let planned = planned(&home, "alike.csv", &text, &["--json"]);
        assert_eq!(planned.counts(), ["2 blocked", "exit 4"], "{}", planned.said());
    }
}

#[test]
fn the_later_answer_to_a_form_counts_by_its_time_with_the_name_of_its_zone() {
    let (home, _served) = home("login");
    let title = ["--assignment-title", "Lab"];
    let text = "Timestamp,Username,Score / 2026/10/02 9:00:00 AM EST,mreyes,9 / 2026/10/01 9:00:00 AM EDT,mreyes,3";
    let found = planned(&home, "form.csv", text, &title);
    assert_eq!(found.cells(), ["9030 7001 set 9 repeat-settled"], "{}", found.said());
    assert!(!found.said().contains("date-dropped"), "{}", found.said());
    let dropped = planned(&home, "form.csv", "Timestamp,Username,Score / yesterday,mreyes,9", &title);
    assert!(dropped.said().contains("`Timestamp` is no date the tool knows"), "{}", dropped.said());
}

#[test]
fn numbers_of_a_column_that_is_shown_as_a_percentage_are_named() {
    let (home, _served) = home("sis");
    let text = "\"Last Name\",\"First Name\",\"Username\",\"Student ID\",\"Essay (draft) [Total Pts: 20 Percentage] |664617\" / \
                Reyes,Marta,mreyes,00417001,15.00";
    let planned = planned(&home, "blackboard.csv", text, &["--json"]);
    let said = ("points-or-percent", "warning", &[2][..], "`Essay (draft)` is shown as a percentage");
    assert!(has_finding(&planned.ran.result(), &said), "{}", planned.said());
}

#[test]
fn a_score_of_missing_work_is_remarked_on_and_a_blank_is_not() {
    let (home, _served) = home("sis");
    let text = "First Name,Last Name,SID,Email,Total Score,Max Points,Status,Submission ID / \
                Marta,Reyes,00417001,m@x,0,10,Missing,1 / Kit,O'Brien,00417002,k@x,,10,Missing,";
    let planned = planned(&home, "gradescope.csv", text, &["--assignment-title", "Lab", "--json"]);
    assert_eq!(planned.cells(), ["9030 7001 set 0"], "{}", planned.said());
    let said = ("row-remarked", "warning", &[2][..], "`Status` is `Missing`");
    assert!(has_finding(&planned.ran.result(), &said), "{}", planned.said());
}

#[test]
fn a_title_for_the_file_renames_no_column_that_names_its_assignment() {
    let (home, _served) = home("sis");
    for (name, text) in [
        (
            "moodle.csv",
            "First name,Last name,ID number,Email address,Quiz: Quiz 1 (Real),Last downloaded from this course / \
             Marta,Reyes,00417001,m@x,9,1700000000",
        ),
        ("prairie.csv", "UID,UIN,User name,Role,Quiz 1 / m,00417001,Marta,Student,80"),
    ] {
        home.write(name, &(text.replace(" / ", "\n") + "\n"));
        let refused = run(&home, "plan", &[name], &[&COURSE[..], &["--assignment-title", "Lab"]].concat());
        assert!(refused.code != 0 && refused.all().contains("--assignment-title"), "{}", refused.all());
    }
}

#[test]
fn each_thing_is_said_once_and_in_true_words() {
    let (home, _served) = home("sis");
    let text = gradebook("Quiz 1 (9001)", "10", &["\"Reyes, Marta\",7001,00417001,mreyes,A,late"]);
    let late = planned(&home, "late.csv", &text, &["--json"]);
    let findings = late.ran.result()["findings"].clone();
    let of_row = |finding: &&serde_json::Value| finding["sources"][0]["line"] == 3;
    let said: Vec<_> = findings.as_array().expect("findings").iter().filter(of_row).collect();
    assert_eq!(said.len(), 1, "{findings}");
    assert!(said[0]["message"].as_str().is_some_and(|text| text.contains("`late` is a status")), "{findings}");
    // Numbers with two readings.
    let unclear = planned(&home, "unclear.csv", "Student ID;Quiz 1 / 00417001;1.050 / 00417002;987", &[]);
    assert!(!unclear.said().contains("nothing to do; the value that counts"), "{}", unclear.said());
    assert!(unclear.said().contains("say how decimals are written with `--decimal point`"), "{}", unclear.said());
    // Nothing but a header.
    home.write("header.csv", "Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1\n");
    let empty = run(&home, "plan", &["header.csv"], &COURSE);
    assert!(!empty.all().contains("no such thing"), "{}", empty.all());
    // An encoding that is not read.
    let bytes: Vec<u8> =
        "Student ID,Quiz 1\n00417001,9\n".chars().flat_map(|one| u32::from(one).to_le_bytes()).collect();
    for mark in [&b""[..], b"\xff\xfe\0\0"] {
        fs_err::write(home.path("utf32.csv"), [mark, &bytes].concat()).expect("written");
        let refused = run(&home, "plan", &["utf32.csv"], &COURSE).ends_with(3);
        assert!(refused.all().contains("UTF-32"), "{}", refused.all());
    }
}
