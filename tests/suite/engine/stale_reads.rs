//! A Canvas that reads from a copy of its database, which is a moment behind: what a job wrote is not seen at once.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use gradepush::canvas::{Carrier, CarryError, Method, Request, Response};
use gradepush::domain::{OnConflict, TakeBack};
use gradepush::engine::{PushOptions, Selection, Stop, plan_undo, push};
use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, Options, Role, Rule};

use super::stage::{HEADER, Stage, row, rows};
use super::university::noon;
use crate::client_in_process::InProcess;
use crate::confirmed::confirmed;

/// How far lists are behind.
const LAG: Duration = Duration::from_secs(2);

/// Shows cells as they were at the first look for so many looks more.
struct Behind {
    inner: InProcess,
    first: Mutex<(Option<Response>, usize)>,
}

impl Behind {
    /// What was seen first, as long as it is shown.
    fn old(&self) -> Option<Response> {
        let mut first = self.first.lock().expect("no test panics while it holds this");
        if first.0.is_none() || first.1 == 0 {
            return None;
        }
        first.1 -= 1;
        first.0.clone()
    }
}

impl Carrier for Behind {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        let is_look = request.method == Method::Get && request.path_and_query.contains("/students/submissions");
        Box::pin(async move {
            if is_look && let Some(old) = self.old() {
                return Ok(old);
            }
            let response = self.inner.carry(request).await?;
            if is_look {
                let mut first = self.first.lock().expect("no test panics while it holds this");
                first.0.get_or_insert_with(|| response.clone());
            }
            Ok(response)
        })
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
async fn a_plan_right_after_a_push_compares_with_what_was_pushed() {
    for (name, students) in [("looked at one by one", 6_u32), ("in lists", 250)] {
        let mut stage = Stage::new();
        for number in 7..=students {
            let user = stage.person(&format!("s{number}"), &format!("S-{number}"));
            stage.world.enroll(stage.course, user, Role::Student);
            stage.students.push(user);
        }
        let robot = stage.world.user_by_login("grade.robot").expect("the admin");
        for student in &stage.students {
            stage.world.set_grade((stage.course, stage.lecture, *student), Some("70"), robot, noon());
        }
        let tool = stage.open_on(Options { replica_lag: LAG, ..Options::default() }).await;
        let sheet = |score| {
            let lines: Vec<String> = (1..=students).map(|number| row(&format!("s{number}"), score)).collect();
            tool.sheet(&lines)
        };
        let university = &tool.university;
        let plan = university.plan_with(&sheet("80"), |options| options.adopt_own = true).await;
        let run = university.push(&plan).await;
        let all = u64::from(students);
        assert_eq!(run.counts.written, all, "{name}: {run:?}");
        let corrected = university.plan(&sheet("70")).await;
        assert_eq!((corrected.counts.change, corrected.counts.unchanged), (all, 0), "{name}: {:?}", corrected.counts);
        // Nor is there anything to do twice.
        let same = university.plan(&sheet("80")).await;
        assert_eq!(same.counts.unchanged, all, "{name}: {:?}", same.counts);
        let run = university.push(&corrected).await;
        assert_eq!(run.counts.written, all, "{name}: {run:?}");
        // What an undo took back is not there any more either.
        let undo = plan_undo(&university.session, run.run, TakeBack::default(), &Selection::default()).await;
        let undone = university.push(&undo.expect("an undo")).await;
        assert_eq!(undone.counts.written, all, "{name}: {undone:?}");
        let again = university.plan(&sheet("70")).await;
        assert_eq!((again.counts.conflict, again.counts.unchanged), (all, 0), "{name}: {:?}", again.counts);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_seen_late_is_written_once_and_commented_once() {
    let dies = Rule::new("POST", "/api/v1/courses/*/submissions/update_grades", Fault::JobDies { rows: 2 });
    for (name, rules, looks) in [
        ("the job ends well", Vec::new(), 1..=4),
        // Nothing tells a cell that the job wrote from one that it did not get to, but a second look.
        ("the job dies half-way", vec![dies.times(0, 1)], 1..=1),
    ] {
        for behind in looks {
            let faults = Faults { rules: rules.clone(), ..Faults::default() };
            let tool = Stage::new().open_on(Options { faults, ..Options::default() }).await;
            let lines = [1, 2, 3].map(|number| format!("{},well done", row(&format!("s{number}"), "90")));
            let plan = tool.university.plan(&tool.sheet_of(&format!("{HEADER},comment"), &lines)).await;
            let inner = InProcess::of(&tool.university.sandbox);
            let carrier = Arc::new(Behind { inner, first: Mutex::new((None, behind)) });
            let session = tool.university.session_through(DEMO_TOKEN, carrier, |_| {});
            let confirmed = confirmed(&plan.digest);
            let pushed = push(&session, plan.id, &confirmed, &PushOptions::default(), &Stop::default()).await;
            let run = pushed.expect("a run");
            assert_eq!((run.counts.written, run.comments.sent), (3, 3), "{name}, {behind} looks behind: {run:?}");
            for student in &tool.students[..3] {
                let (score, comments) = tool.university.sandbox.world(|world| {
                    let comments = world.comments_of(tool.course, tool.lecture, *student);
                    (world.score_of(tool.course, tool.lecture, *student), comments)
                });
                assert_eq!((score, comments.len()), (Some(90.0), 1), "{name}, {behind} looks behind: {comments:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_undo_right_after_the_push_finds_what_the_push_wrote() {
    let lag = Duration::from_mins(1);
    let tool = Stage::new().open_on(Options { replica_lag: lag, ..Options::default() }).await;
    let university = &tool.university;
    // The lists show the teacher's grade, and no grade, for a while longer.
    tool.university.sandbox.world(|world| {
        let cell = (tool.course, tool.lecture, tool.students[0]);
        world.set_grade(cell, Some("50"), tool.teacher, noon());
    });
    tokio::time::sleep(lag * 2).await;
    let sheet = tool.sheet(&rows("90"));
    let plan = university.plan_with(&sheet, |options| options.on_conflict = OnConflict::Overwrite).await;
    let run = university.push(&plan).await;
    assert_eq!(run.counts.written, 6, "{run:?}");
    let undo = plan_undo(&university.session, run.run, TakeBack::default(), &Selection::default()).await;
    let undo = undo.expect("a plan");
    assert_eq!((undo.counts.change, undo.counts.clear, undo.counts.unchanged), (1, 5, 0), "{undo:?}");
    let undone = university.push(&undo).await;
    assert_eq!(undone.counts.written, 6, "{undone:?}");
    // The lists still show what the run wrote.
    let again = plan_undo(&university.session, undone.run, TakeBack::default(), &Selection::default()).await;
    let again = again.expect("a plan");
    assert_eq!((again.counts.change, again.counts.unchanged, again.counts.conflict), (6, 0, 0), "{again:?}");
}
