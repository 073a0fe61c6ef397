//! Rows of several columns of the sheet that lead to one assignment, or of several ids of one person.

use gradepush::domain::{CellClass, FindingCode, RepeatRule, UserId, UserIdOrigin};
use gradepush::sandbox::NewAssignment;

use super::super::stage::{Seen, Stage, Tool};
use super::super::university::noon;

/// The header of lines with a score type.
const HEADER: &str = "course_id,assignment_id,assignment_title,score_possible,score_type,user_id,score_received";

/// A row of `Lecture 1` that counts to `possible`, under a key of its own.
fn line(possible: u32, user: &str, received: &str) -> String {
    format!("BIO,rec-{possible},Lecture 1,{possible},Points,{user},{received}")
}

fn completion(user: &str, received: &str) -> String {
    format!("BIO,rec-c,Lecture 1,100,CompleteIncomplete,{user},{received}")
}

async fn plan(tool: &Tool, lines: &[String], repeat: RepeatRule, scale: bool) -> Seen {
    let mut sheet = tool.sheet_of(HEADER, lines);
    sheet.repeat = repeat;
    let summary = tool.university.plan_with(&sheet, |options| options.scale = scale).await;
    Seen::of(&tool.university, summary)
}

/// The score of `s1`, `s2`, ….
fn score(tool: &Tool, number: usize) -> Option<f64> {
    let cell = (tool.course, tool.lecture, tool.students[number - 1]);
    tool.university.sandbox.world(|world| world.score_of(cell.0, cell.1, cell.2))
}

#[tokio::test(start_paused = true)]
async fn rows_of_columns_that_count_differently_are_compared_in_points_of_the_assignment() {
    let tool = Stage::new().open().await;
    let lines = [
        [line(10, "s1", "5"), line(100, "s1", "5")],
        [line(10, "s2", "9"), line(100, "s2", "50")],
        [line(10, "s3", "5"), line(100, "s3", "50")],
        [line(10, "s4", "4"), line(100, "s4", "50")],
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    let seen = plan(&tool, &lines, RepeatRule::Error, true).await;
    let counts = &seen.summary.counts;
    assert_eq!((counts.set, counts.blocked, counts.merged), (1, 6, 1), "{counts:?}");
    assert_eq!(seen.cell(6).expect("a cell").1, [FindingCode::DuplicateEqual]);
    let seen = plan(&tool, &lines, RepeatRule::Max, true).await;
    assert_eq!((seen.summary.counts.set, seen.summary.counts.merged), (4, 4));
    tool.university.push(&seen.summary).await;
    let scores = [1, 2, 3, 4].map(|number| score(&tool, number));
    assert_eq!(scores, [Some(50.0), Some(90.0), Some(50.0), Some(50.0)]);
}

#[tokio::test(start_paused = true)]
async fn a_completion_a_percentage_and_a_number_are_compared_by_what_they_come_to() {
    let tool = Stage::new().open().await;
    let mixed = [completion("s1", "1"), line(100, "s1", "1")];
    let seen = plan(&tool, &mixed, RepeatRule::Error, false).await;
    assert_eq!((seen.summary.counts.blocked, seen.summary.counts.merged), (2, 0));
    let lines = [
        line(100, "s2", "85%"),
        line(100, "s2", "10"),
        completion("s3", "complete"),
        completion("s3", "0"),
        completion("s4", "1"),
        line(100, "s4", "90"),
        line(100, "s5", "EX"),
        completion("s5", "0"),
    ];
    let seen = plan(&tool, &lines, RepeatRule::Max, false).await;
    assert_eq!((seen.summary.counts.set, seen.summary.counts.merged), (4, 4), "{:?}", seen.summary.counts);
    tool.university.push(&seen.summary).await;
    let scores = [2, 3, 4, 5].map(|number| score(&tool, number));
    assert_eq!(scores, [Some(85.0), Some(100.0), Some(100.0), Some(0.0)]);
}

/// `extra` is a second login of the first student.
fn two_logins() -> Stage {
    let mut stage = Stage::new();
    stage.column(NewAssignment { name: "Lecture 2".to_owned(), ..NewAssignment::default() });
    stage.world.add_login(stage.students[0], "extra", Some("S-1b"));
    stage
}

#[tokio::test(start_paused = true)]
async fn an_id_that_moved_stays_blocked_beside_another_id_of_the_same_person() {
    let tool = two_logins().open().await;
    let host = tool.university.session.settings.host.clone();
    let earlier = [(UserIdOrigin::Login, "extra", UserId(tool.students[1]))];
    tool.university.session.store().remember_identities(&host, &earlier, noon()).expect("kept");
    let second = |received: &str| format!("BIO,rec-2,Lecture 2,100,Points,extra,{received}");
    let lines = [line(100, "s1", "50"), second("66"), line(100, "extra", "70")];
    let seen = plan(&tool, &lines, RepeatRule::Max, false).await;
    assert_eq!((seen.summary.counts.set, seen.summary.counts.blocked), (1, 2), "{:?}", seen.summary.counts);
    for moved in [3, 4] {
        assert_eq!(seen.cell(moved), Some((CellClass::Blocked, vec![FindingCode::IdentityMoved])), "line {moved}");
    }
    tool.university.push(&seen.summary).await;
    assert_eq!((score(&tool, 1), tool.university.sandbox.world(|world| world.score_count())), (Some(50.0), 1));
    let mut sheet = tool.sheet_of(HEADER, &lines);
    sheet.repeat = RepeatRule::Max;
    let accept = super::cases::accept(FindingCode::IdentityMoved);
    let accepted = tool.university.plan_with(&sheet, |options| options.accept.push(accept)).await;
    let counts = &accepted.counts;
    assert_eq!((counts.set, counts.change, counts.blocked, counts.merged), (1, 1, 0, 1), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn the_same_sheet_is_not_shrunk_when_a_person_has_two_ids() {
    let tool = two_logins().open().await;
    let lines = [line(100, "s1", "50"), "BIO,rec-2,Lecture 2,100,Points,extra,66".to_owned()];
    let seen = plan(&tool, &lines, RepeatRule::Error, false).await;
    assert_eq!(tool.university.push(&seen.summary).await.counts.written, 2);
    let again = plan(&tool, &lines, RepeatRule::Error, false).await;
    assert!(again.finding(FindingCode::SheetShrunk).is_none(), "{:?}", again.summary.findings);
    let other = [line(100, "s2", "50"), lines[1].clone()];
    let shrunk = plan(&tool, &other, RepeatRule::Error, false).await;
    assert!(shrunk.finding(FindingCode::SheetShrunk).is_some());
}
