//! Why cells have the findings that did not decide about them: a cell keeps the reason of the one that did.

use std::collections::HashMap;

use crate::domain::{Cell, ColumnIndex, FindingCode, StudentIndex};

/// The reasons of the findings that came second.
#[derive(Debug, Default)]
pub(super) struct Asides(HashMap<(ColumnIndex, StudentIndex, FindingCode), String>);

impl Asides {
    /// Keeps what stands against a cell beside the reason that decided.
    pub(super) fn keep(&mut self, cell: &Cell, blocks: Vec<(FindingCode, String)>) {
        let decisive = cell.codes.first();
        for (code, reason) in blocks.into_iter().filter(|(code, _)| Some(code) != decisive) {
            self.0.entry((cell.column, cell.student, code)).or_insert(reason);
        }
    }

    /// Why a cell has a finding.
    pub(super) fn reason<'a>(&'a self, cell: &'a Cell, code: FindingCode) -> &'a str {
        let aside = self.0.get(&(cell.column, cell.student, code)).filter(|_| cell.codes.first() != Some(&code));
        aside.map_or(&cell.reason, String::as_str)
    }
}
