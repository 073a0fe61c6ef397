//! A Canvas that behaves like Canvas: a world with rules under a thin HTTP skin.
//!
//! People rehearse a term push on it, and the tests run the real client against it; there is no other test double.
//! It is built from the contract alone and shares no type with the client, so that both can be wrong only separately.
//!
//! [`World`] holds the state and the rules; `routes` translates HTTP to calls on it; [`Sandbox`] adds what surrounds
//! an application: tokens, throttling, latency, faults, a socket. Nothing happens between requests: jobs and reports
//! advance from the clock when somebody looks.

mod error;
mod message;
mod options;
mod page;
mod parameters;
mod refusal;
mod routes;
mod server;
mod service;
mod world;

pub use error::{SandboxError, WorldError};
pub use message::{ConnectionLost, Reply, Request};
pub use options::{Clock, DEMO_TOKEN, Dialect, Options};
pub use server::Serving;
pub use service::Sandbox;
pub use world::{Fate, GradingPeriod, LatePolicy, NewAssignment, Notifications, Role, Served, World};

#[cfg(test)]
mod tests;
