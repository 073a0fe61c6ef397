//! Progress: a fold over the engine's events. Bars when stderr is a terminal, else one line a minute and one per
//! finished course; with `--json` one event line each on stdout.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use jiff::{SignedDuration, Timestamp};

use super::json::Line;
use super::ui::Ui;
use super::views::run_words;
use crate::canvas::WaitReason;
use crate::domain::{CourseId, PlanCounts, RunCounts};
use crate::engine::{Clock, Event, Events, Step};

/// How often a line says how far a step is.
const LINE_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// How often a bar is drawn though nothing happened.
const TICK: Duration = Duration::from_secs(1);
/// Before this, a speed says nothing.
const MEASURED: Duration = Duration::from_secs(5);
/// A shorter wait is not worth a line.
const LONG_WAIT: Duration = Duration::from_secs(10);

/// Events that show themselves on this terminal.
pub(crate) fn events(ui: &Ui, clock: Clock) -> Events {
    let ui = ui.clone();
    let progress = Mutex::new(Progress::starting(clock.now()));
    Events::new(move |event| {
        let now = clock.now();
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.count(&event);
        if ui.json()
            && let Some(line) = progress.machine_line(&event, now)
        {
            ui.machine(line);
        }
        if ui.draws_bars() {
            progress.draw(&ui, &event, now);
        } else if ui.tells_progress()
            && let Some(line) = progress.plain_line(&event, now)
        {
            ui.status(line);
        }
    })
}

/// How far one step is.
#[derive(Debug, Default)]
struct Advance {
    done: u64,
    total: Option<u64>,
    bar: Option<ProgressBar>,
}

/// What the events so far amount to.
#[derive(Debug)]
struct Progress {
    steps: BTreeMap<&'static str, Advance>,
    /// The courses that are being pushed.
    courses: BTreeSet<CourseId>,
    last_line: Timestamp,
    /// When a wait was last told, by its reason: a stuck job is waited for once every few seconds.
    last_waits: BTreeMap<String, Timestamp>,
}

impl Progress {
    fn starting(now: Timestamp) -> Self {
        Self { steps: BTreeMap::new(), courses: BTreeSet::new(), last_line: now, last_waits: BTreeMap::new() }
    }

    fn count(&mut self, event: &Event) {
        match event {
            Event::Started { step, total } => {
                let advance = self.steps.entry(step.name()).or_default();
                advance.done = 0;
                advance.total = *total;
            }
            Event::Advanced { step, by } => self.steps.entry(step.name()).or_default().done += by,
            Event::PushingCourse { course } => {
                self.courses.insert(*course);
            }
            Event::CoursePushed { course, .. } => {
                self.courses.remove(course);
            }
            _ => {}
        }
    }

    /// `course 1201`, or `3 courses`: what has room on the bar.
    fn current_courses(&self) -> String {
        let mut courses = self.courses.iter();
        match (courses.next(), courses.len()) {
            (None, _) => String::new(),
            (Some(one), 0) => format!("course {one}"),
            (Some(_), more) => format!("{} courses", more + 1),
        }
    }

    /// Whether it is time for another line about a step that goes on.
    fn is_due(&mut self, now: Timestamp) -> bool {
        let due = now.duration_since(self.last_line) >= LINE_EVERY;
        if due {
            self.last_line = now;
        }
        due
    }

    /// Whether a wait for this reason is worth a line: the first one, and then one a minute.
    fn is_new_wait(&mut self, reason: &str, now: Timestamp) -> bool {
        let new = self.last_waits.get(reason).is_none_or(|last| now.duration_since(*last) >= LINE_EVERY);
        if new {
            self.last_waits.insert(reason.to_owned(), now);
        }
        new
    }

    fn machine_line(&mut self, event: &Event, now: Timestamp) -> Option<Line> {
        let step = |step: &Step, state: &str, advance: Option<&Advance>| {
            Line::event("step")
                .with("step", step.name())
                .with("state", state)
                .with("done", &advance.map_or(0, |advance| advance.done))
                .with("total", &advance.and_then(|advance| advance.total))
        };
        match event {
            Event::Started { step: which, .. } => Some(step(which, "started", self.steps.get(which.name()))),
            Event::Advanced { step: which, .. } => {
                self.is_due(now).then(|| step(which, "running", self.steps.get(which.name())))
            }
            Event::Finished { step: which } => Some(step(which, "finished", self.steps.get(which.name()))),
            Event::CoursePlanned { course, counts, took } => Some(
                Line::event("course")
                    .with("course", course)
                    .with("counts", counts)
                    .with("seconds", &took.as_secs_f64()),
            ),
            Event::CoursePushed { course, counts, took } => Some(
                Line::event("course")
                    .with("course", course)
                    .with("counts", counts)
                    .with("seconds", &took.as_secs_f64()),
            ),
            Event::Waiting { wait, reason } => {
                Some(Line::event("wait").with("seconds", &wait.as_secs_f64()).with("reason", reason))
            }
            Event::AssignmentCreated { course, assignment } => {
                Some(Line::event("assignment-created").with("course", course).with("assignment", assignment))
            }
            Event::Found(finding) => Some(
                Line::event("finding")
                    .with("code", finding.code.code())
                    .with("severity", finding.severity.name())
                    .with("message", &finding.message)
                    .with("hint", finding.code.hint_in(None, finding.severity))
                    .with("course", &finding.course)
                    .with("assignment", &finding.assignment)
                    .with("student", &finding.student)
                    .with("cells", &finding.cells)
                    .with("by", &finding.whose.and_then(|whose| whose.by))
                    .with("at", &finding.whose.and_then(|whose| whose.at)),
            ),
            Event::Stopped { reason } => Some(Line::event("stopped").with("reason", reason)),
            Event::PushingCourse { .. } => None,
        }
    }

    fn plain_line(&mut self, event: &Event, now: Timestamp) -> Option<String> {
        match event {
            Event::Advanced { step, .. } => {
                let due = self.is_due(now);
                self.steps.get(step.name()).filter(|_| due).map(|advance| advance.line(*step))
            }
            Event::CoursePlanned { course: Some(course), counts, took } => {
                Some(format!("course {course}: {} ({:.1} s)", planned(counts), took.as_secs_f64()))
            }
            Event::CoursePushed { course, counts, took } => {
                Some(format!("course {course}: {} ({:.1} s)", pushed(counts), took.as_secs_f64()))
            }
            Event::Waiting { wait, reason } if *wait >= LONG_WAIT || is_outage(reason) => {
                self.is_new_wait(reason, now).then(|| waiting(*wait, reason))
            }
            Event::Stopped { reason } => Some(format!("stopped: {reason}")),
            Event::Started { .. }
            | Event::Finished { .. }
            | Event::CoursePlanned { course: None, .. }
            | Event::PushingCourse { .. }
            | Event::Waiting { .. }
            | Event::AssignmentCreated { .. }
            | Event::Found(_) => None,
        }
    }

    fn draw(&mut self, ui: &Ui, event: &Event, now: Timestamp) {
        match event {
            Event::Started { step, total } => {
                let bar = ui.bars().add(bar(*step, *total));
                if let Some(old) = self.steps.entry(step.name()).or_default().bar.replace(bar) {
                    old.finish_and_clear();
                }
            }
            Event::Advanced { step, by } => {
                if let Some(bar) = self.steps.get(step.name()).and_then(|advance| advance.bar.as_ref()) {
                    bar.set_message(self.current_courses());
                    bar.inc(*by);
                }
            }
            Event::PushingCourse { .. } | Event::CoursePushed { .. } => {
                if let Some(bar) = self.steps.get(Step::Push.name()).and_then(|advance| advance.bar.as_ref()) {
                    bar.set_message(self.current_courses());
                }
            }
            Event::Finished { step } => {
                if let Some(bar) = self.steps.get_mut(step.name()).and_then(|advance| advance.bar.take()) {
                    bar.finish_and_clear();
                }
            }
            Event::Waiting { wait, reason } => {
                let mut bars = self.steps.values().filter_map(|advance| advance.bar.as_ref()).peekable();
                if bars.peek().is_some() {
                    bars.for_each(|bar| bar.set_message(waiting(*wait, reason)));
                } else if self.is_new_wait(reason, now) {
                    ui.status(waiting(*wait, reason));
                }
            }
            Event::Stopped { reason } => ui.status(format!("stopped: {reason}")),
            Event::CoursePlanned { .. } | Event::AssignmentCreated { .. } | Event::Found(_) => {}
        }
    }
}

impl Advance {
    fn line(&self, step: Step) -> String {
        match self.total {
            Some(total) if total > 0 => {
                format!("{}: {} of {total} ({} %)", step.name(), self.done, self.done * 100 / total)
            }
            _ => format!("{}: {}", step.name(), self.done),
        }
    }
}

/// Its first line has room on 80 columns; what is waited for stands below.
fn bar(step: Step, total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{prefix:>10} {bar:20.cyan} {pos}/{len}{pace}\n           {wide_msg}"),
        None => (ProgressBar::new_spinner(), "{prefix:>10} {spinner} {pos} {elapsed} {wide_msg}"),
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let pace = |state: &ProgressState, out: &mut dyn fmt::Write| {
        let text = pace(state.pos(), state.len().unwrap_or(0), state.elapsed());
        // A bar that cannot be drawn has nobody to tell.
        out.write_str(&text).unwrap_or_default();
    };
    let bar = bar.with_style(style.with_key("pace", pace)).with_prefix(step.name());
    // While a job of Canvas runs nothing is done, and the time goes on.
    bar.enable_steady_tick(TICK);
    bar
}

/// How long it has taken, and once that is measured how fast it goes and what is left: `, 12 s, 8.3/s, about 4 min left`.
fn pace(done: u64, total: u64, elapsed: Duration) -> String {
    let mut text = format!(", {}", span(elapsed));
    if done == 0 || done >= total || elapsed < MEASURED {
        return text;
    }
    let many = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let per_second = many(done) / elapsed.as_secs_f64();
    let left = Duration::try_from_secs_f64(many(total - done) / per_second).unwrap_or(Duration::MAX);
    let decimals = usize::from(per_second < 10.0);
    write!(text, ", {per_second:.decimals$}/s, about {} left", span(left)).unwrap_or_default();
    text
}

/// A time in its largest unit: `40 s`, `12 min`, `3.5 h`.
fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..100 => format!("{seconds} s"),
        seconds @ 100..6_000 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{:.1} h", time.as_secs_f64() / 3600.0),
    }
}

/// Whether nothing comes from Canvas: that is said at once, because it may be for want of a right address.
fn is_outage(reason: &str) -> bool {
    [WaitReason::NoAnswer, WaitReason::Unavailable].iter().any(|outage| outage.phrase() == reason)
}

fn waiting(wait: Duration, reason: &str) -> String {
    format!("waiting up to {} s: {reason}", wait.as_secs_f64().ceil())
}

/// The counts of a plan that are not zero, for one line.
fn planned(counts: &PlanCounts) -> String {
    let all = [
        (counts.set, "to set"),
        (counts.change, "to change"),
        (counts.excuse, "to excuse"),
        (counts.clear, "to clear"),
        (counts.unchanged, "unchanged"),
        (counts.kept, "kept"),
        (counts.conflict, "in conflict"),
        (counts.blocked, "blocked"),
        (counts.unresolved, "unresolved"),
    ];
    let some = all.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    or_nothing(some.collect::<Vec<_>>().join(", "))
}

/// The counts of a run that are not zero, for one line.
fn pushed(counts: &RunCounts) -> String {
    or_nothing(run_words(counts, ", "))
}

fn or_nothing(words: String) -> String {
    if words.is_empty() { "nothing to do".to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_told_once_it_is_measured() {
        for (done, total, seconds, told) in [
            (0, 25_232, 0, ", 0 s"),
            (0, 25_232, 40, ", 40 s"),
            (150, 25_232, 3, ", 3 s"),
            (150, 25_232, 25, ", 25 s, 6.0/s, about 70 min left"),
            (20_000, 25_232, 100, ", 2 min, 200/s, about 26 s left"),
            (10, 1_000_000, 60, ", 60 s, 0.2/s, about 1666.7 h left"),
            (25_232, 25_232, 140, ", 3 min"),
        ] {
            assert_eq!(pace(done, total, Duration::from_secs(seconds)), told);
        }
    }

    #[test]
    fn without_a_terminal_there_is_a_line_a_minute_and_one_per_course() {
        let start = Timestamp::UNIX_EPOCH;
        let mut progress = Progress::starting(start);
        let mut told = Vec::new();
        let counts = RunCounts { planned: 4, written: 3, held: 1, ..RunCounts::default() };
        let script = [
            (0, Event::Started { step: Step::Push, total: Some(400) }),
            (30, Event::Advanced { step: Step::Push, by: 100 }),
            (61, Event::Advanced { step: Step::Push, by: 100 }),
            (62, Event::Advanced { step: Step::Push, by: 100 }),
            (63, Event::Waiting { wait: Duration::from_secs(2), reason: "throttled".to_owned() }),
            (64, Event::Waiting { wait: Duration::from_secs(30), reason: "throttled".to_owned() }),
            (65, Event::CoursePushed { course: CourseId(7), counts, took: Duration::from_millis(1500) }),
            (66, Event::Waiting { wait: Duration::from_secs(10), reason: "a job runs".to_owned() }),
            (76, Event::Waiting { wait: Duration::from_secs(10), reason: "a job runs".to_owned() }),
            (100, Event::Waiting { wait: Duration::from_secs(30), reason: "throttled".to_owned() }),
            (127, Event::Waiting { wait: Duration::from_secs(12), reason: "a job runs".to_owned() }),
            (128, Event::Waiting { wait: Duration::from_secs(2), reason: WaitReason::NoAnswer.phrase().to_owned() }),
            (129, Event::Waiting { wait: Duration::from_secs(4), reason: WaitReason::NoAnswer.phrase().to_owned() }),
            (130, Event::Finished { step: Step::Push }),
        ];
        for (second, event) in script {
            progress.count(&event);
            told.extend(progress.plain_line(&event, start + SignedDuration::from_secs(second)));
        }
        assert_eq!(
            told,
            [
                "push: 200 of 400 (50 %)",
                "waiting up to 30 s: throttled",
                "course 7: 3 written, 1 held (1.5 s)",
                "waiting up to 10 s: a job runs",
                "waiting up to 12 s: a job runs",
                "waiting up to 2 s: Canvas has not answered yet",
            ]
        );
    }
}
