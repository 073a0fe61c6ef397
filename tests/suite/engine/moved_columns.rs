//! A column that a teacher changes between plan and push is held: its values would come to something else.

use gradepush::engine::RunSummary;
use gradepush::sandbox::NewAssignment;

use super::stage::{Stage, Tool, row};
use super::university::noon;

fn hundred() -> NewAssignment {
    NewAssignment { points_possible: Some(100.0), ..NewAssignment::default() }
}

/// Plans a grade, lets the teacher change the column, and pushes.
async fn revised(revised: impl FnOnce(&Tool) -> NewAssignment) -> (Tool, RunSummary) {
    let tool = Stage::new().open().await;
    let university = &tool.university;
    let plan = university.plan(&tool.sheet(&[row("s1", "90"), row("s2", "80")])).await;
    let revised = revised(&tool);
    university.sandbox.world(|world| world.revise_assignment(tool.course, tool.lecture, &revised));
    let run = university.push(&plan).await;
    (tool, run)
}

#[tokio::test(start_paused = true)]
async fn what_a_value_comes_to_must_be_as_planned() {
    for (revision, expected) in [
        (NewAssignment { points_possible: Some(50.0), ..hundred() }, "points possible went from 100 to 50"),
        (NewAssignment { points_possible: None, ..hundred() }, "points possible went from 100 to none"),
        (
            NewAssignment { grading_type: "pass_fail".to_owned(), ..hundred() },
            "its grading type went from points to pass_fail",
        ),
        (NewAssignment { moderated_grading: true, ..hundred() }, "it is moderated now"),
        (NewAssignment { anonymous_grading: true, ..hundred() }, "it is graded anonymously now"),
    ] {
        let (tool, run) = revised(|_| revision).await;
        assert_eq!((run.counts.held, run.counts.written), (2, 0), "{expected}: {run:?}");
        let reason = tool.university.records(run.run).remove(0).reason.expect("a reason");
        assert_eq!(reason, format!("the assignment changed in Canvas since the plan: {expected}"));
        assert_eq!(tool.university.sandbox.world(|world| world.score_count()), 0, "{expected}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_column_that_became_a_groups_replaces_nobodys_grade() {
    let (tool, run) = revised(|tool| {
        let third = (tool.course, tool.lecture, tool.students[2]);
        let group_category_id = tool.university.sandbox.world(|world| {
            world.set_grade(third, Some("51"), tool.teacher, noon());
            Some(world.add_groups(tool.course, &[&tool.students[..3]]))
        });
        NewAssignment { group_category_id, ..hundred() }
    })
    .await;
    assert_eq!((run.counts.held, run.counts.written), (2, 0), "{run:?}");
    let third = tool.university.sandbox.world(|world| world.score_of(tool.course, tool.lecture, tool.students[2]));
    assert_eq!(third, Some(51.0));
}

#[tokio::test(start_paused = true)]
async fn a_new_name_holds_nothing_up() {
    let (_, run) = revised(|_| NewAssignment { name: "Lecture I".to_owned(), ..hundred() }).await;
    assert_eq!(run.counts.written, 2, "{run:?}");
}
