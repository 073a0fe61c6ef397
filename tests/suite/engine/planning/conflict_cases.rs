//! Situations in which a cell is somebody's work.

use gradepush::domain::{CellClass, FindingCode, OnConflict, PlanOptions, Severity, TakeBack};
use gradepush::engine::Selection;
use gradepush::sandbox::NewAssignment;

use super::super::stage::{HEADER, Seen, Stage, row};
use super::cases::Case;

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    use CellClass::{Conflict, Excuse, Kept};
    use Severity::{Info, Row};
    vec![
        Case::new(FindingCode::WouldLower, "lower, and only higher ones are wanted", Row, Kept, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&[row("s1", "90")]).await;
                tool.plan_with(&[row("s1", "80")], |options| options.only_raise = true).await
            })
        }),
        Case::new(FindingCode::ExcuseNotAllowed, "the sheet says EX, and no flag", Row, Kept, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&[row("s1", "EX")]).await })
        }),
        Case::new(FindingCode::StudentsNotified, "the sheet says EX, with the flag", Info, Excuse, 0, || {
            Box::pin(async {
                Stage::new().open().await.plan_with(&[row("s1", "EX")], |options| options.allow_excuse = true).await
            })
        }),
        Case::new(FindingCode::EditedInCanvas, "a teacher changed what was pushed", Row, Conflict, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&[row("s1", "90")]).await;
                tool.grade(Some("70"), tool.teacher);
                tool.plan(&[row("s1", "95")]).await
            })
        }),
        Case::new(FindingCode::GradeByOther, "a teacher graded it", Row, Conflict, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.grade(Some("70"), tool.teacher);
                tool.plan(&[row("s1", "95")]).await
            })
        }),
        Case::new(FindingCode::GradeByYou, "the token's user graded it by hand", Row, Conflict, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.grade(Some("70"), tool.robot());
                tool.plan(&[row("s1", "95")]).await
            })
        }),
        Case::new(FindingCode::ClearedInCanvas, "a teacher cleared what was pushed", Row, Conflict, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&[row("s1", "90")]).await;
                tool.grade(None, tool.teacher);
                tool.plan(&[row("s1", "95")]).await
            })
        }),
        Case::new(FindingCode::Excused, "the student is excused", Row, Conflict, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.grade(Some("EX"), tool.teacher);
                tool.plan_with(&[row("s1", "95")], overwrite).await
            })
        }),
        Case::new(FindingCode::UndoneBefore, "an undo put an earlier value back", Row, Conflict, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let sheet = tool.sheet(&[row("s1", "90")]);
                let run = tool.university.push(&tool.university.plan(&sheet).await).await;
                let undo = gradepush::engine::plan_undo(
                    &tool.university.session,
                    run.run,
                    TakeBack::default(),
                    &Selection::default(),
                )
                .await;
                let undo = undo.expect("an undo");
                let reverse = Seen::of(&tool.university, undo.clone());
                assert_eq!(reverse.cell(2).expect("a cell").0, CellClass::Clear, "an undo clears what was empty");
                tool.university.push(&undo).await;
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::RevealsHiddenGrade, "a teacher hid what was pushed", Row, Conflict, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&[row("s1", "90")]).await;
                tool.hide();
                tool.plan(&[row("s1", "95")]).await
            })
        }),
        Case::new(FindingCode::RevealsHiddenGrade, "only a comment is new", Row, Conflict, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&[row("s1", "90")]).await;
                tool.hide();
                let sheet = tool.sheet_of(&format!("{HEADER},comment"), &[format!("{},ill", row("s1", "90"))]);
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::Resubmitted, "a newer attempt came after our grade", Row, Conflict, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let submission_types = vec!["online_upload".to_owned()];
                stage.instead(NewAssignment { submission_types, ..NewAssignment::default() });
                let tool = stage.open().await;
                tool.push(&[row("s1", "90")]).await;
                let cell = (tool.course, tool.lecture, tool.students[0]);
                tool.university.sandbox.world(|world| world.submit(cell, super::super::university::noon()));
                tool.plan(&[row("s1", "95")]).await
            })
        }),
    ]
}

fn overwrite(options: &mut PlanOptions) {
    options.on_conflict = OnConflict::Overwrite;
}

/// A choice of the user.
type Choose = fn(&mut PlanOptions);

#[tokio::test(start_paused = true)]
async fn a_conflict_is_written_when_a_person_says_so() {
    let accepting = |options: &mut PlanOptions| {
        overwrite(options);
        options.accept.push(super::cases::accept(FindingCode::Excused));
    };
    let adopting = |options: &mut PlanOptions| options.adopt_own = true;
    let showing = |options: &mut PlanOptions| options.overwrite.push(FindingCode::RevealsHiddenGrade);
    let released: [(FindingCode, Choose); 6] = [
        (FindingCode::RevealsHiddenGrade, showing),
        (FindingCode::EditedInCanvas, overwrite),
        (FindingCode::GradeByOther, overwrite),
        (FindingCode::GradeByYou, adopting),
        (FindingCode::ClearedInCanvas, overwrite),
        (FindingCode::Excused, accepting),
    ];
    for (code, change) in released {
        let tool = Stage::new().open().await;
        let robot = tool.robot();
        match code {
            FindingCode::GradeByOther => tool.grade(Some("70"), tool.teacher),
            FindingCode::GradeByYou => tool.grade(Some("70"), robot),
            FindingCode::Excused => tool.grade(Some("EX"), tool.teacher),
            FindingCode::RevealsHiddenGrade => {
                tool.push(&[row("s1", "90")]).await;
                tool.hide();
            }
            FindingCode::EditedInCanvas => {
                tool.push(&[row("s1", "90")]).await;
                tool.grade(Some("70"), tool.teacher);
            }
            _ => {
                tool.push(&[row("s1", "90")]).await;
                tool.grade(None, tool.teacher);
            }
        }
        let university = &tool.university;
        let held = university.plan(&tool.sheet(&[row("s1", "95")])).await;
        assert_eq!(held.counts.conflict, 1, "{code}");
        let plan = university.plan_with(&tool.sheet(&[row("s1", "95")]), change).await;
        assert_eq!((plan.counts.conflict, plan.counts.planned()), (0, 1), "{code}: {:?}", plan.counts);
        assert_eq!(plan.notifications.revealed, u64::from(code == FindingCode::RevealsHiddenGrade), "{code}");
        assert_eq!(university.push(&plan).await.counts.written, 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hidden_grade_is_called_hidden_whatever_else_there_is_to_say() {
    let overwrite = |options: &mut PlanOptions| options.on_conflict = OnConflict::Overwrite;
    let only_others = |options: &mut PlanOptions| options.overwrite.push(FindingCode::GradeByOther);
    for (name, change) in [("held", only_others as fn(&mut PlanOptions)), ("released", overwrite)] {
        let tool = Stage::new().open().await;
        tool.grade(Some("70"), tool.teacher);
        tool.hide();
        let seen = tool.plan_with(&[row("s1", "95")], change).await;
        let finding = seen.finding(FindingCode::RevealsHiddenGrade).expect("a finding");
        let says_it = finding.message.contains("hidden") && finding.message.contains("shows it to the student");
        assert!(says_it, "{name}: {}", finding.message);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hidden_grade_with_a_new_comment_is_released_by_its_word_alone() {
    let tool = Stage::new().open().await;
    tool.push(&[row("s1", "90")]).await;
    tool.hide();
    let sheet = tool.sheet_of(&format!("{HEADER},comment"), &[format!("{},ill", row("s1", "90"))]);
    let change = |options: &mut PlanOptions| options.overwrite.push(FindingCode::RevealsHiddenGrade);
    let plan = tool.university.plan_with(&sheet, change).await;
    assert_eq!((plan.counts.change, plan.notifications.revealed), (1, 1), "{:?}", plan.counts);
    let held = tool.university.plan(&sheet).await;
    assert_eq!((held.counts.conflict, held.notifications.revealed), (1, 0), "{:?}", held.counts);
    assert_ne!(plan.digest, held.digest, "what is released is part of what was reviewed");
}

#[tokio::test(start_paused = true)]
async fn a_column_that_is_posted_by_hand_hides_nothing_of_a_teachers() {
    let mut stage = Stage::new();
    stage.instead(NewAssignment { post_manually: true, ..NewAssignment::default() });
    let tool = stage.open().await;
    tool.push(&[row("s1", "90")]).await;
    let plan = tool.university.plan(&tool.sheet(&[row("s1", "95")])).await;
    assert_eq!((plan.counts.change, plan.counts.conflict), (1, 0), "{:?}", plan.counts);
}

#[tokio::test(start_paused = true)]
async fn a_conflict_says_whose_work_it_is_as_far_as_canvas_tells() {
    use FindingCode::{ClearedInCanvas, EditedInCanvas, GradeByOther, Resubmitted};
    let noon = super::super::university::noon();
    let graded_at = noon + jiff::SignedDuration::from_mins(5);
    for (code, released) in [GradeByOther, EditedInCanvas, ClearedInCanvas, Resubmitted]
        .into_iter()
        .flat_map(|code| [(code, false), (code, true)])
    {
        let mut stage = Stage::new();
        let submission_types = vec!["online_upload".to_owned()];
        stage.instead(NewAssignment { submission_types, ..NewAssignment::default() });
        let tool = stage.open().await;
        let teacher = tool.teacher;
        let cell = (tool.course, tool.lecture, tool.students[0]);
        if code != GradeByOther {
            tool.push(&[row("s1", "90")]).await;
        }
        match code {
            Resubmitted => tool.university.sandbox.world(|world| world.submit(cell, noon)),
            ClearedInCanvas => tool.grade(None, teacher),
            _ => tool.grade(Some("70"), teacher),
        }
        let change = |options: &mut PlanOptions| options.overwrite.extend(released.then_some(code));
        let seen = tool.plan_with(&[row("s1", "95")], change).await;
        let finding = seen.finding(code).expect("a finding");
        let whose = finding.whose.expect("somebody's");
        let expected = match code {
            Resubmitted => (None, Some(noon)),
            // Of a cleared cell Canvas keeps the time of the grade that was there.
            ClearedInCanvas => (Some(teacher), None),
            _ => (Some(teacher), Some(graded_at)),
        };
        assert_eq!((whose.by, whose.at), expected, "{code}");
        assert_eq!(seen.parts[0].cells[0].whose.as_deref(), Some(&whose), "{code}: the cell says the same");
        let severity = if released { Severity::Warning } else { Severity::Row };
        assert_eq!(finding.severity, severity, "{code}");
        let others = u64::from(released && code.is_others_work());
        assert_eq!(seen.summary.counts.released.others_work(), others, "{code}");
        assert_eq!(seen.summary.counts.released.total(), u64::from(released), "{code}");
    }
}

/// SpeedGrader leaves name and time as this tool's push had them: nobody is named rather than the wrong person.
#[tokio::test(start_paused = true)]
async fn an_edit_in_speedgrader_is_put_on_nobody() {
    let tool = Stage::new().open().await;
    tool.push(&[row("s1", "90")]).await;
    let (cell, teacher) = ((tool.course, tool.lecture, tool.students[0]), tool.teacher);
    let noon = super::super::university::noon();
    tool.university.sandbox.world(|world| world.set_score_in_speedgrader(cell, 70.0, teacher, noon));
    let seen = tool.plan(&[row("s1", "95")]).await;
    assert_eq!(seen.finding(FindingCode::EditedInCanvas).expect("a conflict").whose, None);
}
