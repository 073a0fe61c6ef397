//! Situations around people.

use std::time::Duration;

use gradepush::domain::{CellClass, FindingCode, Severity, UserId, UserIdOrigin};
use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role};

use super::super::stage::{HEADER, Seen, Stage, Tool, row};
use super::super::university::noon;
use super::cases::Case;

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    use CellClass::{Blocked, Set, Unresolved};
    use Severity::{Info, Row, Warning};
    vec![
        Case::new(FindingCode::UserUnresolved, "nobody has this login", Row, Unresolved, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("ghost", "90")]).await })
        }),
        Case::new(FindingCode::UserAmbiguous, "two people have this SIS id", Row, Unresolved, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.person("twin", "S-1");
                let tool = stage.open_with(|settings| settings.user_id_origin = UserIdOrigin::Sis).await;
                tool.plan(&[row("S-1", "90")]).await
            })
        }),
        Case::new(FindingCode::IdentityMoved, "the login meant somebody else before", Row, Blocked, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let earlier = [(UserIdOrigin::Login, "s1", UserId(tool.students[1]))];
                let host = &tool.university.session.settings.host;
                tool.university.session.store().remember_identities(host, &earlier, noon()).expect("remembered");
                tool.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::IdsDisagree, "login and SIS id of the row name two people", Row, Unresolved, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let header = format!("{HEADER},other_user_ids");
                let sheet = tool.sheet_of(&header, &["BIO,rec-1,Lecture 1,100,s1,90,sis=S-2"]);
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::LookedUpAs, "the file says that its ids are SIS ids", Info, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let header = format!("{HEADER},user_id_origin");
                let sheet = tool.sheet_of(&header, &["BIO,rec-1,Lecture 1,100,S-1,90,sis"]);
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::NameDiffers, "the row names somebody else", Warning, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let header = format!("{HEADER},user_name");
                let sheet = tool.sheet_of(&header, &["BIO,rec-1,Lecture 1,100,s1,90,\"Unheard, Ofhim\""]);
                let seen = tool.plan_sheet(&sheet, |_| {}).await;
                let message = &seen.finding(FindingCode::NameDiffers).expect("a finding").message;
                assert!(!message.contains("Unheard"), "names stand beside cells only: {message}");
                seen
            })
        }),
        Case::new(FindingCode::IdentityRuleMissing, "a rule would identify it", Warning, Unresolved, 0, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("s1@example.edu", "90"), row("s2", "80")]).await })
        }),
        Case::new(FindingCode::UserMerged, "merged into another person since the sync", Row, Blocked, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let other = stage.person("s1.new", "S-1.new");
                let tool = stage.open().await;
                tool.university.sandbox.world(|world| world.merge_users(tool.students[0], other));
                tool.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::NotEnrolled, "known, and not in the course", Row, Blocked, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.person("stranger", "X-1");
                stage.open().await.plan(&[row("stranger", "90")]).await
            })
        }),
        Case::new(FindingCode::NotEnrolled, "the course's teacher", Row, Blocked, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("teacher", "90")]).await })
        }),
        Case::new(FindingCode::EnrollmentConcluded, "the enrollment has ended", Row, Blocked, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.world.set_enrollment_state(stage.course, stage.students[0], "completed");
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::EnrollmentInactive, "an inactive student", Info, Set, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.world.set_enrollment_state(stage.course, stage.students[0], "inactive");
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::NotAssigned, "assigned to somebody else only", Row, Blocked, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let only_visible_to = Some(vec![stage.students[1]]);
                stage.instead(NewAssignment { only_visible_to, ..NewAssignment::default() });
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::NotVisible, "in a section that the token does not see", Row, Blocked, 1, || {
            Box::pin(async {
                let mut stage = Stage::with_token("somebody else's");
                let assistant = stage.person("assistant", "A-1");
                stage.world.add_token(assistant, DEMO_TOKEN);
                let section = stage.world.add_section(stage.course, "02", None);
                stage.world.enroll_in_section(stage.course, section, assistant, Role::Teacher, true);
                // The student is known from another course of the assistant.
                let other = stage.world.add_course("Chemistry", Some("CHEM"));
                stage.world.enroll(other, assistant, Role::Teacher);
                stage.world.enroll(other, stage.students[0], Role::Student);
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
    ]
}

#[tokio::test(start_paused = true)]
async fn each_finding_of_a_cell_says_its_own_reason() {
    let seen = Stage::new().open().await.plan(&[row("ghost", "ninety")]).await;
    let said = |code| seen.finding(code).expect("a finding").message.clone();
    assert_eq!(said(FindingCode::UserUnresolved), "nobody has this login");
    assert!(said(FindingCode::ValueInvalid).contains("is not a number"), "{}", said(FindingCode::ValueInvalid));
}

#[tokio::test(start_paused = true)]
async fn a_row_that_canvas_has_not_made_yet_is_an_empty_cell() {
    let mut stage = Stage::new();
    let newcomer = stage.person("s7", "S-7");
    let only_visible_to = Some(vec![stage.students[0]]);
    let name = "Limited".to_owned();
    stage.column(NewAssignment { name, only_visible_to, ..NewAssignment::default() });
    let tool = stage.open_on(Options { rows_after: Duration::from_hours(1), ..Options::default() }).await;
    tool.university.sandbox.world(|world| {
        world.enroll(tool.course, newcomer, Role::Student);
        world.student_came(tool.course, newcomer, noon());
    });
    let limited = "BIO,rec-2,Limited,100,s7,70".to_owned();
    let sheet = tool.sheet(&[row("s1", "90"), row("s7", "80"), limited]);
    let plan = tool.university.plan(&sheet).await;
    let seen = Seen::of(&tool.university, plan.clone());
    assert_eq!(seen.cell(3), Some((CellClass::Set, vec![])), "its row is still to come");
    let expected = (CellClass::Blocked, vec![FindingCode::NotAssigned]);
    assert_eq!(seen.cell(4), Some(expected), "it was never assigned");
    assert_eq!((plan.counts.set, plan.counts.blocked), (2, 1), "{:?}", plan.counts);
    let absent = tool.university.plan_with(&tool.sheet(&[row("s1", "90")]), |options| options.absent_zero = true).await;
    assert_eq!(absent.counts.absent, 6, "five others and the newcomer");
}

#[tokio::test(start_paused = true)]
async fn the_test_student_is_never_absent() {
    let mut stage = Stage::new();
    let test_student = stage.world.add_user("Test Student");
    stage.world.enroll(stage.course, test_student, Role::StudentView);
    let tool = stage.open().await;
    let plan = tool.university.plan_with(&tool.sheet(&[row("s1", "90")]), |options| options.absent_zero = true).await;
    assert_eq!(plan.counts.absent, 5, "{:?}", plan.counts);
    let part = &tool.university.parts(plan.id)[0];
    assert!(part.students.iter().all(|student| student.user.is_none_or(|user| user.0 != test_student)));
}

/// The ids of two classmates are swapped after the sync, and each row would go to the other.
async fn swapped(origin: UserIdOrigin, column: &str) -> (Tool, Vec<String>) {
    let tool = Stage::new().open_with(|settings| settings.user_id_origin = origin).await;
    let [one, two] = [tool.students[0], tool.students[1]];
    tool.university.sandbox.world(|world| world.swap_logins(one, two));
    let ids = if origin == UserIdOrigin::Sis { ["S-1", "S-2"] } else { ["s1", "s2"] };
    let lines = ids.map(|id| format!("BIO,{column},{column},100,{id},90")).to_vec();
    (tool, lines)
}

#[tokio::test(start_paused = true)]
async fn an_id_that_canvas_shows_for_somebody_else_blocks_its_row() {
    // Lists of cells show SIS ids, and the roster shows logins.
    let origins = [UserIdOrigin::Sis, UserIdOrigin::Login];
    for (origin, column) in origins.into_iter().flat_map(|origin| [(origin, "Lecture 1"), (origin, "Lecture 9")]) {
        let (tool, lines) = swapped(origin, column).await;
        let sheet = tool.sheet(&lines);
        let plan = tool.university.plan(&sheet).await;
        assert_eq!((plan.counts.blocked, plan.counts.planned()), (2, 0), "{origin:?}, {column}: {:?}", plan.counts);
        let seen = Seen::of(&tool.university, plan);
        assert_eq!(seen.finding(FindingCode::IdentityMoved).map(|finding| finding.cells), Some(1), "one a person");
        let accept = |options: &mut gradepush::domain::PlanOptions| {
            options.accept.push(super::cases::accept(FindingCode::IdentityMoved));
        };
        let accepted = tool.university.plan_with(&sheet, accept).await;
        assert_eq!(accepted.counts.set, 2, "a person may know better");
    }
}
