//! Files as people send them (`fixtures/intake`): whose each row is, what is said of an id that leads nowhere, and what a
//! person may decide about it.

use crate::common::{Home, Served};

/// A home beside the university of `fixtures/worlds/intake.json`, with this token and this kind of user ids.
fn home(token: &str, origin: &str) -> (Home, Served) {
    let world = crate::repository().join("fixtures/worlds/intake.json");
    home_in(&world.display().to_string(), token, origin)
}

fn home_in(world: &str, token: &str, origin: &str) -> (Home, Served) {
    let home = Home::new();
    let served = home.with_sandbox(&["--world", world]);
    home.write("token", &format!("{token}\n"));
    home.run(&["connector", "edit", "Sandbox", "--user-id-origin", origin, "--use-existing-assignments"]).succeeds();
    (home, served)
}

fn synced(token: &str, origin: &str) -> (Home, Served) {
    let (home, served) = home(token, origin);
    home.run(&["sync"]).succeeds();
    (home, served)
}

fn fixture(name: &str) -> String {
    crate::repository().join("fixtures/intake").join(name).display().to_string()
}

/// What the plan of a file makes of each cell, `person class value-or-codes`, and what it says.
fn cells(home: &Home, file: &str, course: Option<&str>) -> (Vec<String>, String) {
    let mut arguments = vec!["plan", file, "--csv", "plan.csv"];
    arguments.extend(course.iter().flat_map(|course| ["--course", course]));
    let ran = home.run(&arguments);
    let text = fs_err::read(home.path("plan.csv")).unwrap_or_else(|_| panic!("no plan: {}", ran.all()));
    fs_err::remove_file(home.path("plan.csv")).expect("removed");
    let mut table = csv::Reader::from_reader(text.as_slice());
    let names = table.headers().expect("a header").clone();
    let rows = table.records().map(|row| {
        let row = row.expect("a row");
        let get = |name: &str| {
            let place = names.iter().position(|one| one.trim_start_matches('\u{feff}') == name).expect("the column");
            row[place].to_owned()
        };
        let value = Some(get("codes")).filter(|codes| !codes.is_empty()).unwrap_or_else(|| get("new"));
        format!("{} {} {value}", get("user_id"), get("class"))
    });
    (rows.collect(), ran.all())
}

#[test]
fn an_empty_id_is_no_id() {
    let (home, _served) = synced("tok-admin", "sis");
    let (first, said) = cells(&home, &fixture("k06-blank-sis.csv"), Some("CHEM-110-F26"));
    assert_eq!(first, ["7002 set 8", " unresolved user-unresolved"], "{said}");
    let blank = fixture("k06-blank-sis.csv");
    home.run(&["resolve", &blank, "--course", "CHEM-110-F26", "--csv", "unmatched.csv"]).ends_with(4);
    let unmatched = fs_err::read_to_string(home.path("unmatched.csv")).expect("written");
    let line = unmatched.lines().nth(1).expect("a line");
    assert!(line.starts_with(",user,sis,,1,CHEM-110-F26,") && !line.contains("Reyes"), "{unmatched}");
    let filled = format!("{},7001,", line.strip_suffix(",,").expect("nobody has decided"));
    home.write("filled.csv", &unmatched.replace(line, &filled));
    let refused = home.run(&["alias", "import", "filled.csv"]).ends_with(3);
    assert!(refused.stderr.contains("filled.csv:2: an empty id is no id"), "{}", refused.stderr);
    for id in ["", " ", "\u{200b}"] {
        let refused = home.run(&["alias", "add", "user", id, "7001"]).ends_with(2);
        assert!(refused.stderr.contains("an empty id is no id"), "{}", refused.stderr);
    }
    let (next, said) = cells(&home, &fixture("k07-blank-other.csv"), Some("CHEM-110-F26"));
    assert_eq!(next, ["7002 set 8", " unresolved user-unresolved"], "{said}");
}

#[test]
fn an_alias_goes_to_whom_the_cache_or_canvas_knows_and_another_kind_of_id_is_refused_with_the_right_one() {
    let (home, _served) = synced("tok-admin", "sis");
    for (written, part) in [
        ("00417002", "`00417002` is a person's SIS id: write the internal Canvas id, 7002"),
        ("KOBRIEN", "`KOBRIEN` is a person's login: write the internal Canvas id, 7002"),
        ("99999", "no person in the cache has the internal id 99999, and Canvas shows none to this token"),
        ("Reyes, Marta (7004)", "not the internal id of whom the name beside it says"),
    ] {
        let refused = home.run(&["alias", "add", "user", "S-9", written]).ends_with(2);
        assert!(refused.stderr.contains(part), "{written}: {}", refused.stderr);
        home.write("one.csv", &format!("kind,from,canvas_id\nuser,S-9,\"{written}\"\n"));
        let refused = home.run(&["alias", "import", "one.csv"]).ends_with(3);
        assert!(refused.stderr.contains("one.csv:2: ") && refused.stderr.contains(part), "{}", refused.stderr);
    }
    let pasted = home.run(&["alias", "add", "user", "S-9", "Park, Jin (7004)"]).succeeds();
    assert!(pasted.stdout.contains("user sis `S-9` means 7004 (Jin Park)"), "{}", pasted.stdout);
    // Of somebody who is not in the cache Canvas is asked.
    home.run(&["cache", "clear"]).succeeds();
    let asked = home.run(&["alias", "add", "user", "S-8", "7005"]).succeeds();
    assert!(asked.stdout.contains("user sis `S-8` means 7005 (Jin Park)"), "{}", asked.stdout);
}

#[test]
fn one_kind_of_suggestion_is_taken_for_a_file_where_one_person_fits() {
    let (home, _served) = synced("tok-admin", "sis");
    let header = "course_id,assignment_title,user_id,user_name,score_received,score_possible";
    let rows = ["x1,\"Reyes, Marta\",9,10", "x2,\"Park, Jin\",8,10", "x3,Nobody Atall,7,10"];
    let rows: Vec<String> = rows.iter().map(|row| format!("CHEM-110-F26,Quiz 1,{row}\n")).collect();
    home.write("scores.csv", &format!("{header}\n{}", rows.concat()));
    home.run(&["resolve", "scores.csv", "--csv", "unmatched.csv"]).ends_with(4);
    let unmatched = fs_err::read_to_string(home.path("unmatched.csv")).expect("written");
    assert!(unmatched.contains(",scores.csv:2,7001,\"7001 Marta Reyes"), "its id stands alone, too: {unmatched}");
    let untaken = home.run(&["alias", "import", "unmatched.csv"]).succeeds();
    assert!(untaken.stdout.contains("0 were added, 0 changed; 3 lines hold no decision"), "{}", untaken.stdout);
    let taken = home.run(&["alias", "import", "unmatched.csv", "--take", "same-name"]).succeeds();
    assert!(taken.stdout.contains("+ user sis `x1` means 7001 (Marta Reyes)"), "{}", taken.stdout);
    assert!(taken.stdout.contains("1 were added, 0 changed; 2 lines hold no decision"), "two are called Park, Jin");
}

#[test]
fn a_plan_says_what_became_of_an_id_and_which_rule_would_help() {
    for (origin, file, course, unresolved, parts) in [
        (
            "sis",
            "i01-zeros-lost.csv",
            None,
            8,
            &[
                "i01-zeros-lost.csv:5: nobody has this SIS id; a spreadsheet did this: it took the id for a number, and its",
                "i01-zeros-lost.csv:4: nobody has this SIS id; a spreadsheet did this: it took the id for a number with",
                "`zero_pad = 8` would identify 3 ids more",
            ][..],
        ),
        (
            "login",
            "i02-logins-mangled.csv",
            None,
            5,
            &[
                "i02-logins-mangled.csv:2: nobody has this login; a spreadsheet did this: it took the id for a date",
                "i02-logins-mangled.csv:3: nobody has this login; a spreadsheet did this: it took the id for a number",
                "`strip_domain = \"example.edu\"` would identify 2 ids more",
            ],
        ),
        ("login", "i05-emails-20.csv", None, 8, &["`strip_domain = \"example.edu\"` would identify 8 ids more"]),
        ("sis", "g11-excel-saved.csv", Some("CHEM-110-F26"), 6, &["`zero_pad = 8` would identify 3 ids more"]),
        ("login", "g11-excel-saved.csv", Some("CHEM-110-F26"), 4, &["it took the id for a date"]),
        ("internal", "g11-excel-saved.csv", Some("CHEM-110-F26"), 0, &[]),
        ("sis", "x05-types.xlsx", None, 1, &["`zero_pad = 8` would identify 1 id more"]),
        ("sis", "x07-gradebook.xlsx", Some("CHEM-110-F26"), 1, &["`zero_pad = 8` would identify 1 id more"]),
        ("internal", "x07-gradebook.xlsx", Some("CHEM-110-F26"), 0, &[]),
    ] {
        let (home, _served) = synced("tok-admin", origin);
        let (found, said) = cells(&home, &fixture(file), course);
        let counted = found.iter().filter(|cell| cell.ends_with("unresolved user-unresolved")).count();
        assert_eq!(counted, unresolved, "{file} as {origin}: {said}");
        let unwrapped = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(unwrapped.contains(part), "{file} as {origin}: {part}: {said}");
        }
    }
}

#[test]
fn a_name_that_contradicts_its_id_is_said_row_by_row_and_both_names_stand_beside_the_cells_only() {
    let (home, _served) = synced("tok-admin", "sis");
    for (file, course, expected) in [
        ("k10-name-mismatch.csv", None, &["7001 set name-differs", "7002 set name-differs"][..]),
        (
            "g29-sorted-apart.csv",
            Some("CHEM-110-F26"),
            &["7001 set name-differs", "7002 set name-differs", " unresolved ids-disagree"],
        ),
    ] {
        let (found, said) = cells(&home, &fixture(file), course);
        assert_eq!(found, expected, "{said}");
        assert_eq!(said.matches("the name in the row has nothing in common").count(), 2, "a warning a row: {said}");
        assert!(!said.contains("O'Brien") && !said.contains("Reyes"), "{said}");
    }
    let shown = home.run(&["plan", &fixture("k10-name-mismatch.csv"), "--cells"]).succeeds().stdout;
    let unwrapped = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped.contains("the row says"), "{shown}");
}

#[test]
fn who_is_not_visible_to_an_assistant_is_not_called_nobody() {
    let (home, _served) = synced("tok-ta", "internal");
    let (found, said) = cells(&home, &fixture("i06-nonstudents.csv"), None);
    assert_eq!(found.iter().filter(|cell| **cell == "7014 set 8").count(), 1, "{said}");
    assert_eq!(found.iter().filter(|cell| cell.ends_with("unresolved user-unresolved")).count(), 7, "{said}");
    let unwrapped = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(unwrapped.matches("not visible to this token").count(), 2 * 7, "as findings and as cells: {said}");
    assert!(!unwrapped.contains("nobody has this"), "{said}");
    let (admin, _served) = synced("tok-admin", "internal");
    let (found, said) = cells(&admin, &fixture("i06-nonstudents.csv"), None);
    let set: Vec<&String> = found.iter().filter(|cell| cell.contains(" set ")).collect();
    assert_eq!(set, ["7001 set 8", "7011 set enrollment-inactive", "7013 set 8", "7014 set 8"], "{said}");
}

#[test]
fn ids_that_lists_hide_are_looked_up_one_by_one_and_kept() {
    let (home, _served) = synced("tok-ta", "sis");
    let tested = home.run(&["connector", "test"]).succeeds();
    for check in ["course-id-origin", "user-id-origin"] {
        assert!(tested.stdout.contains(&format!("warn  {check}")), "{check}: {}", tested.stdout);
    }
    let header = "course_id,assignment_title,user_id,score_received,score_possible";
    let rows = "CHEM-110-F26,Quiz 1,00417018,9,10\nCHEM-110-F26,Quiz 1,00417001,8,10\n";
    home.write("scores.csv", &format!("{header}\n{rows}"));
    let offline = home.run(&["resolve", "scores.csv", "--json"]).ends_with(4).result();
    assert_eq!((&offline["resolved"], &offline["looked_up"]["asked"]), (&0.into(), &0.into()), "{offline}");
    let asked = home.run(&["resolve", "scores.csv", "--look-up", "--json"]).ends_with(4).result();
    let looked_up = serde_json::json!({"asked": 3, "found": 2});
    assert_eq!((&asked["resolved"], &asked["looked_up"]), (&1.into(), &looked_up), "the course and its own person");
    let kept = home.run(&["resolve", "scores.csv", "--json"]).ends_with(4).result();
    assert_eq!(kept["resolved"], 1, "{kept}");
    let (found, said) = cells(&home, "scores.csv", None);
    assert_eq!(found, ["7018 set 9", " unresolved user-unresolved"], "the other section is not seen: {said}");
    home.run(&["sync"]).succeeds();
    let forgotten = home.run(&["resolve", "scores.csv", "--json"]).ends_with(4).result();
    assert_eq!(forgotten["resolved"], 0, "a sync begins anew: {forgotten}");
    let (found, said) = cells(&home, "scores.csv", None);
    assert_eq!(found, ["7018 set 9", " unresolved user-unresolved"], "the plan asks by itself: {said}");
}

#[test]
fn a_teacher_without_sis_rights_plans_by_looking_ids_up_or_by_an_export() {
    let text = fs_err::read_to_string(crate::repository().join("fixtures/worlds/intake.json")).expect("the world");
    let mut world: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let teacher = world["courses"][0]["enrollments"].as_array_mut().expect("enrollments");
    let teacher = teacher.iter_mut().find(|one| one["user_id"] == 601).expect("the teacher");
    teacher["without"] = serde_json::json!(["read_sis", "view_user_logins"]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("noperm.json");
    fs_err::write(&path, world.to_string()).expect("written");
    let (home, _served) = home_in(&path.display().to_string(), "tok-teach", "sis");
    home.run(&["connector", "edit", "Sandbox", "--course-id-origin", "internal"]).succeeds();
    home.run(&["sync"]).succeeds();
    let file = fixture("p03-courseinternal.csv");
    let offline = home.run(&["resolve", &file, "--json"]).ends_with(4).result();
    assert_eq!(offline["resolved"], 0, "{offline}");
    home.run(&["sync", "--gradebook", &fixture("p03-gradebook.csv")]).succeeds();
    let exported = home.run(&["resolve", &file, "--json"]).ends_with(4).result();
    assert_eq!((&exported["resolved"], &exported["unresolved"]), (&2.into(), &1.into()), "{exported}");
    let (found, said) = cells(&home, &file, None);
    assert_eq!(found, ["7001 set 9", "7004 set 8", "7018 set 8"], "who is in no export is looked up: {said}");
}

#[test]
fn a_selection_of_a_file_blocks_what_a_selection_of_its_plan_blocks() {
    let (home, _served) = synced("tok-admin", "login");
    home.run(&["alias", "add", "user", "marta", "7001"]).succeeds();
    let header = "course_id,assignment_id,assignment_title,user_id,score_received,score_possible";
    let rows = ["a,Quiz 1,mreyes,9,10", "a,Quiz 1,marta,8,10", "a,Quiz 1,kobrien,7,10", "b,Quiz 1,kobrien,6,10"];
    let rows: Vec<String> = rows.iter().map(|row| format!("CHEM-110-F26,{row}\n")).collect();
    home.write("scores.csv", &format!("{header}\n{}", rows.concat()));
    home.run(&["plan", "scores.csv"]).ends_with(4);
    for selection in [&["--user", "mreyes"][..], &["--user", "marta"], &["--user", "kobrien"], &["--assignment", "b"]] {
        let of_file = [&["plan", "scores.csv", "--json"], selection].concat();
        let of_file = home.run(&of_file).ends_with(4).result();
        let of_plan = [&["show", "P1", "--json"], selection].concat();
        let of_plan = home.run(&of_plan).result();
        assert_eq!(of_file["counts"], of_plan["plan_counts"], "{selection:?}");
        assert_eq!(of_file["counts"]["set"], 0, "{selection:?}: {of_file}");
    }
}
