//! The client over a sandbox in the same process: no socket, and every answer can be looked at.

use std::io::Write;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use gradepush::canvas::{Carrier, CarryError, CarryErrorKind, Client, ConnectionSettings, Request, Response};
use gradepush::sandbox::{self, ConnectionLost, Sandbox};

/// Where the sandbox thinks it is.
const HOST: &str = "localhost:8765";

/// Carries requests into a sandbox.
pub(crate) struct InProcess {
    sandbox: Sandbox,
    answers: Mutex<Vec<Response>>,
}

impl InProcess {
    /// A client of this sandbox with this token, and its carrier.
    pub(crate) fn client(sandbox: &Sandbox, token: &str) -> (Client, Arc<Self>) {
        let carrier = Arc::new(Self { sandbox: sandbox.clone(), answers: Mutex::new(Vec::new()) });
        let address = format!("http://{HOST}").parse().expect("a Canvas address");
        let settings = ConnectionSettings::new(address, token.into(), 7);
        let shared = Arc::clone(&carrier) as Arc<dyn Carrier>;
        (Client::with_carrier(&settings, shared, Arc::new(|_| {})).expect("a client"), carrier)
    }

    /// The successful answers so far.
    pub(crate) fn answers(&self) -> Vec<Response> {
        self.answers.lock().expect("no test panics while it holds this").clone()
    }

    async fn answer(&self, mut request: sandbox::Request) -> Result<Response, CarryError> {
        request.headers.push(("host".to_owned(), HOST.to_owned()));
        request.headers.push(("user-agent".to_owned(), "gradepush-tests".to_owned()));
        match self.sandbox.answer(request).await {
            Ok(reply) => {
                let response = Response { status: reply.status, headers: reply.headers, body: reply.body };
                if response.status < 300 {
                    self.answers.lock().expect("no test panics while it holds this").push(response.clone());
                }
                Ok(response)
            }
            Err(ConnectionLost { .. }) => Err(CarryError { kind: CarryErrorKind::Reset, sent: true, source: None }),
        }
    }
}

impl Carrier for InProcess {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        Box::pin(self.answer(sandbox::Request {
            method: request.method.to_string(),
            path_and_query: request.path_and_query,
            headers: request.headers,
            body: request.body,
        }))
    }

    fn fetch<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        Box::pin(async move {
            let path_and_query = url.split_once(HOST).map_or(url, |(_, path)| path).to_owned();
            let headers = headers.to_vec();
            let request = sandbox::Request { method: "GET".to_owned(), path_and_query, headers, body: Vec::new() };
            let mut response = self.answer(request).await?;
            if response.status == 200 {
                sink.write_all(&std::mem::take(&mut response.body)).expect("a temporary file takes bytes");
            }
            Ok(response)
        })
    }
}
