//! The sandbox on a socket, asked with plain bytes.

use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, Options, Rule, World};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::sandbox_rig::Rig;

/// Sends one request and returns every byte of the answer until the connection ends.
async fn ask(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the sandbox listens");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: rig\r\nAuthorization: Bearer {DEMO_TOKEN}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("the request fits");
    let mut bytes = Vec::new();
    // A cut connection may end in an error; what came before it is what counts.
    stream.read_to_end(&mut bytes).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn it_listens_links_to_itself_and_stops() {
    let rig = Rig::new(World::demo(), Options::default());
    let serving = rig.sandbox.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = serving.addr;
    let answer = ask(address, "/api/v1/courses/sis_course_id:CS%2F201%20F26/assignments?per_page=1").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\r\nlink: <http://127.0.0.1:"), "header names are lower-case: {answer}");
    assert!(answer.contains(&format!(
        "<http://{address}/api/v1/courses/sis_course_id:CS%2F201%20F26/assignments?page=2&per_page=1>; rel=\"next\""
    )));
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
    assert_eq!(ask(serving.addr, "/api/v1/users/self").await, "", "not a byte");
    let torn = ask(serving.addr, "/api/v1/accounts/1").await;
    let (head, body) = torn.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(body.len() < length.parse::<usize>().unwrap(), "{torn}");
    assert!(ask(serving.addr, "/api/v1/courses/1201").await.starts_with("HTTP/1.1 200"));
    serving.shutdown().await.unwrap();
}
