//! Sends requests: the throttle lets them out, the verdict says whether they go again, the refusal what an answer means.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tokio::time::error::Elapsed;

use super::carrier::{Carrier, CarryError, CarryErrorKind, Method, Request, Response};
use super::decode::decode;
use super::error::{CanvasError, Context};
use super::jitter::Jitter;
use super::list_size::ListSize;
use super::path::Path;
use super::refusal::{is_throttle, refusal};
use super::retry::{RetryBudget, Spent, Trouble, Verdict, verdict};
use super::settings::ConnectionSettings;
use super::throttle::{Bucket, Throttle};
use super::wait::{Wait, WaitReason, Waits};

/// How long the first answer may take without a word about it. Later ones come from a host that is known to answer.
const SILENCE: Duration = Duration::from_millis(1500);

/// Shorter waits are not reported.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// The one way to Canvas, shared by everything that reads or writes.
pub(super) struct Transport {
    carrier: Arc<dyn Carrier>,
    token: SecretString,
    base_url: String,
    request_timeout: Duration,
    budget: RetryBudget,
    throttle: Throttle,
    list_size: ListSize,
    jitter: Jitter,
    waits: Waits,
    /// Whether the host has ever answered, or its silence was told.
    is_heard_of: AtomicBool,
    requests: AtomicU64,
    throttled: AtomicU64,
    waited_millis: AtomicU64,
}

/// Whether what a request was decided by is still fresh.
pub(super) type Fresh = Arc<dyn Fn() -> bool + Send + Sync>;

/// A request before the transport adds its headers.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: Path,
    pub(super) json: Option<Vec<u8>>,
    /// Whether a second attempt makes sense when the first took too long; not where asking for less is better.
    pub(super) again_after_timeout: bool,
    /// It leaves only while this holds.
    pub(super) only_while: Option<Fresh>,
    /// Whether a 409 brings what was asked for, and is no refusal.
    pub(super) conflict_answers: bool,
}

impl Call {
    /// Reads.
    pub(super) fn read(path: Path) -> Self {
        Self {
            method: Method::Get,
            path,
            json: None,
            again_after_timeout: true,
            only_while: None,
            conflict_answers: false,
        }
    }

    /// Sends JSON.
    pub(super) fn send(method: Method, path: Path, json: Vec<u8>) -> Self {
        Self { method, path, json: Some(json), again_after_timeout: true, only_while: None, conflict_answers: false }
    }

    /// Removes.
    pub(super) fn delete(path: Path) -> Self {
        Self {
            method: Method::Delete,
            path,
            json: None,
            again_after_timeout: true,
            only_while: None,
            conflict_answers: false,
        }
    }
}

/// A successful answer.
pub(super) struct Reply {
    pub(super) response: Response,
    pub(super) context: Context,
    /// How long this answer was on its way, without waits and earlier attempts.
    pub(super) took: Duration,
}

impl Transport {
    pub(super) fn new(settings: &ConnectionSettings, carrier: Arc<dyn Carrier>, waits: Waits) -> Self {
        Self {
            carrier,
            token: settings.token.clone(),
            base_url: settings.address.base_url(),
            request_timeout: settings.request_timeout,
            budget: settings.retry_budget,
            throttle: Throttle::new(settings.in_flight),
            list_size: ListSize::new(),
            jitter: Jitter::new(settings.jitter_seed),
            waits,
            is_heard_of: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            waited_millis: AtomicU64::new(0),
        }
    }

    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(super) fn token(&self) -> &SecretString {
        &self.token
    }

    pub(super) fn carrier(&self) -> &dyn Carrier {
        &*self.carrier
    }

    pub(super) fn request_timeout(&self) -> Duration {
        self.request_timeout
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(super) fn throttled(&self) -> u64 {
        self.throttled.load(Ordering::Relaxed)
    }

    pub(super) fn throttle_wait(&self) -> Duration {
        Duration::from_millis(self.waited_millis.load(Ordering::Relaxed))
    }

    /// How long the lists are that Canvas answers in time.
    pub(super) fn list_size(&self) -> &ListSize {
        &self.list_size
    }

    pub(super) fn bucket(&self) -> Bucket {
        self.throttle.last()
    }

    /// Counts a request that goes out by another way.
    pub(super) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// The header that carries the token.
    pub(super) fn authorization(&self) -> (String, String) {
        ("authorization".to_owned(), format!("Bearer {}", self.token.expose_secret()))
    }

    /// Reads one JSON value.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: Path) -> Result<T, CanvasError> {
        let reply = self.call(&Call::read(path)).await?;
        decode(&reply.response.body, &reply.context)
    }

    /// Sends a write and reads its answer. An answer that cannot be read leaves the outcome unknown.
    pub(super) async fn write<T: DeserializeOwned>(&self, call: &Call) -> Result<(T, Context), CanvasError> {
        let reply = self.call(call).await?;
        match decode(&reply.response.body, &reply.context) {
            Ok(value) => Ok((value, reply.context)),
            Err(error) => Err(CanvasError::UnknownOutcome { context: reply.context, source: Some(Box::new(error)) }),
        }
    }

    /// Sends a request until it succeeds, is refused, or the budget is used up.
    pub(super) async fn call(&self, call: &Call) -> Result<Reply, CanvasError> {
        let mut spent = Spent::default();
        loop {
            let mut context =
                Context { method: call.method, path: call.path.shown().to_owned(), status: None, request_id: None };
            let (trouble, source) = match self.attempt(call, &mut context).await {
                Attempt::Answered(response, took) => return Ok(Reply { response, context, took }),
                Attempt::Refused(response) => return Err(refusal(&response, context)),
                Attempt::TooLate => return Err(CanvasError::TooLate { context }),
                Attempt::Failed(trouble, source) => (trouble, source),
            };
            match trouble {
                Trouble::Throttled { .. } => spent.throttles += 1,
                Trouble::ServerError { .. } | Trouble::NoAnswer { .. } => spent.failures += 1,
            }
            match verdict(call.method.is_read(), trouble, spent, &self.budget, self.jitter.fraction()) {
                Verdict::Again(wait) => {
                    spent.waited += wait;
                    self.wait(trouble, wait).await;
                }
                Verdict::GiveUp => return Err(given_up(call, trouble, source, context, spent)),
            }
        }
    }

    /// Sends a request once.
    async fn attempt(&self, call: &Call, context: &mut Context) -> Attempt {
        let permit = self.throttle.permit().await;
        if call.only_while.as_ref().is_some_and(|fresh| !fresh()) {
            return Attempt::TooLate;
        }
        self.count_request();
        let began = Instant::now();
        let carried = self.carried(call).await;
        let response = match carried {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Attempt::unanswered(error, call),
            Err(_elapsed) => {
                let error = CarryError { kind: CarryErrorKind::Timeout, sent: true, source: None };
                return Attempt::unanswered(error, call);
            }
        };
        let took = began.elapsed();
        context.status = Some(response.status);
        context.request_id = response.header("x-request-context-id").map(str::to_owned);
        tracing::debug!(method = %context.method, path = context.path, status = response.status, request_id = context.request_id, "answered");
        let bucket = Bucket {
            remaining: number(&response, "x-rate-limit-remaining"),
            cost: number(&response, "x-request-cost"),
        };
        let pause = self.throttle.learn(bucket);
        drop(permit);
        let retry_after = number(&response, "retry-after").and_then(|wish| Duration::try_from_secs_f64(wish).ok());
        if is_throttle(&response) {
            return Attempt::Failed(Trouble::Throttled { retry_after, remaining: bucket.remaining }, None);
        }
        if let Some(pause) = pause {
            self.tell(pause, WaitReason::Pacing);
        }
        match response.status {
            200..300 => Attempt::Answered(response, took),
            409 if call.conflict_answers => Attempt::Answered(response, took),
            408 | 500.. => Attempt::Failed(Trouble::ServerError { retry_after }, None),
            _ => Attempt::Refused(response),
        }
    }

    /// Carries the request, no longer than it may take. A host that was never heard of is said to be silent.
    async fn carried(&self, call: &Call) -> Result<Result<Response, CarryError>, Elapsed> {
        let mut carrying = pin!(tokio::time::timeout(self.request_timeout, self.carrier.carry(self.request(call))));
        if !self.is_heard_of.load(Ordering::Relaxed) {
            match tokio::time::timeout(SILENCE, &mut carrying).await {
                Ok(carried) => {
                    self.is_heard_of.fetch_or(matches!(carried, Ok(Ok(_))), Ordering::Relaxed);
                    return carried;
                }
                Err(_silent) if !self.is_heard_of.swap(true, Ordering::Relaxed) => {
                    self.tell(self.request_timeout.saturating_sub(SILENCE), WaitReason::NoAnswer);
                }
                Err(_silent) => {}
            }
        }
        carrying.await
    }

    fn request(&self, call: &Call) -> Request {
        let mut headers = vec![self.authorization(), ("accept".to_owned(), "application/json".to_owned())];
        if call.json.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        Request {
            method: call.method,
            path_and_query: call.path.sent().to_owned(),
            headers,
            body: call.json.clone().unwrap_or_default(),
        }
    }

    /// Waits before another attempt; a throttle holds back all other requests too.
    async fn wait(&self, trouble: Trouble, wait: Duration) {
        let reason = match trouble {
            Trouble::Throttled { .. } => WaitReason::Throttled,
            Trouble::ServerError { .. } => WaitReason::Unavailable,
            Trouble::NoAnswer { .. } => WaitReason::NoAnswer,
        };
        if reason == WaitReason::Throttled {
            self.throttle.refused(wait);
            self.throttled.fetch_add(1, Ordering::Relaxed);
            self.waited_millis.fetch_add(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        self.tell(wait, reason);
        tokio::time::sleep(wait).await;
    }

    fn tell(&self, duration: Duration, reason: WaitReason) {
        if duration > WORTH_TELLING {
            tracing::debug!(?reason, ?duration, "waiting");
            (self.waits)(Wait { duration, reason });
        }
    }
}

/// What became of one attempt.
enum Attempt {
    /// With how long it was on its way.
    Answered(Response, Duration),
    Refused(Response),
    TooLate,
    Failed(Trouble, Option<CarryError>),
}

impl Attempt {
    fn unanswered(error: CarryError, call: &Call) -> Self {
        let lasting = match error.kind {
            CarryErrorKind::Unreachable(_)
            | CarryErrorKind::TooLarge
            | CarryErrorKind::Sink
            | CarryErrorKind::Other => true,
            CarryErrorKind::Timeout => !call.again_after_timeout,
            CarryErrorKind::Connect
            | CarryErrorKind::ConnectTimeout
            | CarryErrorKind::NoRoute
            | CarryErrorKind::ProxyConnect
            | CarryErrorKind::Reset => false,
        };
        Self::Failed(Trouble::NoAnswer { sent: error.sent, lasting }, Some(error))
    }
}

/// The error of the last attempt.
fn given_up(call: &Call, trouble: Trouble, source: Option<CarryError>, context: Context, spent: Spent) -> CanvasError {
    let arrived = !matches!(trouble, Trouble::NoAnswer { sent: false, .. });
    match (trouble, source) {
        (Trouble::Throttled { .. }, _) => CanvasError::Throttled { context },
        (_, source) if arrived && !call.method.is_read() => {
            CanvasError::UnknownOutcome { context, source: source.map(Into::into) }
        }
        (_, Some(source)) => CanvasError::unanswered(source, context, spent.failures),
        (_, None) => CanvasError::Unavailable { context, attempts: spent.failures, source: None },
    }
}

/// A header that is a finite number.
fn number(response: &Response, name: &str) -> Option<f64> {
    response.header(name)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
}
