//! `sheet-shrunk`: a column is compared with the last run that had it, and with nothing else.

use gradepush::domain::{FindingCode, RunId};

use super::super::stage::{Seen, Stage, Tool, row, rows};

/// `Lecture 2` of these students.
fn other(users: &[&str]) -> Vec<String> {
    users.iter().map(|user| format!("BIO,rec-2,Lecture 2,100,{user},80")).collect()
}

const ALL: [&str; 6] = ["s1", "s2", "s3", "s4", "s5", "s6"];

async fn push(tool: &Tool, lines: &[String]) -> RunId {
    tool.university.push(&tool.university.plan(&tool.sheet(lines)).await).await.run
}

/// What the plan of these lines says of missing rows.
async fn said(tool: &Tool, lines: &[String]) -> Option<String> {
    let summary = tool.university.plan(&tool.sheet(lines)).await;
    let seen = Seen::of(&tool.university, summary);
    seen.finding(FindingCode::SheetShrunk).map(|finding| finding.message.clone())
}

#[tokio::test(start_paused = true)]
async fn another_column_of_the_course_misses_nothing() {
    let tool = Stage::new().open().await;
    push(&tool, &rows("90")).await;
    assert_eq!(said(&tool, &other(&["s1", "s2"])).await, None);
    let both = [rows("90"), other(&["s1"])].concat();
    assert_eq!(said(&tool, &both).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_column_is_compared_with_the_last_run_that_had_it() {
    let tool = Stage::new().open().await;
    let first = push(&tool, &rows("90")).await;
    let second = push(&tool, &other(&ALL)).await;
    let words = |run: RunId, missing: u32| {
        Some(format!("{missing} of the 6 rows that {run} had in the same columns of this course are missing"))
    };
    assert_eq!(said(&tool, &["s1", "s2"].map(|user| row(user, "91"))).await, words(first, 4));
    assert_eq!(said(&tool, &other(&ALL[..3])).await, words(second, 3));
    assert_eq!(said(&tool, &[rows("91"), other(&ALL)].concat()).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_run_without_anything_to_write_is_no_measure() {
    let tool = Stage::new().open().await;
    let first = push(&tool, &rows("90")).await;
    let empty = push(&tool, &["s1", "s2"].map(|user| row(user, "90"))).await;
    assert_ne!(first, empty);
    let told = said(&tool, &["s1", "s2"].map(|user| row(user, "90"))).await.expect("four are missing");
    assert!(told.contains(&format!("4 of the 6 rows that {first} had")), "{told}");
}
