//! The scores of a sheet by their columns.

use super::{Score, ScoreSheet};

/// The places of the scores of each column in [`ScoreSheet::scores`], in file order.
#[derive(Debug, Clone)]
pub struct ByColumn {
    /// Where each column's places start; one more entry than columns.
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl ByColumn {
    /// Sorts the scores of a sheet.
    pub fn of(sheet: &ScoreSheet) -> Self {
        let mut starts = vec![0_u32; sheet.columns.len() + 1];
        for score in &sheet.scores {
            starts[score.column as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![0_u32; sheet.scores.len()];
        for (place, score) in (0_u32..).zip(&sheet.scores) {
            let slot = &mut next[score.column as usize];
            places[*slot as usize] = place;
            *slot += 1;
        }
        Self { starts, places }
    }

    /// The places of a column's scores.
    pub fn places(&self, column: usize) -> &[u32] {
        &self.places[self.starts[column] as usize..self.starts[column + 1] as usize]
    }
}

impl ScoreSheet {
    /// The scores at these places.
    pub fn scores_at(&self, places: &[u32]) -> impl Iterator<Item = &Score> {
        places.iter().map(|place| &self.scores[*place as usize])
    }
}
