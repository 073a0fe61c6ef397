//! The six combinations of origins, and every wrong kind of id under each.

use gradepush::domain::{CellClass, CourseIdOrigin, UserIdOrigin};
use gradepush::sandbox::World;
use serde_json::json;

use super::super::university::University;
use super::world::{assignment_of, course, person, resolve, sheet, student, world};

/// `4711` is the internal id of one person, the SIS id of another and the login of a third; `1207` the internal id of
/// one course and the SIS id of another. All three are in both.
fn same_digits() -> World {
    let everybody = [student(4711), student(4712), student(4713)];
    world(
        &json!([
            person(4711, "Zoe Quist", "", &[("zquist", "00042")]),
            person(4712, "Amara Okafor", "", &[("aokafor", "4711")]),
            person(4713, "Jun Lindström", "", &[("4711", "S-3")]),
        ]),
        &json!([course(1207, "BIO-101", &everybody), course(1208, "1207", &everybody)]),
    )
}

fn combinations() -> impl Iterator<Item = (CourseIdOrigin, UserIdOrigin)> {
    CourseIdOrigin::ALL.into_iter().flat_map(|course| UserIdOrigin::ALL.into_iter().map(move |user| (course, user)))
}

fn university(course: CourseIdOrigin, user: UserIdOrigin) -> University {
    University::with(same_digits(), |settings| {
        settings.course_id_origin = course;
        settings.user_id_origin = user;
    })
}

#[tokio::test(start_paused = true)]
async fn the_same_digits_reach_another_cell_under_each_combination() {
    for (course_origin, user_origin) in combinations() {
        let university = university(course_origin, user_origin);
        university.sync().await;
        let plan = university.plan(&sheet(&university, &[("1207", "4711")])).await;
        let run = university.push(&plan).await;
        assert_eq!(run.counts.written, 1, "{course_origin} {user_origin}: {:?}", plan.counts);
        let course = if course_origin == CourseIdOrigin::Internal { 1207 } else { 1208 };
        let user = match user_origin {
            UserIdOrigin::Internal => 4711,
            UserIdOrigin::Sis => 4712,
            UserIdOrigin::Login => 4713,
        };
        let (score, all) = university
            .sandbox
            .world(|world| (world.score_of(course, assignment_of(course), user), world.score_count()));
        assert_eq!((score, all), (Some(1.0), 1), "{course_origin} {user_origin}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_kind_of_id_is_listed_and_never_written() {
    use UserIdOrigin::{Internal, Login, Sis};
    let users = [
        ("zquist", [Login].as_slice(), "login", 4711),
        ("00042", &[Sis], "SIS id", 4711),
        ("S-3", &[Sis], "SIS id", 4713),
        ("4713", &[Internal], "internal id", 4713),
        ("aokafor", &[Login], "login", 4712),
        ("nobody404", &[], "", 0),
    ];
    let courses = [
        ("BIO-101", [CourseIdOrigin::Sis].as_slice(), "course's SIS id", 1207),
        ("1208", &[CourseIdOrigin::Internal], "course's internal id", 1208),
        ("BIO-101-01", &[], "section's SIS id", 0),
        ("HIST-900", &[], "", 0),
    ];
    for (course_origin, user_origin) in combinations() {
        let university = university(course_origin, user_origin);
        university.sync().await;
        let rows: Vec<(&str, &str)> =
            courses.iter().flat_map(|(course, ..)| users.iter().map(|(user, ..)| (*course, *user))).collect();
        let sheet = sheet(&university, &rows);
        let summary = resolve(&university, &sheet);
        let right_course = |course: &str| {
            courses.iter().find(|(id, kinds, ..)| *id == course && kinds.contains(&course_origin)).map(|one| one.3)
        };
        let right_user = |user: &str| {
            users.iter().find(|(id, kinds, ..)| *id == user && kinds.contains(&user_origin)).map(|one| one.3)
        };
        // The value of a row is its number.
        let right_cells: Vec<(i64, i64, f64)> = rows
            .iter()
            .zip(1_u32..)
            .filter_map(|((course, user), value)| Some((right_course(course)?, right_user(user)?, f64::from(value))))
            .collect();
        let right = right_cells.len() as u64;
        assert_eq!((summary.rows, summary.resolved), (rows.len() as u64, right), "{course_origin} {user_origin}");
        assert_eq!(summary.unresolved, summary.rows - right);
        let reasons = users.iter().map(|(id, kinds, kind, _)| (*id, kinds.contains(&user_origin), *kind));
        let reasons =
            reasons.chain(courses.iter().map(|(id, kinds, kind, _)| (*id, kinds.contains(&course_origin), *kind)));
        for (id, is_right, kind) in reasons {
            let reason = super::world::reason(&summary, id);
            assert_eq!(reason.is_empty(), is_right, "{course_origin} {user_origin} {id}: {reason}");
            assert!(is_right || reason.contains(kind), "{id}: {reason}");
            assert_eq!(!is_right && !kind.is_empty(), reason.contains("but it is"), "{id}: {reason}");
        }
        let plan = university.plan_with(&sheet, |options| {
            let code = gradepush::domain::FindingCode::WrongOrigin;
            options.accept.push(gradepush::domain::Acceptance { code, course: None });
        });
        let plan = plan.await;
        assert_eq!(plan.counts.unresolved, summary.unresolved);
        assert_eq!(plan.counts.class(CellClass::Set), right, "{course_origin} {user_origin}: {:?}", plan.counts);
        university.push(&plan).await;
        university.sandbox.world(|world| {
            assert_eq!(world.score_count() as u64, right, "{course_origin} {user_origin}: nothing else is written");
            for (course, user, value) in &right_cells {
                let score = world.score_of(*course, assignment_of(*course), *user);
                assert_eq!(score, Some(*value), "{course_origin} {user_origin}: user {user} of course {course}");
            }
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_origin_shows_what_the_others_would_resolve_and_stops_a_push() {
    let university = university(CourseIdOrigin::Internal, UserIdOrigin::Internal);
    university.sync().await;
    let sheet = sheet(&university, &[("BIO-101", "zquist"), ("BIO-101", "aokafor"), ("BIO-101", "S-3")]);
    let table = resolve(&university, &sheet).origin_table.expect("a table");
    let counts: Vec<u64> = table.counts.iter().map(|one| one.rows).collect();
    assert_eq!(counts, [0, 0, 0, 0, 1, 2], "internal, sis, login users under internal, then SIS courses");
    assert_eq!(table.flags, "--course-id-origin sis --user-id-origin login");
    let plan = university.plan(&sheet).await;
    let finding = plan.findings.first().expect("the heaviest finding");
    assert_eq!(finding.code.code(), "wrong-origin");
    assert!(
        finding.message.contains("connector edit Tegrity --course-id-origin sis --user-id-origin login"),
        "{finding:?}"
    );
    let refused = university.push_with(&plan, &gradepush::engine::PushOptions::default()).await;
    assert!(matches!(refused, Err(gradepush::engine::EngineError::PlanBlocked(_))), "{refused:?}");
}
