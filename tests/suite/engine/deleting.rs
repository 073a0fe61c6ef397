//! `undo --delete-created`: a column goes only where nobody but the run has anything in it, whoever it is about, and a
//! column that stays says why.

use std::time::Duration;

use gradepush::domain::{ScoreSheet, TakeBack};
use gradepush::engine::{ColumnToDelete, RunSummary, Selection, columns_to_delete};
use gradepush::sandbox::{Fault, Faults, Options, Rule};

use jiff::SignedDuration;

use super::stage::{HEADER, Stage, Tool};
use super::university::noon;

/// A run that created a column and graded the first of six students in it.
struct Created {
    tool: Tool,
    run: RunSummary,
    column: i64,
}

impl Created {
    async fn on(stage: Stage, faults: Faults) -> Self {
        let tool = stage.open_on(Options { faults, ..Options::default() }).await;
        let sheet = tool.sheet(&["BIO,rec-2,Lecture 2,100,s1,90"]);
        Self::of(tool, &sheet).await
    }

    /// By pushing this sheet.
    async fn of(tool: Tool, sheet: &ScoreSheet) -> Self {
        let plan = tool.university.plan(sheet).await;
        let run = tool.university.push(&plan).await;
        assert_eq!((run.counts.written, run.assignments.created), (plan.counts.set, 1), "{run:?}");
        let columns = tool.university.sandbox.world(|world| world.assignments_of(tool.course));
        let (column, _) = columns.iter().find(|(_, name)| name == "Lecture 2").expect("the new one");
        Self { column: *column, tool, run }
    }

    async fn new() -> Self {
        Self::on(Stage::new(), Faults::default()).await
    }

    /// The cell of a student, counted from 0.
    fn cell(&self, student: usize) -> (i64, i64, i64) {
        (self.tool.course, self.column, self.tool.students[student])
    }

    /// A teacher's grade.
    fn grade(&self, student: usize) {
        let (cell, teacher) = (self.cell(student), self.tool.teacher);
        self.tool.university.sandbox.world(|world| world.set_grade(cell, Some("88"), teacher, noon()));
    }

    /// Takes the run back with its column, and gives what became of that.
    async fn undo(&self) -> (RunSummary, ColumnToDelete) {
        let university = &self.tool.university;
        let also = TakeBack { created: true, comments: false };
        let plan = gradepush::engine::plan_undo(&university.session, self.run.run, also, &Selection::default()).await;
        let plan = plan.expect("a plan");
        let undone = university.push(&plan).await;
        let store = university.session.store();
        let columns = columns_to_delete(&store, &store.plan(plan.id).expect("the plan")).expect("the columns");
        let [column] = &columns[..] else { panic!("{columns:?}") };
        let is_there = university
            .sandbox
            .world(|world| world.assignments_of(self.tool.course))
            .iter()
            .any(|(id, _)| *id == self.column);
        assert_eq!(is_there, !column.deleted, "{column:?}");
        let counted = (undone.assignments.deleted, undone.assignments.failed);
        assert_eq!(counted, (u64::from(column.deleted), u64::from(!column.deleted)));
        assert_eq!((column.assignment.0, column.name.as_str()), (self.column, "Lecture 2"));
        (undone, column.clone())
    }

    /// The column stays, and the reason has these words.
    async fn stays(&self, words: &str) {
        let (_, column) = self.undo().await;
        let reason = column.reason.as_deref().unwrap_or_default();
        assert!(!column.deleted && reason.contains(words), "{column:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_column_of_which_nobody_else_made_use_is_deleted_and_named() {
    let created = Created::new().await;
    // A student of ours who has left leaves nothing but our grade.
    let dropped = created.tool.students[0];
    created.tool.university.sandbox.world(|world| world.drop_student(created.tool.course, dropped));
    let (undone, column) = created.undo().await;
    assert!(column.deleted && column.reason.is_none(), "{column:?} {undone:?}");
}

#[tokio::test(start_paused = true)]
async fn a_teachers_grade_of_somebody_who_dropped_since_keeps_the_column() {
    for state in ["deleted", "completed", "inactive"] {
        let created = Created::new().await;
        created.grade(5);
        let (course, user) = (created.tool.course, created.tool.students[5]);
        created.tool.university.sandbox.world(|world| world.set_enrollment_state(course, user, state));
        created.stays("1 grade").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_regrade_in_speedgrader_keeps_the_column_when_the_student_has_dropped_since() {
    let log = Rule::new("GET", "/api/v1/audit/grade_change", Fault::Status { code: 403, executed: false });
    for (rules, words) in [
        (Vec::new(), "it holds 1 grade of people who left the course"),
        // Without the log nobody knows that the grade is not ours any more.
        (
            vec![log],
            "1 grade of people who left the course; the change log, which knows who graded them, may not be read",
        ),
    ] {
        let created = Created::on(Stage::new(), Faults { rules, ..Faults::default() }).await;
        let (cell, teacher) = (created.cell(0), created.tool.teacher);
        let later = noon() + SignedDuration::from_hours(1);
        created.tool.university.sandbox.world(|world| {
            world.set_score_in_speedgrader(cell, 88.0, teacher, later);
            world.drop_student(cell.0, cell.2);
        });
        created.stays(words).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_grade_that_a_teacher_took_away_again_from_somebody_who_dropped_keeps_nothing() {
    let created = Created::new().await;
    let (cell, teacher) = (created.cell(5), created.tool.teacher);
    created.tool.university.sandbox.world(|world| {
        world.set_grade(cell, Some("88"), teacher, noon() + SignedDuration::from_hours(1));
        world.set_grade(cell, None, teacher, noon() + SignedDuration::from_hours(2));
        world.drop_student(cell.0, cell.2);
    });
    let (_, column) = created.undo().await;
    assert!(column.deleted, "{column:?}");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_behind_shows_no_grade_that_the_undo_took_away() {
    let tool = Stage::new().open_on(Options { replica_lag: Duration::from_mins(1), ..Options::default() }).await;
    let sheet = tool.sheet(&["BIO,rec-2,Lecture 2,100,s1,90"]);
    let created = Created::of(tool, &sheet).await;
    tokio::time::sleep(Duration::from_mins(2)).await;
    let (_, column) = created.undo().await;
    assert!(column.deleted, "{column:?}");
}

#[tokio::test(start_paused = true)]
async fn a_teachers_grade_that_the_list_does_not_show_yet_keeps_the_column() {
    let tool = Stage::new().open_on(Options { replica_lag: Duration::from_mins(1), ..Options::default() }).await;
    let sheet = tool.sheet(&["BIO,rec-2,Lecture 2,100,s1,90"]);
    let created = Created::of(tool, &sheet).await;
    tokio::time::sleep(Duration::from_mins(2)).await;
    let (cell, teacher) = (created.cell(5), created.tool.teacher);
    created.tool.university.sandbox.world(|world| {
        world.set_grade(cell, Some("88"), teacher, noon() + SignedDuration::from_mins(3));
    });
    created.stays("it holds 1 grade").await;
}

#[tokio::test(start_paused = true)]
async fn our_own_comments_go_with_the_column_and_are_counted() {
    for (by_teacher, reason) in [(false, "2 comments of the run went with it"), (true, "it holds 1 comment")] {
        let tool = Stage::new().open().await;
        let lines = ["s1", "s2"].map(|user| format!("BIO,rec-2,Lecture 2,100,{user},90,well done"));
        let sheet = tool.sheet_of(&format!("{HEADER},comment"), &lines);
        let created = Created::of(tool, &sheet).await;
        assert_eq!(created.run.comments.sent, 2, "{:?}", created.run);
        if by_teacher {
            let (cell, teacher) = (created.cell(0), created.tool.teacher);
            created.tool.university.sandbox.world(|world| world.add_comment(cell, "See me", (teacher, noon())));
        }
        let (_, column) = created.undo().await;
        assert_eq!((column.deleted, column.reason.as_deref()), (!by_teacher, Some(reason)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_that_a_teacher_set_keeps_the_column() {
    for (is_label, dropped) in [(true, false), (false, false), (true, true), (false, true)] {
        let created = Created::new().await;
        let (cell, teacher) = (created.cell(5), created.tool.teacher);
        created.tool.university.sandbox.world(|world| {
            if is_label {
                world.set_label(cell, "missing", teacher, noon());
            } else {
                world.set_custom_status(cell, 5, teacher, noon());
            }
            if dropped {
                world.drop_student(cell.0, cell.2);
            }
        });
        created.stays("1 status").await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_unpublished_column_is_looked_at_like_any_other() {
    let created = Created::new().await;
    let course = created.tool.course;
    created.tool.university.sandbox.world(|world| world.unpublish_assignment(course, created.column));
    let (_, column) = created.undo().await;
    assert!(!column.deleted && column.reason.as_deref().is_some_and(|why| why.contains("1 grade")), "{column:?}");
}

#[tokio::test(start_paused = true)]
async fn where_the_history_may_not_be_read_the_change_log_is_and_without_both_the_column_stays() {
    let refused = |route: &str| Rule::new("GET", route, Fault::Status { code: 403, executed: false });
    let feed = refused("/api/v1/courses/*/gradebook_history/feed");
    let log = refused("/api/v1/audit/grade_change");
    for (rules, words) in [
        (vec![feed.clone()], "it holds 1 grade of people who left the course"),
        (vec![feed, log], "Canvas does not show what it holds of people who left"),
    ] {
        let created = Created::on(Stage::new(), Faults { rules, ..Faults::default() }).await;
        created.grade(5);
        let (course, user) = (created.tool.course, created.tool.students[5]);
        created.tool.university.sandbox.world(|world| world.drop_student(course, user));
        created.stays(words).await;
    }
}
