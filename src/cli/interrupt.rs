//! Ctrl-C: the first asks the command to come to an end, the second ends the process at once.

use tokio::sync::watch;

use super::error::CliError;
use super::exit::Exit;

/// Whether somebody asked for the end. Clones see the same.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Returns when it is asked for.
    pub(crate) async fn wait(&mut self) {
        // The sender exists as long as the process watches for signals. Without it, no interrupt can come.
        if self.0.wait_for(|requested| *requested).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Watches for Ctrl-C, and where there are signals for the one that asks processes to end and the one that tells them
/// that their terminal is gone. Needs a runtime.
pub(crate) fn watch() -> Result<Interrupt, CliError> {
    let (sender, receiver) = watch::channel(false);
    let wrong = |error: std::io::Error| CliError::internal("signals cannot be watched").caused_by(error);
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(wrong)?;
    #[cfg(unix)]
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).map_err(wrong)?;
    #[cfg(unix)]
    let mut hangup = if is_hangup_ignored() {
        None
    } else {
        Some(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).map_err(wrong)?)
    };
    #[cfg(windows)]
    let mut interrupt = tokio::signal::windows::ctrl_c().map_err(wrong)?;
    tokio::spawn(async move {
        loop {
            #[cfg(unix)]
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                () = lost_terminal(hangup.as_mut()) => {
                    // The shell and the system each say so when a terminal closes: the second asks for nothing more.
                    sender.send_replace(true);
                    continue;
                }
            }
            #[cfg(windows)]
            interrupt.recv().await;
            if sender.send_replace(true) {
                end_at_once();
            }
        }
    });
    Ok(Interrupt(receiver))
}

/// Returns when the terminal is gone; never, where that is ignored.
#[cfg(unix)]
async fn lost_terminal(hangup: Option<&mut tokio::signal::unix::Signal>) {
    match hangup {
        Some(hangup) => drop(hangup.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether the process was started to outlive its terminal, as `nohup` does. Where the system does not tell, it was not.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // A bit for each signal; the first is this one.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "the second Ctrl-C waits for nothing")]
fn end_at_once() {
    std::process::exit(Exit::Interrupted.code().into());
}
