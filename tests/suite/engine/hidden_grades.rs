//! Grades that a teacher has hidden, when a run is taken back: nothing is shown without being asked for, and what stays
//! shown is named.

use gradepush::domain::{CellClass, FindingCode, OnConflict, RunId, Severity, TakeBack};
use gradepush::engine::{PlanSummary, Selection, UndoOptions, plan_undo};

use super::stage::{HEADER, Seen, Stage, Tool, row};
use super::university::noon;

/// A run that replaced a teacher's grade of the first student and graded the second, whose grades were hidden since.
async fn hidden_since() -> (Tool, RunId) {
    let mut stage = Stage::new();
    stage.world.set_grade((stage.course, stage.lecture, stage.students[0]), Some("50"), stage.teacher, noon());
    let tool = stage.open().await;
    let sheet = tool.sheet(&[row("s1", "80"), row("s2", "80")]);
    let plan = tool.university.plan_with(&sheet, |options| options.on_conflict = OnConflict::Overwrite).await;
    let run = tool.university.push(&plan).await;
    assert_eq!(run.counts.written, 2, "{run:?}");
    for student in &tool.students[..2] {
        tool.university.sandbox.world(|world| world.hide_grade((tool.course, tool.lecture, *student), noon()));
    }
    (tool, run.run)
}

async fn undo(tool: &Tool, run: RunId, overwrite: Vec<FindingCode>) -> PlanSummary {
    let options = UndoOptions { overwrite, ..UndoOptions::default() };
    plan_undo(&tool.university.session, run, options, &Selection::default()).await.expect("a plan")
}

/// What the first student sees.
fn is_posted(tool: &Tool) -> bool {
    tool.university.sandbox.world(|world| world.is_posted(tool.course, tool.lecture, tool.students[0]))
}

#[tokio::test(start_paused = true)]
async fn an_undo_shows_no_grade_that_was_hidden_since_unless_it_is_released() {
    let (tool, run) = hidden_since().await;
    let plan = undo(&tool, run, Vec::new()).await;
    assert_eq!((plan.counts.conflict, plan.counts.clear, plan.notifications.revealed), (1, 1, 0), "{plan:?}");
    let seen = Seen::of(&tool.university, plan.clone());
    assert_eq!(seen.cell(2), Some((CellClass::Conflict, vec![FindingCode::RevealsHiddenGrade])));
    assert_eq!(seen.finding(FindingCode::RevealsHiddenGrade).expect("a finding").severity, Severity::Row);
    assert_eq!(tool.university.push(&plan).await.counts.written, 1, "a clearing shows nothing");
    let score = || tool.university.sandbox.world(|world| world.score_of(tool.course, tool.lecture, tool.students[0]));
    assert_eq!((score(), is_posted(&tool)), (Some(80.0), false));

    let plan = undo(&tool, run, vec![FindingCode::RevealsHiddenGrade]).await;
    assert_eq!((plan.counts.change, plan.notifications.revealed), (1, 1), "{plan:?}");
    let seen = Seen::of(&tool.university, plan.clone());
    assert_eq!(seen.cell(2), Some((CellClass::Change, vec![FindingCode::RevealsHiddenGrade])));
    assert_eq!(tool.university.push(&plan).await.counts.written, 1);
    assert_eq!((score(), is_posted(&tool)), (Some(50.0), true));
}

#[tokio::test(start_paused = true)]
async fn a_grade_that_only_a_comment_revealed_is_named() {
    let tool = Stage::new().open().await;
    tool.grade(Some("90"), tool.teacher);
    tool.hide();
    let sheet = tool.sheet_of(&format!("{HEADER},comment"), &[format!("{},well done", row("s1", "90"))]);
    let overwrite = vec![FindingCode::RevealsHiddenGrade];
    let plan = tool.university.plan_with(&sheet, |options| options.overwrite = overwrite).await;
    let run = tool.university.push(&plan).await;
    assert_eq!((run.comments.sent, is_posted(&tool)), (1, true), "{run:?}");
    for comments in [false, true] {
        let options = TakeBack { comments, ..TakeBack::default() };
        let plan = plan_undo(&tool.university.session, run.run, options, &Selection::default()).await.expect("a plan");
        assert_eq!((plan.counts.unchanged, plan.counts.planned()), (1, 0), "{plan:?}");
        let seen = Seen::of(&tool.university, plan);
        let finding = seen.finding(FindingCode::RevealsHiddenGrade).expect("a finding");
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.message.contains("that does not come back"), "{finding:?}");
        assert_eq!(seen.parts[0].cells[0].comment.is_some(), comments, "{:?}", seen.parts[0].cells[0]);
    }
}
