//! Canvas, asked with patience: every request of a run goes through here, so that Ctrl-C, the deadline, and a Canvas
//! that is away are dealt with in one place.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::errors::{ends_everything, is_unavailable, may_pass};
use super::freshness::Freshness;
use super::stop::{Stop, StopReason};
use crate::canvas::{CanvasError, Reader, TokenTrouble};
use crate::engine::{EngineError, Event, Session};
use crate::store::StoreError;

/// The pause between two looks at a Canvas that is away.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// Why nothing more is done here. What is left stays as the journal has it.
#[derive(Debug)]
pub(in crate::engine) enum Halt {
    /// Nothing more may be sent: Ctrl-C, the deadline, too many failures, or a job of this course that has not ended.
    Stopped,
    /// Canvas answers nobody, for longer than it is waited for; the stop says so too.
    Away(CanvasError),
    /// The journal cannot be read or written.
    Failed(EngineError),
}

impl From<EngineError> for Halt {
    fn from(error: EngineError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Reads Canvas, and waits for it. It cannot write.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Remote<'a> {
    pub(in crate::engine) session: &'a Session,
    pub(in crate::engine) stop: &'a Stop,
    /// How long it is waited for a Canvas that is away; zero stops at once.
    pub(in crate::engine) patience: Duration,
    /// After this time nothing more is sent.
    pub(in crate::engine) deadline: Option<Timestamp>,
}

impl Remote<'_> {
    /// Whether nothing more may be sent.
    pub(in crate::engine) fn should_stop(&self) -> bool {
        if self.deadline.is_some_and(|deadline| self.session.clock.now() >= deadline) {
            self.stop.now(StopReason::Deadline);
        }
        self.stop.is_set()
    }

    /// Goes on only if something more may be sent.
    pub(in crate::engine) fn may_go_on(&self) -> Result<(), Halt> {
        if self.should_stop() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// Asks until there is an answer: waits while Canvas is away. An error that comes back is about what was asked for.
    pub(in crate::engine) async fn ask<T>(
        &self,
        question: impl AsyncFn(&Reader) -> Result<T, CanvasError>,
    ) -> Result<Result<T, CanvasError>, Halt> {
        let reader = self.session.reader();
        loop {
            match self.once(question(&reader)).await? {
                Err(error) if is_about_all(&error) => self.wait_until_available(error).await?,
                answer => return Ok(answer),
            }
        }
    }

    /// Asks until there is an answer. An error about what was asked for ends the run too.
    pub(in crate::engine) async fn ask_or_halt<T>(
        &self,
        question: impl AsyncFn(&Reader) -> Result<T, CanvasError>,
    ) -> Result<T, Halt> {
        loop {
            match self.ask(&question).await? {
                Ok(answer) => return Ok(answer),
                Err(error) => self.wait_until_available(error).await?,
            }
        }
    }

    /// Says whether a look that begins now may still be decided by.
    pub(in crate::engine) fn freshness(&self) -> Freshness {
        Freshness::from_now(&self.session.clock)
    }

    /// Makes one request and awaits it, unless Ctrl-C came before. When it comes later, the answer is awaited only for a
    /// little longer.
    pub(in crate::engine) async fn once<T>(&self, request: impl Future<Output = T>) -> Result<T, Halt> {
        if self.stop.reason() == Some(StopReason::Interrupted) {
            return Err(Halt::Stopped);
        }
        self.stop.reply(request).await.ok_or(Halt::Stopped)
    }

    /// Sleeps, unless Ctrl-C comes first.
    pub(in crate::engine) async fn sleep(&self, pause: Duration) -> Result<(), Halt> {
        if self.stop.sleep(pause).await { Ok(()) } else { Err(Halt::Stopped) }
    }

    /// Sleeps, and says why.
    pub(in crate::engine) async fn wait(&self, wait: Duration, reason: &str) -> Result<(), Halt> {
        self.session.events.send(Event::Waiting { wait, reason: reason.to_owned() });
        self.sleep(wait).await
    }

    /// After an error that is about all of Canvas: waits until Canvas is back, as long as patience lasts. Otherwise the
    /// run stops.
    pub(in crate::engine) async fn wait_until_available(&self, error: CanvasError) -> Result<(), Halt> {
        let began = Instant::now();
        while may_pass(&error) && began.elapsed() < self.patience && !self.should_stop() {
            self.wait(POLL_INTERVAL.min(self.patience), "Canvas is unavailable; waiting until it is back").await?;
            match self.once(self.session.reader().whoami()).await? {
                Ok(_) => return Ok(()),
                Err(error) if may_pass(&error) => {}
                Err(_) => break,
            }
        }
        self.stop.now(stop_reason(&error));
        Err(Halt::Away(error))
    }
}

/// Whether an error says that every request would fail for now, or for good.
pub(in crate::engine) fn is_about_all(error: &CanvasError) -> bool {
    ends_everything(error) || is_unavailable(error)
}

/// Whether a limited token lacks the scope for just this request.
pub(in crate::engine) fn lacks_scope(error: &CanvasError) -> bool {
    matches!(error, CanvasError::Unauthorized { trouble: TokenTrouble::Scope(_), .. })
}

/// Why a refusal ends the push.
fn stop_reason(error: &CanvasError) -> StopReason {
    if ends_everything(error) {
        StopReason::Refused(error.to_string())
    } else {
        StopReason::Unavailable(error.to_string())
    }
}
