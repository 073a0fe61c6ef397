//! What changed since a run, and how the run is taken back: cell by cell, with what stays and what cannot be put back.

use gradepush::domain::{Entered, OnConflict, Outcome, TakeBack};
use gradepush::engine::{PushOptions, Selection, Stop, SyncRequest, SyncSource, plan_undo, retry, verify};
use gradepush::sandbox::{DEMO_TOKEN, Event, Fault, Faults, Moment, NewAssignment, Options, Role, Rule, What, World};

use super::stage::{HEADER, Stage, row};
use super::university::{University, noon};
use crate::confirmed::confirmed;

const SHEET: &str = "\
course_id,assignment_title,score_possible,user_id,score_received,comment
C,One,100,s0,10,seen
C,One,100,s1,11,
C,One,100,s2,12,
C,Two,100,s0,20,
C,Two,100,s1,21,
";

struct Term {
    university: University,
    course: i64,
    /// The columns `One` and `Two`.
    columns: [i64; 2],
    students: Vec<i64>,
    teacher: i64,
}

/// A course with two columns; `events` name things by their ids.
fn term(events: impl FnOnce(i64, [i64; 2], &[i64], i64) -> Vec<Event>) -> Term {
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Course", Some("C"));
    let teacher = world.add_user("Tess Teacher");
    world.enroll(course, teacher, Role::Teacher);
    let mut column = |name: &str| {
        let new = NewAssignment { name: name.to_owned(), points_possible: Some(100.0), ..NewAssignment::default() };
        world.add_assignment(course, new)
    };
    let columns = [column("One"), column("Two")];
    let mut student = |number: usize| {
        let user = world.add_user(&format!("Student {number}"));
        world.add_login(user, &format!("s{number}"), None);
        world.enroll(course, user, Role::Student);
        user
    };
    let students: Vec<i64> = (0..3).map(&mut student).collect();
    let faults = Faults { events: events(course, columns, &students, teacher), ..Faults::default() };
    let university = University::served(world, Options { faults, ..Options::default() }, |_| {});
    Term { university, course, columns, students, teacher }
}

/// Without a report: the first write to Canvas is the push's.
async fn sync(university: &University) {
    let request = SyncRequest { source: SyncSource::Rest, ..SyncRequest::default() };
    gradepush::engine::sync(&university.session, &request).await.expect("a sync");
}

#[tokio::test(start_paused = true)]
async fn a_column_that_is_gone_is_drift_and_the_others_are_verified_all_the_same() {
    let Term { university, course, columns, students, teacher } = term(|_, _, _, _| Vec::new());
    sync(&university).await;
    let sheet = university.sheet(SHEET);
    let run = university.push(&university.plan(&sheet).await).await;
    assert_eq!(run.counts.written, 5, "{run:?}");
    university.sandbox.world(|world| {
        world.delete_assignment(course, columns[1]);
        world.set_grade((course, columns[0], students[2]), Some("99"), teacher, noon());
    });
    let found = verify(&university.session, run.run, &Selection::default()).await.expect("a look");
    assert_eq!((found.checked, found.holding, found.unreadable), (5, 2, 0), "{found:?}");
    let [drift, gone @ ..] = &found.drifted[..] else { panic!("{found:?}") };
    assert_eq!(
        gone.iter().map(|drift| (drift.assignment.0, drift.now.is_none())).collect::<Vec<_>>(),
        [(columns[1], true); 2]
    );
    let now = drift.now.as_ref().expect("a cell");
    assert_eq!((drift.user.0, drift.wrote.to_string(), drift.by), (students[2], "12".to_owned(), Some(teacher)));
    assert_eq!(now.entered.to_string(), "99");
}

#[tokio::test(start_paused = true)]
async fn a_comment_that_canvas_does_not_delete_is_counted_until_a_retry_deletes_it() {
    let refused = Rule::new(
        "DELETE",
        "/api/v1/courses/*/assignments/*/submissions/*/comments/*",
        Fault::Status { code: 403, executed: false },
    );
    let faults = Faults { rules: vec![refused.times(0, 1)], ..Faults::default() };
    let tool = Stage::new().open_on(Options { faults, ..Options::default() }).await;
    let university = &tool.university;
    let sheet = tool.sheet_of(&format!("{HEADER},comment"), &[format!("{},\"well\r\ndone\"", row("s1", "90"))]);
    let run = university.push(&university.plan(&sheet).await).await;
    assert_eq!(run.comments.sent, 1, "{run:?}");
    let also = TakeBack { created: false, comments: true };
    let plan = plan_undo(&university.session, run.run, also, &Selection::default()).await.expect("an undo");
    let undone = university.push(&plan).await;
    assert_eq!((undone.comments.deleted, undone.comments.kept), (0, 1), "{undone:?}");
    let confirmed = confirmed(&plan.digest);
    let options = PushOptions::default();
    let retried = retry(&university.session, undone.run, &confirmed, &options, &Stop::default()).await;
    let retried = retried.expect("a retry");
    assert_eq!((retried.comments.deleted, retried.comments.kept), (1, 0), "{retried:?}");
    let left = university.sandbox.world(|world| world.comments_of(tool.course, tool.lecture, tool.students[0]));
    assert_eq!(left, Vec::<String>::new());
    let again = university.plan_with(&sheet, |options| options.on_conflict = OnConflict::Overwrite).await;
    assert_eq!(university.push(&again).await.comments.sent, 1, "what was taken back may be sent again");
}

#[tokio::test(start_paused = true)]
async fn a_student_who_dropped_before_the_job_gets_the_comment_with_the_grade_once_back() {
    let Term { university, course, columns, students, .. } = term(|course, _, students, _| {
        let what = What::DropEnrollment { course: course.to_string(), user: students[0].to_string() };
        vec![Event { moment: Moment::FirstWrite, what }]
    });
    sync(&university).await;
    let plan = university.plan(&university.sheet(SHEET)).await;
    let run = university.push(&plan).await;
    assert_eq!((run.counts.written, run.counts.rejected), (3, 2), "{run:?}");
    assert_eq!((run.comments.sent, run.comments.unknown), (0, 0), "Canvas says that it wrote nothing: {run:?}");
    university.sandbox.world(|world| world.set_enrollment_state(course, students[0], "active"));
    let confirmed = confirmed(&plan.digest);
    let options = PushOptions::default();
    let retried = retry(&university.session, run.run, &confirmed, &options, &Stop::default()).await.expect("a retry");
    assert_eq!((retried.counts.written, retried.comments.sent), (5, 1), "{retried:?}");
    let comments = university.sandbox.world(|world| world.comments_of(course, columns[0], students[0]));
    assert_eq!(comments, ["seen"]);
}

#[tokio::test(start_paused = true)]
async fn a_comment_that_somebody_deleted_is_drift() {
    let tool = Stage::new().open().await;
    let university = &tool.university;
    tool.grade(Some("90"), tool.teacher);
    let header = format!("{HEADER},comment");
    // The first gets nothing but a comment.
    let lines = [1, 2].map(|number| format!("{},well done", row(&format!("s{number}"), "90")));
    let run = university.push(&university.plan(&tool.sheet_of(&header, &lines)).await).await;
    assert_eq!((run.counts.written, run.comments.sent), (2, 2), "{run:?}");
    let look = async || verify(&university.session, run.run, &Selection::default()).await.expect("a look");
    let found = look().await;
    assert_eq!((found.holding, found.drifted.len()), (2, 0), "{found:?}");
    for student in &tool.students[..2] {
        university.sandbox.world(|world| world.clear_comments((tool.course, tool.lecture, *student)));
    }
    let found = look().await;
    assert_eq!((found.holding, found.drifted.len()), (0, 2), "{found:?}");
    assert!(found.drifted.iter().all(|drift| drift.comment_gone && drift.now.is_some()), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn a_retried_undo_binds_nothing_to_a_column_that_it_deleted() {
    let tool = Stage::new().open().await;
    let university = &tool.university;
    let sheet = tool.sheet(&["BIO,rec-2,Lecture 2,100,s1,90"]);
    let run = university.push(&university.plan(&sheet).await).await;
    assert_eq!(run.assignments.created, 1, "{run:?}");
    let also = TakeBack { created: true, comments: false };
    let plan = plan_undo(&university.session, run.run, also, &Selection::default()).await.expect("an undo");
    let undone = university.push(&plan).await;
    assert_eq!(undone.assignments.deleted, 1, "{undone:?}");
    let confirmed = confirmed(&plan.digest);
    let options = PushOptions::default();
    retry(&university.session, undone.run, &confirmed, &options, &Stop::default()).await.expect("a retry");
    let again = university.plan(&sheet).await;
    assert_eq!((again.counts.create_assignments, again.counts.set), (1, 1), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn an_undo_says_what_canvas_keeps_and_leaves_alone_what_was_edited_since() {
    let Term { university, course, columns, students, teacher } = term(|_, _, _, _| Vec::new());
    sync(&university).await;
    let sheet = university.sheet(SHEET);
    let run = university.push(&university.plan(&sheet).await).await;
    let edited = (course, columns[0], students[0]);
    university.sandbox.world(|world| world.set_grade(edited, Some("99"), teacher, noon()));
    let also = TakeBack { created: false, comments: true };
    let plan = plan_undo(&university.session, run.run, also, &Selection::default()).await;
    let plan = plan.expect("a plan");
    assert_eq!((plan.counts.clear, plan.counts.conflict, plan.counts.unchanged), (4, 1, 0), "{:?}", plan.counts);
    let parts = university.parts(plan.id);
    let reasons: Vec<&str> = parts[0].cells.iter().map(|cell| &*cell.reason).collect();
    let kept = "gets its earlier value back, except what Canvas keeps: the notification, the time of posting, the \
                state `graded`";
    assert_eq!(reasons.iter().filter(|reason| **reason == kept).count(), 4, "{reasons:?}");
    let undone = university.push(&plan).await;
    assert_eq!((undone.counts.planned, undone.counts.written), (4, 4), "{undone:?}");
    assert_eq!((undone.comments.deleted, undone.comments.kept), (1, 0), "{undone:?}");
    university.sandbox.world(|world| {
        assert_eq!(world.score_count(), 1, "only the teacher's is left");
        assert_eq!(world.score_of(edited.0, edited.1, edited.2), Some(99.0));
        assert_eq!(world.comments_of(edited.0, edited.1, edited.2), Vec::<String>::new(), "ours went all the same");
    });
}

#[tokio::test(start_paused = true)]
async fn an_edit_between_look_and_job_is_listed_with_its_value_and_comes_back() {
    let Term { university, course, columns, students, teacher } = term(|course, columns, students, teacher| {
        let what = What::Grade {
            course: course.to_string(),
            assignment: columns[0].to_string(),
            user: students[1].to_string(),
            grade: "77".to_owned(),
            grader: teacher.to_string(),
        };
        vec![Event { moment: Moment::FirstWrite, what }]
    });
    sync(&university).await;
    let sheet = university.sheet(SHEET);
    let run = university.push(&university.plan(&sheet).await).await;
    assert_eq!(run.counts.written, 5, "{run:?}");
    let records = university.records(run.run);
    let lost: Vec<_> = records.iter().filter_map(|record| record.overwrote.last()).collect();
    let [lost] = lost[..] else { panic!("{records:?}") };
    assert_eq!((lost.value(), lost.grader.map(|grader| grader.0)), ("77".to_owned(), Some(teacher)));
    assert!(lost.graded_at.is_some() && records.iter().all(|record| record.outcome == Outcome::Written));
    let plan = plan_undo(&university.session, run.run, TakeBack::default(), &Selection::default()).await;
    let plan = plan.expect("a plan");
    university.push(&plan).await;
    let back = university.sandbox.world(|world| world.score_of(course, columns[0], students[1]));
    assert_eq!(back, Some(77.0));
    assert_eq!(university.sandbox.world(|world| world.score_count()), 1);
    let wanted = &university.parts(plan.id)[0];
    assert!(wanted.cells.iter().any(|cell| cell.base.as_ref().is_some_and(|base| base.entered != Entered::Empty)));
}
