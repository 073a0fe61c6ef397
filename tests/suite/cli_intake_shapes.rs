//! Tables of other programs and of people (`fixtures/intake`): where the header stands, what each column means, and which
//! assignment a file is of that does not say it.

use crate::common::intake::{COURSE, World, count_as, input, run};
use crate::common::{Home, Served};

/// A home beside the university of `fixtures/worlds/intake.json`, in which addresses are logins without their domain.
fn home(origin: &str) -> (Home, Served) {
    let (home, served) = World::of("intake.json").home(origin, &[]);
    let config = fs_err::read_to_string(home.config()).expect("a configuration");
    let rules = "[connector.rules]\nstrip_domain = \"example.edu\"\n";
    home.write("config/gradepush/config.toml", &format!("{config}\n{rules}"));
    home.run(&["sync"]).succeeds();
    (home, served)
}

/// What the plan makes of each cell, and all that was said.
fn cells(home: &Home, files: &[&str], flags: &[&str]) -> (Vec<String>, String) {
    let planned = crate::common::intake::plan(home, files, flags);
    (planned.cells(), planned.said())
}

fn of_course<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&COURSE[..], more].concat()
}

#[test]
fn a_header_is_found_below_other_lines_and_each_line_passed_over_is_named() {
    let (home, _served) = home("login");
    for (file, flags, expected, said) in [
        (
            "x01-titlerow.xlsx",
            of_course(&["--possible", "10"]),
            &["9001 7001 set 9", "9001 7002 set 7", "Quiz 2 7001 set 8"][..],
            "x01-titlerow.xlsx:1: stands above the header and is passed over",
        ),
        (
            "t01-teams.csv",
            of_course(&["--assignment-title", "Lecture 4", "--possible", "75"]),
            &["Lecture 4 7001 set 63.5333", "Lecture 4 7002 set 45.8"],
            "stands below the table and is passed over",
        ),
        (
            "z01-zoom.csv",
            of_course(&["--assignment-title", "Lecture 4", "--possible", "75"]),
            &[
                "Lecture 4 7001 set 45 repeat-summed",
                "Lecture 4 7004 set 55",
                "Lecture 4 7005 set 60",
                "Lecture 4 601 blocked not-enrolled",
                "Lecture 4 unresolved user-unresolved",
            ],
            "z01-zoom.csv:1, 2: stands above the header and is passed over",
        ),
    ] {
        let (mut found, all) = cells(&home, &[file], &flags);
        found.sort_by_key(|cell| (cell.contains("unresolved"), cell.contains("blocked")));
        assert_eq!(found, expected, "{file}: {all}");
        assert!(all.contains(said), "{file}: {all}");
    }
    count_as(&home, "internal");
    // Whether `9,5` is a number is not this test's question.
    for (file, expected) in [("e01-sepline.csv", "9001 7001 "), ("e06-pipe.csv", "9001 7001 set 9")] {
        let (found, all) = cells(&home, &[file], &[]);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{file}: {all}");
    }
}

#[test]
fn a_line_or_a_sheet_can_be_named() {
    let (home, _served) = home("login");
    home.write("late.csv", "NetID,Quiz 0\nNetID,Quiz 1\nmreyes,9\n");
    let found = home.run(&[&["plan", "late.csv", "--header-row", "2"][..], &COURSE].concat());
    assert!(found.all().contains("1 to set"), "{}", found.all());
    let none = home.run(&[&["plan", "late.csv", "--header-row", "9"][..], &COURSE].concat()).ends_with(2);
    assert!(none.stderr.contains("nothing stands in line 9"), "{}", none.all());
    let (named, all) = cells(&home, &["x01-titlerow.xlsx"], &of_course(&["--sheet", "1"]));
    assert_eq!(named.len(), 3, "{all}");
    let none = run(&home, "plan", &["x01-titlerow.xlsx"], &of_course(&["--sheet", "Week 9"])).ends_with(2);
    assert!(none.stderr.contains("has no sheet `Week 9`; its sheets are `Sheet"), "{}", none.all());
    let none = run(&home, "plan", &["e06-pipe.csv"], &["--sheet", "1"]).ends_with(2);
    assert!(none.stderr.contains("is no workbook"), "{}", none.all());
}

#[test]
fn a_title_that_every_column_has_already_is_a_mistake() {
    let (home, _served) = home("sis");
    let flags = of_course(&["--assignment-title", "HW1"]);
    let wrong = run(&home, "plan", &["gs02-gradescope-course.csv"], &flags).ends_with(2);
    assert!(wrong.stderr.contains("every column names its own assignment"), "{}", wrong.all());
}

#[test]
fn exports_of_other_programs_are_read_without_a_layout() {
    let (home, _served) = home("sis");
    for (file, flags, expected) in [
        (
            "gs02-gradescope-course.csv",
            COURSE.to_vec(),
            &["HW1 7001 set 8", "HW2 7001 set 17.5", "HW2 7002 set 12"][..],
        ),
        (
            "m01-moodle.csv",
            of_course(&["--possible", "100"]),
            &["Week 1 7001 set 9", "Essay 7001 set 56", "Essay 7002 set 75"],
        ),
    ] {
        let (found, all) = cells(&home, &[file], &flags);
        assert_eq!(found, expected, "{file}: {all}");
    }
    count_as(&home, "login");
    let titled = of_course(&["--assignment-title", "Quiz 1"]);
    for (file, expected) in [
        ("m02-quizreport.csv", &["9001 7001 set 10 repeat-settled"][..]),
        ("gf01-googleforms.csv", &["9001 7001 set 9 repeat-settled", "9001 7002 set 10"]),
        // Minutes are no points of a quiz of ten.
        (
            "z02-zoom-flat.csv",
            &["9001 7001 blocked far-over-possible repeat-summed", "9001 unresolved user-unresolved far-over-possible"],
        ),
    ] {
        let (found, all) = cells(&home, &[file], &titled);
        assert_eq!(found, expected, "{file}: {all}");
    }
    let (found, all) = cells(&home, &["gc01-ghclassroom.csv"], &COURSE);
    assert_eq!(found.len(), 3, "{all}");
    assert!(found.iter().all(|cell| cell.starts_with("lab-3 ")) && !all.contains("is no date"), "{all}");
}

#[test]
fn layouts_of_today_go_on_being_read() {
    let (home, _served) = home("login");
    for (file, layout, more, expected) in [
        ("e05-newline-header.csv", "e03.toml", &[][..], &["Quiz 1 (week 2) 7001 set 9", "Quiz 2 7001 set 8"][..]),
        ("k04-layout-login.csv", "k04.toml", &[], &["9001 7002 set 8"]),
        (
            "gf01-googleforms.csv",
            "gf01.toml",
            &["--assignment-title", "Quiz 1", "--repeat", "max"],
            &["9001 7001 set 9 repeat-settled", "9001 7002 set 10"],
        ),
        (
            "z02-zoom-flat.csv",
            "z02.toml",
            &["--assignment-title", "Zoom", "--repeat", "sum"],
            &["Zoom 7001 set 45 repeat-summed", "Zoom unresolved user-unresolved"],
        ),
        ("d02-noattr.csv", "d02.toml", &[], &["MapleTA 7001 set 75", "MapleTA 7002 set 60.5"]),
        ("gs02-gradescope-course.csv", "gs02.toml", &[], &["HW1 7001 set 8", "HW2 7001 set 17.5", "HW2 7002 set 12"]),
        (
            "m01-moodle.csv",
            "m01.toml",
            &["--possible", "100"],
            &["Week 1 7001 set 9", "Essay 7001 set 56", "Essay 7002 set 75"],
        ),
        (
            "m02-quizreport.csv",
            "m02.toml",
            &["--assignment-title", "Quiz 1", "--repeat", "max"],
            &["9001 7001 set 10 repeat-settled", "Q. 1 7001 set 5 duplicate-equal", "Q. 2 7001 set 5 repeat-settled"],
        ),
        // Real dates as headers of a workbook.
        (
            "x02-dateheader.xlsx",
            "k04.toml",
            &[],
            &["2026-10-02 7001 set 1", "2026-10-02 7002 set 1", "2026-10-09 7001 set 0", "2026-10-09 7002 set 1"],
        ),
    ] {
        let layout = input(&home, layout);
        let (found, all) = cells(&home, &[file], &[of_course(&["--layout", &layout]), more.to_vec()].concat());
        assert_eq!(found, expected, "{file}: {all}");
    }
    // A header below other lines is found by the layout's columns, too.
    let layout = input(&home, "z01.toml");
    let flags = of_course(&["--layout", &layout, "--assignment-title", "Lecture 4", "--repeat", "sum"]);
    let (found, all) = cells(&home, &["z01-zoom.csv"], &flags);
    for cell in ["Lecture 4 7001 set 45 repeat-summed", "Lecture 4 7004 set 55", "Lecture 4 7005 set 60"] {
        assert!(found.iter().any(|one| one == cell), "{cell}: {all}");
    }
}

#[test]
fn a_colleagues_two_columns_are_read_and_what_they_were_taken_for_is_said() {
    let (home, _served) = home("sis");
    home.write("two.csv", "Student ID,Score\n00417001,9\n00417002,8.5\n");
    let flags = [&["plan", "two.csv", "--json"][..], &COURSE].concat();
    let asked = home.run(&flags).ends_with(4);
    assert_eq!(asked.result()["findings"][0]["code"], "assignment-untitled", "{}", asked.all());
    let said = home.run(&[&flags[..], &["--assignment-title", "Quiz 1"]].concat()).succeeds();
    assert_eq!(said.result()["counts"]["set"].as_u64(), Some(2), "{}", said.all());
    assert!(said.all().contains("`Student ID` as the SIS id, `Score` as the scores of `Quiz 1`"), "{}", said.all());
    // The id column is one by its name, and texts, dates and further ids are no scores.
    home.write("more.csv", "NetID;Name;Phone;Date;Quiz 1;Remark\nmreyes;Reyes;5551234;2026-10-02;9;late\nkobrien;O'Brien;5551235;2026-10-02;;\n");
    count_as(&home, "login");
    let more = home.run(&[&["plan", "more.csv", "--json"][..], &COURSE].concat()).succeeds();
    assert_eq!(more.result()["counts"]["cells"].as_u64(), Some(1), "{}", more.all());
    for left_out in ["left out: `Phone`, `Date`, of which no score", "left out: `Remark`, whose values are no scores"] {
        assert!(more.all().contains(left_out), "{left_out}: {}", more.all());
    }
}

#[test]
fn words_for_no_score_do_not_hide_a_column_of_scores() {
    let (home, _served) = home("login");
    home.write("words.csv", "NetID,Mission 1,Mission 2\nmreyes,NA,n/a\nkobrien,n/a,15\njpark1,#N/A,null\n");
    let flags = [&["plan", "words.csv", "--json"][..], &COURSE].concat();
    let words = home.run(&flags);
    let taken = "`NetID` as the login, `Mission 1` as scores, `Mission 2` as scores";
    assert!(words.all().contains(taken), "{}", words.all());
    assert_eq!(words.result()["counts"]["cells"].as_u64(), Some(1), "{}", words.all());
    home.write("texts.csv", "NetID,Remark\nmreyes,see me\nkobrien,well argued\n");
    let texts = home.run(&[&["plan", "texts.csv"][..], &COURSE].concat()).ends_with(3);
    assert!(texts.stderr.contains("a column of scores"), "{}", texts.all());
}

#[test]
fn hand_made_gradebooks_are_read_or_refused_with_the_reason() {
    let (home, _served) = home("login");
    for file in ["g03-minimal.csv", "g03b-minimal-noassignid.csv"] {
        let (found, all) = cells(&home, &[file], &COURSE);
        assert_eq!(found, ["9001 7001 set 9", "9001 7002 set 8"], "{file}: {all}");
    }
    count_as(&home, "sis");
    let (found, all) = cells(&home, &["g03b-minimal-noassignid.csv"], &COURSE);
    assert!(found.len() == 2 && found.iter().all(|cell| cell.contains("user-unresolved")), "{all}");
    let names = run(&home, "plan", &["i04-names-only.csv"], &COURSE).ends_with(3);
    let said = "no known format has the header `Student,Section,Quiz 1`: it has names but no ids";
    assert!(names.stderr.contains(said) && !names.stderr.contains("nearest"), "{}", names.all());
    let groups = run(&home, "plan", &["gr01-groups.csv"], &COURSE).ends_with(3);
    assert!(groups.stderr.contains("rows of groups cannot be read"), "{}", groups.all());
}

#[test]
fn files_add_up_where_that_is_asked_for_and_contradict_each_other_otherwise() {
    let (home, _served) = home("internal");
    let (found, all) = cells(&home, &["m1.csv", "m2.csv"], &["--repeat", "sum"]);
    assert_eq!(found, ["iClicker 7001 set 8 repeat-summed", "iClicker 7002 set 4", "iClicker 7004 set 4"], "{all}");
    let (found, all) = cells(&home, &["m1.csv", "m2.csv"], &["--repeat", "first"]);
    assert_eq!(found[0], "iClicker 7001 set 3 repeat-settled", "{all}");
    let (found, all) = cells(&home, &["m1.csv", "m2.csv"], &[]);
    assert_eq!(found.iter().filter(|cell| cell.contains("duplicate-conflict")).count(), 2, "{all}");
    // Two files give one key different points.
    let header = "course_id,assignment_title,user_id,score_received,score_possible";
    home.write("a.csv", &format!("{header}\nCHEM-110-F26,Poster,7001,3,10\n"));
    home.write("b.csv", &format!("{header}\nCHEM-110-F26,Poster,7002,3,20\n"));
    let plan = home.run(&["plan", "a.csv", "b.csv", "--json"]).ends_with(4).result();
    assert_eq!(plan["counts"]["blocked"].as_u64(), Some(2), "{plan}");
    assert_eq!(plan["findings"][0]["code"], "item-contradicted", "{plan}");
}

#[test]
fn a_suggested_layout_tries_ids_on_the_cache_and_offers_no_id_date_or_text_as_a_score() {
    let (home, _served) = home("sis");
    for (file, ids, scores, never) in [
        (
            "gs01-gradescope-assignment.csv",
            "sis = \"SID\"",
            "# Total Score\n",
            &["Submission ID", "Submission Time"][..],
        ),
        ("m01-moodle.csv", "sis = \"ID number\"", "Essay (Real)", &["Last downloaded", "(Feedback)"]),
        ("t01-teams.csv", "login = ", "# In-Meeting Duration\n", &["First Join", "Role"]),
        ("z01-zoom.csv", "login = \"Email\"", "# Total duration (minutes)\n", &["Guest"]),
        (
            "gc01-ghclassroom.csv",
            "login = \"roster_identifier\"",
            "value = \"points_awarded\"",
            &["student_repository"],
        ),
    ] {
        let ran = run(&home, "export", &[file], &["--suggest-layout"]).succeeds();
        let text = &ran.stdout;
        assert!(text.contains(ids) && text.contains(scores), "{file}: {text}");
        let items = text.lines().skip_while(|line| !line.contains("these are:")).nth(1).unwrap_or_default();
        assert!(!never.iter().any(|name| items.contains(name)), "{file}: {text}");
        assert!(text.contains("is read without a layout"), "{file}: {text}");
    }
}

#[test]
fn old_line_ends_marks_and_encodings_change_nothing() {
    let (home, _served) = home("internal");
    for (file, expected) in [
        ("e07-cr.csv", &["9001 7001 set 9", "9001 7002 set 8"][..]),
        ("e08-utf16nobom.csv", &["9001 7003 set 9"]),
        ("e10-bomquoted.csv", &["9001 7001 set 9"]),
    ] {
        let (found, all) = cells(&home, &[file], &[]);
        assert_eq!(found, expected, "{file}: {all}");
    }
}

#[test]
fn a_table_that_fell_apart_is_refused_with_its_line() {
    let (home, _served) = home("login");
    let layout = input(&home, "e03.toml");
    for (file, flags, said) in [
        // A comma without quotes in a name, a quote that is never closed, one name for two columns.
        ("e03-unquoted-comma.csv", of_course(&["--layout", &layout]), "e03-unquoted-comma.csv:2: has 5 fields"),
        ("e13-unclosed.csv", Vec::new(), "e13-unclosed.csv:5: a quoted field of this row is never closed"),
        ("n03-dupcols.csv", Vec::new(), "n03-dupcols.csv:1: the column `user_id` stands twice"),
    ] {
        let refused = run(&home, "plan", &[file], &flags).ends_with(3);
        assert!(refused.stderr.contains(said), "{file}: {}", refused.all());
    }
}

#[test]
fn titles_that_differ_in_marks_and_numbers_are_columns_of_their_own() {
    let (home, _served) = home("internal");
    let (found, all) = cells(&home, &["n02-hash-titles.csv"], &COURSE);
    let expected = [
        "Test #1 7001 set 9",
        "Test #2 7001 set 8",
        "Test #1.5 7001 set 7",
        "Test \"A\", part 2 7001 set 6",
        "11-12 7001 set 5",
    ];
    assert_eq!(found, expected, "{all}");
}
