//! What the program says of plans and runs afterwards: what drifted, what was overwritten, what was held back, and what
//! it refuses before it asks; from the command line, judged from Canvas's own world.

use std::fmt::Write as _;

use gradepush::sandbox::{Event, Faults, Moment, Options, What};
use serde_json::json;

use crate::common::{Home, Hosted, Row, term};

/// When a teacher grades; in New York it is the evening before.
const GRADED_AT: &str = "2026-11-24T00:07:46Z";
const GRADED_AT_THERE: &str = "2026-11-23 19:07:46 -0500";

/// Two courses with two columns of seven students each, a teacher, and a sheet `scores.csv`; times are New York's.
fn stage(options: impl FnOnce(&[Row], i64) -> Options) -> (Hosted, Vec<Row>, i64) {
    let (mut world, sheet, rows) = term(2, 7);
    let teacher = world.add_user("Terry Teacher");
    let options = options(&rows, teacher);
    let canvas = Hosted::of(world, options);
    canvas.home.run(&["connector", "edit", "Tegrity", "--time-zone", "America/New_York"]).succeeds();
    canvas.home.write("scores.csv", &sheet);
    (canvas, rows, teacher)
}

fn pushed() -> (Hosted, Vec<Row>, i64) {
    let staged = stage(|_, _| Options::default());
    staged.0.home.run(&["push", "scores.csv", "--yes"]).succeeds();
    staged
}

/// A teacher enters 63 in the gradebook.
fn regrade(canvas: &Hosted, row: &Row, teacher: i64) {
    canvas.sandbox.world(|world| {
        let assignments = world.assignments_of(row.course);
        let (assignment, _) = assignments.iter().find(|(_, name)| *name == row.title).expect("the column");
        world.set_grade((row.course, *assignment, row.user), Some("63"), teacher, GRADED_AT.parse().expect("a time"));
    });
}

#[test]
fn without_a_terminal_push_names_what_it_lacks() {
    let (canvas, ..) = stage(|_, _| Options::default());
    canvas.home.run(&["plan", "scores.csv"]).succeeds();
    for (arguments, needs) in [
        (&["push", "P1"][..], "needs --yes\n"),
        (&["push", "--yes"], "needs an explicit plan or file\n"),
        (&["push"], "needs --yes and an explicit plan or file\n"),
    ] {
        let ran = canvas.home.run(arguments).ends_with(2);
        assert!(ran.stderr.contains(needs), "{arguments:?}: {}", ran.all());
    }
}
