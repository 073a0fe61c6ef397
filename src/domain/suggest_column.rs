//! Which assignment a column of a sheet may mean: for suggestions only, never for matching.

use super::Points;
use super::plain_name::plain_name;

/// Whether a name and points possible resemble the column.
type Rule<'a> = dyn Fn(&str, Option<Points>) -> bool + 'a;

/// Below this likeness (1 is equal) of two names, they are not taken for misspellings of each other.
const ALIKE: f64 = 0.85;

/// Finds the one assignment that a column of this title and these points may mean, and says why. `None` where nothing
/// is alike, and where two are equally alike.
///
/// `existing` are the names and points possible of the course's assignments.
pub fn suggest_column(
    title: &str,
    possible: Option<Points>,
    existing: &[(&str, Option<Points>)],
) -> Option<(usize, &'static str)> {
    let plain = plain_name(title);
    let same_points = |points: Option<Points>| possible.is_some() && points == possible;
    let rules: [(&'static str, &Rule<'_>); 5] = [
        ("same name and points", &|name, points| name == title && same_points(points)),
        ("same name", &|name, _| name == title),
        ("same words and points", &|name, points| {
            !plain.is_empty() && plain_name(name) == plain && same_points(points)
        }),
        ("same words", &|name, _| !plain.is_empty() && plain_name(name) == plain),
        ("a similar name and the same points", &|name, points| {
            same_points(points) && is_alike(&plain, &plain_name(name))
        }),
    ];
    for (why, fits) in rules {
        let mut fitting = existing.iter().enumerate().filter(|(_, (name, points))| fits(name, *points));
        match (fitting.next(), fitting.next()) {
            (Some((place, _)), None) => return Some((place, why)),
            // Several of one name: points may still tell, and did not.
            (Some(_), Some(_)) => return None,
            (None, _) => {}
        }
    }
    None
}

/// Whether two names may be misspellings of each other: `Lecture 1` and `Lecture 2` are not.
fn is_alike(one: &str, other: &str) -> bool {
    let numbers = |name: &str| -> Vec<String> {
        let words = name.split(|letter: char| !letter.is_ascii_digit());
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    numbers(one) == numbers(other) && strsim::normalized_damerau_levenshtein(one, other) >= ALIKE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_finds_the_one_assignment_it_may_mean() {
        let points = |text: &str| text.parse::<Points>().ok();
        let existing = [
            ("Lecture 1", points("100")),
            ("Lecture 2", points("100")),
            ("Oral exam", points("20")),
            ("Oral exam", points("30")),
            ("Twice", points("5")),
            ("Twice", points("5")),
            ("Final-Projekt", points("50")),
        ];
        for (title, possible, expected) in [
            ("Lecture 1", "100", Some((0, "same name and points"))),
            ("Lecture 2", "10", Some((1, "same name"))),
            ("lecture  2", "100", Some((1, "same words and points"))),
            ("LECTURE: 2", "", Some((1, "same words"))),
            ("Lecture 3", "100", None),
            ("Oral exam", "30", Some((3, "same name and points"))),
            ("Oral exam", "10", None),
            ("Twice", "5", None),
            ("Final Project", "50", Some((6, "a similar name and the same points"))),
            ("Final Project", "40", None),
            ("", "50", None),
        ] {
            assert_eq!(suggest_column(title, points(possible), &existing), expected, "{title} {possible}");
        }
    }
}
