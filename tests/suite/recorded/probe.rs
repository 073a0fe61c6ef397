//! Puts questions to a sandbox over a socket and keeps its answers by name. Waiting moves a clock, not real time.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use gradepush::sandbox::{Options, Sandbox, Serving, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::names::{Kind, Names};
use super::question::{Answer, Ended, LAB_1, LAB_2, LAB_3, LAB_4, Question, Who, cell, get, post};
use super::shown::Shown;
use crate::loopback::exchange;
use crate::read;

/// When the questions begin: the day of the recording, because file names and due dates depend on it.
const START: &str = "2026-11-30T02:00:00Z";

/// How long a request takes on the clock, in milliseconds: two events never happen at the same moment.
const REQUEST: i64 = 5;

/// The questioner.
pub(super) struct Probe {
    serving: Serving,
    now: Arc<Mutex<Timestamp>>,
    pub(super) names: Names,
    pub(super) answers: BTreeMap<String, Value>,
}

/// A column to be made.
pub(super) struct Column<'a> {
    name: &'a str,
    course: &'a str,
    fields: Value,
    rows: Rows,
}

/// Whether to go on before the rows of a new column are there.
#[derive(PartialEq, Eq)]
enum Rows {
    Awaited,
    NotAwaited,
}

impl<'a> Column<'a> {
    pub(super) fn new(name: &'a str) -> Self {
        Self { name, course: LAB_1, fields: json!({}), rows: Rows::Awaited }
    }

    pub(super) fn of(self, course: &'a str) -> Self {
        Self { course, ..self }
    }

    /// What differs from a published column of 10 points without a hand-in.
    pub(super) fn with(self, fields: Value) -> Self {
        Self { fields, ..self }
    }

    pub(super) fn at_once(self) -> Self {
        Self { rows: Rows::NotAwaited, ..self }
    }
}

/// A bulk job.
pub(super) struct Bulk<'a> {
    path: String,
    who: Who,
    body: &'a Value,
}

impl<'a> Bulk<'a> {
    /// Of LAB-1, by the admin; the body is the whole one.
    pub(super) fn body(body: &'a Value) -> Self {
        Self { path: format!("{LAB_1}/submissions/update_grades"), who: Who::Admin, body }
    }

    pub(super) fn of(self, course: &str) -> Self {
        Self { path: format!("{course}/submissions/update_grades"), ..self }
    }

    pub(super) fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    pub(super) fn at(self, path: String) -> Self {
        Self { path, ..self }
    }
}

impl Probe {
    /// A questioner of the laboratory that knows its people and courses by name.
    pub(super) async fn new() -> Self {
        let world = World::from_json(&read("fixtures/canvas/recorded/lab.json".as_ref())).expect("a valid world");
        let now = Arc::new(Mutex::new(START.parse().expect("a valid moment")));
        let held = Arc::clone(&now);
        let clock = Arc::new(move || *held.lock().expect("nobody panics while holding the clock"));
        let options = Options::default();
        let sandbox = Sandbox::new(world, options, clock);
        let serving = sandbox.serve((Ipv4Addr::LOCALHOST, 0).into()).await.expect("a free port");
        let names = Names::new(format!("http://{}", serving.addr));
        let mut probe = Self { serving, now, names, answers: BTreeMap::new() };
        probe.learn().await;
        probe
    }

    async fn learn(&mut self) {
        for (name, path) in [("LAB-1", LAB_1), ("LAB-2", LAB_2), ("LAB-3", LAB_3), ("LAB/4 é", LAB_4)] {
            let course = self.ask(get(path)).await.id().expect("the course is in the laboratory");
            self.names.learn(Kind::Course, course, name);
            let sections = self.ask(get(format!("{path}/sections?per_page=50"))).await;
            self.learn_items(Kind::Section, &sections, "sis_section_id");
        }
        let mut page = Some(String::from("/api/v1/accounts/1/users?per_page=100"));
        while let Some(path) = page {
            let users = self.ask(get(path)).await;
            self.learn_items(Kind::User, &users, "sis_user_id");
            page = links(&users).into_iter().find(|(relation, _)| relation == "next").map(|(_, address)| address);
        }
    }

    fn learn_items(&mut self, kind: Kind, list: &Answer, key: &str) {
        for item in list.items() {
            let name = item[key].as_str().or(item["name"].as_str()).expect("it has a name");
            self.names.learn(kind, item["id"].as_i64().expect("an id"), name);
        }
    }

    pub(super) fn user(&self, sis_id: &str) -> i64 {
        self.names.id(Kind::User, sis_id)
    }

    pub(super) fn now(&self) -> Timestamp {
        *self.now.lock().expect("nobody panics while holding the clock")
    }

    /// Moves the clock.
    pub(super) fn wait(&self, milliseconds: i64) {
        let mut now = self.now.lock().expect("nobody panics while holding the clock");
        *now = now.checked_add(SignedDuration::from_millis(milliseconds)).expect("not centuries");
    }

    /// Sends a question and follows a redirect, as a download has one.
    pub(super) async fn ask(&self, question: Question) -> Answer {
        let answer = self.send(&question).await;
        match answer.header("location") {
            Some(place) if question.method == "GET" && (300..400).contains(&answer.status) => {
                let place = Question { path: place.to_owned(), ..question };
                self.send(&place).await
            }
            _ => answer,
        }
    }

    async fn send(&self, question: &Question) -> Answer {
        self.wait(REQUEST);
        let address: SocketAddr = self.serving.addr;
        let path = question.path.strip_prefix(&self.names.base).unwrap_or(&question.path);
        let host = address.to_string();
        let bearer = question.who.token().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("host", host.as_str()), ("user-agent", question.agent)];
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        headers.extend(question.body.as_ref().map(|(kind, _)| ("content-type", *kind)));
        let body = question.body.as_ref().map(|(_, text)| text.as_bytes()).unwrap_or_default();
        let reply = exchange(address, (question.method, path), &headers, body).await;
        let reply = reply.unwrap_or_else(|cut| panic!("{question:?}: {}", String::from_utf8_lossy(&cut)));
        Answer::new(reply.status, reply.headers, reply.body)
    }

    /// Asks and keeps the answer.
    pub(super) async fn record(&mut self, name: &str, question: Question, shown: Shown) -> Answer {
        let answer = self.ask(question).await;
        self.keep(name, &answer, &shown);
        answer
    }

    /// Keeps an answer.
    pub(super) fn keep(&mut self, name: &str, answer: &Answer, shown: &Shown) {
        let kind = answer.header("content-type").unwrap_or_default().split(';').next();
        let mut entry = json!({
            "status": answer.status,
            "type": kind,
            "body": self.names.plain(&shown.body(&answer.body), shown.kind),
        });
        if shown.links {
            let found = links(answer);
            let plain = found
                .iter()
                .map(|(relation, address)| (relation.clone(), self.names.plain(&Value::from(address.as_str()), None)));
            entry["links"] = Value::Object(plain.collect());
        }
        for header in shown.headers {
            entry[format!("header {header}")] = answer.header(header).is_some().into();
        }
        self.note(name, entry);
    }

    /// Keeps what a part found out.
    pub(super) fn note(&mut self, name: &str, found: Value) {
        self.answers.insert(name.to_owned(), found);
    }

    /// Makes a column, by default with its rows.
    pub(super) async fn column(&mut self, column: Column<'_>) -> Answer {
        let mut fields = json!({ "name": column.name, "points_possible": 10, "submission_types": ["none"],
                                 "published": true, "notify_of_update": false });
        for (key, value) in column.fields.as_object().expect("fields") {
            fields[key] = value.clone();
        }
        let published = fields["published"] == true;
        let made = self.ask(post(format!("{}/assignments", column.course), &json!({ "assignment": fields }))).await;
        let Ok(id) = made.id() else { return made };
        self.names.learn(Kind::Assignment, id, column.name);
        if published && column.rows == Rows::Awaited {
            for _ in 0..60 {
                let rows = self.ask(get(format!("{}/assignments/{id}/submissions?per_page=5", column.course))).await;
                if !rows.items().is_empty() {
                    break;
                }
                self.wait(500);
            }
        }
        made
    }

    /// Makes a column that the part cannot do without.
    pub(super) async fn column_id(&mut self, column: Column<'_>) -> Result<i64, Ended> {
        self.column(column).await.id()
    }

    /// Runs a bulk job and keeps the reply, the states that polling shows, and the end.
    pub(super) async fn bulk(&mut self, name: &str, bulk: Bulk<'_>) {
        let who = bulk.who;
        let reply = self.record(&format!("{name} reply"), post(bulk.path, bulk.body).by(who), Shown::whole()).await;
        let (200, Ok(id)) = (reply.status, reply.id()) else { return };
        // An assistant's progress is read by the admin.
        let reader = if who == Who::Ta { Who::Admin } else { who };
        let mut states = BTreeSet::new();
        let mut last = reply;
        for _ in 0..240 {
            last = self.ask(get(format!("/api/v1/progress/{id}")).by(reader)).await;
            let state = last.body["workflow_state"].as_str().unwrap_or_default();
            if !matches!(state, "queued" | "running") {
                states.insert(format!("('{state}', {})", last.body["completion"]).replace("null", "None"));
            }
            if ended(&last.body) {
                break;
            }
            self.wait(250);
        }
        self.note(&format!("{name} states"), states.into_iter().collect());
        let message = last.body["message"].as_str().filter(|message| !message.is_empty()).map(str::to_owned);
        if let Some(message) = &message {
            last.body["message"] = self.names.plain_message(message).into();
        }
        self.keep(&format!("{name} end"), &last, &Shown::whole());
        if let Some(message) = message {
            let named = self.names.named_message(&message);
            self.note(&format!("{name} message"), named.into());
        }
    }

    /// Runs a bulk job of LAB-1 with these grades, by the admin.
    pub(super) async fn write(&mut self, name: &str, grade_data: Value) {
        self.write_in(name, LAB_1, grade_data).await;
    }

    /// The same in another course.
    pub(super) async fn write_in(&mut self, name: &str, course: &str, grade_data: Value) {
        let body = json!({ "grade_data": grade_data });
        self.bulk(name, Bulk::body(&body).of(course)).await;
    }

    /// Keeps these fields of these students' cells in a column of LAB-1.
    pub(super) async fn cells(&mut self, name: &str, assignment: i64, students: &[&str], fields: &[&str]) {
        self.cells_in(name, (LAB_1, assignment), students, fields).await;
    }

    /// The same in another course.
    pub(super) async fn cells_in(
        &mut self,
        name: &str,
        (course, assignment): (&str, i64),
        students: &[&str],
        fields: &[&str],
    ) {
        let mut table = Map::new();
        for student in students {
            let row = self.ask(cell(course, assignment, self.user(student))).await;
            table.insert((*student).to_owned(), self.names.plain(&picked(&row.body, fields), None));
        }
        self.note(name, table.into());
    }

    /// The sorted names of the users of a list, whose ids stand below a key; the answer itself when it is no list.
    pub(super) fn people(&self, list: &Value, key: &str) -> Value {
        match list {
            Value::Array(items) => self.sorted(items.iter(), key),
            other => self.names.plain(other, None),
        }
    }

    pub(super) fn sorted<'a>(&self, items: impl Iterator<Item = &'a Value>, key: &str) -> Value {
        let name = |item: &Value| self.names.name_of(Kind::User, &item[key]).as_str().unwrap_or("?").to_owned();
        let mut names: Vec<String> = items.map(name).collect();
        names.sort();
        names.into()
    }
}

/// Whether a Progress is at its end.
pub(super) fn ended(progress: &Value) -> bool {
    matches!(progress["workflow_state"].as_str(), Some("completed" | "failed"))
}

/// These fields of an object; `<absent>` for those that it lacks.
pub(super) fn picked(object: &Value, fields: &[&str]) -> Value {
    let field = |key: &&str| ((*key).to_owned(), object.get(*key).cloned().unwrap_or_else(|| "<absent>".into()));
    Value::Object(fields.iter().map(field).collect())
}

/// The relations of the `Link` header with their addresses.
pub(super) fn links(answer: &Answer) -> Vec<(String, String)> {
    let part = |part: &str| {
        let (address, relation) = part.trim().strip_prefix('<')?.split_once(">; rel=\"")?;
        Some((relation.strip_suffix('"')?.to_owned(), address.to_owned()))
    };
    answer.header("link").unwrap_or_default().split(',').filter_map(part).collect()
}

/// The version that a cell's `preview_url` holds.
pub(super) fn version(row: &Value) -> Value {
    let found = row["preview_url"].as_str().and_then(|address| address.split_once("version="));
    let digits = found.map(|(_, rest)| rest.split(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default());
    digits.and_then(|digits| digits.parse::<i64>().ok()).into()
}
