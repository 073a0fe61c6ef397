//! Gradebook exports as people send them (`fixtures/intake`): which assignment each column means, and whose each row is.

use crate::common::intake::{COURSE, count_as, home, plan};

#[test]
fn a_column_is_the_assignment_whose_id_it_names_else_the_one_of_its_whole_title() {
    let (home, _served) = home("sis");
    for (file, expected) in [
        // The titles themselves end in a number in brackets.
        ("g22-lab-numbers.csv", &["9031 7001 set 4", "9031 7002 set 5", "9032 7001 set 9", "9032 7002 set 8"][..]),
        ("g22b-lab-one.csv", &["9031 7001 set 4", "9031 7002 set 5"]),
        ("g35-same-number.csv", &["9031 7001 set 4", "9031 7002 set 5", "Quiz (1) 7001 set 9", "Quiz (1) 7002 set 8"]),
        // Renamed since, and two of one name.
        ("g25-renamed-dups.csv", &["9001 7001 set 9", "9012 7001 set 5", "9022 7001 set 15"]),
        // A new column as Canvas itself takes one.
        (
            "g24-newcolumn.csv",
            &[
                "9001 7001 set 9",
                "9001 7002 set 8",
                "Guest lecture report 7001 set 4",
                "Guest lecture report 7002 set 5",
            ],
        ),
        ("g31-pointsafter.csv", &["Quiz 9 (9901) 7001 set 9", "Quiz 9 (9901) 7002 set 8"]),
        // Titles that end in a number, with their ids behind them.
        ("g32-percent-col.csv", &["9031 7001 set 9", "9032 7001 set 8"]),
    ] {
        let planned = plan(&home, &[file], &COURSE);
        assert_eq!(planned.cells(), expected, "{file}: {}", planned.said());
    }
}

#[test]
fn a_read_only_column_is_left_out_in_every_spacing_and_named() {
    let (home, _served) = home("sis");
    for (file, named) in [
        ("g26-trimmed-readonly.csv", "which Canvas calls read-only"),
        ("g30-nospaces-readonly.csv", "left out: `Letter (9004)`, which Canvas calls read-only"),
        ("g18-override.csv", "`Custom notes`, with neither an id in brackets nor points possible"),
    ] {
        let planned = plan(&home, &[file], &COURSE);
        assert_eq!(planned.cells(), ["9001 7001 set 9"], "{file}: {}", planned.said());
        assert!(planned.said().contains(named), "{file}: {}", planned.said());
    }
}

#[test]
fn a_row_without_a_canvas_id_is_a_person() {
    let (home, _served) = home("login");
    let planned = plan(&home, &["g23-mixed-ids.csv"], &COURSE);
    let expected = ["9001 7001 set 9", "9001 7002 set 8", "9001 7005 set 7", "9001 7018 set 6"];
    assert_eq!(planned.cells(), expected, "{}", planned.said());
    count_as(&home, "sis");
    let planned = plan(&home, &["g23-mixed-ids.csv"], &COURSE);
    let unresolved = planned.cells().iter().filter(|cell| cell.contains("user-unresolved")).count();
    assert_eq!((planned.cells().len(), unresolved), (4, 3), "{}", planned.said());
}

#[test]
fn a_title_that_is_nearly_an_assignments_is_held_with_the_command_that_binds_it() {
    let (home, _served) = home("internal");
    let planned = plan(&home, &["n01-near-titles.csv"], &[]);
    let (found, said) = (planned.cells(), planned.said());
    let set: Vec<&String> = found.iter().filter(|cell| cell.contains(" set ")).collect();
    assert_eq!(set, ["9006 7002 set 3", "9013 7002 set 3"], "{said}");
    assert_eq!(found.iter().filter(|cell| cell.ends_with(" blocked assignment-name-near")).count(), 9, "{said}");
    assert!(said.contains("`gradepush map bind CHEM-110-F26 'quiz 1' 9001 --by-title`"), "{said}");
    // Two new columns of nearly one name.
    let header = "course_id,assignment_title,user_id,score_received,score_possible";
    home.write("two.csv", &format!("{header}\nCHEM-110-F26,Poster,7001,3,10\nCHEM-110-F26,poster ,7002,3,10\n"));
    let plan = home.run(&["plan", "two.csv", "--json"]).result();
    let counts = &plan["counts"];
    assert_eq!((counts["set"].as_u64(), counts["blocked"].as_u64()), (Some(0), Some(2)), "{plan}");
}

#[test]
fn two_columns_of_one_title_and_an_id_of_another_course_decide_nothing() {
    let (home, _served) = home("sis");
    for (file, code, said) in [
        (
            "g07-dup-titles.csv",
            "item-contradicted duplicate-conflict",
            "give two columns of one title different titles",
        ),
        ("g33-othercourse.csv", "assignment-name-near", "777001 is no assignment of this course, and `Quiz 1` is"),
    ] {
        let planned = plan(&home, &[file], &[&COURSE[..], &["--json"]].concat());
        assert_eq!(planned.counts(), ["2 blocked", "exit 4"], "{file}: {}", planned.said());
        assert!(planned.cells().iter().all(|cell| cell.ends_with(code)), "{file}: {}", planned.said());
        assert!(planned.said().contains(said), "{file}: {}", planned.said());
    }
}
