//! The sandbox around its world: tokens, latency, the log of requests.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::error::WorldError;
use super::message::{ConnectionLost, Reply, Request};
use super::options::{Clock, Options};
use super::parameters::Parameters;
use super::refusal;
use super::routes::{self, Call};
use super::world::{Served, Token, World};

/// A running Canvas, in process or on a socket. Clones share one world.
#[derive(Clone)]
pub struct Sandbox {
    pub(super) shared: Arc<Shared>,
}

/// What all clones share.
pub(super) struct Shared {
    world: Mutex<World>,
    options: Options,
    clock: Clock,
}

impl Sandbox {
    /// A sandbox over a world. The token of the options is given to the first account admin, unless the world has it.
    pub fn new(mut world: World, options: Options, clock: Clock) -> Self {
        world.job_cells_per_second = options.job_cells_per_second;
        let admin = world.accounts.values().flat_map(|account| &account.admins).map(|admin| admin.user_id).next();
        if let Some(admin) = admin.filter(|_| !world.tokens.iter().any(|held| held.token == options.token)) {
            world.add_token(admin, &options.token);
        }
        Self { shared: Arc::new(Shared { world: Mutex::new(world), options, clock }) }
    }

    /// Looks into the world, or changes it, with jobs and reports brought up to now.
    pub fn world<R>(&self, look: impl FnOnce(&mut World) -> R) -> R {
        let mut world = self.lock();
        world.advance((self.shared.clock)());
        look(&mut world)
    }

    /// Saves the world to a file.
    ///
    /// # Errors
    /// [`WorldError::File`] when the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), WorldError> {
        Ok(fs_err::write(path, self.world(|world| world.to_json()))?)
    }

    /// Answers a request in process.
    ///
    /// # Errors
    /// [`ConnectionLost`] when a fault cuts the connection.
    pub async fn answer(&self, request: Request) -> Result<Reply, ConnectionLost> {
        if !self.shared.options.latency.is_zero() {
            tokio::time::sleep(self.shared.options.latency).await;
        }
        let now = (self.shared.clock)();
        let mut world = self.lock();
        world.advance(now);
        let reply = self.respond(&mut world, &request, now);
        let path = request.path_and_query;
        world.served.push(Served { method: request.method, path, status: reply.status });
        Ok(reply)
    }

    /// A panic in one request must not take the others down: the world is plain data and stays usable.
    fn lock(&self) -> MutexGuard<'_, World> {
        self.shared.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn respond(&self, world: &mut World, request: &Request, now: Timestamp) -> Reply {
        let options = &self.shared.options;
        if request.header("user-agent").is_none_or(str::is_empty) {
            return refusal::no_user_agent();
        }
        let context = format!("{:08x}-0000-4000-8000-{:012x}", world.served.len(), request.path_and_query.len());
        let parameters = match Parameters::of(request, options.form_parameter_limit) {
            Ok(parameters) => parameters,
            Err(reply) => return reply,
        };
        let authenticated = authenticate(world, request, &parameters, now);
        let reply = authenticated.and_then(|user_id| {
            let strings = request.header("accept").is_some_and(|accept| accept.contains("json+canvas-string-ids"));
            let mut call = Call { world, request, parameters: &parameters, dialect: options.dialect, user_id, now };
            let reply = routes::dispatch(&mut call)?;
            let reply = if strings { routes::with_string_ids(reply) } else { reply };
            Ok(reply.with_header("x-canvas-user-id", user_id.to_string()))
        });
        reply.unwrap_or_else(|refused| refused).with_header("x-request-context-id", context)
    }
}

/// The user of the request's token (canvas-contract §A1, §A2).
fn authenticate(world: &World, request: &Request, parameters: &Parameters, now: Timestamp) -> Result<i64, Reply> {
    let header = request.header("authorization").and_then(|value| value.split_once(' '));
    let bearer = header.filter(|(scheme, _)| *scheme == "Bearer").map(|(_, token)| token.to_owned());
    let Some(sent) = bearer.or_else(|| parameters.text("access_token")) else { return Err(refusal::unauthenticated()) };
    let invalid = || refusal::bad_token("Invalid access token.", None);
    let token: &Token = world.tokens.iter().find(|held| held.token == sent && !held.pending).ok_or_else(invalid)?;
    if token.revoked {
        return Err(refusal::bad_token("Revoked access token.", None));
    }
    if let Some(expires_at) = token.expires_at.filter(|expires_at| *expires_at <= now) {
        return Err(refusal::bad_token("Expired access token.", Some(expires_at)));
    }
    if token.out_of_scope {
        return Err(refusal::out_of_scope());
    }
    let user = world.user(token.user_id).ok_or_else(invalid)?;
    if !user.logins.iter().any(|login| login.state() == "active") {
        return Err(invalid());
    }
    Ok(user.id)
}
