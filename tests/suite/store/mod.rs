//! The local database: what it keeps, what it refuses, and what survives.

mod cache;
mod decisions;
mod file;
mod journal;
mod plans;
mod retention;
mod totals;
mod versions;

use gradepush::domain::{
    AssignmentId, AssignmentKey, CanvasHost, Cell, CellClass, CellIndex, CellRecord, ColumnIndex, ColumnKey,
    ColumnTarget, CourseId, CoursePart, Entered, Exactness, GradingType, LastPushed, LiveCell, Notifications, Operator,
    Outcome, Owner, PlanCounts, PlanHeader, PlanId, PlanKind, PlanOptions, PlannedAssignment, PlannedColumn,
    PlannedCourse, PlannedStudent, Points, RowTally, RunId, Sending, Source, SourceFile, StudentIndex, UserId, Wanted,
};
use gradepush::store::{Access, IntendedCell, PlanTotals, RecordedCell, Store};
use jiff::Timestamp;
use tempfile::TempDir;

/// A store in a directory that goes away with it.
struct Fresh {
    store: Store,
    directory: TempDir,
}

impl Fresh {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(&directory.path().join("store.db"), Access::ReadWrite).expect("the store opens");
        Self { store, directory }
    }

    /// The same file, opened again, as after a crash.
    fn reopened(&self) -> Store {
        Store::open(self.store.path(), Access::ReadWrite).expect("the store opens")
    }

    /// A stored plan of one part per course, each with these many cells to set, and its run.
    fn run(&self, host: &CanvasHost, courses: &[(i64, u32)]) -> RunId {
        let plan = self.plan(host, courses);
        self.store.start_run(plan, &operator(), at(100)).expect("the plan was never run")
    }

    fn plan(&self, host: &CanvasHost, courses: &[(i64, u32)]) -> PlanId {
        Self::plan_in(&self.store, host, courses)
    }

    fn plan_in(store: &Store, host: &CanvasHost, courses: &[(i64, u32)]) -> PlanId {
        let mut writer = store.begin_plan(&header(host)).expect("a writer");
        let mut counts = PlanCounts::default();
        for (course, cells) in courses {
            let part = part(*course, *cells);
            counts += PlanCounts::of(&part);
            writer.add_part(&part, "digest of a part").expect("there is room");
        }
        writer.finish(&totals(counts)).expect("there is room")
    }
}

fn production() -> CanvasHost {
    CanvasHost::from_stored("canvas.example.edu".to_owned())
}

fn beta() -> CanvasHost {
    CanvasHost::from_stored("canvas.beta.example.edu".to_owned())
}

/// Seconds after some day in 2026.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).expect("a time")
}

fn operator() -> Operator {
    Operator { id: UserId(1), name: "Ada Admin".to_owned(), local_user: None }
}

fn header(host: &CanvasHost) -> PlanHeader {
    PlanHeader {
        host: host.clone(),
        connector: "Tegrity".to_owned(),
        kind: PlanKind::Scores,
        options: PlanOptions::default(),
        sources: vec![SourceFile { name: "scores.csv".into(), sha256: "ab".repeat(32) }],
        operator: operator(),
        created_at: at(0),
        note: None,
    }
}

fn totals(counts: PlanCounts) -> PlanTotals {
    PlanTotals {
        digest: "digest of the plan".to_owned(),
        counts,
        notifications: Notifications::default(),
        findings: Vec::new(),
        requests: 7,
    }
}

/// The assignment of every part's one column.
const QUIZ: AssignmentId = AssignmentId(700);

/// A course's part with one column, and one cell to set for each of the users 9000, 9001, …
fn part(course: i64, cells: u32) -> CoursePart {
    let points = Points::whole(10);
    let assignment = PlannedAssignment {
        id: QUIZ,
        name: "Quiz 1".to_owned(),
        points_possible: Some(points),
        grading_type: GradingType::Points,
        grading_standard: None,
        published: true,
        moderated: false,
        anonymous: false,
        post_manually: false,
        grades_whole_group: false,
    };
    CoursePart {
        course: Some(PlannedCourse {
            id: CourseId(course),
            name: format!("Course {course}"),
            course_code: format!("C{course}"),
            sis_course_id: Some(format!("sis-{course}")),
            account: None,
            workflow_state: "available".to_owned(),
            time_zone: None,
            active_students: u64::from(cells),
        }),
        sent_id: course.to_string().into(),
        columns: vec![PlannedColumn {
            key: column_key(&course.to_string()),
            title: "Quiz 1".to_owned(),
            item: None,
            sheet_possible: Some(points),
            exactness: Exactness::AsSent,
            target: ColumnTarget::Existing(assignment),
            found_by: "map".to_owned(),
        }],
        students: (0..cells).map(student).collect(),
        cells: (0..cells).map(cell).collect(),
        findings: Vec::new(),
        tally: RowTally { rows: u64::from(cells), ..RowTally::default() },
    }
}

fn column_key(course: &str) -> ColumnKey {
    ColumnKey {
        customer_number: "42".into(),
        provider_id: "tegrity".into(),
        course_id: course.into(),
        assignment: AssignmentKey::Id("quiz-1".into()),
    }
}

fn user(number: u32) -> UserId {
    UserId(9000 + i64::from(number))
}

fn student(number: u32) -> PlannedStudent {
    PlannedStudent {
        sent_id: format!("s{number}").into(),
        sent_kind: None,
        sent_row: None,
        user: Some(user(number)),
        name: Some(format!("Student {number}")),
        sent_name: None,
        sortable_name: Some(format!("{number}, Student")),
        sis_user_id: Some(format!("s{number}")),
        login_id: None,
        found_by: "SIS id".to_owned(),
        suggestions: Vec::new(),
    }
}

fn cell(number: u32) -> Cell {
    let points = points(number);
    Cell {
        column: ColumnIndex(0),
        student: StudentIndex(number),
        sources: vec![Source { file: 0, line: number + 2 }],
        received: points.to_string().into(),
        base: Some(LiveCell { workflow_state: "unsubmitted".to_owned(), ..LiveCell::default() }.into()),
        owner: Owner::Nobody,
        whose: None,
        wanted: Some(Wanted::Score(points)),
        sending: Sending::Grade(points.to_string()),
        comment: None,
        class: CellClass::Set,
        group: None,
        codes: Vec::new(),
        reason: "empty in Canvas".into(),
    }
}

/// Another score for each cell, with decimals.
fn points(number: u32) -> Points {
    format!("{}.{:02}", number % 10, number % 97).parse().expect("points")
}

fn live(number: u32) -> LiveCell {
    LiveCell {
        entered: Entered::Score(points(number)),
        entered_grade: Some(points(number).to_string()),
        grader: Some(1),
        graded_at: Some(at(i64::from(number))),
        workflow_state: "graded".to_owned(),
        posted_at: Some(at(i64::from(number))),
        ..LiveCell::default()
    }
}

fn intended(number: u32) -> IntendedCell {
    IntendedCell { cell: CellIndex(number), assignment: QUIZ, user: user(number), comment_sha256: None }
}

fn commented(number: u32) -> IntendedCell {
    IntendedCell { comment_sha256: Some(sha256(number)), ..intended(number) }
}

fn sha256(number: u32) -> String {
    format!("{number:064x}")
}

/// A cell that was written and read back.
fn written(number: u32) -> RecordedCell {
    let live = live(number);
    RecordedCell {
        cell: CellIndex(number),
        record: CellRecord { outcome: Outcome::Written, live: Some(live.clone()), ..CellRecord::pending() },
        assignment: Some(QUIZ),
        user: Some(user(number)),
        pushed: Some(LastPushed { cell: live, owner: Owner::Ours, undone: None }),
        comment_sha256: None,
    }
}

/// A cell with this outcome and nothing else.
fn with_outcome(number: u32, outcome: Outcome) -> RecordedCell {
    RecordedCell { record: CellRecord { outcome, ..CellRecord::pending() }, pushed: None, ..written(number) }
}
