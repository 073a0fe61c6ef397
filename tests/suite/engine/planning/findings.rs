//! Every code a plan can give, from a situation that has it.

use std::collections::BTreeSet;

use gradepush::domain::{CellClass, FindingCode, PlanCounts, Severity};
use gradepush::report::finding_json;

use super::cases::Case;

/// Codes that belong to a push and never to a plan.
const NOT_OF_A_PLAN: [FindingCode; 8] = [
    FindingCode::ChangeLogUnread,
    FindingCode::CommentDoubled,
    FindingCode::OverwroteEdit,
    FindingCode::CommentKept,
    FindingCode::AssignmentKept,
    FindingCode::PlanExpired,
    FindingCode::PlanSuperseded,
    FindingCode::PlanExecuted,
];

fn all_cases() -> Vec<Case> {
    let tables = [
        super::cases::cases(),
        super::person_cases::cases(),
        super::column_cases::cases(),
        super::range_cases::cases(),
        super::conflict_cases::cases(),
        super::reading_cases::cases(),
    ];
    tables.into_iter().flatten().collect()
}

#[tokio::test(start_paused = true)]
async fn every_situation_gives_its_finding() {
    let mut wrong = Vec::new();
    for Case { code, situation, severity, class, cells, play } in all_cases() {
        let seen = play().await;
        let weights: Vec<(Severity, u64)> = seen
            .summary
            .findings
            .iter()
            .filter(|finding| finding.code == code)
            .map(|finding| (finding.severity, finding.cells))
            .collect();
        if !weights.contains(&(severity, cells)) {
            wrong.push(format!("{code}, {situation}: {weights:?} instead of {severity:?} and {cells} cells"));
        }
        let cell = seen.cell(2);
        if cell.as_ref().map(|(class, _)| *class) != class {
            wrong.push(format!("{code}, {situation}: {cell:?} instead of {class:?}"));
        }
        let decides = code.class().is_some() && severity == Severity::Row;
        if decides && cell.is_some_and(|(_, codes)| codes.first() != Some(&code)) {
            wrong.push(format!("{code}, {situation}: another code decided"));
        }
        for finding in &seen.summary.findings {
            let json = finding_json(finding, &[], None);
            assert!(json["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{json}");
            assert!(!finding.message.is_empty(), "{json}");
        }
        let counts = seen.summary.counts;
        let PlanCounts { rows, absent, cells, merged, ignored, .. } = counts;
        assert_eq!(rows + absent, cells + merged + ignored, "{code}, {situation}: {counts:?}");
        assert_eq!(CellClass::ALL.into_iter().map(|class| counts.class(class)).sum::<u64>(), cells);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_and_class_of_a_plan_has_its_situation() {
    let cases = all_cases();
    let played: BTreeSet<FindingCode> = cases.iter().map(|case| case.code).collect();
    let missing: Vec<&FindingCode> =
        FindingCode::ALL.iter().filter(|code| !NOT_OF_A_PLAN.contains(code) && !played.contains(code)).collect();
    assert!(missing.is_empty(), "no situation has {missing:?}");
    // Clearing is what an undo does; the undo of `undone-before` shows it.
    let classes: BTreeSet<CellClass> = cases.iter().filter_map(|case| case.class).collect();
    let missing: Vec<CellClass> =
        CellClass::ALL.into_iter().filter(|class| *class != CellClass::Clear && !classes.contains(class)).collect();
    assert_eq!(missing, [CellClass::Unchanged], "an unchanged cell has no finding");
}
