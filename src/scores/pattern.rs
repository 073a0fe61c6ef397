//! Patterns of column headers that say more than a title: `Quiz 3 [Total Pts: 10] |664617`.

use crate::domain::ScoreType;

/// A header's pattern: text, and places for `{title}`, `{id}`, `{possible}`, `{category}` and, for anything, `{*}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnPattern {
    before: String,
    /// Each place and the text behind it.
    places: Vec<(Place, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Title,
    Id,
    Possible,
    Category,
    Anything,
}

/// What a header says of its column; empty where it says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Described<'a> {
    pub(super) title: &'a str,
    pub(super) id: &'a str,
    pub(super) possible: &'a str,
    pub(super) category: &'a str,
    /// How it counts, where the header says so.
    pub(super) score_type: Option<ScoreType>,
}

impl ColumnPattern {
    /// Reads a pattern; `None` if it lacks a title or two places touch.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let pattern = Self::parse_any(text)?;
        pattern.places.iter().any(|(place, _)| *place == Place::Title).then_some(pattern)
    }

    /// Reads a pattern that need not say a title; `None` for a mere name, and if two places touch.
    pub(super) fn parse_any(text: &str) -> Option<Self> {
        let (before, mut rest) = text.split_once('{')?;
        let mut places = Vec::new();
        loop {
            let (name, behind) = rest.split_once('}')?;
            let place = match name {
                "title" => Place::Title,
                "id" => Place::Id,
                "possible" => Place::Possible,
                "category" => Place::Category,
                "*" => Place::Anything,
                _ => return None,
            };
            let (literal, next) = match behind.split_once('{') {
                Some(("", _)) => return None,
                Some((literal, next)) => (literal, Some(next)),
                None => (behind, None),
            };
            places.push((place, literal.to_owned()));
            match next {
                Some(next) => rest = next,
                None => break,
            }
        }
        Some(Self { before: before.to_owned(), places })
    }

    /// A header that fits, for people: `Title [Total Pts: N] |ID`.
    pub(super) fn example(&self) -> String {
        let mut example = self.before.clone();
        for (place, literal) in &self.places {
            example.push_str(match place {
                Place::Title => "Title",
                Place::Id => "ID",
                Place::Possible => "N",
                Place::Category => "Category",
                Place::Anything => "…",
            });
            example.push_str(literal);
        }
        example
    }

    /// Whether a header fits the pattern.
    pub(super) fn matches(&self, header: &str) -> bool {
        self.read(header).is_some()
    }

    /// What a header says, if it fits the pattern and has a title.
    pub(super) fn describe<'a>(&self, header: &'a str) -> Option<Described<'a>> {
        self.read(header).filter(|described| !described.title.is_empty())
    }

    /// Read from its end, because a title may hold anything.
    fn read<'a>(&self, header: &'a str) -> Option<Described<'a>> {
        let mut rest = header.strip_prefix(self.before.as_str())?;
        let mut described = Described::default();
        let mut later = None;
        for (place, literal) in self.places.iter().rev() {
            match later {
                None => rest = rest.strip_suffix(literal.as_str())?,
                Some(later) => {
                    let (before, text) = rest.rsplit_once(literal.as_str())?;
                    described.set(later, text);
                    rest = before;
                }
            }
            later = Some(*place);
        }
        described.set(later?, rest);
        Some(described)
    }
}

impl<'a> Described<'a> {
    fn set(&mut self, place: Place, text: &'a str) {
        let text = text.trim();
        match place {
            Place::Title => self.title = text,
            Place::Id => self.id = text,
            Place::Possible => self.possible = text,
            Place::Category => self.category = text,
            Place::Anything => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_what_the_pattern_says_it_does() {
        for (pattern, header, expected) in [
            (
                "{title} [Total Pts: {possible}] |{id}",
                "Quiz 3 [a] [Total Pts: 10] |664617",
                Some(("Quiz 3 [a]", "664617", "10", "")),
            ),
            (
                "{title} [Total Pts: {possible} {*}] |{id}",
                "Quiz [Total Pts: 10 Score] |1",
                Some(("Quiz", "1", "10", "")),
            ),
            (
                "{title} <{*}MaxPoints:{possible} Category:{category}>",
                "Lab <Numeric MaxPoints:5 Category:Lab work>",
                Some(("Lab", "", "5", "Lab work")),
            ),
            ("{title} ({id})", "Essay (draft) (77)", Some(("Essay (draft)", "77", "", ""))),
            ("{title} ({id})", "Essay", None),
            ("{title} ({id})", " (7)", None),
        ] {
            let found = ColumnPattern::parse(pattern).expect(pattern).describe(header);
            assert_eq!(
                found.map(|found| (found.title, found.id, found.possible, found.category)),
                expected,
                "{header}"
            );
        }
        for bad in ["", "title", "{id}", "{title}{id}", "{title} {name}", "{title"] {
            assert_eq!(ColumnPattern::parse(bad), None, "{bad:?}");
        }
    }
}
