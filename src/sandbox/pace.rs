//! How fast a Canvas is, and what requests cost: nothing to speak of, or as measured.

use std::time::Duration;

use jiff::SignedDuration;

use super::message::{Reply, Request};
use super::throttle::Bucket;
use super::world::JobPace;

/// How fast a sandbox works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// Jobs end at the first look, and requests cost next to nothing.
    #[default]
    Fast,
    /// As a Canvas on two cores (canvas-contract §D, §H7).
    Real,
}

/// What was measured on a real Canvas: units of its bucket, which are roughly seconds of its work (canvas-contract §D).
mod measured {
    /// Cells of a bulk job that change, per second: 3 to 10.
    pub(super) const CHANGED_PER_SECOND: u32 = 6;
    /// Cells that stay as they are, per second.
    pub(super) const UNCHANGED_PER_SECOND: u32 = 80;
    /// Milliseconds of follow-up work a changed cell makes for its worker.
    pub(super) const FOLLOW_UP_PER_CHANGE: i64 = 60;
    /// The bounds of the queue before a job while workers do follow-up work, in seconds.
    pub(super) const QUEUE: (i64, i64) = (1, 16);
    /// Per row of a list of submissions: plain, with comments, with history.
    pub(super) const ROW: f64 = 0.0042;
    pub(super) const ROW_WITH_COMMENTS: f64 = 0.0084;
    pub(super) const ROW_WITH_HISTORY: f64 = 0.0206;
    /// Per row by GraphQL, plain and with comments.
    pub(super) const GRAPHQL_ROW: f64 = 0.0015;
    pub(super) const GRAPHQL_ROW_WITH_COMMENTS: f64 = 0.0052;
    /// Per request: a bulk POST of any size, a single PUT, a look at a job.
    pub(super) const BULK_POST: f64 = 0.11;
    pub(super) const PUT: f64 = 0.45;
    pub(super) const PROGRESS: f64 = 0.05;
    /// Per row of other lists: people and enrollments of a course, assignments, people of the account, log, feed.
    pub(super) const COURSE_USER: f64 = 0.021;
    pub(super) const ENROLLMENT: f64 = 0.022;
    pub(super) const ASSIGNMENT: f64 = 0.022;
    pub(super) const ACCOUNT_USER: f64 = 0.0077;
    pub(super) const LOG_EVENT: f64 = 0.005;
    pub(super) const FEED_VERSION: f64 = 0.007;
    /// Whatever else is asked.
    pub(super) const OTHER: f64 = 0.13;
    /// Seconds that pass for every unit of cost: 3.3 s for 640 plain rows.
    pub(super) const SECONDS_PER_UNIT: f64 = 1.23;
}

impl Pace {
    /// The speed of bulk jobs. A speed that was asked for wins.
    pub(crate) fn jobs(self, cells_per_second: Option<u32>) -> JobPace {
        if let Some(pace) = cells_per_second {
            return JobPace { changed_per_second: Some(pace), unchanged_per_second: Some(pace), ..JobPace::default() };
        }
        match self {
            Self::Fast => JobPace::default(),
            Self::Real => JobPace {
                changed_per_second: Some(measured::CHANGED_PER_SECOND),
                unchanged_per_second: Some(measured::UNCHANGED_PER_SECOND),
                follow_up_per_change: SignedDuration::from_millis(measured::FOLLOW_UP_PER_CHANGE),
                follow_up: (SignedDuration::from_secs(measured::QUEUE.0), SignedDuration::from_secs(measured::QUEUE.1)),
            },
        }
    }

    /// What an answered request costs, in units of the bucket. `rows` is how many rows of a list were put together.
    pub(crate) fn cost(self, bucket: &Bucket, request: &Request, reply: &Reply, rows: usize) -> f64 {
        match self {
            Self::Fast => bucket.cost_of(reply),
            Self::Real => measured_cost(request, rows),
        }
    }

    /// How long Canvas is at work for a cost.
    pub(crate) fn working_time(self, cost: f64) -> Duration {
        match self {
            Self::Fast => Duration::ZERO,
            Self::Real => Duration::from_secs_f64((cost * measured::SECONDS_PER_UNIT).max(0.0)),
        }
    }
}

fn measured_cost(request: &Request, rows: usize) -> f64 {
    let includes = |part: &str| request.query().contains(part);
    let path = request.path();
    let segments: Vec<&str> = path.trim_start_matches("/api/v1/").split('/').collect();
    #[expect(clippy::cast_precision_loss, reason = "a page has at most some thousand rows")]
    let rows = rows as f64;
    let (least, per_row) = match (request.method.as_str(), segments.as_slice()) {
        ("POST", [.., "update_grades"]) => (measured::BULK_POST, 0.0),
        ("PUT", [.., "submissions", _]) => (measured::PUT, 0.0),
        (_, ["progress", _]) => (measured::PROGRESS, 0.0),
        ("POST", [.., "graphql"]) => {
            let with_comments = String::from_utf8_lossy(&request.body).contains("omments");
            let row = if with_comments { measured::GRAPHQL_ROW_WITH_COMMENTS } else { measured::GRAPHQL_ROW };
            (measured::OTHER, row)
        }
        (_, [.., "submissions"]) if includes("submission_history") => (measured::PROGRESS, measured::ROW_WITH_HISTORY),
        (_, [.., "submissions"]) if includes("_comments") => (measured::PROGRESS, measured::ROW_WITH_COMMENTS),
        (_, [.., "submissions"]) => (measured::PROGRESS, measured::ROW),
        (_, ["accounts", _, "users"]) => (0.0, measured::ACCOUNT_USER),
        (_, [.., "users"]) => (0.0, measured::COURSE_USER),
        (_, [.., "enrollments"]) => (0.0, measured::ENROLLMENT),
        (_, [.., "assignments"]) => (measured::PROGRESS, measured::ASSIGNMENT),
        (_, ["audit", ..]) => (measured::PROGRESS, measured::LOG_EVENT),
        (_, [.., "feed"]) => (measured::PROGRESS, measured::FEED_VERSION),
        _ => (measured::OTHER, 0.0),
    };
    (least + per_row * rows).max(measured::PROGRESS)
}
