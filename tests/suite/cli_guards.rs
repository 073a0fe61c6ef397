//! Guards: what removes or replaces something for good counts first, asks, and leaves what could still be needed.

use gradepush::sandbox::{DEMO_TOKEN, Options, Role, World};
use serde_json::{Value, json};

use crate::common::{Home, Hosted, set_mode, term};

/// Later than everything that a test does.
const TOMORROW: &str = "2100-01-01";

/// A home in which `R1` wrote 6 grades of `P1`, and `P2` was not run.
fn used() -> Hosted {
    let (world, sheet, _rows) = term(1, 3);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("scores.csv", &sheet);
    canvas.home.run(&["push", "scores.csv", "--yes"]).succeeds();
    canvas.home.run(&["plan", "scores.csv"]).succeeds();
    canvas.let_time_pass();
    canvas
}

fn result(home: &Home, arguments: &[&str], code: i32) -> Value {
    home.run(&[arguments, &["--json"]].concat()).ends_with(code).result()
}

#[test]
fn a_purge_counts_asks_and_leaves_what_could_be_undone() {
    let canvas = used();
    let home = &canvas.home;
    let purge = ["purge", "--before", TOMORROW];
    let would = result(home, &[&purge[..], &["--dry-run"]].concat(), 0);
    assert_eq!((&would["plans"], &would["runs"]), (&json!(1), &json!(0)), "{would}");
    assert_eq!(would["kept"], json!([{"run": "R1", "grades": 6}]));
    let ran = home.run(&[&purge[..], &["--dry-run", "--including-undoable"]].concat()).succeeds();
    assert!(ran.stdout.contains("would remove 2 plans, 1 run and 6 records"), "{}", ran.all());
    assert!(ran.stderr.contains("R1 (6 grades): no undo takes them back after this"), "{}", ran.all());

    for more in [&[][..], &["--including-undoable"]] {
        let ran = home.run(&[&purge[..], more].concat()).ends_with(2);
        assert!(ran.stderr.contains("without a terminal, `purge` needs --yes"), "{}", ran.all());
    }
    home.run(&["show", "P2"]).succeeds();

    let ran = home.run(&[&purge[..], &["--yes"]].concat()).succeeds();
    assert!(ran.stdout.contains("removed 1 plan, 0 runs and 0 records"), "{}", ran.all());
    assert!(ran.stderr.contains("R1 (6 grades): an undo could still take them back, so they stay"), "{}", ran.all());
    home.run(&["show", "P2"]).ends_with(2);
    // R1 is taken back, and now it may go; what took it back could be taken back itself.
    home.run(&["undo", "R1", "--yes"]).succeeds();
    canvas.let_time_pass();
    let gone = result(home, &[&purge[..], &["--yes"]].concat(), 0);
    assert_eq!((&gone["plans"], &gone["runs"]), (&json!(1), &json!(1)), "{gone}");
    assert_eq!(gone["kept"], json!([{"run": "R2", "grades": 6}]));
    home.run(&["show", "R1"]).ends_with(2);
    let gone = result(home, &[&purge[..], &["--yes", "--including-undoable"]].concat(), 0);
    assert_eq!((&gone["runs"], &gone["kept"]), (&json!(1), &json!([])), "{gone}");
    let ran = home.run(&purge).succeeds();
    assert!(ran.stdout.contains("there is nothing to remove"), "{}", ran.all());
}

#[test]
fn what_took_a_run_back_stays_as_long_as_that_run() {
    let canvas = used();
    let home = &canvas.home;
    home.run(&["undo", "R1", "--yes"]).succeeds();
    canvas.let_time_pass();
    // R3 brings back what R2 had taken back, so R1 could be undone once more.
    home.run(&["undo", "R2", "--yes"]).succeeds();
    canvas.let_time_pass();
    home.run(&["purge", "--before", TOMORROW, "--yes"]).succeeds();
    for run in ["R1", "R2", "R3"] {
        home.run(&["show", run]).succeeds();
    }
    let again = result(home, &["undo", "R1", "--yes"], 0);
    assert_eq!(again["counts"]["written"], 6, "{again}");
}

#[test]
fn forgetting_counts_asks_and_does_not_cost_an_undo_unasked() {
    let canvas = used();
    let home = &canvas.home;
    let forget = ["forget", "--user", "s0.1"];
    let would = result(home, &[&forget[..], &["--dry-run"]].concat(), 0);
    assert_eq!((&would["plans"], &would["cells"], &would["dry_run"]), (&json!(1), &json!(2), &json!(true)), "{would}");
    assert_eq!(would["undoable"], json!([{"run": "R1", "grades": 2}]));
    let found = || home.run(&["cache", "find", "s0.1"]).succeeds().stdout.contains("Student 0 1");
    assert!(found(), "a dry run removes nothing");
    for more in [&[][..], &["--yes"]] {
        let ran = home.run(&[&forget[..], more].concat()).ends_with(3);
        assert!(ran.stderr.contains("R1 (2 grades); nothing was removed"), "{}", ran.all());
        assert!(ran.stderr.contains("--including-undoable"), "{}", ran.all());
    }
    assert!(found());
    home.run(&["show", "P2"]).succeeds();
    let ran = home.run(&[&forget[..], &["--including-undoable"]].concat()).ends_with(2);
    assert!(ran.stderr.contains("without a terminal, `forget` needs --yes"), "{}", ran.all());
    assert!(found());
    let gone = result(home, &[&forget[..], &["--including-undoable", "--yes"]].concat(), 0);
    assert_eq!((&gone["plans"], &gone["cells"]), (&would["plans"], &would["cells"]), "as it was counted");
    assert!(!found());

    // Grades that were taken back cost nothing.
    home.run(&["undo", "R1", "--yes"]).ends_with(4);
    canvas.let_time_pass();
    let would = result(home, &["forget", "--user", "s0.2", "--dry-run"], 0);
    assert_eq!(would["undoable"], json!([{"run": "R2", "grades": 2}]), "only what took them back could be taken back");
}

/// Three courses; `teacher-token` is of one who teaches the first, `other-token` of one who teaches the second,
/// `student-token` of a student, `stranger-token` of one who is in no course.
fn staffed() -> (World, [i64; 2]) {
    let (mut world, _, rows) = term(3, 6);
    let courses = [rows[0].course, rows.iter().map(|row| row.course).find(|id| *id != rows[0].course).expect("three")];
    let teachers = [("teacher", courses[0]), ("other", courses[1])].map(|(name, course)| {
        let user = world.add_user(name);
        world.add_login(user, name, None);
        world.add_token(user, &format!("{name}-token"));
        world.enroll(course, user, Role::Teacher);
        user
    });
    world.add_token(rows[0].user, "student-token");
    let stranger = world.add_user("stranger");
    world.add_login(stranger, "stranger", None);
    world.add_token(stranger, "stranger-token");
    (world, teachers)
}

/// Uses the token that is named so.
fn use_token(home: &Home, token: &str) {
    home.write("token", &format!("{token}\n"));
}

#[test]
fn a_token_that_reaches_less_far_does_not_replace_the_cache() {
    let (world, teachers) = staffed();
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    let status = || {
        let mut status = result(home, &["cache", "status"], 0);
        status["requests"].take();
        status
    };
    let of_admin = status();
    use_token(home, "teacher-token");
    let ran = home.run(&["sync"]).ends_with(4);
    for part in ["the cache was filled by one that sees the account", "people: 22 in the cache, 7 now"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.all());
    }
    assert!(
        ran.stderr.contains("--accept-smaller") && ran.stdout.contains("The cache stays as it was"),
        "{}",
        ran.all()
    );
    assert_eq!(status(), of_admin);
    let told = result(home, &["sync"], 4);
    assert_eq!((&told["kept_for"]["narrower"], &told["courses"]), (&json!("own-courses"), &json!(3)), "{told}");
    assert_eq!(status(), of_admin);

    let taken = result(home, &["sync", "--accept-smaller"], 0);
    assert_eq!((&taken["kept_for"], &taken["courses"]), (&Value::Null, &json!(1)), "{taken}");
    assert_eq!(taken["covers"], format!("the courses of user {}", teachers[0]));
    home.run(&["sync"]).succeeds();
    use_token(home, "other-token");
    let told = result(home, &["sync"], 4);
    assert_eq!(told["kept_for"]["narrower"], "another-user", "{told}");

    // A student sees people, and not by which ids they go.
    use_token(home, "student-token");
    let ran = home.run(&["sync"]).ends_with(4);
    assert!(ran.stderr.contains("people with a login: 7 in the cache, 0 now"), "{}", ran.all());
    // Who sees nobody is never done, and whoever sees somebody may fill such a cache.
    use_token(home, "stranger-token");
    let ran = home.run(&["sync"]).ends_with(4);
    assert!(ran.stderr.contains("people: 7 in the cache, 0 now"), "{}", ran.all());
    let ran = home.run(&["sync", "--accept-smaller"]).ends_with(4);
    assert!(ran.stderr.contains("this token sees no people"), "{}", ran.all());
    use_token(home, "other-token");
    assert_eq!(result(home, &["sync"], 0)["users"], 7);
    use_token(home, DEMO_TOKEN);
    assert_eq!(result(home, &["sync", "--source", "rest"], 0)["courses"], 3);
}

#[test]
fn an_answer_that_holds_much_less_does_not_replace_the_cache() {
    let (world, _) = staffed();
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    let before = result(home, &["cache", "status"], 0);
    // The same token lost the right to see logins: everybody is there, and no login is.
    canvas.sandbox.world(|world| world.restrict_admins(&["read_reports", "view_user_logins"]));
    let told = result(home, &["sync"], 4);
    assert_eq!(told["kept_for"]["narrower"], Value::Null, "{told}");
    let lost =
        told["kept_for"]["counts"].as_array().expect("a list").iter().find(|one| one["of"] == "people with a login");
    assert_eq!(lost.expect("it is named")["now"], 0, "{told}");
    assert_eq!(told["logins"], before["logins"], "{told}");
    assert_eq!(result(home, &["cache", "status"], 0)["synced_at"], before["synced_at"]);
    let course = home.run(&["sync", "--course", "C-0"]).succeeds();
    assert!(course.stdout.contains("The cache now holds"), "a course that is all there is taken: {}", course.all());
}

#[test]
fn a_course_of_which_much_less_is_seen_keeps_its_people() {
    let (mut world, _, rows) = term(1, 6);
    // An assistant who sees a section of their own.
    let course = rows[0].course;
    let section = world.add_section(course, "Evening", None);
    let assistant = world.add_user("assistant");
    world.add_login(assistant, "assistant", None);
    world.add_token(assistant, "assistant-token");
    world.enroll_in_section(course, section, assistant, Role::Ta, true);
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    use_token(home, "assistant-token");
    // An assistant may not name a course by its SIS id.
    let course = format!("internal:{course}");
    let told = result(home, &["sync", "--course", &course], 4);
    assert_eq!(told["kept_for"]["counts"][0]["of"], "enrollments of these courses", "{told}");
    assert_eq!(told["enrollments"], 7, "{told}");
    result(home, &["sync", "--course", &course, "--accept-smaller"], 0);
}

#[test]
fn a_token_that_cannot_be_used_is_told_by_what_is_wrong_with_it() {
    let home = Home::new().with("EMPTY", "");
    home.run(&["connector", "add", "File", "--canvas", "127.0.0.1:9", "--token-file", "token"]).succeeds();
    home.run(&["connector", "add", "Empty", "--canvas", "127.0.0.1:9", "--token-env", "EMPTY"]).succeeds();
    home.run(&["connector", "add", "Unset", "--canvas", "127.0.0.1:9", "--token-env", "UNSET"]).succeeds();
    let secret = "7~afterthemark";
    let utf16: Vec<u8> = format!("\u{feff}{secret}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, part) in [
        (format!("\u{feff}{secret}\n").into_bytes(), "it begins with a byte order mark"),
        (format!("\n{secret}\n").into_bytes(), "its first line is blank, and the token is taken from the first line"),
        (utf16, "it is UTF-16 text"),
        (Vec::new(), "it is empty"),
        (b"two words\n".to_vec(), "its first line has characters that no token has"),
    ] {
        fs_err::write(home.path("token"), bytes).expect("writable");
        let path = home.path("token");
        if cfg!(unix) {
            set_mode(&path, 0o600);
        }
        let ran = home.run(&["--connector", "File", "sync"]).ends_with(2);
        assert!(ran.stderr.contains(part) && !ran.stderr.contains(secret), "{part}: {}", ran.all());
    }
    let ran = home.run(&["--connector", "Empty", "sync"]).ends_with(2);
    assert!(ran.stderr.contains("is set, but empty"), "{}", ran.all());
    let ran = home.run(&["--connector", "Unset", "sync"]).ends_with(2);
    assert!(ran.stderr.contains("is not set"), "{}", ran.all());
    let home = Home::new().with("CANVAS_URL", "127.0.0.1:9").with("CANVAS_TOKEN", "");
    let ran = home.run(&["sync"]).ends_with(2);
    assert!(
        ran.stderr.contains("`CANVAS_TOKEN`, which should hold the access token, is set, but empty"),
        "{}",
        ran.all()
    );
}

#[test]
fn a_sync_says_what_no_push_can_come_of() {
    let (world, _) = staffed();
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    home.run(&["cache", "clear"]).succeeds();
    use_token(home, "student-token");
    let ran = home.run(&["sync"]).ends_with(4);
    for part in [
        "lists show this token neither SIS ids nor logins of people, and the connector's user ids are of the kind `login`",
        "this token's user teaches and assists in no course, and can grade nobody",
        "`gradepush connector test` says what this token may do",
    ] {
        assert!(ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ").contains(part), "{part}: {}", ran.all());
    }
    let told = result(home, &["sync"], 4);
    assert_eq!((&told["hidden_ids"], &told["teaches"]), (&json!(["sis", "login"]), &json!(false)), "{told}");
    home.run(&["cache", "clear"]).succeeds();
    use_token(home, "other-token");
    let ran = home.run(&["sync"]).succeeds();
    assert!(!ran.stderr.contains("warning") && !ran.stderr.contains("connector test"), "{}", ran.all());
    let told = result(home, &["sync"], 0);
    assert_eq!((&told["hidden_ids"][1], &told["teaches"]), (&Value::Null, &json!(true)), "logins are seen: {told}");
    use_token(home, DEMO_TOKEN);
    assert_eq!(result(home, &["sync"], 0)["teaches"], Value::Null, "an administrator's was not looked at");
}
