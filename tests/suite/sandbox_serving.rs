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

/// The answer to a request with these `Host` headers.
async fn ask_as(address: std::net::SocketAddr, hosts: &[&str]) -> Reply {
    let bearer = format!("Bearer {DEMO_TOKEN}");
    let mut headers = vec![("user-agent", "rig"), ("authorization", bearer.as_str())];
    headers.extend(hosts.iter().map(|host| ("host", *host)));
    exchange(address, ("GET", "/api/v1/users/self"), &headers, b"").await.expect("an answer")
}

#[tokio::test]
async fn a_web_page_cannot_reach_it_through_a_name_of_its_own() {
    let rig = Rig::new(World::demo(), Options::default());
    let serving = rig.sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let port = serving.addr.port();
    for host in ["localhost".to_owned(), format!("localhost:{port}"), format!("[::1]:{port}"), "127.9.9.9:1".to_owned()]
    {
        assert_eq!(ask_as(serving.addr, &[&host]).await.status, 200, "{host}");
    }
    let evil = format!("rebound.evil.example:{port}");
    for hosts in [&[evil.as_str()][..], &["192.0.2.7"], &["localhost", &evil], &["localhost.evil.example"], &[""], &[]]
    {
        let refused = ask_as(serving.addr, hosts).await;
        let text = String::from_utf8(refused.body.clone()).unwrap();
        assert_eq!(
            (refused.status, header(&refused, "content-type")),
            (403, Some("text/plain; charset=utf-8")),
            "{hosts:?}"
        );
        assert!(text.contains("does not answer to the name in the Host header"), "{hosts:?}: {text}");
        assert!(!text.contains("Grade Robot") && header(&refused, "x-canvas-user-id").is_none(), "{hosts:?}: {text}");
    }
    serving.shutdown().await.unwrap();
}

#[tokio::test]
async fn in_public_it_answers_to_addresses_and_the_names_it_was_started_for() {
    let options = Options { hosts: vec!["canvas.campus.example".to_owned()], ..Options::default() };
    let rig = Rig::new(World::demo(), options);
    let serving = rig.sandbox.serve("0.0.0.0:0".parse().unwrap()).await.unwrap();
    let address = std::net::SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, serving.addr.port()));
    for host in ["192.0.2.7:8765", "[2001:db8::7]", "localhost", "Canvas.Campus.Example:80"] {
        assert_eq!(ask_as(address, &[host]).await.status, 200, "{host}");
    }
    assert_eq!(ask_as(address, &["evil.example"]).await.status, 403);
    serving.shutdown().await.unwrap();
}
