//! How quickly a world's own work is done. Not part of a world file.

use jiff::{SignedDuration, Timestamp};

/// Delays and speeds of the work that Canvas does by itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conduct {
    /// After what time the rows of a new column or student are there.
    pub(crate) rows_after: SignedDuration,
    /// How far lists are behind what was written.
    pub(crate) replica_lag: SignedDuration,
    /// How fast bulk jobs are.
    pub(crate) jobs: JobPace,
    /// No worker does anything while this is set: bulk jobs, posting, reports and the rows of a new column wait.
    pub(crate) jobs_held: bool,
    /// Since when each worker without a job is free.
    idle_workers: Vec<Timestamp>,
}

/// The speed of bulk jobs; absent figures mean at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct JobPace {
    /// Cells that change, per second.
    pub(crate) changed_per_second: Option<u32>,
    /// Cells that stay as they are, per second.
    pub(crate) unchanged_per_second: Option<u32>,
    /// How long a worker is busy after a job, for every cell that changed: notifications, totals, progress.
    pub(crate) follow_up_per_change: SignedDuration,
    /// The bounds of that time, when there is any.
    pub(crate) follow_up: (SignedDuration, SignedDuration),
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            rows_after: SignedDuration::ZERO,
            replica_lag: SignedDuration::ZERO,
            jobs: JobPace::default(),
            jobs_held: false,
            idle_workers: vec![Timestamp::MIN; 2],
        }
    }
}

impl Conduct {
    /// Sets how many jobs run at once. At least one does.
    pub(crate) fn employ(&mut self, workers: usize) {
        self.idle_workers = vec![Timestamp::MIN; workers.max(1)];
    }

    /// No worker has done anything until now.
    pub(super) fn workers_idle_until(&mut self, now: Timestamp) {
        for free_from in &mut self.idle_workers {
            *free_from = now.max(*free_from);
        }
    }

    /// Since when the worker who has waited longest is free; nothing when all are at work.
    pub(super) fn worker_free_from(&self) -> Option<Timestamp> {
        self.idle_workers.iter().copied().min()
    }

    /// The worker who has waited longest takes a job.
    pub(super) fn take_worker(&mut self) {
        let longest = self.idle_workers.iter().enumerate().min_by_key(|(_, free_from)| **free_from);
        if let Some(place) = longest.map(|(place, _)| place) {
            self.idle_workers.swap_remove(place);
        }
    }

    /// A job has ended: its worker is free once the follow-up work is done.
    pub(super) fn give_worker_back(&mut self, end: Timestamp, changed: u32) {
        let (least, most) = self.jobs.follow_up;
        let follow_up = self.jobs.follow_up_per_change.saturating_mul(i32::try_from(changed).unwrap_or(i32::MAX));
        let follow_up = if changed == 0 { SignedDuration::ZERO } else { follow_up.max(least).min(most) };
        self.idle_workers.push(end.checked_add(follow_up).unwrap_or(Timestamp::MAX));
    }

    /// When a row is done that is begun at a moment. A job that needs no time does everything at the first look.
    pub(super) fn row_done_at(&self, begun: Timestamp, changes: bool, now: Timestamp) -> Timestamp {
        let pace = if changes { self.jobs.changed_per_second } else { self.jobs.unchanged_per_second };
        let Some(pace) = pace else { return now };
        let needed = SignedDuration::from_micros(1_000_000 / i64::from(pace.max(1)));
        begun.checked_add(needed).unwrap_or(Timestamp::MAX)
    }
}
