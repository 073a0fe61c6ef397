//! From a value as received to the text Canvas gets: normalised once, so that Canvas cannot misread it.

use super::{Exactness, GradingScheme, GradingType, Points, PointsError, ScoreType, Sending, Wanted};

/// Why a value cannot go into its column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Canvas would clear the cell (`canvas-contract §0.3`).
    #[error(transparent)]
    Points(#[from] PointsError),
    /// No score is below zero.
    #[error("a negative score")]
    Negative,
    /// A percentage of no points possible.
    #[error("a percentage, but the assignment has no points possible")]
    PercentOfNothing,
    /// A complete/incomplete column takes 0 or all points.
    #[error("neither 0 nor the points possible, in a complete/incomplete column")]
    NeitherCompleteNorIncomplete,
    /// A complete/incomplete value that is neither.
    #[error("neither 1 nor 0, although the item is scored complete/incomplete")]
    NotACompletion,
    /// A letter or GPA column without points possible turns every number into something else.
    #[error("a number cannot be told from a grade: the assignment has a scheme but no points possible")]
    SchemeWithoutPoints,
    /// The column takes no grades.
    #[error("the assignment takes no grades")]
    NotGraded,
    /// A word that the column's scheme does not have.
    #[error("`{value}` is no grade of the assignment's scheme, which has {scheme}")]
    NoSuchGrade {
        /// The value as received.
        value: String,
        /// The words of the scheme.
        scheme: String,
    },
    /// A number between those of a GPA column's scheme, in a sheet that counts as far as the scheme does.
    #[error(
        "`{value}` is no grade of the assignment's scheme, which has {scheme}; if it means points, write `{percent}`"
    )]
    NoSuchGpa {
        /// The value as received.
        value: String,
        /// The words of the scheme.
        scheme: String,
        /// The same as a share of the points possible.
        percent: String,
    },
    /// A word, and Canvas does not show the column's scheme to the token.
    #[error("`{0}` may be a grade of the assignment's scheme, which the token may not read")]
    SchemeUnread(String),
}

/// A column's facts that decide how a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnScale<'a> {
    /// How the sheet counts.
    pub score_type: ScoreType,
    /// Points possible as the sheet says.
    pub sheet_possible: Option<Points>,
    /// How Canvas counts.
    pub grading_type: GradingType,
    /// Points possible in Canvas.
    pub points_possible: Option<Points>,
    /// Convert from the sheet's points possible to Canvas's (`--scale`).
    pub scale: bool,
    /// The words of a letter or GPA column; `None` for other columns, and where they are not known.
    pub scheme: Option<&'a GradingScheme>,
    /// How exact the sheet's values are.
    pub exactness: Exactness,
}

/// A value understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    /// What should be in the cell.
    pub wanted: Wanted,
    /// The text that is sent.
    pub sending: Sending,
    /// Whether it is above points possible.
    pub above: Above,
}

/// How a value stands to the points possible. Without them, or where they are 0, as in a column of extra credit, there is
/// no measure and nothing is above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Above {
    /// Up to the points possible.
    Not,
    /// Above them, as extra points are.
    Over,
    /// More than twice as many: rather a slip than extra points.
    FarOver,
}

impl Above {
    fn of(points: Points, possible: Option<Points>) -> Self {
        let Some(possible) = possible.filter(|possible| points > *possible) else { return Self::Not };
        let is_far = possible.plus(possible).is_some_and(|twice| points > twice);
        if is_far { Self::FarOver } else { Self::Over }
    }
}

impl ColumnScale<'_> {
    /// Normalises a value as received (`canvas-contract §H2`).
    pub fn normalise(&self, received: &str) -> Result<Normalised, ValueError> {
        if asks_to_excuse(received) && self.grading_type != GradingType::NotGraded {
            return Ok(Normalised { wanted: Wanted::Excused, sending: Sending::Excuse, above: Above::Not });
        }
        let possible = self.points_possible.filter(|points| !points.is_zero() && !points.is_negative());
        let completion = completion(received);
        let points = if self.score_type == ScoreType::CompleteIncomplete {
            let complete = completion.or(match received {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            });
            let complete = complete.ok_or(ValueError::NotACompletion)?;
            if self.grading_type == GradingType::PassFail {
                return Ok(complete_or_not(complete));
            }
            if complete { possible.ok_or(ValueError::PercentOfNothing)? } else { Points::ZERO }
        } else if let (Some(complete), GradingType::PassFail) = (completion, self.grading_type) {
            return Ok(complete_or_not(complete));
        } else if let Some(worth) = self.worth_of_word(received, possible)? {
            worth
        } else {
            self.points(received, possible)?
        };
        if points.is_negative() {
            return Err(ValueError::Negative);
        }
        let above = Above::of(points, possible);
        let wanted = Wanted::Score(points);
        match self.grading_type {
            GradingType::Points | GradingType::Percent => {
                Ok(Normalised { wanted, sending: Sending::Grade(points.to_string()), above })
            }
            GradingType::PassFail if points.is_zero() => Ok(complete_or_not(false)),
            GradingType::PassFail if Some(points) == self.full_marks(received, possible) => Ok(complete_or_not(true)),
            GradingType::PassFail => Err(ValueError::NeitherCompleteNorIncomplete),
            GradingType::NotGraded => Err(ValueError::NotGraded),
            GradingType::LetterGrade | GradingType::GpaScale => {
                // A bare number may be a key of the scheme; a percentage never is, because `%` is read first.
                let possible = possible.ok_or(ValueError::SchemeWithoutPoints)?;
                let percent = percent_text(points, possible).ok_or(ValueError::SchemeWithoutPoints)?;
                Ok(Normalised { wanted, sending: Sending::Grade(percent), above })
            }
        }
    }

    /// Whether the column's grades are words of a scheme.
    pub(super) fn is_lettered(&self) -> bool {
        matches!(self.grading_type, GradingType::LetterGrade | GradingType::GpaScale)
    }

    /// What a word of the column's scheme is worth; `None` for a number of points or a percentage. In a GPA column a
    /// number is a word of the scheme where the sheet counts no further than the scheme does.
    fn worth_of_word(&self, received: &str, possible: Option<Points>) -> Result<Option<Points>, ValueError> {
        if !self.is_lettered() || received.ends_with('%') {
            return Ok(None);
        }
        let number = match received.parse::<Points>() {
            Ok(number) => Some(number),
            Err(PointsError::TooPrecise(_)) => return Ok(None),
            Err(PointsError::NotANumber(_)) => None,
        };
        let scheme = match number {
            Some(number) => self.gpa(number),
            None => Some(self.scheme.ok_or_else(|| ValueError::SchemeUnread(received.to_owned()))?),
        };
        let Some(scheme) = scheme else { return Ok(None) };
        let possible = possible.ok_or(ValueError::SchemeWithoutPoints)?;
        let worth = match number {
            Some(number) => scheme.worth_of_number(number, possible),
            None => scheme.worth(received, possible),
        };
        let (value, words) = (|| received.to_owned(), || scheme.to_string());
        match (worth, number.and_then(|number| percent_text(number, possible))) {
            (Some(worth), _) => Ok(Some(worth)),
            (None, Some(percent)) => Err(ValueError::NoSuchGpa { value: value(), scheme: words(), percent }),
            (None, None) => Err(ValueError::NoSuchGrade { value: value(), scheme: words() }),
        }
    }

    /// The scheme, where a number is one of its grades and no points.
    pub(super) fn gpa(&self, number: Points) -> Option<&GradingScheme> {
        let scheme = self.scheme.filter(|_| self.grading_type == GradingType::GpaScale)?;
        let greatest = scheme.greatest_number()?;
        let counts_alike = self.sheet_possible.is_none_or(|possible| possible <= greatest);
        (counts_alike && !number.is_negative() && number <= greatest).then_some(scheme)
    }

    /// Whether numbers of the sheet become other numbers.
    pub(super) fn converts(&self) -> bool {
        self.scale && self.sheet_possible.is_some() && self.sheet_possible != self.points_possible
    }

    /// A number or a percentage, in points of the Canvas column.
    fn points(&self, received: &str, possible: Option<Points>) -> Result<Points, ValueError> {
        if let Some(percent) = received.strip_suffix('%') {
            let percent: Points = percent.parse()?;
            let possible = possible.ok_or(ValueError::PercentOfNothing)?;
            return percent.scaled(possible, Points::whole(100)).ok_or(ValueError::PercentOfNothing);
        }
        let number = |text: &str| text.trim().parse::<Points>().ok();
        let share = received.split_once('/').and_then(|(part, whole)| Some((number(part)?, number(whole)?)));
        let out_of = self.sheet_possible.or(possible);
        let points = match share.filter(|(_, whole)| Some(*whole) == out_of) {
            Some((part, _)) => part,
            None => received.parse()?,
        };
        match (self.scale, self.sheet_possible, possible) {
            (true, Some(from), Some(to)) if from != to && !from.is_zero() => {
                points.scaled(to, from).ok_or(ValueError::PercentOfNothing)
            }
            _ => Ok(points),
        }
    }

    /// What [`ColumnScale::points`] makes of the best value the sheet could hold: points of the Canvas column where
    /// they are converted, else the sheet's own.
    fn full_marks(&self, received: &str, possible: Option<Points>) -> Option<Points> {
        let sheet_possible = self.sheet_possible.filter(|points| !points.is_zero());
        let is_converted = self.scale || received.ends_with('%');
        if is_converted { possible.or(sheet_possible) } else { sheet_possible.or(possible) }
    }
}

/// Whether a value asks for the student to be excused: `EX`, as Canvas's own gradebook has it (`canvas-contract §J2`),
/// or the word written out.
pub fn asks_to_excuse(received: &str) -> bool {
    ["EX", "Excuse", "Excused"].iter().any(|word| word.eq_ignore_ascii_case(received.trim()))
}

/// Words that people write for complete and incomplete, where only these two are possible.
fn completion(received: &str) -> Option<bool> {
    const COMPLETE: [&str; 6] = ["complete", "completed", "pass", "passed", "yes", "true"];
    const INCOMPLETE: [&str; 5] = ["incomplete", "fail", "failed", "no", "false"];
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(received));
    if is_one_of(&COMPLETE) { Some(true) } else { is_one_of(&INCOMPLETE).then_some(false) }
}

fn complete_or_not(complete: bool) -> Normalised {
    let word = if complete { "complete" } else { "incomplete" };
    Normalised { wanted: Wanted::Complete(complete), sending: Sending::Grade(word.to_owned()), above: Above::Not }
}

/// The percentage that Canvas turns back into exactly these points, whichever way it multiplies; else the nearest.
fn percent_text(points: Points, possible: Points) -> Option<String> {
    let percent = points.percent_of(possible)?;
    let (score, out_of): (f64, f64) = (points.to_string().parse().ok()?, possible.to_string().parse().ok()?);
    let lands = |candidate: &f64| {
        let shown = |value: f64| Points::from_json_text(&value.to_string()).ok();
        shown(out_of * candidate / 100.0) == Some(points) && shown(out_of * (candidate / 100.0)) == Some(points)
    };
    let neighbours = [percent, score / out_of * 100.0, percent.next_up(), percent.next_down()];
    let chosen = neighbours.into_iter().find(lands).unwrap_or(percent);
    // Display never uses an exponent, which Canvas would not read as a number.
    Some(format!("{chosen}%"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(text: &str) -> Points {
        text.parse().expect("points")
    }

    fn scale(grading_type: GradingType, possible: &str) -> ColumnScale<'static> {
        ColumnScale {
            score_type: ScoreType::Points,
            sheet_possible: Some(points("100")),
            grading_type,
            points_possible: Some(points(possible)),
            scale: false,
            scheme: None,
            exactness: Exactness::AsSent,
        }
    }

    fn sent(column: &ColumnScale<'_>, received: &str) -> Result<String, ValueError> {
        column.normalise(received).map(|value| match value.sending {
            Sending::Grade(text) => text,
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn values_become_what_canvas_reads_as_meant() {
        use GradingType::{GpaScale, LetterGrade, PassFail, Percent};
        let kinds = [
            (GradingType::Points, "100", "027", Ok("27")),
            (GradingType::Points, "100", "27.50", Ok("27.5")),
            (GradingType::Points, "20", "85%", Ok("17")),
            (GradingType::Points, "0", "85%", Err(ValueError::PercentOfNothing)),
            (GradingType::Points, "100", "-1", Err(ValueError::Negative)),
            (GradingType::Points, "100", "1,5", Err(PointsError::NotANumber("1,5".to_owned()).into())),
            (GradingType::Points, "100", "complete", Err(PointsError::NotANumber("complete".to_owned()).into())),
            (Percent, "50", "85", Ok("85")),
            (LetterGrade, "20", "17", Ok("85%")),
            (GpaScale, "4", "4.0", Ok("100%")),
            (LetterGrade, "0", "4", Err(ValueError::SchemeWithoutPoints)),
            (PassFail, "100", "100", Ok("complete")),
            (PassFail, "10", "100", Ok("complete")),
            (PassFail, "10", "10", Err(ValueError::NeitherCompleteNorIncomplete)),
            (PassFail, "10", "100%", Ok("complete")),
            (PassFail, "10", "50%", Err(ValueError::NeitherCompleteNorIncomplete)),
            (PassFail, "10", "0", Ok("incomplete")),
            (PassFail, "10", "7", Err(ValueError::NeitherCompleteNorIncomplete)),
            (PassFail, "10", "Complete", Ok("complete")),
            (GradingType::NotGraded, "10", "7", Err(ValueError::NotGraded)),
        ];
        for (kind, possible, received, expected) in kinds {
            assert_eq!(
                sent(&scale(kind, possible), received),
                expected.map(str::to_owned),
                "{kind:?} {possible} {received:?}"
            );
        }
    }

    #[test]
    fn completion_goes_as_words_or_all_points() {
        let column = ColumnScale { score_type: ScoreType::CompleteIncomplete, ..scale(GradingType::PassFail, "5") };
        assert_eq!(sent(&column, "1"), Ok("complete".to_owned()));
        assert_eq!(sent(&column, "0"), Ok("incomplete".to_owned()));
        assert_eq!(sent(&column, "0.5"), Err(ValueError::NotACompletion));
        let column = ColumnScale { score_type: ScoreType::CompleteIncomplete, ..scale(GradingType::Points, "5") };
        assert_eq!(sent(&column, "1"), Ok("5".to_owned()));
        assert_eq!(sent(&column, "0"), Ok("0".to_owned()));
    }

    #[test]
    fn scaling_is_only_done_when_asked_for() {
        let column = scale(GradingType::Points, "20");
        assert_eq!(sent(&column, "60"), Ok("60".to_owned()));
        let column = ColumnScale { scale: true, ..column };
        assert_eq!(sent(&column, "60"), Ok("12".to_owned()));
        assert_eq!(sent(&column, "33.33333"), Ok("6.6667".to_owned()));
    }

    #[test]
    fn more_than_twice_the_points_possible_is_far_above_them() {
        use GradingType::{LetterGrade, PassFail, Percent};
        for (kind, possible, received, expected) in [
            (GradingType::Points, "10", "10", Above::Not),
            (GradingType::Points, "10", "10.01", Above::Over),
            (GradingType::Points, "10", "20", Above::Over),
            (GradingType::Points, "10", "20.01", Above::FarOver),
            (GradingType::Points, "10", "9999", Above::FarOver),
            (Percent, "10", "200%", Above::Over),
            (Percent, "10", "85", Above::FarOver),
            (LetterGrade, "10", "25", Above::FarOver),
            // Without a measure nothing is too much.
            (GradingType::Points, "0", "9999", Above::Not),
            (PassFail, "10", "100", Above::Not),
        ] {
            let value = scale(kind, possible).normalise(received).expect("a value");
            assert_eq!(value.above, expected, "{kind:?} {received} of {possible}");
        }
        let without = ColumnScale { points_possible: None, ..scale(GradingType::Points, "1") };
        assert_eq!(without.normalise("9999").expect("a value").above, Above::Not);
    }

    fn gpa_scheme() -> GradingScheme {
        let grades = [("4.0", "0.94"), ("3.0", "0.8"), ("2.0", "0.7"), ("0", "0")];
        GradingScheme::new(grades.map(|(word, share)| (word.to_owned(), points(share))).to_vec(), None)
    }

    #[test]
    fn letters_are_those_of_the_columns_own_scheme() {
        let (letters, gpa) = (GradingScheme::of_canvas(), gpa_scheme());
        let letter = ColumnScale { scheme: Some(&letters), ..scale(GradingType::LetterGrade, "50") };
        let gpa =
            ColumnScale { scheme: Some(&gpa), sheet_possible: Some(points("4")), ..scale(GradingType::GpaScale, "4") };
        let of_points = ColumnScale { sheet_possible: Some(points("100")), ..gpa };
        let unread = ColumnScale { scheme: None, ..letter };
        let none = |value: &str, scheme: &str| {
            Err(ValueError::NoSuchGrade { value: value.to_owned(), scheme: scheme.to_owned() })
        };
        for (column, received, expected) in [
            (&letter, "A", Ok("100%")),
            (&letter, "b+", Ok("89%")),
            (&letter, "B\u{2212}", Ok("83%")),
            (&letter, "40", Ok("80%")),
            (&letter, "85%", Ok("85%")),
            (&letter, "MI", none("MI", "A, A-, B+, B, B-, C+, C, C-, D+, D, D-, F")),
            (&letter, "1,5", none("1,5", "A, A-, B+, B, B-, C+, C, C-, D+, D, D-, F")),
            (&unread, "A", Err(ValueError::SchemeUnread("A".to_owned()))),
            (&gpa, "4.0", Ok("100%")),
            (&gpa, "3", Ok("93%")),
            (&gpa, "0", Ok("69%")),
            (
                &gpa,
                "2.5",
                Err(ValueError::NoSuchGpa {
                    value: "2.5".to_owned(),
                    scheme: "4.0, 3.0, 2.0, 0".to_owned(),
                    percent: "62.5%".to_owned(),
                }),
            ),
            (&gpa, "A", none("A", "4.0, 3.0, 2.0, 0")),
            // Points, where the sheet counts them.
            (&of_points, "3", Ok("75%")),
        ] {
            assert_eq!(sent(column, received), expected.map(str::to_owned), "{received:?}");
        }
    }

    #[test]
    fn words_for_both_ends_and_for_an_excusal() {
        let column = scale(GradingType::PassFail, "1");
        for (received, expected) in [
            ("Incomplete", "incomplete"),
            ("PASS", "complete"),
            ("yes", "complete"),
            ("No", "incomplete"),
            ("passed", "complete"),
            ("EX", "Excuse"),
        ] {
            assert_eq!(sent(&column, received), Ok(expected.to_owned()), "{received:?}");
        }
        for word in ["EX", "ex", "Excused", "excuse", " EX "] {
            let value = scale(GradingType::Points, "10").normalise(word).expect("an excusal");
            assert_eq!((value.wanted, value.sending), (Wanted::Excused, Sending::Excuse), "{word}");
        }
        assert_eq!(
            sent(&scale(GradingType::NotGraded, "1"), "EX"),
            Err(PointsError::NotANumber("EX".to_owned()).into())
        );
        assert!(scale(GradingType::Points, "10").normalise("yes").is_err());
    }

    proptest! {
        #[test]
        fn a_percentage_comes_back_as_the_points_meant(score in 0_u32..200_000, possible in 1_u32..1_000) {
            let meant = Points::from_json_text(&format!("{}", f64::from(score) / 1000.0)).expect("points");
            let column = scale(GradingType::LetterGrade, &possible.to_string());
            let text = sent(&column, &meant.to_string()).expect("sendable");
            let percent: f64 = text.strip_suffix('%').expect("a percentage").parse().expect("a number");
            let back = Points::from_json_text(&(f64::from(possible) * percent / 100.0).to_string()).expect("points");
            prop_assert!(back.distance(meant) <= points("0.0000001"), "{} became {}", meant, back);
        }
    }
}
