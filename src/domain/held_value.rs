//! Values that say, in their own way, what Canvas holds already.

use super::{
    Above, ColumnScale, Exactness, GradingType, LiveCell, Normalised, Points, ScoreType, Sending, Wanted, is_same_word,
};

/// What Canvas shows of a cell.
#[derive(Debug, Clone, Copy)]
pub struct ShownValue<'a> {
    /// The cell, with the score as it was entered.
    pub live: &'a LiveCell,
    /// The score that counts, in points, late deduction included.
    pub score: Option<Points>,
    /// The same as Canvas writes it.
    pub grade: Option<&'a str>,
}

impl ColumnScale<'_> {
    /// The value, where it says in the sheet's own way what the cell holds already: the letter that Canvas shows, what
    /// a gradebook export has of the score, or a negative score, which nobody could have sent.
    pub fn held(&self, received: &str, shown: ShownValue<'_>) -> Option<Normalised> {
        let points = shown.live.entered.points()?;
        if self.score_type == ScoreType::CompleteIncomplete {
            return None;
        }
        let is_export = self.exactness == Exactness::CanvasGradebook;
        let is_word = |text: Option<&str>| {
            text.is_some_and(|text| is_same_word(text, received) || is_same_number(text, received))
        };
        let is_held = match received.parse::<Points>() {
            Ok(_) if is_export && self.grading_type == GradingType::GpaScale => {
                is_word(shown.grade) || is_word(shown.live.entered_grade.as_deref())
            }
            Ok(number) if self.gpa(number).is_some() => is_word(shown.live.entered_grade.as_deref()),
            Ok(_) if self.converts() => false,
            Ok(number) if is_export => {
                let is_rounded = |score: Points| score.in_gradebook() == number;
                number == points || shown.score.is_some_and(is_rounded) || is_rounded(points)
            }
            Ok(number) => number.is_negative() && number == points,
            Err(_) if self.is_lettered() => {
                is_word(shown.live.entered_grade.as_deref()) || is_export && is_word(shown.grade)
            }
            Err(_) => false,
        };
        let sending = Sending::Grade(points.to_string());
        is_held.then_some(Normalised { wanted: Wanted::Score(points), sending, above: Above::Not })
    }
}

/// Whether both are the same number: `3` is the grade `3.0`.
fn is_same_number(one: &str, other: &str) -> bool {
    one.parse::<Points>().is_ok_and(|one| other.parse() == Ok(one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Entered, GradingScheme};

    fn points(text: &str) -> Points {
        text.parse().expect("points")
    }

    #[test]
    fn what_canvas_shows_already_is_held_however_the_sheet_says_it() {
        use GradingType::{GpaScale, LetterGrade, PassFail};
        let grades = [("4.0", "0.94"), ("3.0", "0.8"), ("2.0", "0.7"), ("0", "0")];
        let scheme = GradingScheme::new(grades.map(|(word, share)| (word.to_owned(), points(share))).to_vec(), None);
        let of = |grading_type, exactness| ColumnScale {
            score_type: ScoreType::Points,
            sheet_possible: Some(points("4")),
            grading_type,
            points_possible: Some(points("4")),
            scale: false,
            scheme: (grading_type == GpaScale).then_some(&scheme),
            exactness,
        };
        let (export, sheet) = (Exactness::CanvasGradebook, Exactness::AsSent);
        for (grading_type, exactness, received, entered, grade, expected) in [
            (GradingType::Points, export, "9.13", "9.125", "9.125", true),
            (GradingType::Points, export, "9.12", "9.125", "9.125", false),
            (GradingType::Points, export, "6.67", "6.66666666666667", "6.67", true),
            (GradingType::Points, sheet, "9.13", "9.125", "9.125", false),
            (GradingType::Points, sheet, "-2", "-2", "-2", true),
            (GradingType::Points, export, "-2", "-3", "-3", false),
            (PassFail, export, "0", "0", "complete", true),
            (GpaScale, export, "F", "2", "F", true),
            (GpaScale, export, "3.0", "3.1", "3.0", true),
            (GpaScale, export, "2", "2", "F", false),
            (GpaScale, sheet, "3", "3.1", "3.0", true),
            (GpaScale, sheet, "2", "3.1", "3.0", false),
            (LetterGrade, sheet, "b\u{2212}", "85", "B-", true),
            (LetterGrade, sheet, "B", "85", "B-", false),
        ] {
            let live = LiveCell {
                entered: Entered::Score(points(entered)),
                entered_grade: Some(grade.to_owned()),
                ..LiveCell::default()
            };
            let shown = ShownValue { live: &live, score: Some(points(entered)), grade: Some(grade) };
            let held = of(grading_type, exactness).held(received, shown);
            let expected = expected.then_some(Wanted::Score(points(entered)));
            assert_eq!(held.map(|value| value.wanted), expected, "{grading_type:?} {received} {entered}");
        }
        // Of late work an export has what is left, and a sheet what was earned.
        let live = LiveCell { entered: Entered::Score(points("10")), ..LiveCell::default() };
        let shown = ShownValue { live: &live, score: Some(points("9")), grade: Some("9") };
        assert!(of(GradingType::Points, export).held("9", shown).is_some());
        assert!(of(GradingType::Points, sheet).held("9", shown).is_none());
    }
}
