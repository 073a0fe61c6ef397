//! A faults file at work: what has struck, and what strikes next.

use jiff::{SignedDuration, Timestamp};

use super::event::{Event, Moment, What};
use super::file::Faults;
use super::rule::Fault;
use crate::sandbox::chance::Chance;
use crate::sandbox::world::World;

/// The state of a sandbox's faults.
#[derive(Debug)]
pub(crate) struct FaultRun {
    faults: Faults,
    chance: Chance,
    /// Matching requests seen and struck, per rule.
    tally: Vec<(u64, u64)>,
    happened: Vec<bool>,
    requests: u64,
    first_request: Option<Timestamp>,
    closed_until: Option<Timestamp>,
}

impl FaultRun {
    pub(crate) fn new(faults: Faults) -> Self {
        let (rules, events) = (faults.rules.len(), faults.events.len());
        Self {
            chance: Chance::new(faults.seed),
            faults,
            tally: vec![(0, 0); rules],
            happened: vec![false; events],
            requests: 0,
            first_request: None,
            closed_until: None,
        }
    }

    /// Counts a request, lets the events happen that are due, and says what befalls the request itself.
    pub(crate) fn draw(
        &mut self,
        world: &mut World,
        token: &str,
        (method, path): (&str, &str),
        now: Timestamp,
    ) -> Option<Fault> {
        self.requests += 1;
        self.first_request.get_or_insert(now);
        self.let_happen(world, token, method != "GET", now);
        if self.closed_until.is_some_and(|until| now < until) {
            return Some(Fault::Status { code: 503, executed: false });
        }
        for (rule, (seen, struck)) in self.faults.rules.iter().zip(&mut self.tally) {
            if !rule.matches(method, path) {
                continue;
            }
            *seen += 1;
            let begun = *seen > rule.after;
            let left = rule.count.is_none_or(|count| *struck < count);
            if begun && left && rule.probability.is_none_or(|probability| self.chance.happens(probability)) {
                *struck += 1;
                return Some(rule.fault);
            }
        }
        None
    }

    /// Events of the clock come before the world is brought up to now, so that they fall between a job's rows.
    fn let_happen(&mut self, world: &mut World, token: &str, write: bool, now: Timestamp) {
        let first = self.first_request.unwrap_or(now);
        let mut due: Vec<(Timestamp, usize)> = Vec::new();
        for (index, event) in self.faults.events.iter().enumerate() {
            let at = match event.moment {
                Moment::Request(number) => (self.requests >= number).then_some(now),
                Moment::FirstWrite => write.then_some(now),
                Moment::Time(at) => (at <= now).then_some(at),
                Moment::Seconds(seconds) => {
                    first.checked_add(SignedDuration::from_secs(seconds)).ok().filter(|at| *at <= now)
                }
            };
            if let Some(at) = at.filter(|_| !self.happened[index]) {
                due.push((at, index));
            }
        }
        due.sort_unstable();
        for (at, index) in due {
            self.happened[index] = true;
            world.advance(at);
            let Event { what, moment: _ } = self.faults.events[index].clone();
            if let What::Maintenance { seconds } = what {
                self.closed_until = at.checked_add(SignedDuration::from_secs(seconds)).ok();
            } else {
                happen(world, token, &what, at);
            }
        }
    }
}

fn happen(world: &mut World, token: &str, what: &What, at: Timestamp) {
    match what {
        What::RevokeToken => world.end_token(token, None),
        What::Maintenance { .. } => {}
        What::DropEnrollment { course, user } => {
            if let (Some(course_id), Some(user_id)) = (world.find_course(course), world.find_user(user, 0)) {
                world.drop_student(course_id, user_id);
            }
        }
        What::Grade { course, assignment, user, grade, grader } => {
            let Some(course_id) = world.find_course(course) else { return };
            let named =
                || world.assignments_of(course_id).into_iter().find(|(_, name)| name == assignment).map(|(id, _)| id);
            let found = world.find_assignment(course_id, assignment).or_else(named);
            if let (Some(id), Some(user_id), Some(grader_id)) =
                (found, world.find_user(user, 0), world.find_user(grader, 0))
            {
                world.set_grade((course_id, id, user_id), Some(grade), grader_id, at);
            }
        }
    }
}
