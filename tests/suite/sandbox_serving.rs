//! The sandbox on a socket.

use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, Options, Reply, Rule, World};
use tokio::net::TcpStream;

use crate::loopback::exchange;
use crate::sandbox_rig::{Rig, header};

async fn ask(address: std::net::SocketAddr, path: &str) -> Result<Reply, Vec<u8>> {
    let (host, bearer) = (address.to_string(), format!("Bearer {DEMO_TOKEN}"));
    let headers = [("host", host.as_str()), ("user-agent", "rig"), ("authorization", bearer.as_str())];
    exchange(address, ("GET", path), &headers, b"").await
}

#[tokio::test]
async fn it_listens_links_to_itself_and_stops() {
    let rig = Rig::new(World::demo(), Options::default());
    let serving = rig.sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = serving.addr;
    let path = "/api/v1/courses/sis_course_id:CS%2F201%20F26/assignments";
    let answer = ask(address, &format!("{path}?per_page=1")).await.expect("an answer");
    assert_eq!(answer.status, 200);
    // Assignments link by the course's number, whatever the request called it.
    let next = format!("<http://{address}/api/v1/courses/1202/assignments?page=2&per_page=1>; rel=\"next\"");
    let links = header(&answer, "link").expect("header names are lower-case");
    assert!(links.contains(&next), "{links}");
    assert!(rig.sandbox.serve(address).await.is_err(), "the address is taken");
    serving.shutdown().await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn connections_are_really_cut() {
    let rules = vec![
        Rule::new("GET", "/api/v1/users/self", Fault::Reset { executed: false }),
        Rule::new("GET", "/api/v1/accounts/1", Fault::ResetMidBody),
    ];
    let faults = Faults { rules, ..Faults::default() };
    let rig = Rig::new(World::demo(), Options { faults, ..Options::default() });
    let serving = rig.sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    assert_eq!(ask(serving.addr, "/api/v1/users/self").await, Err(Vec::new()), "not a byte");
    let torn = ask(serving.addr, "/api/v1/accounts/1").await.expect_err("a cut body");
    assert!(torn.starts_with(b"HTTP/1.1 200 OK\r\n"), "{}", String::from_utf8_lossy(&torn));
    assert_eq!(ask(serving.addr, "/api/v1/courses/1201").await.expect("an answer").status, 200);
    serving.shutdown().await.unwrap();
}
