//! What became of the records of input files: every record that was changed or skipped is listed.

use std::collections::BTreeMap;

use super::lines::{PLACES, places};
use crate::cli::ui::Ui;
use crate::domain::{SkipReason, Skipped, Source, SourceFile};
use crate::scores::{NoteKind, Reading};

/// Says on stderr what was altered, could not be used, or was passed over.
pub(crate) fn tell_reading(ui: &Ui, reading: &Reading) {
    let most = most_places(ui);
    let mut notes: BTreeMap<&NoteKind, Vec<Source>> = BTreeMap::new();
    for note in &reading.notes {
        notes.entry(&note.kind).or_default().push(note.source);
    }
    for (kind, sources) in notes {
        ui.note(format!("{}: {kind}", places(&reading.sheet.files, &sources, most)));
    }
    tell_skipped(ui, &reading.sheet.files, &reading.sheet.skipped);
}

/// Says which records gave no score, by reason.
pub(crate) fn tell_skipped(ui: &Ui, files: &[SourceFile], records: &[Skipped]) {
    let mut skipped: BTreeMap<SkipReason, Vec<Source>> = BTreeMap::new();
    for record in records {
        skipped.entry(record.reason).or_default().push(record.source);
    }
    for (reason, mut sources) in skipped {
        // Cells of one row come one after the other.
        sources.dedup();
        let places = places(files, &sources, most_places(ui));
        ui.status(format!("Skipped {places}: {reason}."));
    }
}

/// With `-v` every place is named.
fn most_places(ui: &Ui) -> usize {
    if ui.verbose() { usize::MAX } else { PLACES }
}
