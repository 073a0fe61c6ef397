//! An id keeps the kind that its file says it is of, and is looked up as that kind and no other.

use crate::common::intake::{COURSE, World, home, input, plan, run};

/// Reyes' SIS id is O'Brien's number in Canvas, and Park's is O'Brien's login.
const COLLIDING: &[(&str, &str)] = &[
    ("\"sis_user_id\": \"00417001\"", "\"sis_user_id\": \"7002\""),
    ("\"sis_user_id\": \"00417004\"", "\"sis_user_id\": \"kobrien\""),
];

#[test]
fn a_file_without_the_connectors_kind_of_id_is_looked_up_as_the_kind_it_has() {
    let (home, _served) = World::of("intake.json").with(COLLIDING).synced("sis");
    let layout = input(&home, "k04.toml");
    for (file, further, kind) in [
        ("k01-gradebook-nosis.csv", &[][..], "internal id"),
        ("k01b-gradebook-onlyid.csv", &[], "internal id"),
        ("k02-bb-usernameonly.csv", &[], "login"),
        ("k04-layout-login.csv", &["--layout", &layout], "login"),
    ] {
        let planned = plan(&home, &[file], &[&COURSE, further].concat());
        let said = planned.said();
        assert_eq!(planned.cells(), ["9001 7002 set 8"], "{file}: {said}");
        assert!(said.contains(&format!("1 row is looked up as {kind}: the file has no SIS id")), "{file}: {said}");
    }
}

#[test]
fn an_export_says_of_which_kind_its_ids_are() {
    let (home, _served) = World::of("intake.json").with(COLLIDING).synced("sis");
    let flags = [&COURSE[..], &["--output", "scores.csv"]].concat();
    run(&home, "export", &["k02-bb-usernameonly.csv"], &flags).succeeds();
    let text = fs_err::read_to_string(home.path("scores.csv")).expect("an export");
    assert!(text.contains(",user_id_origin\n") && text.ends_with(",login\n"), "{text}");
    let resolved = home.run(&["resolve", "scores.csv"]).succeeds().all();
    assert!(resolved.contains("1 resolved") && resolved.contains("looked up as login"), "{resolved}");
    // A word that is no kind of id is a slip that could bind somebody else.
    fs_err::write(home.path("scores.csv"), text.replace(",login\n", ",netid\n")).expect("written");
    let refused = home.run(&["resolve", "scores.csv"]);
    assert!(refused.code == 3 && refused.all().contains("scores.csv:2: `user_id_origin`"), "{}", refused.all());
}

#[test]
fn rows_without_an_id_are_each_about_somebody_else() {
    let (home, _served) = home("sis");
    let planned = plan(&home, &["k09-two-blanks.csv"], &[]);
    let expected = ["9001 7002 set 9", "9001 unresolved user-unresolved", "9001 unresolved user-unresolved"];
    assert_eq!(planned.cells(), expected, "{}", planned.said());
    let failed = home.run(&["show", "latest", "--failed"]).succeeds().stdout;
    assert!(failed.contains(",3,,,\"Park, Jin\"") && failed.contains(",9,,,\"Reyes, Marta\""), "{failed}");
}
