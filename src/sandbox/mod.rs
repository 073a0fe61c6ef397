//! A Canvas that behaves like Canvas: a world with rules under a thin HTTP skin.
//!
//! People rehearse a term push on it, and the tests run the real client against it; there is no other test double.
//! It is built from the contract alone and shares no type with the client, so that both can be wrong only separately.
//!
//! [`World`] holds the state and the rules; `routes` translates HTTP to calls on it; [`Sandbox`] adds what surrounds
//! an application: tokens, throttling, latency, faults, a socket. Nothing happens between requests: jobs and reports
//! advance from the clock when somebody looks.

mod authenticate;
mod chance;
mod cut;
mod error;
mod faults;
mod hosts;
mod message;
mod options;
mod pace;
mod page;
mod parameters;
mod refusal;
mod routes;
mod save;
mod server;
mod service;
mod throttle;
mod world;

pub use error::{SandboxError, WorldError};
pub use faults::{Event, Fault, Faults, FaultsError, Moment, Rule, What};
pub use message::{ConnectionLost, Reply, Request};
pub use options::{Clock, DEMO_TOKEN, Dialect, Options};
pub use pace::Pace;
pub use server::Serving;
pub use service::Sandbox;
pub use throttle::Bucket;
pub use world::{
    Generate, GradingPeriod, HeldToken, Holder, JobScript, LatePolicy, NewAssignment, Notifications, ReportFate, Role,
    Served, Summary, TokenState, World, is_well_known_token,
};
