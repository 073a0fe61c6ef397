//! A grading scheme: the words of a column whose grades are letters or a GPA (`canvas-contract §H2`).

use std::fmt;

use super::Points;

/// The words of a scheme, the best first, each with the lowest share of the points possible that earns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradingScheme {
    grades: Vec<(String, Points)>,
    /// The full score that the scheme itself counts to, where it counts in points.
    points: Option<Points>,
}

impl GradingScheme {
    /// A scheme of these words, the best first, with shares of 0 to 1. `points` is the full score of a scheme that
    /// counts in points.
    pub fn new(grades: Vec<(String, Points)>, points: Option<Points>) -> Self {
        Self { grades, points }
    }

    /// Canvas's own scheme: that of a column without a grading standard, in a course without one.
    pub fn of_canvas() -> Self {
        let grades = [
            ("A", 94),
            ("A-", 90),
            ("B+", 87),
            ("B", 84),
            ("B-", 80),
            ("C+", 77),
            ("C", 74),
            ("C-", 70),
            ("D+", 67),
            ("D", 64),
            ("D-", 61),
            ("F", 0),
        ];
        Self::new(grades.map(|(word, percent)| (word.to_owned(), Points::thousandths(percent * 10))).to_vec(), None)
    }

    /// What a word of the scheme is worth in a column of so many points: the top of its band, as Canvas takes it. `None`
    /// if it is no word of the scheme. Case does not matter, and a minus may be U+2212.
    pub fn worth(&self, word: &str, possible: Points) -> Option<Points> {
        self.top(self.grades.iter().position(|(known, _)| is_same_word(known, word))?, possible)
    }

    /// The same for a number, where words of the scheme are numbers: `3` is the word `3.0`.
    pub fn worth_of_number(&self, number: Points, possible: Points) -> Option<Points> {
        self.top(self.grades.iter().position(|(known, _)| known.parse() == Ok(number))?, possible)
    }

    /// The greatest word that is a number, if any is: how far a GPA goes.
    pub fn greatest_number(&self) -> Option<Points> {
        self.grades.iter().filter_map(|(word, _)| word.parse().ok()).max()
    }

    /// The highest share that still earns the word at this place, as points of a column.
    fn top(&self, place: usize, possible: Points) -> Option<Points> {
        let Some(above) = place.checked_sub(1) else { return Some(possible) };
        let (above, from) = (self.grades[above].1, self.grades[place].1);
        let step = match self.points {
            Some(full) => Points::thousandths(100).scaled(Points::whole(1), full)?,
            None if above.distance(from) < Points::thousandths(10) => Points::thousandths(1),
            None => Points::thousandths(10),
        };
        possible.scaled(above.distance(step), Points::whole(1))
    }
}

impl fmt::Display for GradingScheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (word, _)) in self.grades.iter().enumerate() {
            if place > 0 {
                formatter.write_str(", ")?;
            }
            formatter.write_str(word)?;
        }
        Ok(())
    }
}

/// Whether two words of a scheme are one to Canvas.
pub fn is_same_word(one: &str, other: &str) -> bool {
    let letters = |word: &str| word.replace('\u{2212}', "-").to_lowercase();
    letters(one.trim()) == letters(other.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(text: &str) -> Points {
        text.parse().expect("points")
    }

    fn scheme(grades: &[(&str, &str)]) -> GradingScheme {
        GradingScheme::new(grades.iter().map(|(word, share)| ((*word).to_owned(), points(share))).collect(), None)
    }

    #[test]
    fn a_word_is_worth_the_top_of_its_band() {
        // Measured (`canvas-contract §H2`).
        for (word, expected) in [
            ("A", Some("100")),
            ("A-", Some("93")),
            ("B", Some("86")),
            ("b", Some("86")),
            ("B\u{2212}", Some("83")),
            ("F", Some("60")),
            ("E", None),
            ("MI", None),
            ("", None),
        ] {
            assert_eq!(GradingScheme::of_canvas().worth(word, points("100")), expected.map(points), "{word}");
        }
        let narrow = scheme(&[("A", "0.9"), ("B", "0.895"), ("C", "0")]);
        assert_eq!(narrow.worth("B", points("100")), Some(points("89.9")));
        let in_points = GradingScheme::new(
            vec![("A".to_owned(), points("0.9")), ("B".to_owned(), points("0"))],
            Some(points("20")),
        );
        assert_eq!(in_points.worth("B", points("100")), Some(points("89.5")));
    }

    #[test]
    fn a_gpa_is_a_word_that_is_a_number() {
        let gpa = scheme(&[("4.0", "0.94"), ("3.0", "0.8"), ("2.0", "0.7"), ("0", "0")]);
        assert_eq!(gpa.worth_of_number(points("4"), points("4")), Some(points("4")));
        assert_eq!(gpa.worth_of_number(points("3"), points("4")), Some(points("3.72")));
        assert_eq!(gpa.worth_of_number(points("2.5"), points("4")), None);
        assert_eq!(gpa.greatest_number(), Some(points("4")));
        assert_eq!(GradingScheme::of_canvas().greatest_number(), None);
        assert_eq!(gpa.to_string(), "4.0, 3.0, 2.0, 0");
    }
}
