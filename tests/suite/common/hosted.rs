//! A sandbox in this process that the built program talks to, so that a test can look into its world.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, Sandbox, Serving, World};
use gradepush::store::{Access, Store};
use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::Home;

/// A served sandbox, and a home whose connector `Tegrity` goes to it; everything is synced.
pub(crate) struct Hosted {
    pub(crate) home: Home,
    pub(crate) sandbox: Sandbox,
    /// It stops when it is dropped.
    _serving: Serving,
    _runtime: Runtime,
}

impl Hosted {
    pub(crate) fn of(world: World, options: Options) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the program in the other process has the real time, too")]
        let sandbox = Sandbox::new(world, options, Arc::new(Timestamp::now));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let serving = runtime.block_on(sandbox.serve("127.0.0.1:0".parse().expect("an address"))).expect("a port");
        let home = Home::new();
        home.write("token", &format!("{DEMO_TOKEN}\n"));
        let address = format!("http://{}", serving.addr);
        let origins = ["--user-id-origin", "login", "--course-id-origin", "sis", "--use-existing-assignments"];
        let add = ["connector", "add", "Tegrity", "--canvas", &address, "--token-file", "token"];
        home.run(&[&add[..], &origins[..]].concat()).succeeds();
        home.run(&["sync", "--source", "rest"]).succeeds();
        Self { home, sandbox, _serving: serving, _runtime: runtime }
    }

    /// The file of the store.
    pub(crate) fn store_file(&self) -> PathBuf {
        self.home.path("data/gradepush/store.db")
    }

    /// The store, which opens whatever happened.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.store_file(), Access::ReadWrite).expect("the store opens")
    }

    /// Two minutes pass, for the journal: what was on its way has arrived, or never will.
    pub(crate) fn let_time_pass(&self) {
        let raw = rusqlite::Connection::open(self.store_file()).expect("the store");
        for (table, column) in [("job", "sent_at"), ("created_assignment", "at")] {
            raw.execute(&format!("UPDATE {table} SET {column} = {column} - 120000000"), []).expect("the journal");
        }
    }
}

/// A row of the sheet.
pub(crate) struct Row {
    pub(crate) course: i64,
    pub(crate) title: String,
    pub(crate) user: i64,
    pub(crate) score: f64,
    pub(crate) comment: String,
}

/// Courses `C-0`, `C-1` … with one column that exists and one that does not, and a sheet for them.
pub(crate) fn term(courses: u64, students: u64) -> (World, String, Vec<Row>) {
    let mut world = World::with_admin(DEMO_TOKEN);
    let mut sheet =
        "course_id,assignment_id,assignment_title,score_possible,user_id,score_received,comment\n".to_owned();
    let mut rows = Vec::new();
    for course in 0..courses {
        let id = world.add_course(&format!("Course {course}"), Some(&format!("C-{course}")));
        let name = "Lecture 0".to_owned();
        world.add_assignment(id, NewAssignment { name, points_possible: Some(100.0), ..NewAssignment::default() });
        for student in 0..students {
            let user = world.add_user(&format!("Student {course} {student}"));
            world.add_login(user, &format!("s{course}.{student}"), None);
            world.enroll(id, user, Role::Student);
            for column in 0..2 {
                let title = format!("Lecture {column}");
                let score = 10 * course + 3 * student + column;
                let comment = if student % 3 == 0 { format!("watched {score}") } else { String::new() };
                writeln!(sheet, "C-{course},k{column},{title},100,s{course}.{student},{score},{comment}")
                    .expect("writing to a string cannot fail");
                let score = f64::from(u32::try_from(score).expect("small"));
                rows.push(Row { course: id, title, user, score, comment });
            }
        }
    }
    (world, sheet, rows)
}
