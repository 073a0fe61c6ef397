//! The journal: intent before the request, one outcome for each cell, nothing lost by a crash.

use std::collections::{BTreeMap, HashMap, HashSet};

use gradepush::domain::{
    CellIndex, CellRecord, CommentCounts, CommentOutcome, CourseId, Entered, LastPushed, LiveCell, LostEdit, Outcome,
    Owner, PartIndex, ProgressId, RunCounts, RunId, UserId,
};
use gradepush::store::{IntendedCell, JobState, RecordedCell, StoreError};
use proptest::prelude::*;

use super::totals;
use super::{Fresh, QUIZ, at, beta, commented, intended, live, production, sha256, user, with_outcome, written};

#[test]
fn intent_survives_a_crash_as_unknown() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 4), (2, 3)]);
    let job = fresh.store.record_intent(run, PartIndex(0), &[intended(0), commented(2)], at(1)).unwrap();
    let store = fresh.reopened();
    let unknown = CellRecord { outcome: Outcome::Unknown, ..CellRecord::pending() };
    let asked = CellRecord { comment: Some(CommentOutcome::Unknown), ..unknown.clone() };
    assert_eq!(
        store.records(run, PartIndex(0)).unwrap(),
        BTreeMap::from([(CellIndex(0), unknown), (CellIndex(2), asked)])
    );
    assert_eq!(store.records(run, PartIndex(1)).unwrap(), BTreeMap::new());
    assert_eq!(
        store.run_counts(run).unwrap(),
        RunCounts { planned: 7, unknown: 2, pending: 5, ..RunCounts::default() }
    );
    assert_eq!(store.comment_counts(run).unwrap(), CommentCounts { unknown: 1, ..CommentCounts::default() });
    let sent = store.comments_sent(&production(), CourseId(1)).unwrap();
    assert_eq!(sent, HashMap::from([((QUIZ, user(2), sha256(2)), CommentOutcome::Unknown)]));

    let open = store.open_jobs(&production()).unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].id, open[0].run, open[0].part, open[0].course), (job, run, PartIndex(0), CourseId(1)));
    assert_eq!((open[0].progress, open[0].sent_at, open[0].has_comments()), (None, at(1), true));
    assert_eq!(open[0].cells, [intended(0), commented(2)]);
    let outstanding = store.cells_outstanding(&production()).unwrap();
    assert_eq!(outstanding, HashSet::from([(CourseId(1), QUIZ, user(0)), (CourseId(1), QUIZ, user(2))]));
    assert_eq!(store.open_jobs(&beta()).unwrap(), []);
    assert_eq!(store.cells_outstanding(&beta()).unwrap(), HashSet::new());
}

#[test]
fn a_job_is_open_until_its_end_is_known() {
    for state in [JobState::Completed, JobState::Failed, JobState::Cancelled, JobState::Lost, JobState::Abandoned] {
        let fresh = Fresh::new();
        let run = fresh.run(&production(), &[(1, 2)]);
        let job = fresh.store.record_intent(run, PartIndex(0), &[intended(0)], at(1)).unwrap();
        fresh.store.record_reply(job, ProgressId(55), Some("req-1"), at(2)).unwrap();
        let open = fresh.reopened().open_jobs(&production()).unwrap();
        assert_eq!((open[0].progress, open[0].request_id.as_deref()), (Some(ProgressId(55)), Some("req-1")));
        fresh.store.record_job_end(job, state, Some("Canvas said so"), at(3)).unwrap();
        assert_eq!(fresh.store.open_jobs(&production()).unwrap(), [], "{state:?}");
        assert_eq!(fresh.store.cells_outstanding(&production()).unwrap(), HashSet::new());
        let end = fresh.store.job(job).unwrap().end.unwrap();
        assert_eq!((end.state, end.message.as_deref(), end.at), (state, Some("Canvas said so"), at(3)));
        assert_eq!(fresh.store.jobs(run).unwrap().len(), 1);
        let outcome = fresh.store.records(run, PartIndex(0)).unwrap()[&CellIndex(0)].outcome;
        assert_eq!(outcome, Outcome::Unknown, "a job's word says nothing of its cells");
    }
}

#[test]
fn a_refused_request_is_as_if_never_sent() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 3)]);
    fresh.store.record_cells(run, PartIndex(0), &[written(1)], at(0)).unwrap();
    let job = fresh.store.record_intent(run, PartIndex(0), &[intended(0), commented(2)], at(1)).unwrap();
    fresh.store.record_refusal(job, "422: the form is too large", at(2)).unwrap();
    let counts = fresh.reopened().run_counts(run).unwrap();
    assert_eq!(counts, RunCounts { planned: 3, written: 1, pending: 2, ..RunCounts::default() });
    assert_eq!(fresh.store.comment_counts(run).unwrap(), CommentCounts::default());
    assert_eq!(fresh.store.comments_sent(&production(), CourseId(1)).unwrap(), HashMap::new());
    assert_eq!(fresh.store.open_jobs(&production()).unwrap(), []);
    assert_eq!(fresh.store.job(job).unwrap().end.unwrap().state, JobState::Refused);
}

#[test]
fn records_come_back_whole_and_the_last_one_counts() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 3)]);
    let full = CellRecord {
        outcome: Outcome::Written,
        comment: Some(CommentOutcome::Sent),
        live: Some(live(0)),
        reason: Some("Canvas shows another value".to_owned()),
        overwrote: vec![LostEdit {
            entered: Some(Entered::Excused),
            grader: Some(UserId(77)),
            graded_at: Some(at(-1)),
        }],
        request_id: Some("6c1f-44".to_owned()),
    };
    let first = RecordedCell { record: full.clone(), comment_sha256: Some(sha256(0)), ..written(0) };
    fresh.store.record_cells(run, PartIndex(0), &[first, with_outcome(1, Outcome::Held)], at(1)).unwrap();
    let held = CellRecord { outcome: Outcome::Held, ..CellRecord::pending() };
    let store = fresh.reopened();
    assert_eq!(
        store.records(run, PartIndex(0)).unwrap(),
        BTreeMap::from([(CellIndex(0), full.clone()), (CellIndex(1), held)])
    );
    let sent = store.comments_sent(&production(), CourseId(1)).unwrap();
    assert_eq!(sent, HashMap::from([((QUIZ, user(0), sha256(0)), CommentOutcome::Sent)]));

    fresh.store.record_intent(run, PartIndex(0), &[intended(1)], at(2)).unwrap();
    fresh.store.record_cells(run, PartIndex(0), &[written(1)], at(3)).unwrap();
    assert_eq!(
        store.records(run, PartIndex(0)).unwrap(),
        BTreeMap::from([(CellIndex(0), full), (CellIndex(1), written(1).record)])
    );
}

#[test]
fn a_grade_sent_again_keeps_what_is_known_of_its_comment() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 1)]);
    let sent = CellRecord { comment: Some(CommentOutcome::Sent), ..with_outcome(0, Outcome::Rejected).record };
    let rejected = RecordedCell { record: sent, comment_sha256: Some(sha256(0)), ..with_outcome(0, Outcome::Rejected) };
    fresh.store.record_cells(run, PartIndex(0), &[rejected], at(1)).unwrap();
    fresh.store.record_intent(run, PartIndex(0), &[intended(0)], at(2)).unwrap();
    assert_eq!(fresh.store.comment_counts(run).unwrap(), CommentCounts { sent: 1, ..CommentCounts::default() });
    assert_eq!(fresh.store.run_counts(run).unwrap().unknown, 1);
}

#[test]
fn a_comment_left_out_of_a_written_cell_is_counted_until_it_is_sent() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 2)]);
    let with = |cell, outcome, comment| {
        let record = CellRecord { comment: Some(comment), ..with_outcome(cell, outcome).record };
        RecordedCell { record, comment_sha256: Some(sha256(0)), ..with_outcome(cell, outcome) }
    };
    let left_out = with(0, Outcome::Written, CommentOutcome::Pending);
    let waits_with_its_cell = with(1, Outcome::Held, CommentOutcome::Pending);
    fresh.store.record_cells(run, PartIndex(0), &[left_out, waits_with_its_cell], at(1)).unwrap();
    let counts = CommentCounts { not_sent: 1, ..CommentCounts::default() };
    assert_eq!(fresh.reopened().comment_counts(run).unwrap(), counts);
    let sent = with(0, Outcome::Written, CommentOutcome::Sent);
    fresh.store.record_cells(run, PartIndex(0), &[sent], at(2)).unwrap();
    assert_eq!(fresh.store.comment_counts(run).unwrap(), CommentCounts { sent: 1, ..CommentCounts::default() });
}

#[test]
fn what_was_pushed_last_is_known_per_host_and_course() {
    let fresh = Fresh::new();
    let first = fresh.run(&production(), &[(1, 2), (2, 1)]);
    let second = fresh.run(&production(), &[(1, 2)]);
    fresh.store.record_cells(first, PartIndex(0), &[written(0), written(1)], at(1)).unwrap();
    fresh.store.record_cells(first, PartIndex(1), &[with_outcome(0, Outcome::Held)], at(1)).unwrap();
    let restored = LastPushed {
        cell: LiveCell { entered: Entered::Empty, ..live(0) },
        owner: Owner::Person(UserId(77)),
        undone: Some(live(0).into()),
    };
    let undone = RecordedCell { pushed: Some(restored.clone()), ..written(0) };
    fresh.store.record_cells(second, PartIndex(0), &[undone], at(2)).unwrap();

    let store = fresh.reopened();
    let ours = LastPushed { cell: live(1), owner: Owner::Ours, undone: None };
    let expected = HashMap::from([((QUIZ, user(0)), restored), ((QUIZ, user(1)), ours)]);
    assert_eq!(store.last_pushed(&production(), CourseId(1)).unwrap(), expected);
    assert_eq!(store.last_pushed(&production(), CourseId(2)).unwrap(), HashMap::new());
    assert_eq!(store.last_pushed(&beta(), CourseId(1)).unwrap(), HashMap::new());
}

#[test]
fn what_was_pushed_after_a_plan_was_begun_is_known_whatever_the_clock_said() {
    let fresh = Fresh::new();
    let host = production();
    let run = fresh.run(&host, &[(1, 2)]);
    let since = |plan| fresh.reopened().pushed_since(plan, CourseId(1)).unwrap();
    let before = fresh.plan(&host, &[(1, 2)]);
    // The clock of this push is days ahead.
    fresh.store.record_cells(run, PartIndex(0), &[written(0)], at(300_000)).unwrap();
    let after = fresh.plan(&host, &[(1, 2)]);
    let elsewhere = fresh.plan(&beta(), &[(1, 2)]);
    assert_eq!(since(before), HashMap::from([((QUIZ, user(0)), run)]));
    assert_eq!((since(after), since(elsewhere)), (HashMap::new(), HashMap::new()));
    let second = fresh.run(&host, &[(1, 2)]);
    fresh.store.record_cells(second, PartIndex(0), &[written(0), written(1)], at(1)).unwrap();
    assert_eq!(since(before), HashMap::from([((QUIZ, user(0)), second), ((QUIZ, user(1)), second)]));
    assert_eq!(since(after), since(before));
    assert_eq!(since(elsewhere), HashMap::new(), "nothing is shared between hosts");
}

#[test]
fn five_million_cells_stay_under_a_gigabyte() {
    const CELLS: u32 = 20_000;
    const BYTES_PER_CELL: u64 = 1_000_000_000 / 5_000_000;
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, CELLS)]);
    for first in (0..CELLS).step_by(4000) {
        let chunk: Vec<IntendedCell> = (first..first + 4000).map(intended).collect();
        fresh.store.record_intent(run, PartIndex(0), &chunk, at(1)).unwrap();
        let read_back: Vec<RecordedCell> = (first..first + 4000).map(written).collect();
        fresh.store.record_cells(run, PartIndex(0), &read_back, at(2)).unwrap();
    }
    let bytes = fresh.store.info().unwrap().bytes;
    assert!(bytes < u64::from(CELLS) * BYTES_PER_CELL, "{bytes} bytes for {CELLS} cells, each of another student");
}

#[test]
fn nothing_is_journaled_for_what_is_not_there() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 1)]);
    let missing = |outcome: Result<(), StoreError>| assert!(matches!(outcome, Err(StoreError::Missing { .. })));
    missing(fresh.store.record_intent(run, PartIndex(1), &[intended(0)], at(1)).map(drop));
    missing(fresh.store.record_intent(RunId(9), PartIndex(0), &[intended(0)], at(1)).map(drop));
    missing(fresh.store.record_cells(RunId(9), PartIndex(0), &[written(0)], at(1)));
    missing(fresh.store.run_counts(RunId(9)).map(drop));
    assert_eq!(fresh.store.jobs(run).unwrap(), []);
}

/// What a run may do to a cell.
#[derive(Debug, Clone)]
enum Step {
    Send(Vec<u32>),
    Record(Vec<(u32, Outcome)>),
}

const CELLS: u32 = 6;

fn step() -> impl Strategy<Value = Step> {
    let outcome = proptest::sample::select(Outcome::ALL.to_vec());
    let cells = proptest::sample::subsequence((0..CELLS).collect::<Vec<_>>(), 0..=CELLS as usize);
    prop_oneof![
        cells.clone().prop_map(Step::Send),
        (cells, proptest::collection::vec(outcome, CELLS as usize))
            .prop_map(|(cells, outcomes)| Step::Record(cells.into_iter().zip(outcomes).collect())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_planned_cell_is_in_exactly_one_sum(steps in proptest::collection::vec((0_u32..2, step()), 0..12)) {
        let fresh = Fresh::new();
        let run = fresh.run(&production(), &[(1, CELLS), (2, CELLS)]);
        let mut expected = BTreeMap::new();
        for (part, step) in steps {
            match step {
                Step::Send(cells) => {
                    let chunk: Vec<IntendedCell> = cells.iter().map(|cell| intended(*cell)).collect();
                    fresh.store.record_intent(run, PartIndex(part), &chunk, at(1)).unwrap();
                    expected.extend(cells.into_iter().map(|cell| ((part, cell), Outcome::Unknown)));
                }
                Step::Record(cells) => {
                    let records: Vec<RecordedCell> =
                        cells.iter().map(|(cell, outcome)| with_outcome(*cell, *outcome)).collect();
                    fresh.store.record_cells(run, PartIndex(part), &records, at(2)).unwrap();
                    expected.extend(cells.into_iter().map(|(cell, outcome)| ((part, cell), outcome)));
                }
            }
        }
        let all = (0..2).flat_map(|part| (0..CELLS).map(move |cell| (part, cell)));
        let mut sums = RunCounts::default();
        for cell in all {
            sums.add(expected.get(&cell).copied().unwrap_or(Outcome::Pending), 1);
        }
        totals::check(&fresh.store, fresh.store.run(run).unwrap().plan);
        let counts = fresh.store.run_counts(run).unwrap();
        prop_assert_eq!(counts, sums);
        let RunCounts { planned, written, already, held, rejected, unknown, pending } = counts;
        prop_assert_eq!(planned, u64::from(2 * CELLS));
        prop_assert_eq!(planned, written + already + held + rejected + unknown + pending);
    }
}
