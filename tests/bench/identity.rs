//! Resolving a term of a large university: 60,000 people with 66,000 logins, 8,000 courses, 300,000 enrollments.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use divan::Bencher;
use futures_util::future::BoxFuture;
use gradepush::canvas::{Carrier, CarryError, Client, ConnectionSettings, Method, Request, Response};
use gradepush::domain::{
    AssignmentKey, Beside, CanvasAddress, Column, ColumnKey, CourseIdOrigin, Exactness, IdentityRules, Score,
    ScoreSheet, SentPerson, Source, UserIdOrigin,
};
use gradepush::engine::{Clock, Events, Register, Selection, Session, Settings, SyncRequest, resolve, sync};
use gradepush::store::{Access, Store};
use jiff::Timestamp;
use jiff::civil::date;

const PEOPLE: i64 = 60_000;
const FIRST_PERSON: i64 = 100_000;
const COURSES: i64 = 8_000;
const ENROLLMENTS: i64 = 300_000;

fn main() {
    divan::main();
}

fn settings() -> Settings {
    let address: CanvasAddress = "https://canvas.example.edu".parse().expect("an address");
    Settings {
        title: "Tegrity".to_owned(),
        host: address.host().clone(),
        account: None,
        user_id_origin: UserIdOrigin::Login,
        course_id_origin: CourseIdOrigin::Sis,
        rules: IdentityRules::default(),
        time_zone: None,
        use_existing: false,
        own_graders: Vec::new(),
        own_grader_self: false,
    }
}

const FIRST: [&str; 40] = [
    "Ada", "Amara", "Ayşe", "Bao", "Björn", "Camila", "Chidi", "Dana", "Elif", "Emily", "Fatima", "Grace", "Hana",
    "Igor", "Ines", "Jun", "José", "Kwame", "Lakshmi", "Lena", "Marcus", "Mei", "Nayeli", "Noah", "Olga", "Oisín",
    "Priya", "Piotr", "Quinn", "Rosa", "Søren", "Siobhán", "Tanisha", "Thiago", "Uma", "Viktor", "Wei", "Yuki",
    "Yusuf", "Zoe",
];

/// A name that about forty people share one half of, and a few both.
fn name(number: i64) -> String {
    let first = FIRST[usize::try_from(number).expect("small") % FIRST.len()];
    let syllables = ["ka", "lin", "mor", "ben", "to", "ras", "vel", "din", "su", "gar"];
    let mut rest = number / 3 + 7;
    let mut last = String::new();
    for _ in 0..4 {
        last += syllables[usize::try_from(rest % 10).expect("one digit")];
        rest /= 10;
    }
    format!("{first} {}{}", last[..1].to_uppercase(), &last[1..])
}

/// The provisioning report of this university, as Canvas writes it (`canvas-contract §F1`).
fn report() -> Vec<u8> {
    let mut users = "canvas_user_id,user_id,login_id,full_name,sortable_name,email,status\n".to_owned();
    for number in 0..PEOPLE {
        let (id, name) = (FIRST_PERSON + number, name(number));
        for second in 0..=i64::from(number % 10 == 0) {
            let login = format!("login{second}{number}");
            writeln!(users, "{id},{second}{number:07},{login},{name},{name},p{number}@example.edu,active")
                .expect("text");
        }
    }
    let mut courses =
        "canvas_course_id,course_id,short_name,long_name,canvas_account_id,canvas_term_id,status\n".to_owned();
    let mut sections = "canvas_section_id,section_id,canvas_course_id,name,status\n".to_owned();
    for number in 0..COURSES {
        let id = number + 1;
        writeln!(courses, "{id},C-{number}-F26,C {number},Course {number},1,1,active").expect("text");
        writeln!(sections, "{id}0,C-{number}-F26-01,{id},01,active").expect("text");
    }
    let mut enrollments = "canvas_course_id,canvas_user_id,role,canvas_section_id,status,base_role_type\n".to_owned();
    for number in 0..ENROLLMENTS {
        // Five courses each, never one twice.
        let person = number / 5;
        let (course, user) = ((person + number % 5 * 1601) % COURSES + 1, FIRST_PERSON + person);
        writeln!(enrollments, "{course},{user},student,{course}0,active,StudentEnrollment").expect("text");
    }
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (table, rows) in [("users", users), ("courses", courses), ("sections", sections), ("enrollments", enrollments)]
    {
        archive.start_file(format!("{table}.csv"), zip::write::SimpleFileOptions::default()).expect("an entry");
        archive.write_all(rows.as_bytes()).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

/// A Canvas that has this report ready, and nothing else.
struct Ready(Vec<u8>);

impl Carrier for Ready {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        let body = match request.method {
            Method::Get => r#"{"read_reports": true, "read_roster": true}"#,
            Method::Post | Method::Put => include_str!("../../fixtures/canvas/report_poll.json"),
            Method::Delete => include_str!("../../fixtures/canvas/report_delete.json"),
        };
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Box::pin(std::future::ready(Ok(Response { status: 200, headers, body: body.as_bytes().to_vec() })))
    }

    fn fetch<'a>(
        &'a self,
        _url: &'a str,
        _headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        sink.write_all(&self.0).expect("a temporary file");
        Box::pin(std::future::ready(Ok(Response { status: 200, ..Response::default() })))
    }
}

/// Fills the cache of this store from the report.
fn fill(path: &Path, report: &[u8]) {
    let address = "https://canvas.example.edu".parse().expect("an address");
    let connection = ConnectionSettings::new(address, "token".to_owned().into(), 7);
    let client =
        Client::with_carrier(&connection, Arc::new(Ready(report.to_vec())), Arc::new(|_| {})).expect("a client");
    let store = Store::open(path, Access::ReadWrite).expect("a store");
    let clock = Clock::new(|| Timestamp::UNIX_EPOCH);
    let session = Session::new(client, store, settings(), clock, Events::ignored());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let everything = SyncRequest { all_terms: true, ..SyncRequest::default() };
    let held = runtime.block_on(sync(&session, &everything)).expect("a sync").status;
    assert_eq!((held.logins, held.enrollments), (66_000, 300_000), "the report is read whole");
}

/// One filled store for all benchmarks that read; the folder lives as long as the process.
fn filled() -> &'static Store {
    static STORE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = STORE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        fill(&path, &report());
        (folder, path)
    });
    Box::leak(Box::new(Store::open(path, Access::ReadWrite).expect("a store")))
}

/// So many rows over all courses; every id named by `user` of the row's number.
fn sheet(rows: i64, user: impl Fn(i64) -> (Arc<str>, Option<Box<SentPerson>>)) -> ScoreSheet {
    let columns = (0..COURSES).map(|number| Column {
        key: ColumnKey {
            customer_number: "".into(),
            provider_id: "".into(),
            course_id: format!("C-{number}-F26").into(),
            assignment: AssignmentKey::Id("1".into()),
        },
        item: None,
        canvas: None,
        exactness: Exactness::AsSent,
        contradicted: None,
    });
    let mut sheet = ScoreSheet { columns: columns.collect(), ..ScoreSheet::default() };
    for number in 0..rows {
        let (id, person) = user(number);
        let source = Source { file: 0, line: u32::try_from(number).expect("small") + 2 };
        let user = sheet.users.place(&id, None, source);
        sheet.scores.push(Score {
            source,
            column: u32::try_from(number % COURSES).expect("small"),
            user,
            received: "1".into(),
            beside: Beside { person, ..Beside::default() }.if_any(),
        });
    }
    sheet
}

fn run(store: &Store, sheet: &ScoreSheet) -> u64 {
    let settings = settings();
    let register = Register::load(store, &settings, date(2026, 12, 14)).expect("a cache");
    resolve(&register, store, sheet, &Selection::default()).expect("a resolution").rows
}

/// From the downloaded ZIP to the swapped cache.
#[divan::bench(sample_count = 3)]
fn sync_from_the_report(bencher: Bencher<'_, '_>) {
    let report = report();
    bencher.with_inputs(|| tempfile::tempdir().expect("a folder")).bench_values(|folder| {
        fill(&folder.path().join("store.db"), &report);
        folder
    });
}

#[divan::bench(sample_count = 5)]
fn load_and_resolve_one_row(bencher: Bencher<'_, '_>) {
    let (store, sheet) = (filled(), sheet(1, |_| ("login00".into(), None)));
    bencher.bench_local(|| run(black_box(store), black_box(&sheet)));
}

#[divan::bench(sample_count = 5)]
fn load_and_resolve_a_million_rows(bencher: Bencher<'_, '_>) {
    let ids: Vec<Arc<str>> = (0..PEOPLE).map(|number| format!("login0{number}").into()).collect();
    let id = |number: i64| (ids[usize::try_from(number % PEOPLE).expect("small")].clone(), None);
    let (store, sheet) = (filled(), sheet(1_000_000, id));
    bencher.bench_local(|| run(black_box(store), black_box(&sheet)));
}

#[divan::bench(sample_count = 5)]
fn load_and_suggest_for_five_hundred_unmatched(bencher: Bencher<'_, '_>) {
    let unmatched = |number: i64| {
        let person = SentPerson { name: Some(name(number * 97 % PEOPLE).into()), ..SentPerson::default() };
        let misspelt = number % 3 == 0;
        let id = if misspelt { format!("lgoin0{}", number * 97 % PEOPLE) } else { format!("login0{number}") };
        (id.into(), Some(Box::new(person)))
    };
    let (store, sheet) = (filled(), sheet(1_500, unmatched));
    bencher.bench_local(|| run(black_box(store), black_box(&sheet)));
}
