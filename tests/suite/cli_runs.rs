//! `runs`: who made what of which files, what it came to, and what was left out.

use std::process::Output;

use serde_json::{Value, json};

use crate::common::{Hosted, Ran, term};
use gradepush::sandbox::Options;

fn staged() -> Hosted {
    let (world, sheet, _) = term(2, 4);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("exports/scores.csv", &sheet);
    canvas
}

/// Runs the program with a variable that names another user of the machine.
fn as_if(canvas: &Hosted, user: &str, arguments: &[&str]) -> Ran {
    let output: Output = canvas.home.command(arguments).env("USER", user).output().expect("the program starts");
    canvas.home.ended(&output)
}

fn runs(canvas: &Hosted, arguments: &[&str]) -> Vec<String> {
    let told = canvas.home.run(&[&["runs"], arguments].concat()).succeeds().stdout;
    told.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The line of a plan.
fn line(lines: &[String], plan: &str) -> String {
    lines
        .iter()
        .find(|line| line.split(' ').next() == Some(plan))
        .unwrap_or_else(|| panic!("{plan}: {lines:?}"))
        .clone()
}

#[test]
#[cfg(unix)]
fn a_plan_is_found_again_by_its_files_its_note_and_who_made_it() {
    let canvas = staged();
    as_if(&canvas, "ada", &["plan", "exports/scores.csv", "-m", "midterms, late ones"]).succeeds();
    as_if(&canvas, "grace", &["push", "P1", "--yes"]).succeeds();
    as_if(&canvas, "ada", &["push", "exports/scores.csv", "--yes", "--note", "again"]).succeeds();
    let lines = runs(&canvas, &[]);
    // Who runs the process, whatever the variable says.
    let told = std::process::Command::new("id").arg("-un").output().expect("`id` is there");
    let me = String::from_utf8(told.stdout).expect("a name").trim().to_owned();
    let expected = format!(" {me} scores.csv: midterms, late ones R1: 16 of 16 written");
    assert!(line(&lines, "P1").ends_with(&expected), "{lines:?}");
    assert!(line(&lines, "P2").ends_with(&format!(" {me} scores.csv: again nothing to write")), "{lines:?}");
    let result = canvas.home.run(&["runs", "--json"]).succeeds().result();
    let [second, first] = result["plans"].as_array().map(Vec::as_slice).unwrap_or_default() else { panic!("{result}") };
    for (key, expected) in [
        ("files", json!(["exports/scores.csv"])),
        ("note", json!("midterms, late ones")),
        ("local_user", json!(me)),
        ("run_local_user", json!(me)),
        ("kind", json!("scores")),
        ("run", json!("R1")),
        ("part_of", Value::Null),
        ("parts", json!([])),
    ] {
        assert_eq!(first[key], expected, "{key} in {first}");
    }
    assert_eq!((&second["note"], &second["run_local_user"]), (&json!("again"), &Value::Null), "{second}");
    let wrong = canvas.home.run(&["plan", "exports/scores.csv", "-m", "two\nlines"]).ends_with(2);
    assert!(wrong.stderr.contains("a note is one line of text"), "{}", wrong.all());
}

#[test]
fn parts_of_a_plan_stand_below_it() {
    let canvas = staged();
    let home = &canvas.home;
    home.run(&["plan", "exports/scores.csv"]).succeeds();
    home.run(&["push", "P1", "--course", "C-0", "--yes"]).succeeds();
    home.run(&["push", "P1", "--except-course", "C-0", "--yes"]).succeeds();
    home.run(&["plan", "exports/scores.csv"]).succeeds();
    let lines = runs(&canvas, &[]);
    let plans: Vec<&str> = lines.iter().skip(1).filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(plans, ["P4", "P1", "P3", "P2"]);
    assert!(line(&lines, "P1").ends_with("scores.csv in parts R1, R2: 16 of 16 written"), "{lines:?}");
    assert!(line(&lines, "P3").ends_with("part of P1 R2: 8 of 8 written"), "{lines:?}");
    let result = home.run(&["runs", "--json"]).succeeds().result();
    let plans: Vec<(&Value, &Value)> =
        result["plans"].as_array().expect("plans").iter().map(|plan| (&plan["plan"], &plan["part_of"])).collect();
    let of = json!("P1");
    let expected = [("P4", &Value::Null), ("P3", &of), ("P2", &of), ("P1", &Value::Null)];
    assert_eq!(
        plans,
        expected.map(|(plan, of)| (json!(plan), of)).iter().map(|(plan, of)| (plan, *of)).collect::<Vec<_>>()
    );
    assert_eq!(result["plans"][3]["parts"], json!(["P3", "P2"]), "{result}");
    // A limit counts plans, and their parts come with them.
    let lines = runs(&canvas, &["--limit", "2"]);
    assert_eq!(lines.len(), 5, "{lines:?}");
    let lines = runs(&canvas, &["--limit", "1"]);
    assert_eq!((lines.len(), lines[2].as_str()), (3, "and 1 older plan: `gradepush runs --all`"), "{lines:?}");
    let limited = home.run(&["runs", "--limit", "1", "--json"]).succeeds().result();
    assert_eq!((limited["plans"].as_array().map(Vec::len), &limited["plans_total"]), (Some(1), &json!(4)), "{limited}");
}

#[test]
fn people_see_the_latest_and_machines_all() {
    let canvas = staged();
    for _ in 0..22 {
        canvas.home.run(&["plan", "exports/scores.csv", "--course", "C-0"]).succeeds();
    }
    let lines = runs(&canvas, &[]);
    assert_eq!((lines.len(), lines[21].as_str()), (22, "and 2 older plans: `gradepush runs --all`"), "{lines:?}");
    assert_eq!(runs(&canvas, &["--all"]).len(), 23);
    let result = canvas.home.run(&["runs", "--json"]).succeeds().result();
    assert_eq!(result["plans"].as_array().map(Vec::len), Some(22));
}

#[test]
fn what_was_held_left_out_and_refused_is_said() {
    let canvas = staged();
    let teacher = canvas.sandbox.world(|world| world.add_user("Terry Teacher"));
    let (course, sheet) = (canvas.sandbox.world(|world| world.course_ids()[0]), canvas.home.path("exports/scores.csv"));
    canvas.sandbox.world(|world| {
        let (assignment, _) = world.assignments_of(course)[0].clone();
        let student = world.user_by_login("s0.1").expect("a student");
        world.set_grade(
            (course, assignment, student),
            Some("63"),
            teacher,
            "2026-11-24T00:07:46Z".parse().expect("a time"),
        );
    });
    let text = fs_err::read_to_string(&sheet).expect("the sheet") + "C-0,k0,Lecture 0,100,nobody,5,\n";
    canvas.home.write("exports/scores.csv", &text);
    canvas.home.run(&["plan", "exports/scores.csv"]).ends_with(4);
    let lines = runs(&canvas, &[]);
    let left_out = "1 conflict held, 1 row unresolved";
    assert!(line(&lines, "P1").ends_with(&format!("scores.csv 15 to write, not run; {left_out}")), "{lines:?}");
    canvas.home.run(&["push", "P1", "--yes"]).ends_with(4);
    let lines = runs(&canvas, &[]);
    assert!(line(&lines, "P1").ends_with(&format!("R1: 15 of 15 written; {left_out}")), "{lines:?}");
    canvas.home.write(
        "wrong.csv",
        "course_id,assignment_title,user_id,score_received\nC-0,Lecture 0,1,5\nC-0,Lecture 0,2,5\n",
    );
    let ran = canvas.home.run(&["plan", "wrong.csv"]);
    let refused = ran.code == 3;
    let lines = runs(&canvas, &[]);
    assert_eq!(refused, line(&lines, "P2").contains("0 to write, refused"), "{}: {lines:?}", ran.all());
}
