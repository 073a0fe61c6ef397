//! Commands that need no Canvas: `export`, the store, aliases and the map as files.

use crate::common::Home;

const SCORES: &str = "course_id,assignment_id,assignment_title,score_possible,user_id,score_received\n\
                      BIO-101,00697,Lecture 1,10,azhou,7\n\
                      BIO-101,00697,Lecture 1,10,bmeier,\n\
                      BIO-101,00698,Lecture 2,10,,\n";

/// A home with a connector whose Canvas nobody asks.
fn configured() -> Home {
    let home = Home::new();
    home.run(&["connector", "add", "Campus", "--canvas", "127.0.0.1:9", "--user-id-origin", "sis"]).succeeds();
    home
}

#[test]
fn export_accounts_for_every_record() {
    let home = Home::new();
    home.write("scores.csv", SCORES);
    let ran = home.run(&["export", "scores.csv"]).succeeds();
    assert_eq!(ran.stdout.lines().count(), 3, "a header, a score and an item: {}", ran.stdout);
    assert!(ran.stdout.contains("00697"), "ids keep their zeros: {}", ran.stdout);

    let result = home.run(&["export", "scores.csv", "-o", "out.csv", "--json"]).succeeds().result();
    let counts = ["rows", "scores", "items", "skipped"].map(|key| result[key].as_u64().expect(key));
    assert_eq!(counts, [3, 1, 1, 1]);
    assert_eq!((&result["format"], &result["output"]), (&"scores".into(), &"out.csv".into()));
    #[cfg(unix)]
    assert_eq!(crate::common::mode(&home.path("out.csv")), 0o600);
    let again = home.run(&["export", "out.csv"]).succeeds();
    assert_eq!(again.stdout, fs_err::read_to_string(home.path("out.csv")).expect("written"));
}

#[test]
fn input_that_cannot_be_used_is_rejected_and_named() {
    let home = Home::new();
    home.write("unknown.csv", "a,b\n1,2\n");
    home.write("empty.csv", "");
    for (file, part) in [
        ("missing.csv", "missing.csv: cannot be read"),
        ("unknown.csv", "unknown.csv:1: no known format"),
        ("empty.csv", "empty.csv: is empty"),
        (".", "is a directory"),
    ] {
        let ran = home.run(&["export", file, "--json"]).ends_with(3);
        assert!(ran.stderr.contains(part), "{file}: {}", ran.stderr);
        assert!(ran.result()["error"]["message"].is_string(), "{file}");
    }
    let ran = home.run(&["export", "--list-formats"]).succeeds();
    assert!(ran.stdout.contains("tegrity-viewing"), "{}", ran.stdout);
}

#[test]
fn decisions_go_out_and_come_back() {
    // An alias goes to people who are there.
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    home.run(&["alias", "add", "user", "00697", "7001", "--note", "new id"]).succeeds();
    home.run(&["alias", "add", "user", "guest", "ignore", "--until", "2026-12-31"]).succeeds();
    let exported = home.run(&["alias", "export", "-o", "aliases.csv"]).succeeds();
    assert_eq!(exported.stdout, "");
    let result = home.run(&["alias", "import", "aliases.csv", "--json"]).succeeds().result();
    assert_eq!((&result["added"], &result["changed"]), (&0.into(), &0.into()), "nothing is new");

    let text = fs_err::read_to_string(home.path("aliases.csv")).expect("written");
    home.write("spoiled.csv", &text.replace("00697", "697"));
    let ran = home.run(&["alias", "import", "spoiled.csv"]).ends_with(3);
    assert!(ran.stderr.contains("spoiled.csv:2: the id was changed"), "{}", ran.stderr);

    home.write("hand.csv", "kind;from;canvas_id\nuser;00697;7002\nuser;x1;\n");
    let ran = home.run(&["alias", "import", "hand.csv", "--dry-run"]).succeeds();
    assert!(ran.stdout.contains("~ user login `00697` means 7002"), "{}", ran.stdout);
    assert!(ran.stdout.contains("0 would be added, 1 changed; 1 line holds no decision"), "{}", ran.stdout);
    home.run(&["alias", "remove", "user", "guest"]).succeeds();
    home.run(&["alias", "remove", "user", "guest"]).ends_with(2);
    assert_eq!(home.run(&["alias", "list", "--json"]).succeeds().result()["aliases"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_map_goes_out_and_comes_back() {
    let home = configured();
    let columns = "course_id,assignment_id,assignment_title,canvas_course_id,canvas_assignment_id,name\n";
    home.write("map.csv", &format!("{columns}BIO-101,00697,,7,70,Lecture 1\nBIO-101,,Lecture 2,7,71,Lecture 2\n"));
    home.run(&["map", "import", "map.csv"]).succeeds();
    let listed = home.run(&["map", "export"]).succeeds();
    assert!(listed.stdout.contains("BIO-101,00697,,7,70,Lecture 1,,,,"), "{}", listed.stdout);
    home.run(&["map", "unbind", "BIO-101", "Lecture 2", "--by-title"]).succeeds();
    home.run(&["map", "unbind", "BIO-101", "Lecture 2", "--by-title"]).ends_with(2);
    home.write("bad.csv", &format!("{columns}BIO-101,00697,,seven,70,Lecture 1\n"));
    let ran = home.run(&["map", "import", "bad.csv"]).ends_with(3);
    assert!(ran.stderr.contains("bad.csv:2: `seven`"), "{}", ran.stderr);
}

#[test]
fn the_store_can_be_looked_at_checked_and_copied() {
    let home = configured();
    let info = home.run(&["store", "info", "--json"]).succeeds().result();
    assert_eq!((&info["plans"], &info["runs"]), (&0.into(), &0.into()));
    home.run(&["store", "check"]).succeeds();
    home.run(&["store", "backup", "copy.db"]).succeeds();
    home.run(&["store", "backup", "copy.db"]).ends_with(9);
    let purged = home.run(&["purge", "--before", "2026-01-01", "--json"]).succeeds().result();
    assert_eq!(purged["plans"], 0);
    home.run(&["forget", "--user", "internal:17"]).succeeds();
    home.write("broken.db", "this is no database, and long enough to be looked at as one, whatever it is\n");
    home.run(&["store", "info", "--store", "broken.db"]).ends_with(9);
}

#[test]
fn completions_are_in_machine_output_too() {
    let home = Home::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = home.run(&["completions", shell]).succeeds().stdout;
        let told = home.run(&["completions", shell, "--json"]).succeeds().result();
        assert!(script.contains("gradepush"), "{shell}: {script}");
        assert_eq!(told["script"], script, "{shell}");
    }
}
