//! What holds for the output of every command.

use std::process::Stdio;

use crate::common::Home;

#[test]
fn machine_output_ends_with_the_result_also_after_an_error() {
    let home = Home::new();
    for (arguments, command, code) in [
        (vec!["--json", "plan", "--nonsense"], "plan", 2),
        (vec!["--json", "plan", "scores.csv"], "plan", 2),
        (vec!["connector", "show", "X", "--json"], "connector show", 2),
        (vec!["--json"], "gradepush", 0),
        (vec!["--json", "connector", "list"], "connector list", 0),
    ] {
        let result = home.run(&arguments).ends_with(code).result();
        assert_eq!(result["command"], command, "{arguments:?}");
        assert_eq!(result["schema"], 1, "{arguments:?}");
        assert_eq!(result["error"].is_object(), code != 0, "{arguments:?}");
    }
}

#[test]
fn an_error_says_what_happened_and_how_to_mend_it() {
    insta::assert_snapshot!(Home::new().run(&["sync"]).all(), @r"
    exit code: 2
    ----- stdout
    ----- stderr
    error: no connector is configured
    hint: in a terminal, `gradepush init` asks for what it needs
    hint: or add one: gradepush connector add TITLE --canvas URL --token-env VAR
    hint: or set CANVAS_BASE_URL and CANVAS_API_TOKEN
    ");
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let home = Home::new();
    assert!(!home.run(&["sync"]).stderr.contains('\u{1b}'), "stderr is no terminal here");
    assert!(home.run(&["sync", "--color", "always"]).stderr.contains('\u{1b}'), "colours were asked for");
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let home = Home::new();
    let mut child = home.command(&["help", "findings"]).stdout(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success(), "a closed pipe is nobody's fault");
}

#[test]
fn values_that_flags_cannot_have_are_usage_errors() {
    let home = Home::new();
    for arguments in [
        vec!["plan", "x.csv", "--accept", "not-enrolled"],
        vec!["plan", "x.csv", "--cache-max-age", "tomorrow"],
        vec!["push", "--chunk", "0"],
        vec!["push", "--chunk", "10001"],
        vec!["push", "--stop-after-failures", "200%"],
        vec!["push", "--deadline", "later"],
        vec!["plan", "x.csv", "--course", "internal:abc"],
        vec!["purge", "--before", "yesterday"],
        vec!["retry", "--abandon-job", "17"],
        vec!["export", "x.csv", "--from", "nonsense"],
    ] {
        home.run(&arguments).ends_with(2);
    }
}
