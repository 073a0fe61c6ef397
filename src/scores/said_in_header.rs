//! What the header of a column says beside the title: what it is out of.

use crate::domain::Points;

/// The title, and what the header says that the column is out of; empty if it says nothing: `Quiz B [20 pts]`,
/// `Quiz C (5 points)`, `Quiz D /5`. A bare number in brackets is part of a title, or an id.
pub(super) fn possible_in(header: &str) -> (&str, &str) {
    let header = header.trim();
    let behind_slash = header.rsplit_once('/').filter(|(title, number)| {
        title.ends_with(' ') && number.trim().parse::<Points>().is_ok_and(|points| points > Points::ZERO)
    });
    if let Some((title, number)) = behind_slash.filter(|(title, _)| !title.trim().is_empty()) {
        return (title.trim_end(), number.trim());
    }
    let in_brackets = [('[', ']'), ('(', ')')].into_iter().find_map(|(open, close)| {
        let (title, inner) = header.strip_suffix(close)?.rsplit_once(open)?;
        let (number, unit) = inner.trim().split_once(' ')?;
        let is_unit = ["pts", "pts.", "pt", "points", "point", "Punkte", "puntos"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(unit.trim()));
        (is_unit && number.parse::<Points>().is_ok() && !title.trim().is_empty()).then_some((title.trim_end(), number))
    });
    in_brackets.unwrap_or((header, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_told_from_titles_and_ids() {
        for (header, expected) in [
            ("Quiz B [20 pts]", ("Quiz B", "20")),
            ("Quiz C (5 Points)", ("Quiz C", "5")),
            ("Quiz D /5", ("Quiz D", "5")),
            ("Lab / 7.5", ("Lab", "7.5")),
            ("Lab (1)", ("Lab (1)", "")),
            ("Quiz 1 (9001)", ("Quiz 1 (9001)", "")),
            ("Reading 3/4", ("Reading 3/4", "")),
            ("[5 pts]", ("[5 pts]", "")),
            ("/5", ("/5", "")),
            ("Essay [draft 2]", ("Essay [draft 2]", "")),
        ] {
            assert_eq!(possible_in(header), expected);
        }
    }
}
