//! A small university under a clock that a test moves by hand, asked over HTTP.

use std::sync::{Arc, Mutex};

use gradepush::sandbox::{DEMO_TOKEN, GradingPeriod, NewAssignment, Options, Reply, Role, Sandbox, Serving, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::loopback::exchange;

/// The token of the teacher of [`Rig::campus`].
pub(crate) const TEACHER_TOKEN: &str = "teacher-token";

/// A sandbox and its clock.
pub(crate) struct Rig {
    pub(crate) sandbox: Sandbox,
    serving: OnceCell<Serving>,
    now: Arc<Mutex<Timestamp>>,
}

/// The ids of [`Rig::campus`].
#[derive(Clone)]
pub(crate) struct Campus {
    pub(crate) course: i64,
    pub(crate) section: i64,
    pub(crate) teacher: i64,
    pub(crate) students: Vec<i64>,
    /// Points, 20 possible, no online submission.
    pub(crate) exam: i64,
}

/// When every rig begins.
pub(crate) fn start() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().expect("a valid moment")
}

/// A grading period that is closed to everybody but account admins.
pub(crate) fn first_half() -> GradingPeriod {
    let at = |text: &str| text.parse().expect("a valid moment");
    GradingPeriod {
        id: 1,
        title: "First half".into(),
        start_at: at("2026-09-01T00:00:00Z"),
        end_at: at("2026-10-15T00:00:00Z"),
        close_at: at("2026-10-20T00:00:00Z"),
    }
}

impl Rig {
    pub(crate) fn new(world: World, options: Options) -> Self {
        let now = Arc::new(Mutex::new(start()));
        let held = Arc::clone(&now);
        let hosts = options.hosts.iter().cloned().chain(["canvas.test".to_owned()]).collect();
        let options = Options { hosts, ..options };
        let clock = Arc::new(move || *held.lock().expect("no test panics while it holds the clock"));
        Self { sandbox: Sandbox::new(world, options, clock), serving: OnceCell::new(), now }
    }

    /// One course with a teacher, five students (`SIS` ids `S-0` to `S-4`, logins `Student0` to `Student4`), an exam.
    pub(crate) fn campus() -> (Self, Campus) {
        let mut world = World::with_admin(DEMO_TOKEN);
        let course = world.add_course("Biology", Some("BIO-101"));
        let section = world.add_section(course, "Section 2", Some("BIO-101-02"));
        let teacher = world.add_user("Mary Teacher");
        world.add_login(teacher, "mary", Some("E1"));
        world.add_token(teacher, TEACHER_TOKEN);
        world.enroll(course, teacher, Role::Teacher);
        let students: Vec<i64> = (0..5)
            .map(|index| {
                let student = world.add_user(&format!("Student {index}"));
                world.add_login(student, &format!("Student{index}"), Some(&format!("S-{index}")));
                world.enroll(course, student, Role::Student);
                student
            })
            .collect();
        let exam = NewAssignment { name: "Exam".into(), points_possible: Some(20.0), ..NewAssignment::default() };
        let exam = world.add_assignment(course, exam);
        (Self::new(world, Options::default()), Campus { course, section, teacher, students, exam })
    }

    pub(crate) fn wait(&self, seconds: i64) {
        let mut now = self.now.lock().expect("no test panics while it holds the clock");
        *now = now.checked_add(SignedDuration::from_secs(seconds)).expect("tests do not wait for centuries");
    }

    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        self.sandbox.world(change)
    }

    /// A request with exactly these headers, to a server of its own that ends with the test.
    pub(crate) async fn bare(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let serve = || self.sandbox.serve((std::net::Ipv4Addr::LOCALHOST, 0).into());
        let serving = self.serving.get_or_try_init(serve).await.expect("a free port");
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([("host", "canvas.test")]).collect();
        let reply = exchange(serving.addr, (method, path), &headers, body).await;
        reply.expect("no fault cuts this connection")
    }

    /// A request with a JSON body below `/api/v1`, by somebody's token.
    pub(crate) async fn by(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Reply {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("user-agent", "rig"), ("content-type", "application/json")];
        let body = body.map(Value::to_string).unwrap_or_default();
        self.bare(method, &format!("/api/v1{path}"), &headers, body.as_bytes()).await
    }

    /// The same by the account admin; status and body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        answer(&self.by(DEMO_TOKEN, method, path, body).await)
    }

    /// The same by the teacher.
    pub(crate) async fn teach(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        answer(&self.by(TEACHER_TOKEN, method, path, body).await)
    }

    /// A read that must succeed.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Writes in bulk and returns the Progress as it ended.
    pub(crate) async fn bulk(&self, course: i64, grade_data: &Value) -> Value {
        let body = serde_json::json!({ "grade_data": grade_data });
        let (status, progress) =
            self.call("POST", &format!("/courses/{course}/submissions/update_grades"), Some(&body)).await;
        assert_eq!(status, 200, "{progress}");
        assert_eq!(progress["workflow_state"], "queued");
        self.get(&format!("/progress/{}", progress["id"])).await
    }
}

/// Status and JSON body.
pub(crate) fn answer(reply: &Reply) -> (u16, Value) {
    (reply.status, serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
}

/// A header's value.
pub(crate) fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
}

/// The path of a relation of the `Link` header, below `/api/v1`.
pub(crate) fn link(reply: &Reply, relation: &str) -> Option<String> {
    let wanted = format!("rel=\"{relation}\"");
    let part = header(reply, "link")?.split(',').find(|part| part.ends_with(&wanted))?;
    let url = part.trim_start_matches('<').split('>').next()?;
    url.strip_prefix("http://canvas.test/api/v1").map(str::to_owned)
}
