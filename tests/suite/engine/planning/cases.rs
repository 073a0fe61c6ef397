//! Situations around courses, sheets and the tool itself.

use futures_util::future::LocalBoxFuture;
use gradepush::domain::{
    Acceptance, AssignmentId, CellClass, CellIndex, FindingCode, Operator, PartIndex, RepeatRule, Severity, UserId,
    comment_digest,
};
use gradepush::sandbox::{GradingPeriod, NewAssignment, Role};
use gradepush::store::{IntendedCell, JobState};

use super::super::stage::{HEADER, Seen, Stage, row, rows};
use super::super::university::noon;

/// A situation, and what a plan says about it.
pub(super) struct Case {
    pub(super) code: FindingCode,
    pub(super) situation: &'static str,
    pub(super) severity: Severity,
    /// The class of the first line's cell; `None` where no cell comes of it.
    pub(super) class: Option<CellClass>,
    /// How many cells the finding touches.
    pub(super) cells: u64,
    pub(super) play: fn() -> LocalBoxFuture<'static, Seen>,
}

impl Case {
    pub(super) fn new(
        code: FindingCode,
        situation: &'static str,
        severity: Severity,
        class: impl Into<Option<CellClass>>,
        cells: u64,
        play: fn() -> LocalBoxFuture<'static, Seen>,
    ) -> Self {
        Self { code, situation, severity, class: class.into(), cells, play }
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    use CellClass::{Blocked, Change, Set, Unresolved};
    use Severity::{Info, Plan, Row, Warning};
    vec![
        Case::new(FindingCode::CourseUnresolved, "no course has this id", Row, Unresolved, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&["NOPE,rec-1,Lecture 1,100,s1,90"]).await })
        }),
        Case::new(FindingCode::CourseAmbiguous, "two courses have this id", Row, Unresolved, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.world.add_course("One", Some("TWICE"));
                stage.world.add_course("Two", Some("TWICE"));
                stage.open().await.plan(&["TWICE,rec-1,Lecture 1,100,s1,90"]).await
            })
        }),
        Case::new(
            FindingCode::CourseCrossListed,
            "its only section was moved to another course",
            Row,
            Blocked,
            1,
            || {
                Box::pin(async {
                    let mut stage = Stage::new();
                    let shell = stage.world.add_course("Shell", Some("SHELL"));
                    let section = stage.world.add_section(shell, "01", None);
                    stage.world.enroll_in_section(shell, section, stage.students[0], Role::Student, false);
                    stage.world.cross_list(shell, section, stage.course);
                    stage.open().await.plan(&["SHELL,rec-1,Lecture 1,100,s1,90"]).await
                })
            },
        ),
        Case::new(FindingCode::CourseLooksWrong, "one of five students is enrolled there", Row, Blocked, 5, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let mut lines = vec!["BIO,rec-9,Lecture 9,100,s1,90".to_owned()];
                for number in 1..=4 {
                    stage.person(&format!("x{number}"), &format!("X-{number}"));
                    lines.push(format!("BIO,rec-9,Lecture 9,100,x{number},90"));
                }
                let seen = stage.open().await.plan(&lines).await;
                assert_eq!(
                    seen.summary.counts.create_assignments, 0,
                    "nothing is created in a course that looks wrong"
                );
                seen
            })
        }),
        Case::new(FindingCode::CourseConcluded, "the course has ended", Row, Blocked, 2, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.world.conclude_course(stage.course);
                let lines = [row("s1", "90"), "BIO,rec-9,Lecture 9,100,s1,90".to_owned()];
                let seen = stage.open().await.plan(&lines).await;
                assert_eq!(seen.summary.counts.create_assignments, 0, "nothing is created in a course that has ended");
                seen
            })
        }),
        Case::new(
            FindingCode::ClosedGradingPeriod,
            "the assignment was due in a closed period",
            Row,
            Blocked,
            1,
            || {
                Box::pin(async {
                    let mut stage = closed_autumn();
                    let due_at = "2026-10-01T12:00:00Z".parse().ok();
                    stage.instead(NewAssignment { due_at, ..NewAssignment::default() });
                    stage.open().await.plan(&[row("s1", "90")]).await
                })
            },
        ),
        Case::new(
            FindingCode::ClosedGradingPeriod,
            "a new one would be due in a closed period",
            Row,
            Blocked,
            1,
            || {
                Box::pin(async {
                    let tool = closed_autumn().open().await;
                    let header = format!("{HEADER},due_date");
                    let sheet = tool.sheet_of(&header, &["BIO,rec-9,Lecture 9,100,s1,90,2026-10-01"]);
                    let seen = tool.plan_sheet(&sheet, |_| {}).await;
                    assert_eq!(seen.summary.counts.create_assignments, 0);
                    seen
                })
            },
        ),
        Case::new(FindingCode::CourseUnpublished, "students cannot see the course yet", Warning, Set, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.world.set_course_state(stage.course, "unpublished");
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::CourseUnreadable, "the course is gone since the sync", Row, Blocked, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let other = stage.world.add_course("Chemistry", Some("CHEM"));
                stage.world.enroll(other, stage.students[0], Role::Student);
                let tool = stage.open().await;
                tool.university.sandbox.world(|world| world.set_course_state(tool.course, "deleted"));
                let seen = tool.plan(&[row("s1", "90"), "CHEM,rec-1,Lecture 1,100,s1,90".to_owned()]).await;
                assert_eq!(seen.summary.counts.set, 1, "other courses go on");
                seen
            })
        }),
        Case::new(FindingCode::OriginNotVisible, "the token sees no logins", Plan, Unresolved, 0, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.world.restrict_admins(&["read_reports", "view_user_logins"]);
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::WrongOrigin, "the sheet's ids are SIS ids", Plan, Unresolved, 0, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("S-1", "90"), row("S-2", "80")]).await })
        }),
        Case::new(FindingCode::CacheStale, "the cache is older than allowed", Warning, Set, 0, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let sheet = tool.sheet(&[row("s1", "90")]);
                let summary = tool.university.plan_of_age(&sheet, jiff::SignedDuration::from_hours(-1)).await;
                Seen::of(&tool.university, summary)
            })
        }),
        Case::new(FindingCode::SheetShrunk, "half of the last run's rows are missing", Warning, Change, 0, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&rows("90")).await;
                tool.plan(&["s1", "s2", "s3"].map(|user| row(user, "80"))).await
            })
        }),
        Case::new(FindingCode::ScoresSuperseded, "last week's file is planned again", Warning, Change, 6, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let (old, new) = (rows("70"), rows("80"));
                tool.push(&old).await;
                tool.push(&new).await;
                tool.plan(&old).await
            })
        }),
        Case::new(FindingCode::JobOutstanding, "the answer to an earlier request was lost", Row, Blocked, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let earlier = tool.university.plan(&tool.sheet(&[row("s1", "70")])).await;
                {
                    let store = tool.university.session.store();
                    let operator =
                        Operator { id: UserId(tool.robot()), name: "Grade Robot".to_owned(), local_user: None };
                    let run = store.start_run(earlier.id, &operator, noon()).expect("a run");
                    let (assignment, user) = (AssignmentId(tool.lecture), UserId(tool.students[0]));
                    let cell = IntendedCell { cell: CellIndex(0), assignment, user, comment_sha256: None };
                    store.record_intent(run, PartIndex(0), &[cell], noon()).expect("a job");
                }
                tool.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(
            FindingCode::CommentDropped,
            "two rows of one value have different comments",
            Warning,
            Set,
            1,
            || {
                Box::pin(async {
                    let tool = Stage::new().open().await;
                    let lines = [format!("{},ill", row("s1", "90")), format!("{},late", row("s1", "90"))];
                    let sheet = tool.sheet_of(&format!("{HEADER},comment"), &lines);
                    tool.plan_sheet(&sheet, |_| {}).await
                })
            },
        ),
        Case::new(FindingCode::CommentUnstorable, "longer than Canvas stores", Row, Blocked, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let lines =
                    [format!("{},{}", row("s1", "90"), "x".repeat(65_536)), format!("{},fine", row("s2", "80"))];
                let sheet = tool.sheet_of(&format!("{HEADER},comment"), &lines);
                let seen = tool.plan_sheet(&sheet, |_| {}).await;
                assert_eq!(seen.summary.counts.set, 1, "the other row goes on");
                seen
            })
        }),
        Case::new(FindingCode::CommentShownAsHtml, "with something like a tag", Warning, Set, 2, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let comments = ["a<b", "x &amp; y", "AT&T, and 1 > 0"];
                let lines: Vec<String> = (1..)
                    .zip(comments)
                    .map(|(number, text)| format!("{},\"{text}\"", row(&format!("s{number}"), "90")))
                    .collect();
                let sheet = tool.sheet_of(&format!("{HEADER},comment"), &lines);
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::CommentWithoutScore, "a blank row says something", Warning, Set, 0, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let lines = [format!("{},", row("s1", "90")), format!("{},please see me", row("s2", ""))];
                let sheet = tool.sheet_of(&format!("{HEADER},comment"), &lines);
                let seen = tool.plan_sheet(&sheet, |_| {}).await;
                let sources = &seen.finding(FindingCode::CommentWithoutScore).expect("raised").sources;
                assert_eq!(sources.iter().map(|source| source.line).collect::<Vec<_>>(), [3]);
                seen
            })
        }),
        Case::new(FindingCode::CommentUnknown, "it went with a job that was given up", Warning, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let header = format!("{HEADER},comment");
                let earlier =
                    tool.university.plan(&tool.sheet_of(&header, &["BIO,rec-1,Lecture 1,100,s1,70,ill"])).await;
                {
                    let store = tool.university.session.store();
                    let operator =
                        Operator { id: UserId(tool.robot()), name: "Grade Robot".to_owned(), local_user: None };
                    let run = store.start_run(earlier.id, &operator, noon()).expect("a run");
                    let (assignment, user) = (AssignmentId(tool.lecture), UserId(tool.students[0]));
                    let comment_sha256 = Some(comment_digest("ill"));
                    let cell = IntendedCell { cell: CellIndex(0), assignment, user, comment_sha256 };
                    let job = store.record_intent(run, PartIndex(0), &[cell], noon()).expect("a job");
                    store.record_job_end(job, JobState::Abandoned, None, noon()).expect("given up");
                }
                let sheet = tool.sheet_of(&header, &["BIO,rec-1,Lecture 1,100,s1,90,ill"]);
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::DuplicateEqual, "the same value stands twice", Info, Set, 1, || {
            Box::pin(async {
                let seen = Stage::new().open().await.plan(&[row("s1", "90"), row("s1", "90.0")]).await;
                assert_eq!((seen.summary.counts.merged, seen.summary.counts.cells), (1, 1));
                seen
            })
        }),
        Case::new(FindingCode::RepeatSettled, "a later value replaces an earlier one", Info, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let mut sheet = tool.sheet(&[row("s1", "90"), row("s1", "95")]);
                sheet.repeat = RepeatRule::Last;
                let seen = tool.plan_sheet(&sheet, |_| {}).await;
                assert_eq!((seen.summary.counts.merged, seen.summary.counts.cells), (1, 1));
                seen
            })
        }),
        Case::new(FindingCode::RepeatSummed, "two parts add up", Info, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let mut sheet = tool.sheet(&[row("s1", "30"), row("s1", "15")]);
                sheet.repeat = RepeatRule::Sum;
                let seen = tool.plan_sheet(&sheet, |_| {}).await;
                assert_eq!((seen.summary.counts.merged, seen.summary.counts.cells), (1, 1));
                seen
            })
        }),
        Case::new(FindingCode::DuplicateConflict, "two values contradict each other", Row, Blocked, 2, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("s1", "90"), row("s1", "95")]).await })
        }),
        Case::new(FindingCode::ValueInvalid, "the value is no number", Row, Blocked, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("s1", "ninety")]).await })
        }),
        Case::new(FindingCode::StudentsNotified, "students will hear of their grade", Info, Set, 0, || {
            Box::pin(async {
                let seen = Stage::new().open().await.plan(&[row("s1", "90")]).await;
                assert_eq!((seen.summary.notifications.grades, seen.summary.notifications.assignments), (1, 0));
                seen
            })
        }),
        Case::new(FindingCode::AbsentZero, "five students have no row", Info, Set, 5, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let seen = tool.plan_with(&[row("s1", "90")], |options| options.absent_zero = true).await;
                assert_eq!((seen.summary.counts.absent, seen.summary.counts.set), (5, 6));
                seen
            })
        }),
        Case::new(FindingCode::AbsentZero, "an unresolved row may be one of theirs", Warning, Set, 0, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let lines = [row("s1", "90"), row("nobody", "80")];
                let seen = tool.plan_with(&lines, |options| options.absent_zero = true).await;
                assert_eq!((seen.summary.counts.absent, seen.summary.counts.set), (0, 1), "nobody gets a zero");
                let message = &seen.finding(FindingCode::AbsentZero).expect("a finding").message;
                assert!(message.starts_with("Lecture 1: no zeros for students without a row"), "{message}");
                seen
            })
        }),
    ]
}

/// A grading period that closed on the first of November.
fn closed_autumn() -> Stage {
    let mut stage = Stage::new();
    let at = |text: &str| text.parse().expect("a time");
    let period = GradingPeriod {
        id: 31,
        title: "Autumn".to_owned(),
        start_at: at("2026-09-01T00:00:00Z"),
        end_at: at("2026-10-31T00:00:00Z"),
        close_at: at("2026-11-01T00:00:00Z"),
    };
    stage.world.add_grading_period(stage.course, period);
    stage
}

/// What a person may release.
pub(super) fn accept(code: FindingCode) -> Acceptance {
    Acceptance { code, course: None }
}

#[tokio::test(start_paused = true)]
async fn a_comment_is_known_again_by_its_stored_text() {
    let tool = Stage::new().open().await;
    let cell = (tool.course, tool.lecture, tool.students[0]);
    let robot = tool.robot();
    tool.university.sandbox.world(|world| {
        world.set_grade(cell, Some("90"), robot, noon());
        world.add_comment(cell, "a<b", (robot, noon()));
    });
    let plan = |comment: &str| {
        let lines = [format!("{},{comment}", row("s1", "90"))];
        tool.sheet_of(&format!("{HEADER},comment"), &lines)
    };
    let again = tool.university.plan(&plan("a<b")).await;
    assert_eq!((again.counts.unchanged, again.counts.change), (1, 0), "{:?}", again.counts);
    let other = tool.university.plan(&plan("a")).await;
    assert_eq!((other.counts.unchanged, other.counts.change), (0, 1), "what Canvas shows of it is another comment");
    let blank = tool.university.plan(&plan("\" \"")).await;
    assert_eq!((blank.counts.unchanged, blank.counts.change), (1, 0), "Canvas drops a blank one without a word");
}
