//! Fetches a file of Canvas, which lies on another host. The token goes to the Canvas host only.

use std::fs::File;
use std::io;

use url::{Host, Url};

use super::carrier::{CarryError, CarryErrorKind, Method, Response};
use super::error::{CanvasError, Context};
use super::refusal::refusal;
use super::transport::Transport;
use crate::limited::{Allowance, Limited};

/// The largest file that is kept, in bytes: ten times the packed report of three million people.
const LARGEST_FILE: u64 = 4 << 30;

/// How many redirects a file may be away.
const MOST_REDIRECTS: usize = 5;

/// How often a file is asked for when the connection breaks.
const ATTEMPTS: u32 = 3;

/// Fetches `url` into an unnamed temporary file, positioned at its beginning.
pub(super) async fn download(transport: &Transport, url: &str) -> Result<File, CanvasError> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        match follow(transport, url).await {
            Err(CanvasError::Unavailable { .. }) if attempts < ATTEMPTS => {}
            Err(CanvasError::Unavailable { context, source, .. }) => {
                return Err(CanvasError::Unavailable { context, attempts, source });
            }
            outcome => return outcome,
        }
    }
}

/// Follows redirects to the file.
async fn follow(transport: &Transport, url: &str) -> Result<File, CanvasError> {
    let mut context =
        Context { method: Method::Get, path: "the report's file".to_owned(), status: None, request_id: None };
    let mut url = allowed(url, transport.base_url()).map_err(|to| foreign(to, &context))?;
    for _ in 0..=MOST_REDIRECTS {
        let file = tempfile::tempfile().map_err(CanvasError::archive)?;
        let mut sink = Limited::new(&file, Allowance::of("the report's file", LARGEST_FILE));
        let headers = if is_canvas(&url, transport.base_url()) { vec![transport.authorization()] } else { Vec::new() };
        transport.count_request();
        // A large file may take longer than any answer of the API.
        let limit = transport.request_timeout().saturating_mul(10);
        let carried = tokio::time::timeout(limit, transport.carrier().fetch(url.as_str(), &headers, &mut sink)).await;
        let response = match carried {
            Ok(Ok(response)) => response,
            Ok(Err(source)) => return Err(CanvasError::unanswered(source, context, 1)),
            Err(_elapsed) => {
                let source = CarryError { kind: CarryErrorKind::Timeout, sent: true, source: None };
                return Err(CanvasError::unanswered(source, context, 1));
            }
        };
        context.status = Some(response.status);
        match response.status {
            200 => {
                io::Seek::rewind(&mut &file).map_err(CanvasError::archive)?;
                return Ok(file);
            }
            301 | 302 | 303 | 307 | 308 => {
                url = redirected(&url, &response, transport.base_url()).map_err(|to| foreign(to, &context))?;
            }
            429 | 500.. => return Err(CanvasError::Unavailable { context, attempts: 1, source: None }),
            _ => return Err(refusal(&response, context)),
        }
    }
    Err(CanvasError::EndlessPages { context })
}

fn foreign(to: String, context: &Context) -> CanvasError {
    CanvasError::ForeignLink { to, context: context.clone() }
}

fn redirected(from: &Url, response: &Response, base_url: &str) -> Result<Url, String> {
    let location = response.header("location").unwrap_or_default();
    let to = from.join(location).map_err(|_| "a malformed address".to_owned())?;
    allowed(to.as_str(), base_url)
}

fn is_canvas(url: &Url, base_url: &str) -> bool {
    Url::parse(base_url).is_ok_and(|base| base.origin() == url.origin())
}

/// A file's address: https, or http where it leads to this machine and Canvas itself is on this machine.
fn allowed(url: &str, base_url: &str) -> Result<Url, String> {
    let base = Url::parse(base_url).map_err(|_| "nowhere".to_owned())?;
    let url = base.join(url).map_err(|_| "a malformed address".to_owned())?;
    let local = |url: &Url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let permitted = url.scheme() == "https" || (url.scheme() == "http" && local(&url) && local(&base));
    if permitted { Ok(url) } else { Err(url.origin().ascii_serialization()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_over_https_or_from_this_machine() {
        const REMOTE: &str = "https://canvas.example.edu";
        const LOCAL: &str = "http://127.0.0.1:8765";
        for (url, base, expected) in [
            ("https://files.example.net/x?sig=1", REMOTE, true),
            ("/files/1/download?verifier=x", REMOTE, true),
            ("http://files.example.net/x", REMOTE, false),
            ("http://127.0.0.1/x", REMOTE, false),
            ("http://localhost:9/x", LOCAL, true),
            ("http://[::1]:9/x", LOCAL, true),
            ("http://127.0.0.1.example.net/x", LOCAL, false),
            ("file:///etc/passwd", LOCAL, false),
            ("https://", REMOTE, false),
        ] {
            assert_eq!(allowed(url, base).is_ok(), expected, "{url} from {base}");
        }
    }
}
