//! The comparison: all questions in the order of the recording, then every recorded answer against the sandbox's.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::accepted::{ACCEPTED, MOST};
use super::compare::{Difference, differences};
use super::probe::Probe;
use super::{
    assignments, bulk_jobs, errors, fresh, groups, history, ids, late, lists, lookups, overrides, paging, periods,
    posting, reading, reports, single, steps, traces,
};
use crate::read;

/// The most differences of one answer that are printed.
const PRINTED: usize = 12;

/// Asks the parts in this order. One that cannot go on says so under its name.
macro_rules! ask_parts {
    ($probe:expr; $($part:ident),+ $(,)?) => {$(
        if let Err(ended) = Box::pin($part::ask($probe)).await {
            $probe.note(concat!("! ", stringify!($part)), ended.0.into());
        }
    )+};
}

#[tokio::test]
async fn the_sandbox_answers_as_canvas_did() {
    let recorded = read("fixtures/canvas/recorded/answers-real.json".as_ref());
    let recorded: BTreeMap<String, Value> = serde_json::from_str(&recorded).expect("an object of answers");
    let mut probe = Probe::new().await;
    ask_parts!(
        &mut probe;
        errors, ids, lookups, paging, lists, reports, assignments, single, history, bulk_jobs, reading, posting, late,
        overrides, groups, traces, steps, fresh, periods,
    );
    let report = report(&recorded, &probe.answers);
    assert!(report.is_empty(), "\n{report}");
}

/// What differs, question by question; empty when nothing does.
fn report(recorded: &BTreeMap<String, Value>, answers: &BTreeMap<String, Value>) -> String {
    let mut used = vec![false; ACCEPTED.len()];
    let (mut text, mut agree) = (String::new(), 0);
    for (part, why) in answers.iter().filter(|(name, _)| name.starts_with('!')) {
        line(&mut text, &format!("== {part}: {why}"));
    }
    for (question, canvas) in recorded {
        let Some(sandbox) = answers.get(question) else {
            line(&mut text, &format!("== {question}: not asked"));
            continue;
        };
        let mut found = differences(canvas, sandbox);
        found.retain(|difference| !is_accepted(question, difference, &mut used));
        if found.is_empty() {
            agree += 1;
            continue;
        }
        line(&mut text, &format!("== {question}"));
        for difference in found.iter().take(PRINTED) {
            line(&mut text, &format!("   {difference}"));
        }
        if found.len() > PRINTED {
            line(&mut text, &format!("   … {} more", found.len() - PRINTED));
        }
    }
    for (accepted, _) in ACCEPTED.iter().zip(&used).filter(|(_, used)| !**used) {
        line(&mut text, &format!("== {} {}: accepted, but nothing differs there", accepted.question, accepted.path));
    }
    if !text.is_empty() {
        line(&mut text, &format!("{agree} of {} answers agree", recorded.len()));
    }
    text
}

fn is_accepted(question: &str, difference: &Difference, used: &mut [bool]) -> bool {
    let mut accepted = false;
    for (row, used) in ACCEPTED.iter().zip(used) {
        if row.covers(question, difference) {
            (accepted, *used) = (true, true);
        }
    }
    accepted
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a String takes everything");
}

#[test]
fn few_differences_are_accepted_and_each_says_why() {
    assert!(ACCEPTED.len() <= MOST, "{} rows", ACCEPTED.len());
    for row in ACCEPTED {
        assert!(row.reason.ends_with('.') && row.reason.len() > 20, "{}: {}", row.question, row.reason);
    }
}
