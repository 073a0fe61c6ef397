//! How fast a term is planned and its page written: `cargo bench --bench plan`. Thirty courses of 200 students and 12
//! assignments, 72,000 cells, over a Canvas that takes 50 ms for every answer: under 10 s, and the page under 1 s.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use gradepush::canvas::{Client, ConnectionSettings};
use gradepush::domain::{
    CanvasAddress, CourseIdOrigin, CoursePart, IdentityRules, PartIndex, PlanOptions, ScoreSheet, UserIdOrigin,
};
use gradepush::engine::{Clock, Events, PlanRequest, PlanSummary, Selection, Session, Settings, SyncRequest};
use gradepush::report::{HtmlCells, HtmlReport, ReportHeader, ReportPart, Subject};
use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, Sandbox, World};
use gradepush::scores::{Input, Intake};
use gradepush::store::{Access, Store};
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;

const COURSES: usize = 30;
const STUDENTS: usize = 200;
const COLUMNS: usize = 12;
const LATENCY: Duration = Duration::from_millis(50);

fn main() {
    divan::main();
}

/// A term on a socket and the tool beside it.
struct Term {
    runtime: Runtime,
    session: Session,
    sheet: ScoreSheet,
    _folder: tempfile::TempDir,
}

static TERM: LazyLock<Term> = LazyLock::new(Term::new);

fn now() -> Timestamp {
    Timestamp::constant(1_797_000_000, 0)
}

impl Term {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let (world, text) = world();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("scores.csv");
        fs_err::write(&path, text).expect("the folder takes it");
        let sheet = gradepush::scores::read(vec![Input::Path(path)], &Intake::default()).expect("scores").sheet;
        let options = Options { latency: LATENCY, ..Options::default() };
        let sandbox = Sandbox::new(world, options, Arc::new(now));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let serving = runtime.block_on(sandbox.serve(address)).expect("a port");
        let address: CanvasAddress = format!("http://{}", serving.addr).parse().expect("an address");
        // It listens as long as the benchmark runs.
        std::mem::forget(serving);
        let settings = Settings {
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
        let connection = ConnectionSettings::new(address, DEMO_TOKEN.to_owned().into(), 7);
        let client = Client::new(&connection, Arc::new(|_| {})).expect("a client");
        let store = Store::open(&folder.path().join("store.db"), Access::ReadWrite).expect("a store");
        let session = Session::new(client, store, settings, Clock::new(now), Events::ignored());
        runtime.block_on(gradepush::engine::sync(&session, &SyncRequest::default())).expect("a sync");
        Self { runtime, session, sheet, _folder: folder }
    }

    fn plan(&self) -> PlanSummary {
        let options = PlanOptions { use_existing: true, ..PlanOptions::default() };
        let cache_max_age = SignedDuration::from_hours(24);
        let request =
            PlanRequest { sheet: &self.sheet, options, selection: Selection::default(), cache_max_age, note: None };
        let planned = self.runtime.block_on(gradepush::engine::plan(&self.session, request)).expect("a plan");
        assert_eq!(planned.counts.set, (COURSES * STUDENTS * COLUMNS) as u64);
        assert!(planned.requests <= 230, "{} requests", planned.requests);
        planned
    }
}

/// The world, and scores for every cell of it.
fn world() -> (World, String) {
    let mut world = World::with_admin(DEMO_TOKEN);
    let mut text = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
    for course in 0..COURSES {
        let id = world.add_course(&format!("Course {course}"), Some(&format!("C-{course}")));
        for column in 0..COLUMNS {
            let name = format!("Lecture {column}");
            world.add_assignment(id, NewAssignment { name, points_possible: Some(100.0), ..NewAssignment::default() });
        }
        for number in 0..STUDENTS {
            let login = format!("s{course}.{number}");
            let user = world.add_user(&format!("Student {number} of {course}"));
            world.add_login(user, &login, None);
            world.enroll(id, user, Role::Student);
            for column in 0..COLUMNS {
                let score = (number * 7 + column) % 101;
                writeln!(text, "C-{course},Lecture {column},100,{login},{score}").expect("a string takes everything");
            }
        }
    }
    (world, text)
}

/// Under 10 s, with at most 230 requests, of which 30 are the second page of each roster: people are named by login.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn a_term_is_planned(bencher: divan::Bencher<'_, '_>) {
    let term = &*TERM;
    bencher.bench_local(|| term.plan());
}

/// Under 1 s, and under 15 MB.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn its_page_is_written(bencher: divan::Bencher<'_, '_>) {
    let term = &*TERM;
    let plan = term.plan();
    let store = term.session.store();
    let stored = store.plan(plan.id).expect("the plan");
    let header = ReportHeader {
        subject: Subject::Plan { id: plan.id },
        plan: stored.header.clone(),
        digest: stored.totals.digest.clone(),
        made_at: "2026-12-14 12:00:00 -0500".to_owned(),
        counts: stored.totals.counts,
        notifications: stored.totals.notifications,
        findings: stored.totals.findings.clone(),
        tool_version: "0.1.0".to_owned(),
        part: None,
        csv_name: None,
        zone: jiff::tz::TimeZone::UTC,
    };
    bencher.bench_local(|| {
        let mut page = HtmlReport::new(&header, HtmlCells::Auto);
        for ordinal in PartIndex::of_plan(stored.parts) {
            let part: CoursePart = store.plan_part(plan.id, ordinal).expect("a part");
            page.part(&ReportPart { part: &part, records: None, names: None }).expect("memory takes everything");
        }
        let mut bytes = Vec::new();
        page.finish(&mut bytes).expect("memory takes everything");
        assert!(bytes.len() < 15_000_000, "{} bytes", bytes.len());
        bytes.len()
    });
}
