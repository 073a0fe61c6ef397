//! The client over real sockets: what leaves this machine, and what comes back broken.

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use gradepush::canvas::{CanvasError, CarryErrorKind, Client, Record, SetupError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::client_carrier::{TOKEN, settings};
use crate::client_endpoints::{ASSIGNMENT, COURSE, STUDENT, writer};

const PERSON: &str = r#"{"id":501,"name":"Grade Robot"}"#;

/// A server that answers the n-th connection with these bytes and closes it; remembers what it was sent.
struct Raw {
    address: String,
    received: Arc<Mutex<Vec<String>>>,
}

impl Raw {
    async fn serve(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let received = Arc::new(Mutex::new(Vec::new()));
        let remember = Arc::clone(&received);
        tokio::spawn(async move {
            for answer in answers.into_iter().chain(std::iter::repeat(Vec::new())) {
                let Ok((mut stream, _)) = listener.accept().await else { return };
                let request = read_request(&mut stream).await;
                remember.lock().expect("unpoisoned").push(request);
                // The client may have hung up on purpose.
                if stream.write_all(&answer).await.is_ok() {
                    stream.shutdown().await.unwrap_or_default();
                }
            }
        });
        Self { address, received }
    }

    fn client(&self) -> Client {
        Client::new(&settings(&format!("http://{}", self.address)), Arc::new(|_| {})).expect("a client")
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().expect("unpoisoned").clone()
    }
}

/// The head of a request, and its body if it says how long it is.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            if body.len() >= lengths.next().and_then(|(_, value)| value.parse().ok()).unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
            _ => return text,
        }
    }
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn requests_say_who_they_are_and_ask_for_compression() {
    let server = Raw::serve(vec![answer("200 OK", "", PERSON.as_bytes())]).await;
    server.client().reader().whoami().await.expect("a person");
    let request = server.received()[0].to_lowercase();
    for line in [
        "get /api/v1/users/self http/1.1",
        "user-agent: gradepush/",
        "accept: application/json",
        "accept-encoding: gzip",
    ] {
        assert!(request.contains(line), "{line} is missing: {request}");
    }
    assert!(server.received()[0].contains(&format!("Bearer {TOKEN}")));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_takes_no_token_along() {
    let other = Raw::serve(vec![answer("200 OK", "", PERSON.as_bytes())]).await;
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let headers = format!("location: http://{}/api/v1/users/self\r\n", other.address);
        let server = Raw::serve(vec![answer(status, &headers, b"")]).await;
        let error = server.client().reader().whoami().await.expect_err("a redirect");
        assert!(
            matches!(&error, CanvasError::Redirected { to, .. } if *to == format!("http://{}", other.address)),
            "{error}"
        );
    }
    assert_eq!(other.received(), Vec::<String>::new());
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_body_is_a_repeated_read_and_an_unknown_write() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":501".to_vec();
    let server = Raw::serve(vec![cut.clone(), Vec::new(), answer("200 OK", "", PERSON.as_bytes())]).await;
    server.client().reader().whoami().await.expect("the third answer is whole");
    assert_eq!(server.received().len(), 3);

    for broken in [cut, Vec::new()] {
        let server = Raw::serve(vec![broken]).await;
        let client = server.client();
        let error = writer(&client).delete_comment(COURSE, ASSIGNMENT, STUDENT, 1).await.expect_err("cut");
        assert!(error.outcome_unknown(), "{error}");
        assert_eq!(server.received().len(), 1, "never sent again");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_an_outage() {
    let server = Raw::serve(Vec::new()).await;
    let mut settings = settings(&format!("http://{}", server.address));
    settings.retry_budget.attempts = 2;
    let client = Client::new(&settings, Arc::new(|_| {})).expect("a client");
    let error = client.reader().whoami().await.expect_err("hung up");
    let CanvasError::Unavailable { attempts: 2, source: Some(source), .. } = error else { panic!("{error:?}") };
    assert_eq!((source.kind, source.sent), (CarryErrorKind::Reset, true));
}

#[tokio::test]
async fn an_answer_without_an_end_is_refused() {
    let mut endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n[".to_vec();
    endless.resize(65 << 20, b' ');
    let server = Raw::serve(vec![endless]).await;
    let error = server.client().reader().whoami().await.expect_err("too large");
    assert!(matches!(error, CanvasError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn everything_goes_through_the_gateway() {
    let gateway = Raw::serve(vec![answer("200 OK", "", PERSON.as_bytes())]).await;
    let mut settings = settings("http://localhost:9");
    settings.gateway = Some(format!("http://{}", gateway.address));
    let client = Client::new(&settings, Arc::new(|_| {})).expect("a client");
    client.reader().whoami().await.expect("a person");
    assert!(gateway.received()[0].starts_with("GET http://localhost:9/api/v1/users/self "), "{:?}", gateway.received());
}

#[test]
fn settings_that_cannot_work_are_told_apart() {
    let waits = || Arc::new(|_| {});
    let mut gateway = settings("https://canvas.example.edu");
    gateway.gateway = Some("::not a proxy::".to_owned());
    assert!(matches!(Client::new(&gateway, waits()), Err(SetupError::Gateway(_))));
    for pem in ["", "no certificate here"] {
        let mut authority = settings("https://canvas.example.edu");
        authority.ca_pem = Some(pem.into());
        assert!(matches!(Client::new(&authority, waits()), Err(SetupError::Authority(_))), "{pem}");
    }
    for token in ["", "two words", "line\nbreak", "Schlüssel"] {
        let mut broken = settings("https://canvas.example.edu");
        broken.token = token.into();
        assert!(matches!(Client::new(&broken, waits()), Err(SetupError::Token)), "{token:?}");
    }
}

/// A ZIP with one table.
fn zipped() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("users.csv", zip::write::SimpleFileOptions::default()).expect("an entry");
    zip.write_all(b"canvas_user_id,user_id\n7001,S-0042\n").expect("written");
    zip.finish().expect("a ZIP").into_inner()
}

#[tokio::test]
async fn a_report_is_fetched_from_another_host_without_the_token() {
    let storage = Raw::serve(vec![Vec::new(), answer("200 OK", "", &zipped())]).await;
    let location = format!("location: http://{}/bucket/file?signature=1\r\n", storage.address);
    let canvas = Raw::serve(vec![answer("302 Found", &location, b""), answer("302 Found", &location, b"")]).await;
    let client = canvas.client();
    let report = format!(
        r#"{{"id":1,"status":"complete","attachment":{{"url":"http://{}/files/1/download?verifier=x"}}}}"#,
        canvas.address
    );
    let report: gradepush::canvas::Report = serde_json::from_str(&report).expect("a report");
    let mut archive = client.reports().download(&report.attachment.expect("a file")).await.expect("an archive");
    let mut users = archive.table("users").expect("readable").expect("a table");
    let (column, mut record) = (users.column("user_id").expect("a column"), Record::default());
    assert!(users.read(&mut record).expect("a row"));
    assert_eq!(record.get(column), "S-0042");
    assert!(canvas.received().iter().all(|request| request.contains(TOKEN)));
    assert!(storage.received().iter().all(|request| !request.contains(TOKEN) && !request.contains("uthorization")));
    assert_eq!(storage.received().len(), 2, "the first connection broke");
}

#[tokio::test]
async fn a_report_that_leads_in_circles_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let circle = answer("302 Found", "location: /files/1/download\r\n", b"");
    let server = tokio::spawn(async move {
        for count in 1.. {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            read_request(&mut stream).await;
            stream.write_all(&circle).await.expect("written");
            if count == 6 {
                return count;
            }
        }
        0
    });
    let client = Client::new(&settings(&format!("http://{address}")), Arc::new(|_| {})).expect("a client");
    let report = r#"{"id":1,"status":"complete","attachment":{"url":"/files/1/download"}}"#;
    let report: gradepush::canvas::Report = serde_json::from_str(report).expect("a report");
    let error = client.reports().download(&report.attachment.expect("a file")).await.expect_err("a circle");
    assert!(matches!(error, CanvasError::EndlessPages { .. }), "{error}");
    assert_eq!(server.await.expect("no panic"), 6, "the address itself and five redirects");
}
