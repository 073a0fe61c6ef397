//! Gradebook exports as people send them (`fixtures/intake`): which assignment each column means, and whose each row is.

use crate::common::{Home, Served};

/// A home beside the university of `fixtures/worlds/intake.json`, whose ids are of this kind.
fn home(origin: &str) -> (Home, Served) {
    let home = Home::new();
    let world = crate::repository().join("fixtures/worlds/intake.json");
    let served = home.with_sandbox(&["--world", &world.display().to_string()]);
    home.run(&["connector", "edit", "Sandbox", "--user-id-origin", origin, "--use-existing-assignments"]).succeeds();
    home.run(&["sync"]).succeeds();
    (home, served)
}

/// What the plan of a file makes of each cell: assignment or new title, student, class, value.
fn cells(home: &Home, file: &str, course: Option<&str>) -> (Vec<String>, String) {
    let path = crate::repository().join("fixtures/intake").join(file);
    let path = path.display().to_string();
    let mut arguments = vec!["plan", &path, "--csv", "plan.csv"];
    arguments.extend(course.iter().flat_map(|course| ["--course", course]));
    let ran = home.run(&arguments);
    let text = fs_err::read(home.path("plan.csv")).expect("a plan");
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
        let codes = get("codes");
        let value = if codes.is_empty() { get("new") } else { codes };
        format!("{column} {} {} {value}", get("user_id"), get("class"))
    });
    (rows.collect(), ran.all())
}

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
    ] {
        let (cells, said) = cells(&home, file, Some("CHEM-110-F26"));
        assert_eq!(cells, expected, "{file}: {said}");
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
        let (cells, said) = cells(&home, file, Some("CHEM-110-F26"));
        assert_eq!(cells, ["9001 7001 set 9"], "{file}: {said}");
        assert!(said.contains(named), "{file}: {said}");
    }
}

#[test]
fn a_row_without_a_canvas_id_is_a_person() {
    let (logins, _served) = home("login");
    let (found, said) = cells(&logins, "g23-mixed-ids.csv", Some("CHEM-110-F26"));
    assert_eq!(found, ["9001 7001 set 9", "9001 7002 set 8", "9001 7005 set 7", "9001 7018 set 6"], "{said}");
    let (sis, _served) = home("sis");
    let (found, said) = cells(&sis, "g23-mixed-ids.csv", Some("CHEM-110-F26"));
    assert_eq!((found.len(), found.iter().filter(|cell| cell.contains("user-unresolved")).count()), (4, 3), "{said}");
}

#[test]
fn a_title_that_is_nearly_an_assignments_is_held_with_the_command_that_binds_it() {
    let (home, _served) = home("internal");
    let (found, said) = cells(&home, "n01-near-titles.csv", None);
    let set: Vec<&String> = found.iter().filter(|cell| cell.contains(" set ")).collect();
    assert_eq!(set, ["9006 7002 set 3", "9013 7002 set 3"], "{said}");
    assert_eq!(found.iter().filter(|cell| cell.ends_with(" blocked assignment-name-near")).count(), 9, "{said}");
    assert!(said.contains("`gradepush map bind 'CHEM-110-F26' 'quiz 1' 9001 --by-title`"), "{said}");
    // Two new columns of nearly one name.
    let header = "course_id,assignment_title,user_id,score_received,score_possible";
    home.write("two.csv", &format!("{header}\nCHEM-110-F26,Poster,7001,3,10\nCHEM-110-F26,poster ,7002,3,10\n"));
    let plan = home.run(&["plan", "two.csv", "--json"]).result();
    let counts = &plan["counts"];
    assert_eq!((counts["set"].as_u64(), counts["blocked"].as_u64()), (Some(1), Some(1)), "{plan}");
}
