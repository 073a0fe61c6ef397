//! One run, several people's tokens: what any of them wrote is the run's.

use std::time::Duration;

use gradepush::domain::{Confirmed, Outcome, PlanId, RunId, TakeBack};
use gradepush::engine::{PushOptions, RunSummary, Selection, Session, Stop, StopReason, plan_undo, push, retry};
use gradepush::sandbox::Options;

use super::stage::{HEADER, Stage, Tool, row};

const TEACHER: &str = "teacher-token";

fn confirmed(session: &Session, plan: PlanId) -> Confirmed {
    let digest = session.store().plan(plan).expect("the plan").totals.digest;
    crate::confirmed::confirmed(&digest)
}

async fn retried(session: &Session, run: RunId) -> RunSummary {
    let plan = session.store().run(run).expect("the run").plan;
    let confirmed = confirmed(session, plan);
    retry(session, run, &confirmed, &PushOptions::default(), &Stop::default()).await.expect("a retry")
}

/// A run that the admin began, and that the teacher's process died of while Canvas worked on its job.
async fn taken_up_by_the_teacher() -> (Tool, RunId) {
    let mut stage = Stage::new();
    stage.world.add_token(stage.teacher, TEACHER);
    let options = Options { job_cells_per_second: Some(1), ..Options::default() };
    let tool = stage.open_on(options).await;
    let lines = ["s1", "s2", "s3"].map(|user| format!("{},well done {user}", row(user, "70")));
    let plan = tool.university.plan(&tool.sheet_of(&format!("{HEADER},comment"), &lines)).await;
    let admin = &tool.university.session;
    let stop = Stop::default();
    stop.now(StopReason::Deadline);
    let first = push(admin, plan.id, &confirmed(admin, plan.id), &PushOptions::default(), &stop).await.expect("a run");
    assert_eq!(first.counts.pending, 3, "{first:?}");
    let teacher = tool.university.session_as(TEACHER);
    let dies = tokio::time::timeout(Duration::from_secs(2), retried(&teacher, first.run)).await;
    assert!(dies.is_err(), "Canvas was quicker: {dies:?}");
    tokio::time::advance(Duration::from_secs(10)).await;
    (tool, first.run)
}

fn comments(tool: &Tool, number: usize) -> usize {
    let cell = (tool.course, tool.lecture, tool.students[number]);
    tool.university.sandbox.world(|world| world.comments_of(cell.0, cell.1, cell.2).len())
}

#[tokio::test(start_paused = true)]
async fn what_one_person_sent_another_does_not_send_again() {
    let (tool, run) = taken_up_by_the_teacher().await;
    let finished = retried(&tool.university.session, run).await;
    assert_eq!((finished.counts.written, finished.comments.sent), (3, 3), "{finished:?}");
    assert_eq!([0, 1, 2].map(|number| comments(&tool, number)), [1, 1, 1]);
    assert!(tool.university.records(run).iter().all(|record| record.outcome == Outcome::Written));
}

#[tokio::test(start_paused = true)]
async fn a_run_of_another_connector_is_neither_judged_nor_taken_back() {
    let (tool, run) = taken_up_by_the_teacher().await;
    retried(&tool.university.session, run).await;
    let other =
        tool.university.session_of(gradepush::sandbox::DEMO_TOKEN, |settings| settings.title = "Beta".to_owned());
    let everything = Selection::default();
    let verified = gradepush::engine::verify(&other, run, &everything).await.map(|verified| verified.checked);
    let undone = plan_undo(&other, run, TakeBack::default(), &everything).await.map(|undo| undo.counts.cells);
    for refused in [verified, undone] {
        let refused = refused.expect_err("it is not its own").to_string();
        assert!(refused.starts_with("P1 was made for Tegrity at ") && refused.contains("not for Beta"), "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_one_person_wrote_another_takes_back() {
    let (tool, run) = taken_up_by_the_teacher().await;
    let admin = &tool.university.session;
    retried(admin, run).await;
    let also = TakeBack { comments: true, created: false };
    let undo = plan_undo(admin, run, also, &Selection::default()).await.expect("an undo");
    assert_eq!(undo.counts.clear, 3, "{undo:?}");
    tool.university.push(&undo).await;
    assert_eq!(tool.university.sandbox.world(|world| world.score_count()), 0);
    assert_eq!([0, 1, 2].map(|number| comments(&tool, number)), [0, 0, 0]);
}
