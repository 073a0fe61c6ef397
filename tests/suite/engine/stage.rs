//! A course in which one thing is odd, and the plan that comes of it.

use gradepush::domain::{CellClass, CoursePart, Finding, FindingCode, PlanOptions, ScoreSheet};
use gradepush::engine::{PlanSummary, Settings, SyncRequest};
use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};

use super::university::University;

/// The canonical header of [`Stage::row`].
pub(super) const HEADER: &str = "course_id,assignment_id,assignment_title,score_possible,user_id,score_received";

/// A university with the course `BIO`: a teacher, six students `s1` to `s6`, and `Lecture 1` with 100 points.
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) course: i64,
    pub(super) teacher: i64,
    pub(super) students: Vec<i64>,
    pub(super) lecture: i64,
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::with_token(DEMO_TOKEN)
    }

    /// The admin's token is this one.
    pub(super) fn with_token(token: &str) -> Self {
        let mut world = World::with_admin(token);
        let course = world.add_course("Biology", Some("BIO"));
        let teacher = world.add_user("Terry Teacher");
        world.add_login(teacher, "teacher", Some("T-1"));
        world.enroll(course, teacher, Role::Teacher);
        let mut stage = Self { world, course, teacher, students: Vec::new(), lecture: 0 };
        for number in 1..=6 {
            let user = stage.person(&format!("s{number}"), &format!("S-{number}"));
            stage.world.enroll(course, user, Role::Student);
            stage.students.push(user);
        }
        stage.lecture = stage.column(NewAssignment { name: "Lecture 1".to_owned(), ..NewAssignment::default() });
        stage
    }

    /// `Lecture 1` is graded by group: s1 with s2 and s3, s4 with s5, s6 alone.
    pub(super) fn in_groups() -> Self {
        let mut stage = Self::new();
        let [s1, s2, s3, s4, s5, _] = stage.students[..] else { unreachable!("there are six") };
        let group_category_id = Some(stage.world.add_groups(stage.course, &[&[s1, s2, s3], &[s4, s5]]));
        stage.instead(NewAssignment { group_category_id, ..NewAssignment::default() });
        stage
    }

    /// Somebody whom the university knows, in no course.
    pub(super) fn person(&mut self, login: &str, sis: &str) -> i64 {
        let user = self.world.add_user(&format!("Person {login}"));
        self.world.add_login(user, login, Some(sis));
        user
    }

    /// One more assignment of the course, of 100 points unless it says otherwise.
    pub(super) fn column(&mut self, new: NewAssignment) -> i64 {
        let points_possible = new.points_possible.or(Some(100.0));
        self.world.add_assignment(self.course, NewAssignment { points_possible, ..new })
    }

    /// The only assignment is another one, by the name of `Lecture 1`.
    pub(super) fn instead(&mut self, new: NewAssignment) {
        self.world.delete_assignment(self.course, self.lecture);
        self.lecture = self.column(NewAssignment { name: "Lecture 1".to_owned(), ..new });
    }

    /// Opens the university to a tool, which knows everybody in it.
    pub(super) async fn open(self) -> Tool {
        self.open_with(|_| {}).await
    }

    pub(super) async fn open_with(self, change: impl FnOnce(&mut Settings)) -> Tool {
        self.opened(Options::default(), change).await
    }

    /// On a sandbox that is slow or goes wrong.
    pub(super) async fn open_on(self, options: Options) -> Tool {
        self.opened(options, |_| {}).await
    }

    async fn opened(self, options: Options, change: impl FnOnce(&mut Settings)) -> Tool {
        let Self { world, course, teacher, students, lecture } = self;
        let university = University::served(world, options, change);
        gradepush::engine::sync(&university.session, &SyncRequest::default()).await.expect("a sync");
        Tool { university, course, teacher, students, lecture }
    }
}

/// The university of a [`Stage`] with the tool beside it.
pub(super) struct Tool {
    pub(super) university: University,
    pub(super) course: i64,
    pub(super) teacher: i64,
    pub(super) students: Vec<i64>,
    pub(super) lecture: i64,
}

/// `Lecture 1` of `BIO`, under a key of its own.
pub(super) fn row(user: &str, received: &str) -> String {
    format!("BIO,rec-1,Lecture 1,100,{user},{received}")
}

/// The same value for all six students.
pub(super) fn rows(received: &str) -> Vec<String> {
    (1..=6).map(|number| row(&format!("s{number}"), received)).collect()
}

impl Tool {
    /// A sheet of these lines; the first is line 2.
    pub(super) fn sheet<L: AsRef<str>>(&self, lines: &[L]) -> ScoreSheet {
        self.sheet_of(HEADER, lines)
    }

    pub(super) fn sheet_of<L: AsRef<str>>(&self, header: &str, lines: &[L]) -> ScoreSheet {
        let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
        self.university.sheet(&format!("{header}\n{}\n", lines.join("\n")))
    }

    pub(super) async fn plan<L: AsRef<str>>(self, lines: &[L]) -> Seen {
        self.plan_with(lines, |_| {}).await
    }

    pub(super) async fn plan_with<L: AsRef<str>>(self, lines: &[L], change: impl FnOnce(&mut PlanOptions)) -> Seen {
        let sheet = self.sheet(lines);
        self.plan_sheet(&sheet, change).await
    }

    pub(super) async fn plan_sheet(self, sheet: &ScoreSheet, change: impl FnOnce(&mut PlanOptions)) -> Seen {
        let summary = self.university.plan_with(sheet, change).await;
        Seen::of(&self.university, summary)
    }

    /// Plans these lines and writes them.
    pub(super) async fn push<L: AsRef<str>>(&self, lines: &[L]) {
        let plan = self.university.plan(&self.sheet(lines)).await;
        let run = self.university.push(&plan).await;
        assert_eq!(run.counts.written, plan.counts.planned(), "{run:?}");
    }

    /// Somebody grades `Lecture 1` of the first student by hand: `None` clears, `EX` excuses.
    pub(super) fn grade(&self, grade: Option<&str>, grader: i64) {
        let cell = (self.course, self.lecture, self.students[0]);
        let now = super::university::noon() + jiff::SignedDuration::from_mins(5);
        self.university.sandbox.world(|world| world.set_grade(cell, grade, grader, now));
    }

    /// Somebody hides the grade of `Lecture 1` of the first student.
    pub(super) fn hide(&self) {
        let cell = (self.course, self.lecture, self.students[0]);
        self.university.sandbox.world(|world| world.hide_grade(cell, super::university::noon()));
    }

    /// The token's user.
    pub(super) fn robot(&self) -> i64 {
        self.university.sandbox.world(|world| world.user_by_login("grade.robot")).expect("the admin")
    }
}

/// What a plan came to.
pub(super) struct Seen {
    pub(super) summary: PlanSummary,
    pub(super) parts: Vec<CoursePart>,
}

impl Seen {
    pub(super) fn of(university: &University, summary: PlanSummary) -> Self {
        let parts = university.parts(summary.id);
        Self { summary, parts }
    }

    /// Class and codes of the first cell that this line made.
    pub(super) fn cell(&self, line: u32) -> Option<(CellClass, Vec<FindingCode>)> {
        let mut cells = self.parts.iter().flat_map(|part| &part.cells);
        let cell = cells.find(|cell| cell.sources.iter().any(|source| source.line == line))?;
        Some((cell.class, cell.codes.clone()))
    }

    pub(super) fn finding(&self, code: FindingCode) -> Option<&Finding> {
        self.summary.findings.iter().find(|finding| finding.code == code)
    }
}
