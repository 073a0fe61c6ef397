//! The log file: what the layers trace, as JSON lines. Internal ids and request ids only.

use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use super::context::Context;
use super::error::CliError;

/// Starts the log if one was asked for.
pub(crate) fn start(context: &Context) -> Result<(), CliError> {
    let Some(path) = &context.global.log_file else { return Ok(()) };
    let wrong = |error: std::io::Error| CliError::usage(format!("the log cannot be written: {error}"));
    let file = fs_err::OpenOptions::new();
    let mut options = file;
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(wrong)?;
    let level = match context.global.verbose {
        0 => "gradepush=info",
        1 => "gradepush=debug",
        _ => "gradepush=trace",
    };
    // Only this crate: others would log addresses and headers.
    let subscriber =
        tracing_subscriber::fmt().json().with_env_filter(EnvFilter::new(level)).with_writer(Mutex::new(file));
    subscriber.try_init().map_err(|_| CliError::internal("a log was started already"))
}
