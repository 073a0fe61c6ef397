//! Whose work a push would replace: who and when is said first, each reason is released by its own word, and a yes does
//! not cover it; from the command line, judged from Canvas's own world.

use gradepush::sandbox::{Options, Role};
use serde_json::{Value, json};

use crate::common::{Hosted, Row, term};

/// When a teacher grades; in New York it is the evening before.
const GRADED_AT: &str = "2026-11-24T00:07:46Z";
const GRADED_AT_THERE: &str = "2026-11-23 19:07:46 -0500";

struct Stage {
    canvas: Hosted,
    rows: Vec<Row>,
    teacher: i64,
}

impl Stage {
    /// Two courses with two columns of three students each, and a teacher; times are New York's.
    fn new() -> Self {
        let (mut world, sheet, rows) = term(2, 3);
        let teacher = world.add_user("Terry Teacher");
        world.add_login(teacher, "teacher", None);
        for course in world.course_ids() {
            world.enroll(course, teacher, Role::Teacher);
        }
        let canvas = Hosted::of(world, Options::default());
        canvas.home.run(&["connector", "edit", "Tegrity", "--time-zone", "America/New_York"]).succeeds();
        canvas.home.write("scores.csv", &sheet);
        Self { canvas, rows, teacher }
    }

    /// The teacher has graded the first column of the first course, and one student of the other.
    fn graded() -> Self {
        let stage = Self::new();
        for place in [0, 2, 4, 6] {
            stage.grade(place, Some("63"));
        }
        stage
    }

    /// The teacher enters a grade by hand, or clears it.
    fn grade(&self, place: usize, grade: Option<&str>) {
        let cell = self.cell(place);
        let at = GRADED_AT.parse().expect("a time");
        self.canvas.sandbox.world(|world| world.set_grade(cell, grade, self.teacher, at));
    }

    /// Course, assignment and student of a row of the sheet.
    fn cell(&self, place: usize) -> (i64, i64, i64) {
        let row = &self.rows[place];
        let assignments = self.canvas.sandbox.world(|world| world.assignments_of(row.course));
        let (assignment, _) = assignments.iter().find(|(_, name)| *name == row.title).expect("the column");
        (row.course, *assignment, row.user)
    }

    fn score(&self, place: usize) -> Option<f64> {
        let (course, assignment, user) = self.cell(place);
        self.canvas.sandbox.world(|world| world.score_of(course, assignment, user))
    }

    fn plan(&self, options: &[&str]) -> Value {
        let ran = self.canvas.home.run(&[&["plan", "scores.csv", "--json"], options].concat());
        ran.result()
    }
}

fn written(result: &Value) -> (u64, u64) {
    let number = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("a number in {result}"));
    (number(&result["counts"]["written"]), number(&result["replaced"]["grade-by-other"]))
}

#[test]
fn a_conflict_says_who_when_and_where() {
    let stage = Stage::graded();
    let home = &stage.canvas.home;
    let plan = stage.plan(&["--csv", "plan.csv", "--html", "plan.html"]);
    assert_eq!((&plan["counts"]["conflict"], &plan["replacing"]), (&json!(4), &json!(0)), "{plan}");
    let findings = plan["findings"].as_array().expect("findings");
    let finding = findings.iter().find(|one| one["code"] == "grade-by-other").expect("a conflict");
    let (course, assignment, user) = stage.cell(0);
    let host = stage.canvas.store().plan("P1".parse().expect("an id")).expect("the plan").header.host;
    let url =
        format!("http://{host}/courses/{course}/gradebook/speed_grader?assignment_id={assignment}&student_id={user}");
    assert_eq!((&finding["by"], &finding["at"]), (&json!(stage.teacher), &json!(GRADED_AT)), "{finding}");
    assert_eq!((&finding["url"], &finding["severity"]), (&json!(url), &json!("row")), "{finding}");
    assert!(!finding.to_string().contains("Terry"), "a finding names nobody: {finding}");
    // People who may be shown have names; a pipe gets their numbers.
    let piped = home.run(&["show", "P1"]).succeeds().stdout;
    assert!(piped.contains(&format!("it in Canvas: user {}, {GRADED_AT_THERE}", stage.teacher)), "{piped}");
    assert!(piped.contains(&url) && !piped.contains("Terry"), "{piped}");
    assert!(piped.contains("→ look at the cell in Canvas; `--overwrite grade-by-other` replaces it"), "{piped}");
    let told = home.run(&["show", "P1", "--cells"]).succeeds().stdout;
    let named = told.matches(&format!("it in Canvas: Terry Teacher, {GRADED_AT_THERE}")).count();
    assert_eq!(named, 4 + 1, "of each finding, and once of the cells: {told}");
    let page = fs_err::read_to_string(home.path("plan.html")).expect("the page");
    assert!(page.contains(&format!("<bdi>Terry Teacher, {GRADED_AT_THERE}</bdi>")), "the page says who");
    assert!(page.contains(&format!("href=\"{}\"", url.replace('&', "&#38;"))), "the page leads to the cell");
    let csv = fs_err::read_to_string(home.path("plan.csv")).expect("the CSV");
    let expected = format!(",{},Terry Teacher,{GRADED_AT},{url},", stage.teacher);
    assert_eq!(csv.lines().filter(|line| line.contains(",Terry Teacher,")).count(), 4, "{csv}");
    assert!(csv.lines().any(|line| line.ends_with(&expected)), "{csv}");
}

#[test]
fn other_peoples_work_is_replaced_only_under_its_number() {
    let stage = Stage::graded();
    let home = &stage.canvas.home;
    let plan = stage.plan(&["--overwrite", "grade-by-other"]);
    assert_eq!((&plan["counts"]["conflict"], &plan["replacing"]), (&json!(0), &json!(4)), "{plan}");
    assert_eq!(plan["counts"]["released"]["grade-by-other"], 4, "{plan}");
    let findings = plan["findings"].as_array().expect("findings");
    for finding in findings.iter().filter(|one| one["code"] == "grade-by-other") {
        assert_eq!(finding["severity"], "warning", "its cell is written: {finding}");
        assert!(!finding["hint"].as_str().is_some_and(|hint| hint.contains("--o")), "it is released: {finding}");
    }
    let told = home.run(&["show", "P1"]).succeeds().stdout;
    assert!(told.contains("4 of them replace other people's work (grade-by-other)"), "{told}");
    assert!(told.contains("? grade-by-other (warning, released): 4 cells"), "{told}");
    let before = stage.canvas.sandbox.world(|world| world.write_requests());
    for (options, words) in [
        (&["--yes"][..], "other people's work would be replaced in 4 cells, which --yes does not cover"),
        (&["--yes", "--replacing", "3"], "--replacing 3: other people's work would be replaced in 4 cells"),
    ] {
        let refused = home.run(&[&["push", "P1"], options].concat()).ends_with(2);
        assert!(refused.stderr.contains(words) && refused.stderr.contains("--replacing 4"), "{}", refused.all());
    }
    assert_eq!(stage.canvas.sandbox.world(|world| world.write_requests()), before, "nothing was written");
    let ran = home.run(&["push", "P1", "--yes", "--replacing", "4"]).succeeds();
    assert!(
        ran.stdout.contains("4 written cells held other people's work, which was replaced (grade-by-other)."),
        "{}",
        ran.all()
    );
    assert_eq!((stage.score(0), stage.score(2)), (Some(0.0), Some(3.0)));
    let shown = home.run(&["show", "R1", "--json"]).succeeds().result();
    assert_eq!(written(&shown), (12, 4), "{shown}");
}

#[test]
fn a_retry_asks_for_what_is_left_to_replace() {
    let stage = Stage::graded();
    let home = &stage.canvas.home;
    stage.plan(&["--on-conflict", "overwrite"]);
    let first = ["push", "P1", "--yes", "--replacing", "4", "--first", "1", "--json"];
    let result = home.run(&first).ends_with(4).result();
    let (cells, replaced) = written(&result);
    assert!(cells == 6 && (replaced == 1 || replaced == 3), "{result}");
    let left = (4 - replaced).to_string();
    let preview = home.run(&["retry", "R1", "--dry-run", "--json"]).ends_with(4).result();
    assert_eq!(preview["replacing"], 4 - replaced, "{preview}");
    let refused = home.run(&["retry", "R1", "--yes"]).ends_with(2);
    assert!(refused.stderr.contains(&format!("add --replacing {left}")), "{}", refused.all());
    let result = home.run(&["retry", "R1", "--yes", "--replacing", &left, "--json"]).succeeds().result();
    assert_eq!(written(&result), (12, 4), "{result}");
    // Nothing is left to agree to, and an undo replaces nobody's work.
    home.run(&["retry", "R1", "--yes"]).succeeds();
    home.run(&["undo", "R1", "--yes"]).succeeds();
    assert_eq!(stage.score(0), Some(63.0), "the teacher's again");
}

/// The way back after an undo does not go over what a teacher entered.
#[test]
fn the_way_back_after_an_undo_leaves_a_teachers_grade_alone() {
    let stage = Stage::new();
    let home = &stage.canvas.home;
    stage.grade(0, Some("95"));
    home.run(&["push", "scores.csv", "--yes"]).ends_with(5);
    home.run(&["undo", "R1", "--yes"]).succeeds();
    // After the undo the teacher grades one more.
    stage.grade(2, Some("88"));
    let held = stage.plan(&[]);
    assert_eq!((&held["counts"]["conflict"], &held["counts"]["set"]), (&json!(12), &json!(0)), "{held}");
    let hint = |code: &str| {
        let findings = held["findings"].as_array().expect("findings");
        findings.iter().find(|one| one["code"] == code).expect("a conflict")["hint"].clone()
    };
    assert!(hint("undone-before").as_str().is_some_and(|hint| hint.contains("--overwrite undone-before")));
    let back = stage.plan(&["--overwrite", "undone-before"]);
    let counts = &back["counts"];
    assert_eq!((&counts["set"], &counts["change"], &counts["conflict"]), (&json!(10), &json!(0), &json!(2)), "{back}");
    assert_eq!((&back["replacing"], &counts["released"]["undone-before"]), (&json!(0), &json!(10)), "{back}");
    home.run(&["push", back["plan"].as_str().expect("a plan"), "--yes"]).ends_with(5);
    assert_eq!((stage.score(0), stage.score(2), stage.score(4)), (Some(95.0), Some(88.0), Some(6.0)));
}

#[test]
fn an_unknown_reason_is_refused_with_the_list() {
    let stage = Stage::new();
    for command in ["plan", "push"] {
        let ran = stage.canvas.home.run(&[command, "scores.csv", "--overwrite", "grade-by-other,everything"]);
        let ran = ran.ends_with(2);
        for word in [
            "everything",
            "edited-in-canvas",
            "grade-by-other",
            "grade-by-you",
            "cleared-in-canvas",
            "undone-before",
            "resubmitted",
            "hidden",
        ] {
            assert!(ran.stderr.contains(word), "{word}: {}", ran.all());
        }
    }
}

#[test]
fn a_value_far_above_the_points_possible_is_held_until_it_is_accepted() {
    let stage = Stage::new();
    let home = &stage.canvas.home;
    let sheet = fs_err::read_to_string(home.path("scores.csv")).expect("the sheet");
    home.write("scores.csv", &sheet.replacen("s0.0,0,", "s0.0,9999,", 1).replacen("s0.1,3,", "s0.1,150,", 1));
    let ran = home.run(&["push", "scores.csv", "--yes"]).ends_with(4);
    for words in ["! far-over-possible (row): 1 cell", "more than twice the 100 points possible", "? over-possible"] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.all());
    }
    assert_eq!((stage.score(0), stage.score(2)), (None, Some(150.0)));
    home.run(&["push", "scores.csv", "--yes", "--accept", "far-over-possible:C-0"]).succeeds();
    assert_eq!(stage.score(0), Some(9999.0));
    // What Canvas holds already is held back no more.
    let again = stage.plan(&[]);
    assert_eq!((&again["counts"]["unchanged"], &again["counts"]["blocked"]), (&json!(12), &json!(0)), "{again}");
}

#[test]
fn what_failed_says_why_and_is_read_again_without_a_word() {
    let stage = Stage::graded();
    let home = &stage.canvas.home;
    let sheet = fs_err::read_to_string(home.path("scores.csv")).expect("the sheet");
    home.write("scores.csv", &sheet.replacen("s1.1,13,", "s1.1,9999,", 1));
    stage.plan(&[]);
    let failed = home.run(&["show", "P1", "--failed"]).succeeds().stdout;
    let mut table = csv::Reader::from_reader(failed.as_bytes());
    let place = table.headers().expect("a header").iter().position(|name| name == "why").expect("a column");
    let mut why: Vec<String> = table.records().map(|record| record.expect("a row")[place].to_owned()).collect();
    why.sort_unstable();
    let graded = format!("grade-by-other: somebody else graded it in Canvas: Terry Teacher, {GRADED_AT_THERE}");
    let far = "far-over-possible: more than twice the 100 points possible".to_owned();
    assert_eq!(why, [far, graded.clone(), graded.clone(), graded.clone(), graded]);
    home.write("failed.csv", &failed);
    let read = home.run(&["export", "failed.csv", "-o", "again.csv", "--json"]).succeeds().result();
    assert_eq!((&read["scores"], &read["findings"]), (&json!(5), &json!([])), "{read}");
}

#[cfg(unix)]
mod at_a_terminal {
    use std::io::Write as _;
    use std::process::Stdio;

    use super::Stage;

    /// What the push of P1 prints and how it ends, when this is typed; `None` without the program that makes a terminal.
    #[expect(clippy::print_stderr, reason = "who runs the tests must see that this one did not")]
    fn typed(stage: &Stage, answer: &str) -> Option<(String, Option<i32>)> {
        let push = format!("{} push P1", assert_cmd::cargo::cargo_bin!("gradepush").display());
        let like = stage.canvas.home.command(&[]);
        let mut command = std::process::Command::new("script");
        command.args(["--quiet", "--return", "--command", &push, "/dev/null"]).env_clear();
        command.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(like.get_current_dir().expect("the home"));
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut child) = spawned else {
            eprintln!("SKIPPED: there is no `script`, so nothing was typed at a terminal");
            return None;
        };
        child.stdin.take().expect("it is piped").write_all(format!("{answer}\n").as_bytes()).expect("it listens");
        let output = child.wait_with_output().expect("it ends");
        Some((String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code()))
    }

    #[test]
    fn the_number_has_to_be_typed() {
        let stage = Stage::graded();
        stage.plan(&["--overwrite", "grade-by-other"]);
        for answer in ["y", "yes", "3", ""] {
            let Some((told, _)) = typed(&stage, answer) else { return };
            assert!(told.contains("4 cells hold other people's work, which this replaces."), "{told}");
            assert!(told.contains("Type 4 to write this to Canvas"), "{told}");
            assert_eq!(stage.score(0), Some(63.0), "{answer:?}: {told}");
        }
        let Some((told, code)) = typed(&stage, "4") else { return };
        assert_eq!((code, stage.score(0)), (Some(0), Some(0.0)), "{told}");
    }
}
