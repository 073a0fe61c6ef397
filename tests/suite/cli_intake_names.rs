//! Files that say who by names alone: whom each name may mean is suggested, and a person decides.

use crate::common::Home;
use crate::common::intake::{COURSE, count_as, home, plan};

/// Resolves a file, takes the people of the same name after a review, and returns the cells of its plan.
fn after_review(home: &Home, file: &str, flags: &[&str]) -> Vec<String> {
    home.run(&[&["resolve", file, "--csv", "unmatched.csv", "--force"], flags].concat()).ends_with(4);
    let unmatched = fs_err::read_to_string(home.path("unmatched.csv")).expect("written");
    for name in ["Marta Reyes", "José Núñez"] {
        let suggested = unmatched.lines().any(|line| line.contains(name) && line.contains("same name; in the course"));
        assert!(suggested, "{name}: {unmatched}");
    }
    let taken = home.run(&["alias", "import", "unmatched.csv", "--take", "same-name"]).succeeds();
    assert!(taken.stdout.contains("means 7001 (Marta Reyes)"), "{}", taken.stdout);
    assert!(taken.stdout.contains("; 1 line holds no decision"), "two are called Jin Park: {}", taken.stdout);
    plan(home, &[file], flags).cells()
}

#[test]
fn a_name_in_the_place_of_an_id_suggests_who_bears_it() {
    for origin in ["sis", "login", "internal"] {
        let (home, _served) = home(origin);
        let header = "course_id,assignment_title,user_id,score_received,score_possible";
        let rows = ["Marta Reyes,9,10", "\"Nunez, Jose\",8,10", "Jin Park,7,10"];
        let rows: Vec<String> = rows.iter().map(|row| format!("CHEM-110-F26,Quiz 1,{row}\n")).collect();
        home.write("scores.csv", &format!("{header}\n{}", rows.concat()));
        let expected = ["9001 7001 set 9", "9001 7003 set 8", "9001 Jin Park unresolved user-unresolved"];
        assert_eq!(after_review(&home, "scores.csv", &[]), expected, "{origin}");
    }
}

#[test]
fn a_table_of_names_is_told_how_to_go_on_and_the_layout_works_as_it_stands() {
    let (home, _served) = home("sis");
    for origin in ["sis", "login", "internal"] {
        count_as(&home, origin);
        home.write("n 2.csv", "Name,Quiz 1\nMarta Reyes,9\n\"Núñez, José\",8\nJin Park,7\n");
        let refused = home.run(&[&["plan", "n 2.csv"][..], &COURSE].concat()).ends_with(3);
        let said = "n 2.csv:1: no known format has the header `Name,Quiz 1`: it has names but no ids";
        assert!(refused.stderr.contains(said) && !refused.stderr.contains("nearest"), "{}", refused.all());
        // The command of the message, as it stands.
        assert!(
            refused.stderr.contains("`gradepush export 'n 2.csv' --suggest-layout -o layout.toml`"),
            "{}",
            refused.all()
        );
        home.run(&["export", "n 2.csv", "--suggest-layout", "-o", "layout.toml", "--force"]).succeeds();
        let flags = [&COURSE[..], &["--layout", "layout.toml"]].concat();
        let expected = ["9001 7001 set 9", "9001 7003 set 8", "9001 Jin Park unresolved user-unresolved"];
        assert_eq!(after_review(&home, "n 2.csv", &flags), expected, "{origin}");
    }
}

#[test]
fn names_in_parts_are_to_be_joined_and_what_lacks_only_the_id_is_said_to_lack_it() {
    let (home, _served) = home("sis");
    home.write("parts.csv", "First Name,Last Name,Quiz 1\nMarta,Reyes,9\n");
    let parts = home.run(&[&["plan", "parts.csv"][..], &COURSE].concat()).ends_with(3);
    assert!(
        parts.stderr.contains("join the parts of the names in one column, then `gradepush export"),
        "{}",
        parts.all()
    );
    home.write(
        "scores.csv",
        "course_id,assignment_title,user_name,score_received\nCHEM-110-F26,Quiz 1,Marta Reyes,9\n",
    );
    let lacking = home.run(&["plan", "scores.csv"]).ends_with(3);
    assert!(lacking.stderr.contains("nearest: scores lacks `user_id`"), "{}", lacking.all());
}
