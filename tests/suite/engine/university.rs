//! A sandbox and the tool beside it, in one process: the real client carried by the sandbox's own router.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use gradepush::canvas::{Carrier, CarryError, CarryErrorKind, Client, ConnectionSettings, Request, Response};
use gradepush::domain::{
    CellClass, CellRecord, Confirmed, CourseIdOrigin, CoursePart, IdentityRules, PlanId, PlanOptions, RunId,
    ScoreSheet, UserIdOrigin,
};
use gradepush::engine::{
    Clock, EngineError, Events, PlanRequest, PlanSummary, PushOptions, RunSummary, Selection, Session, Settings, Stop,
    SyncRequest,
};
use gradepush::sandbox::{self, DEMO_TOKEN, Sandbox, World};
use gradepush::scores::{Input, Intake};
use gradepush::store::{Access, Store};
use jiff::{SignedDuration, Timestamp};

/// What every request goes through.
pub(super) struct InProcess(pub(super) Sandbox);

impl InProcess {
    async fn answer(&self, mut asked: sandbox::Request) -> Result<Response, CarryError> {
        asked.headers.push(("user-agent".to_owned(), "gradepush/test".to_owned()));
        asked.headers.push(("host".to_owned(), "127.0.0.1:8765".to_owned()));
        match self.0.answer(asked).await {
            Ok(reply) => Ok(Response { status: reply.status, headers: reply.headers, body: reply.body }),
            Err(lost) => Err(CarryError { kind: CarryErrorKind::Reset, sent: true, source: Some(Box::new(lost)) }),
        }
    }
}

impl Carrier for InProcess {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        let Request { method, path_and_query, headers, body } = request;
        Box::pin(self.answer(sandbox::Request { method: method.to_string(), path_and_query, headers, body }))
    }

    fn fetch<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        let request = sandbox::Request {
            method: "GET".to_owned(),
            path_and_query: format!("/{path}"),
            headers: headers.to_vec(),
            body: Vec::new(),
        };
        Box::pin(async move {
            let mut response = self.answer(request).await?;
            if response.status == 200 {
                sink.write_all(&std::mem::take(&mut response.body)).expect("a temporary file");
            }
            Ok(response)
        })
    }
}

/// A Canvas and a tool.
pub(super) struct University {
    pub(super) sandbox: Sandbox,
    pub(super) session: Session,
    folder: tempfile::TempDir,
}

/// When everything happens.
pub(super) fn noon() -> Timestamp {
    "2026-12-14T17:00:00Z".parse().expect("a time")
}

impl University {
    /// A tool whose ids are SIS course ids and logins, and which uses existing assignments.
    pub(super) fn of(world: World) -> Self {
        Self::with(world, |_| {})
    }

    pub(super) fn with(world: World, change: impl FnOnce(&mut Settings)) -> Self {
        let began = std::time::Instant::now();
        // Time passes, so that what happens later looks later.
        let now = move || noon() + SignedDuration::try_from(began.elapsed()).expect("short");
        let sandbox = Sandbox::new(world, sandbox::Options::default(), Arc::new(now));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let address: gradepush::domain::CanvasAddress = "http://127.0.0.1:8765".parse().expect("an address");
        let mut settings = Settings {
            title: "Tegrity".to_owned(),
            host: address.host().clone(),
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
        let connection = ConnectionSettings::new(address, DEMO_TOKEN.to_owned().into(), 7);
        let carrier = Arc::new(InProcess(sandbox.clone()));
        let client = Client::with_carrier(&connection, carrier, Arc::new(|_| {})).expect("a client");
        let store = Store::open(&folder.path().join("store.db"), Access::ReadWrite).expect("a store");
        let session = Session::new(client, store, settings, Clock::new(now), Events::ignored());
        Self { sandbox, session, folder }
    }

    pub(super) async fn sync(&self) -> gradepush::store::CacheStatus {
        gradepush::engine::sync(&self.session, &SyncRequest::default()).await.expect("a sync")
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
        let cache_max_age = SignedDuration::from_hours(24);
        let request = PlanRequest { sheet, options, selection: Selection::default(), cache_max_age };
        gradepush::engine::plan(&self.session, request).await.expect("a plan")
    }

    pub(super) async fn push(&self, plan: &PlanSummary) -> RunSummary {
        self.push_with(plan, &PushOptions::default()).await.expect("a push")
    }

    pub(super) async fn push_with(&self, plan: &PlanSummary, options: &PushOptions) -> Result<RunSummary, EngineError> {
        let confirmed = Confirmed::of(&plan.digest, &plan.digest).expect("the same");
        gradepush::engine::push(&self.session, plan.id, &confirmed, options, &Stop::default()).await
    }

    /// The parts of a stored plan.
    pub(super) fn parts(&self, plan: PlanId) -> Vec<CoursePart> {
        let store = self.session.store();
        let parts = store.plan(plan).expect("the plan").parts;
        (0..parts).map(|ordinal| store.plan_part(plan, ordinal).expect("a part")).collect()
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
        (0..parts).flat_map(|part| store.records(run, part).expect("records").into_values()).collect()
    }
}
