//! The sandbox answering in process.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::*;

/// A sandbox under a clock that a test moves by hand.
struct Rig {
    sandbox: Sandbox,
    now: Arc<Mutex<Timestamp>>,
}

impl Rig {
    fn new(world: World, options: Options) -> Self {
        let now = Arc::new(Mutex::new("2026-11-20T12:00:00Z".parse().unwrap()));
        let held = Arc::clone(&now);
        Self { sandbox: Sandbox::new(world, options, Arc::new(move || *held.lock().unwrap())), now }
    }

    fn wait(&self, seconds: i64) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    }

    async fn raw(&self, method: &str, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Reply {
        let mut request =
            Request { method: method.into(), path_and_query: format!("/api/v1{path}"), ..Request::default() };
        request.headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        if let Some(body) = body {
            request.headers.push(("content-type".into(), "application/json".into()));
            request.body = body.to_string().into_bytes();
        }
        self.sandbox.answer(request).await.unwrap()
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let bearer = format!("Bearer {DEMO_TOKEN}");
        let reply = self
            .raw(method, path, body, &[("authorization", &bearer), ("user-agent", "test"), ("host", "canvas.test")])
            .await;
        (reply.status, serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }
}

#[tokio::test]
async fn the_demo_world_answers_by_every_id() {
    let rig = Rig::new(World::demo(), Options::default());
    assert_eq!(rig.get("/users/self").await["login_id"], "grade.robot");
    assert_eq!(rig.get("/accounts/self").await["id"], 1);
    for path in
        ["/courses/1201", "/courses/sis_course_id:BIO-101-F26", "/courses/hex:sis_course_id:42494f2d3130312d463236"]
    {
        assert_eq!(rig.get(path).await["id"], 1201, "{path}");
    }
    assert_eq!(rig.get("/courses/sis_course_id:1201").await["id"], 1204, "a SIS id is not an internal id");
    assert_eq!(rig.get("/courses/sis_course_id:CS%2F201%20F26").await["id"], 1202);
    assert_eq!(rig.get("/users/sis_login_id:AOKAFOR3").await["id"], 7011);
    let twice = rig.get("/users/7042/logins").await;
    assert_eq!(twice.as_array().unwrap().len(), 2);
    assert_eq!(rig.get("/users/sis_login_id:evolkova.med").await["id"], 7042);
    assert_eq!(rig.call("GET", "/courses/sis_course_id:bio-101-f26", None).await.0, 404, "SIS ids are exact");
}

#[tokio::test]
async fn a_bulk_job_goes_from_queued_to_completed_and_lists_who_was_missing() {
    let rig = Rig::new(World::demo(), Options::default());
    let data = json!({"grade_data": {"9001": {"7023": {"posted_grade": "58"}, "1": {"posted_grade": "5"}}}});
    let (status, progress) = rig.call("POST", "/courses/1201/submissions/update_grades", Some(data)).await;
    assert_eq!((status, &progress["workflow_state"]), (200, &json!("queued")), "{progress}");
    let ended = rig.get(&format!("/progress/{}", progress["id"])).await;
    assert_eq!(ended["workflow_state"], "failed");
    assert_eq!(ended["message"], "Couldn't find User(s) with API ids '1'");
    assert_eq!(rig.sandbox.world(|world| world.score_of(1201, 9001, 7023)), Some(58.0), "the others are graded");
    let read = rig.get("/courses/1201/assignments/9001/submissions/7023?include[]=submission_history").await;
    assert_eq!((&read["score"], &read["grade"], &read["grader_id"]), (&json!(58.0), &json!("58%"), &json!(501)));
    assert_eq!(read["submission_history"][0]["score"], 95.0);
    assert_eq!(read["submission_history"][0]["grader_id"], 601);
}

#[tokio::test]
async fn jobs_of_a_course_run_one_after_another_at_their_pace() {
    let options = Options { job_cells_per_second: Some(1), ..Options::default() };
    let rig = Rig::new(World::demo(), options);
    let students: Vec<i64> = rig.sandbox.world(|world| world.students_of(1201)).into_iter().take(4).collect();
    let cells = |value: &str| -> Value {
        students.iter().map(|id| (id.to_string(), json!({ "posted_grade": value }))).collect()
    };
    for value in ["41", "42"] {
        let data = json!({"grade_data": {"9001": cells(value)}});
        assert_eq!(rig.call("POST", "/courses/1201/submissions/update_grades", Some(data)).await.0, 200);
    }
    let states =
        || rig.sandbox.world(|world| world.job_states().into_iter().map(|(_, state)| state).collect::<Vec<_>>());
    rig.wait(2);
    assert_eq!(states(), ["running", "queued"]);
    rig.wait(3);
    assert_eq!(states(), ["completed", "running"]);
    rig.wait(10);
    assert_eq!(states(), ["completed", "completed"]);
    assert_eq!(rig.sandbox.world(|world| world.score_of(1201, 9001, students[0])), Some(42.0));
}

#[tokio::test]
async fn grouped_submissions_page_over_students_by_links() {
    let rig = Rig::new(World::demo(), Options::default());
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("user-agent", "test"), ("host", "canvas.test")];
    let mut path = "/courses/1201/students/submissions?student_ids[]=all&grouped=1&per_page=25".to_owned();
    let mut students = Vec::new();
    loop {
        let reply = rig.raw("GET", &path, None, &headers).await;
        let rows: Vec<Value> = serde_json::from_slice(&reply.body).unwrap();
        students.extend(rows.iter().map(|row| row["user_id"].as_i64().unwrap()));
        let link = reply.headers.iter().find(|(name, _)| name == "link").map(|(_, value)| value.clone()).unwrap();
        let next = link.split(',').find(|part| part.ends_with("rel=\"next\""));
        let Some(next) = next else { break };
        path = next.trim_start_matches('<').split('>').next().unwrap().replace("http://canvas.test/api/v1", "");
    }
    assert_eq!(students.len(), 60);
    assert!(students.is_sorted());
}

#[tokio::test]
async fn an_assignment_is_created_unpublished_unless_asked_otherwise() {
    let rig = Rig::new(World::demo(), Options::default());
    let (status, created) =
        rig.call("POST", "/courses/1203/assignments", Some(json!({"assignment": {"name": "A"}}))).await;
    assert_eq!((status, &created["workflow_state"]), (201, &json!("unpublished")));
    let body =
        json!({"assignment": {"name": "B", "published": true, "points_possible": 10, "submission_types": ["none"]}});
    let (status, created) = rig.call("POST", "/courses/1203/assignments", Some(body)).await;
    assert_eq!((status, &created["workflow_state"]), (201, &json!("published")));
    let told = rig.sandbox.world(|world| world.notifications().assignments);
    assert_eq!(told, 44, "45 students, one of them inactive");
    let (status, refused) =
        rig.call("POST", "/courses/1203/assignments", Some(json!({"assignment": {"name": ""}}))).await;
    assert_eq!((status, &refused["errors"]["name"][0]["attribute"]), (400, &json!("name")));
}

#[tokio::test]
async fn a_world_survives_saving_and_loading() {
    let rig = Rig::new(World::demo(), Options::default());
    let data = json!({"grade_data": {"9001": {"7023": {"posted_grade": "58", "text_comment": "seen"}}}});
    assert_eq!(rig.call("POST", "/courses/1201/submissions/update_grades", Some(data)).await.0, 200);
    let saved = rig.sandbox.world(|world| world.to_json());
    let loaded = World::from_json(&saved).unwrap();
    assert_eq!(loaded.to_json(), saved);
    assert_eq!(loaded.comments_of(1201, 9001, 7023), ["seen"]);
    assert_eq!(loaded.score_of(1201, 9001, 7023), Some(58.0));
}
