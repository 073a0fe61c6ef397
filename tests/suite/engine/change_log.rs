//! The grade change log when it cannot be read: a push says so once, and ends all the same.

use std::time::Duration;

use gradepush::domain::{Finding, FindingCode};
use gradepush::engine::{PushOptions, RunSummary};
use gradepush::sandbox::{Fault, Faults, Options, Rule};

use super::stage::{Stage, rows};

/// A push over a log that answers with this fault so many times.
async fn pushed(fault: Fault, times: u64) -> RunSummary {
    let rule = Rule::new("GET", "/api/v1/audit/grade_change", fault).times(0, times);
    let faults = Faults { rules: vec![rule], ..Faults::default() };
    let tool = Stage::new().open_on(Options { faults, ..Options::default() }).await;
    let plan = tool.university.plan(&tool.sheet(&rows("90"))).await;
    let options = PushOptions { wait_for_canvas: Duration::from_mins(5), ..PushOptions::default() };
    let run = tool.university.push_with(&plan, &options).await.expect("a push");
    assert_eq!((run.counts.written, &run.stopped), (6, &None), "{run:?}");
    run
}

fn says_so(run: &RunSummary) -> bool {
    let found: Vec<&Finding> =
        run.findings.iter().filter(|finding| finding.code == FindingCode::ChangeLogUnread).collect();
    assert!(found.len() < 2, "once for a course: {found:?}");
    !found.is_empty()
}

#[tokio::test(start_paused = true)]
async fn a_log_that_may_not_be_read_is_said_and_asked_for_once() {
    assert!(says_so(&pushed(Fault::Status { code: 403, executed: false }, u64::MAX).await));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_asked_for_again() {
    assert!(!says_so(&pushed(Fault::MalformedJson, 1).await));
    assert!(says_so(&pushed(Fault::MalformedJson, u64::MAX).await));
}

#[tokio::test(start_paused = true)]
async fn a_log_that_alone_is_away_is_not_waited_for_without_end() {
    assert!(!says_so(&pushed(Fault::Status { code: 502, executed: false }, 8).await));
    assert!(says_so(&pushed(Fault::Status { code: 502, executed: false }, u64::MAX).await));
}
