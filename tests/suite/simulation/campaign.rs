//! Many seeds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::simulated_run::{Tally, simulate};

/// The seeds of an ordinary `cargo test`.
const SEEDS: u64 = 300;

#[expect(clippy::disallowed_methods, reason = "the environment chooses the seeds, as the module says")]
fn chosen(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn every_seed_keeps_every_promise() {
    if let Some(seed) = chosen("GRADEPUSH_SEED") {
        let tally = simulate(seed).unwrap_or_else(|problem| panic!("{problem}"));
        assert!(tally.attempts > 0, "{tally:?}");
        return;
    }
    let seeds = chosen("GRADEPUSH_SEEDS").unwrap_or(SEEDS);
    let first = chosen("GRADEPUSH_FIRST_SEED").unwrap_or(0);
    let next = AtomicU64::new(first);
    let problems: Mutex<Vec<(u64, String)>> = Mutex::default();
    let sum: Mutex<Tally> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + seeds {
                        return;
                    }
                    match simulate(seed) {
                        Ok(tally) => *sum.lock().expect("no panic") += tally,
                        Err(problem) => {
                            let last = problem.lines().last().unwrap_or_default().to_owned();
                            problems.lock().expect("no panic").push((seed, last));
                        }
                    }
                }
            });
        }
    });
    let mut problems = problems.into_inner().expect("no panic");
    problems.sort();
    let shown: Vec<&str> = problems.iter().take(20).map(|(_, problem)| problem.as_str()).collect();
    assert!(
        problems.is_empty(),
        "{} of {seeds} seeds failed; replay one with GRADEPUSH_SEED=… cargo test --test suite simulation\n{}",
        problems.len(),
        shown.join("\n")
    );
    let sum = sum.into_inner().expect("no panic");
    // What never happens is not tested.
    let Tally { planned, written, crashes, attempts, overwrote, restored, together, excused } = sum;
    let happened = [planned, written, crashes, attempts, overwrote, restored, together, excused];
    assert!(seeds < SEEDS || happened.iter().all(|number| *number > seeds / 50), "{sum:?}");
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { planned, written, crashes, attempts, overwrote, restored, together, excused } = other;
        self.planned += planned;
        self.written += written;
        self.crashes += crashes;
        self.attempts += attempts;
        self.overwrote += overwrote;
        self.restored += restored;
        self.together += together;
        self.excused += excused;
    }
}
