//! A new column whose creation was asked for and never answered: no later plan makes it a second time, and the run that
//! asked settles it.

use std::time::Duration;

use gradepush::domain::{
    AssignmentId, Binding, CellClass, ColumnIndex, FindingCode, Operator, Outcome, PartIndex, PlanId, RunId, TakeBack,
    UserId,
};
use gradepush::engine::{PlanSummary, PushOptions, RunSummary, Selection, Stop, plan_undo};
use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Role, World};

use super::university::{University, noon};
use crate::confirmed::confirmed;

const SHEET: &str = "\
course_id,assignment_id,assignment_title,score_possible,user_id,score_received
C,rec-1,Lecture,100,s0,10
";

struct Term {
    university: University,
    course: i64,
    student: i64,
    /// The run that asked for the column.
    run: RunId,
}

/// A course with one student and one assignment of another name.
fn course() -> (University, (i64, i64, i64)) {
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Course", Some("C"));
    let student = world.add_user("Student");
    world.add_login(student, "s0", None);
    world.enroll(course, student, Role::Student);
    let other = NewAssignment { name: "Another".to_owned(), points_possible: Some(5.0), ..NewAssignment::default() };
    let highest = world.add_assignment(course, other);
    let university = University::with(world, |settings| settings.use_existing = false);
    (university, (course, student, highest))
}

/// A push that died after it asked Canvas for the column.
async fn term() -> Term {
    term_at(noon()).await
}

async fn term_at(intended: jiff::Timestamp) -> Term {
    let (university, (course, student, highest)) = course();
    university.sync().await;
    let plan = plan(&university).await;
    assert_eq!(plan.counts.create_assignments, 1, "{plan:?}");
    let run = {
        let store = university.session.store();
        let robot = university.sandbox.world(|world| world.user_by_login("grade.robot")).expect("the admin");
        let operator = Operator { id: UserId(robot), name: "Grade Robot".to_owned(), local_user: None };
        let run = store.start_run(plan.id, &operator, noon()).expect("a run");
        store
            .intend_assignment(run, PartIndex(0), ColumnIndex(0), Some(AssignmentId(highest)), intended)
            .expect("an intent");
        run
    };
    Term { university, course, student, run }
}

async fn plan(university: &University) -> PlanSummary {
    university.plan(&university.sheet(SHEET)).await
}

impl Term {
    /// Canvas carried the creation out.
    fn column_turns_up(&self) -> i64 {
        let new = NewAssignment {
            name: "Lecture".to_owned(),
            points_possible: Some(100.0),
            submission_types: vec!["none".to_owned()],
            ..NewAssignment::default()
        };
        self.university.sandbox.world(|world| world.add_assignment(self.course, new))
    }

    async fn retry(&self) -> RunSummary {
        let session = &self.university.session;
        let plan: PlanId = session.store().run(self.run).expect("the run").plan;
        let digest = session.store().plan(plan).expect("the plan").totals.digest;
        let confirmed = confirmed(&digest);
        let options = PushOptions::default();
        gradepush::engine::retry(session, self.run, &confirmed, &options, &Stop::default()).await.expect("a retry")
    }

    fn columns(&self) -> Vec<i64> {
        let all = self.university.sandbox.world(|world| world.assignments_of(self.course));
        all.into_iter().filter(|(_, name)| name == "Lecture").map(|(id, _)| id).collect()
    }

    fn score(&self, column: i64) -> Option<f64> {
        self.university.sandbox.world(|world| world.score_of(self.course, column, self.student))
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_plan_does_not_create_what_may_still_turn_up() {
    let term = term().await;
    let later = plan(&term.university).await;
    let (class, codes, reason) = term.university.cell_of_line(later.id, 2).expect("a cell");
    assert_eq!((class, codes), (CellClass::Blocked, vec![FindingCode::JobOutstanding.code()]));
    assert_eq!(reason, "R1 may have created it, and the reply was lost: `gradepush retry R1`, or `gradepush map bind`");
    assert_eq!(later.counts.create_assignments, 0, "{later:?}");
    let retried = term.retry().await;
    assert_eq!((retried.counts.written, term.columns().len()), (1, 1), "{retried:?}");
    let settled = plan(&term.university).await;
    assert_eq!(settled.counts.unchanged, 1, "{settled:?}");
}

#[tokio::test(start_paused = true)]
async fn what_turned_up_is_not_created_again_and_the_retry_takes_it() {
    let term = term().await;
    let column = term.column_turns_up();
    tokio::time::advance(Duration::from_hours(1)).await;
    let later = plan(&term.university).await;
    assert_eq!((later.counts.blocked, later.counts.create_assignments), (1, 0), "{later:?}");
    let retried = term.retry().await;
    assert_eq!((retried.counts.written, retried.assignments.created), (1, 1), "{retried:?}");
    assert_eq!((term.columns(), term.score(column)), (vec![column], Some(10.0)));
}

#[tokio::test(start_paused = true)]
async fn what_never_turned_up_is_created_by_the_next_plan_and_never_by_the_old_run() {
    let term = term().await;
    tokio::time::advance(Duration::from_mins(3)).await;
    let later = plan(&term.university).await;
    assert_eq!((later.counts.set, later.counts.create_assignments), (1, 1), "{later:?}");
    assert_eq!(term.university.push(&later).await.counts.written, 1);
    let retried = term.retry().await;
    assert_eq!((retried.counts.held, retried.assignments.created), (1, 0), "{retried:?}");
    let records = term.university.records(term.run);
    assert_eq!(
        records[0].reason.as_deref(),
        Some("R2 created one for this column since the plan was made: plan again"),
        "{records:?}"
    );
    let columns = term.columns();
    assert_eq!(columns.len(), 1);
    let column = term.university.sandbox.world(|world| world.assignment_data(term.course, columns[0]));
    assert_eq!(column["integration_id"], "rec-1", "the sender's key stands in Canvas");
}

#[tokio::test(start_paused = true)]
async fn among_several_of_its_name_a_person_says_which_it_is() {
    let term = term().await;
    let (one, other) = (term.column_turns_up(), term.column_turns_up());
    let retried = term.retry().await;
    assert_eq!((retried.counts.held, retried.assignments.failed), (1, 1), "{retried:?}");
    let reason = term.university.records(term.run).remove(0).reason.expect("a reason");
    assert!(reason.contains("2 new assignments have its name") && reason.contains("gradepush map bind"), "{reason}");
    let session = &term.university.session;
    let plan = session.store().run(term.run).expect("the run").plan;
    let key = term.university.parts(plan)[0].columns[0].key.clone();
    let binding = Binding {
        key,
        course: gradepush::domain::CourseId(term.course),
        assignment: AssignmentId(other),
        assignment_created_at: None,
        name: "Lecture".to_owned(),
        points_possible: None,
        bound_at: noon(),
        created_by_run: None,
    };
    session.store().bind(&session.settings.host, &[binding]).expect("a binding");
    let retried = term.retry().await;
    assert_eq!((retried.counts.written, retried.assignments.created), (1, 1), "{retried:?}");
    assert_eq!((term.score(one), term.score(other)), (None, Some(10.0)));
    assert!(term.university.records(term.run).iter().all(|record| record.outcome == Outcome::Written));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_back_makes_nobody_wait_for_it() {
    let term = term_at(noon() + jiff::SignedDuration::from_hours(24)).await;
    let began = tokio::time::Instant::now();
    let retried = term.retry().await;
    assert_eq!((retried.counts.written, term.columns().len()), (1, 1), "{retried:?}");
    assert!(began.elapsed() < Duration::from_mins(3), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_column_that_somebody_made_since_the_plan_is_not_made_twice() {
    let (university, course) = course();
    university.sync().await;
    let plan = plan(&university).await;
    tokio::time::advance(Duration::from_mins(5)).await;
    let new = NewAssignment { name: "Lecture".to_owned(), points_possible: Some(100.0), ..NewAssignment::default() };
    university.sandbox.world(|world| {
        let id = world.add_assignment(course.0, new);
        world.date_assignment(course.0, id, noon() + jiff::SignedDuration::from_mins(4));
    });
    let run = university.push(&plan).await;
    assert_eq!((run.counts.held, run.assignments.created), (1, 0), "{run:?}");
    let reason = university.records(run.run).remove(0).reason.expect("a reason");
    assert_eq!(reason, "somebody created an assignment of this name since the plan: plan again");
}

#[tokio::test(start_paused = true)]
async fn a_column_whose_grades_could_not_be_hidden_is_in_no_later_plan() {
    let (university, course) = course();
    university.sync().await;
    university.sandbox.world(|world| world.restrict_admins(&["manage_grades"]));
    let sheet = university.sheet(SHEET);
    let hidden = |options: &mut gradepush::domain::PlanOptions| {
        options.created_posting = gradepush::domain::CreatedPosting::Manual;
        options.use_existing = true;
    };
    let plan = university.plan_with(&sheet, hidden).await;
    let run = university.push(&plan).await;
    assert_eq!((run.counts.rejected, run.counts.written), (1, 0), "{run:?}");
    let reason = university.records(run.run).remove(0).reason.expect("a reason");
    assert!(reason.starts_with("grades could not be hidden"), "{reason}");
    tokio::time::advance(Duration::from_hours(1)).await;
    let later = university.plan_with(&sheet, hidden).await;
    let (class, codes, _) = university.cell_of_line(later.id, 2).expect("a cell");
    assert_eq!((class, codes), (CellClass::Blocked, vec![FindingCode::JobOutstanding.code()]));
    let posted = university.sandbox.world(|world| world.is_posted(course.0, 0, course.1));
    assert!(!posted);
    let (_, _, reason) = university.cell_of_line(later.id, 2).expect("a cell");
    assert_eq!(reason, "R1 created it and could not hide its grades: `gradepush retry R1`");
    let also = TakeBack { created: true, comments: false };
    let undo = plan_undo(&university.session, run.run, also, &Selection::default()).await.expect("an undo");
    let undone = university.push(&undo).await;
    assert_eq!((undone.assignments.deleted, undone.assignments.failed), (1, 0), "{undone:?}");
    assert_eq!(university.sandbox.world(|world| world.assignments_of(course.0).len()), 1);
    let again = university.plan_with(&sheet, hidden).await;
    assert_eq!(again.counts.create_assignments, 1, "{again:?}");
}
