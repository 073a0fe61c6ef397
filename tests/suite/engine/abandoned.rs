//! A job that a person gives up: the run goes on without waiting for it, and its comment is not sent a second time.

use gradepush::domain::{
    AssignmentId, CellIndex, FindingCode, JobId, Operator, PartIndex, RunId, TakeBack, UserId, comment_digest,
};
use gradepush::engine::{EngineError, PushOptions, RunSummary, Selection, Stop, plan_undo};
use gradepush::store::{IntendedCell, JobState};

use super::stage::{HEADER, Stage, Tool, row};
use super::university::noon;
use crate::confirmed::confirmed;

/// A run that died when its only request, with a comment, was about to leave.
async fn died(tool: &Tool) -> RunId {
    let lines = [format!("{},well done", row("s1", "70")), format!("{},", row("s2", "80"))];
    let plan = tool.university.plan(&tool.sheet_of(&format!("{HEADER},comment"), &lines)).await;
    let operator = Operator { id: UserId(tool.robot()), name: "Grade Robot".to_owned(), local_user: None };
    let cell = IntendedCell {
        cell: CellIndex(0),
        assignment: AssignmentId(tool.lecture),
        user: UserId(tool.students[0]),
        comment_sha256: Some(comment_digest("well done")),
    };
    let store = tool.university.session.store();
    let run = store.start_run(plan.id, &operator, noon()).expect("a run");
    store.record_intent(run, PartIndex(0), &[cell], noon()).expect("a job");
    run
}

async fn retry(tool: &Tool, run: RunId, abandon: Option<JobId>) -> Result<RunSummary, EngineError> {
    let session = &tool.university.session;
    let plan = session.store().run(run).expect("the run").plan;
    let digest = session.store().plan(plan).expect("the plan").totals.digest;
    let confirmed = confirmed(&digest);
    let options = PushOptions { abandon, ..PushOptions::default() };
    gradepush::engine::retry(session, run, &confirmed, &options, &Stop::default()).await
}

fn comments(tool: &Tool) -> Vec<String> {
    tool.university.sandbox.world(|world| world.comments_of(tool.course, tool.lecture, tool.students[0]))
}

#[tokio::test(start_paused = true)]
async fn its_cells_are_written_and_its_comment_stays_unknown() {
    let tool = Stage::new().open().await;
    let run = died(&tool).await;
    let began = tokio::time::Instant::now();
    let retried = retry(&tool, run, Some(JobId(1))).await.expect("a retry");
    assert_eq!((retried.counts.written, retried.comments.unknown, retried.comments.sent), (2, 1, 0), "{retried:?}");
    assert_eq!(comments(&tool), Vec::<String>::new(), "it may still come with the job");
    assert!(began.elapsed().as_secs() < 60, "nobody waited for it: {:?}", began.elapsed());
    let records = tool.university.records(run);
    assert_eq!(records.len(), 2, "{records:?}");
}

#[tokio::test(start_paused = true)]
async fn what_it_may_still_write_is_not_taken_back_as_if_it_were_not() {
    let tool = Stage::new().open().await;
    let run = died(&tool).await;
    let session = &tool.university.session;
    session.store().record_job_end(JobId(1), JobState::Abandoned, None, noon()).expect("given up");
    let undo = plan_undo(session, run, TakeBack::default(), &Selection::default()).await.expect("an undo");
    assert_eq!((undo.counts.blocked, undo.counts.unchanged), (1, 0), "{:?}", undo.counts);
    assert_eq!(undo.findings[0].code, FindingCode::JobOutstanding);
}

#[tokio::test(start_paused = true)]
async fn without_giving_it_up_its_end_is_made_sure_of_and_the_comment_sent() {
    let tool = Stage::new().open().await;
    let run = died(&tool).await;
    let retried = retry(&tool, run, None).await.expect("a retry");
    assert_eq!((retried.counts.written, retried.comments.unknown, retried.comments.sent), (2, 0, 1), "{retried:?}");
    assert_eq!(comments(&tool), ["well done"]);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_the_run_does_not_wait_for_is_refused() {
    let tool = Stage::new().open().await;
    let run = died(&tool).await;
    for job in [JobId(2), JobId(99)] {
        let refused = retry(&tool, run, Some(job)).await.expect_err("no such job");
        assert_eq!(refused.to_string(), format!("{job} is no job that R1 waits for"));
    }
    retry(&tool, run, Some(JobId(1))).await.expect("a retry");
    let again = retry(&tool, run, Some(JobId(1))).await.expect_err("it has ended");
    assert_eq!(again.to_string(), "J1 is no job that R1 waits for");
}
