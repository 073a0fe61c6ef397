//! `verify`: what changed since, by whom and when, as far as Canvas tells; what an undo of ours took back is no drift.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use gradepush::canvas::{Carrier, CarryError, Method, Request, Response};
use gradepush::domain::{OnConflict, RunId, TakeBack};
use gradepush::engine::{Drift, PushOptions, Selection, Stop, VerifySummary, verify};
use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, Options, Rule};
use jiff::{SignedDuration, Timestamp};

use super::stage::{HEADER, Stage, Tool, row, rows};
use super::university::noon;
use crate::client_in_process::InProcess;
use crate::confirmed::confirmed;

async fn look(tool: &Tool, run: RunId) -> VerifySummary {
    verify(&tool.university.session, run, &Selection::default()).await.expect("a look")
}

async fn undo(tool: &Tool, run: RunId, also: TakeBack, selection: &Selection) -> RunId {
    let plan = gradepush::engine::plan_undo(&tool.university.session, run, also, selection).await;
    tool.university.push(&plan.expect("a plan")).await.run
}

/// An hour after everything began.
fn later() -> Timestamp {
    noon() + SignedDuration::from_hours(1)
}

/// A run over all six students, whose first cell was changed by the teacher an hour later.
async fn changed(faults: Faults, change: impl FnOnce(&Tool, (i64, i64, i64))) -> Drift {
    let tool = Stage::new().open_on(Options { faults, ..Options::default() }).await;
    let run = tool.university.push(&tool.university.plan(&tool.sheet(&rows("90"))).await).await.run;
    change(&tool, (tool.course, tool.lecture, tool.students[0]));
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.holding, found.unreadable, found.unknown), (6, 5, 0, 0), "{found:?}");
    let [drift] = &found.drifted[..] else { panic!("{found:?}") };
    assert!(drift.by.is_none_or(|by| by == tool.teacher), "{drift:?}");
    drift.clone()
}

#[tokio::test(start_paused = true)]
async fn a_clearing_and_a_grade_from_speedgrader_are_dated_from_the_change_log() {
    let clear = |tool: &Tool, cell| {
        tool.university.sandbox.world(|world| world.set_grade(cell, None, tool.teacher, later()));
    };
    let drift = changed(Faults::default(), clear).await;
    assert_eq!((drift.by.is_some(), drift.at), (true, Some(later())));
    let drift = changed(Faults::default(), |tool, cell| {
        tool.university.sandbox.world(|world| world.set_score_in_speedgrader(cell, 12.0, tool.teacher, later()));
    });
    let drift = drift.await;
    assert_eq!((drift.by.is_some(), drift.at), (true, Some(later())));
    // Canvas's own time of a cleared cell is that of our write.
    let refused = Rule::new("GET", "/api/v1/audit/grade_change", Fault::Status { code: 403, executed: false });
    let drift = changed(Faults { rules: vec![refused], ..Faults::default() }, clear).await;
    assert_eq!((drift.by.is_some(), drift.at), (true, None));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_behind_shows_no_drift() {
    let tool = Stage::new().open_on(Options { replica_lag: Duration::from_mins(1), ..Options::default() }).await;
    let run = tool.university.push(&tool.university.plan(&tool.sheet(&rows("90"))).await).await.run;
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.holding), (6, 6), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn a_comment_that_canvas_shows_otherwise_than_it_was_sent_is_not_gone() {
    let tool = Stage::new().open().await;
    let texts = ["a<b", "<b>bold</b>", "R &amp; D", "<script>go()</script>", "\u{feff}mark", "bell\u{7}"];
    let line = |(number, text)| format!("{},{text}", row(&format!("s{number}"), "90"));
    let lines: Vec<String> = (1..).zip(texts).map(line).collect();
    let plan = tool.university.plan(&tool.sheet_of(&format!("{HEADER},comment"), &lines)).await;
    let pushed = tool.university.push(&plan).await;
    assert_eq!((pushed.counts.written, pushed.comments.sent), (6, 6), "{pushed:?}");
    let found = look(&tool, pushed.run).await;
    assert_eq!((found.checked, found.holding), (6, 6), "{found:?}");
    // One that somebody deletes is.
    let cell = (tool.course, tool.lecture, tool.students[0]);
    tool.university.sandbox.world(|world| world.clear_comments(cell));
    let found = look(&tool, pushed.run).await;
    let gone: Vec<bool> = found.drifted.iter().map(|drift| drift.comment_gone).collect();
    assert_eq!((found.holding, gone), (5, vec![true]), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_undo_of_ours_took_back_is_no_drift() {
    let tool = Stage::new().open().await;
    let run = tool.university.push(&tool.university.plan(&tool.sheet(&rows("90"))).await).await.run;
    let only = Selection { users: vec!["s1".to_owned()], ..Selection::default() };
    let part = undo(&tool, run, TakeBack::default(), &only).await;
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.holding, found.drifted.len()), (5, 5, 0), "{found:?}");
    assert_eq!(found.taken_back, [(part, 1)].into());
    let whole = undo(&tool, run, TakeBack::default(), &Selection::default()).await;
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.drifted.len()), (0, 0), "{found:?}");
    assert_eq!(found.taken_back, [(part, 1), (whole, 5)].into());
    // The undo of the undo gives the first of them to the run again.
    undo(&tool, part, TakeBack::default(), &Selection::default()).await;
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.holding, found.taken_back), (1, 1, [(whole, 5)].into()));
}

#[tokio::test(start_paused = true)]
async fn what_went_with_a_column_that_an_undo_deleted_is_no_drift() {
    let tool = Stage::new().open().await;
    let sheet = tool.sheet(&["BIO,rec-2,Lecture 2,100,s1,90", "BIO,rec-2,Lecture 2,100,s2,80"]);
    let run = tool.university.push(&tool.university.plan(&sheet).await).await.run;
    let by = undo(&tool, run, TakeBack { created: true, comments: false }, &Selection::default()).await;
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.drifted.len(), found.taken_back), (0, 0, [(by, 2)].into()));
}

#[tokio::test(start_paused = true)]
async fn cells_that_nobody_knows_of_are_said() {
    let stuck = Rule::new("POST", "/api/v1/courses/*/submissions/update_grades", Fault::JobStuckQueued);
    let faults = Faults { rules: vec![stuck], ..Faults::default() };
    let tool = Stage::new().open_on(Options { faults, ..Options::default() }).await;
    let options = PushOptions { job_timeout: Duration::from_secs(2), ..PushOptions::default() };
    let plan = tool.university.plan(&tool.sheet_of(HEADER, &[row("s1", "90")])).await;
    let run = tool.university.push_with(&plan, &options).await.expect("a push");
    assert_eq!(run.counts.unknown, 1, "{run:?}");
    let found = look(&tool, run.run).await;
    assert_eq!((found.checked, found.unknown), (0, 1), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn cells_that_were_not_sent_are_said_until_they_are_taken_back() {
    let tool = Stage::new().open().await;
    let plan = tool.university.plan(&tool.sheet(&rows("90"))).await;
    let options = PushOptions { deadline: Some(noon()), ..PushOptions::default() };
    let run = tool.university.push_with(&plan, &options).await.expect("a push");
    assert_eq!(run.counts.pending, 6, "{run:?}");
    let found = look(&tool, run.run).await;
    assert_eq!((found.checked, found.pending), (0, 6), "{found:?}");
    let only = Selection { users: vec!["s1".to_owned(), "s2".to_owned()], ..Selection::default() };
    let session = &tool.university.session;
    let part = verify(session, run.run, &only).await.expect("a look");
    assert_eq!(part.pending, 2, "{part:?}");
    undo(&tool, run.run, TakeBack::default(), &only).await;
    assert_eq!(look(&tool, run.run).await.pending, 4, "who was chosen stays unsent");
    undo(&tool, run.run, TakeBack::default(), &Selection::default()).await;
    assert_eq!(look(&tool, run.run).await.pending, 0);
}

#[tokio::test(start_paused = true)]
async fn what_a_later_run_of_ours_wrote_is_no_drift() {
    let tool = Stage::new().open().await;
    let run = tool.university.push(&tool.university.plan(&tool.sheet(&rows("90"))).await).await.run;
    let later_run = tool.university.push(&tool.university.plan(&tool.sheet(&rows("80")[..5])).await).await.run;
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.holding, found.drifted.len()), (1, 1, 0), "{found:?}");
    assert_eq!(found.written_again, [(later_run, 5)].into());
    // A teacher's grade on top of it is.
    let cell = (tool.course, tool.lecture, tool.students[0]);
    tool.university.sandbox.world(|world| world.set_grade(cell, Some("12"), tool.teacher, later()));
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.holding, found.drifted.len()), (2, 1, 1), "{found:?}");
    assert_eq!((found.drifted[0].by, found.written_again), (Some(tool.teacher), [(later_run, 4)].into()));
}

/// Somebody else is at work just before the next job is posted.
struct Meddling {
    inner: InProcess,
    before_job: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Carrier for Meddling {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        if request.method == Method::Post
            && request.path_and_query.ends_with("/update_grades")
            && let Some(meddle) = self.before_job.lock().expect("no test panics while it holds this").take()
        {
            meddle();
        }
        self.inner.carry(request)
    }

    fn fetch<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        self.inner.fetch(url, headers, sink)
    }
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_the_undo_of_an_undo_gave_back_is_no_drift() {
    let mut stage = Stage::new();
    for student in &stage.students[..2] {
        stage.world.set_grade((stage.course, stage.lecture, *student), Some("50"), stage.teacher, noon());
    }
    let tool = stage.open().await;
    let university = &tool.university;
    let sheet = tool.sheet(&[row("s1", "80"), row("s2", "80")]);
    let plan = university.plan_with(&sheet, |options| options.on_conflict = OnConflict::Overwrite).await;
    let run = university.push(&plan).await.run;
    // The teacher grades the first while the run is taken back.
    let (sandbox, teacher) = (university.sandbox.clone(), tool.teacher);
    let cell = (tool.course, tool.lecture, tool.students[0]);
    let at = noon() + SignedDuration::from_mins(1);
    let edit = move || sandbox.world(|world| world.set_grade(cell, Some("77"), teacher, at));
    let inner = InProcess::of(&university.sandbox);
    let carrier = Arc::new(Meddling { inner, before_job: Mutex::new(Some(Box::new(edit))) });
    let session = university.session_through(DEMO_TOKEN, carrier, |_| {});
    let undo_plan = gradepush::engine::plan_undo(&session, run, TakeBack::default(), &Selection::default()).await;
    let undo_plan = undo_plan.expect("a plan");
    let confirmed = confirmed(&undo_plan.digest);
    let options = PushOptions::default();
    let undone = gradepush::engine::push(&session, undo_plan.id, &confirmed, &options, &Stop::default()).await;
    let undone = undone.expect("a run").run;
    let lost = university.records(undone).iter().map(|record| record.overwrote.len()).sum::<usize>();
    assert_eq!(lost, 1, "{:?}", university.records(undone));
    let again = undo(&tool, undone, TakeBack::default(), &Selection::default()).await;
    let score = |student: usize| {
        university.sandbox.world(|world| world.score_of(tool.course, tool.lecture, tool.students[student]))
    };
    assert_eq!([score(0), score(1)], [Some(77.0), Some(80.0)]);
    let found = look(&tool, run).await;
    assert_eq!((found.checked, found.holding, found.drifted.len()), (1, 1, 0), "{found:?}");
    assert_eq!(found.taken_back, [(again, 1)].into());
}
