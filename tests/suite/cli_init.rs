//! `init` in a terminal, which `script` of util-linux gives it.
#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::common::{Home, mode};

/// Longer than any answer takes; a question that never comes fails the test.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program in a terminal, spoken to answer by answer.
struct Dialogue {
    child: Child,
    keyboard: ChildStdin,
    screen: Receiver<Vec<u8>>,
    /// All that was shown so far, and how much of it was looked at.
    shown: String,
    seen: usize,
}

impl Dialogue {
    fn of(home: &Home, arguments: &str) -> Self {
        let program = assert_cmd::cargo::cargo_bin!("gradepush");
        // The environment of the home, in a terminal.
        let plain = home.command(&[]);
        let mut command = Command::new("script");
        command.args(["-qefc", &format!("'{}' {arguments}", program.display()), "/dev/null"]);
        command.env_clear();
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(plain.get_current_dir().expect("the home"));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`script` of util-linux is there");
        let keyboard = child.stdin.take().expect("it is piped");
        let mut stdout = child.stdout.take().expect("it is piped");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stdout.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, keyboard, screen, shown: String::new(), seen: 0 }
    }

    /// Waits until this is shown, after what was waited for before.
    #[track_caller]
    fn sees(&mut self, text: &str) {
        loop {
            if let Some(place) = self.shown[self.seen..].find(text) {
                self.seen += place + text.len();
                return;
            }
            let Ok(bytes) = self.screen.recv_timeout(PATIENCE) else { panic!("no `{text}` in {}", self.shown) };
            self.shown.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    /// Waits for a question, and answers it.
    #[track_caller]
    fn answers(&mut self, question: &str, answer: &str) {
        self.sees(question);
        writeln!(self.keyboard, "{answer}").expect("it listens");
    }

    /// Waits for the end, and returns what was shown and the exit code.
    fn ends(mut self) -> (String, i32) {
        while let Ok(bytes) = self.screen.recv_timeout(PATIENCE) {
            self.shown.push_str(&String::from_utf8_lossy(&bytes));
        }
        let code = self.child.wait().expect("it ends").code().unwrap_or(-1);
        (self.shown, code)
    }
}

#[test]
fn a_slip_costs_one_question_and_the_token_lands_in_a_file_of_its_owner() {
    let home = Home::new();
    let served = home.with_sandbox(&["--world", "demo"]);
    let mut dialogue = Dialogue::of(&home, "init");
    dialogue.answers("Canvas host", "https://canvas.example.edu/courses/7");
    dialogue.sees("is more than a host");
    dialogue.answers("Canvas host", "7~Zq8Xw2Lk9Mn4Bv6Cd1Ef3Gh5");
    dialogue.sees("that looks like an access token");
    dialogue.answers("Canvas host", &served.address);
    dialogue.answers("A name for it", "Sandbox");
    dialogue.sees("there is a connector `Sandbox` already");
    dialogue.answers("A name for it", "Campus");
    dialogue.sees("User Id Origin");
    dialogue.answers("User ids", "email");
    dialogue.sees("is not one of internal, sis, login");
    dialogue.answers("User ids", "login");
    dialogue.sees("Course Id Origin");
    dialogue.answers("Course ids", "sis");
    dialogue.answers("May scores go into existing assignments of the same name (yes, no) [yes]", "");
    dialogue.answers("Time zone", "Nowhere/Land");
    dialogue.answers("Time zone", "America/New_York");
    dialogue.answers("The token comes from (file, env, command) [file]", "");
    dialogue.answers("File to keep it in", "tokens/campus");
    dialogue.answers("Access token (not shown)", "two words");
    dialogue.sees("that is no access token");
    dialogue.answers("Access token (not shown)", "1234~mistyped");
    dialogue.answers("Access token (not shown)", &served.token);
    dialogue.sees("it belongs to Grade Robot");
    let (shown, code) = dialogue.ends();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("Next: gradepush sync --connector Campus"), "two are configured: {shown}");
    assert!(shown.contains("then: gradepush plan scores.csv --connector Campus"), "{shown}");
    assert!(!shown.contains("try it:"), "it was tried: {shown}");
    let file = home.path("tokens/campus");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(fs_err::read_to_string(file).expect("the token"), format!("{}\n", served.token));
    let config = fs_err::read_to_string(home.config()).expect("the configuration");
    assert!(!config.contains(&served.token), "{config}");
    for line in ["user_id_origin = \"login\"", "use_existing_assignments = true", "time_zone = \"America/New_York\""] {
        assert!(config.contains(line), "{line}: {config}");
    }
}

#[test]
fn sources_of_a_token_are_tried_as_they_are_named() {
    let home = Home::new();
    let mut dialogue = Dialogue::of(&home, "init");
    dialogue.answers("Canvas host", "http://127.0.0.1:9");
    dialogue.sees("refuses connections");
    dialogue.answers("Keep this host all the same (yes, no) [no]", "yes");
    dialogue.answers("A name for it, of your choice [Canvas]", "");
    dialogue.answers("User ids", "");
    dialogue.answers("Course ids", "");
    dialogue.answers("May scores go", "no");
    dialogue.answers("Time zone", "");
    dialogue.answers("The token comes from", "env");
    dialogue.answers("Environment variable", "7~randomtoken");
    dialogue.sees("that looks like a token");
    dialogue.answers("Environment variable", "MY_TOKEN");
    dialogue.sees("MY_TOKEN is not set in this terminal yet");
    let (shown, code) = dialogue.ends();
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("First, once that is mended: gradepush connector test Canvas"), "{shown}");
    let config = fs_err::read_to_string(home.config()).expect("the configuration");
    assert!(config.contains("token_env = \"MY_TOKEN\"") && !config.contains("randomtoken"), "{config}");

    crate::common::set_mode(&home.write("open", "a-secret\n"), 0o644);
    home.write("closed", "a-secret\n");
    let mut dialogue = Dialogue::of(&home, "init");
    dialogue.answers("Canvas host", "http://127.0.0.1:9");
    dialogue.sees("refuses connections");
    dialogue.answers("Keep this host all the same (yes, no) [no]", "yes");
    dialogue.answers("A name for it, of your choice [Canvas 2]", "");
    for question in ["User ids", "Course ids", "May scores go", "Time zone"] {
        dialogue.answers(question, "");
    }
    dialogue.answers("The token comes from", "file");
    dialogue.answers("File to keep it in", "open");
    dialogue.sees("can be read by other users");
    dialogue.answers("File to keep it in", "closed");
    dialogue.sees("refuses connections");
    let (shown, code) = dialogue.ends();
    assert_eq!(code, 8, "{shown}");
    assert!(shown.contains("First, once that is mended: gradepush connector test 'Canvas 2'"), "{shown}");
}

#[test]
fn a_new_token_takes_the_place_of_the_old_one_once_canvas_takes_it() {
    let home = Home::new();
    let served = home.with_sandbox(&["--world", "demo"]);
    home.write("old", "1234~revoked\n");
    home.run(&["connector", "edit", "Sandbox", "--token-file", "old"]).succeeds();
    let refused = home.run(&["sync"]).ends_with(7);
    assert!(refused.stderr.contains("gradepush connector token Sandbox"), "{}", refused.all());
    let mut dialogue = Dialogue::of(&home, "connector token");
    dialogue.answers("Access token (not shown)", "1234~mistyped");
    dialogue.sees("Canvas");
    dialogue.answers("Access token (not shown)", &served.token);
    dialogue.sees("it belongs to Grade Robot");
    let (shown, code) = dialogue.ends();
    assert_eq!(code, 0, "{shown}");
    assert_eq!(mode(&home.path("old")), 0o600);
    assert_eq!(fs_err::read_to_string(home.path("old")).expect("the token"), format!("{}\n", served.token));
    home.run(&["sync"]).succeeds();

    assert!(home.run(&["connector", "token"]).ends_with(2).stderr.contains("there is no terminal"));
    home.run(&["connector", "edit", "Sandbox", "--token-env", "MINE"]).succeeds();
    assert!(home.run(&["connector", "token"]).ends_with(2).stderr.contains("export MINE="));
}

#[test]
fn what_is_no_token_is_refused_before_it_is_sent() {
    let home = Home::new();
    home.write("scores.csv", "course_id,user_id,score_received\n");
    let add =
        |file: &str| home.run(&["connector", "add", file, "--canvas", "http://127.0.0.1:9", "--token-file", file]);
    let refused = add("scores.csv").ends_with(2);
    assert!(refused.stderr.contains("characters that no token has"), "{}", refused.all());
    let missing = add("missing").succeeds();
    assert!(missing.stderr.contains("gradepush connector token missing makes it"), "{}", missing.all());
}

#[test]
fn a_place_that_is_not_there_is_said() {
    let home = Home::new();
    let ran = home.run(&["--config", "typo.toml", "runs"]).ends_with(2);
    assert!(ran.stderr.contains("there is no file typo.toml"), "{}", ran.all());
    home.write("token", "a-secret\n");
    home.run(&["connector", "add", "A", "--canvas", "http://127.0.0.1:9", "--token-file", "token"]).succeeds();
    let ran = home.run(&["--store", "typo/store.db", "runs"]).ends_with(2);
    assert!(ran.stderr.contains("there is no folder typo"), "{}", ran.all());
    assert!(!home.path("typo").exists());
}

#[test]
fn without_a_terminal_a_script_is_told_its_command() {
    let ran = Home::new().run(&["init"]).ends_with(2);
    assert!(ran.stderr.contains("gradepush connector add TITLE --canvas URL --token-env VAR"), "{}", ran.stderr);
}
