//! Findings as machines read them.

use serde_json::{Value, json};

use crate::domain::{Finding, PlanKind, Source, SourceFile};

/// A finding (findings, In JSON): ids are internal, and `null` where they are not known. Counts need no function of
/// their own: they serialise under the keys of the reference.
pub fn finding_json(finding: &Finding, files: &[SourceFile], kind: &PlanKind) -> Value {
    let Finding { code, severity, message, sources, course, assignment, student, cells } = finding;
    let sources = sources_json(sources, files);
    json!({
        "code": code.code(),
        "severity": severity.name(),
        "message": message,
        "hint": code.hint_in(kind),
        "sources": sources,
        "course": course,
        "assignment": assignment,
        "student": student,
        "cells": cells,
    })
}

/// The places in the files that something comes from.
pub fn sources_json(sources: &[Source], files: &[SourceFile]) -> Vec<Value> {
    let one = |source: &Source| {
        let file = files.get(source.file as usize).map(|file| file.name.as_ref());
        json!({"file": file, "line": source.line})
    };
    sources.iter().map(one).collect()
}
