//! Ids from the command line: the cache, what does not match, and the decisions of a person.

use crate::common::Home;

const SCORES: &str = "course_id,assignment_title,score_possible,user_id,score_received,user_name\n\
    BIO-101-F26,Lecture 1,10,00123,1,\n\
    BIO-101-F26,Lecture 1,10,12E4,2,\n\
    BIO-101-F26,Lecture 1,10,jlindstrm1,3,Jun Lindstrom\n\
    BIO-101-F26,Lecture 1,10,jlindstrom1,3,\n\
    HIST-900-F26,Lecture 1,10,jlindstrom1,4,\n";

/// The file of `resolve --csv` with this in the column `canvas_id` of the rows with these ids.
fn filled_in(text: &str, decisions: &[(&str, &str)]) -> String {
    let mut lines = text.lines();
    let header = lines.next().expect("a header").to_owned();
    assert!(header.ends_with(",canvas_id,note"), "{header}");
    let rows = lines.map(|line| {
        let decision = decisions.iter().find(|(id, _)| line.split(',').nth(3) == Some(*id));
        let line = line.strip_suffix(",,").expect("nobody has decided yet");
        format!("{line},{},", decision.map_or("", |(_, decision)| decision))
    });
    std::iter::once(header).chain(rows).map(|line| line + "\n").collect()
}

#[test]
fn what_does_not_match_is_listed_filled_in_and_imported() {
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    home.write("scores.csv", SCORES);
    let first = home.run(&["resolve", "scores.csv", "--csv", "unmatched.csv", "--json"]).ends_with(4).result();
    assert_eq!((&first["rows"], &first["resolved"], &first["unresolved"]), (&5.into(), &1.into(), &4.into()));
    let unmatched = fs_err::read_to_string(home.path("unmatched.csv")).expect("it was written");
    assert!(unmatched.contains("7007 Jun Lindström (internal id 7007"), "who it may be: {unmatched}");

    let decisions = [("00123", "7001"), ("jlindstrm1", "7007"), ("HIST-900-F26", "ignore")];
    let filled = filled_in(&unmatched, &decisions);
    for (changed, place) in [(filled.replace(",00123,", ",123,"), "changed.csv:3"), {
        (filled_in(&unmatched, &[("12E4", "7001")]).replace(",12E4,", ",1.20E+05,"), "changed.csv:4")
    }] {
        home.write("changed.csv", &changed);
        let refused = home.run(&["alias", "import", "changed.csv"]).ends_with(3);
        assert!(refused.stderr.contains(&format!("{place}: the id was changed")), "{}", refused.stderr);
    }
    let twice = filled.clone() + &filled.lines().nth(2).expect("00123").replace(",7001,", ",7002,") + "\n";
    home.write("twice.csv", &twice);
    let refused = home.run(&["alias", "import", "twice.csv"]).ends_with(3);
    assert!(refused.stderr.contains("decides otherwise than line 3"), "{}", refused.stderr);
    assert_eq!(home.run(&["alias", "list", "--json"]).succeeds().result()["aliases"], serde_json::json!([]));

    home.write("filled.csv", &filled);
    let shown = home.run(&["alias", "import", "filled.csv", "--dry-run"]).succeeds().stdout;
    assert!(shown.contains("+ user login `jlindstrm1` means 7007 (Jun Lindström)"), "{shown}");
    assert!(shown.contains("3 would be added, 0 changed; 1 line holds no decision"), "{shown}");
    home.run(&["alias", "import", "filled.csv"]).succeeds();
    let second = home.run(&["resolve", "scores.csv", "--json"]).ends_with(4).result();
    assert_eq!((&second["resolved"], &second["unresolved"], &second["ignored"]), (&3.into(), &1.into(), &1.into()));

    home.write("other.csv", "kind,from,canvas_id\nuser,jlindstrm1,7001\n");
    let shown = home.run(&["alias", "import", "other.csv"]).succeeds().stdout;
    assert!(shown.contains("until now 7007 (Jun Lindström)"), "what it changes: {shown}");
    home.run(&["alias", "add", "user", "12E4", "ignore", "--until", "2001-01-31"]).succeeds();
    let third = home.run(&["resolve", "scores.csv", "--json"]).ends_with(4).result();
    assert_eq!((&third["ignored"], &third["unresolved"]), (&1.into(), &1.into()), "its last day has passed");
    home.run(&["alias", "add", "user", "12E4", "ignore"]).succeeds();
    assert_eq!(home.run(&["resolve", "scores.csv", "--json"]).succeeds().result()["ignored"], 2);
    home.run(&["alias", "export", "-o", "all.csv"]).succeeds();
    let again = home.run(&["alias", "import", "all.csv"]).succeeds().stdout;
    assert!(again.contains("0 were added, 0 changed"), "{again}");
}

#[test]
fn a_wrong_origin_is_told_with_the_command_that_changes_it() {
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    home.write("scores.csv", SCORES);
    home.run(&["connector", "edit", "Sandbox", "--user-id-origin", "sis"]).succeeds();
    let ran = home.run(&["resolve", "scores.csv"]).ends_with(4);
    let command = "gradepush connector edit Sandbox --user-id-origin login";
    assert!(ran.stdout.contains("course ids as sis, user ids as login: 1 would resolve"), "{}", ran.stdout);
    assert!(ran.stdout.contains(command), "{}", ran.stdout);
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    home.run(&arguments).succeeds();
    assert_eq!(home.run(&["resolve", "scores.csv", "--json"]).ends_with(4).result()["resolved"], 1);
}

#[test]
fn the_cache_says_what_it_holds_what_it_cannot_see_and_who_is_in_it() {
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    let empty = home.run(&["cache", "status"]).succeeds();
    assert!(empty.stdout.contains("gradepush sync"), "how to fill it: {}", empty.stdout);
    home.run(&["resolve", "none.csv"]).ends_with(3);
    home.run(&["sync"]).succeeds();
    let report = home.run(&["cache", "status"]).succeeds();
    assert!(report.stdout.contains("courses of active terms"), "{}", report.stdout);
    assert!(!report.stderr.contains("suspended"), "the report shows states: {}", report.stderr);
    home.run(&["sync", "--source", "rest"]).succeeds();
    let lists = home.run(&["cache", "status"]).succeeds();
    assert!(lists.stderr.contains("a suspended login looks active"), "{}", lists.stderr);
    let status = home.run(&["cache", "status", "--json"]).succeeds().result();
    assert_eq!((&status["source"], &status["complete_logins"]), (&"rest".into(), &false.into()));
    let found = home.run(&["cache", "find", "jlindstrom1"]).succeeds().stdout;
    for part in ["person 7007: Jun Lindström", "login jlindstrom1, SIS id S200306, active", "student in course 1201"] {
        assert!(found.contains(part), "{part}: {found}");
    }
    let found = home.run(&["cache", "find", "BIO-101-F26"]).succeeds().stdout;
    assert!(found.contains("course 1201: General Biology I") && found.contains("SIS id BIO-101-F26-01"), "{found}");
    let partly = home.run(&["sync", "--course", "BIO-101-F26", "NONE-1"]).ends_with(4);
    assert!(partly.stderr.contains("course `NONE-1`: no course has this SIS id"), "{}", partly.stderr);
    home.run(&["cache", "clear"]).succeeds();
    home.write("scores.csv", SCORES);
    home.run(&["resolve", "scores.csv"]).ends_with(2);
}
