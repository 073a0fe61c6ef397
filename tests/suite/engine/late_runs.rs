//! A plan that is pushed, or a run that is finished, when the course has gone on without it.

use std::time::Duration;

use gradepush::domain::{
    AssignmentId, Binding, CellIndex, ColumnIndex, CourseId, Operator, Outcome, PartIndex, PlanId, RunId, TakeBack,
    UserId,
};
use gradepush::engine::{EngineError, PlanSummary, PushOptions, RunSummary, Selection, Stop, plan_undo};
use gradepush::sandbox::{GradingPeriod, NewAssignment};
use gradepush::store::IntendedCell;

use super::stage::{Stage, Tool, row};
use super::university::noon;
use crate::confirmed::confirmed;

const NEW: &str = "BIO,rec-2,Lecture 2,100,s2,80";

async fn retry(tool: &Tool, run: RunId) -> RunSummary {
    let session = &tool.university.session;
    let plan: PlanId = session.store().run(run).expect("the run").plan;
    let digest = session.store().plan(plan).expect("the plan").totals.digest;
    let confirmed = confirmed(&digest);
    gradepush::engine::retry(session, run, &confirmed, &PushOptions::default(), &Stop::default())
        .await
        .expect("a retry")
}

/// A plan of a grade in an old and one in a new column, and the course an hour later.
async fn an_hour_later(change: impl FnOnce(&mut gradepush::domain::PlanOptions)) -> (Tool, PlanSummary) {
    let tool = Stage::new().open().await;
    let plan = tool.university.plan_with(&tool.sheet(&[row("s1", "90"), NEW.to_owned()]), change).await;
    assert_eq!((plan.counts.set, plan.counts.create_assignments), (2, 1), "{plan:?}");
    tokio::time::advance(Duration::from_hours(1)).await;
    tool.university.sandbox.world(|world| world.conclude_course(tool.course));
    (tool, plan)
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_nobody_was_shown_is_not_pushed_and_not_retried() {
    let tool = Stage::new().open().await;
    let university = &tool.university;
    let shown = university.plan(&tool.sheet(&[row("s1", "90")])).await;
    let other = university.plan(&tool.sheet(&[row("s1", "10")])).await;
    let (confirmed, options) = (confirmed(&shown.digest), PushOptions::default());
    let written = || university.sandbox.world(|world| world.write_requests());
    let before = written();
    let push = gradepush::engine::push(&university.session, other.id, &confirmed, &options, &Stop::default()).await;
    assert!(matches!(push, Err(EngineError::NotWhatWasShown(_))), "{push:?}");
    assert_eq!(university.session.store().plan(other.id).expect("the plan").run, None, "no run was begun");
    let run = university.push_with(&other, &options).await.expect("a push of what was shown").run;
    let after = written();
    let retry = gradepush::engine::retry(&university.session, run, &confirmed, &options, &Stop::default()).await;
    assert!(matches!(retry, Err(EngineError::NotWhatWasShown(_))), "{retry:?}");
    assert_eq!((after - before, written() - after), (1, 0), "only the push that was confirmed wrote");
}

#[tokio::test(start_paused = true)]
async fn a_course_that_ended_since_the_plan_takes_no_grade_and_no_column() {
    let (tool, plan) = an_hour_later(|_| {}).await;
    let run = tool.university.push(&plan).await;
    assert_eq!((run.counts.held, run.counts.written, run.assignments.created), (2, 0, 0), "{run:?}");
    for record in tool.university.records(run.run) {
        assert_eq!(record.reason.as_deref(), Some("the course has ended since the plan was made: plan again"));
    }
    let stored = tool.university.sandbox.world(|world| (world.score_count(), world.assignments_of(tool.course).len()));
    assert_eq!(stored, (0, 1));
    tool.university.sandbox.world(|world| world.set_course_state(tool.course, "available"));
    assert_eq!(retry(&tool, run.run).await.counts.written, 2, "it was opened again");
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_allows_it_writes_to_a_course_that_ended_and_an_undo_takes_it_back() {
    let (tool, plan) = an_hour_later(|options| options.allow_concluded = true).await;
    let run = tool.university.push(&plan).await;
    assert_eq!(run.counts.written, 2, "{run:?}");
    let undo = plan_undo(&tool.university.session, run.run, TakeBack::default(), &Selection::default()).await;
    let undo = undo.expect("an undo");
    tokio::time::advance(Duration::from_hours(1)).await;
    assert_eq!(tool.university.push(&undo).await.counts.written, 2);
    assert_eq!(tool.university.sandbox.world(|world| world.score_count()), 0);
}

#[tokio::test(start_paused = true)]
async fn what_a_teacher_graded_and_emptied_in_a_created_column_is_not_filled_by_a_late_retry() {
    let tool = Stage::new().open().await;
    let plan = tool.university.plan(&tool.sheet(&[NEW])).await;
    let name = "Lecture 2".to_owned();
    let new = NewAssignment { name, points_possible: Some(100.0), ..NewAssignment::default() };
    let column = tool.university.sandbox.world(|world| world.add_assignment(tool.course, new));
    let binding = Binding {
        key: tool.university.parts(plan.id)[0].columns[0].key.clone(),
        course: CourseId(tool.course),
        assignment: AssignmentId(column),
        assignment_created_at: None,
        name: "Lecture 2".to_owned(),
        points_possible: None,
        bound_at: noon(),
        created_by_run: Some(RunId(1)),
    };
    let operator = Operator { id: UserId(tool.robot()), name: "Grade Robot".to_owned(), local_user: None };
    let (assignment, user) = (AssignmentId(column), UserId(tool.students[1]));
    let run = {
        let store = tool.university.session.store();
        let run = store.start_run(plan.id, &operator, noon()).expect("a run");
        store
            .intend_assignment(run, PartIndex(0), ColumnIndex(0), Some(AssignmentId(tool.lecture)), noon())
            .expect("an intent");
        store.assignment_created(run, PartIndex(0), ColumnIndex(0), &binding, noon()).expect("a column");
        let cell = IntendedCell { cell: CellIndex(0), assignment, user, comment_sha256: None };
        store.record_intent(run, PartIndex(0), &[cell], noon()).expect("a job whose answer was lost");
        run
    };
    tool.university.sandbox.world(|world| {
        let cell = (tool.course, column, user.0);
        world.set_grade(cell, Some("7"), tool.teacher, noon());
        world.set_grade(cell, None, tool.teacher, noon());
    });
    let retried = retry(&tool, run).await;
    assert_eq!((retried.counts.held, retried.counts.written), (1, 0), "{retried:?}");
    assert_eq!(tool.university.records(run)[0].outcome, Outcome::Held);
    assert_eq!(tool.university.sandbox.world(|world| world.score_of(tool.course, column, user.0)), None);
}

#[tokio::test(start_paused = true)]
async fn a_grading_period_that_closed_since_the_plan_takes_no_grade() {
    for (allowed, expected) in [(false, (1, 0)), (true, (0, 1))] {
        let mut stage = Stage::new();
        let due_at = "2026-12-01T12:00:00Z".parse().ok();
        stage.instead(NewAssignment { due_at, ..NewAssignment::default() });
        let at = |text: &str| text.parse().expect("a time");
        let period = GradingPeriod {
            id: 31,
            title: "Autumn".to_owned(),
            start_at: at("2026-09-01T00:00:00Z"),
            end_at: at("2026-12-10T00:00:00Z"),
            close_at: at("2026-12-14T17:30:00Z"),
        };
        stage.world.add_grading_period(stage.course, period);
        let tool = stage.open().await;
        let sheet = tool.sheet(&[row("s1", "90")]);
        let plan = tool.university.plan_with(&sheet, |options| options.allow_closed_period = allowed).await;
        assert_eq!(plan.counts.set, 1, "{plan:?}");
        tokio::time::advance(Duration::from_hours(1)).await;
        let run = tool.university.push(&plan).await;
        assert_eq!((run.counts.held, run.counts.written), expected, "{run:?}");
    }
}
