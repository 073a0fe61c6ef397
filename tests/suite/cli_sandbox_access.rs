//! A served sandbox: who can reach it, with which tokens, and where its world is saved.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use gradepush::sandbox::{Faults, Reply};
use serde_json::Value;

use crate::common::Home;
use crate::loopback::exchange;

/// A sandbox in a process of its own that says what it is as JSON.
struct Process {
    child: Child,
    /// Its `listening` event.
    says: Value,
}

impl Process {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command(&[&["sandbox", "--json"], arguments].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("a line");
        Self { child, says: serde_json::from_str(&line).unwrap_or_else(|_| panic!("no event: {line}")) }
    }

    fn port(&self) -> u16 {
        let address = self.says["address"].as_str().expect("an address");
        address.rsplit(':').next().expect("a port").parse().expect("a number")
    }

    fn tokens(&self) -> &Vec<Value> {
        self.says["tokens"].as_array().expect("a list")
    }

    /// The token of this purpose.
    fn token(&self, purpose: &str) -> String {
        let found = self.tokens().iter().find(|held| held["purpose"] == purpose);
        text(&found.unwrap_or_else(|| panic!("no {purpose} in {}", self.says))["token"])
    }

    async fn get(&self, host: &str, token: &str, path: &str) -> Reply {
        let bearer = format!("Bearer {token}");
        let headers = [("host", host), ("user-agent", "tests"), ("authorization", bearer.as_str())];
        let address = (std::net::Ipv4Addr::LOCALHOST, self.port()).into();
        exchange(address, ("GET", &format!("/api/v1{path}")), &headers, b"").await.expect("an answer")
    }

    /// Status and body of what a token's holder gets.
    async fn by(&self, purpose: &str, path: &str) -> (u16, Value) {
        self.get_json(&self.token(purpose), path).await
    }

    async fn get_json(&self, token: &str, path: &str) -> (u16, Value) {
        let reply = self.get("localhost", token, path).await;
        (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Writes the world of the recorded answers into a home; its tokens stand in a file that everybody can read.
fn save_lab(home: &Home) {
    let file = crate::repository().join("fixtures/canvas/recorded/lab.json");
    home.write("lab.json", &fs_err::read_to_string(file).expect("a fixture"));
}

/// Writes the demonstration world into a home, as a world that was saved.
fn save_demo(home: &Home) {
    let file = crate::repository().join("fixtures/worlds/demo.json");
    home.write("saved.json", &fs_err::read_to_string(file).expect("a fixture"));
}

#[tokio::test]
async fn the_tokens_are_what_they_say() {
    let home = Home::new();
    let worlds =
        [&["--world", "demo"][..], &["--courses", "3", "--students", "40"], &["--token", "a-token-of-its-own"]];
    for world in worlds {
        let sandbox = Process::start(&home, &[&["--addr", "127.0.0.1:0"], world].concat());
        assert_eq!(sandbox.says["token"], sandbox.token("admin"), "{world:?}");
        assert_eq!(sandbox.by("admin", "/accounts/1/users?per_page=1").await.0, 200, "{world:?}");
        for purpose in ["teacher", "ta", "student"] {
            assert_eq!(sandbox.by(purpose, "/accounts/1/users").await.0, 403, "{purpose} of {world:?}");
            assert_eq!(sandbox.by(purpose, "/users/self").await.0, 200, "{purpose} of {world:?}");
        }
        let (_, courses) = sandbox.by("ta", "/users/self/courses?enrollment_type=ta").await;
        let students = format!("/courses/{}/users?enrollment_type[]=student&per_page=100", courses[0]["id"]);
        let (_, all) = sandbox.by("admin", &students).await;
        let (_, own) = sandbox.by("ta", &students).await;
        let count = |people: &Value| people.as_array().map_or(0, Vec::len);
        assert!(0 < count(&own) && count(&own) < count(&all), "{} of {} in {world:?}", count(&own), count(&all));
        let (status, body) = sandbox.by("expired", "/users/self").await;
        assert_eq!((status, &body["errors"][0]["message"]), (401, &"Expired access token.".into()), "{world:?}");
        let token = sandbox.token("ends-soon");
        let (status, held) = sandbox.by("ends-soon", &format!("/users/self/tokens/{}", &token[..5])).await;
        assert_eq!((status, &held["purpose"]), (200, &"ends-soon".into()), "its hint finds no other token");
        let moment = |key: &str| text(&held[key]).parse::<jiff::Timestamp>().expect("a moment");
        let lasts = moment("expires_at").duration_since(moment("created_at"));
        assert_eq!(lasts, jiff::SignedDuration::from_hours(26), "it was made a day before the start");
    }
}

#[test]
fn each_token_comes_with_the_commands_that_make_a_connector_of_it() {
    let home = Home::new();
    let sandbox = Process::start(&home, &["--addr", "127.0.0.1:0"]);
    assert_eq!(sandbox.tokens().len(), 6, "{}", sandbox.says);
    for held in sandbox.tokens() {
        let (export, add) = (text(&held["export"]), text(&held["connector_add"]));
        let (variable, token) =
            export.strip_prefix("export ").and_then(|rest| rest.split_once('=')).expect("a variable");
        assert_eq!(held["token"], token);
        home.run(&add.split(' ').skip(1).collect::<Vec<_>>()).succeeds();
        let test = ["connector", "test", &text(&held["connector"]), "--json"];
        let tested = home.command(&test).env(variable, token).output().expect("the program starts");
        // A student of this world may not grade.
        if held["holder"] != "student" {
            let result = home.ended(&tested).ends_with(if held["state"] == "expired" { 7 } else { 0 }).result();
            let checks = result["checks"].as_array().expect("a list");
            let token = checks.iter().find(|check| check["name"] == "token").expect("it was looked at");
            let warned = token["message"].as_str().is_some_and(|message| message.contains(", and ends in "));
            assert_eq!(warned && token["status"] == "warn", held["purpose"] == "ends-soon", "{token}");
        }
    }
}

#[test]
fn people_see_who_holds_each_token() {
    let home = Home::new();
    let mut served = home.with_sandbox(&["--world", "demo"]);
    assert_eq!(served.line(), "world demo: Lakeshore State University, 157 people, 6 courses");
    let lines: Vec<String> = (0..24).map(|_| served.line()).collect();
    let who: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("# ")).collect();
    assert_eq!(who[0], "admin: Grade Robot (501), account admin");
    assert_eq!(who[1], "teacher: Margaret Okonkwo (601), teacher");
    assert_eq!(who[2], "ta: Māra Nowak (7095), teaching assistant limited to a section");
    assert!(who[3].ends_with(", student"), "{who:?}");
    assert!(who[4].starts_with("expired: Grade Robot (501), account admin, expired 2"), "{who:?}");
    assert!(who[5].starts_with("ends-soon: Grade Robot (501), account admin, ends 2"), "{who:?}");
    assert!(lines.contains(&"export SANDBOX_TEACHER_TOKEN=teacher-gradepush-demo".to_owned()), "{lines:?}");
    let add = format!(
        "gradepush connector add sandbox --canvas {} --user-id-origin login --course-id-origin sis --token-env \
         SANDBOX_TOKEN --time-zone America/New_York --use-existing-assignments",
        served.address
    );
    assert!(lines.contains(&add), "{lines:?}");
}

#[test]
fn nobody_else_reaches_it_unasked() {
    let home = Home::new();
    let public = ["sandbox", "--addr", "0.0.0.0:0", "--listen-publicly", "--token"];
    for (arguments, part) in [
        (vec!["sandbox", "--addr", "0.0.0.0:0"], "add --listen-publicly"),
        (vec!["sandbox", "--addr", "[::]:0", "--token", "a-token-of-its-own"], "add --listen-publicly"),
        ([&public[..], &["gradepush-demo-token"]].concat(), "everybody knows this token"),
        ([&public[..], &["student-gradepush-demo"]].concat(), "everybody knows this token"),
        (vec!["sandbox", "--listen-publicly"], "nobody but this machine can reach 127.0.0.1:8765"),
    ] {
        let ran = home.run(&arguments).ends_with(2);
        assert!(ran.stderr.contains(part) && ran.stderr.contains("hint:"), "{arguments:?}: {}", ran.all());
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn in_public_no_token_is_known_to_everybody() {
    let home = Home::new();
    let demo = Process::start(&home, &["--addr", "127.0.0.1:0"]);
    let known: Vec<String> = demo.tokens().iter().map(|held| text(&held["token"])).collect();
    assert_eq!((&demo.says["public"], known[0].as_str()), (&false.into(), "gradepush-demo-token"));
    save_demo(&home);
    for world in [&["--world", "demo"][..], &["--world", "saved.json"], &["--courses", "2", "--students", "9"]] {
        let public = Process::start(&home, &[&["--addr", "0.0.0.0:0", "--listen-publicly"], world].concat());
        assert_eq!(public.says["public"], true);
        let own = text(&public.says["token"]);
        assert!(own.len() >= 32, "{own}");
        for token in &known {
            assert_eq!(public.get("localhost", token, "/users/self").await.status, 401, "{token} of {world:?}");
        }
        assert_eq!(public.get("192.0.2.7", &own, "/users/self").await.status, 200, "{world:?}");
        assert_eq!(public.get("evil.example", &own, "/users/self").await.status, 403, "{world:?}");
    }
    save_lab(&home);
    let loaded = ["--addr", "0.0.0.0:0", "--listen-publicly", "--world", "lab.json"];
    let public = Process::start(&home, &loaded);
    assert_eq!(public.tokens().len(), 1, "{}", public.says);
    for token in ["tok-admin", "tok-teacher", "tok-ta", "tok-student"] {
        assert_eq!(public.get("localhost", token, "/users/self").await.status, 401, "{token} stands in a file");
    }
    assert_eq!(public.get("localhost", &text(&public.says["token"]), "/users/self").await.status, 200);
    let chosen = Process::start(&home, &[&loaded[..], &["--token", "tok-teacher"]].concat());
    let (status, teacher) = chosen.get_json("tok-teacher", "/users/self").await;
    assert_eq!((status, &teacher["name"]), (200, &"Tea Cher".into()), "who asks for one by name gets its holder");
    assert_eq!(chosen.get("localhost", "tok-admin", "/users/self").await.status, 401);
    let own = "a-token-of-its-own";
    let public = ["--addr", "0.0.0.0:0", "--listen-publicly", "--token", own, "--host", "canvas.campus"];
    let named = Process::start(&home, &public);
    assert_eq!(named.get("canvas.campus:80", own, "/users/self").await.status, 200);
}

#[test]
fn only_a_sandbox_that_others_cannot_reach_says_so() {
    let home = Home::new();
    for (arguments, says_so) in [
        (&["sandbox", "--addr", "127.0.0.1:0"][..], true),
        (&["sandbox", "--addr", "0.0.0.0:0", "--listen-publicly"], false),
    ] {
        let mut command = home.command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stderr.take().expect("it is piped")).read_line(&mut line).expect("a line");
        child.kill().and_then(|()| child.wait()).expect("it runs");
        assert_eq!(line.contains("only this machine can reach it"), says_so, "{line}");
        assert_eq!(line.contains("every machine that can reach"), !says_so, "{line}");
    }
}

#[test]
fn a_saved_world_keeps_its_tokens_and_gets_no_others() {
    let home = Home::new();
    save_demo(&home);
    let sandbox = Process::start(&home, &["--addr", "127.0.0.1:0", "--world", "saved.json"]);
    assert_eq!(sandbox.tokens().len(), 1, "{}", sandbox.says);
    let held = &sandbox.tokens()[0];
    assert_eq!((&held["purpose"], &held["user"]), (&"rehearsal".into(), &"Grade Robot".into()));
}

#[cfg(unix)]
#[test]
fn a_world_is_saved_through_no_symlink() {
    let home = Home::new();
    home.write("precious.txt", "precious");
    std::os::unix::fs::symlink(home.path("precious.txt"), home.path("world.json")).expect("a link");
    let ran = home.run(&["sandbox", "--addr", "127.0.0.1:0", "--save", "world.json"]).ends_with(3);
    assert!(ran.stderr.contains("`world.json` is a symbolic link"), "{}", ran.all());
    // One that is made while it runs is not followed either.
    let served = home.with_sandbox(&["--save", "later.json"]);
    std::os::unix::fs::symlink(home.path("precious.txt"), home.path("later.json")).expect("a link");
    assert_eq!(served.interrupt(), 3);
    assert_eq!(fs_err::read_to_string(home.path("precious.txt")).expect("it is there"), "precious");
    let mut left = fs_err::read_dir(home.path("")).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    assert!(!left.any(|name| name.to_string_lossy().starts_with(".gradepush-")), "a temporary file is left");
}

/// A symbolic link to a folder of ours may be somebody else's tomorrow.
#[cfg(unix)]
#[test]
fn a_world_is_saved_through_no_linked_folder() {
    let home = Home::new();
    fs_err::create_dir_all(home.path("precious/inner")).expect("a folder");
    std::os::unix::fs::symlink(home.path("precious"), home.path("link")).expect("a link");
    for path in ["link/world.json", "link/inner/world.json"] {
        let ran = home.run(&["sandbox", "--addr", "127.0.0.1:0", "--save", path]).ends_with(3);
        assert!(ran.stderr.contains("`link` is a symbolic link"), "{}", ran.all());
        assert_eq!(ran.stdout, "", "said before it serves");
    }
}

#[cfg(unix)]
#[test]
fn a_world_is_saved_over_plain_files_only() {
    use std::os::unix::fs::FileTypeExt;

    let home = Home::new();
    let pipe = |name: &str| {
        let made = std::process::Command::new("mkfifo").arg(home.path(name)).status().expect("mkfifo starts");
        assert!(made.success());
    };
    let is_pipe = |name: &str| fs_err::symlink_metadata(home.path(name)).expect("it is there").file_type().is_fifo();
    pipe("pipe");
    fs_err::create_dir(home.path("folder")).expect("a folder");
    let _socket = std::os::unix::net::UnixListener::bind(home.path("socket")).expect("a socket");
    for path in ["pipe", "folder", "socket"] {
        let ran = home.run(&["sandbox", "--addr", "127.0.0.1:0", "--save", path]).ends_with(3);
        assert!(ran.stderr.contains(&format!("`{path}` is no plain file")), "{}", ran.all());
        assert_eq!(ran.stdout, "", "said before it serves");
    }
    assert!(is_pipe("pipe"));
    // One that is made while it runs is not replaced either.
    let served = home.with_sandbox(&["--save", "later"]);
    pipe("later");
    assert_eq!(served.interrupt(), 3);
    assert!(is_pipe("later"));
}

#[test]
fn the_page_on_faults_explains_everything_a_faults_file_may_hold() {
    let home = Home::new();
    let page = home.run(&["help", "faults"]).succeeds().stdout;
    let (_, example) = page.split_once("--world demo`:\n").expect("an example at the end");
    let faults = Faults::from_text(example).unwrap_or_else(|error| panic!("{error:?}"));
    assert!(!faults.rules.is_empty() && !faults.events.is_empty());
    let words: Vec<&str> = page.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').collect();
    // The parser lists what it knows when it meets a word that it does not know.
    for unknown in [
        r#"{"?": 1}"#,
        r#"{"rules": [{"?": 1}]}"#,
        r#"{"rules": [{"fault": "?"}]}"#,
        r#"{"rules": [{"fault": {"status": {"?": 1}}}]}"#,
        r#"{"rules": [{"fault": {"hang": {"?": 1}}}]}"#,
        r#"{"rules": [{"fault": {"job_killed": {"?": 1}}}]}"#,
        r#"{"events": [{"?": 1}]}"#,
        r#"{"events": [{"moment": "?"}]}"#,
        r#"{"events": [{"what": "?"}]}"#,
        r#"{"events": [{"what": {"grade": {"?": 1}}}]}"#,
    ] {
        let error = Faults::from_text(unknown).expect_err("an unknown word");
        let reason = std::error::Error::source(&error).expect("a reason").to_string();
        let (_, known) = reason.split_once("expected ").unwrap_or_else(|| panic!("no list: {reason}"));
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        assert!(known.len() > 1, "{reason}");
        for word in known {
            assert!(words.contains(&word), "`{word}` is missing from the page");
        }
    }
    home.write("faults.toml", "[[rules]]\nfault = \"meteor\"");
    let ran = home.run(&["sandbox", "--faults", "faults.toml"]).ends_with(3);
    for part in ["meteor", "line 2", "gradepush help faults"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.all());
    }
}
