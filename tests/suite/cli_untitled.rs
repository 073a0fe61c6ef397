//! Files that call their only column of scores what every file of their kind does: which assignment is meant, a person says.

use crate::common::intake::{COURSE, Planned, home, input, plan, run};

/// Homework 1 and 2 of one course, whose scores both stand under `Total Score`.
const HW1: &str = "gs01-gradescope-assignment.csv";
const HW2: &str = "gs03-gradescope-hw2.csv";

/// The cells of the two columns, but for the student without an id.
fn found(planned: &Planned) -> Vec<String> {
    planned.cells().into_iter().filter(|cell| !cell.contains("unresolved")).collect()
}

#[test]
fn the_same_header_next_week_is_another_assignment_or_a_question() {
    let (home, _served) = home("sis");
    let layout = input(&home, "gs01.toml");
    let with = |file: &str, flags: &[&str]| plan(&home, &[file], &[&COURSE, flags].concat());
    for flags in [&["--layout", &layout][..], &[]] {
        let planned = with(HW1, flags);
        assert!(planned.cells().iter().all(|cell| cell.contains("assignment-untitled")), "{}", planned.said());
        assert!(planned.said().contains("--assignment-title"), "{}", planned.said());
    }
    // HW1 is pushed; HW2 is another column, and without a title still a question.
    run(&home, "push", &[HW1], &[&COURSE[..], &["--assignment-title", "HW1", "--yes"]].concat()).ends_with(4);
    let planned = with(HW2, &["--assignment-title", "HW2"]);
    assert_eq!(planned.cells(), ["HW2 7001 set 8", "HW2 7003 set 9.5"], "{}", planned.said());
    let planned = with(HW2, &[]);
    assert!(planned.cells().iter().all(|cell| cell.ends_with("blocked assignment-untitled")), "{}", planned.said());
    // The title out of the file's name.
    let planned = with(HW2, &["--assignment-from-name", "gs03-{title}.csv"]);
    let expected = ["gradescope-hw2 7001 set 8", "gradescope-hw2 7003 set 9.5"];
    assert_eq!(planned.cells(), expected, "{}", planned.said());
    let flags = [&COURSE[..], &["--assignment-from-name", "{title}_scores.csv"]].concat();
    let wrong = run(&home, "plan", &[HW2], &flags).ends_with(2);
    assert!(wrong.stderr.contains("does not fit the pattern of --assignment-from-name"), "{}", wrong.all());
    // A score that nobody has finished is named, and so are columns that are none.
    let planned = with(HW1, &["--assignment-title", "HW1"]);
    assert_eq!(planned.cells().len(), 3, "{}", planned.said());
    for said in ["gs01-gradescope-assignment.csv:5: `Status` is `Ungraded`", "`1.1: Balance (4.0 pts)`"] {
        assert!(planned.said().contains(said), "{said}: {}", planned.said());
    }
}

#[test]
fn such_a_header_is_bound_for_files_of_a_name_and_no_others() {
    let (home, _served) = home("sis");
    let map = |action: &str, header: &str, more: &[&str]| {
        home.run(&[&["map", action, "CHEM-110-F26", header], more].concat())
    };
    // Without the files it would be last week's column for every file to come.
    for flags in [&["9001"][..], &["9001", "--by-title"]] {
        let refused = map("bind", "Total Score", flags).ends_with(2);
        let words = refused.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("would give the scores of the next file to this assignment"), "{words}");
        let command = "gradepush map bind 'CHEM-110-F26' 'Total Score' 9001 --for-files 'PATTERN'";
        assert!(words.contains(command), "{words}");
    }
    for (header, pattern, said) in [
        ("Quiz 1", "*.csv", "`Quiz 1` names its assignment itself"),
        ("Total Score", "week 1/*.csv", "`week 1/*.csv` is no pattern of file names"),
    ] {
        let refused = map("bind", header, &["9001", "--for-files", pattern]).ends_with(2);
        assert!(refused.stderr.contains(said), "{}", refused.all());
    }
    let bound = map("bind", "Total  Score", &["9001", "--for-files", "gs01-*.csv"]).succeeds();
    assert!(bound.stdout.contains("Total Score in files `gs01-*.csv` now means `Quiz 1`"), "{}", bound.all());

    let of_hw1 = ["9001 7001 set 9", "9001 7003 set 8.5"];
    let first = plan(&home, &[HW1], &COURSE);
    assert_eq!(found(&first), of_hw1, "{}", first.said());
    let untitled = ["Total Score 7001 blocked assignment-untitled", "Total Score 7003 blocked assignment-untitled"];
    let second = plan(&home, &[HW2], &COURSE);
    assert_eq!(found(&second), untitled, "{}", second.said());
    let command = format!("map bind 'CHEM-110-F26' 'Total Score' CANVAS_ID --for-files '{HW2}'");
    assert!(second.said().contains(&command), "{}", second.said());
    let both = plan(&home, &[HW1, HW2], &COURSE);
    assert_eq!(found(&both), [of_hw1, untitled].concat(), "{}", both.said());
    // What is said of the file goes first.
    let titled = plan(&home, &[HW1], &[&COURSE[..], &["--assignment-title", "Final Exam"]].concat());
    assert_eq!(found(&titled), ["9006 7001 set 9", "9006 7003 set 8.5"], "{}", titled.said());
}

#[test]
fn two_bindings_that_fit_one_file_are_a_question() {
    let (home, _served) = home("sis");
    let bind = |to: &str, pattern: &str| {
        home.run(&["map", "bind", "CHEM-110-F26", "Total Score", to, "--for-files", pattern]).succeeds();
    };
    bind("9001", "gs01-*.csv");
    bind("9001", "*-assignment.csv");
    let planned = plan(&home, &[HW1], &COURSE);
    assert_eq!(found(&planned), ["9001 7001 set 9", "9001 7003 set 8.5"], "both mean one: {}", planned.said());
    bind("9006", "gs*.csv");
    let planned = plan(&home, &[HW1], &COURSE);
    assert!(found(&planned).iter().all(|cell| cell.ends_with("blocked assignment-untitled")), "{}", planned.said());
    let said = "`*-assignment.csv` and `gs01-*.csv` and `gs*.csv`, and `gs01-gradescope-assignment.csv` fits them all";
    assert!(planned.said().contains(said), "{}", planned.said());
}

#[test]
fn such_a_binding_is_listed_exported_and_removed_and_a_push_adds_none() {
    let (home, _served) = home("sis");
    home.run(&["map", "bind", "CHEM-110-F26", "Total Score", "9001", "--for-files", "gs01-*.csv"]).succeeds();
    run(&home, "push", &[HW1], &[&COURSE[..], &["--yes"]].concat()).ends_with(4);
    let listed = home.run(&["map", "list", "--json"]).succeeds().result();
    assert_eq!(listed["bindings"].as_array().map(Vec::len), Some(1), "{listed}");
    let key = serde_json::json!({"Untitled": {"header": "Total Score", "file": "gs01-*.csv"}});
    assert_eq!(listed["bindings"][0]["key"]["assignment"], key);
    let shown = home.run(&["map", "list"]).succeeds().stdout;
    assert!(shown.contains("Total Score") && shown.contains("gs01-*.csv"), "{shown}");

    home.run(&["map", "export", "-o", "map.csv"]).succeeds();
    let unbind = ["map", "unbind", "CHEM-110-F26", "Total Score", "--for-files", "gs01-*.csv"];
    home.run(&unbind).succeeds();
    home.run(&unbind).ends_with(2);
    let planned = plan(&home, &[HW1], &COURSE);
    assert!(found(&planned).iter().all(|cell| cell.ends_with("assignment-untitled")), "{}", planned.said());
    home.run(&["map", "import", "map.csv"]).succeeds();
    let planned = plan(&home, &[HW1], &COURSE);
    assert_eq!(found(&planned), ["9001 7001 unchanged 9", "9001 7003 unchanged 8.5"], "{}", planned.said());

    let text = fs_err::read_to_string(home.path("map.csv")).expect("the map");
    for (from, to, said) in [
        ("Total Score", "Quiz 1", "map.csv:2: `Quiz 1` names its assignment itself"),
        (",,Total Score", ",rec-1,", "map.csv:2: `files` is for a header in `assignment_title`"),
    ] {
        home.write("map.csv", &text.replace(from, to));
        let refused = home.run(&["map", "import", "map.csv"]).ends_with(3);
        assert!(refused.stderr.contains(said), "{}", refused.all());
    }
}

#[test]
fn what_was_not_written_of_such_a_file_keeps_its_assignment_in_another_file() {
    let (home, _served) = home("sis");
    home.run(&["map", "bind", "CHEM-110-F26", "Total Score", "9001", "--for-files", "gs01-*.csv"]).succeeds();
    run(&home, "push", &[HW1], &[&COURSE[..], &["--yes"]].concat()).ends_with(4);
    let failed = home.run(&["show", "latest", "--failed"]).succeeds().stdout;
    home.write("mended.csv", &failed.replace(",,7.0,", ",00417004,7,"));
    let planned = plan(&home, &["mended.csv"], &[]);
    assert_eq!(planned.cells(), ["9001 7004 set 7"], "{failed}{}", planned.said());
}
