//! The one seam: a request value goes out, a response value comes back. Carried by [`HttpCarrier`](super::HttpCarrier),
//! or, in a simulation, by a router in the same process.

use std::error::Error;
use std::fmt;
use std::io::Write;

use futures_util::future::BoxFuture;

use super::unreachable::Unreachable;

/// The methods this client uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Writes, or starts a job.
    Post,
    /// Changes.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// Whether sending it twice is the same as sending it once, as far as Canvas's content goes.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Get)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        })
    }
}

/// A request to the Canvas host. Holds the token among its headers, so it cannot be printed.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path and query, percent-encoded, from `/` on.
    pub path_and_query: String,
    /// Names are lower-case.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// An answer, whatever its status.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names are lower-case; a name may repeat.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CarryErrorKind {
    /// No connection can be made until somebody mends something.
    Unreachable(Unreachable),
    /// No connection was made, for a reason that may pass; nothing was sent.
    Connect,
    /// No connection came about within the time for it; nothing was sent.
    ConnectTimeout,
    /// This machine knows no way to the host; nothing was sent.
    NoRoute,
    /// The proxy makes no connection to the host; nothing was sent.
    ProxyConnect,
    /// The connection broke.
    Reset,
    /// No answer in time.
    Timeout,
    /// The answer is larger than this client reads.
    TooLarge,
    /// What a file was to be written to takes no more.
    Sink,
    /// Something else.
    Other,
}

/// A request that got no answer.
#[derive(Debug)]
pub struct CarryError {
    /// What happened.
    pub kind: CarryErrorKind,
    /// Whether the request may have reached the server.
    pub sent: bool,
    /// What the library below said; never holds an address.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl fmt::Display for CarryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.kind {
            CarryErrorKind::Unreachable(why) => return why.fmt(formatter),
            CarryErrorKind::Connect => "cannot connect",
            CarryErrorKind::ConnectTimeout => "no connection came about in time",
            CarryErrorKind::NoRoute => "no way leads to the host from here",
            CarryErrorKind::ProxyConnect => "the proxy makes no connection to the host",
            CarryErrorKind::Reset => "the connection broke",
            CarryErrorKind::Timeout => "no answer in time",
            CarryErrorKind::TooLarge => "the answer is too large",
            CarryErrorKind::Sink => "the file cannot be kept here",
            CarryErrorKind::Other => "the request could not be carried out",
        })
    }
}

impl Error for CarryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

/// Carries requests. Retries nothing, follows no redirect, knows no Canvas rule; has no time limit of its own for the
/// whole request, because the caller drops the future.
pub trait Carrier: Send + Sync {
    /// Carries one request to the Canvas host.
    fn carry(&self, request: Request) -> BoxFuture<'_, Result<Response, CarryError>>;

    /// Fetches a file from any host, with these headers and no others of the caller's; a body of status 200 goes to
    /// `sink` and not into the response, and an error of the sink ends it. Follows no redirect.
    fn fetch<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(String, String)],
        sink: &'a mut (dyn Write + Send),
    ) -> BoxFuture<'a, Result<Response, CarryError>>;
}
