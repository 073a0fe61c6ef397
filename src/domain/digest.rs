//! A plan's digest: the same inputs and the same Canvas state give the same one (design, promise 2).
//!
//! It covers host, options, bases and wanted values; not time, plan id, file names or line numbers. Everything that
//! counts is destructured without `..`, so that a new field cannot be forgotten.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::{Cell, ColumnTarget, CoursePart, PlanHeader, PlanKind, PlannedColumn, PlannedStudent, RowTally};

/// The digest of one course's part, in lower-case hex.
pub fn part_digest(part: &CoursePart) -> String {
    let CoursePart { course, sent_id, columns, students, cells, findings: _, tally } = part;
    let mut text = Fields::default();
    text.add(course.as_ref().map_or_else(|| format!("?{sent_id}"), |course| course.id.to_string()));
    for PlannedColumn { key, title: _, item: _, sheet_possible, exactness: _, target, found_by: _ } in columns {
        text.json(key);
        text.json(sheet_possible);
        match target {
            ColumnTarget::Existing(assignment) => text.json(assignment),
            ColumnTarget::Create(column) => text.json(column),
            ColumnTarget::Nowhere(code) => text.add(code.code()),
        }
    }
    for PlannedStudent {
        sent_id,
        sent_kind,
        sent_row: _,
        user,
        name: _,
        sent_name: _,
        sortable_name: _,
        sis_user_id: _,
        login_id: _,
        found_by: _,
        suggestions: _,
    } in students
    {
        text.add(sent_id);
        text.json(sent_kind);
        text.json(user);
    }
    for Cell {
        column,
        student,
        sources: _,
        received,
        base,
        owner: _,
        whose: _,
        wanted,
        sending,
        comment,
        class,
        group,
        codes: _,
        reason: _,
    } in cells
    {
        text.json(&(column, student));
        text.add(received);
        text.json(base);
        text.json(wanted);
        text.json(sending);
        text.json(comment);
        text.add(class.name());
        text.json(group);
    }
    let RowTally { rows, absent, merged, ignored } = tally;
    text.json(&(rows, absent, merged, ignored));
    text.finish()
}

/// The digest of a plan from its header and the digests of its parts, in any order.
pub fn plan_digest(header: &PlanHeader, mut parts: Vec<String>) -> String {
    let PlanHeader { host, connector: _, kind, options, sources: _, operator: _, created_at: _, note: _ } = header;
    parts.sort_unstable();
    let mut text = Fields::default();
    text.add(host.as_str());
    text.json(options);
    // An undo of the same cells is another plan than a push of them; a selection is told apart by its cells.
    match kind {
        PlanKind::Undo { run: _, also, partial: _, of: _ } => {
            text.add("undo");
            text.json(also);
        }
        PlanKind::Scores | PlanKind::Selection { .. } => text.add("push"),
    }
    for part in parts {
        text.add(part);
    }
    text.finish()
}

/// SHA-256 of a text in lower-case hex: what the journal remembers of a comment without keeping its words twice, and what stands
/// for a proof of the contract.
pub fn text_digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
        hex
    })
}

/// Fields with their lengths, so that no two lists of fields look alike.
#[derive(Default)]
struct Fields(Sha256);

impl Fields {
    fn add(&mut self, field: impl AsRef<str>) {
        let field = field.as_ref();
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
    }

    fn json(&mut self, value: &impl serde::Serialize) {
        self.add(serde_json::to_string(value).expect("domain types have no maps with other keys than text"));
    }

    fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}
