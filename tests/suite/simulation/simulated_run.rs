//! One seed from plan to undo.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use gradepush::canvas::{Client, ConnectionSettings};
use gradepush::domain::{
    Acceptance, CellClass, CourseIdOrigin, FindingCode, OnConflict, Outcome, PlanId, PlanOptions, RunId, Sending,
    TakeBack, UserIdOrigin,
};
use gradepush::engine::{
    Clock, EngineError, Events, PlanRequest, PlanSummary, PushOptions, RunSummary, Selection, Session, Settings, Stop,
    StopAfter, SyncRequest, SyncSource,
};
use gradepush::sandbox::{DEMO_TOKEN, Sandbox};
use gradepush::scores::{Input, Intake};
use gradepush::store::{Access, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::chance::Chance;
use super::fault_profile::FaultProfile;
use super::in_process::{InProcess, Place};
use super::nature::Nature;
use super::oracle;
use super::term::{Term, term};
use super::wire::Allowed;
use crate::confirmed::confirmed;

/// What a seed came to, for the sum of a campaign.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) planned: u64,
    pub(super) written: u64,
    pub(super) crashes: u64,
    pub(super) attempts: u64,
    pub(super) overwrote: u64,
    pub(super) restored: u64,
    /// Cells written of which another student's got the same grade with it.
    pub(super) together: u64,
    /// Cells written that excuse a student.
    pub(super) excused: u64,
}

/// What time it is, by paused time.
pub(super) fn now(began: Instant) -> Timestamp {
    let noon: Timestamp = "2026-12-14T17:00:00Z".parse().expect("a time");
    noon + SignedDuration::try_from(began.elapsed()).expect("short")
}

/// One seed.
pub(super) struct SimulatedRun {
    pub(super) line: InProcess,
    folder: tempfile::TempDir,
    settings: Settings,
    address: gradepush::domain::CanvasAddress,
    began: Instant,
    chance: Chance,
    rough: u64,
    pub(super) tally: Tally,
}

/// Runs a seed to its end. The error says what was broken, with everything that happened before.
pub(super) fn simulate(seed: u64) -> Result<Tally, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let mut simulated_run = SimulatedRun::begin(seed);
        let outcome = simulated_run.simulate().await;
        outcome.map(|()| simulated_run.tally).map_err(|problem| {
            let log = simulated_run.line.memory().log.join("\n");
            format!("{log}\nseed {seed}: {problem}")
        })
    })
}

impl SimulatedRun {
    fn begin(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let began = Instant::now();
        let Term { world, sheet, robot, teacher, mates } = term(&mut chance, now(began));
        let nature = Nature::of(seed);
        let options = nature.options(&mut chance);
        let sandbox = Sandbox::new(world, options, Arc::new(move || now(began)));
        let line = InProcess::new(sandbox, chance.fork(), (teacher, robot), mates);
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a temporary folder");
        fs_err::write(folder.path().join("scores.csv"), sheet).expect("a file");
        let address: gradepush::domain::CanvasAddress = "http://127.0.0.1:8765".parse().expect("an address");
        let settings = Settings {
            title: "Tegrity".to_owned(),
            host: address.host().clone(),
            account: None,
            user_id_origin: UserIdOrigin::Login,
            course_id_origin: CourseIdOrigin::Sis,
            time_zone: None,
            use_existing: true,
            own_graders: Vec::new(),
            own_grader_self: false,
            rules: gradepush::domain::IdentityRules::default(),
        };
        let rough = *chance.pick(&[0, 1, 1, 2, 4]).expect("not empty");
        Self { line, folder, settings, address, began, chance, rough, tally: Tally::default() }
    }

    /// A new process: nothing is left of the last one but the store.
    pub(super) fn session(&mut self) -> Session {
        let seed = self.chance.below(u64::MAX);
        let connection = ConnectionSettings::new(self.address.clone(), DEMO_TOKEN.to_owned().into(), seed);
        let client =
            Client::with_carrier(&connection, Arc::new(self.line.clone()), Arc::new(|_| {})).expect("a client");
        let store = Store::open(&self.folder.path().join("store.db"), Access::ReadWrite).expect("a store");
        let began = self.began;
        Session::new(client, store, self.settings.clone(), Clock::new(move || now(began)), Events::ignored())
    }

    async fn simulate(&mut self) -> Result<(), String> {
        let session = self.session();
        let request = SyncRequest { source: SyncSource::Rest, ..SyncRequest::default() };
        gradepush::engine::sync(&session, &request).await.map_err(|error| format!("sync: {error}"))?;
        let plan = self.plan(&session).await?;
        let run = self.execute(session, &plan).await?;
        self.calm();
        let session = self.session();
        if let Some(run) = run {
            oracle::check_run(self, &session, run, &plan)?;
            oracle::check_verify(self, &session, run).await?;
            let written = session.store().run_counts(run).map_err(|error| error.to_string())?.written;
            if self.chance.per_mille(700) {
                self.undo(session, run, written).await?;
            }
        }
        self.check_line()
    }

    async fn plan(&mut self, session: &Session) -> Result<PlanSummary, String> {
        let path = self.folder.path().join("scores.csv");
        let sheet = gradepush::scores::read(vec![Input::Path(path)], &Intake::default()).expect("scores").sheet;
        let on_conflict = if self.chance.per_mille(600) { OnConflict::Overwrite } else { OnConflict::Hold };
        // Chance gives a whole column to low scores now and then.
        let accept = vec![Acceptance { code: FindingCode::ColumnDrops, course: None }];
        let allow_excuse = self.chance.per_mille(800);
        let options = PlanOptions { use_existing: true, on_conflict, allow_excuse, accept, ..PlanOptions::default() };
        let cache_max_age = SignedDuration::from_hours(24);
        let request =
            PlanRequest { sheet: &sheet, options, selection: Selection::default(), cache_max_age, note: None };
        gradepush::engine::plan(session, request).await.map_err(|error| format!("plan: {error}"))
    }

    async fn undo(&mut self, session: Session, run: RunId, written: u64) -> Result<(), String> {
        let also = TakeBack { created: self.chance.per_mille(400), comments: self.chance.per_mille(400) };
        let undo = gradepush::engine::plan_undo(&session, run, also, &Selection::default())
            .await
            .map_err(|error| format!("plan undo: {error}"))?;
        let planned_at = Instant::now();
        let undoing = self.execute(session, &undo).await?;
        self.calm();
        let session = self.session();
        if let Some(undoing) = undoing {
            oracle::check_run(self, &session, undoing, &undo)?;
            oracle::check_undone(self, &session, (run, written), (undoing, undo.id), planned_at)?;
            oracle::check_taken_back(self, &session, run, also)?;
        }
        Ok(())
    }

    /// Pushes a plan under all faults, retries, and at last retries without any.
    async fn execute(&mut self, planned_in: Session, plan: &PlanSummary) -> Result<Option<RunId>, String> {
        self.allow(&planned_in, plan.id);
        drop(planned_in);
        let mut run = None;
        let attempts = self.chance.between(1, 4);
        for attempt in 0..=attempts {
            let is_last = attempt == attempts;
            if is_last {
                // Whatever was still on its way has arrived.
                tokio::time::sleep(Duration::from_mins(2)).await;
                self.calm();
            } else if attempt > 0 && self.chance.per_mille(500) {
                self.line.release_jobs();
            }
            run = self.attempt(plan, run, is_last).await?;
            if is_last && run.is_none() {
                // Canvas was away before the run could begin: so it begins now.
                run = self.attempt(plan, None, true).await?;
            }
        }
        Ok(run)
    }

    async fn attempt(&mut self, plan: &PlanSummary, run: Option<RunId>, calm: bool) -> Result<Option<RunId>, String> {
        let session = self.session();
        let stop = Stop::default();
        let fault_profile =
            if calm { FaultProfile { latency: 400, ..FaultProfile::default() } } else { self.fault_profile() };
        let options = if calm { steady() } else { self.options() };
        self.line.set(fault_profile, &stop);
        self.tally.attempts += 1;
        self.line
            .note(|| format!("== {} with {options:?}", run.map_or("push".to_owned(), |run| format!("retry {run}"))));
        let confirmed = confirmed(&plan.digest);
        let lock = session.store().lock("push", "here", 1, now(self.began));
        let _lock = lock.map_err(|error| format!("a dead process holds the lock: {error}"))?;
        self.check_lock()?;
        let died = Arc::clone(&self.line.died);
        let working = async {
            match run {
                None => gradepush::engine::push(&session, plan.id, &confirmed, &options, &stop).await,
                Some(run) => gradepush::engine::retry(&session, run, &confirmed, &options, &stop).await,
            }
        };
        let outcome = tokio::select! {
            biased;
            outcome = working => Some(outcome),
            () = died.notified() => None,
        };
        let known = run.or(session.store().plan(plan.id).map_err(|error| error.to_string())?.run);
        match outcome {
            None => self.tally.crashes += 1,
            Some(Ok(summary)) => check_summary(&summary, &session)?,
            Some(Err(EngineError::Canvas(error))) if !calm => self.line.note(|| format!("== {error}")),
            Some(Err(error)) => return Err(format!("the push failed: {error}")),
        }
        self.check_line()?;
        Ok(known)
    }

    /// Another process on the same store is told to wait.
    fn check_lock(&mut self) -> Result<(), String> {
        if !self.chance.per_mille(100) {
            return Ok(());
        }
        let other = self.session();
        match other.store().lock("retry", "here", 2, now(self.began)) {
            Err(StoreError::Locked { holder: Some(holder) }) if holder.pid == 1 => Ok(()),
            answer => Err(format!("two processes work on one store: {answer:?}")),
        }
    }

    /// Tells the line what this plan may send.
    fn allow(&self, session: &Session, plan: PlanId) {
        let parts = oracle::parts(session, plan);
        let mut memory = self.line.memory();
        memory.allowed.clear();
        memory.unchanged.clear();
        memory.targets.clear();
        for part in &parts {
            let Some(course) = &part.course else { continue };
            for cell in part.cells.iter().filter(|cell| cell.class == CellClass::Unchanged) {
                if let (Some(user), Some(wanted)) = (part.student(cell).user, cell.wanted) {
                    memory.unchanged.insert((course.id.0, part.column(cell).title.clone(), user.0), wanted);
                }
            }
            for (_, cell) in part.writes() {
                let (Some(user), Some(wanted)) = (part.student(cell).user, cell.wanted) else { continue };
                let title = part.column(cell).title.clone();
                let posted = match &cell.sending {
                    Sending::Grade(text) => Some(text.clone()),
                    Sending::Clear => Some(String::new()),
                    _ => None,
                };
                let place = (course.id.0, title, user.0);
                let reveals = cell.base.as_ref().is_some_and(|base| base.is_hidden(false));
                let base = cell.base.as_deref().cloned().unwrap_or_default();
                memory.targets.push(place.clone());
                memory.allowed.insert(place, Allowed { base, wanted, posted, reveals });
            }
        }
    }

    fn fault_profile(&mut self) -> FaultProfile {
        let rough = self.rough;
        let chance = &mut self.chance;
        let mut some = |most: u64| if chance.per_mille(600) { chance.below(most * rough + 1) } else { 0 };
        FaultProfile {
            throttles: some(60),
            away: some(60),
            lost_before: some(25),
            lost_after: some(40),
            doomed_jobs: some(150),
            edits: some(60),
            hides: some(15),
            drops: some(4),
            deletions: some(2),
            unpublished: some(2),
            crash_at: (some(1) > 0).then(|| some(30) + 1),
            interrupt_at: (some(1) > 1).then(|| some(30) + 1),
            expires_at: (some(1) > 1).then(|| some(30) + 1),
            maintenance: (some(1) > 0).then(|| (some(30) + 1, 10 * some(60))),
            latency: 200 + some(8000),
        }
    }

    fn options(&mut self) -> PushOptions {
        let chance = &mut self.chance;
        PushOptions {
            chunk: usize::try_from(chance.between(1, 5)).unwrap_or(1),
            courses_at_once: usize::try_from(chance.between(0, 2)).ok().filter(|courses| *courses > 0),
            first: chance.per_mille(100).then_some(1),
            deadline: chance.per_mille(50).then(|| now(self.began) + SignedDuration::from_mins(1)),
            stop_after: if chance.per_mille(100) { StopAfter::Cells(2) } else { StopAfter::Percent(5) },
            wait_for_canvas: Duration::from_secs(if chance.per_mille(500) { 0 } else { 600 }),
            job_timeout: Duration::from_secs(chance.between(10, 300)),
            ..PushOptions::default()
        }
    }

    /// From now on everything works, and nobody else acts.
    fn calm(&self) {
        self.line.release_jobs();
        self.line.set(FaultProfile { latency: 400, ..FaultProfile::default() }, &Stop::default());
    }

    /// Whether somebody else edited the cell, or left the course, after this moment.
    pub(super) fn touched_since(&self, place: Place, moment: Timestamp) -> bool {
        let edited = self.line.memory().last_edit.get(&place).copied();
        edited.is_some_and(|at| now(self.began) - SignedDuration::try_from(at.elapsed()).expect("short") >= moment)
    }

    fn check_line(&self) -> Result<(), String> {
        let violations = self.line.memory().violations.clone();
        if violations.is_empty() { Ok(()) } else { Err(violations.join("; ")) }
    }
}

/// The options of the last attempt.
fn steady() -> PushOptions {
    PushOptions {
        chunk: 5,
        wait_for_canvas: Duration::from_mins(10),
        stop_after: StopAfter::Cells(1000),
        ..PushOptions::default()
    }
}

fn check_summary(summary: &RunSummary, session: &Session) -> Result<(), String> {
    let counts = session.store().run_counts(summary.run).map_err(|error| error.to_string())?;
    if counts != summary.counts || counts.planned != summary.plan_counts.planned() {
        return Err(format!("{summary:?} does not fit {counts:?}"));
    }
    let sum: u64 = Outcome::ALL.iter().map(|outcome| oracle::count_of(&counts, *outcome)).sum();
    if sum == counts.planned { Ok(()) } else { Err(format!("{counts:?} do not add up")) }
}
