//! `kill -9` at any moment of a sync: the cache is the one before it or the one after it, and always of use.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::{Home, Served};

/// Kills of an ordinary `cargo test`; `GRADEPUSH_KILLS` asks for more.
const KILLS: u64 = 20;

#[expect(clippy::disallowed_methods, reason = "the environment chooses how many, as the constant says")]
fn kills() -> u64 {
    std::env::var("GRADEPUSH_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

/// Every fifth person has a second login, which only the report shows: so the two sources leave different caches.
fn world() -> String {
    let person = |number: u64| {
        let mut logins =
            vec![json!({"id": number * 10, "unique_id": format!("p{number}"), "sis_user_id": format!("S{number:05}")})];
        if number.is_multiple_of(5) {
            logins.push(json!({"id": number * 10 + 1, "unique_id": format!("p{number}.med")}));
        }
        json!({"id": number, "name": format!("Person {number}"), "logins": logins})
    };
    let course = |number: u64| {
        let enrolled = (0..60).map(|place| 1000 + (number * 37 + place) % 600);
        let enrollments: Vec<Value> = enrolled
            .zip(1..)
            .map(|(user, place)| json!({"id": number * 1000 + place, "user_id": user, "state": "active"}))
            .collect();
        json!({
            "id": number, "name": format!("Course {number}"), "course_code": format!("C{number}"),
            "sis_course_id": format!("C-{number}"), "sections": [{"id": number * 10, "name": "01"}],
            "enrollments": enrollments,
        })
    };
    let mut users: Vec<Value> = (1000..1600).map(person).collect();
    users.push(json!({"id": 501, "name": "Grade Robot", "logins": [{"id": 5010, "unique_id": "grade.robot"}]}));
    json!({
        "accounts": [{"id": 1, "name": "Lakeshore", "admins": [{"user_id": 501}]}],
        "terms": [{"id": 1, "name": "Fall 2026"}],
        "users": users,
        "courses": (1..=12).map(course).collect::<Vec<_>>(),
    })
    .to_string()
}

/// A fixed sequence of numbers that looks like chance.
struct Chance(u64);

impl Chance {
    /// From 0 up to 1.
    fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 33).expect("31 bits")) / f64::from(1_u32 << 31)
    }
}

const SOURCES: [&str; 2] = ["rest", "report"];

/// A home with a connector to a served world, whose cache was filled from both sources once.
struct Rig {
    home: Home,
    _served: Served,
    /// What the cache holds, and how the sheet resolves by it, after a sync from each source.
    known: [(Value, Value); 2],
    /// The slowest of these syncs.
    takes: Duration,
}

impl Rig {
    fn new() -> Self {
        let home = Home::new();
        let file = home.write("world.json", &world());
        let served = home.with_sandbox(&["--world", &file.to_string_lossy()]);
        home.write(
            "scores.csv",
            "course_id,assignment_title,score_possible,user_id,score_received\n\
            C-1,Lecture 1,10,p1040,1\nC-2,Lecture 1,10,p1075.med,2\nC-3,Lecture 1,10,nobody404,3\n",
        );
        // Lists keep the second logins that a report once showed.
        home.run(&["sync", "--source", "report"]).succeeds();
        let mut takes = Duration::ZERO;
        let known = SOURCES.map(|source| {
            let began = Instant::now();
            home.run(&["sync", "--source", source]).succeeds();
            takes = takes.max(began.elapsed());
            (held(&home), resolved(&home))
        });
        assert_ne!(known[0], known[1], "the sources leave different caches");
        Self { home, _served: served, known, takes }
    }

    /// Kills a sync from this source at this part of its time.
    fn kill(&self, source: &str, part: f64) {
        let mut command = self.home.command(&["sync", "--source", source]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        std::thread::sleep(self.takes.mul_f64(part));
        // It may have come to its end, which is the last moment there is.
        child.kill().unwrap_or_default();
        child.wait().expect("it ended");
    }
}

/// What the cache holds, without the time.
fn held(home: &Home) -> Value {
    let mut status = home.run(&["cache", "status", "--json"]).succeeds().result();
    let fields = status.as_object_mut().expect("an object");
    assert!(fields.remove("synced_at").is_some_and(|time| time.is_string()));
    status
}

fn synced_at(home: &Home) -> Value {
    home.run(&["cache", "status", "--json"]).succeeds().result()["synced_at"].take()
}

fn resolved(home: &Home) -> Value {
    home.run(&["resolve", "scores.csv", "--json"]).ends_with(4).result()
}

#[test]
fn a_sync_killed_at_any_moment_leaves_the_cache_before_it_or_the_one_after_it() {
    let rig = Rig::new();
    let mut chance = Chance(2026);
    let (mut cut_off, mut came_through) = (0, 0);
    for kill in 0..kills() {
        // By turns from the lists over the report's cache, and from the report over the lists' cache.
        let dying = usize::from(kill % 2 == 1);
        let [before, after] = [&rig.known[1 - dying], &rig.known[dying]];
        let filled = synced_at(&rig.home);
        // The swap comes last, so half of the kills fall near the end.
        let fraction = chance.fraction();
        let part = if kill % 4 < 2 { fraction } else { 0.8 + fraction * 0.3 };
        rig.kill(SOURCES[dying], part);
        let found = (held(&rig.home), resolved(&rig.home));
        if synced_at(&rig.home) == filled {
            assert_eq!(found, *before, "kill {kill} after {part:.2} of the time: the old cache, entirely");
            cut_off += 1;
        } else {
            assert_eq!(found, *after, "kill {kill} after {part:.2} of the time: the new cache, entirely");
            came_through += 1;
        }
        rig.home.run(&["store", "check"]).succeeds();
        rig.home.run(&["sync", "--source", SOURCES[dying]]).succeeds();
        assert_eq!((held(&rig.home), resolved(&rig.home)), *after, "kill {kill}: the next sync works");
    }
    assert!(cut_off > 0, "{came_through} of {} syncs came through", kills());
}
