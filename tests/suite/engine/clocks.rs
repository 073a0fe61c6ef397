//! A clock that was once wrong: what came later is known by its number.

use gradepush::domain::{FindingCode, RunId, TakeBack};
use gradepush::engine::{EngineError, PushOptions, Selection, Stop};
use jiff::SignedDuration;

use super::stage::{Stage, Tool, row};
use crate::confirmed::confirmed;

async fn undo(tool: &Tool, run: RunId) -> u64 {
    let (also, all) = (TakeBack::default(), Selection::default());
    let plan = gradepush::engine::plan_undo(&tool.university.session, run, also, &all).await;
    tool.university.push(&plan.expect("a plan")).await.counts.written
}

#[tokio::test(start_paused = true)]
async fn a_push_by_a_machine_whose_clock_was_ahead_can_be_taken_back_and_written_over() {
    let tool = Stage::new().open().await;
    let university = &tool.university;
    let score = || {
        university.sandbox.world(|world| world.score_of(tool.course, tool.lecture, tool.students[0])).unwrap_or(-1.0)
    };
    let plan = async |score: &str| university.plan(&tool.sheet(&[row("s1", score)])).await;
    let (first, late) = (plan("10").await, plan("15").await);
    let confirmed = confirmed(&first.digest);
    let ahead = university.session_ahead(SignedDuration::from_hours(72));
    let (options, stop) = (PushOptions { max_age: None, ..PushOptions::default() }, Stop::default());
    let run = gradepush::engine::push(&ahead, first.id, &confirmed, &options, &stop).await.expect("a push");
    assert_eq!(run.counts.written, 1, "{run:?}");
    let refused = university.push_with(&late, &PushOptions::default()).await;
    let Err(EngineError::PlanBlocked(findings)) = refused else { panic!("{refused:?}") };
    assert_eq!(findings[0].code, FindingCode::PlanSuperseded, "it was made before");
    let pushed = university.push(&plan("20").await).await;
    assert_eq!((pushed.counts.written, score()), (1, 20.0), "{pushed:?}");
    assert_eq!((undo(&tool, pushed.run).await, score()), (1, 10.0));
    assert_eq!((undo(&tool, run.run).await, score()), (1, -1.0));
}
