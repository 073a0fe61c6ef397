//! What was accepted of a column stays accepted while it is the same, and not a value longer.

use gradepush::domain::{Acceptance, FindingCode, Severity};
use gradepush::engine::PlanSummary;

use super::super::stage::{Stage, Tool, row, rows};

const CODE: FindingCode = FindingCode::ColumnOverPossible;

async fn plan(tool: &Tool, lines: &[String], accept: bool) -> PlanSummary {
    let accepted = accept.then_some(Acceptance { code: CODE, course: None });
    tool.university.plan_with(&tool.sheet(lines), |options| options.accept.extend(accepted)).await
}

/// How the column stands in a plan without an `--accept` of its own.
async fn stands(tool: &Tool, lines: &[String]) -> Option<(Severity, String)> {
    let planned = plan(tool, lines, false).await;
    planned.findings.into_iter().find(|one| one.code == CODE).map(|one| (one.severity, one.message))
}

#[tokio::test(start_paused = true)]
async fn the_same_column_once_more_needs_no_second_acceptance() {
    let tool = Stage::new().open().await;
    let lines = rows("150");
    let words = "Lecture 1: 6 of 6 scores are above 100 points".to_owned();
    assert_eq!(stands(&tool, &lines).await, Some((Severity::Plan, words.clone())));
    let accepted = plan(&tool, &lines, true).await;
    assert!(accepted.findings.iter().all(|one| one.code != CODE), "{:?}", accepted.findings);
    let before = (Severity::Info, format!("{words}; accepted before, in {}", accepted.id));
    assert_eq!(stands(&tool, &lines).await, Some(before.clone()));
    assert_eq!(stands(&tool, &lines).await, Some(before), "the person accepted it in that plan, and in no later one");
    let again = plan(&tool, &lines, false).await;
    let pushed = tool.university.push(&again).await;
    assert_eq!(pushed.counts.written, 6, "it may be pushed");
}

#[tokio::test(start_paused = true)]
async fn another_value_person_or_column_is_accepted_anew() {
    let tool = Stage::new().open().await;
    plan(&tool, &rows("150"), true).await;
    let one_more = [&rows("150")[..5], &[row("s6", "151")]].concat();
    let one_less = rows("150")[..5].to_vec();
    let elsewhere: Vec<String> = (1..=6).map(|number| format!("BIO,rec-2,Lecture 2,100,s{number},150")).collect();
    for lines in [one_more, one_less, elsewhere] {
        let (severity, message) = stands(&tool, &lines).await.expect("it stops the plan");
        assert_eq!(severity, Severity::Plan, "{message}");
    }
    // What Canvas holds may have changed meanwhile.
    tool.grade(Some("60"), tool.robot());
    let (severity, message) = stands(&tool, &rows("150")).await.expect("it stops the plan");
    assert_eq!(severity, Severity::Plan, "{message}");
}
