//! Stores of every version there ever was: what they hold is still read.
//!
//! `fixtures/stores/vN.sql` is a small store as version N wrote it, as text. It is frozen once a release wrote that
//! version; a type that no longer reads it needs a default or a migration, not a new fixture.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use gradepush::domain::{
    Alias, AliasKind, AliasTarget, AssignmentId, Binding, CachedCourse, CachedEnrollment, CachedLogin, CachedSection,
    CachedUser, CellIndex, CellRecord, ColumnIndex, CommentOutcome, CourseId, EnrollmentKind, EnrollmentState, Entered,
    LoginState, LostEdit, PartIndex, Points, ProgressId, RunId, SectionId, UserId, UserIdOrigin,
};
use gradepush::store::{Access, CacheScope, JobState, RecordedCell, RunEnd, Store};
use jiff::civil::date;
use rusqlite::{Connection, types::ValueRef};

use super::totals;
use super::{Fresh, QUIZ, at, column_key, commented, intended, live, production, sha256, user, written};

/// Puts something into every table.
fn fill(fresh: &Fresh) {
    let (store, host) = (&fresh.store, production());
    fill_cache(store);
    let alias = Alias {
        kind: AliasKind::Course,
        origin: "sis".to_owned(),
        from: "BIO".to_owned(),
        target: AliasTarget::Canvas(vec![1, 2]),
        note: "two sections".to_owned(),
        until: Some(date(2027, 1, 31)),
    };
    store.put_aliases(&host, &[alias]).expect("there is room");
    store.remember_identities(&host, &[(UserIdOrigin::Login, "ann", user(0))], at(1)).expect("there is room");
    let ann = CachedUser { id: user(0), name: String::new(), sortable_name: String::new(), email: None };
    store.keep_person(&host, (UserIdOrigin::Sis, "S-1"), &ann, at(1)).expect("there is room");

    let run = fresh.run(&host, &[(1, 3), (2, 1)]);
    fresh.plan(&host, &[(1, 1)]);
    let binding = Binding {
        key: column_key("1"),
        course: CourseId(1),
        assignment: QUIZ,
        assignment_created_at: Some(at(2)),
        name: "Quiz 1".to_owned(),
        points_possible: Some(Points::whole(10)),
        bound_at: at(3),
        created_by_run: Some(run),
    };
    store
        .intend_assignment(run, PartIndex(0), ColumnIndex(0), Some(AssignmentId(699)), at(2))
        .expect("the run is there");
    store.assignment_created(run, PartIndex(0), ColumnIndex(0), &binding, at(3)).expect("it was intended");
    let job = store.record_intent(run, PartIndex(0), &[intended(0), commented(1)], at(4)).expect("the run is there");
    store.record_reply(job, ProgressId(55), Some("req-1"), at(5)).expect("the job is there");
    store.record_job_end(job, JobState::Completed, Some("done"), at(6)).expect("the job is there");
    let commented = RecordedCell {
        record: CellRecord {
            comment: Some(CommentOutcome::Sent),
            overwrote: vec![LostEdit {
                entered: Some(Entered::Excused),
                grader: Some(UserId(77)),
                graded_at: Some(at(3)),
            }],
            reason: Some("a reason".to_owned()),
            request_id: Some("req-1".to_owned()),
            ..written(1).record
        },
        comment_sha256: Some(sha256(1)),
        ..written(1)
    };
    store.record_cells(run, PartIndex(0), &[written(0), commented], at(7)).expect("the run is there");
    store.record_intent(run, PartIndex(1), &[intended(0)], at(8)).expect("the run is there");
    let end = RunEnd {
        at: at(9),
        requests: 12,
        throttled: 1,
        waited: std::time::Duration::from_millis(250),
        took: std::time::Duration::from_millis(1500),
        stopped: Some("interrupted".to_owned()),
    };
    store.end_run(run, &end).expect("the run is there");
}

fn fill_cache(store: &Store) {
    let load = store.begin_cache_load(&production(), "report", CacheScope::Whole).expect("a load");
    let gather = || {
        load.add_user(&CachedUser {
            id: user(0),
            name: "Ann Example".to_owned(),
            sortable_name: "Example, Ann".to_owned(),
            email: Some("ann@example.edu".to_owned()),
        })?;
        load.add_login(&CachedLogin {
            user: user(0),
            unique_id: Some("ann".to_owned()),
            sis_user_id: None,
            state: LoginState::Suspended,
        })?;
        load.add_course(&CachedCourse {
            id: CourseId(1),
            sis_course_id: Some("BIO".to_owned()),
            name: "Biology".to_owned(),
            course_code: "B".to_owned(),
            workflow_state: "available".to_owned(),
            account: None,
            term: None,
        })?;
        load.add_section(&CachedSection {
            id: SectionId(10),
            course: CourseId(1),
            sis_section_id: None,
            name: "Section".to_owned(),
            cross_listed_from: Some(CourseId(2)),
        })?;
        load.add_enrollment(&CachedEnrollment {
            course: CourseId(1),
            user: user(0),
            section: None,
            kind: EnrollmentKind::TestStudent,
            state: EnrollmentState::Invited,
        })
    };
    gather().expect("there is room");
    load.finish(true, 3, at(0)).expect("there is room");
}

/// All that can be read from the store, as one text.
fn everything(store: &Store) -> String {
    let (host, run, course) = (production(), RunId(1), CourseId(1));
    let plan = store.plans(None).expect("plans").pop().expect("a plan").id;
    let found = store.find_in_cache(&host, "", 10).expect("the cache");
    let status = store.cache_status(&host).expect("the cache");
    let enrollments = store.enrollments(&host, course).expect("enrollments");
    let identity = store.remembered_identity(&host, UserIdOrigin::Login, "ANN").expect("identities");
    let (aliases, bindings) = (store.aliases(&host).expect("aliases"), store.bindings(&host).expect("the map"));
    let (plans, runs) = (store.plans(None).expect("plans"), store.runs(None).expect("runs"));
    let parts =
        [store.plan_part(plan, PartIndex(0)).expect("a part"), store.plan_part(plan, PartIndex(1)).expect("a part")];
    let (jobs, created) = (store.jobs(run).expect("jobs"), store.created_assignments(run).expect("assignments"));
    let records =
        [store.records(run, PartIndex(0)).expect("records"), store.records(run, PartIndex(1)).expect("records")];
    let pushed = &store.last_pushed(&host, course).expect("what was pushed")[&(QUIZ, user(1))];
    let by = store.pushed_since(plan, course).expect("what was pushed")[&(QUIZ, user(1))];
    let comments = store.comments_sent(&host, course).expect("comments");
    let totals = store.part_totals(plan).expect("totals");
    let counts = (store.run_counts(run).expect("counts"), store.comment_counts(run).expect("counts"));
    format!(
        "{found:#?}\n{status:#?}\n{enrollments:#?}\n{identity:?}\n{aliases:#?}\n{bindings:#?}\n{plans:#?}\n{runs:#?}\n\
         {parts:#?}\n{jobs:#?}\n{created:#?}\n{records:#?}\n{pushed:#?}\n{by:?}\n{comments:?}\n\
         {totals:#?}\n{counts:#?}\n"
    )
}

fn fixture(version: usize) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/stores/v{version}.sql"))
}

/// The store that this version wrote, opened by today's.
fn opened(fresh: &Fresh, version: usize) -> Store {
    let path = fresh.directory.path().join(format!("v{version}.db"));
    let text = fs_err::read_to_string(fixture(version)).expect("the fixture");
    Connection::open(&path).and_then(|file| file.execute_batch(&text)).expect("the fixture is SQL");
    Store::open(&path, Access::ReadWrite).expect("it is brought up to date")
}

#[test]
fn a_store_of_every_version_is_still_read() {
    let fresh = Fresh::new();
    fill(&fresh);
    for version in [1, 2, 3, 4, 5] {
        let old = opened(&fresh, version);
        assert_eq!(everything(&old), everything(&fresh.store), "version {version}");
        assert_eq!(
            old.records(RunId(1), PartIndex(0)).unwrap()[&CellIndex(1)].live,
            Some(live(1)),
            "and the texts are not both empty"
        );
        assert_eq!(old.check().unwrap(), Vec::<String>::new());
        old.plans(None).unwrap().iter().for_each(|plan| totals::check(&old, plan.id));
        old.record_cells(RunId(1), PartIndex(1), &[written(0)], at(10)).unwrap();
        old.plans(None).unwrap().iter().for_each(|plan| totals::check(&old, plan.id));
    }
}

#[test]
fn what_version_1_pushed_is_older_than_any_plan_made_now() {
    let fresh = Fresh::new();
    let old = opened(&fresh, 1);
    let earlier = old.plans(None).unwrap()[0].id;
    assert!(!old.pushed_since(earlier, CourseId(1)).unwrap().is_empty(), "by the clock, as there is nothing else");
    let now = Fresh::plan_in(&old, &production(), &[(1, 1)]);
    assert!(old.pushed_since(now, CourseId(1)).unwrap().is_empty());
    old.record_cells(RunId(1), PartIndex(0), &[written(0)], at(-1_000_000)).unwrap();
    for plan in [earlier, now] {
        assert!(old.pushed_since(plan, CourseId(1)).unwrap().contains_key(&(QUIZ, user(0))), "{plan}");
    }
}

/// Not a test: writes the fixture of a version that no release wrote yet.
#[test]
#[ignore = "writes the fixture"]
fn write_the_fixture_of_version_5() {
    let fresh = Fresh::new();
    fill(&fresh);
    fs_err::write(fixture(5), dump(&Connection::open(fresh.store.path()).unwrap())).unwrap();
}

/// The database as SQL text.
fn dump(connection: &Connection) -> String {
    let number = |pragma: &str| -> i64 { connection.pragma_query_value(None, pragma, |row| row.get(0)).expect("it") };
    let mut text = format!(
        "PRAGMA application_id = {};\nPRAGMA user_version = {};\n",
        number("application_id"),
        number("user_version")
    );
    let list = |select: &str| -> Vec<String> {
        let mut statement = connection.prepare(select).expect("the schema is readable");
        let rows = statement.query_map([], |row| row.get(0)).expect("the schema is readable");
        rows.map(|row| row.expect("a text")).collect()
    };
    for schema in list("SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'") {
        writeln!(text, "{schema}").expect("a String takes everything");
    }
    // In the order of their creation, so that a row's parent is there before it.
    for table in list("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'") {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).expect("a table");
        let columns = statement.column_count();
        let mut rows = statement.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let values = (0..columns).map(|column| literal(row.get_ref(column).expect("a value")));
            writeln!(text, "INSERT INTO {table} VALUES ({});", values.collect::<Vec<_>>().join(", "))
                .expect("a String takes everything");
        }
    }
    text
}

fn literal(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => format!("'{}'", String::from_utf8_lossy(text).replace('\'', "''")),
        ValueRef::Blob(bytes) => {
            let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("x'{}'", digits.concat())
        }
    }
}
