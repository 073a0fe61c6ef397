//! A run is taken back from whatever state it and Canvas are in: what can be restored is, and the rest is listed and
//! can be taken up later.

use std::fmt::Write as _;
use std::time::Duration;

use gradepush::domain::{CellClass, FindingCode, JobId, OnConflict, Operator, PlanOptions, RunId, TakeBack, UserId};
use gradepush::engine::{
    CourseName, EngineError, PlanSummary, PushOptions, RunSummary, Selection, Stop, SyncRequest, SyncSource, verify,
};
use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, JobScript, NewAssignment, Options, Role, Rule, World};

use super::university::University;
use crate::confirmed::confirmed;

/// Courses `C0`, `C1`, … with the column `Quiz` and two students each.
struct Term {
    university: University,
    courses: Vec<i64>,
    columns: Vec<i64>,
    students: [i64; 2],
}

impl Term {
    async fn open(count: usize, options: Options) -> Self {
        let mut world = World::with_admin(DEMO_TOKEN);
        let students = [0, 1].map(|number| {
            let user = world.add_user(&format!("Student {number}"));
            world.add_login(user, &format!("s{number}"), None);
            user
        });
        let (mut courses, mut columns) = (Vec::new(), Vec::new());
        for number in 0..count {
            let course = world.add_course(&format!("Course {number}"), Some(&format!("C{number}")));
            for student in students {
                world.enroll(course, student, Role::Student);
            }
            let quiz =
                NewAssignment { name: "Quiz".to_owned(), points_possible: Some(100.0), ..NewAssignment::default() };
            columns.push(world.add_assignment(course, quiz));
            courses.push(course);
        }
        let university = University::served(world, options, |_| {});
        university.sync().await;
        Self { university, courses, columns, students }
    }

    /// A sheet in which every student gets this score in every course.
    fn scores_of(&self, score: u32) -> String {
        let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
        for course in 0..self.courses.len() {
            for student in 0..self.students.len() {
                writeln!(sheet, "C{course},Quiz,100,s{student},{score}").expect("writing to a string cannot fail");
            }
        }
        sheet
    }

    async fn plan(&self, score: u32) -> PlanSummary {
        self.university.plan(&self.university.sheet(&self.scores_of(score))).await
    }

    async fn push(&self, score: u32) -> RunSummary {
        self.university.push(&self.plan(score).await).await
    }

    async fn plan_undo(&self, run: RunId) -> Result<PlanSummary, EngineError> {
        let (also, all) = (TakeBack::default(), Selection::default());
        gradepush::engine::plan_undo(&self.university.session, run, also, &all).await
    }

    async fn undo(&self, run: RunId) -> RunSummary {
        let plan = self.plan_undo(run).await.expect("a plan");
        self.university.push(&plan).await
    }

    async fn retry(&self, run: RunId, abandon: Option<JobId>) -> Result<RunSummary, EngineError> {
        let session = &self.university.session;
        let plan = session.store().run(run).expect("the run").plan;
        let digest = session.store().plan(plan).expect("the plan").totals.digest;
        let confirmed = confirmed(&digest);
        let options = PushOptions { abandon, ..PushOptions::default() };
        gradepush::engine::retry(session, run, &confirmed, &options, &Stop::default()).await
    }

    /// The jobs that have not ended go on like this.
    fn set_fate(&self, fate: JobScript) {
        self.university.sandbox.world(|world| {
            let jobs: Vec<i64> = world.job_states().into_iter().map(|(job, _)| job).collect();
            for job in jobs {
                world.set_job_fate(job, fate);
            }
        });
    }

    /// A run of three courses that wrote the first, saw no end of the job in the second, and sent nothing to the third.
    /// Later that job goes on like `fate`.
    async fn interrupted(fate: JobScript) -> (Self, RunId) {
        let slow = Faults {
            rules: vec![Rule {
                method: "POST".to_owned(),
                route: "/api/v1/courses/*/submissions/update_grades".to_owned(),
                after: 1,
                count: Some(1),
                fault: Fault::JobStuckQueued,
                ..Rule::default()
            }],
            ..Faults::default()
        };
        let term = Self::open(3, Options { faults: slow, ..Options::default() }).await;
        let plan = term.plan(10).await;
        let options = PushOptions {
            first: Some(2),
            courses_at_once: Some(1),
            job_timeout: Duration::from_secs(2),
            ..PushOptions::default()
        };
        let run = term.university.push_with(&plan, &options).await.expect("a push");
        assert_eq!((run.counts.written, run.counts.unknown, run.counts.pending), (2, 2, 2), "{run:?}");
        term.set_fate(fate);
        (term, run.run)
    }

    /// The scores of a course.
    fn scores(&self, course: usize) -> [Option<f64>; 2] {
        let (id, column) = (self.courses[course], self.columns[course]);
        self.students.map(|student| self.university.sandbox.world(|world| world.score_of(id, column, student)))
    }
}

#[tokio::test(start_paused = true)]
async fn a_course_that_is_gone_blocks_its_own_cells_and_is_taken_back_once_it_can_be_read() {
    let term = Term::open(3, Options::default()).await;
    let run = term.push(10).await;
    assert_eq!(run.counts.written, 6, "{run:?}");
    let is = |state: &str| term.university.sandbox.world(|world| world.set_course_state(term.courses[1], state));
    is("deleted");
    let plan = term.plan_undo(run.run).await.expect("a plan");
    assert_eq!((plan.counts.clear, plan.counts.blocked), (4, 2), "{:?}", plan.counts);
    let found = plan.findings.iter().find(|finding| finding.code == FindingCode::CourseUnreadable).expect("a finding");
    assert_eq!((found.cells, found.course.map(|course| course.0)), (2, Some(term.courses[1])));
    let blocked = &term.university.parts(plan.id)[1];
    assert!(blocked.cells.iter().all(|cell| cell.class == CellClass::Blocked && cell.wanted.is_some()), "{blocked:?}");
    let undone = term.university.push(&plan).await;
    assert_eq!((undone.counts.planned, undone.counts.written), (4, 4), "{undone:?}");
    assert_eq!((term.scores(0), term.scores(2)), ([None; 2], [None; 2]));
    is("available");
    assert_eq!(term.scores(1), [Some(10.0); 2]);
    let rest = term.undo(run.run).await;
    assert_eq!((rest.counts.planned, rest.counts.written, term.scores(1)), (2, 2, [None; 2]), "{rest:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_job_was_still_writing_is_settled_and_taken_back_by_a_second_undo() {
    let (term, run) = Term::interrupted(JobScript::Runs).await;
    let undone = term.undo(run).await;
    assert_eq!((undone.counts.written, undone.plan_counts.blocked), (2, 2), "{undone:?}");
    let outcome = term.retry(run, None).await.expect("a look");
    let counts = outcome.counts;
    assert_eq!((counts.written, counts.pending, outcome.retryable), (4, 2, 0), "{outcome:?}");
    assert_eq!((term.scores(0), term.scores(1), term.scores(2)), ([None; 2], [Some(10.0); 2], [None; 2]));
    let second = term.undo(run).await;
    assert_eq!((second.counts.planned, second.counts.written), (2, 2), "{second:?}");
    assert_eq!(term.scores(1), [None; 2]);
    let third = term.plan_undo(run).await.expect_err("nothing is left").to_string();
    assert_eq!(third, format!("{run} was undone by {}", second.run));
    let refused = term.retry(run, None).await.expect_err("nothing is left to look at").to_string();
    assert_eq!(refused, third);
    assert_eq!(term.plan(10).await.counts.blocked, 0, "nothing is outstanding");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_died_after_the_undo_leaves_nothing_to_send() {
    let (term, run) = Term::interrupted(JobScript::DiesAfter(1)).await;
    term.undo(run).await;
    let outcome = term.retry(run, None).await.expect("a look");
    assert_eq!((outcome.counts.written, outcome.counts.pending, outcome.retryable), (3, 3, 0), "{outcome:?}");
    assert_eq!(term.scores(1), [Some(10.0), None]);
    let second = term.undo(run).await;
    assert_eq!((second.counts.planned, second.counts.written), (1, 1), "{second:?}");
    assert_eq!([0, 1, 2].map(|course| term.scores(course)), [[None; 2]; 3]);
}

#[tokio::test(start_paused = true)]
async fn a_stuck_job_of_an_undone_run_can_be_given_up() {
    let (term, run) = Term::interrupted(JobScript::StuckQueued).await;
    term.undo(run).await;
    let waiting = term.retry(run, None).await.expect("a look");
    assert_eq!((waiting.counts.unknown, waiting.retryable), (2, 2), "{waiting:?}");
    let job = term.university.session.store().jobs(run).expect("jobs")[1].id;
    let given_up = term.retry(run, Some(job)).await.expect("a look");
    assert_eq!(given_up.counts.unknown, 2, "it may still write them: {given_up:?}");
    assert_eq!(term.plan(20).await.counts.blocked, 0, "nothing is waited for any more");
    term.set_fate(JobScript::Runs);
    tokio::time::sleep(Duration::from_mins(1)).await;
    term.retry(run, None).await.expect("a look");
    assert_eq!(term.scores(1), [Some(10.0); 2]);
    assert_eq!(term.undo(run).await.counts.written, 2);
    assert_eq!([0, 1, 2].map(|course| term.scores(course)), [[None; 2]; 3]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_selected_for_an_undo_is_still_finished_by_a_retry() {
    let term = Term::open(3, Options::default()).await;
    let plan = term.plan(10).await;
    let first = PushOptions { first: Some(1), ..PushOptions::default() };
    let run = term.university.push_with(&plan, &first).await.expect("a push");
    assert_eq!((run.counts.written, run.counts.pending), (2, 4), "{run:?}");
    let only = Selection { users: vec!["s1".to_owned()], ..Selection::default() };
    let undo = gradepush::engine::plan_undo(&term.university.session, run.run, TakeBack::default(), &only).await;
    let undo = undo.expect("a plan");
    assert_eq!((undo.counts.clear, undo.counts.unchanged, undo.counts.cells), (1, 2, 3), "{:?}", undo.counts);
    assert_eq!(term.university.push(&undo).await.counts.written, 1);
    let retried = term.retry(run.run, None).await.expect("a retry");
    assert_eq!((retried.counts.written, retried.counts.pending), (4, 2), "{retried:?}");
    assert_eq!([0, 1, 2].map(|course| term.scores(course)), [[Some(10.0), None]; 3]);
    let rest = term.undo(run.run).await;
    assert_eq!((rest.counts.planned, rest.counts.written), (3, 3), "{rest:?}");
    assert_eq!([0, 1, 2].map(|course| term.scores(course)), [[None; 2]; 3]);
}

#[tokio::test(start_paused = true)]
async fn runs_are_taken_back_one_after_the_other_the_newest_first() {
    let term = Term::open(1, Options::default()).await;
    let mut runs = Vec::new();
    for score in [10, 20, 30] {
        runs.push(term.push(score).await.run);
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    for (run, score) in [(runs[2], Some(20.0)), (runs[1], Some(10.0)), (runs[0], None)] {
        let undone = term.undo(run).await;
        assert_eq!((undone.counts.planned, undone.counts.written, term.scores(0)), (2, 2, [score; 2]), "{undone:?}");
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    let again = term.plan(20).await;
    assert_eq!((again.counts.conflict, again.counts.planned()), (0, 2), "only what was taken back last: {again:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_undo_of_an_undo_gives_back_is_ours_again_and_can_be_taken_back() {
    let term = Term::open(1, Options::default()).await;
    let pause = || tokio::time::sleep(Duration::from_mins(1));
    let first = term.push(10).await.run;
    pause().await;
    let undo = term.undo(first).await.run;
    pause().await;
    assert_eq!(term.undo(undo).await.counts.written, 2);
    assert_eq!(term.scores(0), [Some(10.0); 2]);
    pause().await;
    let more = term.plan(30).await;
    assert_eq!((more.counts.change, more.counts.conflict), (2, 0), "the grades are this tool's: {more:?}");
    let again = term.undo(first).await;
    assert_eq!((again.counts.planned, again.counts.written, term.scores(0)), (2, 2, [None; 2]), "{again:?}");
    let refused = term.plan_undo(first).await.expect_err("nothing is left of it");
    assert!(refused.to_string().contains("was undone by R4"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn what_was_selected_for_an_undo_before_it_was_sent_stays_unsent() {
    let term = Term::open(2, Options::default()).await;
    let plan = term.plan(10).await;
    let first = PushOptions { first: Some(1), ..PushOptions::default() };
    let run = term.university.push_with(&plan, &first).await.expect("a push").run;
    let only = Selection { courses: vec![CourseName::parse("C1")], ..Selection::default() };
    let undo = gradepush::engine::plan_undo(&term.university.session, run, TakeBack::default(), &only).await;
    let undo = undo.expect("a plan");
    assert_eq!((undo.counts.planned(), undo.counts.unchanged), (0, 2), "{:?}", undo.counts);
    term.university.push(&undo).await;
    let retried = term.retry(run, None).await.expect("a retry");
    assert_eq!((retried.counts.written, retried.counts.pending), (2, 2), "{retried:?}");
    assert_eq!(term.scores(1), [None; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_undone_before_it_sent_anything_is_not_retried() {
    let term = Term::open(1, Options::default()).await;
    let plan = term.plan(10).await;
    let operator = Operator { id: UserId(1), name: "Grade Robot".to_owned(), local_user: None };
    let run = {
        let store = term.university.session.store();
        store.start_run(plan.id, &operator, super::university::noon()).expect("a run")
    };
    assert_eq!(term.undo(run).await.counts.planned, 0);
    let refused = term.retry(run, None).await.expect_err("it was undone");
    assert!(refused.to_string().contains("was undone by R2"), "{refused}");
    assert_eq!(term.scores(0), [None; 2]);
}

#[tokio::test(start_paused = true)]
async fn each_undo_in_a_chain_gives_the_cell_to_whose_it_was() {
    let term = Term::open(1, Options::default()).await;
    let pause = || tokio::time::sleep(Duration::from_mins(1));
    let teacher = term.university.sandbox.world(|world| world.add_user("Teacher"));
    for student in term.students {
        let cell = (term.courses[0], term.columns[0], student);
        term.university.sandbox.world(|world| world.set_grade(cell, Some("55"), teacher, super::university::noon()));
    }
    let sheet = term.university.sheet(&term.scores_of(90));
    let plan = term.university.plan_with(&sheet, |options| options.on_conflict = OnConflict::Overwrite).await;
    let mut last = term.university.push(&plan).await.run;
    for (value, is_ours) in [(55.0, false), (90.0, true), (55.0, false), (90.0, true)] {
        pause().await;
        last = term.undo(last).await.run;
        assert_eq!(term.scores(0), [Some(value); 2]);
        let next = term.plan(70).await;
        let expected = if is_ours { (2, 0) } else { (0, 2) };
        assert_eq!((next.counts.change, next.counts.conflict), expected, "{value}: {next:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_forgotten_holds_is_counted_and_said() {
    let term = Term::open(1, Options::default()).await;
    let run = term.push(10).await.run;
    let session = &term.university.session;
    let (host, gone) = (session.settings.host.clone(), UserId(term.students[0]));
    session.store().forget(&host, gone).expect("it is forgotten");
    let verified = verify(session, run, &Selection::default()).await.expect("a look");
    assert_eq!((verified.checked, verified.holding, verified.unreadable), (2, 1, 1), "{verified:?}");
    let undo = term.plan_undo(run).await.expect("a plan");
    assert_eq!((undo.counts.clear, undo.counts.blocked), (1, 1), "{:?}", undo.counts);
    term.university.push(&undo).await;
    assert_eq!(term.scores(0), [Some(10.0), None]);
}

#[tokio::test(start_paused = true)]
async fn a_column_that_was_unpublished_or_a_student_who_left_is_named_as_such() {
    let term = Term::open(1, Options::default()).await;
    let run = term.push(10).await.run;
    let reasons = async || {
        let undo = term.plan_undo(run).await.expect("a plan");
        let parts = term.university.parts(undo.id);
        let cells = parts.iter().flat_map(|part| &part.cells).filter(|cell| cell.class == CellClass::Blocked);
        cells.map(|cell| (cell.codes[0], cell.reason.to_string())).collect::<Vec<_>>()
    };
    term.university.sandbox.world(|world| world.drop_student(term.courses[0], term.students[0]));
    let left = "the student is not in the course any more, or not assigned".to_owned();
    assert_eq!(reasons().await, [(FindingCode::NotEnrolled, left)]);
    term.university.sandbox.world(|world| world.unpublish_assignment(term.courses[0], term.columns[0]));
    let hidden = "the assignment was unpublished, and Canvas shows no cell of it".to_owned();
    assert_eq!(reasons().await, [0, 1].map(|_| (FindingCode::AssignmentUnpublished, hidden.clone())));
}

#[tokio::test(start_paused = true)]
async fn an_older_run_is_not_taken_back_under_a_newer_one_or_an_edit() {
    let term = Term::open(1, Options::default()).await;
    let first = term.push(10).await.run;
    tokio::time::sleep(Duration::from_mins(1)).await;
    let second = term.push(20).await.run;
    let early = term.plan_undo(first).await.expect("a plan");
    assert_eq!((early.counts.conflict, early.counts.planned()), (2, 0), "{early:?}");
    term.undo(second).await;
    let teacher = term.university.sandbox.world(|world| world.add_user("Teacher"));
    let cell = (term.courses[0], term.columns[0], term.students[0]);
    let later = super::university::noon() + jiff::SignedDuration::from_hours(1);
    term.university.sandbox.world(|world| world.set_grade(cell, Some("10"), teacher, later));
    let undo = term.plan_undo(first).await.expect("a plan");
    assert_eq!((undo.counts.conflict, undo.counts.clear), (1, 1), "the same value by hand is a teacher's: {undo:?}");
}

#[tokio::test(start_paused = true)]
async fn a_created_column_is_kept_where_the_token_sees_its_own_sections_only() {
    for limited in [true, false] {
        let mut world = World::with_admin("the administrator's");
        let course = world.add_course("Course", Some("C0"));
        let section = world.add_section(course, "Another section", None);
        let mut person = |login: &str| {
            let user = world.add_user(login);
            world.add_login(user, login, None);
            user
        };
        let (teacher, colleague, own, other) = (person("tess"), person("carl"), person("s0"), person("s1"));
        world.enroll_in_section(course, 0, teacher, Role::Teacher, limited);
        world.enroll(course, own, Role::Student);
        world.enroll_in_section(course, section, other, Role::Student, false);
        world.enroll_in_section(course, section, colleague, Role::Teacher, false);
        world.add_token(teacher, DEMO_TOKEN);
        let university = University::of(world);
        let sheet =
            university.sheet("course_id,assignment_title,score_possible,user_id,score_received\nC0,New,100,s0,5\n");
        let named = SyncRequest { sheet: Some(&sheet), source: SyncSource::Rest, ..SyncRequest::default() };
        gradepush::engine::sync(&university.session, &named).await.expect("a sync");
        let run = university.push(&university.plan(&sheet).await).await;
        assert_eq!((run.counts.written, run.assignments.created), (1, 1), "{run:?}");
        let column = university.sandbox.world(|world| world.assignments_of(course))[0].0;
        if limited {
            let at = super::university::noon();
            university.sandbox.world(|world| world.set_grade((course, column, other), Some("88"), colleague, at));
        }
        let also = TakeBack { created: true, comments: false };
        let undo = gradepush::engine::plan_undo(&university.session, run.run, also, &Selection::default()).await;
        let undone = university.push(&undo.expect("a plan")).await;
        let (deleted, failed) = (undone.assignments.deleted, undone.assignments.failed);
        assert_eq!((undone.counts.written, deleted, failed), (1, u64::from(!limited), u64::from(limited)));
        let columns = university.sandbox.world(|world| world.assignments_of(course)).len();
        assert_eq!(columns, usize::from(limited), "limited: {limited}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_column_that_a_partial_undo_deleted_is_not_created_again_by_a_retry() {
    let term = Term::open(2, Options::default()).await;
    let sheet = "course_id,assignment_title,score_possible,user_id,score_received\n\
                 C0,New,100,s0,1\nC0,New,100,s1,2\nC0,Quiz,100,s0,3\nC1,Quiz,100,s0,4\n";
    let plan = term.university.plan(&term.university.sheet(sheet)).await;
    let first = PushOptions { first: Some(1), ..PushOptions::default() };
    let run = term.university.push_with(&plan, &first).await.expect("a push");
    assert_eq!((run.counts.written, run.counts.pending, run.assignments.created), (3, 1, 1), "{run:?}");
    let only = Selection { assignments: vec!["New".to_owned()], ..Selection::default() };
    let also = TakeBack { created: true, comments: false };
    let undo = gradepush::engine::plan_undo(&term.university.session, run.run, also, &only).await.expect("a plan");
    let undone = term.university.push(&undo).await;
    assert_eq!((undone.counts.written, undone.assignments.deleted), (2, 1), "{undone:?}");
    let retried = term.retry(run.run, None).await.expect("a retry");
    assert_eq!((retried.counts.written, retried.counts.pending), (4, 0), "{retried:?}");
    let columns = term.university.sandbox.world(|world| world.assignments_of(term.courses[0]));
    assert_eq!(columns.len(), 1, "{columns:?}");
    assert_eq!([term.scores(0)[0], term.scores(1)[0]], [Some(3.0), Some(4.0)]);
}

#[tokio::test(start_paused = true)]
async fn a_score_of_more_digits_than_a_sheet_may_have_comes_back_to_the_last_one() {
    let term = Term::open(1, Options::default()).await;
    let teacher = term.university.sandbox.world(|world| world.add_user("Teacher"));
    let cell = (term.courses[0], term.columns[0], term.students[0]);
    let held = Some("13.333333333333334");
    let at = super::university::noon();
    term.university.sandbox.world(|world| world.set_grade(cell, held, teacher, at));
    let sheet = "course_id,assignment_title,score_possible,user_id,score_received\nC0,Quiz,100,s0,50\n";
    let overwrite = |options: &mut PlanOptions| options.on_conflict = OnConflict::Overwrite;
    let plan = term.university.plan_with(&term.university.sheet(sheet), overwrite).await;
    let run = term.university.push(&plan).await;
    assert_eq!((run.counts.written, term.scores(0)[0]), (1, Some(50.0)), "{run:?}");
    assert_eq!(term.undo(run.run).await.counts.written, 1);
    let back = term.scores(0)[0].map(|score| score.to_string());
    assert_eq!(back.as_deref(), held);
}
