//! Situations around people.

use gradepush::domain::{CellClass, FindingCode, Severity, UserId, UserIdOrigin};
use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Role};

use super::super::stage::{HEADER, Stage, row};
use super::super::university::noon;
use super::cases::Case;

pub(super) fn cases() -> Vec<Case> {
    use CellClass::{Blocked, Set, Unresolved};
    use Severity::{Info, Row};
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
