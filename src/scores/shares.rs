//! Columns whose numbers are all percentages with their sign.

use super::number_form::is_number;
use crate::domain::{Column, ScoreType};

/// By column, whether all numbers that were seen in it are percentages.
#[derive(Debug, Default)]
pub(super) struct Shares(Vec<Option<bool>>);

impl Shares {
    /// A value of a column.
    pub(super) fn see(&mut self, column: u32, received: &str) {
        let column = column as usize;
        if self.0.len() <= column {
            self.0.resize(column + 1, None);
        }
        if is_number(received) {
            self.0[column] = Some(self.0[column].unwrap_or(true) && received.ends_with('%'));
        }
    }

    /// Such columns count in percent, where nobody said how many points they have.
    pub(super) fn tell(&self, columns: &mut [Column]) {
        for (column, _) in columns.iter_mut().zip(&self.0).filter(|(_, all)| **all == Some(true)) {
            if let Some((item, _)) = &mut column.item
                && item.score_possible.is_empty()
                && item.score_type == ScoreType::Points
            {
                item.score_type = ScoreType::Percentage;
            }
        }
    }
}
