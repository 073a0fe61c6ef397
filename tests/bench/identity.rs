//! Resolving a term of a large university: 60,000 people with 66,000 logins, 8,000 courses, 300,000 enrollments.

use std::hint::black_box;
use std::sync::{Arc, OnceLock};

use divan::Bencher;
use gradepush::domain::{
    AssignmentKey, CachedCourse, CachedEnrollment, CachedLogin, CachedUser, CanvasAddress, Column, ColumnKey, CourseId,
    CourseIdOrigin, EnrollmentKind, EnrollmentState, IdentityRules, LoginState, Score, ScoreSheet, SentPerson, Source,
    UserId, UserIdOrigin,
};
use gradepush::engine::{Selection, Settings, resolve};
use gradepush::store::{Access, CacheScope, Store};
use jiff::Timestamp;
use jiff::civil::date;

const PEOPLE: i64 = 60_000;
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

fn fill(store: &Store) {
    let load = store.begin_cache_load(&settings().host, "report", CacheScope::Whole).expect("a load");
    for number in 0..PEOPLE {
        let user = UserId(100_000 + number);
        let name = name(number);
        let email = Some(format!("p{number}@example.edu"));
        load.add_user(&CachedUser { id: user, sortable_name: name.clone(), name, email }).expect("room");
        for second in 0..=i64::from(number % 10 == 0) {
            let unique_id = Some(format!("login{second}{number}"));
            let sis_user_id = Some(format!("{second}{number:07}"));
            load.add_login(&CachedLogin { user, unique_id, sis_user_id, state: LoginState::Active }).expect("room");
        }
    }
    for number in 0..COURSES {
        let course = CachedCourse {
            id: CourseId(number + 1),
            sis_course_id: Some(format!("C-{number}-F26")),
            name: format!("Course {number}"),
            course_code: format!("C {number}"),
            workflow_state: "available".to_owned(),
            account: None,
            term: None,
        };
        load.add_course(&course).expect("room");
    }
    for number in 0..ENROLLMENTS {
        let (kind, state) = (EnrollmentKind::Student, EnrollmentState::Active);
        let (course, user) = (CourseId(number % COURSES + 1), UserId(100_000 + number % PEOPLE));
        load.add_enrollment(&CachedEnrollment { course, user, section: None, kind, state }).expect("room");
    }
    load.finish(true, 6, Timestamp::UNIX_EPOCH).expect("room");
}

/// One filled store for all benchmarks that read; the folder lives as long as the process.
fn filled() -> &'static Store {
    static STORE: OnceLock<(tempfile::TempDir, std::path::PathBuf)> = OnceLock::new();
    let (_, path) = STORE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        fill(&Store::open(&path, Access::ReadWrite).expect("a store"));
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
    });
    let score = |number: i64| {
        let (user_id, person) = user(number);
        Score {
            source: Source { file: 0, line: u32::try_from(number).expect("small") + 2 },
            column: u32::try_from(number % COURSES).expect("small"),
            user_id,
            received: "1".into(),
            submitted: None,
            comment: None,
            person,
        }
    };
    ScoreSheet { columns: columns.collect(), scores: (0..rows).map(score).collect(), ..ScoreSheet::default() }
}

fn run(store: &Store, sheet: &ScoreSheet) -> u64 {
    let today = date(2026, 12, 14);
    resolve(store, &settings(), sheet, &Selection::default(), today).expect("a resolution").rows
}

#[divan::bench(sample_count = 3)]
fn fill_the_cache(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(|| tempfile::tempdir().expect("a folder")).bench_values(|folder| {
        fill(&Store::open(&folder.path().join("store.db"), Access::ReadWrite).expect("a store"));
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
        let known = number % 3 == 0;
        let id = if known { format!("lgoin0{}", number * 97 % PEOPLE) } else { format!("login0{number}") };
        (id.into(), Some(Box::new(person)))
    };
    let (store, sheet) = (filled(), sheet(1_500, unmatched));
    bencher.bench_local(|| run(black_box(store), black_box(&sheet)));
}
