//! Situations of scores that a column cannot mean: above its points possible, or far from what it holds.

use gradepush::domain::{CellClass, FindingCode, Severity};

use super::super::stage::{Stage, row, rows};
use super::cases::Case;

pub(super) fn cases() -> Vec<Case> {
    use CellClass::{Blocked, Change, Set};
    use Severity::{Plan, Row, Warning};
    vec![
        Case::new(FindingCode::OverPossible, "more than the points possible", Warning, Set, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("s1", "101")]).await })
        }),
        Case::new(FindingCode::FarOverPossible, "more than twice the points possible", Row, Blocked, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("s1", "9999")]).await })
        }),
        Case::new(FindingCode::OverPossible, "far above, and accepted", Warning, Set, 1, || {
            Box::pin(async {
                let accept = super::cases::accept(FindingCode::FarOverPossible);
                Stage::new().open().await.plan_with(&[row("s1", "9999")], |options| options.accept.push(accept)).await
            })
        }),
        Case::new(FindingCode::ColumnOverPossible, "all are above the points possible", Plan, Set, 6, || {
            Box::pin(async { Stage::new().open().await.plan(&rows("150")).await })
        }),
        Case::new(FindingCode::ColumnOverPossible, "all are far above the points possible", Plan, Blocked, 6, || {
            Box::pin(async { Stage::new().open().await.plan(&rows("250")).await })
        }),
        Case::new(FindingCode::ColumnDrops, "a whole column falls", Plan, Change, 6, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&rows("90")).await;
                tool.plan(&rows("9")).await
            })
        }),
    ]
}

#[tokio::test(start_paused = true)]
async fn scores_above_possible_that_are_there_already_stop_no_plan() {
    let tool = Stage::new().open().await;
    let accept = |options: &mut gradepush::domain::PlanOptions| {
        options.accept.push(super::cases::accept(FindingCode::ColumnOverPossible));
        options.accept.push(super::cases::accept(FindingCode::FarOverPossible));
    };
    let university = &tool.university;
    university.push(&university.plan_with(&tool.sheet(&rows("250")), accept).await).await;
    let again = university.plan(&tool.sheet(&rows("250"))).await;
    assert_eq!(again.counts.unchanged, 6);
    assert!(again.findings.iter().all(|finding| finding.severity != Severity::Plan), "{:?}", again.findings);
}
