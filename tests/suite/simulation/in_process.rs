//! The line to Canvas: carries requests to the sandbox, by chance badly, lets other people act meanwhile, and watches
//! that nothing is sent that was not looked at.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use gradepush::canvas::{
    Carrier, CarryError, CarryErrorKind, Method, Request, Response, StudentSubmissions, Submission,
};
use gradepush::domain::{LiveCell, Wanted};
use gradepush::engine::Stop;
use gradepush::sandbox::{self, JobScript, Sandbox};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::chance::Chance;
use super::fault_profile::{Fault, FaultProfile, Loss};
use super::term::{Mates, by_hand};
use super::wire::{Allowed, expired, number, number_after, problem, replaced, sandboxed, shown, throttled};

/// Course, assignment and student.
pub(super) type Place = (i64, i64, i64);

/// What the line remembers.
pub(super) struct Memory {
    pub(super) fault_profile: FaultProfile,
    pub(super) chance: Chance,
    pub(super) requests: u64,
    /// Course, title and student: created columns have no id yet.
    pub(super) targets: Vec<(i64, String, i64)>,
    /// The plan being pushed.
    pub(super) allowed: HashMap<(i64, String, i64), Allowed>,
    /// What its unchanged cells hold: a grade for the group goes to them too.
    pub(super) unchanged: HashMap<(i64, String, i64), Wanted>,
    assignments: HashMap<(i64, String), i64>,
    seen: HashMap<Place, (Instant, LiveCell)>,
    /// When a column was asked to be deleted.
    pub(super) deleted: HashMap<i64, Instant>,
    pub(super) last_edit: HashMap<Place, Instant>,
    pub(super) violations: Vec<String>,
    pub(super) log: Vec<String>,
    pub(super) stop: Stop,
    pub(super) back_at: Option<Instant>,
    /// Jobs that were ended by hand.
    cancelled: HashSet<i64>,
    /// Courses of which a write is on its way.
    on_its_way: HashSet<i64>,
}

/// The line.
#[derive(Clone)]
pub(super) struct InProcess {
    pub(super) sandbox: Sandbox,
    pub(super) died: Arc<Notify>,
    memory: Arc<Mutex<Memory>>,
    teacher: i64,
    robot: i64,
    mates: Arc<Mates>,
    began: Instant,
}

impl InProcess {
    pub(super) fn new(sandbox: Sandbox, chance: Chance, (teacher, robot): (i64, i64), mates: Mates) -> Self {
        let memory = Memory {
            fault_profile: FaultProfile::default(),
            chance,
            requests: 0,
            targets: Vec::new(),
            allowed: HashMap::new(),
            unchanged: HashMap::new(),
            assignments: HashMap::new(),
            seen: HashMap::new(),
            deleted: HashMap::new(),
            last_edit: HashMap::new(),
            violations: Vec::new(),
            log: Vec::new(),
            stop: Stop::default(),
            back_at: None,
            cancelled: HashSet::new(),
            on_its_way: HashSet::new(),
        };
        let died = Arc::new(Notify::new());
        let memory = Arc::new(Mutex::new(memory));
        Self { sandbox, died, memory, teacher, robot, mates: Arc::new(mates), began: Instant::now() }
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it is like this; `stop` is what Ctrl-C throws.
    pub(super) fn set(&self, fault_profile: FaultProfile, stop: &Stop) {
        let mut memory = self.memory();
        memory.fault_profile = fault_profile;
        memory.requests = 0;
        memory.stop = stop.clone();
        memory.back_at = None;
        // A new process has looked at nothing.
        memory.seen.clear();
    }

    pub(super) fn note(&self, text: impl FnOnce() -> String) {
        let at = self.began.elapsed();
        self.memory().log.push(format!("{at:>12.1?} {}", text()));
    }

    /// Jobs that were stuck go on.
    pub(super) fn release_jobs(&self) {
        let open: Vec<i64> = self.sandbox.world(|world| {
            let open = world.job_states().into_iter().filter(|(_, state)| ["queued", "running"].contains(state));
            open.map(|(id, _)| id).collect()
        });
        self.sandbox.world(|world| open.iter().for_each(|job| world.set_job_fate(*job, JobScript::Runs)));
    }

    /// The assignment with this title.
    pub(super) fn assignment(&self, course: i64, title: &str) -> Option<i64> {
        let assignments = self.sandbox.world(|world| world.assignments_of(course));
        let found = assignments.into_iter().find(|(_, name)| name == title).map(|(id, _)| id);
        let mut memory = self.memory();
        let key = (course, title.to_owned());
        // A deleted one is remembered.
        let known = memory.assignments.get(&key).copied().or(found);
        memory.assignments.extend(known.map(|id| (key, id)));
        known
    }

    /// Other people act.
    fn let_others_act(&self) {
        let mut memory = self.memory();
        let FaultProfile { edits, hides, drops, deletions, unpublished, .. } = memory.fault_profile;
        let Memory { chance, targets, .. } = &mut *memory;
        let Some((course, title, user)) = chance.pick(targets).cloned() else { return };
        let mut happens = |often| memory.chance.per_mille(often);
        let (edit, hide, drop, delete, unpublish) =
            (happens(edits), happens(hides), happens(drops), happens(deletions), happens(unpublished));
        let wanted = memory.allowed.get(&(course, title.clone(), user)).and_then(|allowed| allowed.posted.clone());
        let same = memory.chance.per_mille(150);
        let grade = if same && wanted.is_some() { wanted } else { by_hand(&mut memory.chance) };
        // SpeedGrader's way leaves version, grader and time as they were (canvas-contract §H9).
        let in_speedgrader = memory.chance.per_mille(250);
        drop_guard(memory);
        if !(edit || hide || drop || delete || unpublish) {
            return;
        }
        let Some(assignment) = self.assignment(course, &title) else { return };
        let alive = self.sandbox.world(|world| world.assignments_of(course));
        if alive.iter().all(|(id, _)| *id != assignment) {
            return;
        }
        let place = (course, assignment, user);
        if edit {
            let now = super::simulated_run::now(self.began);
            let score = grade.as_ref().and_then(|grade| grade.parse().ok()).filter(|_| in_speedgrader);
            self.sandbox.world(|world| match score {
                Some(score) => world.set_score_in_speedgrader(place, score, self.teacher, now),
                None => world.set_grade(place, grade.as_deref(), self.teacher, now),
            });
            let touched = self.mates.get(&place).into_iter().flatten().chain([&user]);
            let touched = touched.map(|user| ((course, assignment, *user), Instant::now()));
            self.memory().last_edit.extend(touched);
            self.note(|| format!("          somebody enters {grade:?} in {place:?}"));
        }
        if hide {
            let now = super::simulated_run::now(self.began);
            self.sandbox.world(|world| world.hide_grade(place, now));
            self.memory().last_edit.insert(place, Instant::now());
            self.note(|| format!("          somebody hides the grade in {place:?}"));
        }
        if drop {
            self.sandbox.world(|world| world.drop_student(course, user));
            self.note(|| format!("          {user} leaves {course}"));
        }
        if delete {
            self.sandbox.world(|world| world.delete_assignment(course, assignment));
            self.note(|| format!("          {assignment} is deleted"));
        } else if unpublish {
            self.sandbox.world(|world| world.unpublish_assignment(course, assignment));
            self.note(|| format!("          {assignment} is unpublished"));
        }
    }

    async fn take(&self, request: Request) -> Result<Response, CarryError> {
        let write = !request.method.is_read();
        let asked = sandboxed(&request);
        self.watch_request(&request);
        let _on_its_way = OnItsWay::of(self, &request);
        let latency = {
            let mut memory = self.memory();
            let longest = memory.fault_profile.latency;
            memory.chance.below(longest + 1)
        };
        tokio::time::sleep(Duration::from_millis(latency)).await;
        self.let_others_act();
        let name = format!("{} {}", request.method, shown(&request));
        let broken = |sent| CarryError { kind: CarryErrorKind::Reset, sent, source: None };
        let fault = self.memory().fault(write);
        match fault {
            Fault::None => {
                let response = self.execute(asked, write).await;
                self.note(|| format!("{} {name}", response.status));
                self.watch_answer(&request, &response);
                Ok(response)
            }
            Fault::Throttle(hosted) => {
                self.note(|| format!("throttled {name}"));
                Ok(throttled(hosted))
            }
            Fault::Expired => {
                self.note(|| format!("401 {name}"));
                Ok(expired())
            }
            Fault::Away => {
                self.note(|| format!("503 {name}"));
                Ok(Response { status: 503, headers: Vec::new(), body: b"<html>maintenance</html>".to_vec() })
            }
            Fault::Unreached => {
                self.note(|| format!("unreached {name}"));
                Err(CarryError { kind: CarryErrorKind::Connect, sent: false, source: None })
            }
            Fault::LostBefore => {
                self.note(|| format!("lost on the way there {name}"));
                Err(broken(true))
            }
            Fault::LostAfter(loss) => {
                self.note(|| format!("lost on the way back {name}"));
                if let Loss::Delayed(seconds) = loss {
                    let late = self.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(Duration::from_secs(seconds)).await;
                        late.execute(asked, write).await;
                        late.note(|| format!("carried out late: {name}"));
                    });
                    return Err(broken(true));
                }
                self.execute(asked, write).await;
                match loss {
                    Loss::BadGateway => Ok(Response { status: 502, ..Response::default() }),
                    Loss::Silence => std::future::pending().await,
                    Loss::Reset | Loss::Delayed(_) => Err(broken(true)),
                }
            }
            Fault::Dies(after) => {
                if after {
                    self.execute(asked, write).await;
                }
                self.note(|| format!("dies at {name}, executed: {after}"));
                self.died.notify_one();
                std::future::pending().await
            }
        }
    }

    async fn execute(&self, asked: sandbox::Request, write: bool) -> Response {
        let reply = self.sandbox.answer(asked).await.expect("no fault of the sandbox's own");
        let mut response = Response { status: reply.status, headers: reply.headers, body: reply.body };
        self.tell_cancelled(&mut response);
        let job = (write && response.status == 200).then(|| serde_json::from_slice::<Value>(&response.body).ok());
        let job = job.flatten().filter(|value| value["tag"].is_string());
        if let Some(id) = job.and_then(|job| job["id"].as_i64()) {
            let mut memory = self.memory();
            let doomed = memory.fault_profile.doomed_jobs;
            if memory.chance.per_mille(doomed) {
                let rows = usize::try_from(memory.chance.below(4)).unwrap_or(0);
                if memory.chance.per_mille(200) {
                    memory.cancelled.insert(id);
                }
                let fate = match memory.chance.below(5) {
                    0 => JobScript::StuckQueued,
                    1 => JobScript::StuckRunning(rows),
                    _ => JobScript::DiesAfter(rows),
                };
                drop_guard(memory);
                self.sandbox.world(|world| world.set_job_fate(id, fate));
                self.note(|| format!("          job {id} will end as {fate:?}"));
            }
        }
        response
    }

    /// A job that somebody ended by hand says so instead of `failed`.
    fn tell_cancelled(&self, response: &mut Response) {
        if self.memory().cancelled.is_empty() {
            return;
        }
        let Ok(Value::Object(mut job)) = serde_json::from_slice(&response.body) else { return };
        let is_cancelled =
            job.get("id").and_then(Value::as_i64).is_some_and(|id| self.memory().cancelled.contains(&id));
        if is_cancelled && job.get("workflow_state").is_some_and(|state| state == "failed") {
            job.insert("workflow_state".to_owned(), "canceled".into());
            response.body = serde_json::to_vec(&job).expect("JSON");
        }
    }

    /// Remembers what the client has seen of cells.
    fn watch_answer(&self, request: &Request, response: &Response) {
        if response.status != 200 || !request.method.is_read() || !request.path_and_query.contains("submissions") {
            return;
        }
        let Some(course) = number_after(&request.path_and_query, "courses/") else { return };
        let mut rows: Vec<StudentSubmissions> = serde_json::from_slice(&response.body).unwrap_or_default();
        if let Ok(one) = serde_json::from_slice::<Submission>(&response.body) {
            let text = format!(r#"{{"user_id":{}}}"#, one.user_id);
            let mut row: StudentSubmissions = serde_json::from_str(&text).expect("a row");
            row.submissions.push(one);
            rows.push(row);
        }
        let mut memory = self.memory();
        // A cell without a row was looked at, too: it is empty.
        let numbers = |name: &str| -> Vec<i64> {
            let pairs = request.path_and_query.split(['?', '&']).filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| key.starts_with(name)).filter_map(|(_, value)| value.parse().ok()).collect()
        };
        for assignment in numbers("assignment_ids") {
            for user in numbers("student_ids") {
                memory.seen.insert((course, assignment, user), (Instant::now(), LiveCell::default()));
            }
        }
        for submission in rows.iter().flat_map(|row| &row.submissions) {
            let place = (course, submission.assignment_id.0, submission.user_id.0);
            memory.seen.insert(place, (Instant::now(), submission.live_cell()));
        }
    }

    /// Nothing is sent to a cell that was not looked at within the last minute, or that did not look as planned.
    fn watch_request(&self, request: &Request) {
        let path = &request.path_and_query;
        if let (Method::Delete, Some(assignment)) = (request.method, number_after(path, "assignments/"))
            && !path.contains("comments")
        {
            self.memory().deleted.insert(assignment, Instant::now());
        }
        if request.method.is_read() || !path.contains("submissions") || path.contains("comments") {
            return;
        }
        let Some(course) = number_after(path, "courses/") else { return };
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut cells: Vec<(i64, i64, Value)> = Vec::new();
        if let (Some(assignment), Some(user)) = (number_after(path, "assignments/"), number_after(path, "submissions/"))
        {
            cells.push((assignment, user, body["submission"].clone()));
        } else if let Some(columns) = body["grade_data"].as_object() {
            for (assignment, students) in columns {
                for (student, cell) in students.as_object().into_iter().flatten() {
                    cells.push((number(assignment), number(student), cell.clone()));
                }
            }
        }
        if !cells.is_empty() {
            self.watch_course(course);
        }
        let titles = self.sandbox.world(|world| world.assignments_of(course));
        for (assignment, user, cell) in cells {
            let title = titles.iter().find(|(id, _)| *id == assignment).map(|(_, name)| name.clone());
            if let Some(title) = &title {
                self.assignment(course, title);
            }
            let title = title.unwrap_or_default();
            let graded = cell.get("posted_grade").is_some() || cell.get("excuse").is_some();
            let mates = self.mates.get(&(course, assignment, user)).filter(|_| graded).into_iter().flatten();
            let mut memory = self.memory();
            let mut grade_only = cell.clone();
            grade_only.as_object_mut().map(|cell| cell.remove("text_comment"));
            // A grade for one member of a group goes to all, the comment to one.
            for (user, cell) in mates.map(|mate| (mate, &grade_only)).chain([(&user, &cell)]) {
                let key = (course, title.clone(), *user);
                let seen = memory.seen.get(&(course, assignment, *user));
                let problem = match (memory.allowed.get(&key), memory.unchanged.get(&key)) {
                    (None, Some(holds)) => replaced(*holds, seen),
                    (allowed, _) => problem(allowed, seen, cell),
                };
                memory.violations.extend(problem.map(|text| format!("{text} ({course}, {assignment}, {user})")));
            }
        }
    }

    /// One chunk of a course is outstanding at a time (design, promise 3): no other request with cells is on its way, and
    /// no job of the course is left to do.
    fn watch_course(&self, course: i64) {
        let is_grading = self.sandbox.world(|world| world.is_grading(course));
        let mut memory = self.memory();
        if memory.on_its_way.contains(&course) {
            memory.violations.push(format!("two requests with cells of {course} at once"));
        }
        if is_grading {
            memory.violations.push(format!("cells of {course} were sent while a job of it was open"));
        }
    }

    /// To whom else a grade for this student goes.
    pub(super) fn mates_of(&self, place: Place) -> Vec<i64> {
        self.mates.get(&place).cloned().unwrap_or_default()
    }

    /// The token's user.
    pub(super) fn robot(&self) -> i64 {
        self.robot
    }
}

/// A write to the cells of a course, from its departure until its answer, its loss or the death of the process.
struct OnItsWay<'a>(&'a InProcess, i64);

impl<'a> OnItsWay<'a> {
    fn of(line: &'a InProcess, request: &Request) -> Option<Self> {
        let path = &request.path_and_query;
        let is_grading = !request.method.is_read() && path.contains("submissions") && !path.contains("comments");
        let course = number_after(path, "courses/").filter(|_| is_grading)?;
        line.memory().on_its_way.insert(course);
        Some(Self(line, course))
    }
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        self.0.memory().on_its_way.remove(&self.1);
    }
}

/// Ends a borrow of the memory before the world is looked at.
fn drop_guard(memory: MutexGuard<'_, Memory>) {
    drop(memory);
}

impl Carrier for InProcess {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        Box::pin(self.take(request))
    }

    fn fetch<'a>(
        &'a self,
        _url: &'a str,
        _headers: &'a [(String, String)],
        _sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        Box::pin(async { Ok(Response { status: 404, ..Response::default() }) })
    }
}
