//! Cells that Canvas or somebody else settled before the push came to them, or that a bulk job passes over.

use gradepush::domain::{OnConflict, Outcome, TakeBack};
use gradepush::engine::{Selection, plan_undo};
use gradepush::sandbox::{Fault, Faults, NewAssignment, Options, Rule};
use jiff::{SignedDuration, Timestamp};

use super::stage::{HEADER, Stage, row};
use super::university::noon;

#[tokio::test(start_paused = true)]
async fn a_comment_goes_to_a_grade_that_somebody_entered_meanwhile_and_the_grade_stays_theirs() {
    let tool = Stage::new().open().await;
    let university = &tool.university;
    let sheet = tool.sheet_of(&format!("{HEADER},comment"), &[format!("{},well done", row("s1", "90"))]);
    let plan = university.plan(&sheet).await;
    tool.grade(Some("90"), tool.teacher);
    let run = university.push(&plan).await;
    assert_eq!((run.counts.already, run.counts.written, run.comments.sent), (1, 0, 1), "{run:?}");
    let cell = (tool.course, tool.lecture, tool.students[0]);
    let (comments, grader) = university
        .sandbox
        .world(|world| (world.comments_of(cell.0, cell.1, cell.2), world.grader_of(cell.0, cell.1, cell.2)));
    assert_eq!((comments.as_slice(), grader), (&["well done".to_owned()][..], Some(tool.teacher)));
    let (also, all) = (TakeBack { comments: true, created: false }, Selection::default());
    let undo = plan_undo(&university.session, run.run, also, &all).await.expect("an undo");
    assert_eq!(undo.counts.planned(), 0, "the grade is not ours: {undo:?}");
    university.push(&undo).await;
    let left = university
        .sandbox
        .world(|world| (world.comments_of(cell.0, cell.1, cell.2).len(), world.score_of(cell.0, cell.1, cell.2)));
    assert_eq!(left, (0, Some(90.0)));
}

/// The words of a column that counts complete and incomplete.
const WORDS: [&str; 2] = ["incomplete", "complete"];

#[tokio::test(start_paused = true)]
async fn what_a_bulk_job_passes_over_is_written_alone_and_taken_back_alone() {
    passed_over(noon()).await;
    // In the second in which the push begins: Canvas tells times in whole seconds.
    passed_over(noon() + SignedDuration::from_mins(1)).await;
}

async fn passed_over(graded_at: Timestamp) {
    // Complete and incomplete are both 0 of 0 points, so a job sees no change (`canvas-contract §H4`).
    let mut stage = Stage::new();
    let grading_type = "pass_fail".to_owned();
    stage.instead(NewAssignment { grading_type, points_possible: Some(0.0), ..NewAssignment::default() });
    for (number, student) in stage.students[..4].iter().copied().enumerate() {
        let cell = (stage.course, stage.lecture, student);
        stage.world.set_grade(cell, Some(WORDS[number % 2]), stage.teacher, graded_at);
    }
    let tool = stage.open().await;
    let university = &tool.university;
    let grades = || {
        let grade =
            |student: &i64| university.sandbox.world(|world| world.grade_of(tool.course, tool.lecture, *student));
        tool.students[..4].iter().filter_map(grade).collect::<Vec<String>>()
    };
    let before = grades();
    let lines = [0, 1, 2, 3].map(|number| format!("BIO,rec-1,Lecture 1,0,s{},{}", number + 1, WORDS[(number + 1) % 2]));
    let sheet = tool.sheet(&lines);
    let plan = university.plan_with(&sheet, |options| options.on_conflict = OnConflict::Overwrite).await;
    assert_eq!(plan.counts.change, 4, "{plan:?}");
    let run = university.push(&plan).await;
    assert_eq!(run.counts.written, 4, "{run:?} {:?}", university.records(run.run));
    assert_eq!(grades(), ["complete", "incomplete", "complete", "incomplete"]);
    assert!(university.records(run.run).iter().all(|record| record.outcome == Outcome::Written));
    let undo = plan_undo(&university.session, run.run, TakeBack::default(), &Selection::default()).await;
    let undone = university.push(&undo.expect("an undo")).await;
    assert_eq!((undone.counts.written, grades()), (4, before), "{undone:?}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_cell_written_alone_is_settled_before_the_next_is_written() {
    for executed in [true, false] {
        let put = Rule::new("PUT", "/api/v1/courses/*/assignments/*/submissions/*", Fault::Reset { executed });
        let faults = Faults { rules: vec![put.times(0, 1)], ..Faults::default() };
        let mut stage = Stage::new();
        let grading_type = "pass_fail".to_owned();
        stage.instead(NewAssignment { grading_type, points_possible: Some(0.0), ..NewAssignment::default() });
        for student in stage.students[..3].iter().copied() {
            stage.world.set_grade((stage.course, stage.lecture, student), Some("incomplete"), stage.teacher, noon());
        }
        let tool = stage.open_on(Options { faults, ..Options::default() }).await;
        let university = &tool.university;
        let lines = [1, 2, 3].map(|number| format!("BIO,rec-1,Lecture 1,0,s{number},complete"));
        let sheet = tool.sheet(&lines);
        let plan = university.plan_with(&sheet, |options| options.on_conflict = OnConflict::Overwrite).await;
        let run = university.push(&plan).await;
        assert_eq!(run.counts.written, 3, "executed: {executed}: {run:?}");
        let writes: Vec<(String, bool)> = university.sandbox.world(|world| {
            let writes = world.requests().iter().filter(|one| one.method != "GET" && one.path.contains("submissions"));
            writes.map(|one| (one.method.clone(), one.path.contains("update_grades"))).collect()
        });
        // The job that passes over, the cell whose answer is lost, the empty job that settles it, and the others.
        let settling: Vec<bool> = writes.iter().map(|(_, is_bulk)| *is_bulk).collect();
        assert_eq!(settling[..3], [true, false, true], "executed: {executed}: {writes:?}");
        let open = university.session.store().open_jobs(&university.session.settings.host).expect("the journal");
        assert!(open.is_empty(), "{open:?}");
    }
}
