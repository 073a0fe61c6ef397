//! Hosts that cannot be reached: each cause has its own sentence and its own mend, in `connector test` and elsewhere.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::common::{Home, Ran};

/// Answers every connection in a thread of its own, and yields `127.0.0.1:PORT`.
fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            answer(&mut stream, bytes);
        }
    });
    address
}

/// Answers one request; the other side may have hung up.
fn answer(stream: &mut TcpStream, bytes: &[u8]) {
    if stream.read(&mut [0; 4096]).is_ok() {
        stream.write_all(bytes).unwrap_or_default();
    }
}

/// A port on which nobody listens.
fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").to_string()
}

/// What the test of a connector to this host says; `more` are settings of it.
fn tested(canvas: &str, more: &[&str], json: bool) -> Ran {
    let home = Home::new();
    home.write("token", "a-secret\n");
    let add = ["connector", "add", "Campus", "--canvas", canvas, "--token-file", "token"];
    home.run(&[&add[..], more].concat()).succeeds();
    if json { home.run(&["--json", "connector", "test"]) } else { home.run(&["connector", "test"]) }
}

const PLAIN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
const LOGIN: &[u8] = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const NO_WAY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
/// A handshake's alert, as a port for TLS answers plain http.
const ALERT: &[u8] = b"\x15\x03\x01\x00\x02\x02\x46";

#[test]
fn each_cause_is_a_line_of_the_checklist_with_its_own_mend() {
    let http = |address: String| format!("http://{address}");
    let https = |address: String| format!("https://{address}");
    let canvas = "https://canvas.example.edu".to_owned();
    let show = "gradepush connector show Campus";
    let gateway = |address: &str| vec!["--secure-gateway".to_owned(), format!("http://{address}")];
    for (url, more, code, sentence, mend) in [
        ("https://canvas.invalid".to_owned(), vec![], "unknown-host", "the host's name does not resolve", show),
        (http(free_port()), vec![], "port-refused", "the host refuses connections to this port", show),
        (https(free_port()), vec![], "port-refused", "the host refuses connections to this port", show),
        (
            https(answering(PLAIN)),
            vec![],
            "port-without-tls",
            "the server speaks no TLS on this port",
            "http://127.0.0.1:PORT",
        ),
        (
            http(answering(ALERT)),
            vec![],
            "port-with-tls",
            "the server does not answer plain http on this port",
            "gradepush connector edit Campus --canvas https://HOST:PORT",
        ),
        (
            canvas.clone(),
            gateway("proxy.invalid:3128"),
            "proxy",
            "the proxy's name does not resolve",
            "HTTPS_PROXY of the environment",
        ),
        (canvas.clone(), gateway(&free_port()), "proxy", "the proxy refuses connections to its port", show),
        (
            canvas.clone(),
            gateway(&answering(LOGIN)),
            "proxy",
            "the proxy asks for a name and a password",
            "gradepush connector edit Campus --secure-gateway http://NAME:PASSWORD@HOST:PORT",
        ),
        (
            canvas,
            gateway(&answering(NO_WAY)),
            "proxy",
            "the proxy makes no connection to the host",
            "who runs the proxy",
        ),
    ] {
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let ran = tested(&url, &more, false).ends_with(8);
        assert!(ran.stdout.contains("fail  host"), "{url}: {}", ran.all());
        assert!(ran.stdout.contains(sentence) && ran.stdout.contains(mend), "{url}: {}", ran.all());
        let result = tested(&url, &more, true).ends_with(8).result();
        assert_eq!(result["error"]["code"], code, "{url}: {result}");
        assert_eq!(result["checks"][0]["name"], "host", "{result}");
        assert!(result["checks"][0]["hint"].as_str().is_some_and(|hint| hint.contains(mend)), "{result}");
    }
}

#[test]
fn what_is_waited_for_is_said_before_the_end() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let canvas = format!("http://{}", silent.local_addr().expect("an address"));
    let home = Home::new();
    home.write("token", "a-secret\n");
    home.run(&["connector", "add", "Campus", "--canvas", &canvas, "--token-file", "token"]).succeeds();
    let mut child = home
        .command(&["connector", "test"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut said = std::io::BufReader::new(child.stderr.take().expect("it is piped"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).expect("a line");
    assert!(line.contains("Canvas has not answered yet"), "{line}");
    child.kill().expect("it still waits");
    child.wait().expect("it ends");
}

#[test]
fn a_connector_of_the_environment_is_mended_in_the_environment() {
    let canvas = format!("http://{}", free_port());
    let home = Home::new().with("CANVAS_BASE_URL", &canvas).with("CANVAS_API_TOKEN", "a-secret");
    let ran = home.run(&["connector", "test"]).ends_with(8);
    assert!(ran.stdout.contains("host: check host and port: gradepush config; "), "{}", ran.all());
    let ran = home.run(&["sync"]).ends_with(8);
    assert!(ran.stderr.contains("hint: check host and port: gradepush config; "), "{}", ran.all());
    let ran = home.run(&["connector", "edit", "env", "--own-grader", "self"]).ends_with(2);
    assert!(ran.stderr.contains("gradepush help environment"), "{}", ran.all());
}
