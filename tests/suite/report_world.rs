//! Plans and runs for the tests of reports: a small one in which everything happens, and one of any size.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use gradepush::domain::{
    AssignmentCounts, AssignmentId, AssignmentKey, CanvasHost, Cell, CellClass, CellIndex, CellRecord, ColumnIndex,
    ColumnKey, ColumnTarget, CommentCounts, CommentOutcome, CourseId, CoursePart, Entered, Exactness, Finding,
    FindingCode, GradingType, LiveCell, LostEdit, NewColumn, Notifications, Operator, Outcome, Owner, PlanCounts,
    PlanHeader, PlanId, PlanKind, PlanOptions, PlannedAssignment, PlannedColumn, PlannedCourse, PlannedStudent, Points,
    Released, RowTally, RunCounts, RunId, ScorableItem, Sending, Source, SourceFile, StudentIndex, UserId, Wanted,
    WhoseWork,
};
use gradepush::report::{
    CellCsv, CreatedColumns, GraderNames, HtmlCells, HtmlReport, ReportHeader, ReportPart, RunFigures, Subject,
};

/// The records of one part.
pub(crate) type Records = BTreeMap<CellIndex, CellRecord>;

/// A plan or a run, ready to be reported.
pub(crate) struct World {
    pub(crate) header: ReportHeader,
    pub(crate) parts: Vec<CoursePart>,
    /// One per part; empty for a plan.
    pub(crate) records: Vec<Records>,
    pub(crate) names: GraderNames,
}

impl World {
    pub(crate) fn report_parts(&self) -> impl Iterator<Item = ReportPart<'_>> {
        let report = |(place, part)| {
            let (records, names) = (self.records.get(place), Some(&self.names));
            ReportPart { part, records, names }
        };
        self.parts.iter().enumerate().map(report)
    }

    pub(crate) fn html(&self, cells: HtmlCells) -> String {
        let mut report = HtmlReport::new(&self.header, cells);
        for part in self.report_parts() {
            report.part(&part).expect("strings can be written to");
        }
        let mut out = Vec::new();
        report.finish(&mut out).expect("vectors can be written to");
        String::from_utf8(out).expect("a report is UTF-8")
    }

    pub(crate) fn csv(&self) -> Vec<u8> {
        let mut csv = CellCsv::new(&self.header, CreatedColumns::new(), Vec::new()).expect("vectors can be written to");
        for part in self.report_parts() {
            csv.part(&part).expect("vectors can be written to");
        }
        csv.finish().expect("vectors can be written to")
    }

    fn plan(parts: Vec<CoursePart>, findings: Vec<Finding>) -> Self {
        let mut counts = PlanCounts::default();
        let mut notifications = Notifications::default();
        for part in &parts {
            counts += PlanCounts::of(part);
            notifications += Notifications::of(part);
        }
        let header = ReportHeader {
            subject: Subject::Plan { id: PlanId(17) },
            plan: PlanHeader {
                host: CanvasHost::from_stored("canvas.example.edu".to_owned()),
                connector: "Tegrity".to_owned(),
                kind: PlanKind::Scores,
                options: PlanOptions { only_raise: true, ..PlanOptions::default() },
                sources: vec![SourceFile { name: "exports/scores.csv".into(), sha256: "5f3a9c".repeat(10) + "beef" }],
                operator: Operator { id: UserId(9), name: "Robin Okafor".to_owned(), local_user: None },
                created_at: "2026-05-18T14:03:00Z".parse().expect("an instant"),
                note: None,
            },
            digest: "c0ffee12".repeat(8),
            made_at: "2026-05-18 10:03:00 -04:00".to_owned(),
            counts,
            notifications,
            findings,
            tool_version: "0.1.0".to_owned(),
            part: None,
            csv_name: None,
            zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(-4)),
        };
        let names = GraderNames::from([(UserId(606), "Okonkwo, Ada".to_owned())]);
        Self { header, parts, records: Vec::new(), names }
    }

    /// The run of this plan, in which each planned cell becomes what `outcome` says of its number.
    pub(crate) fn executed(mut self, outcome: impl Fn(usize) -> Outcome) -> Self {
        let mut number = 0;
        let mut counts = RunCounts::default();
        for part in &self.parts {
            let mut records = Records::new();
            for (place, cell) in part.writes() {
                let outcome = outcome(number);
                counts.add(outcome, 1);
                records.insert(place, record(cell, outcome, number));
                number += 1;
            }
            self.records.push(records);
        }
        self.header.subject = Subject::Run(Box::new(RunFigures {
            id: RunId(3),
            plan: PlanId(17),
            counts,
            replaced: Released::default(),
            comments: CommentCounts { sent: 1, ..CommentCounts::default() },
            assignments: AssignmentCounts { created: 1, deleted: 0, failed: 0 },
            started_at: "2026-05-18 10:20:00 -04:00".to_owned(),
            ended_at: Some("2026-05-18 10:23:05 -04:00".to_owned()),
            duration: Duration::from_secs(185),
            requests: 86,
            throttle_waits: 2,
            throttled: Duration::from_millis(3400),
        }));
        let written = |outcome| outcome == Outcome::Written;
        let mut replaced = Released::default();
        self.report_parts().for_each(|part| replaced += part.released(written));
        if let Subject::Run(run) = &mut self.header.subject {
            run.replaced = replaced;
        }
        self
    }
}

fn record(cell: &Cell, outcome: Outcome, number: usize) -> CellRecord {
    let wanted = cell.wanted.and_then(|wanted| wanted.points(None));
    let shows = |points| Some(LiveCell { entered: points, ..LiveCell::default() });
    let (live, reason) = match outcome {
        Outcome::Written | Outcome::Already => (shows(wanted.map_or(Entered::Empty, Entered::Score)), None),
        Outcome::Held => (shows(Entered::Score(points("3"))), Some("graded by somebody after the plan was made")),
        Outcome::Rejected => (shows(Entered::Empty), Some("Canvas shows an empty cell")),
        Outcome::Unknown => (None, Some("the answer was lost")),
        Outcome::Pending => (None, None),
    };
    CellRecord {
        outcome,
        comment: cell.comment.as_ref().map(|_| CommentOutcome::Sent),
        live,
        reason: reason.map(str::to_owned),
        overwrote: Vec::from_iter((number == 1).then(|| LostEdit {
            entered: Some(Entered::Score(points("4.5"))),
            grader: Some(UserId(77)),
            graded_at: Some("2026-05-18T14:20:30Z".parse().expect("an instant")),
        })),
        request_id: (outcome != Outcome::Pending).then(|| format!("0b6e1c7a-4f52-4d8e-9a31-{number:012}")),
    }
}

pub(crate) fn points(text: &str) -> Points {
    text.parse().expect("points")
}

fn course(id: i64, name: &str, code: &str, students: u64) -> PlannedCourse {
    PlannedCourse {
        id: CourseId(id),
        name: name.to_owned(),
        course_code: code.to_owned(),
        sis_course_id: Some(format!("2026S-{code}")),
        account: None,
        workflow_state: "available".to_owned(),
        time_zone: None,
        active_students: students,
    }
}

fn column(course: &str, key: &str, title: &str, target: ColumnTarget) -> PlannedColumn {
    let found_by = match &target {
        ColumnTarget::Existing(_) => "map",
        ColumnTarget::Create(_) => "new",
        ColumnTarget::Nowhere(_) => "",
    };
    PlannedColumn {
        key: ColumnKey {
            customer_number: "ABCD-EFGH-IJKL".into(),
            provider_id: Arc::default(),
            course_id: course.into(),
            assignment: AssignmentKey::Id(key.into()),
        },
        title: title.to_owned(),
        item: Some(ScorableItem {
            title: title.into(),
            category: "Recordings".into(),
            score_possible: "10".into(),
            ..ScorableItem::default()
        }),
        sheet_possible: Some(points("10")),
        exactness: Exactness::AsSent,
        target,
        found_by: found_by.to_owned(),
    }
}

fn existing(id: i64, name: &str) -> ColumnTarget {
    ColumnTarget::Existing(PlannedAssignment {
        id: AssignmentId(id),
        name: name.to_owned(),
        points_possible: Some(points("10")),
        grading_type: GradingType::Points,
        grading_standard: None,
        published: true,
        moderated: false,
        anonymous: false,
        post_manually: false,
        grades_whole_group: false,
    })
}

fn created(name: &str) -> ColumnTarget {
    ColumnTarget::Create(NewColumn {
        name: name.to_owned(),
        points_possible: points("10"),
        grading_type: GradingType::Points,
        description: String::new(),
        due_at: None,
        group: "Recordings".to_owned(),
        group_id: None,
        omit_from_final_grade: false,
        post_manually: false,
    })
}

fn student(number: i64, name: &str) -> PlannedStudent {
    PlannedStudent {
        sent_id: format!("u{number:05}").into(),
        sent_kind: None,
        sent_row: None,
        user: Some(UserId(7000 + number)),
        name: Some(name.to_owned()),
        sent_name: None,
        sortable_name: Some(name.to_owned()),
        sis_user_id: Some(format!("S{number:06}")),
        login_id: Some(format!("u{number:05}")),
        found_by: "login".to_owned(),
        suggestions: Vec::new(),
    }
}

fn stranger(sent_id: &str, name: &str) -> PlannedStudent {
    PlannedStudent {
        sent_id: sent_id.into(),
        sent_kind: None,
        sent_row: None,
        user: None,
        name: Some(name.to_owned()),
        sent_name: None,
        sortable_name: None,
        sis_user_id: None,
        login_id: None,
        found_by: "nobody has this login, but it is somebody's SIS id".to_owned(),
        suggestions: vec!["Anneke de Vries (login adevries)".into()],
    }
}

/// `old` is what Canvas holds, `new` what the sheet says; the class and codes are taken as they are.
fn cell(at: (u32, u32), line: u32, old: &str, new: &str, class: CellClass, codes: &[FindingCode]) -> Cell {
    let base = (class != CellClass::Unresolved).then(|| LiveCell {
        entered: if old.is_empty() { Entered::Empty } else { Entered::Score(points(old)) },
        ..LiveCell::default()
    });
    let reason = match class {
        CellClass::Set => "the cell is empty",
        CellClass::Change => "this tool wrote the old score",
        CellClass::Excuse => "the sheet excuses the student",
        CellClass::Clear => "an undo takes it back",
        CellClass::Unchanged => "Canvas holds this score",
        CellClass::Kept => "the score in Canvas is higher",
        CellClass::Conflict => "somebody else graded it in Canvas",
        CellClass::Blocked => "the value is not a number",
        CellClass::Unresolved => "nobody has this login",
    };
    Cell {
        column: ColumnIndex(at.0),
        student: StudentIndex(at.1),
        sources: vec![Source { file: 0, line }],
        received: new.into(),
        base: base.map(Into::into),
        owner: Owner::Nobody,
        whose: codes.contains(&FindingCode::GradeByOther).then(|| Box::new(work(606))),
        wanted: new.parse().ok().map(Wanted::Score),
        sending: if class.is_write() { Sending::Grade(new.to_owned()) } else { Sending::Nothing },
        comment: None,
        class,
        group: None,
        codes: codes.to_vec(),
        reason: reason.into(),
    }
}

/// Of this person, on the second of May.
fn work(by: i64) -> WhoseWork {
    WhoseWork { by: Some(by), at: "2026-05-02T15:04:05Z".parse().ok() }
}

/// A student whose name is an attack.
pub(crate) const ATTACK: &str = "<img src=x onerror=\"document.title='owned'\">";

/// Every class once or more, a new assignment, a course nobody knows, a hostile name, quotes and line breaks.
pub(crate) fn small_plan() -> World {
    use CellClass::{Blocked, Change, Clear, Conflict, Kept, Set, Unchanged, Unresolved};
    let mut with_comment = cell((1, 0), 12, "6", "8.5", Change, &[]);
    with_comment.comment = Some("well done, \"Ana\"\nsee you, <b>soon</b>".into());
    let mut conflict = Finding::new(FindingCode::GradeByOther, "one cell is graded by somebody else")
        .at(&[Source { file: 0, line: 4 }])
        .in_course(CourseId(501))
        .of_assignment(Some(AssignmentId(9001)))
        .of_student(Some(UserId(7003)))
        .touching(1);
    conflict.whose = Some(work(606));
    let biology = CoursePart {
        course: Some(course(501, "Biology & Life <1>", "BIO-101", 6)),
        sent_id: "2026S-BIO-101".into(),
        columns: vec![
            column("2026S-BIO-101", "00697", "Lecture 1: cells", existing(9001, "Lecture 1: cells")),
            column("2026S-BIO-101", "hCeq1", "Lecture 2: \"walls\"", existing(9002, "Lecture 2: \"walls\"")),
            column("2026S-BIO-101", "hCeq2", "Lecture 3", created("Lecture 3")),
        ],
        students: vec![
            student(1, "Sørensen, Ana"),
            student(2, ATTACK),
            student(3, "O’Neil, Kit"),
            student(4, "王, 小明"),
            student(5, "de Vries, Anneke"),
            stranger("adevries2", "Anneke de Vries"),
        ],
        cells: vec![
            cell((0, 0), 2, "9", "9", Unchanged, &[]),
            cell((0, 1), 3, "", "7", Set, &[]),
            cell((0, 2), 4, "5", "8", Conflict, &[FindingCode::GradeByOther]),
            cell((0, 3), 5, "10", "4", Kept, &[FindingCode::WouldLower]),
            cell((0, 4), 6, "", "eight", Blocked, &[FindingCode::ValueInvalid]),
            cell((0, 5), 7, "", "6", Unresolved, &[FindingCode::UserUnresolved]),
            with_comment,
            cell((1, 1), 13, "", "11", Set, &[FindingCode::OverPossible]),
            cell((1, 2), 14, "3", "", Clear, &[]),
            cell((2, 0), 15, "", "10", Set, &[]),
            cell((2, 3), 16, "", "0", Set, &[]),
        ],
        findings: vec![
            conflict,
            Finding::new(FindingCode::ValueInvalid, "`eight` is not a number").at(&[Source { file: 0, line: 6 }]),
            Finding::new(FindingCode::OverPossible, "11 is above 10 points possible").touching(1),
        ],
        tally: RowTally { rows: 12, absent: 0, merged: 1, ignored: 0 },
    };
    let unknown = CoursePart {
        course: None,
        sent_id: "2026S-BTO-101".into(),
        columns: vec![column("2026S-BTO-101", "1", "Lecture 1", ColumnTarget::Nowhere(FindingCode::CourseUnresolved))],
        students: vec![PlannedStudent {
            user: None,
            sortable_name: None,
            found_by: String::new(),
            ..student(1, "Sørensen, Ana")
        }],
        cells: vec![cell((0, 0), 17, "", "5", Unresolved, &[FindingCode::CourseUnresolved])],
        findings: vec![Finding::new(FindingCode::CourseUnresolved, "no course has this SIS id").touching(1)],
        tally: RowTally { rows: 1, absent: 0, merged: 0, ignored: 0 },
    };
    World::plan(
        vec![unknown, biology],
        vec![Finding::new(FindingCode::StudentsNotified, "about 11 notifications").touching(5)],
    )
}

/// The small plan with grades by others released in the column `Lecture 2`: somebody without a name in the cache has
/// graded the first student.
pub(crate) fn replacing_plan() -> World {
    let World { header, mut parts, .. } = small_plan();
    for cell in parts.iter_mut().flat_map(|part| &mut part.cells).filter(|cell| cell.sources[0].line == 12) {
        cell.codes.push(FindingCode::GradeByOther);
        cell.reason = "somebody else graded it in Canvas".into();
        cell.whose = Some(Box::new(work(607)));
    }
    World::plan(parts, header.findings)
}

/// A plan of `courses` × `students` × `assignments` cells, most of them to set; the same every time.
pub(crate) fn large_plan(courses: u32, students: u32, assignments: u32) -> World {
    let names = ["Okonkwo", "Lindqvist", "Marchetti", "Nakamura", "Abernathy", "Castellanos", "Đorđević", "Haddad"];
    let given = ["Amara", "Bjørn", "Chiara", "Daichi", "Eleanor", "Felipe", "Goran", "Hala", "Ines", "Jonas", "Keiko"];
    let subjects = ["Biology", "Chemistry", "Statistics", "World History", "Linear Algebra", "Microeconomics"];
    let mut line = 1;
    let mut parts = Vec::new();
    for number in 0..courses {
        let subject = subjects[(number as usize) % subjects.len()];
        let code = format!("{}-{}", &subject[..4].to_uppercase(), 100 + number);
        let sent_id = format!("2026S-{code}");
        let seed = |a: u32, b: u32| (a.wrapping_mul(2_654_435_761) ^ b.wrapping_mul(40_503) ^ (number * 97)) >> 7;
        let mut cells = Vec::new();
        for assignment in 0..assignments {
            for one in 0..students {
                line += 1;
                let chance = seed(assignment * 1009 + one * 17 + 3, one + 11) % 1000;
                let new = ((chance % 41 + (one * 7 + assignment) % 61) / 10).min(10).to_string();
                let old = ((chance / 7) % 9).to_string();
                cells.push(match chance {
                    0..2 => {
                        cell((assignment, one), line, &old, &new, CellClass::Conflict, &[FindingCode::GradeByOther])
                    }
                    2..4 => cell((assignment, one), line, "", "n/a", CellClass::Blocked, &[FindingCode::ValueInvalid]),
                    4..120 => cell((assignment, one), line, &new, &new, CellClass::Unchanged, &[]),
                    120..300 => cell((assignment, one), line, &old, &new, CellClass::Change, &[]),
                    _ => cell((assignment, one), line, "", &new, CellClass::Set, &[]),
                });
            }
        }
        let rows = u64::from(students) * u64::from(assignments);
        let conflicts = cells.iter().filter(|cell| cell.class == CellClass::Conflict).count();
        parts.push(CoursePart {
            course: Some(course(500 + i64::from(number), &format!("{subject} {number}"), &code, students.into())),
            columns: (0..assignments)
                .map(|assignment| {
                    let title = format!("Lecture {}: recording of week {}", assignment + 1, assignment / 2 + 1);
                    let id = i64::from(number * assignments + assignment) + 9000;
                    column(&sent_id, &format!("{id:06}"), &title, existing(id, &title))
                })
                .collect(),
            sent_id: sent_id.into(),
            students: (0..students)
                .map(|one| {
                    let place = number * 67 + one;
                    let name = names[place as usize % names.len()];
                    student(place.into(), &format!("{name}, {}", given[(place / 3) as usize % given.len()]))
                })
                .collect(),
            cells,
            findings: vec![
                Finding::new(FindingCode::GradeByOther, "cells are graded by somebody else").touching(conflicts),
            ],
            tally: RowTally { rows, absent: 0, merged: 0, ignored: 0 },
        });
    }
    World::plan(parts, Vec::new())
}
