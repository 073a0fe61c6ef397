//! What a sync over the lists makes of answers that say nothing, and of courses that are closed to the token.

use gradepush::canvas::{CanvasError, CourseRef};
use gradepush::domain::{CourseId, UserIdOrigin};
use gradepush::engine::{CourseName, CoursePart, EngineError, RefusedCourse, SyncRequest, SyncSource, Synced};
use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, Options, Role, Rule, World};
use gradepush::store::CacheStatus;
use serde_json::json;

use super::super::university::University;
use super::world::{answer, course, person, resolve, sheet, student, world};

const CLOSED: Fault = Fault::Status { code: 403, executed: false };

/// Two courses; nobody is in both.
fn two_courses() -> World {
    let people = json!([
        person(104, "Amara Okafor", "", &[("okafor", "S-4")]),
        person(105, "Bruno Silva", "", &[("silva", "S-5")]),
        person(106, "Chen Wei", "", &[("wei", "S-6")]),
    ]);
    let courses = json!([course(1, "C-1", &[student(104)]), course(2, "C-2", &[student(105), student(106)])]);
    world(&people, &courses)
}

/// The second sync meets this fault on this route, every time.
fn then(route: &str, fault: Fault) -> University {
    let rule = Rule { after: 1, ..Rule::new("GET", route, fault) };
    let options = Options { faults: Faults { rules: vec![rule], ..Faults::default() }, ..Options::default() };
    University::served(two_courses(), options, |settings| settings.user_id_origin = UserIdOrigin::Login)
}

async fn sync(university: &University, request: &SyncRequest<'_>) -> Result<Synced, EngineError> {
    gradepush::engine::sync(&university.session, request).await
}

fn from_lists() -> SyncRequest<'static> {
    SyncRequest { source: SyncSource::Rest, ..SyncRequest::default() }
}

fn cache(university: &University) -> Option<CacheStatus> {
    university.session.store().cache_status(&university.session.settings.host).expect("readable")
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_an_error_and_never_an_empty_list() {
    for route in [
        "/api/v1/accounts/self/permissions",
        "/api/v1/accounts/self/users",
        "/api/v1/accounts/self/courses",
        "/api/v1/courses/2/sections",
        "/api/v1/courses/2/enrollments",
    ] {
        let university = then(route, Fault::MalformedJson);
        let before = sync(&university, &from_lists()).await.expect("a sync").status;
        let error = sync(&university, &from_lists()).await.expect_err(route);
        let EngineError::Canvas(CanvasError::Decode { context, .. }) = &error else { panic!("{route}: {error}") };
        assert_eq!(context.path, route);
        assert_eq!(cache(&university), Some(before), "{route}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_or_a_course_that_cannot_be_read_is_no_unknown_one() {
    for (route, names_people) in
        [("/api/v1/users/*", true), ("/api/v1/accounts/self/permissions", true), ("/api/v1/courses/*", false)]
    {
        let university = then(route, Fault::MalformedJson);
        let sheet = sheet(&university, &[("C-1", "okafor"), ("C-1", "silva")]);
        let courses = vec![CourseName::AsSent("C-1".into())];
        let request = || SyncRequest {
            sheet: names_people.then_some(&sheet),
            courses: courses.clone(),
            ..SyncRequest::default()
        };
        let before = sync(&university, &request()).await.expect("a sync").status;
        let error = sync(&university, &request()).await.expect_err(route);
        assert!(matches!(error, EngineError::Canvas(CanvasError::Decode { .. })), "{route}: {error}");
        assert_eq!(cache(&university), Some(before), "{route}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_closed_course_is_named_and_what_the_cache_held_of_it_stays() {
    for (route, part) in
        [("/api/v1/courses/2/enrollments", CoursePart::People), ("/api/v1/courses/2/sections", CoursePart::Sections)]
    {
        let university = then(route, CLOSED);
        let before = sync(&university, &from_lists()).await.expect("a sync").status;
        university.sandbox.world(|world| {
            let newcomer = world.add_user("Dana Newcomer");
            world.enroll(1, newcomer, Role::Student);
        });
        let Synced { status, refused, .. } = sync(&university, &from_lists()).await.expect("the rest is synced");
        let [RefusedCourse { course, name, part: told, reason }] = refused.as_slice() else { panic!("{refused:?}") };
        assert_eq!((course, name.as_deref(), *told), (&CourseRef::Id(CourseId(2)), Some("Course C-2"), part));
        assert!(reason.contains("403"), "{reason}");
        assert_eq!(
            (status.users, status.logins, status.courses, status.sections, status.enrollments),
            (before.users + 1, before.logins, 2, 2, before.enrollments + 1),
            "{route}"
        );
        let sheet = sheet(&university, &[("C-2", "silva"), ("C-2", "wei"), ("C-1", "okafor")]);
        let summary = resolve(&university, &sheet);
        for (login, id) in [("silva", 105), ("wei", 106), ("okafor", 104)] {
            assert_eq!(answer(&summary, login), Ok(id), "{route}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_roster_whose_second_page_is_closed_is_not_a_shorter_roster() {
    let people: Vec<_> = (1000..1150).map(|id| person(id, "Somebody", "", &[(&format!("p{id}"), "")])).collect();
    let enrolled: Vec<_> = (1000..1150).map(student).collect();
    let world = world(&json!(people), &json!([course(2, "C-2", &enrolled)]));
    // Two pages of the first sync and the first of the second pass.
    let rule = Rule { after: 3, ..Rule::new("GET", "/api/v1/courses/2/enrollments", CLOSED) };
    let options = Options { faults: Faults { rules: vec![rule], ..Faults::default() }, ..Options::default() };
    let university = University::served(world, options, |_| {});
    let before = sync(&university, &from_lists()).await.expect("a sync").status;
    assert_eq!(before.enrollments, 150);
    let Synced { status, refused, .. } = sync(&university, &from_lists()).await.expect("a sync");
    assert_eq!((status.enrollments, refused.len()), (150, 1), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn the_people_of_a_closed_course_stay_where_no_other_list_shows_them() {
    let mut world = two_courses();
    let teacher = world.add_user("Tea Cher");
    for course in [1, 2] {
        world.enroll(course, teacher, Role::Teacher);
    }
    world.add_login(teacher, "tcher", None);
    world.add_token(teacher, DEMO_TOKEN);
    let rule = Rule { after: 1, ..Rule::new("GET", "/api/v1/courses/2/enrollments", CLOSED) };
    let options = Options { faults: Faults { rules: vec![rule], ..Faults::default() }, ..Options::default() };
    let university = University::served(world, options, |_| {});
    let before = sync(&university, &SyncRequest::default()).await.expect("a sync").status;
    let Synced { status, refused, .. } = sync(&university, &SyncRequest::default()).await.expect("a sync");
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!((status.users, status.logins, status.enrollments), (before.users, before.logins, before.enrollments));
    let summary = resolve(&university, &sheet(&university, &[("C-2", "silva")]));
    assert_eq!(answer(&summary, "silva"), Ok(105));
}
