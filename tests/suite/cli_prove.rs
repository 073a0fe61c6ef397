//! `connector prove` from the outside: what it finds, and that nothing of it is left in Canvas.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, Options, Role, Rule};
use serde_json::Value;

use crate::common::{Hosted, Ran, is_under_nohup, term};

const PROVE: [&str; 5] = ["connector", "prove", "--course", "C-0", "--yes"];

const ITEMS: [&str; 16] = [
    "assignments-readable",
    "submissions-readable",
    "jobs-readable",
    "change-log-readable",
    "single-row",
    "late-rows",
    "bulk-write",
    "completion",
    "versions",
    "change-log-events",
    "manual-posting",
    "stored-comment",
    "job-order",
    "unknown-student",
    "unreadable-grade",
    "rate-limit-headers",
];

/// A Canvas that shows the rows of a new column late and takes a moment for each cell.
fn like_a_canvas() -> Options {
    Options { rows_after: Duration::from_millis(300), job_cells_per_second: Some(20), ..Options::default() }
}

fn hosted(options: Options) -> Hosted {
    let (world, _, _) = term(1, 3);
    Hosted::of(world, options)
}

fn faulty(rule: Rule) -> Hosted {
    hosted(Options { faults: Faults { rules: vec![rule], ..Faults::default() }, ..like_a_canvas() })
}

/// The proof in machine output.
fn prove(hosted: &Hosted) -> (Ran, Vec<Value>) {
    let ran = hosted.home.run(&[&PROVE[..], &["--json"]].concat());
    let checks = ran.result()["checks"].as_array().expect("a list").clone();
    (ran, checks)
}

/// The names of the checks in this state.
fn in_state<'a>(checks: &'a [Value], state: &str) -> Vec<&'a str> {
    checks.iter().filter(|check| check["state"] == state).filter_map(|check| check["name"].as_str()).collect()
}

fn seen<'a>(checks: &'a [Value], name: &str) -> &'a str {
    let check = checks.iter().find(|check| check["name"] == name).expect(name);
    check["seen"].as_str().expect("text")
}

/// The columns of proofs in the course.
fn columns(hosted: &Hosted) -> Vec<String> {
    hosted.sandbox.world(|world| {
        let course = world.course_by_sis_id("C-0").expect("the course");
        let names = world.assignments_of(course).into_iter().map(|(_, name)| name);
        names.filter(|name| name.starts_with("gradepush prove")).collect()
    })
}

#[test]
fn the_sandbox_does_what_the_contract_says_and_nothing_is_left() {
    let hosted = hosted(like_a_canvas());
    let (ran, checks) = prove(&hosted);
    let names: Vec<&str> = checks.iter().filter_map(|check| check["name"].as_str()).collect();
    assert_eq!(names, ITEMS);
    assert_eq!((ran.code, in_state(&checks, "agrees")), (0, ITEMS.to_vec()), "{}", ran.all());
    for check in &checks {
        let keys: Vec<&str> = check.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys.len(), 5, "{keys:?}");
        assert!(check["section"].as_str().is_some_and(|section| section.starts_with("canvas-contract §")), "{check}");
        assert!(check["expected"].is_string() && check["seen"].is_string(), "{check}");
    }
    let ran = ran.result();
    assert_eq!(ran["column"]["removed"], true);
    assert!(ran["column"]["id"].is_i64() && ran["course"].is_i64(), "{ran}");
    assert_eq!(seen(&checks, "versions"), "0, 1, 2, 2");
    assert_eq!(
        seen(&checks, "change-log-events"),
        "nothing to 5 in version 1; then nothing to 5 in version 1 and 5 to 6 in version 2; then nothing to 5 in \
         version 1 and 5 to 6 in version 2"
    );
    assert_eq!(columns(&hosted), Vec::<String>::new());
}

#[test]
fn people_read_what_it_does_to_whom_and_what_was_expected() {
    let hosted = hosted(like_a_canvas());
    let ran = hosted.home.run(&PROVE).succeeds();
    let student = hosted.sandbox.world(|world| {
        let course = world.course_by_sis_id("C-0").expect("the course");
        world.students_of(course).into_iter().min().expect("a student")
    });
    for part in [&format!("(user {student})"), "manual posting is set before", "removes the column again"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.all());
    }
    for part in [
        "versions: agrees (canvas-contract §H9)",
        "  expected: the version goes 0, 1, 2",
        "  seen: 0, 1, 2, 2",
        "16 agree, 0 differ, 0 could not be checked",
        "was removed again",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.all());
    }
}

#[test]
fn the_test_student_is_preferred_and_a_course_without_anybody_is_refused() {
    let (mut world, _, _) = term(2, 2);
    let course = world.course_by_sis_id("C-0").expect("the course");
    let test_student = world.add_user("Test Student");
    world.enroll(course, test_student, Role::StudentView);
    world.add_course("Nobody", Some("C-9"));
    let hosted = Hosted::of(world, like_a_canvas());
    let ran = hosted.home.run(&PROVE).succeeds();
    assert!(ran.stderr.contains(&format!("the test student (user {test_student})")), "{}", ran.all());
    let ran = hosted.home.run(&["connector", "prove", "--course", "C-9", "--yes"]).ends_with(2);
    assert!(ran.stderr.contains("has no active student"), "{}", ran.all());
}

#[test]
fn a_course_that_canvas_does_not_know_is_named_with_the_way_to_name_it() {
    let hosted = hosted(Options::default());
    for (named, says) in [("C-77", "no course with the SIS id `C-77`"), ("internal:424242", "no course 424242")] {
        let ran = hosted.home.run(&["connector", "prove", "--course", named, "--yes"]).ends_with(2);
        assert!(ran.stderr.contains(says) && ran.stderr.contains("--course internal:ID"), "{}", ran.all());
    }
}

#[test]
fn nobody_to_ask_is_a_no() {
    let hosted = hosted(Options::default());
    let ran = hosted.home.run(&["connector", "prove", "--course", "C-0"]).ends_with(2);
    assert!(ran.stderr.contains("needs --yes"), "{}", ran.all());
    assert_eq!(hosted.sandbox.world(|world| world.write_requests()), 0);
}

#[test]
fn what_may_not_be_read_or_written_could_not_be_checked() {
    let hosted = hosted(like_a_canvas());
    hosted.sandbox.world(|world| world.restrict_admins(&["manage_grades", "view_all_grades"]));
    let (ran, checks) = prove(&hosted);
    assert_eq!(ran.code, 4, "{}", ran.all());
    let unknown = in_state(&checks, "unknown");
    for name in ["submissions-readable", "change-log-readable", "bulk-write", "versions", "change-log-events"] {
        assert!(unknown.contains(&name) && !seen(&checks, name).is_empty(), "{name}: {unknown:?}");
    }
    assert_eq!(in_state(&checks, "differs"), Vec::<&str>::new());
    assert_eq!(columns(&hosted), Vec::<String>::new());
}

#[test]
fn what_differs_is_told_and_ends_in_4() {
    let hosted = hosted(Options { bucket: None, ..like_a_canvas() });
    let (ran, checks) = prove(&hosted);
    assert_eq!((ran.code, in_state(&checks, "differs")), (4, vec!["rate-limit-headers"]), "{}", ran.all());
    let dies = Rule::new("POST", "/api/v1/courses/*/submissions/update_grades", Fault::JobDies { rows: 0 });
    let hosted = faulty(dies.times(0, 1));
    let (ran, checks) = prove(&hosted);
    assert_eq!(ran.code, 4, "{}", ran.all());
    let differing = in_state(&checks, "differs");
    assert!(differing.contains(&"bulk-write") && differing.contains(&"versions"), "{differing:?}");
    assert!(seen(&checks, "bulk-write").contains("Unexpected error"), "{}", ran.all());
    assert_eq!(columns(&hosted), Vec::<String>::new());
}

#[test]
fn a_list_of_columns_that_cannot_be_read_hides_no_leftover() {
    let hosted = faulty(Rule::new("GET", "/api/v1/courses/*/assignments", Fault::MalformedJson));
    let ran = hosted.home.run(&PROVE).ends_with(8);
    assert!(ran.stderr.contains("cannot read Canvas's answer"), "{}", ran.all());
    assert_eq!(hosted.sandbox.world(|world| world.write_requests()), 0);
}

#[test]
fn lost_answers_leave_no_column_behind() {
    for (method, route) in [
        ("POST", "/api/v1/courses/*/assignments"),
        ("POST", "/api/v1/courses/*/submissions/update_grades"),
        ("DELETE", "/api/v1/courses/*/assignments/*"),
    ] {
        let hosted = faulty(Rule::new(method, route, Fault::Reset { executed: true }).times(0, 1));
        let (ran, _) = prove(&hosted);
        assert!(matches!(ran.code, 0 | 4), "{method} {route}: {}", ran.all());
        assert_eq!(ran.result()["column"]["removed"], true, "{method} {route}: {}", ran.all());
        assert_eq!(columns(&hosted), Vec::<String>::new(), "{method} {route}");
    }
}

#[test]
fn a_column_that_cannot_be_removed_is_named() {
    let refused = Rule::new("DELETE", "/api/v1/courses/*/assignments/*", Fault::Status { code: 403, executed: false });
    let hosted = faulty(refused);
    let (ran, checks) = prove(&hosted);
    let left = columns(&hosted);
    assert_eq!((ran.code, in_state(&checks, "agrees").len(), left.len()), (4, ITEMS.len(), 1), "{}", ran.all());
    let column = &ran.result()["column"];
    assert_eq!((&column["removed"], column["name"].as_str()), (&Value::Bool(false), Some(left[0].as_str())));
    assert!(ran.stderr.contains(&format!("{} `{}` could not be removed", column["id"], left[0])), "{}", ran.all());
    // The next one says so.
    let ran = hosted.home.run(&PROVE);
    assert!(ran.stderr.contains("an earlier proof left the column"), "{}", ran.all());
    let told = format!("still there from an earlier proof: the column {} `{}`", column["id"], left[0]);
    assert!(ran.stdout.contains(&told), "{}", ran.all());
    let (ran, _) = prove(&hosted);
    assert_eq!(ran.result()["leftovers"][0]["name"].as_str(), Some(left[0].as_str()));
}

/// Starts a proof whose first job waits for ever; gives how it ends after `then`.
fn stuck(then: impl FnOnce(&Hosted, &Child)) -> (Hosted, Ran) {
    let waits = Rule::new("POST", "/api/v1/courses/*/submissions/update_grades", Fault::JobStuckQueued);
    let hosted = faulty(waits);
    let child = started(hosted.home.command(&[&PROVE[..], &["--json"]].concat()));
    while hosted.sandbox.world(|world| world.job_states().is_empty()) {
        std::thread::yield_now();
    }
    assert_eq!(columns(&hosted).len(), 1);
    then(&hosted, &child);
    let ran = hosted.home.ended(&child.wait_with_output().expect("it ends"));
    (hosted, ran)
}

fn started(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

#[test]
fn a_token_that_ends_in_the_middle_ends_the_proof_and_the_column_is_named() {
    let (hosted, ran) = stuck(|hosted, _| hosted.sandbox.world(|world| world.end_token(DEMO_TOKEN, None)));
    assert_eq!(ran.code, 7, "{}", ran.all());
    let left = columns(&hosted);
    assert!(ran.stderr.contains(&format!("`{}` could not be removed", left[0])), "{}", ran.all());
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill is there");
    assert!(kill.success(), "the process is there");
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_a_lost_terminal_remove_the_column() {
    // A shell that loses its terminal tells its processes once more.
    let all = [&["-INT"][..], &["-TERM"], &["-HUP"], &["-HUP", "-HUP"]];
    for names in if is_under_nohup() { &all[..2] } else { &all[..] } {
        let (hosted, ran) = stuck(|_, child| names.iter().for_each(|name| signal(child, name)));
        assert_eq!(ran.code, 130, "{names:?}: {}", ran.all());
        assert_eq!(ran.result()["column"]["removed"], true, "{names:?}: {}", ran.all());
        assert_eq!(columns(&hosted), Vec::<String>::new(), "{names:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn under_nohup_a_proof_goes_on_without_its_terminal() {
    let hosted = hosted(like_a_canvas());
    let command = hosted.home.command(&[&PROVE[..], &["--json"]].concat());
    let mut nohup = Command::new("nohup");
    nohup.arg(command.get_program()).args(command.get_args()).env_clear();
    nohup.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    nohup.stdin(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        nohup.current_dir(folder);
    }
    let child = started(nohup);
    // Its rows come later, so the proof has not ended.
    while columns(&hosted).is_empty() {
        std::thread::yield_now();
    }
    signal(&child, "-HUP");
    let ran = hosted.home.ended(&child.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(columns(&hosted), Vec::<String>::new());
}
