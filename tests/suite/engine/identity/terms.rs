//! Which terms a sync covers, and what it does when a report fails.

use gradepush::canvas::{AccountRef, CanvasError, ReportParameters};
use gradepush::domain::{AccountId, FindingCode, LoginState, TermId, UserIdOrigin};
use gradepush::engine::{EngineError, FromLists, SyncPart, SyncRequest, SyncSource, Synced};
use gradepush::sandbox::{Fault, Faults, Options, ReportFate, Rule, World};
use serde_json::{Value, json};

use super::super::university::University;
use super::world::{answer, course, person, resolve, sheet, student, world};

const DEFAULT: i64 = 1;
pub(super) const FALL: i64 = 2;

/// A default term without dates, one that is under way, one that is over and one that is to come, with a course each;
/// somebody with two logins, and somebody whose login is suspended.
fn years() -> World {
    let mut suspended = person(109, "Gone Girl", "", &[("gone", "S-9")]);
    suspended["logins"][0]["suspended"] = json!(true);
    let people = json!([person(104, "Amara Okafor", "", &[("okafor", "S-4"), ("aokafor.med", "S-4b")]), suspended]);
    let of_term = |id: i64, sis: &str, term: i64| {
        let mut course = course(id, sis, &[student(104), student(109)]);
        course["enrollment_term_id"] = json!(term);
        course
    };
    let courses = json!([
        of_term(500, "C-DEFAULT", DEFAULT),
        of_term(501, "C-FALL", FALL),
        of_term(502, "C-SPRING", 3),
        of_term(503, "C-NEXT", 4)
    ]);
    let mut saved: Value = serde_json::from_str(&world(&people, &courses).to_json()).expect("a world is JSON");
    saved["accounts"] = json!([
        {"id": 1, "name": "Lakeshore", "admins": [{"user_id": 501}]},
        {"id": 9, "name": "Engineering", "parent_account_id": 1},
    ]);
    saved["terms"] = json!([
        {"id": DEFAULT, "name": "Default Term"},
        {"id": FALL, "name": "Fall 2026", "start_at": "2026-08-24T04:00:00Z", "end_at": "2026-12-19T04:59:59Z"},
        {"id": 3, "name": "Spring 2026", "start_at": "2026-01-10T05:00:00Z", "end_at": "2026-05-20T04:00:00Z"},
        {"id": 4, "name": "Spring 2027", "start_at": "2027-01-10T05:00:00Z", "end_at": "2027-05-20T04:00:00Z"},
    ]);
    World::from_json(&saved.to_string()).expect("a world")
}

pub(super) fn university() -> University {
    University::with(years(), |settings| settings.user_id_origin = UserIdOrigin::Login)
}

async fn sync(university: &University, request: SyncRequest<'_>) -> Result<Synced, EngineError> {
    gradepush::engine::sync(&university.session, &request).await
}

/// The courses in the cache, by SIS id.
pub(super) fn courses(university: &University) -> Vec<String> {
    let host = &university.session.settings.host;
    let found = university.session.store().find_in_cache(host, "C-", 50).expect("readable").courses;
    found.into_iter().map(|found| found.course.sis_course_id.expect("a SIS id")).collect()
}

/// How often Canvas was asked this way, with this status.
fn asked(university: &University, method: &str, path: &str, status: u16) -> usize {
    university.sandbox.world(|world| {
        let fits = |served: &&gradepush::sandbox::Served| {
            served.method == method && served.path.starts_with(path) && served.status == status
        };
        world.requests().iter().filter(fits).count()
    })
}

/// The report that a chosen fate struck, as the term whose courses came from the lists.
fn fall() -> SyncPart {
    SyncPart::Term { id: TermId(FALL), name: Some("Fall 2026".to_owned()) }
}

const REPORTS: &str = "/api/v1/accounts/self/reports/provisioning_csv";

#[tokio::test(start_paused = true)]
async fn each_term_that_is_active_now_has_a_report_and_the_people_have_one() {
    let university = university();
    let Synced { status, from_lists, refused: _, kept_for: _, token_user: _ } =
        sync(&university, SyncRequest::default()).await.expect("a sync");
    assert_eq!(courses(&university), ["C-DEFAULT", "C-FALL"], "those that ended or are to come are left out");
    assert_eq!(asked(&university, "POST", REPORTS, 200), 3, "two terms and the people");
    assert_eq!(asked(&university, "GET", "/api/v1/accounts/self/courses", 200), 0, "no list was needed");
    assert_eq!((status.source.as_str(), status.complete_logins, from_lists), ("report", true, Vec::new()));
    assert_eq!((status.users, status.logins, status.enrollments), (3, 4, 4));
    assert_eq!(status.covers, "courses of active terms (Default Term, Fall 2026)");
    assert_eq!(university.sandbox.world(|world| world.reports_left()), 0, "each was deleted in Canvas");
}

#[tokio::test(start_paused = true)]
async fn one_term_or_all_of_them_can_be_chosen() {
    for (request, known, reports) in [
        (SyncRequest { term: Some(TermId(3)), ..SyncRequest::default() }, &["C-SPRING"][..], 2),
        (SyncRequest { all_terms: true, ..SyncRequest::default() }, &["C-DEFAULT", "C-FALL", "C-NEXT", "C-SPRING"], 1),
    ] {
        let university = university();
        let status = sync(&university, request).await.expect("a sync").status;
        assert_eq!(
            (courses(&university), status.users, status.complete_logins),
            (known.iter().map(|id| (*id).to_owned()).collect(), 3, true)
        );
        assert_eq!(asked(&university, "POST", REPORTS, 200), reports, "{known:?}");
        assert_eq!(asked(&university, "GET", "/api/v1/accounts/self/terms", 200), 0, "no term had to be looked for");
    }
}

#[tokio::test(start_paused = true)]
async fn a_term_whose_report_fails_comes_from_the_lists_and_the_people_keep_all_their_logins() {
    for fate in [ReportFate::Fails, ReportFate::NeverEnds] {
        let university = university();
        university.sandbox.world(|world| world.set_report_fate(Some(FALL), fate));
        let began = tokio::time::Instant::now();
        let Synced { status, from_lists, refused: _, kept_for: _, token_user: _ } =
            sync(&university, SyncRequest::default()).await.expect("a sync");
        assert_eq!(courses(&university), ["C-DEFAULT", "C-FALL"], "{fate:?}");
        let [FromLists { part, reason }] = from_lists.as_slice() else { panic!("{fate:?}: {from_lists:?}") };
        assert_eq!(*part, fall());
        let (said, hours) = match fate {
            ReportFate::Fails => ("Generating the report, Provisioning, failed.", 0),
            ReportFate::NeverEnds => ("it had not ended after 2 hours", 2),
        };
        assert!(reason.contains(said) && began.elapsed().as_secs() / 3600 == hours, "{fate:?}: {reason}");
        assert_eq!((status.source.as_str(), status.complete_logins), ("report", true), "{fate:?}");
        assert_eq!(status.covers, "courses of active terms (Default Term, Fall 2026 from lists)");
        assert_eq!(university.sandbox.world(|world| world.reports_left()), 0, "{fate:?}");
        // The lists would show one login of each, and as active.
        let found = university.session.store().find_in_cache(&university.session.settings.host, "gone", 9);
        let logins = &found.expect("readable").users[0].logins;
        assert_eq!(logins.iter().map(|login| login.state).collect::<Vec<_>>(), [LoginState::Suspended], "{fate:?}");
        let sheet = sheet(&university, &[("C-FALL", "aokafor.med"), ("C-FALL", "gone"), ("C-DEFAULT", "okafor")]);
        let summary = resolve(&university, &sheet);
        assert_eq!((answer(&summary, "aokafor.med"), answer(&summary, "okafor")), (Ok(104), Ok(104)), "{fate:?}");
        assert_eq!(answer(&summary, "gone"), Err(FindingCode::UserUnresolved), "{fate:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_report_of_the_people_the_cache_says_that_logins_may_be_hidden() {
    let university = university();
    university.sandbox.world(|world| world.set_report_fate(None, ReportFate::Fails));
    let Synced { status, from_lists, refused: _, kept_for: _, token_user: _ } =
        sync(&university, SyncRequest::default()).await.expect("a sync");
    assert_eq!(from_lists.iter().map(|one| one.part.clone()).collect::<Vec<_>>(), [SyncPart::People]);
    assert_eq!((status.source.as_str(), status.complete_logins), ("report", false));
    assert_eq!((status.users, status.logins, status.courses, status.enrollments), (3, 3, 2, 4));
}

#[tokio::test(start_paused = true)]
async fn when_every_report_fails_the_lists_show_the_same_courses() {
    let everything = SyncRequest { all_terms: true, ..SyncRequest::default() };
    for (request, known) in [(SyncRequest::default(), 2), (everything, 4)] {
        let university = university();
        for term in [None, Some(DEFAULT), Some(FALL)] {
            university.sandbox.world(|world| world.set_report_fate(term, ReportFate::Fails));
        }
        let all_terms = request.all_terms;
        let Synced { status, from_lists, refused: _, kept_for: _, token_user: _ } =
            sync(&university, request).await.expect("a sync");
        assert_eq!((status.source.as_str(), status.complete_logins, status.courses), ("rest", false, known));
        assert_eq!((status.users, status.enrollments), (3, 2 * known));
        let parts: Vec<SyncPart> = from_lists.into_iter().map(|one| one.part).collect();
        let default = SyncPart::Term { id: TermId(DEFAULT), name: Some("Default Term".to_owned()) };
        let all = if all_terms { vec![SyncPart::Everything] } else { vec![SyncPart::People, default, fall()] };
        assert_eq!(parts, all);
    }
}

#[tokio::test(start_paused = true)]
async fn the_report_and_nothing_else_fails_as_a_whole_and_leaves_the_cache_and_no_report() {
    let university = university();
    let before = sync(&university, SyncRequest::default()).await.expect("a sync").status;
    university.sandbox.world(|world| world.set_report_fate(Some(FALL), ReportFate::Fails));
    let strict = SyncRequest { source: SyncSource::Report, ..SyncRequest::default() };
    let error = sync(&university, strict).await.expect_err("its report failed");
    assert!(matches!(&error, EngineError::ReportFailed { part, .. } if *part == fall()), "{error}");
    assert!(error.to_string().starts_with("the provisioning report of the courses of Fall 2026 (term 2) failed: "));
    let host = &university.session.settings.host;
    assert_eq!(university.session.store().cache_status(host).expect("readable"), Some(before));
    assert_eq!(university.sandbox.world(|world| world.reports_left()), 0);
}

#[tokio::test(start_paused = true)]
async fn a_term_that_canvas_does_not_know_is_an_error_and_leaves_no_report() {
    let university = university();
    let unknown = SyncRequest { term: Some(TermId(77)), ..SyncRequest::default() };
    let error = sync(&university, unknown).await.expect_err("no such term");
    let EngineError::Canvas(CanvasError::Rejected { message, .. }) = &error else { panic!("{error}") };
    assert_eq!(message, "invalid enrollment_term_id '77'");
    assert_eq!(asked(&university, "DELETE", REPORTS, 200), 1, "that of the people had been started");
}

#[tokio::test(start_paused = true)]
async fn a_term_that_the_lists_do_not_know_is_an_error_that_names_it() {
    let unknown = Rule::new("GET", "/api/v1/accounts/*/courses", Fault::Status { code: 404, executed: false });
    let options = Options { faults: Faults { rules: vec![unknown], ..Faults::default() }, ..Options::default() };
    let university = University::served(years(), options, |_| {});
    let request = SyncRequest { term: Some(TermId(77)), source: SyncSource::Rest, ..SyncRequest::default() };
    let error = sync(&university, request).await.expect_err("no such term");
    assert!(matches!(error, EngineError::NoSuchTerm(TermId(77))), "{error}");
    assert_eq!(error.to_string(), "Canvas knows no term 77, or not for this token");
}

#[tokio::test(start_paused = true)]
async fn an_equal_report_that_still_waits_is_taken_over() {
    let university = university();
    let reports = university.session.reports();
    let of = |tables: &[&'static str], term: Option<i64>| ReportParameters {
        tables: tables.to_vec(),
        enrollment_term_id: term.map(TermId),
        include_deleted: true,
    };
    // A sync that was cut off left the last of these behind; the others keep it waiting.
    let left = of(&["courses", "sections", "enrollments", "xlist"], Some(FALL));
    let others: [&[&'static str]; 5] =
        [&["accounts"], &["terms"], &["accounts", "terms"], &["users", "accounts"], &["users", "terms"]];
    for parameters in others.into_iter().map(|tables| of(tables, None)).chain([left]) {
        reports.start(&AccountRef::Root, "provisioning_csv", &parameters).await.expect("started");
    }
    let synced = sync(&university, SyncRequest::default()).await.expect("a sync");
    assert_eq!(
        (synced.from_lists, courses(&university)),
        (Vec::new(), vec!["C-DEFAULT".to_owned(), "C-FALL".to_owned()])
    );
    assert_eq!(asked(&university, "POST", REPORTS, 409), 1);
    assert_eq!(university.sandbox.world(|world| world.reports_left()), 5, "it is deleted, and other people's stay");
}

#[tokio::test(start_paused = true)]
async fn where_no_term_is_active_the_sync_says_so() {
    let mut saved: Value = serde_json::from_str(&years().to_json()).expect("a world is JSON");
    saved["terms"].as_array_mut().expect("a list").retain(|term| term["id"] != DEFAULT && term["id"] != FALL);
    let ended = World::from_json(&saved.to_string()).expect("a world");
    let university = University::of(ended);
    let error = sync(&university, SyncRequest::default()).await.expect_err("nothing to cover");
    assert!(matches!(error, EngineError::NoActiveTerm), "{error}");
    let chosen = SyncRequest { term: Some(TermId(3)), ..SyncRequest::default() };
    sync(&university, chosen).await.expect("a chosen term needs not be active");
}

#[tokio::test(start_paused = true)]
async fn terms_are_asked_of_the_root_account_and_reports_of_the_connectors() {
    let university = University::with(years(), |settings| settings.account = Some(AccountId(9)));
    sync(&university, SyncRequest::default()).await.expect("a sync");
    assert_eq!(asked(&university, "GET", "/api/v1/accounts/1/terms", 200), 1);
    assert_eq!(asked(&university, "POST", "/api/v1/accounts/9/reports/provisioning_csv", 200), 3);
    assert_eq!(courses(&university), Vec::<String>::new(), "it has no course of its own");
}
