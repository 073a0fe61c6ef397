//! A run is taken back from whatever state it and Canvas are in: what can be restored is, and the rest is listed and
//! can be taken up later.

use gradepush::domain::{CellClass, FindingCode, RunId, TakeBack};
use gradepush::engine::{EngineError, PlanSummary, RunSummary, Selection};
use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};

use super::university::University;

/// Courses `C0`, `C1`, … with the column `Quiz` and two students each.
struct Courses {
    university: University,
    courses: Vec<i64>,
    columns: Vec<i64>,
    students: [i64; 2],
}

impl Courses {
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

    /// A plan in which every student gets this score in every course.
    async fn plan(&self, score: u32) -> PlanSummary {
        let mut sheet = "course_id,assignment_title,score_possible,user_id,score_received\n".to_owned();
        for course in 0..self.courses.len() {
            for student in 0..self.students.len() {
                sheet.push_str(&format!("C{course},Quiz,100,s{student},{score}\n"));
            }
        }
        self.university.plan(&self.university.sheet(&sheet)).await
    }

    async fn push(&self, score: u32) -> RunSummary {
        self.university.push(&self.plan(score).await).await
    }

    async fn plan_undo(&self, run: RunId) -> Result<PlanSummary, EngineError> {
        let (also, all) = (TakeBack::default(), Selection::default());
        gradepush::engine::plan_undo(&self.university.session, run, also, &all).await
    }

    /// The scores of a course.
    fn scores(&self, course: usize) -> [Option<f64>; 2] {
        let (id, column) = (self.courses[course], self.columns[course]);
        self.students.map(|student| self.university.sandbox.world(|world| world.score_of(id, column, student)))
    }
}

#[tokio::test(start_paused = true)]
async fn a_course_that_is_gone_blocks_its_own_cells_and_is_taken_back_once_it_can_be_read() {
    let term = Courses::open(3, Options::default()).await;
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
}
