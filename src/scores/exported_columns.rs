//! What the column headers of Brightspace and Blackboard say: the title, what it is out of, and what stands in the column.

use super::note::LeftOut;
use super::pattern::Described;
use crate::domain::ScoreType;

/// What a header makes of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderMeaning<'a> {
    /// Scores of this item.
    Item(Described<'a>),
    /// The percentages of this item.
    Percentages(Described<'a>),
    /// Letters or other words for this item.
    Words(Described<'a>),
    /// No scores.
    LeftOut(LeftOut),
}

/// A header of Brightspace's export: `Lab 3 Points Grade <Numeric MaxPoints:10 Weight:5 Category:Labs CategoryWeight:20>`,
/// in the words of the course's language within the angle brackets. Its import takes the same without them.
pub(super) fn d2l(name: &str) -> HeaderMeaning<'_> {
    let (kind_and_title, attributes) = match name.strip_suffix('>').and_then(|name| name.rsplit_once('<')) {
        Some((before, attributes)) => (before.trim_end(), attributes),
        None => (name, ""),
    };
    if let Some(title) = kind_and_title.strip_suffix(" Points Grade") {
        // Brightspace computes these itself.
        if ["Formula", "Calculated"].iter().any(|kind| attributes.starts_with(kind)) {
            return HeaderMeaning::LeftOut(LeftOut::Total);
        }
        let possible = attributes.split_once(':').map_or("", |(_, rest)| leading_number(rest));
        let category = attributes.split_once(" Category:").map_or("", |(_, rest)| rest);
        let category = category.rsplit_once(" CategoryWeight:").map_or(category, |(category, _)| category);
        let score_type = attributes.starts_with("PassFail").then_some(ScoreType::CompleteIncomplete);
        return item(Described { title, possible, category, score_type, ..Described::default() });
    }
    let ends_in = |words: &[&str]| words.iter().any(|word| kind_and_title.ends_with(word));
    HeaderMeaning::LeftOut(if ends_in(&[" Grade Symbol", " Text Grade", " Grade Scheme Symbol"]) {
        LeftOut::Words
    } else if ends_in(&[" Feedback", " Comments"]) {
        LeftOut::Feedback
    } else if ends_in(&[" Numerator", " Denominator", " Weighted Grade", " Final Grade", " Subtotal"]) {
        LeftOut::Total
    } else if ["End-of-Line Indicator", "Sections", "Groups"].contains(&kind_and_title) {
        LeftOut::Other
    } else {
        LeftOut::Unknown
    })
}

/// A header of Blackboard's file for working offline: `Quiz 3 [Total Pts: 10 Score] |664617`. A new column has no id.
pub(super) fn blackboard(name: &str) -> HeaderMeaning<'_> {
    match name {
        "Last Access" | "Availability" | "Child Course ID" | "Notes Format" | "Feedback Format" => {
            return HeaderMeaning::LeftOut(LeftOut::Other);
        }
        "Grading Notes" | "Feedback to Learner" | "Feedback to User" => {
            return HeaderMeaning::LeftOut(LeftOut::Feedback);
        }
        _ => {}
    }
    let with_id =
        name.rsplit_once('|').filter(|(_, id)| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
    let (rest, id) = with_id.unwrap_or((name, ""));
    let brackets = rest.trim_end().strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    // Without an id only the words of the export itself tell such a header from a title with brackets.
    let points = brackets.and_then(|(title, inside)| {
        let (label, points) = inside.split_once(':')?;
        (!id.is_empty() || label == "Total Pts").then_some((title, points.trim()))
    });
    let Some((title, points)) = points else { return HeaderMeaning::LeftOut(LeftOut::Unknown) };
    let points = points.strip_prefix("up to ").unwrap_or(points);
    let (possible, kind) = points.split_once(' ').unwrap_or((points, ""));
    let score_type = match kind {
        "Text" => return HeaderMeaning::LeftOut(LeftOut::Words),
        "Complete/Incomplete" => Some(ScoreType::CompleteIncomplete),
        _ => None,
    };
    item(Described { title, id, possible, score_type, ..Described::default() })
}

/// Whether Blackboard shows the column as a percentage: its file says so, and not what its numbers are.
pub(super) fn is_shown_as_percentage(name: &str) -> bool {
    let kind = name.rsplit_once(']').and_then(|(name, _)| name.rsplit_once('[')).map_or("", |(_, inside)| inside);
    let kind = kind.rsplit_once(' ').map_or("", |(_, kind)| kind);
    ["Percentage", "Prozentsatz", "Porcentaje", "Pourcentage"].iter().any(|word| kind.eq_ignore_ascii_case(word))
}

/// An item, unless it lacks a title.
fn item(described: Described<'_>) -> HeaderMeaning<'_> {
    let title = described.title.trim();
    if title.is_empty() {
        return HeaderMeaning::LeftOut(LeftOut::Nameless);
    }
    HeaderMeaning::Item(Described { title, ..described })
}

/// The number that a text starts with.
fn leading_number(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|letter: char| !letter.is_ascii_digit() && !".,".contains(letter)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header's meaning in short: title, id, possible, category, or why it is left out.
    fn short(meaning: HeaderMeaning<'_>) -> String {
        match meaning {
            HeaderMeaning::Item(Described { title, id, possible, category, score_type }) => {
                let kind = score_type.map_or("", ScoreType::name);
                [title, id, possible, category, kind].join("|")
            }
            HeaderMeaning::LeftOut(reason) => format!("{reason:?}"),
            HeaderMeaning::Percentages(_) | HeaderMeaning::Words(_) => panic!("only layouts say so"),
        }
    }

    #[test]
    fn headers_of_brightspace() {
        for (header, expected) in [
            (
                "Lab 3 Points Grade <Numeric MaxPoints:10 Weight:5 Category:Wet labs CategoryWeight:20>",
                "Lab 3||10|Wet labs|",
            ),
            ("Lab, <b> Points Grade <Numeric MaxPoints:12.5 Category:Labs>", "Lab, <b>||12.5|Labs|"),
            ("Ej 1 Points Grade <Numérico Puntos máx.:10>", "Ej 1||10||"),
            ("Ej 1 Points Grade <Numérico Puntos máx.:10 Peso:5>", "Ej 1||10||"),
            ("MapleTA Points Grade", "MapleTA||||"),
            ("Safety Points Grade <PassFail MaxPoints:1 Weight:1>", "Safety||1||CompleteIncomplete"),
            ("Poster Points Grade <Selectbox MaxPoints:10>", "Poster||10||"),
            ("Sum Points Grade <Formula MaxPoints:10>", "Total"),
            ("Poster Grade Symbol <Selectbox MaxPoints:10>", "Words"),
            ("Remark Text Grade <Text>", "Words"),
            ("Lab 3 Feedback", "Feedback"),
            ("Calculated Final Grade Numerator", "Total"),
            ("Adjusted Final Grade Denominator", "Total"),
            (" Points Grade <Numeric MaxPoints:1>", "Nameless"),
            ("End-of-Line Indicator", "Other"),
            ("Quiz 4", "Unknown"),
        ] {
            assert_eq!(short(d2l(header)), expected, "{header}");
        }
    }

    #[test]
    fn headers_of_blackboard() {
        for (header, expected) in [
            ("Quiz 3 [a] [Total Pts: 10] |664617", "Quiz 3 [a]|664617|10||"),
            ("Quiz 3 [Total Pts: 10 Score] |664617", "Quiz 3|664617|10||"),
            ("Total [Total Pts: up to 1,115 Score] |664602", "Total|664602|1,115||"),
            ("Essay [Total Pts: 10 Score]", "Essay||10||"),
            ("Prueba [Puntos totales: 10 Puntuación] |5", "Prueba|5|10||"),
            ("Essay [draft: 2]", "Unknown"),
            ("Programme [Total Pts: 0 Text] |664619", "Words"),
            ("Lab check [Total Pts: 5 Complete/Incomplete] |664620", "Lab check|664620|5||CompleteIncomplete"),
            ("Essay [Total Pts: 20 Percentage] |664621", "Essay|664621|20||"),
            ("Feedback to Learner", "Feedback"),
            ("Availability", "Other"),
            ("Essay", "Unknown"),
        ] {
            assert_eq!(short(blackboard(header)), expected, "{header}");
            assert_eq!(is_shown_as_percentage(header), header.contains("Percentage"), "{header}");
        }
    }
}
