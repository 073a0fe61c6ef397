//! Connectors and configuration from the outside.

use crate::common::{Home, set_mode};

const ADD: &[&str] = &[
    "connector",
    "add",
    "Campus",
    "--canvas",
    "canvas.example.edu",
    "--token-env",
    "MY_TOKEN",
    "--user-id-origin",
    "sis",
];

#[test]
fn adding_a_connector_twice_is_an_error() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(ADD).all(), @r#"
    exit code: 0
    ----- stdout
    added connector `Campus` for https://canvas.example.edu to $HOME/config/gradepush/config.toml
    ----- stderr
    note: try it: gradepush connector test "Campus"
    "#);
    insta::assert_snapshot!(home.run(ADD).all(), @r#"
    exit code: 2
    ----- stdout
    ----- stderr
    error: there is a connector `Campus` already
    hint: change it: gradepush connector edit "Campus", or choose another title
    "#);
    insta::assert_snapshot!(fs_err::read_to_string(home.config()).expect("written"), @r#"
    [[connector]]
    title = "Campus"
    canvas = "canvas.example.edu"
    user_id_origin = "sis"
    course_id_origin = "internal"
    token_env = "MY_TOKEN"
    "#);
}

#[cfg(unix)]
#[test]
fn the_configuration_is_its_owners_business() {
    let home = Home::new();
    home.run(ADD).succeeds();
    assert_eq!(crate::common::mode(&home.config()), 0o600);
    set_mode(&home.config(), 0o644);
    let ran = home.run(&["connector", "list"]).succeeds();
    assert!(ran.stderr.contains("can be read by other users"), "{}", ran.stderr);
}

#[test]
fn a_connector_can_be_shown_edited_disabled_and_removed() {
    let home = Home::new().with("MY_TOKEN", "a-secret");
    home.run(ADD).succeeds();
    let edit =
        ["connector", "edit", "Campus", "--course-id-origin", "sis", "--own-grader", "self", "--own-grader", "12"];
    home.run(&edit).succeeds();
    insta::assert_snapshot!(home.run(&["connector", "show", "Campus"]).all(), @r"
    exit code: 0
    ----- stdout
    setting                   value
    title                     Campus
    canvas                    https://canvas.example.edu
    user id origin            sis
    course id origin          sis
    account                   the token's
    token                     environment variable MY_TOKEN (set)
    secure gateway            none
    ca file                   none
    time zone                 the Canvas course's
    use existing assignments  false
    own graders               self, 12
    enabled                   true
    ----- stderr
    ");
    home.run(&["connector", "disable", "Campus"]).succeeds();
    insta::assert_snapshot!(home.run(&["connector", "test", "Campus"]).all(), @r#"
    exit code: 2
    ----- stdout
    ----- stderr
    error: connector `Campus` is disabled
    hint: enable it: gradepush connector enable "Campus"
    "#);
    home.run(&["connector", "enable", "Campus"]).succeeds();
    home.run(&["connector", "remove", "Campus"]).succeeds();
    insta::assert_snapshot!(home.run(&["connector", "show", "Campus"]).all(), @r"
    exit code: 2
    ----- stdout
    ----- stderr
    error: there is no connector `Campus`
    hint: known connectors: none is configured
    ");
}

#[test]
fn what_cannot_work_is_refused_when_it_is_added() {
    let home = Home::new();
    for (flags, part) in [
        (vec!["--canvas", "http://canvas.example.edu"], "unencrypted"),
        (vec!["--canvas", "https://canvas.example.edu/courses/1"], "more than a host"),
        (vec!["--canvas", "canvas.example.edu", "--user-id-origin", "email"], "internal, sis, login"),
        (vec!["--canvas", "canvas.example.edu", "--time-zone", "Nowhere/Land"], "time zone"),
        (vec!["--canvas", "canvas.example.edu", "--secure-gateway", "gateway"], "none"),
        (vec!["--canvas", "canvas.example.edu", "--token-env", "A", "--token-file", "b"], "cannot be used with"),
        (vec![], "--canvas"),
    ] {
        let arguments: Vec<_> = ["connector", "add", "X"].into_iter().chain(flags).collect();
        let ran = home.run(&arguments).ends_with(2);
        assert!(ran.stderr.contains(part), "{arguments:?}: {}", ran.stderr);
    }
    home.run(&["connector", "add", "env", "--canvas", "canvas.example.edu"]).ends_with(2);
    assert!(!home.config().exists(), "nothing was added");
}

#[test]
fn mistakes_in_the_configuration_name_their_line() {
    let home = Home::new();
    home.write(
        "config/gradepush/config.toml",
        "[[connector]]\ntitle = \"a\"\ncanvas = \"a.example\"\norigin = \"sis\"\n",
    );
    let ran = home.run(&["connector", "list"]).ends_with(2);
    assert!(ran.stderr.contains("config.toml:4: unknown field `origin`"), "{}", ran.stderr);
}

#[test]
fn each_value_says_where_it_came_from() {
    let home = Home::new().with("MY_TOKEN", "a-secret").with("GRADEPUSH_STORE", "elsewhere.db");
    home.run(ADD).succeeds();
    let ran = home.run(&["config"]).succeeds();
    assert!(!ran.all().contains("a-secret"), "{}", ran.all());
    insta::assert_snapshot!(ran.all(), @r"
    exit code: 0
    ----- stdout
    setting                  value                                         from
    config                   $HOME/config/gradepush/config.toml  default
    store                    elsewhere.db                                  environment GRADEPUSH_STORE
    connector                Campus                                        default
    Campus.canvas            https://canvas.example.edu                    config file
    Campus.user_id_origin    sis                                           config file
    Campus.course_id_origin  internal                                      config file
    Campus.token             set                                           environment variable MY_TOKEN
    Campus.enabled           true                                          config file
    GRADEPUSH_STORE          elsewhere.db                                  environment GRADEPUSH_STORE
    ----- stderr
    ");
    let flagged = home.run(&["config", "--store", "flag.db", "--json"]).succeeds().result();
    assert_eq!(flagged["settings"][1]["value"], "flag.db");
    assert_eq!(flagged["settings"][1]["origin"], "flag --store");
}

#[test]
fn the_environment_describes_a_connector_of_its_own() {
    let local = |home: Home| home.with("CANVAS_BASE_URL", "http://127.0.0.1:9").with("CANVAS_API_TOKEN", "a-secret");
    let disagreeing = local(Home::new()).with("CANVAS_DOMAIN", "canvas.example.edu");
    let ran = disagreeing.run(&["sync", "--json"]).ends_with(2);
    assert!(ran.stderr.contains("CANVAS_BASE_URL and CANVAS_DOMAIN disagree"), "{}", ran.all());
    assert!(ran.result()["error"]["hint"].is_string(), "{}", ran.stdout);

    let home = local(Home::new());
    home.run(ADD).succeeds();
    let ran = home.run(&["cache", "status"]);
    assert!(ran.stderr.contains("CANVAS_BASE_URL, CANVAS_API_TOKEN in the environment ignored"), "{}", ran.all());
    let ran = home.run(&["cache", "status", "--user-id-origin", "login"]).ends_with(2);
    assert!(ran.stderr.contains("--user-id-origin is a setting of the connector `Campus`"), "{}", ran.all());
}

#[test]
fn no_source_of_a_token_is_trusted_blindly() {
    let home = Home::new();
    home.write("token", "a-secret\n");
    let canvas = ["--canvas", "http://127.0.0.1:9"];
    let add = |title: &str, source: &[&str]| {
        let arguments: Vec<_> =
            ["connector", "add", title].into_iter().chain(canvas).chain(source.iter().copied()).collect();
        home.run(&arguments).succeeds();
    };
    add("variable", &["--token-env", "NOT_SET"]);
    add("file", &["--token-file", "token"]);
    add("command", &["--token-command", "sh -c 'exit 3'"]);
    add("nothing", &[]);
    set_mode(&home.path("token"), 0o640);
    for (title, part) in [
        ("variable", "NOT_SET`, which should hold the access token, is not set"),
        #[cfg(unix)]
        ("file", "chmod 600"),
        #[cfg(unix)]
        ("command", "ended with exit status: 3"),
        ("nothing", "names no source"),
    ] {
        let ran = home.run(&["connector", "test", title]).ends_with(2);
        assert!(ran.stderr.contains(part), "{title}: {}", ran.stderr);
    }
}
