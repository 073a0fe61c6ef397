//! How soon the sandbox is there, and how fast it answers: `cargo bench --bench sandbox`. Two promises: a world of 200
//! courses and 20,000 students in under 3 s, and a grouped page of 100 students and 20 columns in under 20 ms on 2 cores.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::{Arc, LazyLock};

use gradepush::sandbox::{DEMO_TOKEN, Generate, Options, Sandbox, World};
use jiff::Timestamp;

const TERM: Generate = Generate { courses: 200, students: 20_000, assignments: 20, seed: 1 };

/// Moments do not matter here.
fn moment() -> Timestamp {
    "2026-12-14T17:00:00Z".parse().expect("a moment")
}

/// A sandbox on a socket, for as long as the program runs; its address, and the path of a page as the client asks for it.
static SERVED: LazyLock<(SocketAddr, String)> = LazyLock::new(|| {
    let world = World::generate(&TERM);
    let course = world.course_ids()[0];
    let columns = world.assignments_of(course).into_iter().map(|(id, _)| format!("&assignment_ids%5B%5D={id}"));
    let excluded = ["attachments", "discussion_entries", "preview_url", "body"];
    let excluded = excluded.map(|name| format!("&exclude_response_fields%5B%5D={name}")).concat();
    let path = format!(
        "/api/v1/courses/{course}/students/submissions?grouped=1{}{excluded}&student_ids%5B%5D=all&page=1&per_page=100",
        columns.collect::<String>()
    );
    // Nobody is throttled here.
    let options = Options { bucket: None, ..Options::default() };
    let sandbox = Sandbox::new(world, options, Arc::new(moment));
    let (ready, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let serving = sandbox.serve((Ipv4Addr::LOCALHOST, 0).into()).await.expect("a free port");
            ready.send(serving.addr).expect("the other end waits");
            std::future::pending::<()>().await;
        });
    });
    (address.recv().expect("it listens"), path)
});

fn main() {
    divan::main();
}

/// Under 3 s.
#[divan::bench(sample_count = 5)]
fn a_large_world_is_drawn() {
    let sandbox = Sandbox::new(World::generate(&TERM), Options::default(), Arc::new(moment));
    assert_eq!(sandbox.world(|world| world.course_ids().len()), TERM.courses);
}

/// Under 20 ms, over a socket, with the reading of it.
#[divan::bench(sample_count = 100)]
fn a_grouped_page_is_served(bencher: divan::Bencher<'_, '_>) {
    let (address, path) = &*SERVED;
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nuser-agent: bench\r\nconnection: close\r\n");
    write!(request, "authorization: Bearer {DEMO_TOKEN}\r\n\r\n").expect("a string takes every write");
    bencher.bench(|| {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("the request fits");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        assert!(answer.starts_with(b"HTTP/1.1 200 OK") && answer.len() > 1_000_000, "{} bytes", answer.len());
    });
}
