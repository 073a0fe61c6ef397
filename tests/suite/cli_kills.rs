//! The built program, killed at any moment of a push: `kill -9` leaves a store from which `retry` continues (design,
//! promise 4).
//!
//! `cargo test` kills 40 times. `GRADEPUSH_KILLS=200 cargo test --test suite cli_kills` kills more often; the seeds, and
//! with them how far each run gets, are the same every time.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gradepush::domain::{PlanId, RunId};
use gradepush::sandbox::{Options, Pace};

use crate::common::{Hosted, Row, term};

/// Kills of an ordinary `cargo test`.
const KILLS: u64 = 40;

/// Kills that one push, with its retries, has to bear.
const KILLS_OF_A_PUSH: usize = 4;

/// Runs side by side: most of the time they wait for Canvas.
const SIDE_BY_SIDE: u64 = 4;

/// `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (number ^ (number >> 31)) % end
    }
}

/// The Canvas of a seed: of ten, two have rows that come late, two lists that are behind, and one is as slow as the real
/// one was measured.
fn canvas_of(seed: u64) -> Options {
    let prompt = Options { latency: Duration::from_millis(2), job_cells_per_second: Some(200), ..Options::default() };
    match seed % 10 {
        0 | 5 => Options { rows_after: Duration::from_millis(1_500), ..prompt },
        1 | 6 => Options { replica_lag: Duration::from_millis(800), ..prompt },
        2 => Options { pace: Pace::Real, job_cells_per_second: None, ..prompt },
        _ => prompt,
    }
}

/// One push that is killed again and again.
struct SimulatedRun {
    canvas: Hosted,
    chance: Chance,
    rows: Vec<Row>,
}

impl SimulatedRun {
    fn begin(seed: u64) -> Self {
        let (world, sheet, rows) = term(3, 10);
        let canvas = Hosted::of(world, canvas_of(seed));
        canvas.home.write("scores.csv", &sheet);
        canvas.home.run(&["plan", "scores.csv"]).succeeds();
        Self { canvas, chance: Chance(seed), rows }
    }

    /// The run, once there is one.
    fn run(&self) -> Option<RunId> {
        self.canvas.store().plan(PlanId(1)).expect("the plan").run
    }

    fn command(&self) -> Vec<&'static str> {
        match self.run() {
            None => vec!["push", "P1", "--yes", "--chunk", "4", "--courses-at-once", "2"],
            Some(_) => vec!["retry", "R1", "--yes"],
        }
    }

    fn requests(&self) -> usize {
        self.canvas.sandbox.world(|world| world.requests().len())
    }

    /// Starts the program, and kills it once Canvas has seen some more requests; says whether it still lived.
    fn kill(&mut self) -> bool {
        let enough = self.requests() + 1 + usize::try_from(self.chance.below(40)).expect("small");
        let moment = Duration::from_micros(self.chance.below(20_000));
        let mut command = self.canvas.home.command(&self.command());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        let lived = loop {
            if child.try_wait().expect("it is ours").is_some() {
                break false;
            }
            if self.requests() >= enough {
                std::thread::sleep(moment);
                break child.try_wait().expect("it is ours").is_none();
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        // One that has just ended cannot be killed any more.
        child.kill().unwrap_or_default();
        child.wait().expect("it ends");
        lived
    }

    /// What the journal says right after a kill: no planned cell is lost, and none that Canvas may hold counts as never
    /// sent.
    fn check_journal(&self) {
        // What was on its way arrives.
        std::thread::sleep(Duration::from_millis(50));
        let Some(run) = self.run() else { return };
        let store = self.canvas.store();
        let counts = store.run_counts(run).expect("counts");
        let sum = counts.written + counts.already + counts.held + counts.rejected + counts.unknown + counts.pending;
        assert_eq!(counts.planned, sum, "{counts:?}");
        assert_eq!(counts.planned, self.rows.len() as u64, "{counts:?}");
        let stored = self.canvas.sandbox.world(|world| world.score_count()) as u64;
        assert!(stored <= counts.written + counts.unknown, "{stored} cells are in Canvas, and {counts:?}");
    }

    /// Everything that must hold in the end, judged from Canvas's own world.
    fn check(&self) {
        let result = self.canvas.home.run(&[&self.command()[..], &["--json"]].concat()).succeeds().result();
        let counts = &result["counts"];
        assert_eq!(counts["planned"], self.rows.len(), "{result}");
        assert_eq!(counts["written"], counts["planned"], "all were ours to write: {result}");
        let comments = self.rows.iter().filter(|row| !row.comment.is_empty()).count();
        assert_eq!(result["comments"], serde_json::json!({"sent": comments, "already": 0, "unknown": 0}), "{result}");
        self.canvas.sandbox.world(|world| {
            let mut columns: HashMap<(i64, String), i64> = HashMap::new();
            for course in world.course_ids() {
                for (assignment, title) in world.assignments_of(course) {
                    let twice = columns.insert((course, title), assignment);
                    assert_eq!(twice, None, "a column of course {course} was created twice");
                }
            }
            for row in &self.rows {
                let assignment = columns[&(row.course, row.title.clone())];
                let place = (row.course, assignment, row.user);
                assert_eq!(world.score_of(row.course, assignment, row.user), Some(row.score), "{place:?}");
                let comments = world.comments_of(row.course, assignment, row.user);
                let expected: Vec<&String> = Some(&row.comment).filter(|text| !text.is_empty()).into_iter().collect();
                assert_eq!(comments.iter().collect::<Vec<_>>(), expected, "{place:?}");
            }
        });
        let verified = self.canvas.home.run(&["verify", "R1", "--json"]).succeeds().result();
        assert_eq!((&verified["checked"], &verified["holding"]), (&counts["planned"], &counts["planned"]));
    }
}

#[expect(clippy::disallowed_methods, reason = "the environment chooses how many, as the module says")]
fn wanted() -> u64 {
    std::env::var("GRADEPUSH_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

#[test]
fn a_push_that_is_killed_at_any_moment_is_finished_by_retry() {
    let (wanted, killed, next) = (wanted(), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while killed.load(Ordering::Relaxed) < wanted {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    assert!(seed < wanted, "{} of {seed} victims were killed", killed.load(Ordering::Relaxed));
                    let mut simulated_run = SimulatedRun::begin(seed);
                    for _ in 0..KILLS_OF_A_PUSH {
                        if !simulated_run.kill() {
                            break;
                        }
                        killed.fetch_add(1, Ordering::Relaxed);
                        simulated_run.check_journal();
                        simulated_run.canvas.let_time_pass();
                    }
                    simulated_run.check();
                }
            });
        }
    });
}
