//! The log file: what the layers trace, as JSON lines. Internal ids and request ids only.

use std::sync::Mutex;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::context::Context;
use super::error::CliError;
use super::output::Outputs;

/// Starts the log if one was asked for.
pub(crate) fn start(context: &Context) -> Result<(), CliError> {
    let Some(path) = &context.global.log_file else { return Ok(()) };
    let file = Outputs::log(context, path)?.appending()?;
    let level = match context.global.verbose {
        0 => LevelFilter::INFO,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    // Only this crate: others would log addresses and headers.
    let only_ours = Targets::new().with_target("gradepush", level);
    let subscriber = tracing_subscriber::registry().with(layer().json().with_writer(Mutex::new(file))).with(only_ours);
    subscriber.try_init().map_err(|_| CliError::internal("a log was started already"))
}
