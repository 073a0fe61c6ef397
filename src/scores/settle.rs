//! Settles repeats for an export. A plan settles them itself, so that each is shown.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::domain::{ByColumn, Score, ScoreSheet, SkipReason, Skipped};

/// Moves the scores that do not count from [`ScoreSheet::scores`] to [`ScoreSheet::skipped`], by the sheet's repeat
/// rule, and returns how many. Scores that contradict each other under a rule that does not decide all stay.
pub fn settle(sheet: &mut ScoreSheet) -> usize {
    let Settled { mut lost, sums } = settled(sheet);
    lost.sort_unstable();
    for (place, sum) in sums {
        sheet.scores[place as usize] = sum;
    }
    let count = lost.len();
    let mut lost = lost.into_iter().peekable();
    let mut place = 0;
    let skipped = &mut sheet.skipped;
    sheet.scores.retain(|score| {
        let is_lost = lost.next_if_eq(&place).is_some();
        if is_lost {
            skipped.push(Skipped { source: score.source, reason: SkipReason::RepeatSettled });
        }
        place += 1;
        !is_lost
    });
    count
}

/// What the rule makes of repeats.
#[derive(Default)]
struct Settled {
    /// The places of the scores that do not count.
    lost: Vec<u32>,
    /// What the others add up to, in the place of the first.
    sums: Vec<(u32, Score)>,
}

/// Settles each student's scores of each column. Dates without a zone are compared as UTC: those of one source share
/// theirs, whichever it is.
fn settled(sheet: &ScoreSheet) -> Settled {
    let by_column = ByColumn::of(sheet);
    let mut settled = Settled::default();
    // For each person the column looked at last in which they have a score, and the place of the first one there.
    let mut first_of: Vec<(usize, u32)> = vec![(usize::MAX, 0); sheet.users.count()];
    for column in 0..sheet.columns.len() {
        let mut repeats: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for place in by_column.places(column) {
            let (met_in, first) = &mut first_of[sheet.scores[*place as usize].user.as_usize()];
            if *met_in == column {
                repeats.entry(*first).or_insert_with(|| vec![*first]).push(*place);
            } else {
                (*met_in, *first) = (column, *place);
            }
        }
        for places in repeats.values() {
            let scores: Vec<_> = sheet.scores_at(places).collect();
            if let Some(sum) = sheet.repeat.sum(&scores) {
                settled.lost.extend(places.iter().skip(1));
                settled.sums.push((places[0], sum));
            } else if let Some(kept) = sheet.repeat.settle(&scores, &TimeZone::UTC) {
                let lost = places.iter().zip(&scores).filter(|(_, score)| !std::ptr::eq(**score, kept));
                settled.lost.extend(lost.map(|(place, _)| *place));
            }
        }
    }
    settled
}
