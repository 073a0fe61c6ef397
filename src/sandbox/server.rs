//! The socket: axum carries requests in and replies out.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use futures_util::{StreamExt, stream};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::cut::{Cuttable, Knife};
use super::error::SandboxError;
use super::hosts::Hosts;
use super::message::{ConnectionLost, Reply, Request};
use super::service::Sandbox;

/// Bodies beyond this are refused; Canvas's edge has a limit too (canvas-contract §P).
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// How long answers under way may take once the sandbox is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// A sandbox on a socket.
#[derive(Debug)]
pub struct Serving {
    /// Where it listens; the port is the real one even when 0 was asked for.
    pub addr: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Sandbox {
    /// Listens on an address until [`Serving::shutdown`]. A request is answered only when its `Host` header names a host
    /// of the address's own kind or one of [`Options::hosts`](super::Options::hosts): on loopback `localhost`,
    /// `127.0.0.0/8` and `[::1]`, elsewhere `localhost` and every IP address. Any other gets 403.
    ///
    /// # Errors
    /// [`SandboxError::Bind`] when the address cannot be had.
    pub async fn serve(&self, addr: SocketAddr) -> Result<Serving, SandboxError> {
        let bind = |source| SandboxError::Bind { address: addr, source };
        let listener = TcpListener::bind(addr).await.map_err(bind)?;
        let addr = listener.local_addr().map_err(bind)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let hosts = Arc::new(Hosts::new(addr, self.hosts()));
        let router = Router::new().fallback(carry).with_state((self.clone(), hosts));
        let service = router.into_make_service_with_connect_info::<Knife>();
        let serve = axum::serve(Cuttable(listener), service).with_graceful_shutdown(async move {
            // A dropped sender means the same as a stop.
            stopped.await.unwrap_or_default();
        });
        let task = tokio::spawn(async move { serve.await });
        Ok(Serving { addr, stop, task })
    }
}

impl Serving {
    /// Stops listening and waits a moment for the answers under way; one that hangs is cut.
    ///
    /// # Errors
    /// [`SandboxError::Serve`] when serving had already ended with an error.
    pub async fn shutdown(self) -> Result<(), SandboxError> {
        // Nobody listens any more when serving has ended by itself.
        self.stop.send(()).unwrap_or_default();
        let abort = self.task.abort_handle();
        match tokio::time::timeout(LAST_ANSWERS, self.task).await {
            Ok(Ok(ended)) => ended.map_err(SandboxError::Serve),
            Ok(Err(panicked)) => Err(SandboxError::Serve(io::Error::other(panicked))),
            Err(_) => {
                abort.abort();
                Ok(())
            }
        }
    }
}

async fn carry(
    State((sandbox, hosts)): State<(Sandbox, Arc<Hosts>)>,
    ConnectInfo(knife): ConnectInfo<Knife>,
    request: axum::extract::Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if let Err(refused) = hosts.check(&parts.headers) {
        return response(refused);
    }
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return response(Reply { status: 413, ..Reply::default() });
    };
    let headers = parts.headers.iter();
    let request = Request {
        method: parts.method.to_string(),
        path_and_query: parts.uri.path_and_query().map_or("/", |found| found.as_str()).to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: body.to_vec(),
    };
    match sandbox.answer(request).await {
        Ok(reply) => response(reply),
        Err(ConnectionLost { partial: Some(reply) }) => torn(reply),
        Err(ConnectionLost { partial: None }) => {
            knife.cut();
            response(Reply::default())
        }
    }
}

/// An answer whose body breaks off: part of the bytes, then an error in place of the rest.
fn torn(reply: Reply) -> Response<Body> {
    let begun = stream::iter([io::Result::Ok(reply.body)]);
    let broken = stream::once(async {
        // What has begun is sent only when the rest makes it wait.
        tokio::task::yield_now().await;
        Err(io::ErrorKind::ConnectionReset.into())
    });
    let body = Body::from_stream(begun.chain(broken));
    let mut response = response(Reply { body: Vec::new(), ..reply });
    *response.body_mut() = body;
    response
}

fn response(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
