//! A sandbox and the tool beside it, in one process: the real client carried by the sandbox's own router.

use std::path::PathBuf;
use std::sync::Arc;

use gradepush::canvas::{Carrier, Client};
use gradepush::domain::{
    CellClass, CellRecord, CourseIdOrigin, CoursePart, IdentityRules, PartIndex, PlanId, PlanOptions, RunId,
    ScoreSheet, UserIdOrigin,
};
use gradepush::engine::{
    Clock, EngineError, Events, PlanRequest, PlanSummary, PushOptions, RunSummary, Selection, Session, Settings, Stop,
    SyncRequest,
};
use gradepush::sandbox::{DEMO_TOKEN, Options, Sandbox, World};
use gradepush::scores::{Input, Intake};
use gradepush::store::{Access, Store};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::client_in_process::InProcess;
use crate::confirmed::confirmed;

/// A Canvas and a tool.
pub(super) struct University {
    pub(super) sandbox: Sandbox,
    pub(super) session: Session,
    folder: tempfile::TempDir,
    began: Instant,
}

/// A minute before everything happens.
pub(super) fn noon() -> Timestamp {
    "2026-12-14T17:00:00Z".parse().expect("a time")
}

/// What time it is, so much ahead. Time passes, so that what happens later looks later.
fn clock(began: Instant, ahead: SignedDuration) -> impl Fn() -> Timestamp + Copy {
    move || {
        let passed = SignedDuration::try_from(began.elapsed()).expect("short");
        noon() + SignedDuration::from_mins(1) + ahead + passed
    }
}

impl University {
    /// A tool whose ids are SIS course ids and logins, and which uses existing assignments.
    pub(super) fn of(world: World) -> Self {
        Self::with(world, |_| {})
    }

    pub(super) fn with(world: World, change: impl FnOnce(&mut Settings)) -> Self {
        Self::served(world, Options::default(), change)
    }

    /// With a sandbox that is slow or goes wrong.
    pub(super) fn served(world: World, options: Options, change: impl FnOnce(&mut Settings)) -> Self {
        Self::behind(world, options, 4, change)
    }

    /// The same with so many requests in flight at the most.
    pub(super) fn behind(world: World, options: Options, in_flight: usize, change: impl FnOnce(&mut Settings)) -> Self {
        let began = Instant::now();
        let now = clock(began, SignedDuration::ZERO);
        let sandbox = Sandbox::new(world, options, Arc::new(now));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut connection = InProcess::settings(DEMO_TOKEN);
        connection.in_flight = in_flight;
        let mut settings = Settings {
            title: "Tegrity".to_owned(),
            host: connection.address.host().clone(),
            account: None,
            user_id_origin: UserIdOrigin::Login,
            course_id_origin: CourseIdOrigin::Sis,
            rules: IdentityRules::default(),
            time_zone: None,
            use_existing: true,
            own_graders: Vec::new(),
            own_grader_self: false,
        };
        change(&mut settings);
        let carrier = Arc::new(InProcess::of(&sandbox));
        let client = Client::with_carrier(&connection, carrier, Arc::new(|_| {})).expect("a client");
        let store = Store::open(&folder.path().join("store.db"), Access::ReadWrite).expect("a store");
        let session = Session::new(client, store, settings, Clock::new(now), Events::ignored());
        Self { sandbox, session, folder, began }
    }

    /// Another process on the same store, with another person's token.
    pub(super) fn session_as(&self, token: &str) -> Session {
        self.session_of(token, |_| {})
    }

    /// The same with other settings.
    pub(super) fn session_of(&self, token: &str, change: impl FnOnce(&mut Settings)) -> Session {
        self.session_through(token, Arc::new(InProcess::of(&self.sandbox)), change)
    }

    /// This one, when the machine's clock was ahead.
    pub(super) fn session_ahead(&self, ahead: SignedDuration) -> Session {
        let mut session = self.session.clone();
        session.clock = Clock::new(clock(self.began, ahead));
        session
    }

    /// The same over something that carries requests in its own way.
    pub(super) fn session_through(
        &self,
        token: &str,
        carrier: Arc<dyn Carrier>,
        change: impl FnOnce(&mut Settings),
    ) -> Session {
        let mut settings = self.session.settings.clone();
        change(&mut settings);
        let client = Client::with_carrier(&InProcess::settings(token), carrier, Arc::new(|_| {})).expect("a client");
        let store = Store::open(&self.folder.path().join("store.db"), Access::ReadWrite).expect("a store");
        let now = clock(self.began, SignedDuration::ZERO);
        Session::new(client, store, settings, Clock::new(now), Events::ignored())
    }

    pub(super) async fn sync(&self) -> gradepush::store::CacheStatus {
        gradepush::engine::sync(&self.session, &SyncRequest::default()).await.expect("a sync").status
    }

    pub(super) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs_err::write(&path, text).expect("a file");
        path
    }

    pub(super) fn sheet(&self, text: &str) -> ScoreSheet {
        let path = self.file("scores.csv", text);
        gradepush::scores::read(vec![Input::Path(path)], &Intake::default()).expect("scores").sheet
    }

    pub(super) async fn plan(&self, sheet: &ScoreSheet) -> PlanSummary {
        self.plan_with(sheet, |_| {}).await
    }

    pub(super) async fn plan_with(&self, sheet: &ScoreSheet, change: impl FnOnce(&mut PlanOptions)) -> PlanSummary {
        let mut options = PlanOptions { use_existing: self.session.settings.use_existing, ..PlanOptions::default() };
        change(&mut options);
        self.plan_as(sheet, options, SignedDuration::from_hours(24)).await.expect("a plan")
    }

    /// Plans with a cache that may be this old.
    pub(super) async fn plan_of_age(&self, sheet: &ScoreSheet, cache_max_age: SignedDuration) -> PlanSummary {
        let options = PlanOptions { use_existing: self.session.settings.use_existing, ..PlanOptions::default() };
        self.plan_as(sheet, options, cache_max_age).await.expect("a plan")
    }

    /// Plans, whatever comes of it, and sees to it that nothing is written to Canvas.
    pub(super) async fn plan_as(
        &self,
        sheet: &ScoreSheet,
        options: PlanOptions,
        cache_max_age: SignedDuration,
    ) -> Result<PlanSummary, EngineError> {
        let written = || self.sandbox.world(|world| world.write_requests());
        let before = written();
        let request = PlanRequest { sheet, options, selection: Selection::default(), cache_max_age, note: None };
        let planned = gradepush::engine::plan(&self.session, request).await;
        assert_eq!(written(), before, "planning sent a write request");
        planned
    }

    pub(super) async fn push(&self, plan: &PlanSummary) -> RunSummary {
        self.push_with(plan, &PushOptions::default()).await.expect("a push")
    }

    pub(super) async fn push_with(&self, plan: &PlanSummary, options: &PushOptions) -> Result<RunSummary, EngineError> {
        let confirmed = confirmed(&plan.digest);
        gradepush::engine::push(&self.session, plan.id, &confirmed, options, &Stop::default()).await
    }

    /// The parts of a stored plan.
    pub(super) fn parts(&self, plan: PlanId) -> Vec<CoursePart> {
        let store = self.session.store();
        let parts = store.plan(plan).expect("the plan").parts;
        PartIndex::of_plan(parts).map(|ordinal| store.plan_part(plan, ordinal).expect("a part")).collect()
    }

    /// Class and reason of the cell that this line made.
    pub(super) fn cell_of_line(&self, plan: PlanId, line: u32) -> Option<(CellClass, Vec<&'static str>, String)> {
        let parts = self.parts(plan);
        let mut cells = parts.iter().flat_map(|part| &part.cells);
        let cell = cells.find(|cell| cell.sources.iter().any(|source| source.line == line))?;
        Some((cell.class, cell.codes.iter().map(|code| code.code()).collect(), cell.reason.to_string()))
    }

    /// All records of a run.
    pub(super) fn records(&self, run: RunId) -> Vec<CellRecord> {
        let store = self.session.store();
        let plan = store.run(run).expect("the run").plan;
        let parts = store.plan(plan).expect("the plan").parts;
        PartIndex::of_plan(parts).flat_map(|part| store.records(run, part).expect("records").into_values()).collect()
    }
}
