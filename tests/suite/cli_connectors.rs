//! Connectors and configuration from the outside.

use gradepush::sandbox::{DEMO_TOKEN, Options, Role, World};
use serde_json::Value;

use crate::common::{Home, Hosted, Ran, set_mode, term};

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
    note: try it: gradepush connector test Campus
    "#);
    insta::assert_snapshot!(home.run(ADD).all(), @r#"
    exit code: 2
    ----- stdout
    ----- stderr
    error: there is a connector `Campus` already
    hint: change it: gradepush connector edit Campus, or choose another title
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
    identity rules            none
    enabled                   true
    ----- stderr
    ");
    home.run(&["connector", "disable", "Campus"]).succeeds();
    insta::assert_snapshot!(home.run(&["connector", "test", "Campus"]).all(), @r#"
    exit code: 2
    ----- stdout
    ----- stderr
    error: connector `Campus` is disabled
    hint: enable it: gradepush connector enable Campus
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

/// A synced home whose administrators lack these rights from now on, and what its connector's test then says.
fn tested_without(rights: &[&str], arguments: &[&str]) -> (Ran, Vec<Value>) {
    let (world, _, _) = term(1, 2);
    let hosted = Hosted::of(world, Options::default());
    hosted.sandbox.world(|world| world.restrict_admins(rights));
    let ran = hosted.home.run(&[&["connector", "test", "--json"], arguments].concat());
    let checks = ran.result()["checks"].as_array().expect("a list").clone();
    (ran, checks)
}

/// The checks that did not end well, with what each says.
fn troubles(checks: &[Value]) -> Vec<(&str, &str, String)> {
    let text = |check: &'_ Value, key: &str| check[key].as_str().unwrap_or_default().to_owned();
    checks
        .iter()
        .filter(|check| check["status"] != "ok")
        .map(|check| {
            let name = check["name"].as_str().expect("a name");
            let status = check["status"].as_str().expect("a status");
            (name, status, format!("{}; {}", text(check, "message"), text(check, "hint")))
        })
        .collect()
}

#[test]
fn the_test_of_a_connector_does_once_what_a_push_will_do() {
    let (ran, checks) = tested_without(&[], &[]);
    assert_eq!((ran.code, troubles(&checks)), (0, Vec::new()));
    let names: Vec<&str> = checks.iter().filter_map(|check| check["name"].as_str()).collect();
    let of_course = ["course", "assignments", "submissions", "grades", "progress", "change-log"];
    assert!(names.windows(of_course.len()).any(|some| some == of_course), "{names:?}");
}

#[test]
fn a_role_that_lacks_a_right_is_told_which_and_what_fails_without_it() {
    for (lacking, expected) in [
        ("read", vec![("assignments", "fail", "read_course_content"), ("progress", "fail", "how its jobs end")]),
        (
            "view_all_grades",
            vec![("submissions", "fail", "view_all_grades"), ("change-log", "warn", "overwritten unnoticed")],
        ),
        ("manage_grades", vec![("grades", "fail", "manage_grades"), ("grades", "fail", "nothing can be pushed")]),
    ] {
        let rights = if lacking == "view_all_grades" { vec![lacking, "manage_grades"] } else { vec![lacking] };
        let (ran, checks) = tested_without(&rights, &[]);
        assert_eq!(ran.code, 7, "{lacking}: {}", ran.all());
        let troubles = troubles(&checks);
        for (name, status, part) in expected {
            let told =
                |(check, found, text): &(&str, &str, String)| *check == name && *found == status && text.contains(part);
            assert!(troubles.iter().any(told), "{lacking}: {name} does not say {part}: {troubles:?}");
        }
    }
}

#[test]
fn a_course_can_be_named_to_try() {
    for named in ["C-0", "sis:C-0"] {
        let (ran, checks) = tested_without(&[], &["--course", named]);
        assert_eq!((ran.code, troubles(&checks)), (0, Vec::new()), "{named}");
    }
    let (ran, checks) = tested_without(&[], &["--course", "sis:nowhere"]);
    let troubles = troubles(&checks);
    assert_eq!(ran.code, 7, "{}", ran.all());
    assert!(troubles[0].0 == "course" && troubles[0].2.contains("`nowhere`"), "{troubles:?}");
}

#[test]
fn an_assistant_is_tested_in_a_course_that_they_assist_in_or_in_the_one_named() {
    let (mut world, _, _) = term(2, 2);
    let assistant = world.add_user("Tess Assistant");
    world.add_login(assistant, "tess", None);
    world.add_token(assistant, "tess-token");
    // `Course 0` is listed first, and there she is a student who sees no login.
    for (course, role) in [("C-0", Role::Student), ("C-1", Role::Ta)] {
        let course = world.course_by_sis_id(course).expect("the course");
        world.enroll(course, assistant, role);
    }
    let hosted = Hosted::of(world, Options::default());
    let internal = |sis: &str| hosted.sandbox.world(|world| world.course_by_sis_id(sis).expect("the course"));
    let (learns, assists) = (internal("C-0"), internal("C-1"));
    hosted.home.write("tess", "tess-token\n");
    // The cache of this home is an administrator's, and begins with the other course.
    hosted
        .home
        .run(&["connector", "edit", "Tegrity", "--token-file", "tess", "--course-id-origin", "internal"])
        .succeeds();
    let tested = |arguments: &[&str]| {
        let ran = hosted.home.run(&[&["connector", "test", "--json"], arguments].concat());
        (ran.code, ran.result()["checks"].as_array().expect("a list").clone())
    };
    let in_course = |checks: &[Value], course: i64| {
        let says = format!("course {course} can be read; what follows was tried in it");
        checks.iter().any(|check| check["message"] == *says)
    };
    for arguments in [vec![], vec!["--course".to_owned(), assists.to_string()]] {
        let (code, checks) = tested(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((code, troubles(&checks)), (0, Vec::new()), "{arguments:?}");
        assert!(in_course(&checks, assists), "{arguments:?}: {checks:?}");
    }
    let (code, checks) = tested(&["--course", &learns.to_string()]);
    let names: Vec<&str> = troubles(&checks).into_iter().map(|(name, _, _)| name).collect();
    assert!(code == 7 && in_course(&checks, learns), "{checks:?}");
    assert!(names.contains(&"user-id-origin") && names.contains(&"grades"), "{names:?}");
}

#[test]
fn without_any_course_the_test_says_how_to_name_one() {
    let hosted = Hosted::of(World::with_admin(DEMO_TOKEN), Options::default());
    let ran = hosted.home.run(&["connector", "test"]).ends_with(7);
    assert!(ran.stdout.contains("gradepush connector test Tegrity --course ID"), "{}", ran.all());
}
