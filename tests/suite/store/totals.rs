//! What parts and records add up to: always what the parts and records themselves say.

use gradepush::domain::{
    CellIndex, CellRecord, ColumnIndex, ColumnTarget, CommentOutcome, Finding, FindingCode, JobId, LostEdit, NewColumn,
    Outcome, PartIndex, PartTotals, PlanId, Points, RecordTotals, RunId,
};
use gradepush::domain::{CoursePart, GradingType};
use gradepush::store::{RecordedCell, Store};

use super::{Fresh, at, commented, header, intended, operator, part, production, sha256, totals, user, with_outcome};

/// Compares all totals of a plan, and of its run, with what they are the totals of.
#[track_caller]
pub(super) fn check(store: &Store, plan: PlanId) {
    let stored = store.plan(plan).expect("the plan");
    let totals = store.part_totals(plan).expect("totals");
    assert_eq!(totals.len(), stored.parts as usize);
    let records = stored.run.map(|run| (run, store.record_totals(run).expect("totals")));
    for (ordinal, totals) in PartIndex::of_plan(stored.parts).zip(totals) {
        let part = store.plan_part(plan, ordinal).expect("the part");
        assert_eq!(totals, PartTotals::of(&part));
        assert_eq!(store.part_findings(plan, ordinal).expect("findings"), part.findings);
        let Some((run, all)) = &records else { continue };
        let records = store.records(*run, ordinal).expect("records");
        let there = all.get(&ordinal).copied().unwrap_or_default();
        assert_eq!(there, store.part_record_totals(*run, ordinal).expect("totals"));
        let expected = RecordTotals::of(records.values());
        assert!(there.may_have_overwritten || !expected.may_have_overwritten, "{run}/{ordinal}");
        assert_eq!((there.outcomes, there.comments), (expected.outcomes, expected.comments), "{run}/{ordinal}");
    }
}

/// A part with everything that its totals tell of.
fn full_part() -> CoursePart {
    let mut part = part(1, 40);
    let mut new = part.columns[0].clone();
    new.target = ColumnTarget::Create(NewColumn {
        name: "Quiz 2".to_owned(),
        points_possible: Points::whole(10),
        grading_type: GradingType::Points,
        description: String::new(),
        due_at: None,
        group: String::new(),
        group_id: None,
        omit_from_final_grade: false,
        post_manually: false,
    });
    part.columns.push(new);
    part.cells[3].comment = Some("well done".into());
    part.cells[4].codes = vec![FindingCode::GradeByOther, FindingCode::OverPossible];
    part.cells[5].codes = vec![FindingCode::OverPossible];
    let about = |code: FindingCode| Finding::new(code, "look").of_student(Some(user(1)));
    part.findings = vec![about(FindingCode::OverPossible), about(FindingCode::NotEnrolled)];
    part
}

fn full_run(store: &Store) -> (PlanId, RunId) {
    let mut writer = store.begin_plan(&header(&production())).expect("a writer");
    let full = full_part();
    let counts = writer.add_part(&full, "digest").expect("there is room").counts;
    writer.add_part(&part(2, 2), "digest").expect("there is room");
    let plan = writer.finish(&totals(counts)).expect("there is room");
    (plan, store.start_run(plan, &operator(), at(1)).expect("it never ran"))
}

#[test]
fn totals_follow_every_change_of_the_records() {
    let fresh = Fresh::new();
    let (plan, run) = full_run(&fresh.store);
    let store = &fresh.store;
    check(store, plan);
    let known = &store.part_totals(plan).unwrap()[0];
    assert_eq!(known.new_columns.iter().map(|(column, _)| *column).collect::<Vec<_>>(), [ColumnIndex(1)]);
    assert_eq!((known.comments, known.findings), (1, 2));
    assert_eq!(known.codes, [(FindingCode::GradeByOther, 1), (FindingCode::OverPossible, 2)]);

    // Far apart, close together and again, in any order.
    let chunk = [commented(39), intended(0), intended(2), commented(3), intended(20)];
    let refused: JobId = store.record_intent(run, PartIndex(0), &chunk, at(2)).unwrap();
    check(store, plan);
    store.record_refusal(refused, "422", at(3)).unwrap();
    check(store, plan);
    store.record_intent(run, PartIndex(0), &chunk, at(4)).unwrap();
    let lost = LostEdit { entered: None, grader: None, graded_at: Some(at(4)) };
    let overwrote = RecordedCell {
        record: CellRecord {
            overwrote: vec![lost],
            comment: Some(CommentOutcome::Sent),
            ..with_outcome(39, Outcome::Written).record
        },
        comment_sha256: Some(sha256(39)),
        ..with_outcome(39, Outcome::Written)
    };
    let mut cells: Vec<RecordedCell> = [0, 2, 3, 20].map(|cell| with_outcome(cell, Outcome::Held)).into();
    cells.push(overwrote);
    store.record_cells(run, PartIndex(0), &cells, at(5)).unwrap();
    check(store, plan);
    let sums = store.part_record_totals(run, PartIndex(0)).unwrap();
    assert!(sums.may_have_overwritten);
    assert_eq!((sums.outcomes.written, sums.outcomes.held, sums.comments.sent), (1, 4, 1));
    assert!(!store.part_record_totals(run, PartIndex(1)).unwrap().may_have_overwritten);
    store.record_cells(run, PartIndex(0), &[with_outcome(2, Outcome::Written)], at(6)).unwrap();
    check(&fresh.reopened(), plan);
}

#[test]
fn totals_forget_with_the_part() {
    let fresh = Fresh::new();
    let (plan, run) = full_run(&fresh.store);
    fresh.store.record_cells(run, PartIndex(0), &[with_outcome(1, Outcome::Written)], at(2)).unwrap();
    for person in [1, 3] {
        fresh.store.forget(&production(), user(person)).unwrap();
        check(&fresh.store, plan);
    }
    let findings = fresh.store.part_findings(plan, PartIndex(0)).unwrap();
    assert!(findings.iter().all(|finding| finding.student.is_none()), "{findings:?}");
    assert_eq!(fresh.store.part_totals(plan).unwrap()[0].comments, 0, "the comment went with its student");
    assert_eq!(fresh.store.records(run, PartIndex(0)).unwrap()[&CellIndex(1)].outcome, Outcome::Written);
}

#[test]
fn totals_go_with_their_plan() {
    let fresh = Fresh::new();
    let (plan, run) = full_run(&fresh.store);
    fresh.store.record_cells(run, PartIndex(0), &[with_outcome(1, Outcome::Written)], at(2)).unwrap();
    assert_eq!(fresh.store.purge(at(1_000_000), &[]).unwrap().plans, 1);
    assert_eq!(fresh.store.part_totals(plan).unwrap(), []);
    assert_eq!(fresh.store.record_totals(run).unwrap().len(), 0);
}
