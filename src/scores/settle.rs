//! Settles repeats for an export. A plan settles them itself, so that each is shown.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::{Score, ScoreSheet, SkipReason, Skipped};

/// Moves the scores that do not count from [`ScoreSheet::scores`] to [`ScoreSheet::skipped`], by the sheet's repeat
/// rule, and returns how many. Scores that contradict each other under a rule that does not decide all stay.
pub fn settle(sheet: &mut ScoreSheet) -> usize {
    let mut groups: Vec<(u32, u64, u32)> = Vec::with_capacity(sheet.scores.len());
    for (place, score) in (0_u32..).zip(&sheet.scores) {
        groups.push((score.column, hash(&score.user_id), place));
    }
    groups.sort_unstable();
    let mut losers: HashSet<u32> = HashSet::new();
    for alike in groups.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
        if alike.len() > 1 {
            find_losers(sheet, alike.iter().map(|(_, _, place)| *place).collect(), &mut losers);
        }
    }
    let mut place = 0;
    let skipped = &mut sheet.skipped;
    sheet.scores.retain(|score| {
        let lost = losers.contains(&place);
        if lost {
            skipped.push(Skipped { source: score.source, reason: SkipReason::RepeatSettled });
        }
        place += 1;
        !lost
    });
    losers.len()
}

/// Settles the scores at these places. Their ids have the same hash, which does not make them the same.
fn find_losers(sheet: &ScoreSheet, mut places: Vec<u32>, losers: &mut HashSet<u32>) {
    while let Some(first) = places.first() {
        let user_id = &sheet.scores[*first as usize].user_id;
        let (same, others): (Vec<u32>, Vec<u32>) =
            places.iter().partition(|place| sheet.scores[**place as usize].user_id == *user_id);
        let scores: Vec<&Score> = same.iter().map(|place| &sheet.scores[*place as usize]).collect();
        if let Some(kept) = sheet.repeat.settle(&scores) {
            losers.extend(same.iter().enumerate().filter(|(index, _)| *index != kept).map(|(_, place)| *place));
        }
        places = others;
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
