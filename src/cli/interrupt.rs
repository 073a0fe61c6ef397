//! Ctrl-C: the first asks the command to come to an end, the second ends the process at once. A terminal that goes away
//! asks for the end, too.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
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

/// Watches for Ctrl-C, and where there are signals for those that ask processes to end and that say that their terminal
/// is gone. Needs a runtime.
pub(crate) fn watch() -> Result<Interrupt, CliError> {
    let (sender, receiver) = watch::channel(false);
    let wrong = |error: std::io::Error| CliError::internal("signals cannot be watched").caused_by(error);
    let mut asked = Asked::watched().map_err(wrong)?;
    tokio::spawn(async move {
        loop {
            let how = asked.next().await;
            let again = sender.send_replace(true);
            // A terminal that goes away may say so twice: by itself, and by its shell.
            if again && how == How::Asked {
                end_at_once();
            }
        }
    });
    Ok(Interrupt(receiver))
}

/// How the end is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// By somebody.
    Asked,
    /// By the loss of the terminal.
    #[cfg(unix)]
    HungUp,
}

#[cfg(unix)]
struct Asked {
    interrupt: Signal,
    terminate: Signal,
    /// `None` under `nohup`, whose processes outlive their terminal.
    hangup: Option<Signal>,
}

#[cfg(unix)]
impl Asked {
    fn watched() -> std::io::Result<Self> {
        let hangup = if outlives_its_terminal() { None } else { Some(signal(SignalKind::hangup())?) };
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())?, hangup })
    }

    async fn next(&mut self) -> How {
        let hung_up = async {
            match &mut self.hangup {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => How::Asked,
            _ = self.terminate.recv() => How::Asked,
            _ = hung_up => How::HungUp,
        }
    }
}

/// Whether whoever started this process has told it to ignore the loss of its terminal.
#[cfg(target_os = "linux")]
fn outlives_its_terminal() -> bool {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The first bit is that of the first signal, the hangup.
    ignored.and_then(|mask| u128::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// The same where a process cannot be asked: `nohup` leaves it no terminal to write to.
#[cfg(all(unix, not(target_os = "linux")))]
fn outlives_its_terminal() -> bool {
    use std::io::IsTerminal;
    !std::io::stdout().is_terminal() && !std::io::stderr().is_terminal()
}

#[cfg(windows)]
struct Asked(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Asked {
    fn watched() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> How {
        self.0.recv().await;
        How::Asked
    }
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "the second Ctrl-C waits for nothing")]
fn end_at_once() {
    std::process::exit(Exit::Interrupted.code().into());
}
