//! The main line: capture, sync, plan, push, read back, plan again, verify, undo.

use std::path::Path;

use gradepush::domain::{CellClass, Outcome, PlanKind, TakeBack};
use gradepush::engine::Selection;
use gradepush::sandbox::World;
use gradepush::scores::{Input, Intake};

use super::university::University;

fn capture() -> gradepush::domain::ScoreSheet {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/aairs/demo.jsonl");
    gradepush::scores::read(vec![Input::Path(path)], &Intake::default()).expect("the capture").sheet
}

#[tokio::test(start_paused = true)]
async fn a_capture_ends_as_grades_and_every_odd_row_is_listed() {
    let university = University::of(World::demo());
    let synced = university.sync().await;
    assert!(synced.complete_logins, "{synced:?}");
    let sheet = capture();
    let plan = university.plan(&sheet).await;
    let counts = plan.counts;
    assert_eq!(counts.rows + counts.absent, counts.cells + counts.merged + counts.ignored, "{counts:?}");
    assert_eq!(counts.rows, sheet.scores.len() as u64);
    for (line, class, code) in [
        (454, CellClass::Unresolved, Some("user-unresolved")),
        (168, CellClass::Blocked, Some("not-enrolled")),
        (214, CellClass::Blocked, Some("not-enrolled")),
        (61, CellClass::Set, None),
        (453, CellClass::Set, None),
        (261, CellClass::Set, Some("duplicate-equal")),
        (355, CellClass::Set, Some("over-possible")),
        (592, CellClass::Unresolved, Some("course-unresolved")),
        (9, CellClass::Conflict, Some("grade-by-other")),
        (309, CellClass::Unchanged, None),
    ] {
        let (found, codes, reason) = university.cell_of_line(plan.id, line).expect("a cell");
        assert_eq!(found, class, "line {line}: {codes:?} {reason}");
        assert_eq!(codes.first().copied(), code, "line {line}: {reason}");
    }
    assert_eq!(
        university.sandbox.world(|world| world.write_requests()),
        4,
        "the reports of the people and of the term are started and deleted, no more"
    );

    let run = university.push(&plan).await;
    assert_eq!(run.counts.planned, counts.planned());
    assert_eq!(run.counts.written, counts.planned(), "{run:?}");
    assert_eq!(run.assignments.created, 8);
    let world_scores = university.sandbox.world(|world| world.score_of(1201, 9001, 7023));
    assert_eq!(world_scores, Some(95.0), "the instructor's own grade stays");

    let again = university.plan(&sheet).await;
    assert_eq!(again.counts.planned() + again.counts.create_assignments, 0, "{:?}", again.counts);

    let verified =
        gradepush::engine::verify(&university.session, run.run, &Selection::default()).await.expect("a verification");
    assert_eq!((verified.checked, verified.holding), (run.counts.written, run.counts.written));

    let undo = gradepush::engine::plan_undo(&university.session, run.run, TakeBack::default(), &Selection::default())
        .await
        .expect("an undo plan");
    assert_eq!(undo.counts.clear, run.counts.written, "every cell was empty before: {:?}", undo.counts);
    let before = university.sandbox.world(|world| world.score_count());
    let undone = university.push(&undo).await;
    assert_eq!(undone.counts.written, undo.counts.clear);
    assert_eq!(university.sandbox.world(|world| world.score_count()) as u64, before as u64 - run.counts.written);
    let header = university.session.store().plan(undo.id).expect("the plan").header;
    assert_eq!(header.kind, PlanKind::Undo { run: run.run, also: TakeBack::default(), partial: false, of: None });
    let third = university.plan(&sheet).await;
    assert_eq!(third.counts.conflict, run.counts.written + 1, "undone values are not written again unasked");
    assert!(university.records(run.run).iter().all(|record| record.outcome == Outcome::Written));
}
