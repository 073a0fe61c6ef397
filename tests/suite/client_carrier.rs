//! A carrier that answers from a closure, for what no well-behaved server does.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use gradepush::canvas::{
    Carrier, CarryError, CarryErrorKind, Client, ConnectionSettings, Method, Request, Response, Wait,
};

/// A token that must never appear in an error or a log.
pub(crate) const TOKEN: &str = "1234~AbCdEsecretsecretsecret";

/// What the script does with a request.
pub(crate) enum Act {
    /// Answers.
    Answer(Response),
    /// Breaks the connection.
    Break(CarryErrorKind, bool),
    /// Never answers.
    Hang,
}

/// What a request was, without its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) path_and_query: String,
    pub(crate) body: String,
}

type Script = dyn Fn(usize, &Sent) -> Act + Send + Sync;

/// Answers the n-th request (from 0) as the script says, and remembers it.
pub(crate) struct Scripted {
    script: Box<Script>,
    sent: Mutex<Vec<Sent>>,
}

impl Scripted {
    /// What was sent so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().expect("no test panics while it holds this").clone()
    }
}

impl Carrier for Scripted {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        let authorization = ("authorization".to_owned(), format!("Bearer {TOKEN}"));
        assert!(request.headers.contains(&authorization), "every request carries the token");
        let sent = Sent {
            method: request.method,
            path_and_query: request.path_and_query,
            body: String::from_utf8(request.body).expect("bodies are JSON"),
        };
        let number = {
            let mut all = self.sent.lock().expect("no test panics while it holds this");
            all.push(sent.clone());
            all.len() - 1
        };
        let act = (self.script)(number, &sent);
        Box::pin(async move {
            match act {
                Act::Answer(response) => Ok(response),
                Act::Break(kind, sent) => Err(CarryError { kind, sent, source: None }),
                Act::Hang => std::future::pending().await,
            }
        })
    }

    fn fetch<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        let sent = Sent {
            method: Method::Get,
            path_and_query: url.to_owned(),
            body: headers.iter().map(|(name, _)| name.as_str()).collect(),
        };
        let number = {
            let mut all = self.sent.lock().expect("no test panics while it holds this");
            all.push(sent.clone());
            all.len() - 1
        };
        let act = (self.script)(number, &sent);
        Box::pin(async move {
            match act {
                Act::Answer(mut response) => {
                    if response.status == 200 {
                        sink.write_all(&std::mem::take(&mut response.body)).expect("a temporary file takes bytes");
                    }
                    Ok(response)
                }
                Act::Break(kind, sent) => Err(CarryError { kind, sent, source: None }),
                Act::Hang => std::future::pending().await,
            }
        })
    }
}

/// A client over a script, and what it was told about waits.
pub(crate) struct Rig {
    pub(crate) client: Client,
    pub(crate) carrier: Arc<Scripted>,
    pub(crate) waits: Arc<Mutex<Vec<Wait>>>,
}

/// A client whose n-th request is answered as the script says.
pub(crate) fn rig(script: impl Fn(usize, &Sent) -> Act + Send + Sync + 'static) -> Rig {
    let carrier = Arc::new(Scripted { script: Box::new(script), sent: Mutex::new(Vec::new()) });
    let waits = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&waits);
    let client = Client::with_carrier(
        &settings("https://canvas.example.edu"),
        Arc::clone(&carrier) as Arc<dyn Carrier>,
        Arc::new(move |wait| told.lock().expect("no test panics while it holds this").push(wait)),
    );
    Rig { client: client.expect("the token is plain"), carrier, waits }
}

/// Settings for an address, with the test token and a timeout that only passes where time is paused or hangs are
/// meant.
pub(crate) fn settings(address: &str) -> ConnectionSettings {
    let address = address.parse().expect("a Canvas address");
    let mut settings = ConnectionSettings::new(address, TOKEN.into(), 7);
    settings.request_timeout = Duration::from_secs(20);
    settings
}

/// An answer with a JSON body.
pub(crate) fn json(status: u16, body: &str) -> Act {
    with_header(status, ("content-type", "application/json; charset=utf-8"), body)
}

/// An answer with a header.
pub(crate) fn with_header(status: u16, header: (&str, &str), body: &str) -> Act {
    let headers = vec![(header.0.to_owned(), header.1.to_owned())];
    Act::Answer(Response { status, headers, body: body.as_bytes().to_vec() })
}
