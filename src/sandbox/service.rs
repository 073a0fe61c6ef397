//! The sandbox around its world: faults, throttling, latency, tokens, the log of requests.

use std::cell::Cell;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::authenticate::{Caller, authenticate, token_of};
use super::faults::{Fault, FaultRun};
use super::message::{ConnectionLost, Reply, Request};
use super::options::{Clock, Options};
use super::parameters::Parameters;
use super::refusal;
use super::routes::{self, Call};
use super::throttle::{self, Levels};
use super::world::{JobScript, Served, World, global_id};

/// A running Canvas, in process or on a socket. Clones share one world.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    options: Options,
    clock: Clock,
}

/// What requests change.
struct State {
    world: World,
    levels: Levels,
    faults: FaultRun,
}

impl Sandbox {
    /// A sandbox over a world. The token of the options is given to the first account admin, unless the world has it.
    pub fn new(mut world: World, options: Options, clock: Clock) -> Self {
        let lasting = |time: Duration| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        world.conduct.jobs = options.pace.jobs(options.job_cells_per_second);
        world.conduct.rows_after = lasting(options.rows_after);
        world.conduct.replica_lag = lasting(options.replica_lag);
        world.conduct.employ(options.workers);
        let admin = world.accounts.values().flat_map(|account| &account.admins).map(|admin| admin.user_id).next();
        if let Some(admin) = admin.filter(|_| !world.tokens.iter().any(|held| held.token == options.token)) {
            world.add_token(admin, &options.token);
        }
        let faults = FaultRun::new(options.faults.clone());
        let state = Mutex::new(State { world, levels: Levels::default(), faults });
        Self { shared: Arc::new(Shared { state, options, clock }) }
    }

    /// Looks into the world, or changes it, with jobs and reports brought up to now.
    pub fn world<R>(&self, look: impl FnOnce(&mut World) -> R) -> R {
        let mut state = self.lock();
        self.advance(&mut state.world, self.now());
        look(&mut state.world)
    }

    /// Brings the world up to now.
    fn advance(&self, world: &mut World, now: Timestamp) {
        let held = self.shared.options.hold_jobs.as_ref().is_some_and(|file| file.exists());
        world.hold_jobs(held, now);
        world.advance(now);
    }

    /// Answers a request in process.
    ///
    /// # Errors
    /// [`ConnectionLost`] when a fault cuts the connection.
    pub async fn answer(&self, request: Request) -> Result<Reply, ConnectionLost> {
        let key = token_of(&request).unwrap_or_default();
        let arrived = self.now();
        let (fault, admitted) = self.admit(&request, &key, arrived);
        if !self.shared.options.latency.is_zero() {
            tokio::time::sleep(self.shared.options.latency).await;
        }
        let answer = match fault {
            _ if !admitted => Ok(None),
            Some(Fault::Hang { seconds, executed }) => {
                if executed {
                    self.execute(&request, arrived, None);
                }
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                Err(ConnectionLost { partial: None })
            }
            fault => self.carry_out(&request, arrived, fault),
        };
        let cost = match &answer {
            Ok(Some((reply, rows))) => self.cost(&request, reply, *rows),
            _ => 0.0,
        };
        let working_time = self.shared.options.pace.working_time(cost);
        if !working_time.is_zero() {
            tokio::time::sleep(working_time).await;
        }
        let answer = answer.map(|answered| self.settle(&key, answered.map(|(reply, _)| reply), cost));
        let status = answer.as_ref().map_or(0, |reply| reply.status);
        self.lock().world.served.push(Served { method: request.method, path: request.path_and_query, status });
        answer
    }

    /// The host names of the options.
    pub(super) fn hosts(&self) -> &[String] {
        &self.shared.options.hosts
    }

    fn now(&self) -> Timestamp {
        (self.shared.clock)()
    }

    /// A panic in one request must not take the others down: the world is plain data and stays usable.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws the request's fault, and reserves its room in the bucket.
    fn admit(&self, request: &Request, key: &str, now: Timestamp) -> (Option<Fault>, bool) {
        let options = &self.shared.options;
        let mut state = self.lock();
        let State { world, levels, faults } = &mut *state;
        let fault = faults.draw(world, &options.token, (&request.method, request.path()), now);
        let room = options.bucket.as_ref().is_none_or(|bucket| levels.reserve(bucket, key, now));
        (fault, room && fault != Some(Fault::Throttle))
    }

    /// Carries a request out, or loses it, as its fault wants. No reply means throttled.
    fn carry_out(
        &self,
        request: &Request,
        arrived: Timestamp,
        fault: Option<Fault>,
    ) -> Result<Option<(Reply, usize)>, ConnectionLost> {
        let lost = ConnectionLost { partial: None };
        match fault {
            Some(Fault::Status { code, executed: false }) => return Ok(Some((edge(code), 0))),
            Some(Fault::Reset { executed: false }) => return Err(lost),
            _ => {}
        }
        let (mut reply, rows) = self.execute(request, arrived, fault);
        match fault {
            Some(Fault::Status { code, .. }) => return Ok(Some((edge(code), rows))),
            Some(Fault::Reset { .. }) => return Err(lost),
            Some(Fault::ResetMidBody) => {
                reply.headers.push(("content-length".to_owned(), reply.body.len().to_string()));
                reply.body.truncate(reply.body.len() / 2);
                return Err(ConnectionLost { partial: Some(reply) });
            }
            Some(Fault::MalformedJson) => reply.body.truncate(reply.body.len() * 2 / 3),
            _ => {}
        }
        Ok(Some((reply, rows)))
    }

    fn cost(&self, request: &Request, reply: &Reply, rows: usize) -> f64 {
        let Options { bucket, pace, .. } = &self.shared.options;
        bucket.as_ref().map_or(0.0, |bucket| pace.cost(bucket, request, reply, rows))
    }

    /// Carries a request out. With the reply comes how many rows of a list were put together for it.
    fn execute(&self, request: &Request, arrived: Timestamp, fault: Option<Fault>) -> (Reply, usize) {
        let now = self.now();
        let mut state = self.lock();
        self.advance(&mut state.world, now);
        let jobs = state.world.jobs.len();
        let rows = Cell::new(0);
        let reply = self.respond(&mut state.world, request, (arrived, now), &rows);
        let fate = match fault {
            Some(Fault::JobStuckQueued) => JobScript::StuckQueued,
            Some(Fault::JobStuckRunning { rows }) => JobScript::StuckRunning(rows),
            Some(Fault::JobDies { rows }) => JobScript::DiesAfter(rows),
            Some(Fault::JobKilled { rows, after_ms }) => JobScript::Killed { rows, after_ms },
            _ => JobScript::Runs,
        };
        let newest = state.world.jobs.keys().next_back().copied().filter(|_| state.world.jobs.len() > jobs);
        if let Some(job_id) = newest {
            state.world.set_job_fate(job_id, fate);
        }
        (reply, rows.get())
    }

    /// Gives the reservation back, takes what the request cost, and says so in the headers.
    fn settle(&self, key: &str, reply: Option<Reply>, cost: f64) -> Reply {
        let now = self.now();
        let options = &self.shared.options;
        let Some(bucket) = &options.bucket else {
            return reply.unwrap_or_else(|| throttle::throttled(options.dialect, 0.0));
        };
        let remaining = self.lock().levels.settle(bucket, key, cost, now);
        match reply {
            None => throttle::throttled(options.dialect, remaining),
            Some(reply) => reply
                .with_header("x-request-cost", cost.to_string())
                .with_header("x-rate-limit-remaining", remaining.to_string()),
        }
    }

    fn respond(
        &self,
        world: &mut World,
        request: &Request,
        (arrived, now): (Timestamp, Timestamp),
        rows: &Cell<usize>,
    ) -> Reply {
        let options = &self.shared.options;
        if request.header("user-agent").is_none_or(str::is_empty) {
            return refusal::no_user_agent();
        }
        if let Some(reply) = routes::storage(world, request, &options.file_secret) {
            return reply;
        }
        let context = format!("{:08x}-0000-4000-8000-{:012x}", world.served.len(), request.path_and_query.len());
        let answered = Parameters::of(request, options.form_parameter_limit).and_then(|parameters| {
            let Caller { user_id, real_user_id } = authenticate(world, request, &parameters, now)?;
            let strings = request.header("accept").is_some_and(|accept| accept.contains("json+canvas-string-ids"));
            let (dialect, file_secret) = (options.dialect, options.file_secret.as_str());
            let parameters = &parameters;
            let mut call = Call { world, request, parameters, dialect, file_secret, user_id, arrived, now, rows };
            let reply = routes::dispatch(&mut call)?;
            let reply = if strings { routes::with_string_ids(reply) } else { reply };
            let reply = reply.with_header("x-canvas-user-id", global_id(user_id).to_string());
            Ok(match real_user_id {
                Some(real) => reply.with_header("x-canvas-real-user-id", global_id(real).to_string()),
                None => reply,
            })
        });
        let reply = answered.unwrap_or_else(|refused| refused).with_header("x-request-context-id", context);
        let meta = format!("a=1;s=1;c=sandbox;n={}", world.served.len());
        with_etag(reply).with_header("x-canvas-meta", meta)
    }
}

/// What a cache may ask for again.
fn with_etag(reply: Reply) -> Reply {
    if reply.status >= 300 {
        return reply;
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(&reply.body);
    let etag = format!("W/\"{:016x}\"", hasher.finish());
    reply.with_header("etag", etag)
}

/// A status from the edge: the application's body for 500, a page of HTML for the rest.
fn edge(code: u16) -> Reply {
    if code == 500 {
        return refusal::broken(code);
    }
    let body = format!("<html><head><title>{code}</title></head><body><h1>{code}</h1></body></html>\n");
    Reply { status: code, headers: Vec::new(), body: body.into_bytes() }.with_header("content-type", "text/html")
}
