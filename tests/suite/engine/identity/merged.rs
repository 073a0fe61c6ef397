//! People who are merged into others: before a sync notices it, and after.

use gradepush::domain::{
    Acceptance, Alias, AliasKind, AliasTarget, CellClass, CourseIdOrigin, FindingCode, UserIdOrigin,
};
use serde_json::json;

use super::super::university::University;
use super::world::{answer, assignment_of, course, person, reason, resolve, sheet, student, world};

/// Zoe has two records: 101 is in the course, 102 came later from another source.
fn university(origin: UserIdOrigin) -> University {
    let people = json!([
        person(101, "Zoe Quist", "", &[("zquist", "S-1")]),
        person(102, "Zoe Quist-Meyer", "", &[("zmeyer", "S-2")]),
        person(103, "Amara Okafor", "", &[("aokafor", "S-3")]),
    ]);
    let world = world(&people, &json!([course(500, "C-1", &[student(101), student(103)])]));
    University::with(world, |settings| {
        settings.user_id_origin = origin;
        settings.course_id_origin = CourseIdOrigin::Sis;
    })
}

fn merge(university: &University) {
    university.sandbox.world(|world| world.merge_users(101, 102));
}

#[tokio::test(start_paused = true)]
async fn somebody_merged_since_the_sync_is_blocked_and_the_other_person_named() {
    for (origin, sent) in [(UserIdOrigin::Login, "zquist"), (UserIdOrigin::Sis, "S-1"), (UserIdOrigin::Internal, "101")]
    {
        let university = university(origin);
        university.sync().await;
        merge(&university);
        let plan = university.plan(&sheet(&university, &[("C-1", sent)])).await;
        let (class, codes, why) = university.cell_of_line(plan.id, 2).expect("a cell");
        assert_eq!((class, codes.as_slice()), (CellClass::Blocked, ["user-merged"].as_slice()), "{origin}: {why}");
        assert!(why.contains("Zoe Quist-Meyer (user 102)"), "{why}");
        let finding = plan.findings.iter().find(|one| one.code == FindingCode::UserMerged).expect("a finding");
        assert!(!finding.message.contains("Zoe"), "names are for cells and reports: {}", finding.message);
        university.push(&plan).await;
        assert_eq!(university.sandbox.world(|world| world.score_count()), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn after_the_next_sync_the_id_has_moved_to_the_other_person_with_the_reason() {
    let university = university(UserIdOrigin::Login);
    university.sync().await;
    let sheet = sheet(&university, &[("C-1", "zquist")]);
    assert_eq!(university.plan(&sheet).await.counts.set, 1);
    merge(&university);
    university.sync().await;
    let summary = resolve(&university, &sheet);
    assert_eq!(answer(&summary, "zquist"), Err(FindingCode::IdentityMoved));
    assert!(reason(&summary, "zquist").contains("merged into this person"), "{}", reason(&summary, "zquist"));
    let accepted = university
        .plan_with(&sheet, |options| {
            options.accept.push(Acceptance { code: FindingCode::IdentityMoved, course: None });
        })
        .await;
    university.push(&accepted).await;
    let score = university.sandbox.world(|world| world.score_of(500, assignment_of(500), 102));
    assert_eq!(score, Some(1.0), "the person who has the enrollment now");
}

#[tokio::test(start_paused = true)]
async fn the_internal_id_of_somebody_merged_is_explained_and_an_alias_settles_it() {
    let university = university(UserIdOrigin::Internal);
    university.sync().await;
    merge(&university);
    university.sync().await;
    let sheet = sheet(&university, &[("C-1", "101"), ("C-1", "103")]);
    let summary = resolve(&university, &sheet);
    assert_eq!(answer(&summary, "101"), Err(FindingCode::UserMerged));
    assert!(reason(&summary, "101").contains("merged into user 102"), "{}", reason(&summary, "101"));
    let suggested = &summary.problems.first().expect("it is listed").suggestions;
    assert_eq!(suggested.first().map(|one| one.canvas_id), Some(102));
    let plan = university.plan(&sheet).await;
    assert_eq!((plan.counts.set, plan.counts.blocked), (1, 1), "{:?}", plan.counts);
    let alias = Alias {
        kind: AliasKind::User,
        origin: "internal".to_owned(),
        from: "101".to_owned(),
        target: AliasTarget::Canvas(vec![102]),
        note: String::new(),
        until: None,
    };
    let host = university.session.settings.host.clone();
    university.session.store().put_aliases(&host, &[alias]).expect("an alias");
    assert_eq!(university.plan(&sheet).await.counts.set, 2);
}
