//! A token that is pasted where none belongs is refused, and shown nowhere.

use crate::common::Home;

/// As a hosted Canvas makes them.
const HOSTED: &str = "7~Zq8Xw2Lk9Mn4Bv6Cd1Ef3Gh5";
/// As other Canvases do.
const OTHER: &str = "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW2xY4zA6bC8dE0fG2hI4jK6lM8nO0pQ2r";

/// Nothing that was printed holds the token, or a piece of it.
#[track_caller]
fn hides(said: &str, token: &str) {
    let piece = token.rsplit('~').next().expect("a piece");
    assert!(!said.contains(piece), "{said}");
}

#[test]
fn a_token_on_the_command_line_is_refused_wherever_it_stands() {
    let home = Home::new();
    let url = format!("https://canvas.example.edu/login?access_token={HOSTED}");
    let equals = format!("--token-env={HOSTED}");
    for arguments in [
        vec!["plan", HOSTED],
        vec!["push", HOSTED],
        vec!["connector", "add", HOSTED, "--canvas", "canvas.example.edu"],
        vec!["connector", "add", "x", "--canvas", &url],
        vec!["connector", "add", "x", "--canvas", "canvas.example.edu", "--token-env", HOSTED],
        vec!["connector", "add", "x", "--canvas", "canvas.example.edu", &equals],
        vec!["connector", "add", "x", "--canvas", "canvas.example.edu", "--token-file", HOSTED],
        vec!["connector", "add", "x", "--canvas", "canvas.example.edu", "--token-command", HOSTED],
        vec!["--connector", HOSTED, "sync"],
        vec![HOSTED],
    ] {
        let ran = home.run(&arguments).ends_with(2);
        assert!(ran.stderr.contains("looks like an access token"), "{arguments:?}: {}", ran.stderr);
        hides(&ran.all(), HOSTED);
        let ran = home.run(&[&["--json"], &arguments[..]].concat()).ends_with(2);
        assert_eq!(ran.result()["error"]["code"], "token-on-command-line", "{arguments:?}");
        hides(&ran.all(), HOSTED);
    }
    assert!(!home.config().exists(), "nothing was kept");
}

#[test]
fn there_is_no_flag_for_a_token_and_its_value_is_not_repeated() {
    let home = Home::new();
    let add = ["connector", "add", "x", "--canvas", "canvas.example.edu"];
    for flag in [vec!["--token", "abcsecret"], vec!["--token=abcsecret"]] {
        let ran = home.run(&[&add[..], &flag].concat()).ends_with(2);
        assert!(ran.stderr.contains("an access token does not belong on the command line"), "{}", ran.stderr);
        assert!(ran.stderr.contains("--token-file FILE"), "{}", ran.stderr);
        hides(&ran.all(), "abcsecret");
    }
}

#[test]
fn what_is_no_name_of_a_variable_is_not_repeated_and_not_kept() {
    let home = Home::new();
    for given in ["7~randomtoken", OTHER, "my token", "0123abc"] {
        let add = ["connector", "add", "x", "--canvas", "canvas.example.edu", "--token-env", given];
        let ran = home.run(&add).ends_with(2);
        assert!(ran.stderr.contains("that looks like a token"), "{given}: {}", ran.stderr);
        hides(&ran.all(), given);
    }
    assert!(!home.config().exists(), "nothing was kept");
    // One that an earlier version kept is not shown either.
    home.write(
        "config/gradepush/config.toml",
        "[[connector]]\ntitle = \"x\"\ncanvas = \"canvas.example.edu\"\ntoken_env = \"7~randomtoken\"\n",
    );
    for arguments in [vec!["connector", "show"], vec!["connector", "test"], vec!["config"], vec!["sync"]] {
        let ran = home.run(&arguments).ends_with(2);
        assert!(ran.stderr.contains("`token_env`: that looks like a token"), "{arguments:?}: {}", ran.stderr);
        hides(&ran.all(), "7~randomtoken");
    }
    let listed = home.run(&["connector", "list"]).succeeds();
    assert!(listed.stdout.contains("that looks like a token"), "{}", listed.all());
    hides(&listed.all(), "7~randomtoken");
}

#[test]
fn errors_about_arguments_repeat_no_word_that_may_be_a_token() {
    let home = Home::new();
    for token in [OTHER, "0123456789abcdef0123456789abcdef01234567"] {
        for arguments in [
            vec![token],
            vec!["sync", token],
            vec!["plan", "x.csv", "--accept", token],
            vec!["sandbox", "--courses", token],
            vec!["sandbox", "--frobnicate", token],
        ] {
            let ran = home.run(&arguments).ends_with(2);
            hides(&ran.all(), token);
            hides(&home.run(&[&["--json"], &arguments[..]].concat()).all(), token);
        }
    }
}

#[test]
fn a_file_that_is_named_like_a_token_is_a_file() {
    let home = Home::new();
    let name = format!("{HOSTED}.csv");
    home.write(&name, "course_id,assignment_title,user_id,score_received\nBIO-101,Quiz 1,00123,8.5\n");
    home.run(&["export", &name]).succeeds();
}
