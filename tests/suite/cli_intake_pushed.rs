//! Files of `fixtures/intake` on their whole way: planned, pushed through trouble, read back.

use crate::common::intake::{World, home, plan, run};

#[test]
fn ids_of_any_letters_are_asked_for_written_and_read_back() {
    let world = |token| {
        let replaced = [
            ("\"CHEM-110-F26\"", "\"CHEM/110 é.json\""),
            ("\"00417001\"", "\"S/00 1.json\""),
            ("\"00417002\"", "\"a:b?c#d%2F\""),
            ("\"email\": \"iited@example.edu\"", "\"email\": \"iited@example.edu\", \"unconfirmed\": true"),
        ];
        World::of("intake.json").with(&replaced).seen_with(token).synced("sis")
    };
    for token in ["tok-admin", "tok-teach"] {
        let (home, _served) = world(token);
        let planned = plan(&home, &["p02-slash.csv"], &[]);
        let expected = ["9001 7001 set 9", "9001 7002 set 8", "9001 7013 set 8"];
        assert_eq!(planned.cells(), expected, "{token}: {}", planned.said());
        let pushed = run(&home, "push", &["p02-slash.csv"], &["--yes", "--json"]).succeeds().result();
        assert_eq!(pushed["counts"]["written"], 3, "{token}: {pushed}");
        home.run(&["verify"]).succeeds();
    }
}

/// How many of the 46 cells of every kind can be written.
const WRITABLE: u64 = 27;

#[test]
fn assignments_of_every_kind_take_what_they_can_and_say_why_they_do_not() {
    let (home, _served) = home("internal");
    let planned = plan(&home, &["s01-all-kinds.csv"], &["--json"]);
    assert_eq!(planned.counts(), ["27 set", "2 conflict", "17 blocked", "exit 4"], "{}", planned.said());
    let codes = planned.ran.result()["findings"].to_string();
    for code in ["assignment-ambiguous", "assignment-moderated", "assignment-anonymous", "assignment-unpublished"] {
        assert!(codes.contains(code), "{code}: {codes}");
    }
    let pushed = run(&home, "push", &["s01-all-kinds.csv"], &["--yes", "--json"]).result();
    assert_eq!(pushed["counts"]["written"], WRITABLE, "{pushed}");
    home.run(&["verify"]).succeeds();
    let again = plan(&home, &["s01-all-kinds.csv"], &["--json"]);
    assert_eq!(again.counts(), ["27 unchanged", "2 conflict", "17 blocked", "exit 4"], "{}", again.said());
}

#[test]
fn what_happens_in_canvas_during_the_push_is_seen() {
    let events = crate::repository().join("fixtures/worlds/events.toml").display().to_string();
    let (home, _served) = World::of("intake.json").home("internal", &["--faults", &events]);
    home.run(&["sync"]).succeeds();
    let pushed = run(&home, "push", &["s01-all-kinds.csv"], &["--yes", "--json"]).result();
    assert_ne!(pushed["counts"]["written"], WRITABLE, "{pushed}");
    let again = plan(&home, &["s01-all-kinds.csv"], &[]);
    let cells = again.cells();
    assert!(cells.iter().any(|cell| cell.starts_with("9001 7001 conflict ")), "{}", again.said());
    let of_park = cells.iter().filter(|cell| cell.contains(" 7004 "));
    assert!(of_park.clone().count() > 0 && of_park.clone().all(|cell| cell.contains(" blocked ")), "{}", again.said());
}
