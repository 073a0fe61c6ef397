//! A refused plan ends with what it is refused for, that nothing was written, and the command that releases it.

use crate::common::{Hosted, Ran, term};
use gradepush::sandbox::Options;

/// A course with two columns of eight students, all of whose scores are far above the points possible of the column
/// that exists.
fn staged() -> Hosted {
    let (world, sheet, _) = term(1, 8);
    let canvas = Hosted::of(world, Options::default());
    let above: String = sheet
        .lines()
        .filter(|line| !line.contains("Lecture 1"))
        .map(|line| match line.rsplit_once(',').and_then(|(row, comment)| Some((row.rsplit_once(',')?.0, comment))) {
            Some((row, comment)) if !row.starts_with("course_id") => format!("{row},150,{comment}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    canvas.home.write("scores.csv", &above);
    canvas
}

/// The last lines of what was said: the command and the refusal.
fn last_two(text: &str) -> (String, String) {
    let lines: Vec<&str> = text.lines().collect();
    let [.., command, last] = lines[..] else { panic!("{text}") };
    (command.trim().to_owned(), last.to_owned())
}

/// Runs a command that the program showed.
fn copied(canvas: &Hosted, command: &str) -> Ran {
    let words: Vec<&str> = command.split(' ').collect();
    let ["gradepush", arguments @ ..] = &words[..] else { panic!("{command}") };
    canvas.home.run(arguments)
}

const REFUSED: &str =
    "Refused: column-over-possible (Lecture 0: 8 of 8 scores are above 100 points). Nothing was written.";

#[test]
fn a_refused_plan_ends_with_the_command_that_releases_it() {
    for (before, arguments, written) in [
        (&[][..], &["plan", "scores.csv"][..], 0),
        (&["--store", "other.db", "--config", "config/gradepush/config.toml"], &["plan", "scores.csv"], 0),
        (&[], &["push", "scores.csv", "--dry-run"], 0),
        (&[], &["push", "scores.csv", "--yes"], 8),
    ] {
        let canvas = staged();
        canvas.home.run(&[before, &["sync", "--source", "rest"]].concat()).succeeds();
        let arguments = [before, arguments].concat();
        let ran = canvas.home.run(&arguments).ends_with(3);
        let (command, last) = last_two(&ran.stdout);
        assert_eq!(last, REFUSED, "{}", ran.all());
        let start = format!("gradepush {} --accept column-over-possible:internal:", arguments.join(" "));
        assert!(command.starts_with(&start), "{command}");
        canvas.sandbox.world(|world| assert_eq!(world.score_count(), 0));
        copied(&canvas, &command).succeeds();
        canvas.sandbox.world(|world| assert_eq!(world.score_count(), written, "{command}"));
    }
}

#[test]
fn a_push_of_a_refused_plan_ends_the_same_way() {
    let canvas = staged();
    canvas.home.run(&["plan", "scores.csv"]).ends_with(3);
    let ran = canvas.home.run(&["push", "P1", "--yes"]).ends_with(3);
    assert_eq!(ran.stderr.lines().last(), Some(REFUSED), "{}", ran.all());
    let words = "plan again with the flags of P1 and release it: gradepush plan scores.csv --accept column-over-possible:internal:";
    assert!(ran.stderr.contains(words), "{}", ran.all());
    let result = canvas.home.run(&["push", "P1", "--yes", "--json"]).ends_with(3).result();
    assert!(result["error"]["message"].as_str().is_some_and(|text| text.contains("cannot be pushed")), "{result}");
    canvas.sandbox.world(|world| assert_eq!(world.score_count(), 0));
}

#[test]
fn an_old_plan_and_a_superseded_one_say_what_to_type() {
    let (world, sheet, _) = term(1, 2);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("scores.csv", &sheet);
    for _ in 0..2 {
        canvas.home.run(&["plan", "scores.csv"]).succeeds();
    }
    let raw = rusqlite::Connection::open(canvas.store_file()).expect("the store");
    let aged = "UPDATE plan SET header = json_set(header, '$.created_at', '2026-01-01T00:00:00Z') WHERE id = 1";
    raw.execute(aged, []).expect("the plan");
    drop(raw);
    let ran = canvas.home.run(&["push", "P1", "--yes"]).ends_with(3);
    assert!(ran.stderr.contains("to push it all the same: gradepush push P1 --yes --stale-ok"), "{}", ran.all());
    assert!(ran.stderr.lines().last().is_some_and(|last| last.starts_with("Refused: plan-expired (")), "{}", ran.all());
    canvas.home.run(&["push", "P1", "--yes", "--stale-ok"]).succeeds();
    let ran = canvas.home.run(&["push", "P2", "--yes"]).ends_with(3);
    assert!(ran.stderr.contains("plan again, with the flags of P2: gradepush plan scores.csv"), "{}", ran.all());
    assert!(ran.stderr.lines().last().is_some_and(|last| last.ends_with("Nothing was written.")), "{}", ran.all());
}

#[test]
fn a_strict_plan_is_refused_for_its_warnings() {
    let (world, sheet, _) = term(1, 2);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("scores.csv", &sheet.replace(",100,", ",90,"));
    let ran = canvas.home.run(&["plan", "scores.csv", "--strict"]).ends_with(3);
    let (command, last) = last_two(&ran.stdout);
    assert!(last.starts_with("Refused: --strict, and points-differ ("), "{}", ran.all());
    assert_eq!(command, "gradepush plan scores.csv", "{}", ran.all());
    copied(&canvas, &command).succeeds();
}
