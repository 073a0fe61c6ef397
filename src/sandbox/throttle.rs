//! Canvas's leaky bucket, with reservations for requests under way (canvas-contract §D).

use std::collections::HashMap;

use jiff::Timestamp;

use super::message::Reply;
use super::options::Dialect;

/// The figures of the bucket. One unit is roughly a second of Canvas's work.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// From this level on, requests are refused. Hosted Canvas reports 700, the source says 600.
    pub high_water_mark: f64,
    /// The level never rises above this.
    pub maximum: f64,
    /// How much drains per second.
    pub outflow: f64,
    /// What a request reserves while it is under way.
    pub up_front_cost: f64,
    /// What every answered request costs in the end.
    pub cost_per_request: f64,
    /// What each kilobyte of an answer adds.
    pub cost_per_kilobyte: f64,
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            high_water_mark: 700.0,
            maximum: 800.0,
            outflow: 10.0,
            up_front_cost: 50.0,
            cost_per_request: 0.05,
            cost_per_kilobyte: 0.002,
        }
    }
}

/// The level of every token's bucket.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    held: HashMap<String, (f64, Timestamp)>,
}

impl Levels {
    /// Reserves room for a request; `false` means it is throttled. Either way it must be settled.
    pub(crate) fn reserve(&mut self, bucket: &Bucket, key: &str, now: Timestamp) -> bool {
        self.add(bucket, key, bucket.up_front_cost, now) < bucket.high_water_mark
    }

    /// Replaces the reservation by what the request cost; returns what remains until throttling.
    pub(crate) fn settle(&mut self, bucket: &Bucket, key: &str, cost: f64, now: Timestamp) -> f64 {
        bucket.high_water_mark - self.add(bucket, key, cost - bucket.up_front_cost, now)
    }

    fn add(&mut self, bucket: &Bucket, key: &str, amount: f64, now: Timestamp) -> f64 {
        let (level, last) = self.held.get(key).copied().unwrap_or((0.0, now));
        let leaked = bucket.outflow * now.duration_since(last).as_secs_f64().max(0.0);
        let level = ((level - leaked).max(0.0) + amount).clamp(0.0, bucket.maximum);
        self.held.insert(key.to_owned(), (level, now));
        level
    }
}

impl Bucket {
    /// What an answer costs.
    pub(crate) fn cost_of(&self, reply: &Reply) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a reply is far smaller than 2^52 bytes")]
        let kilobytes = reply.body.len() as f64 / 1024.0;
        self.cost_per_request + self.cost_per_kilobyte * kilobytes
    }
}

/// The refusal: 429, or in the older dialect 403. There is no `Retry-After`, and no cost.
pub(crate) fn throttled(dialect: Dialect, remaining: f64) -> Reply {
    let (status, text) = match dialect {
        Dialect::Hosted => (429, "429 Too Many Requests (Rate Limit Exceeded)\n"),
        Dialect::SelfHosted => (403, "403 Forbidden (Rate Limit Exceeded)\n"),
    };
    let reply = Reply { status, headers: Vec::new(), body: text.as_bytes().to_vec() };
    reply
        .with_header("content-type", "text/plain; charset=utf-8")
        .with_header("x-rate-limit-remaining", remaining.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twelfth_request_at_once_is_refused_and_the_bucket_drains() {
        let bucket = Bucket { high_water_mark: 600.0, ..Bucket::default() };
        let mut levels = Levels::default();
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let accepted: Vec<bool> = (0..12).map(|_| levels.reserve(&bucket, "a", now)).collect();
        assert_eq!(accepted, [[true; 11].as_slice(), &[false]].concat());
        assert!(levels.reserve(&bucket, "b", now), "every token has its own bucket");
        let later = now.checked_add(jiff::SignedDuration::from_secs(6)).unwrap();
        assert!(levels.reserve(&bucket, "a", later), "60 have drained, 50 are asked for");
        let remaining = (0..13).map(|_| levels.settle(&bucket, "a", 0.0, later)).last();
        assert_eq!(remaining, Some(600.0));
    }
}
