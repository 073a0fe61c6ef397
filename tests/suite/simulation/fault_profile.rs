//! What goes wrong on the line, and how often.

use std::time::Duration;

use gradepush::engine::StopReason;
use tokio::time::Instant;

use super::in_process::Memory;

/// How often things go wrong, per thousand requests.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FaultProfile {
    pub(super) throttles: u64,
    pub(super) away: u64,
    pub(super) lost_before: u64,
    pub(super) lost_after: u64,
    pub(super) doomed_jobs: u64,
    pub(super) edits: u64,
    pub(super) hides: u64,
    pub(super) drops: u64,
    pub(super) deletions: u64,
    pub(super) unpublished: u64,
    /// The request at which the process dies, counted from here.
    pub(super) crash_at: Option<u64>,
    /// The request at which somebody presses Ctrl-C.
    pub(super) interrupt_at: Option<u64>,
    /// The request from which on Canvas does not take the token any more.
    pub(super) expires_at: Option<u64>,
    /// The request at which a maintenance window begins, and how many seconds it lasts.
    pub(super) maintenance: Option<(u64, u64)>,
    /// The longest time a request takes, in milliseconds.
    pub(super) latency: u64,
}

/// What happens to a request.
pub(super) enum Fault {
    None,
    Throttle(bool),
    Expired,
    Away,
    Unreached,
    LostBefore,
    LostAfter(Loss),
    Dies(bool),
}

/// How an answer is lost.
#[derive(Clone, Copy)]
pub(super) enum Loss {
    Reset,
    BadGateway,
    Silence,
    Delayed(u64),
}

impl Memory {
    /// What happens to the next request.
    pub(super) fn fault(&mut self, write: bool) -> Fault {
        self.requests += 1;
        let fault_profile = self.fault_profile;
        let number = self.requests;
        let after = self.chance.per_mille(600);
        let draw = self.chance.below(1000);
        let way = self.chance.below(5);
        let delay = self.chance.between(1, 45);
        if fault_profile.interrupt_at == Some(number) {
            self.stop.now(StopReason::Interrupted);
        }
        if fault_profile.crash_at == Some(number) {
            return Fault::Dies(after);
        }
        if fault_profile.expires_at.is_some_and(|first| number >= first) {
            return Fault::Expired;
        }
        if let Some((first, seconds)) = fault_profile.maintenance
            && number == first
        {
            self.back_at = Some(Instant::now() + Duration::from_secs(seconds));
        }
        if self.back_at.is_some_and(|back| Instant::now() < back) {
            return Fault::Away;
        }
        let FaultProfile { throttles, away, lost_before, lost_after, .. } = fault_profile;
        // Writes lose their answers more often than reads: that is what this is about.
        let more = if write { 2 } else { 1 };
        let mut threshold = throttles;
        if draw < threshold {
            return Fault::Throttle(after);
        }
        threshold += away;
        if draw < threshold {
            return if after { Fault::Away } else { Fault::Unreached };
        }
        threshold += lost_before * more;
        if draw < threshold {
            return Fault::LostBefore;
        }
        threshold += lost_after * more;
        if draw < threshold {
            return Fault::LostAfter(match way {
                0 => Loss::BadGateway,
                1 => Loss::Silence,
                2 => Loss::Delayed(delay),
                _ => Loss::Reset,
            });
        }
        Fault::None
    }
}
