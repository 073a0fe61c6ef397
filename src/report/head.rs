//! What the head of a report says in words: whether anything is left to do, the options, and what a run took.

use crate::domain::{CourseOptions, CreatedPosting, OnConflict, PlanCounts, PlanOptions, RunCounts};

use super::header::RunFigures;
use super::words::{Count, counted, span};

/// The sentence that says whether anything is left to do.
pub(super) struct Verdict {
    /// The name of its colour.
    pub(super) tone: &'static str,
    pub(super) words: String,
}

impl Verdict {
    pub(super) fn of_plan(stops: u64, counts: &PlanCounts) -> Self {
        if stops > 0 {
            let findings = if stops == 1 { "one finding is".to_owned() } else { format!("{stops} findings are") };
            return Self {
                tone: "bad",
                words: format!("This plan cannot be pushed until {findings} mended or accepted."),
            };
        }
        let mut writes = Vec::new();
        if counts.planned() > 0 {
            writes.push(format!("write {}", counted(counts.planned(), "cell", "cells")));
        }
        if counts.create_assignments > 0 {
            writes.push(format!("create {}", counted(counts.create_assignments, "assignment", "assignments")));
        }
        let open = counts.conflict + counts.blocked + counts.unresolved;
        let left = match open {
            0 => String::new(),
            1 => " One row needs you: it is listed below.".to_owned(),
            many => format!(" {} rows need you: they are listed below.", Count(many)),
        };
        let words = if writes.is_empty() {
            format!("Nothing to do. A push of this plan would write nothing.{left}")
        } else {
            let writes = writes.join(" and ");
            let replacing = match counts.released.others_work() {
                0 => String::new(),
                cells => format!(", and replace other people's work in {}", counted(cells, "cell", "cells")),
            };
            format!("Ready for review. Nothing has been sent to Canvas; a push would {writes}{replacing}.{left}")
        };
        let tone = match counts.released.others_work() {
            0 if open == 0 => "good",
            0 => "fair",
            _ => "bad",
        };
        Self { tone, words }
    }

    pub(super) fn of_run(run: &RunFigures) -> Self {
        let RunCounts { planned, written, already, unknown, rejected, .. } = run.counts;
        let left = run.counts.retryable();
        if left == 0 {
            let words = format!(
                "Done. Of {}, {} written and read back and {} there already.",
                counted(planned, "planned cell", "planned cells"),
                Count(written),
                Count(already)
            );
            return Self { tone: "good", words };
        }
        let words = format!(
            "Not finished: {} not in Canvas as planned. `gradepush retry {}` takes them up again.",
            counted(left, "cell is", "cells are"),
            run.id
        );
        Self { tone: if unknown + rejected > 0 { "bad" } else { "fair" }, words }
    }
}

impl RunFigures {
    /// From when to when, and how long that was.
    pub(super) fn duration_words(&self) -> String {
        let end = self.ended_at.as_deref().unwrap_or("cut off");
        format!("{} to {end} ({})", self.started_at, span(self.duration))
    }

    /// What it asked of Canvas.
    pub(super) fn traffic_words(&self) -> String {
        let requests = counted(self.requests, "request", "requests");
        match self.throttle_waits {
            0 => format!("{requests}, never throttled"),
            waits => format!("{requests}, {} for Canvas ({})", counted(waits, "wait", "waits"), span(self.throttled)),
        }
    }

    /// `31 sent, 2 unknown`; empty where there were no comments.
    pub(super) fn comment_words(&self) -> String {
        let counts = self.comments;
        listed(&[
            (counts.sent, "sent"),
            (counts.already, "already there"),
            (counts.unknown, "unknown"),
            (counts.not_sent, "not sent"),
            (counts.deleted, "deleted"),
            (counts.kept, "still there"),
        ])
    }

    /// `3 created, 1 failed`; empty where no assignment was touched.
    pub(super) fn assignment_words(&self) -> String {
        let counts = self.assignments;
        listed(&[(counts.created, "created"), (counts.deleted, "deleted"), (counts.failed, "failed")])
    }
}

fn listed(counts: &[(u64, &str)]) -> String {
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    counts.map(|(count, word)| format!("{} {word}", Count(*count))).collect::<Vec<_>>().join(", ")
}

/// The choices that differ from the defaults, as the flags that make them.
pub(super) fn option_words(options: &PlanOptions) -> Vec<String> {
    let PlanOptions {
        use_existing,
        on_conflict,
        overwrite,
        adopt_own,
        only_raise,
        scale,
        absent_zero,
        no_create,
        created_posting,
        allow_concluded,
        allow_closed_period,
        allow_tool_columns,
        allow_excuse,
        accept,
        courses,
    } = options;
    let flags = [
        (*use_existing, "use existing assignments"),
        (*on_conflict == OnConflict::Overwrite, "--on-conflict overwrite"),
        (*adopt_own, "--adopt-own"),
        (*only_raise, "--only-raise"),
        (*scale, "--scale"),
        (*absent_zero, "--absent zero"),
        (*no_create, "--no-create"),
        (*created_posting == CreatedPosting::Manual, "--created-posting manual"),
        (*allow_concluded, "--allow-concluded"),
        (*allow_closed_period, "--allow-closed-period"),
        (*allow_tool_columns, "--allow-tool-columns"),
        (*allow_excuse, "--allow-excuse"),
    ];
    let mut words: Vec<String> =
        flags.into_iter().filter(|(is_on, _)| *is_on).map(|(_, words)| words.to_owned()).collect();
    words.extend(overwrite.iter().map(|code| format!("--overwrite {}", code.overwrite_name().unwrap_or(code.code()))));
    words.extend(accept.iter().map(|acceptance| match acceptance.course {
        Some(course) => format!("--accept {}:{course}", acceptance.code),
        None => format!("--accept {}", acceptance.code),
    }));
    words.extend(courses.iter().map(|(course, options)| {
        let CourseOptions { use_existing, on_conflict } = options;
        let use_existing = use_existing.map(|on| if on { "use existing" } else { "not use existing" });
        let on_conflict = on_conflict.map(|what| match what {
            OnConflict::Hold => "hold conflicts",
            OnConflict::Overwrite => "overwrite conflicts",
        });
        format!("{course}: {}", use_existing.into_iter().chain(on_conflict).collect::<Vec<_>>().join(" and "))
    }));
    words
}
