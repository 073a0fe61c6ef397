//! Findings as machines read them.

use serde_json::{Value, json};

use crate::domain::{CanvasHost, Finding, PlanHeader, Source, SourceFile};

/// A finding (findings, In JSON), of a plan or of reading the files of one: ids are internal, and `null` where they are not
/// known. Counts need no function of their own: they serialise under the keys of the reference.
pub fn finding_json(finding: &Finding, files: &[SourceFile], plan: Option<&PlanHeader>) -> Value {
    let Finding { code, severity, message, sources, course, assignment, student, cells, whose } = finding;
    let sources = sources_json(sources, files);
    json!({
        "code": code.code(),
        "severity": severity.name(),
        "message": message,
        "hint": code.hint_in(plan, *severity),
        "sources": sources,
        "course": course,
        "assignment": assignment,
        "student": student,
        "cells": cells,
        "by": whose.and_then(|whose| whose.by),
        "at": whose.and_then(|whose| whose.at),
        "url": plan.and_then(|plan| finding_url(finding, &plan.host)),
    })
}

/// Where the cell that a finding is about is seen in Canvas.
pub fn finding_url(finding: &Finding, host: &CanvasHost) -> Option<String> {
    Some(host.speed_grader(finding.course?, finding.assignment?, finding.student?))
}

/// The places in the files that something comes from.
pub fn sources_json(sources: &[Source], files: &[SourceFile]) -> Vec<Value> {
    let one = |source: &Source| {
        let file = files.get(source.file as usize).map(|file| file.name.as_ref());
        json!({"file": file, "line": source.line})
    };
    sources.iter().map(one).collect()
}
