//! The sources of the cache agree, except in what one of them cannot see.

use gradepush::domain::{FindingCode, ScoreSheet, UserIdOrigin};
use gradepush::engine::{SyncRequest, SyncSource};
use gradepush::sandbox::World;
use serde_json::json;

use super::super::university::University;
use super::world::{answer, course, person, resolve, sheet, student, sync_from, world};

/// Two logins of one person, a deleted login, and people under every kind of id.
fn campus() -> World {
    let mut former = person(106, "Old Owner", "", &[("old", "RECYCLED"), ("older", "O-2")]);
    former["logins"][0]["deleted"] = json!(true);
    let mut suspended = person(109, "Gone Girl", "", &[("gone", "S-9")]);
    suspended["logins"][0]["suspended"] = json!(true);
    let people = json!([
        person(101, "Zoe Quist", "zq@example.edu", &[("zquist", "00042")]),
        person(104, "Amara Okafor", "", &[("okafor", "S-4"), ("aokafor.med", "S-4b")]),
        former,
        person(107, "New Owner", "", &[("new", "RECYCLED")]),
        person(108, "Terry Teacher", "", &[("teacher", "T-1")]),
        suspended,
    ]);
    let first = [student(101), student(104), student(109), (108, "TeacherEnrollment", "active")];
    world(&people, &json!([course(500, "C-1", &first), course(501, "C-2", &[student(106), student(107)])]))
}

const USERS: [(UserIdOrigin, [&str; 7]); 3] = [
    (UserIdOrigin::Login, ["zquist", "OKAFOR", "old", "older", "new", "teacher", "nobody"]),
    (UserIdOrigin::Sis, ["00042", "S-4", "O-2", "RECYCLED", "T-1", "42", "s-4"]),
    (UserIdOrigin::Internal, ["101", "104", "106", "107", "108", "0101", "zquist"]),
];

#[tokio::test(start_paused = true)]
async fn report_lists_and_single_courses_resolve_every_row_alike() {
    for (origin, users) in USERS {
        let university = University::with(campus(), |settings| settings.user_id_origin = origin);
        let rows: Vec<(&str, &str)> =
            users.iter().flat_map(|user| ["C-1", "C-2", "C-404"].map(|course| (course, *user))).collect();
        let sheet = sheet(&university, &rows);
        let mut answers = Vec::new();
        for (source, named) in [(SyncSource::Report, false), (SyncSource::Rest, false), (SyncSource::Rest, true)] {
            let host = university.session.settings.host.clone();
            university.session.store().clear_cache(&host).expect("it is writable");
            sync_from(&university, source, named.then_some(&sheet)).await;
            let summary = resolve(&university, &sheet);
            let found: Vec<Result<i64, FindingCode>> = users.iter().map(|user| answer(&summary, user)).collect();
            answers.push((found, summary.resolved, summary.unresolved));
        }
        assert_eq!(answers[0], answers[1], "{origin}: the report and the lists");
        assert_eq!(answers[0], answers[2], "{origin}: the report and what the sheet names");
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_that_lists_hide_is_found_by_the_report_and_by_asking_for_it() {
    let university = University::with(campus(), |settings| settings.user_id_origin = UserIdOrigin::Login);
    let sheet = sheet(&university, &[("C-1", "aokafor.med"), ("C-1", "OKAFOR"), ("C-1", "nobody")]);
    let requests = |university: &University| university.session.requests();
    for (source, named, expected) in [
        (SyncSource::Report, false, Ok(104)),
        (SyncSource::Rest, false, Err(FindingCode::UserUnresolved)),
        (SyncSource::Rest, true, Ok(104)),
    ] {
        let host = university.session.settings.host.clone();
        university.session.store().clear_cache(&host).expect("it is writable");
        let before = requests(&university);
        sync_from(&university, source, named.then_some(&sheet)).await;
        assert_eq!(answer(&resolve(&university, &sheet), "aokafor.med"), expected, "{source:?}");
        let status = university.session.store().cache_status(&host).expect("readable").expect("filled");
        assert_eq!(status.complete_logins, source == SyncSource::Report);
        if named {
            // The course, its sections and enrollments, the permissions, and the two ids no roster shows.
            assert_eq!(requests(&university) - before, 6, "known ids are not asked for");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspended_login_looks_active_in_lists_and_the_cache_says_so() {
    let university = University::with(campus(), |settings| settings.user_id_origin = UserIdOrigin::Login);
    let sheet = sheet(&university, &[("C-1", "gone"), ("C-1", "zquist")]);
    for (source, named, expected) in [
        (SyncSource::Report, false, Err(FindingCode::UserUnresolved)),
        (SyncSource::Rest, false, Ok(109)),
        (SyncSource::Rest, true, Ok(109)),
    ] {
        sync_from(&university, source, named.then_some(&sheet)).await;
        assert_eq!(answer(&resolve(&university, &sheet), "gone"), expected, "{source:?}");
        let host = &university.session.settings.host;
        let status = university.session.store().cache_status(host).expect("readable").expect("filled");
        assert_eq!(status.complete_logins, expected.is_err(), "{source:?}: what it cannot see is reported");
    }
}

#[tokio::test(start_paused = true)]
async fn an_instructor_probes_the_sheets_ids_in_their_own_course() {
    let mut world = campus();
    world.add_token(108, gradepush::sandbox::DEMO_TOKEN);
    let university = University::with(world, |settings| settings.user_id_origin = UserIdOrigin::Login);
    let sheet = sheet(&university, &[("C-1", "zquist"), ("C-1", "aokafor.med"), ("C-1", "new")]);
    sync_from(&university, SyncSource::Auto, Some(&sheet)).await;
    let summary = resolve(&university, &sheet);
    assert_eq!(answer(&summary, "new"), Err(FindingCode::UserUnresolved), "in no course of the sheet");
    assert_eq!((answer(&summary, "zquist"), answer(&summary, "aokafor.med")), (Ok(101), Ok(104)));
}

#[tokio::test(start_paused = true)]
async fn ids_of_a_gradebook_export_are_added_to_what_canvas_shows() {
    let university = University::with(campus(), |settings| settings.user_id_origin = UserIdOrigin::Login);
    let export = "Student,ID,SIS User ID,SIS Login ID,Section,Lecture 1 (5002)\n\
        \u{20}   Points Possible,,,,,100\n\
        \"Okafor, A.\",104,S-4b,aokafor.med,01,\n\
        \"Guest, Una\",900,,guest,01,5\n";
    let input = gradepush::scores::Input::Path(university.file("gradebook.csv", export));
    let exported = gradepush::scores::gradebook_people(input).expect("an export");
    assert_eq!((exported.len(), exported[1].0.name.as_str()), (2, "Una Guest"));
    let request = SyncRequest { source: SyncSource::Rest, exported, ..SyncRequest::default() };
    gradepush::engine::sync(&university.session, &request).await.expect("a sync");
    let sheet: ScoreSheet = sheet(&university, &[("C-1", "aokafor.med"), ("C-1", "okafor"), ("C-1", "guest")]);
    let summary = resolve(&university, &sheet);
    assert_eq!((answer(&summary, "aokafor.med"), answer(&summary, "okafor")), (Ok(104), Ok(104)));
    assert_eq!(answer(&summary, "guest"), Ok(900));
    assert_eq!(summary.people[0].name, "Amara Okafor", "Canvas's own name counts");
}
