//! Files as people send them (`fixtures/intake`): whose each row is, what is said of an id that leads nowhere, and what a
//! person may decide about it.

use std::collections::HashMap;

use crate::common::intake::{COURSE, World, has_finding, home, input, plan, run};
use crate::common::{Home, Served};

/// A home beside the university of `fixtures/worlds/intake.json`, as this token sees it.
fn seen_with(token: &'static str, origin: &str) -> (Home, Served) {
    World::of("intake.json").seen_with(token).synced(origin)
}

#[test]
fn an_empty_id_is_no_id() {
    let (home, _served) = home("sis");
    let first = plan(&home, &["k06-blank-sis.csv"], &COURSE);
    let expected = ["9001 7002 set 8", "9001 unresolved user-unresolved"];
    assert_eq!(first.cells(), expected, "{}", first.said());
    let flags = [&COURSE[..], &["--csv", "unmatched.csv"]].concat();
    run(&home, "resolve", &["k06-blank-sis.csv"], &flags).ends_with(4);
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
    let next = plan(&home, &["k07-blank-other.csv"], &COURSE);
    assert_eq!(next.cells(), expected, "{}", next.said());
}

#[test]
fn an_alias_goes_to_whom_the_cache_or_canvas_knows_and_another_kind_of_id_is_refused_with_the_right_one() {
    let (home, _served) = home("sis");
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
    let (home, _served) = home("sis");
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
            &[][..],
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
            &[][..],
            5,
            &[
                "i02-logins-mangled.csv:2: nobody has this login; a spreadsheet did this: it took the id for a date",
                "i02-logins-mangled.csv:3: nobody has this login; a spreadsheet did this: it took the id for a number",
                "`strip_domain = \"example.edu\"` would identify 2 ids more",
            ],
        ),
        ("login", "i05-emails-20.csv", &[], 8, &["`strip_domain = \"example.edu\"` would identify 8 ids more"]),
        ("sis", "g11-excel-saved.csv", &COURSE, 6, &["`zero_pad = 8` would identify 3 ids more"]),
        ("login", "g11-excel-saved.csv", &COURSE, 4, &["it took the id for a date"]),
        ("internal", "g11-excel-saved.csv", &COURSE, 0, &[]),
        ("sis", "x05-types.xlsx", &[], 1, &["`zero_pad = 8` would identify 1 id more"]),
        ("sis", "x07-gradebook.xlsx", &COURSE, 1, &["`zero_pad = 8` would identify 1 id more"]),
        ("internal", "x07-gradebook.xlsx", &COURSE, 0, &[]),
    ] {
        let (home, _served) = home(origin);
        let planned = plan(&home, &[file], course);
        let counted = planned.cells().iter().filter(|cell| cell.ends_with("unresolved user-unresolved")).count();
        assert_eq!(counted, unresolved, "{file} as {origin}: {}", planned.said());
        for part in parts {
            assert!(planned.said().contains(part), "{file} as {origin}: {part}: {}", planned.said());
        }
    }
}

#[test]
fn a_name_that_contradicts_its_id_is_said_row_by_row_and_both_names_stand_beside_the_cells() {
    let (home, _served) = home("sis");
    for (file, course, expected) in [
        ("k10-name-mismatch.csv", &[][..], &["9001 7001 set 9 name-differs", "9001 7002 set 3 name-differs"][..]),
        (
            "g29-sorted-apart.csv",
            &COURSE,
            &["9001 7001 set 9 name-differs", "9001 7002 set 8 name-differs", "9001 00417005 unresolved ids-disagree"],
        ),
    ] {
        let planned = plan(&home, &[file], course);
        let said = planned.said();
        assert_eq!(planned.cells(), expected, "{said}");
        assert_eq!(said.matches("the name in the row has nothing in common").count(), 2, "a warning a row: {said}");
        assert!(!said.contains("O'Brien") && !said.contains("Reyes"), "{said}");
    }
    let flags = ["--cells", "--html", "plan.html", "--csv", "plan.csv"];
    let shown = run(&home, "plan", &["k10-name-mismatch.csv"], &flags).succeeds().stdout;
    let unwrapped = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped.contains("the row says Reyes, Marta"), "{shown}");
    let page = fs_err::read_to_string(home.path("plan.html")).expect("a page");
    assert_eq!(
        page.matches("the row says <bdi>Reyes, Marta</bdi>").count(),
        2,
        "beside the cell and beside the person: {page}"
    );
    let cells = fs_err::read_to_string(home.path("plan.csv")).expect("cells");
    let sent = |name: &str| cells.lines().any(|line| line.ends_with(&format!(",\"{name}\"")));
    assert!(sent("Reyes, Marta") && sent("O'Brien, Kit"), "{cells}");
}

#[test]
fn who_is_not_visible_to_an_assistant_is_not_called_nobody() {
    let (assistant, _served) = seen_with("tok-ta", "internal");
    let planned = plan(&assistant, &["i06-nonstudents.csv"], &[]);
    let (found, said) = (planned.cells(), planned.said());
    assert_eq!(found.iter().filter(|cell| **cell == "9001 7014 set 8").count(), 1, "{said}");
    assert_eq!(found.iter().filter(|cell| cell.ends_with("unresolved user-unresolved")).count(), 7, "{said}");
    assert_eq!(
        said.matches("not visible to this token").count(),
        7 + 1,
        "of each finding, and once of the cells: {said}"
    );
    assert!(!said.contains("nobody has this"), "{said}");
    let (admin, _served) = home("internal");
    let planned = plan(&admin, &["i06-nonstudents.csv"], &[]);
    let set: Vec<String> = planned.cells().into_iter().filter(|cell| cell.contains(" set ")).collect();
    let expected = ["9001 7001 set 8", "9001 7011 set 8 enrollment-inactive", "9001 7013 set 8", "9001 7014 set 8"];
    assert_eq!(set, expected, "{}", planned.said());
}

#[test]
fn ids_that_lists_hide_are_looked_up_one_by_one_and_kept() {
    let (home, _served) = seen_with("tok-ta", "sis");
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
    let expected = ["9001 7018 set 9", "9001 00417001 unresolved user-unresolved"];
    let planned = plan(&home, &["scores.csv"], &[]);
    assert_eq!(planned.cells(), expected, "the other section is not seen: {}", planned.said());
    home.run(&["sync"]).succeeds();
    let forgotten = home.run(&["resolve", "scores.csv", "--json"]).ends_with(4).result();
    assert_eq!(forgotten["resolved"], 0, "a sync begins anew: {forgotten}");
    let planned = plan(&home, &["scores.csv"], &[]);
    assert_eq!(planned.cells(), expected, "the plan asks by itself: {}", planned.said());
}

#[test]
fn a_teacher_without_sis_rights_plans_by_looking_ids_up_or_by_an_export() {
    let teacher = (
        "\"kind\": \"TeacherEnrollment\"",
        "\"kind\": \"TeacherEnrollment\", \"without\": [\"read_sis\", \"view_user_logins\"]",
    );
    let world = World::of("intake.json").with(&[teacher]).seen_with("tok-teach");
    let (home, _served) = world.home("sis", &[]);
    home.run(&["connector", "edit", "Sandbox", "--course-id-origin", "internal"]).succeeds();
    home.run(&["sync"]).succeeds();
    let resolved = || run(&home, "resolve", &["p03-courseinternal.csv"], &["--json"]).ends_with(4).result();
    assert_eq!(resolved()["resolved"], 0);
    home.run(&["sync", "--gradebook", &input(&home, "p03-gradebook.csv")]).succeeds();
    let exported = resolved();
    assert_eq!((&exported["resolved"], &exported["unresolved"]), (&2.into(), &1.into()), "{exported}");
    let planned = plan(&home, &["p03-courseinternal.csv"], &[]);
    let expected = ["9001 7001 set 9", "9001 7004 set 8", "9001 7018 set 8"];
    assert_eq!(planned.cells(), expected, "who is in no export is looked up: {}", planned.said());
}

#[test]
fn a_selection_of_a_file_blocks_what_a_selection_of_its_plan_blocks() {
    let (home, _served) = home("login");
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

#[test]
fn a_rule_is_offered_for_ids_of_another_kind_than_the_connectors() {
    let (home, _served) = home("sis");
    let file = "Name,User Email,Total Duration (Minutes),Guest\nMarta Reyes,mreyes@example.edu,9,No\n";
    home.write("zoom.csv", file);
    let flags = [&COURSE[..], &["--assignment-title", "Lab", "--json"]].concat();
    let planned = plan(&home, &["zoom.csv"], &flags);
    let said = ("identity-rule-missing", "warning", &[][..], "`strip_domain = \"example.edu\"` would identify 1");
    assert!(has_finding(&planned.ran.result(), &said), "{}", planned.said());
    let resolved = run(&home, "resolve", &["zoom.csv"], &flags[..4]);
    assert!(resolved.all().contains("strip_domain"), "{}", resolved.all());
    home.run(&["connector", "edit", "Sandbox", "--strip-domain", "example.edu"]).succeeds();
    let planned = plan(&home, &["zoom.csv"], &flags[..4]);
    assert_eq!(planned.cells(), ["9030 7001 set 9"], "{}", planned.said());
}

#[test]
fn an_alias_of_somebodys_own_id_says_whose_it_is() {
    let (home, _served) = home("sis");
    let added = home.run(&["alias", "add", "user", "00417001", "7002"]).succeeds();
    let said =
        "`00417001` is the SIS id of 7001 (Marta Reyes): with this alias, rows with it are about 7002 (Kit O'Brien)";
    assert!(added.stderr.contains(said), "{}", added.all());
    home.write("aliases.csv", "kind,from,canvas_id\nuser,mreyes,7002\nuser,00417002,7002\nuser,lost,7001\n");
    let imported = home.run(&["alias", "import", "aliases.csv"]).succeeds();
    assert!(imported.stderr.contains("`mreyes` is the login of 7001 (Marta Reyes)"), "{}", imported.all());
    assert_eq!(imported.stderr.matches("with this alias").count(), 1, "{}", imported.all());
}

#[test]
fn of_two_people_of_one_name_both_are_suggested() {
    let (home, _served) = home("sis");
    home.write("names.csv", "Student ID,Student Name,Quiz 1\nx-1,Jin Park,9\n");
    let resolved = run(&home, "resolve", &["names.csv"], &[&COURSE[..], &["--cells"]].concat());
    assert!(resolved.all().contains("7004 Jin Park") && resolved.all().contains("7005 Jin Park"), "{}", resolved.all());
}

#[test]
fn each_cell_is_shown_under_the_id_of_its_own_row() {
    let (home, _served) = home("sis");
    let header = "course_id,assignment_title,score_possible,user_id,user_id_origin,score_received";
    let rows = "CHEM-110-F26,Quiz 1,10,00417001,sis,9\nCHEM-110-F26,Lab,10,mreyes,login,8";
    home.write("two.csv", &format!("{header}\n{rows}\n"));
    home.run(&["plan", "two.csv", "--csv", "cells.csv"]).succeeds();
    let text = fs_err::read_to_string(home.path("cells.csv")).expect("the cells");
    let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let cells = table.deserialize().map(|cell| cell.expect("a cell"));
    let mut sent: Vec<String> =
        cells.map(|cell: HashMap<String, String>| format!("{} {}", cell["assignment"], cell["user_id_sent"])).collect();
    sent.sort_unstable();
    assert_eq!(sent, ["Lab mreyes", "Quiz 1 00417001"], "{text}");
}
