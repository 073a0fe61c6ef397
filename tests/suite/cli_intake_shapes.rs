//! Tables of other programs and of people (`fixtures/intake`): where the header stands, what each column means, and which
//! assignment a file is of that does not say it.

use crate::common::{Home, Ran, Served};

const COURSE: [&str; 2] = ["--course", "CHEM-110-F26"];

/// A home beside the university of `fixtures/worlds/intake.json`, whose ids are of this kind; addresses are logins
/// without their domain.
fn home(origin: &str) -> (Home, Served) {
    let home = Home::new();
    let world = crate::repository().join("fixtures/worlds/intake.json");
    let served = home.with_sandbox(&["--world", &world.display().to_string()]);
    home.run(&["connector", "edit", "Sandbox", "--user-id-origin", origin, "--use-existing-assignments"]).succeeds();
    let config = fs_err::read_to_string(home.config()).expect("a configuration");
    home.write(
        "config/gradepush/config.toml",
        &format!("{config}\n[connector.rules]\nstrip_domain = \"example.edu\"\n"),
    );
    home.run(&["sync"]).succeeds();
    (home, served)
}

/// Ids are of this kind from now on.
fn count_as(home: &Home, origin: &str) {
    home.run(&["connector", "edit", "Sandbox", "--user-id-origin", origin]).succeeds();
}

fn fixture(file: &str) -> String {
    crate::repository().join("fixtures/intake").join(file).display().to_string()
}

/// Plans files with these flags.
fn plan(home: &Home, files: &[&str], flags: &[&str]) -> Ran {
    let files: Vec<String> = files.iter().map(|file| fixture(file)).collect();
    let mut arguments = vec!["plan", "--csv", "plan.csv"];
    arguments.extend(files.iter().map(String::as_str).chain(flags.iter().copied()));
    home.run(&arguments)
}

/// What the plan makes of each cell: assignment or new title, student, class, value or codes.
fn cells(home: &Home, files: &[&str], flags: &[&str]) -> (Vec<String>, String) {
    let ran = plan(home, files, flags);
    let Ok(text) = fs_err::read(home.path("plan.csv")) else { panic!("{files:?}: {}", ran.all()) };
    fs_err::remove_file(home.path("plan.csv")).expect("removed");
    let mut table = csv::Reader::from_reader(text.as_slice());
    let names = table.headers().expect("a header").clone();
    let rows = table.records().map(|row| {
        let row = row.expect("a row");
        let get = |name: &str| {
            let place = names.iter().position(|one| one.trim_start_matches('\u{feff}') == name).expect("the column");
            row[place].to_owned()
        };
        let column = Some(get("assignment_id")).filter(|id| !id.is_empty()).unwrap_or_else(|| get("assignment"));
        let blocked = ["blocked", "unresolved", "conflict"].contains(&get("class").as_str());
        let value = if blocked { get("codes") } else { get("new") };
        format!("{column} {} {} {value}", get("user_id"), get("class"))
    });
    (rows.collect(), ran.all())
}

fn with_layout<'a>(layout: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&COURSE[..], &["--layout", layout], more].concat()
}

#[test]
fn a_header_is_found_below_other_lines_and_each_line_passed_over_is_named() {
    let (home, _served) = home("login");
    for (file, flags, expected, said) in [
        (
            "x01-titlerow.xlsx",
            [&COURSE[..], &["--possible", "10"]].concat(),
            &["9001 7001 set 9", "9001 7002 set 7", "Quiz 2 7001 set 8"][..],
            "x01-titlerow.xlsx:1: stands above the header and is passed over",
        ),
        (
            "t01-teams.csv",
            [&COURSE[..], &["--assignment-title", "Lecture 4", "--possible", "75"]].concat(),
            &["Lecture 4 7001 set 63.5333", "Lecture 4 7002 set 45.8"],
            "stands below the table and is passed over",
        ),
        (
            "z01-zoom.csv",
            [&COURSE[..], &["--assignment-title", "Lecture 4", "--possible", "75"]].concat(),
            &[
                "Lecture 4 7001 set 45",
                "Lecture 4 7004 set 55",
                "Lecture 4 7005 set 60",
                "Lecture 4 601 blocked not-enrolled",
                "Lecture 4  unresolved user-unresolved",
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
    let (named, all) = cells(&home, &["x01-titlerow.xlsx"], &[&COURSE[..], &["--sheet", "1"]].concat());
    assert_eq!(named.len(), 3, "{all}");
    let none = plan(&home, &["x01-titlerow.xlsx"], &[&COURSE[..], &["--sheet", "Week 9"]].concat()).ends_with(2);
    assert!(none.stderr.contains("has no sheet `Week 9`; its sheets are `Sheet"), "{}", none.all());
    let none = plan(&home, &["e06-pipe.csv"], &["--sheet", "1"]).ends_with(2);
    assert!(none.stderr.contains("is no workbook"), "{}", none.all());
}

#[test]
fn the_same_header_next_week_is_another_assignment_or_a_question() {
    let (home, _served) = home("sis");
    let layout = fixture("gs01.toml");
    for flags in [with_layout(&layout, &[]), COURSE.to_vec()] {
        let (found, all) = cells(&home, &["gs01-gradescope-assignment.csv"], &flags);
        assert!(found.iter().all(|cell| cell.contains("assignment-untitled")), "{all}");
        assert!(all.contains("--assignment-title"), "{all}");
    }
    // HW1 is pushed; HW2 is another column, and without a title still a question.
    let first = fixture("gs01-gradescope-assignment.csv");
    home.run(&[&["push", &first, "--assignment-title", "HW1", "--yes"][..], &COURSE].concat()).ends_with(4);
    let (found, all) =
        cells(&home, &["gs03-gradescope-hw2.csv"], &[&COURSE[..], &["--assignment-title", "HW2"]].concat());
    assert_eq!(found, ["HW2 7001 set 8", "HW2 7003 set 9.5"], "{all}");
    let (found, all) = cells(&home, &["gs03-gradescope-hw2.csv"], &COURSE);
    assert!(found.iter().all(|cell| cell.contains("blocked assignment-untitled")), "{all}");
    // The title out of the file's name.
    let flags = [&COURSE[..], &["--assignment-from-name", "gs03-{title}.csv"]].concat();
    let (found, all) = cells(&home, &["gs03-gradescope-hw2.csv"], &flags);
    assert_eq!(found, ["gradescope-hw2 7001 set 8", "gradescope-hw2 7003 set 9.5"], "{all}");
    let flags = [&COURSE[..], &["--assignment-from-name", "{title}_scores.csv"]].concat();
    let wrong = plan(&home, &["gs03-gradescope-hw2.csv"], &flags).ends_with(2);
    assert!(wrong.stderr.contains("does not fit the pattern of --assignment-from-name"), "{}", wrong.all());
    // A score that nobody has finished is named, and so are columns that are none.
    let flags = [&COURSE[..], &["--assignment-title", "HW1"]].concat();
    let (found, all) = cells(&home, &["gs01-gradescope-assignment.csv"], &flags);
    assert_eq!(found.len(), 3, "{all}");
    assert!(all.contains("gs01-gradescope-assignment.csv:5: `Status` is `Ungraded`"), "{all}");
    assert!(all.contains("`1.1: Balance (4.0 pts)`"), "{all}");
}

#[test]
fn a_title_that_every_column_has_already_is_a_mistake() {
    let (home, _served) = home("sis");
    let flags = [&COURSE[..], &["--assignment-title", "HW1"]].concat();
    let wrong = plan(&home, &["gs02-gradescope-course.csv"], &flags).ends_with(2);
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
            [&COURSE[..], &["--possible", "100"]].concat(),
            &["Week 1 7001 set 9", "Essay 7001 set 56", "Essay 7002 set 75"],
        ),
    ] {
        let (found, all) = cells(&home, &[file], &flags);
        assert_eq!(found, expected, "{file}: {all}");
    }
    count_as(&home, "login");
    let titled = [&COURSE[..], &["--assignment-title", "Quiz 1"]].concat();
    for (file, expected) in [
        ("m02-quizreport.csv", &["9001 7001 set 10"][..]),
        ("gf01-googleforms.csv", &["9001 7001 set 9", "9001 7002 set 10"]),
        // Minutes are no points of a quiz of ten.
        (
            "z02-zoom-flat.csv",
            &[
                "9001 7001 blocked far-over-possible repeat-summed",
                "9001  unresolved user-unresolved far-over-possible",
            ],
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
            &["9001 7001 set 9", "9001 7002 set 10"],
        ),
        (
            "z02-zoom-flat.csv",
            "z02.toml",
            &["--assignment-title", "Zoom", "--repeat", "sum"],
            &["Zoom 7001 set 45", "Zoom  unresolved user-unresolved"],
        ),
        ("d02-noattr.csv", "d02.toml", &[], &["MapleTA 7001 set 75", "MapleTA 7002 set 60.5"]),
    ] {
        let layout = fixture(layout);
        let (found, all) = cells(&home, &[file], &with_layout(&layout, more));
        assert_eq!(found, expected, "{file}: {all}");
    }
    // A header below other lines is found by the layout's columns, too.
    let layout = fixture("z01.toml");
    let flags = with_layout(&layout, &["--assignment-title", "Lecture 4", "--repeat", "sum"]);
    let (found, all) = cells(&home, &["z01-zoom.csv"], &flags);
    for cell in ["Lecture 4 7001 set 45", "Lecture 4 7004 set 55", "Lecture 4 7005 set 60"] {
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
    let names = plan(&home, &["i04-names-only.csv"], &COURSE).ends_with(3);
    assert!(names.stderr.contains("no known format has the header `Student,Section,Quiz 1`"), "{}", names.all());
    let groups = plan(&home, &["gr01-groups.csv"], &COURSE).ends_with(3);
    assert!(groups.stderr.contains("rows of groups cannot be read"), "{}", groups.all());
}

#[test]
fn files_add_up_where_that_is_asked_for_and_contradict_each_other_otherwise() {
    let (home, _served) = home("internal");
    let (found, all) = cells(&home, &["m1.csv", "m2.csv"], &["--repeat", "sum"]);
    assert_eq!(found, ["iClicker 7001 set 8", "iClicker 7002 set 4", "iClicker 7004 set 4"], "{all}");
    let (found, all) = cells(&home, &["m1.csv", "m2.csv"], &["--repeat", "first"]);
    assert_eq!(found[0], "iClicker 7001 set 3", "{all}");
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
        let ran = home.run(&["export", &fixture(file), "--suggest-layout"]).succeeds();
        let text = &ran.stdout;
        assert!(text.contains(ids) && text.contains(scores), "{file}: {text}");
        let items = text.lines().skip_while(|line| !line.contains("these are:")).nth(1).unwrap_or_default();
        assert!(!never.iter().any(|name| items.contains(name)), "{file}: {text}");
        assert!(text.contains("is read without a layout"), "{file}: {text}");
    }
}
