//! Plain tables and laid out ones: the value, the person and the column that a file means, or no plan at all.

use crate::common::intake::{COURSE, World, home, plan, run};

#[test]
fn a_percentage_is_a_share_of_what_its_assignment_is_out_of() {
    let (home, _served) = home("sis");
    for (file, text, further, expected) in [
        (
            "mixed.csv",
            "Student ID,Essay (draft)\n00417001,15\n00417002,15%\n",
            &[][..],
            &["7001 set 15", "7002 set 3"][..],
        ),
        ("first.csv", "Student ID,Essay (draft)\n00417002,15%\n00417001,15\n", &[], &["7001 set 15", "7002 set 3"]),
        (
            "comma.csv",
            "Student ID;Essay (draft)\n00417001;\"72,5%\"\n00417002;90 %\n",
            &[],
            &["7001 set 14.5", "7002 set 18"],
        ),
        (
            "d2l.csv",
            "OrgDefinedId,Username,Essay (draft) Points Grade <Numeric MaxPoints:20>,End-of-Line Indicator\n\
             #00417001,#mreyes,15,#\n#00417002,#kobrien,15%,#\n",
            &[],
            &["7001 set 15", "7002 set 3"],
        ),
        (
            "panopto.csv",
            "Username,Full Name,Percent Completed\nmreyes,Marta Reyes,8\nkobrien,Kit O'Brien,80\n",
            &["--assignment-title", "Lab"],
            &["7001 set 0.8", "7002 set 8"],
        ),
    ] {
        home.write(file, text);
        let planned = plan(&home, &[file], &[&COURSE, further].concat());
        let cells: Vec<String> = planned
            .sorted()
            .iter()
            .map(|cell| cell.split_once(' ').expect("an assignment").1.replace("(draft) ", ""))
            .collect();
        let starts = cells.iter().zip(expected).all(|(cell, expected)| cell.starts_with(expected));
        assert!(starts && cells.len() == expected.len(), "{file}: {cells:?} {}", planned.said());
        assert!(!planned.said().contains("points-differ"), "{file}: {}", planned.said());
    }
}

#[test]
fn rows_of_another_course_are_never_written_into_this_one() {
    let (home, _served) = home("sis");
    home.write("two.csv", "Course,Student ID,Quiz 1\nCHEM-110-F26,00417001,9\nBIO-1,00417002,8\n");
    home.write("id.csv", "Course ID,Student ID,Quiz 1\nBIO-1,00417002,8\n");
    home.write("name.csv", "Course,Student ID,Quiz 1\nGeneral Chemistry,00417001,9\n");
    for (file, line) in [("two.csv", 3), ("id.csv", 2)] {
        let refused = run(&home, "plan", &[file], &COURSE);
        let told = format!("{file}:{line}: `Course");
        assert!(refused.code == 2 && refused.all().contains(&told), "{} {}", refused.code, refused.all());
    }
    let own = plan(&home, &["two.csv"], &[]);
    assert!(own.cells().contains(&"9001 7001 set 9".to_owned()), "{:?} {}", own.cells(), own.said());
    assert!(!own.cells().iter().any(|cell| cell.contains("7002 set")), "{:?}", own.cells());
    let named = plan(&home, &["name.csv"], &COURSE);
    assert_eq!(named.cells(), ["9001 7001 set 9"]);
    assert!(named.said().contains("names a course in other words than --course"), "{}", named.said());
}

#[test]
fn an_id_column_that_says_its_kind_goes_before_one_that_does_not() {
    // Reyes' SIS id is O'Brien's number in Canvas.
    let world = World::of("intake.json").with(&[("\"sis_user_id\": \"00417001\"", "\"sis_user_id\": \"7002\"")]);
    let (home, _served) = world.synced("sis");
    home.write("vague.csv", "ID,SIS User ID,Quiz 1\n7002,00417002,8\n");
    assert_eq!(plan(&home, &["vague.csv"], &COURSE).cells(), ["9001 7002 set 8"]);
    home.write("both.csv", "SIS ID,Student Number,Quiz 1\n7002,00417002,8\n");
    assert_eq!(plan(&home, &["both.csv"], &COURSE).cells(), ["9001 7002 unresolved ids-disagree"]);
    home.write("french.csv", "Étudiant,ID,ID utilisateur du SIS,Section,Quiz 1\n\"O'Brien, Kit\",7002,00417002,A,8\n");
    let refused = run(&home, "plan", &["french.csv"], &COURSE);
    assert!(refused.code != 0 && refused.all().contains("`ID utilisateur du SIS`"), "{}", refused.all());
}

#[test]
fn tables_of_several_assignments_are_not_taken_for_one() {
    let (home, _served) = home("sis");
    home.write("long.csv", "Student ID,Assignment,Score\n00417001,Quiz 1,9\n00417002,Lab,8\n");
    let refused = run(&home, "plan", &["long.csv"], &[&COURSE[..], &["--assignment-title", "Lab (1)"]].concat());
    assert!(refused.code != 0 && refused.all().contains("`Assignment` names another"), "{}", refused.all());
    home.write("stacked.csv", "Student ID,Quiz 1\n00417001,9\n\nStudent ID,Lab\n00417002,8\n");
    let refused = run(&home, "plan", &["stacked.csv"], &COURSE);
    assert!(refused.code != 0 && refused.all().contains("stacked.csv:4: looks like the header"), "{}", refused.all());
}

#[test]
fn headers_are_held_to_their_exact_title_their_id_and_their_points() {
    let (home, _served) = home("sis");
    home.write("spaces.csv", "Student ID,Lab  (1)\n00417001,4\n");
    let spaces = plan(&home, &["spaces.csv"], &COURSE);
    assert!(spaces.said().contains("assignment-name-near"), "{:?} {}", spaces.cells(), spaces.said());
    home.write("id.csv", "Student,SIS Login ID,Section,Quiz 1 (9001)\n\"Reyes, Marta\",mreyes,A,4\n");
    assert_eq!(plan(&home, &["id.csv"], &COURSE).cells(), ["9001 7001 set 4"]);
    home.write("points.csv", "Student ID,Quiz B [20 pts]\n00417001,4\n");
    assert_eq!(plan(&home, &["points.csv"], &COURSE).cells(), ["Quiz B 7001 set 4"]);
}

#[test]
fn a_share_counts_where_the_assignment_is_out_of_as_many_points() {
    let (home, _served) = home("sis");
    home.write("shares.csv", "Student ID,Quiz 1\n00417001,8 / 10\n00417002,5/20\n00417004,7\n");
    let cells = plan(&home, &["shares.csv"], &COURSE).sorted();
    assert_eq!(cells, ["9001 7001 set 8", "9001 7002 blocked value-invalid", "9001 7004 set 7"]);
}

#[test]
fn a_new_assignment_gets_its_points_from_the_command_line() {
    let (home, _served) = home("sis");
    home.write("two.csv", "Student ID,Score\n00417001,9\n");
    let flags = [&COURSE[..], &["--assignment-title", "Lecture 1"]].concat();
    let lacking = plan(&home, &["two.csv"], &flags);
    assert!(lacking.said().contains("`--possible POINTS`"), "{}", lacking.said());
    let planned = plan(&home, &["two.csv"], &[&flags[..], &["--possible", "10"]].concat());
    assert_eq!(planned.cells(), ["Lecture 1 7001 set 9"]);
}
