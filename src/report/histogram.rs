//! How the scores of an assignment are spread before and after, as a small static SVG.

use std::fmt::Write as _;

use crate::domain::Points;

/// Ten bins of 10 % of the points possible, and one for what is above.
const BINS: usize = 11;
/// Where the next bin begins, in percent of the points possible.
const EDGES: [f64; BINS - 1] = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0];
/// Width of a bin and height of the drawing, in the SVG's own units.
const BIN_WIDTH: usize = 10;
const HEIGHT: f64 = 30.0;

/// The scores of one assignment, before and after, in points.
#[derive(Debug, Default)]
pub(super) struct Scores {
    pub(super) before: Vec<Points>,
    pub(super) after: Vec<Points>,
}

/// A histogram in words and as a drawing.
#[derive(Debug)]
pub(super) struct Histogram {
    /// For those who do not see it.
    pub(super) words: String,
    /// The medians, in points: `7 → 8.5`.
    pub(super) medians: String,
    /// The path of the bars before.
    pub(super) before: String,
    /// The path of the bars after.
    pub(super) after: String,
}

impl Scores {
    /// Draws the scores on the scale of `possible`, or of the highest score where that is missing or zero; nothing
    /// where there are no scores.
    pub(super) fn histogram(mut self, possible: Option<Points>) -> Option<Histogram> {
        let highest = self.before.iter().chain(&self.after).max().copied();
        let scale = possible.filter(|points| *points > Points::ZERO).or(highest)?;
        highest?;
        let before = bins(&self.before, scale);
        let after = bins(&self.after, scale);
        let tallest = before.iter().chain(&after).max().copied().unwrap_or_default().max(1);
        let (old, new) = (median(&mut self.before), median(&mut self.after));
        let side = |scores: &[Points], median: Option<Points>| match median {
            Some(median) => format!("{} scores, median {median}", scores.len()),
            None => "no scores".to_owned(),
        };
        let number = |median: Option<Points>| median.map_or_else(|| "–".to_owned(), |points| points.to_string());
        Some(Histogram {
            words: format!("Before: {}. After: {}.", side(&self.before, old), side(&self.after, new)),
            medians: format!("{} → {}", number(old), number(new)),
            before: bars(&before, tallest, 0),
            after: bars(&after, tallest, 2),
        })
    }
}

fn bins(scores: &[Points], scale: Points) -> [u32; BINS] {
    let mut bins = [0; BINS];
    for score in scores {
        let percent = score.percent_of(scale).unwrap_or_default();
        // Exactly everything possible belongs to the last step of the scale, not to what is above it.
        let step = EDGES.iter().take_while(|edge| percent >= **edge).count();
        let bin = if percent > 100.0 { BINS - 1 } else { step.min(BINS - 2) };
        bins[bin] += 1;
    }
    bins
}

/// The lower median: a score that somebody has.
fn median(scores: &mut [Points]) -> Option<Points> {
    scores.sort_unstable();
    scores.get(scores.len().saturating_sub(1) / 2).copied()
}

fn bars(bins: &[u32; BINS], tallest: u32, inset: usize) -> String {
    let mut path = String::new();
    for (bin, count) in bins.iter().enumerate().filter(|(_, count)| **count > 0) {
        // One student among hundreds must still be seen.
        let height = (f64::from(*count) / f64::from(tallest) * HEIGHT).max(1.0);
        // What is above possible stands a little apart.
        let left = bin * BIN_WIDTH + inset + if bin == BINS - 1 { 4 } else { 0 };
        let width = BIN_WIDTH - 1 - 2 * inset;
        write!(path, "M{left} {HEIGHT}v-{height:.1}h{width}v{height:.1}z").expect("writing to a string cannot fail");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(numbers: &[&str]) -> Vec<Points> {
        numbers.iter().map(|number| number.parse().expect("points")).collect()
    }

    #[test]
    fn scores_fall_into_tenths_of_the_points_possible() {
        let twenty = Points::whole(20);
        let bins = bins(&points(&["0", "1.9", "2", "19.9", "20", "21", "-3"]), twenty);
        assert_eq!(bins, [3, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1]);
    }

    #[test]
    fn the_words_say_what_the_drawing_shows() {
        let scores = Scores { before: points(&["8"]), after: points(&["8", "6", "10"]) };
        let histogram = scores.histogram(Some(Points::whole(10))).expect("there are scores");
        assert_eq!(histogram.words, "Before: 1 scores, median 8. After: 3 scores, median 8.");
        assert_eq!(histogram.medians, "8 → 8");
        assert_eq!(histogram.before, "M80 30v-30.0h9v30.0z");
    }

    #[test]
    fn without_points_possible_the_highest_score_is_the_scale() {
        let scores = Scores { before: Vec::new(), after: points(&["3", "6"]) };
        let histogram = scores.histogram(Some(Points::ZERO)).expect("there are scores");
        assert_eq!(histogram.medians, "– → 3");
        assert!(Scores::default().histogram(Some(Points::ZERO)).is_none());
        assert!(Scores::default().histogram(None).is_none());
        let zeros = Scores { before: points(&["0"]), after: points(&["0"]) };
        assert!(zeros.histogram(None).is_some(), "a column of zeros is a column of scores");
    }
}
