//! Carries requests over the network.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::carrier::{Carrier, CarryError, CarryErrorKind, Method, Request, Response};
use super::classify::{before_the_answer, shows_tls, within_the_answer};
use super::settings::{ConnectionSettings, SetupError};
use super::unreachable::Unreachable;
use crate::limited::{Allowance, TooMuch};

/// The largest answer of the API that is read, in bytes: a page of 100 objects is far below it.
const LARGEST_ANSWER: u64 = 64 << 20;

/// How long making a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long it may take to find out whether a port speaks TLS.
const TLS_TRIED_FOR: Duration = Duration::from_secs(5);

/// Canvas refuses requests without one (`canvas-contract §0.12`).
const USER_AGENT: &str = concat!("gradepush/", env!("CARGO_PKG_VERSION"));

/// Carries requests with reqwest: rustls with the platform's roots, gzip, no redirects.
#[derive(Debug)]
pub struct HttpCarrier {
    base_url: String,
    http: reqwest::Client,
    /// Whether the port has answered as a Canvas does.
    is_known: AtomicBool,
}

impl HttpCarrier {
    /// A carrier to the settings' address.
    pub fn new(settings: &ConnectionSettings) -> Result<Self, SetupError> {
        // There is one provider per process. An earlier call may have installed it, and it is the same one.
        let _first_or_not = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        if let Some(gateway) = &settings.gateway {
            let proxy = reqwest::Proxy::all(gateway).map_err(|error| SetupError::Gateway(error.without_url()))?;
            builder = builder.proxy(proxy);
        } else if settings.address.base_url().starts_with("http:") {
            // Plain http only ever leads to this machine, which no proxy can reach.
            builder = builder.no_proxy();
        }
        if let Some(pem) = &settings.ca_pem {
            let authorities =
                reqwest::Certificate::from_pem_bundle(pem).map_err(|error| SetupError::Authority(Some(error)))?;
            if authorities.is_empty() {
                return Err(SetupError::Authority(None));
            }
            builder = builder.tls_certs_merge(authorities);
        }
        let http = builder.build().map_err(|error| SetupError::Connection(error.without_url()))?;
        Ok(Self { base_url: settings.address.base_url(), http, is_known: AtomicBool::new(false) })
    }

    async fn send(&self, request: Request) -> Result<Response, CarryError> {
        let url = format!("{}{}", self.base_url, request.path_and_query);
        let mut builder = self.http.request(reqwest_method(request.method), url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        let outcome = builder.send().await.map_err(before_the_answer);
        if request.method.is_read() && self.expects_tls(&outcome).await {
            let kind = CarryErrorKind::Unreachable(Unreachable::NoPlainHttpOnPort);
            return Err(CarryError { kind, sent: false, source: outcome.err().and_then(|error| error.source) });
        }
        let mut answer = outcome?;
        let mut response = head(&answer);
        let mut allowance = Allowance::of("one answer of Canvas", LARGEST_ANSWER);
        while let Some(chunk) = answer.chunk().await.map_err(within_the_answer)? {
            allowance.take(chunk.len()).map_err(too_large)?;
            response.body.extend_from_slice(&chunk);
        }
        Ok(response)
    }

    /// Whether the port is one for TLS, after what came of a request in plain http. Servers tell it each in their own
    /// way: an alert, a page with status 400, or no word at all, as in an outage. So the port itself is asked, without
    /// the token, unless it has answered properly before.
    async fn expects_tls(&self, outcome: &Result<reqwest::Response, CarryError>) -> bool {
        let is_odd = match outcome {
            Ok(answer) => answer.status() == reqwest::StatusCode::BAD_REQUEST && !is_json(answer),
            Err(error) => error.kind == CarryErrorKind::Reset,
        };
        if !is_odd {
            self.is_known.fetch_or(outcome.is_ok(), Ordering::Relaxed);
        }
        let Some(rest) = self.base_url.strip_prefix("http:").filter(|_| is_odd) else { return false };
        if self.is_known.load(Ordering::Relaxed) {
            return false;
        }
        shows_tls(&self.http.get(format!("https:{rest}")).timeout(TLS_TRIED_FOR).send().await)
    }

    async fn fetch_file(
        &self,
        url: &str,
        headers: &[(String, String)],
        sink: &mut (dyn Write + Send),
    ) -> Result<Response, CarryError> {
        let mut builder = self.http.get(url);
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let mut answer = builder.send().await.map_err(before_the_answer)?;
        let mut response = head(&answer);
        let mut allowance = Allowance::of("one answer of Canvas", LARGEST_ANSWER);
        while let Some(chunk) = answer.chunk().await.map_err(within_the_answer)? {
            if response.status == 200 {
                sink.write_all(&chunk).map_err(|error| CarryError {
                    kind: CarryErrorKind::Sink,
                    sent: true,
                    source: Some(error.into()),
                })?;
            } else {
                allowance.take(chunk.len()).map_err(too_large)?;
                response.body.extend_from_slice(&chunk);
            }
        }
        Ok(response)
    }
}

impl Carrier for HttpCarrier {
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>> {
        Box::pin(self.send(request))
    }

    fn fetch<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>> {
        Box::pin(self.fetch_file(url, headers, sink))
    }
}

fn is_json(answer: &reqwest::Response) -> bool {
    let kind = answer.headers().get(reqwest::header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.contains("json"))
}

fn too_large(error: TooMuch) -> CarryError {
    CarryError { kind: CarryErrorKind::TooLarge, sent: true, source: Some(error.into()) }
}

fn reqwest_method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    }
}

fn head(answer: &reqwest::Response) -> Response {
    let headers = answer
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    Response { status: answer.status().as_u16(), headers, body: Vec::new() }
}
