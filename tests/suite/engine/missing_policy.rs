//! Missing work: the score that the course's policy gives counts as blank, and what a person gives does not.

use gradepush::domain::{CellClass, FindingCode};
use gradepush::sandbox::{Fault, Faults, LatePolicy, NewAssignment, Options, Rule};

use super::stage::{Stage, Tool, row};
use super::university::noon;

/// `Lecture 1` is to be handed in, was due long ago, and nobody has. Missing work gets these percent of 100 points.
async fn missing(percent: Option<f64>, grading_type: &str, faults: Faults) -> Tool {
    let mut stage = Stage::new();
    let policy = LatePolicy { missing_percent: percent, ..LatePolicy::default() };
    stage.world.set_late_policy(stage.course, policy);
    let due_at = "2026-11-01T12:00:00Z".parse().ok();
    let submission_types = vec!["online_text_entry".to_owned()];
    let grading_type = grading_type.to_owned();
    stage.instead(NewAssignment { due_at, submission_types, grading_type, ..NewAssignment::default() });
    stage.open_on(Options { faults, ..Options::default() }).await
}

/// The teacher gives the first student a score in SpeedGrader, which names no grader.
fn grade_in_speedgrader(tool: &Tool, score: f64) {
    let cell = (tool.course, tool.lecture, tool.students[0]);
    tool.university.sandbox.world(|world| world.set_score_in_speedgrader(cell, score, tool.teacher, noon()));
}

fn scores(tool: &Tool) -> [Option<f64>; 2] {
    let score = |student| tool.university.sandbox.world(|world| world.score_of(tool.course, tool.lecture, student));
    [score(tool.students[0]), score(tool.students[1])]
}

#[tokio::test(start_paused = true)]
async fn a_teachers_zero_is_no_automatic_one_where_the_policy_gives_none() {
    for (name, percent) in [("no policy", None), ("40 %", Some(40.0))] {
        let tool = missing(percent, "points", Faults::default()).await;
        grade_in_speedgrader(&tool, 0.0);
        let university = &tool.university;
        let plan = university.plan(&tool.sheet(&[row("s1", "90"), row("s2", "80")])).await;
        let run = university.push(&plan).await;
        assert_eq!((plan.counts.conflict, plan.counts.set, run.counts.written), (1, 1, 1), "{name}: {run:?}");
        assert_eq!(scores(&tool), [Some(0.0), Some(80.0)], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_zero_that_comes_between_plan_and_push_into_a_cell_with_another_score_of_the_policy_is_a_persons() {
    let tool = missing(Some(40.0), "points", Faults::default()).await;
    let university = &tool.university;
    let plan = university.plan(&tool.sheet(&[row("s1", "90"), row("s2", "80")])).await;
    assert_eq!(plan.counts.set, 2, "{plan:?}");
    grade_in_speedgrader(&tool, 0.0);
    let run = university.push(&plan).await;
    assert_eq!((run.counts.held, run.counts.written), (1, 1), "{run:?}");
    assert_eq!(scores(&tool), [Some(0.0), Some(80.0)]);
}

#[tokio::test(start_paused = true)]
async fn missing_work_that_is_complete_or_incomplete_gets_0_whatever_the_policy_takes() {
    let tool = missing(Some(40.0), "pass_fail", Faults::default()).await;
    let university = &tool.university;
    assert_eq!(scores(&tool), [Some(0.0), Some(0.0)]);
    let plan = university.plan(&tool.sheet(&[row("s1", "complete"), row("s2", "complete")])).await;
    let run = university.push(&plan).await;
    assert_eq!((plan.counts.set, run.counts.written), (2, 2), "{run:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_look_at_the_policy_a_zero_may_be_anybodys() {
    let refused = Rule::new("GET", "/api/v1/courses/*/late_policy", Fault::Status { code: 403, executed: false });
    let tool = missing(Some(0.0), "points", Faults { rules: vec![refused], ..Faults::default() }).await;
    let seen = tool.plan(&[row("s1", "90")]).await;
    assert_eq!(seen.cell(2), Some((CellClass::Conflict, vec![FindingCode::GradeByOther])));
}
