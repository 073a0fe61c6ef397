//! Assignments that are graded by group, from plan to undo: nobody's grade is replaced by that of another member.

use std::time::Duration;

use gradepush::domain::{FindingCode, TakeBack};
use gradepush::engine::{PlanSummary, PushOptions, RunSummary, Selection};
use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, NewAssignment, Options, Role, Rule};

use super::stage::{HEADER, Stage, Tool, row};
use super::university::noon;

async fn push(tool: &Tool, plan: &PlanSummary, chunk: usize) -> RunSummary {
    let options = PushOptions { chunk, ..PushOptions::default() };
    tool.university.push_with(plan, &options).await.expect("a push")
}

/// The score of `s1`, `s2`, ….
fn score(tool: &Tool, number: usize) -> Option<f64> {
    let cell = (tool.course, tool.lecture, tool.students[number - 1]);
    tool.university.sandbox.world(|world| world.score_of(cell.0, cell.1, cell.2))
}

#[tokio::test(start_paused = true)]
async fn a_group_is_written_read_back_and_taken_back_as_one() {
    for chunk in [1, 2, 4000] {
        let tool = Stage::in_groups().open().await;
        let lines = [row("s4", "90"), row("s5", "90"), row("s6", "70")];
        let university = &tool.university;
        let plan = university.plan(&tool.sheet(&lines)).await;
        let run = push(&tool, &plan, chunk).await;
        assert_eq!(run.counts.written, 3, "{chunk}: {run:?}");
        let again = university.plan(&tool.sheet(&lines)).await;
        assert_eq!((again.counts.unchanged, again.counts.planned()), (3, 0));
        let (also, all) = (TakeBack::default(), Selection::default());
        let undo = gradepush::engine::plan_undo(&university.session, run.run, also, &all).await.expect("an undo");
        assert_eq!(undo.counts.clear, 3, "{chunk}: {:?}", undo.counts);
        let undone = push(&tool, &undo, chunk).await;
        assert_eq!(undone.counts.written, 3, "{chunk}: {undone:?}");
        assert_eq!(university.sandbox.world(|world| world.score_count()), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_that_was_written_alone_is_found_although_lists_are_behind() {
    let dies = Rule::new("POST", "/api/v1/courses/*/submissions/update_grades", Fault::JobDies { rows: 0 }).times(0, 1);
    for lag in [800, 3_000] {
        let faults = Faults { rules: vec![dies.clone()], ..Faults::default() };
        let replica_lag = Duration::from_millis(lag);
        let tool = Stage::in_groups().open_on(Options { faults, replica_lag, ..Options::default() }).await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        let plan = tool.university.plan(&tool.sheet(&[row("s4", "90"), row("s5", "90")])).await;
        let run = push(&tool, &plan, 4000).await;
        assert_eq!(
            (run.counts.written, run.counts.held),
            (2, 0),
            "{lag}: {run:?} {:?}",
            tool.university.records(run.run)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_is_held_when_one_members_cell_moved_since_the_plan() {
    let tool = Stage::in_groups().open().await;
    let university = &tool.university;
    let plan = university.plan(&tool.sheet(&[row("s4", "90"), row("s5", "90")])).await;
    assert_eq!(plan.counts.set, 2);
    university.sandbox.world(|world| {
        world.set_grade((tool.course, tool.lecture, tool.students[4]), Some("50"), tool.teacher, noon());
        world.clear_cell((tool.course, tool.lecture, tool.students[3]));
    });
    let run = push(&tool, &plan, 1).await;
    assert_eq!((run.counts.held, run.counts.written), (2, 0), "{run:?}");
    assert_eq!(score(&tool, 5), Some(50.0), "the grade by hand stays");
}

#[tokio::test(start_paused = true)]
async fn a_member_whose_cell_was_not_to_change_is_looked_at_too() {
    let tool = Stage::in_groups().open().await;
    let university = &tool.university;
    let grade = |number: usize, grade| {
        let cell = (tool.course, tool.lecture, tool.students[number - 1]);
        university.sandbox.world(|world| world.set_grade(cell, Some(grade), tool.teacher, noon()));
    };
    grade(4, "90");
    university.sandbox.world(|world| world.clear_cell((tool.course, tool.lecture, tool.students[3])));
    let plan = university.plan(&tool.sheet(&[row("s4", "90"), row("s5", "90")])).await;
    assert_eq!((plan.counts.set, plan.counts.unchanged), (1, 1), "{plan:?}");
    // Both get 50, and then s4 is as empty as it was planned.
    grade(5, "50");
    university.sandbox.world(|world| world.clear_cell((tool.course, tool.lecture, tool.students[3])));
    let run = push(&tool, &plan, 4000).await;
    assert_eq!((run.counts.held, run.counts.written), (1, 0), "{run:?}");
    let reason = university.records(run.run).remove(0).reason.expect("a reason");
    assert!(reason.starts_with("another member of the group, whose cell is not to be written"), "{reason}");
    assert_eq!(score(&tool, 5), Some(50.0), "the grade by hand stays");
}

#[tokio::test(start_paused = true)]
async fn what_a_member_holds_already_is_unchanged_whatever_the_others_get() {
    let tool = Stage::in_groups().open().await;
    let university = &tool.university;
    university.sandbox.world(|world| {
        world.set_grade((tool.course, tool.lecture, tool.students[3]), Some("90"), tool.teacher, noon());
        world.clear_cell((tool.course, tool.lecture, tool.students[4]));
    });
    let alone = university.plan(&tool.sheet(&[row("s4", "90")])).await;
    assert_eq!((alone.counts.unchanged, alone.counts.blocked), (1, 0), "{alone:?}");
    let other = university.plan(&tool.sheet(&[row("s4", "90"), row("s5", "80")])).await;
    assert_eq!((other.counts.unchanged, other.counts.blocked), (1, 1), "{other:?}");
}

#[tokio::test(start_paused = true)]
async fn a_group_is_held_when_somebody_joined_it_since_the_plan() {
    let mut stage = Stage::in_groups();
    let newcomer = stage.person("s7", "S-7");
    stage.world.enroll(stage.course, newcomer, Role::Student);
    let tool = stage.open().await;
    let university = &tool.university;
    let plan = university.plan(&tool.sheet(&[row("s4", "90"), row("s5", "90"), row("s6", "80")])).await;
    assert_eq!(plan.counts.set, 3);
    university.sandbox.world(|world| {
        world.set_grade((tool.course, tool.lecture, newcomer), Some("50"), tool.teacher, noon());
        world.join_group(tool.course, newcomer, tool.students[3]);
    });
    let run = push(&tool, &plan, 4000).await;
    assert_eq!((run.counts.held, run.counts.written), (2, 1), "{run:?}");
    let newcomers = university.sandbox.world(|world| world.score_of(tool.course, tool.lecture, newcomer));
    assert_eq!((newcomers, score(&tool, 4), score(&tool, 6)), (Some(50.0), None, Some(80.0)));
}

#[tokio::test(start_paused = true)]
async fn a_student_who_changed_groups_since_the_plan_is_held_with_both() {
    let tool = Stage::in_groups().open().await;
    let university = &tool.university;
    let lines = ["s1", "s2", "s3"].map(|user| row(user, "60"));
    let lines: Vec<String> = lines.into_iter().chain(["s4", "s5"].map(|user| row(user, "90"))).collect();
    let plan = university.plan(&tool.sheet(&lines)).await;
    assert_eq!(plan.counts.set, 5);
    university.sandbox.world(|world| world.join_group(tool.course, tool.students[2], tool.students[3]));
    let run = push(&tool, &plan, 4000).await;
    assert_eq!((run.counts.held, run.counts.written), (5, 0), "{run:?}");
    let reasons: Vec<_> = university.records(run.run).into_iter().filter_map(|record| record.reason).collect();
    assert!(reasons.iter().any(|reason| reason == "the groups changed in Canvas since the plan"), "{reasons:?}");
}

#[tokio::test(start_paused = true)]
async fn a_comment_is_taken_back_where_the_grade_of_the_group_cannot_be() {
    let tool = Stage::in_groups().open().await;
    let university = &tool.university;
    let lines = [format!("{},well done", row("s4", "90")), format!("{},", row("s5", "90"))];
    let plan = university.plan(&tool.sheet_of(&format!("{HEADER},comment"), &lines)).await;
    let run = push(&tool, &plan, 4000).await;
    assert_eq!((run.counts.written, run.comments.sent), (2, 1), "{run:?}");
    university.sandbox.world(|world| {
        world.set_grade((tool.course, tool.lecture, tool.students[4]), Some("50"), tool.teacher, noon());
    });
    let (also, all) = (TakeBack { comments: true, created: false }, Selection::default());
    let undo = gradepush::engine::plan_undo(&university.session, run.run, also, &all).await.expect("an undo");
    assert_eq!(undo.counts.planned(), 0, "{undo:?}");
    push(&tool, &undo, 4000).await;
    let comments = university.sandbox.world(|world| world.comments_of(tool.course, tool.lecture, tool.students[3]));
    assert_eq!((comments, score(&tool, 5)), (Vec::new(), Some(50.0)));
}

#[tokio::test(start_paused = true)]
async fn a_member_whom_the_list_of_cells_does_not_show_is_one_of_the_group() {
    for state in ["inactive", "completed", "deleted", "invited"] {
        let tool = Stage::in_groups().open().await;
        let university = &tool.university;
        university.sandbox.world(|world| {
            world.set_grade((tool.course, tool.lecture, tool.students[2]), Some("55"), tool.teacher, noon());
            for student in &tool.students[..2] {
                world.clear_cell((tool.course, tool.lecture, *student));
            }
            world.set_enrollment_state(tool.course, tool.students[2], state);
        });
        let lines = [row("s1", "90"), row("s2", "90"), row("s4", "80"), row("s5", "80")];
        let plan = university.plan(&tool.sheet(&lines)).await;
        assert_eq!((plan.counts.blocked, plan.counts.set), (2, 2), "{state}: {plan:?}");
        let run = push(&tool, &plan, 4000).await;
        assert_eq!(run.counts.written, 2, "{state}: {run:?}");
        assert_eq!((score(&tool, 3), score(&tool, 1)), (Some(55.0), None), "{state}: the grade by hand stays");
    }
}

#[tokio::test(start_paused = true)]
async fn an_inactive_member_in_the_sheet_is_written_with_the_group() {
    let tool = Stage::in_groups().open().await;
    let university = &tool.university;
    university.sandbox.world(|world| world.set_enrollment_state(tool.course, tool.students[2], "inactive"));
    let plan = university.plan(&tool.sheet(&["s1", "s2", "s3"].map(|user| row(user, "90")))).await;
    assert_eq!(plan.counts.set, 3, "{plan:?}");
    let run = push(&tool, &plan, 4000).await;
    assert_eq!((run.counts.written, score(&tool, 3)), (3, Some(90.0)), "{run:?}");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_sees_its_own_sections_only_writes_no_group() {
    let mut stage = Stage::with_token("somebody else's");
    let group_category_id = Some(stage.world.add_groups(stage.course, &[&stage.students[..3]]));
    stage.instead(NewAssignment { group_category_id, ..NewAssignment::default() });
    let section = stage.world.add_section(stage.course, "02", None);
    let assistant = stage.person("assistant", "A-1");
    stage.world.add_token(assistant, DEMO_TOKEN);
    stage.world.enroll_in_section(stage.course, section, assistant, Role::Teacher, true);
    for student in &stage.students[..2] {
        stage.world.enroll_in_section(stage.course, section, *student, Role::Student, false);
    }
    let tool = stage.open().await;
    let plan = tool.university.plan(&tool.sheet(&[row("s1", "90"), row("s2", "90")])).await;
    assert_eq!((plan.counts.blocked, plan.counts.planned()), (2, 0), "{plan:?}");
    assert!(plan.findings.iter().any(|one| one.code == FindingCode::GroupAssignment), "{plan:?}");
}

#[tokio::test(start_paused = true)]
async fn a_comment_goes_to_its_student_although_another_member_left_the_course() {
    let tool = Stage::in_groups().open().await;
    let university = &tool.university;
    let lines = [format!("{},well done", row("s4", "90")), format!("{},", row("s5", "90"))];
    let plan = university.plan(&tool.sheet_of(&format!("{HEADER},comment"), &lines)).await;
    university.sandbox.world(|world| {
        // Canvas writes both, so the grade is there already.
        world.set_grade((tool.course, tool.lecture, tool.students[3]), Some("90"), tool.teacher, noon());
        world.drop_student(tool.course, tool.students[4]);
    });
    let run = push(&tool, &plan, 4000).await;
    assert_eq!((run.counts.already, run.counts.held, run.comments.sent), (1, 1, 1), "{run:?}");
    let comments = university.sandbox.world(|world| world.comments_of(tool.course, tool.lecture, tool.students[3]));
    assert_eq!(comments, ["well done"]);
}
