//! A layout to edit, for a file of no known format: what its columns' names and values suggest.

use super::column_words::{Meaning, id_kind, is_item_name, meaning, whole_names};
use super::error::ScoresError;
use super::format::Format;
use super::header::{Header, normal};
use super::header_row::HeaderRow;
use super::input::{Input, Opened};
use super::intake::Intake;
use super::recognise::{Said, is_known, recognise};
use super::table::Table;
use super::values_seen::{Kind, ValuesSeen};
use super::{plain, suggested_text};
use crate::domain::{UserIdOrigin, is_fixed_header};

/// So many rows are looked at.
const LOOKED_AT: usize = 1000;

/// So many different values of a column are tried as ids.
const TRIED: usize = 50;

/// A layout for the input, ready to edit. `knows` says whether somebody has this id of this kind: with a cache, ids are
/// recognised by trying them. Where the input has names and no ids, the names are ids of the connector's kind, because
/// that is what decisions about ids are of.
pub fn suggest_layout(
    input: Input,
    intake: &Intake,
    knows: impl Fn(UserIdOrigin, &str) -> bool,
) -> Result<String, ScoresError> {
    let mut opened = Opened::open(input)?;
    let said = Said { course: true, title: true };
    let has_format = |header: &Header| is_known(header, Said { title: false, ..said });
    let row = match intake.header_row {
        Some(line) => HeaderRow::Line(line),
        None => HeaderRow::Known(&[&has_format, &plain::fits]),
    };
    let mut table = Table::open(&mut opened, intake.sheet.as_ref(), row)?;
    let format = recognise(&table.name, &table.header, said).ok().filter(|_| has_format(&table.header));
    let names = table.header.names.clone();
    let mut seen = vec![ValuesSeen::default(); names.len()];
    let mut rows = 0;
    // A row that cannot be read ends the looking: the layout may be what is needed to read it.
    while let (true, Ok(Some(row))) = (rows < LOOKED_AT, table.next()) {
        seen.iter_mut().enumerate().for_each(|(place, seen)| seen.see(row.get(place)));
        rows += 1;
    }
    let mut suggestion = Suggestion::of(&names, &seen, intake.user_id_origin, knows);
    suggestion.format = format.map(Format::name);
    suggestion.header_row = table.above.first().map(|_| table.header.line);
    Ok(suggested_text::text(&suggestion))
}

/// What the columns of a table seem to be.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Suggestion<'a> {
    /// The format that reads such a file without a layout.
    pub(super) format: Option<&'static str>,
    /// The line of the header, where it is not the first.
    pub(super) header_row: Option<u32>,
    /// The column of each kind of id.
    pub(super) ids: Vec<(UserIdOrigin, &'a str)>,
    pub(super) email: Option<&'a str>,
    pub(super) names: Vec<&'a str>,
    /// Whether the only id is a name.
    pub(super) names_as_ids: bool,
    /// The column that says which item a row is of, where one does.
    pub(super) item: Option<&'a str>,
    /// The columns of scores.
    pub(super) scores: Vec<&'a str>,
    /// What the scores are out of, by `{title}` where each has its own column.
    pub(super) possible: Option<String>,
    /// Columns that are no scores.
    pub(super) others: Vec<&'a str>,
}

impl<'a> Suggestion<'a> {
    pub(super) fn of(
        names: &'a [String],
        seen: &[ValuesSeen],
        wanted: UserIdOrigin,
        knows: impl Fn(UserIdOrigin, &str) -> bool,
    ) -> Self {
        let mut found = Self::default();
        let mut scores = Vec::new();
        let mut maybe_ids = Vec::new();
        let mut possible = Vec::new();
        for (name, seen) in names.iter().zip(seen).filter(|(name, _)| !name.is_empty()) {
            let name = name.as_str();
            let kind = seen.kind();
            let by_name = id_kind(name, UserIdOrigin::Sis);
            let id = known_as(seen, &knows).or(by_name.filter(|_| !matches!(kind, Kind::Dates | Kind::Text)));
            match (id, meaning(name)) {
                (Some(origin), _) if found.ids.iter().all(|(known, _)| *known != origin) => {
                    found.ids.push((origin, name));
                }
                (Some(_), _) => found.others.push(name),
                (None, Some(Meaning::Email)) => found.email = found.email.or(Some(name)),
                (None, Some(Meaning::Name)) => found.names.push(name),
                (None, Some(Meaning::Possible)) => possible.push(name),
                (None, _) if kind == Kind::Emails => found.email = found.email.or(Some(name)),
                (None, _) if is_item_name(name) && kind != Kind::Scores => found.item = found.item.or(Some(name)),
                (None, None | Some(Meaning::Total)) if matches!(kind, Kind::Scores | Kind::Nothing) => {
                    scores.push(name);
                }
                (None, meaning) => {
                    if kind == Kind::Ids && meaning.is_none() {
                        maybe_ids.push(name);
                    }
                    found.others.push(name);
                }
            }
        }
        if found.ids.is_empty() {
            let guess = found.email.or_else(|| maybe_ids.first().copied());
            let first_column = || names.first().map(String::as_str).filter(|_| seen.iter().all(ValuesSeen::is_empty));
            match (guess, whole_names(&found.names)) {
                (None, Some(name)) => {
                    found.ids.push((wanted, name));
                    found.names_as_ids = true;
                }
                (guess, _) => found.ids.extend(guess.or_else(first_column).map(|name| (UserIdOrigin::Login, name))),
            }
            let ids = &found.ids;
            found.others.retain(|name| ids.iter().all(|(_, id)| id != name));
        }
        found.take_scores(scores, possible);
        found
    }

    /// Sorts the columns of numbers into scores, what they are out of, and parts of a score.
    fn take_scores(&mut self, mut scores: Vec<&'a str>, mut possible: Vec<&'a str>) {
        let suffix = suffix_of_possible(&scores);
        if let Some(suffix) = &suffix {
            self.possible = Some(format!("{{title}}{suffix}"));
            scores.retain(|name| !name.ends_with(suffix.as_str()));
        }
        if possible.is_empty() {
            possible.extend(scores.iter().copied().find(|name| says_possible(name)));
            scores.retain(|name| !possible.contains(name));
        }
        // One total, and numbers beside it: its parts.
        let fixed: Vec<&str> = scores.iter().copied().filter(|name| is_fixed_header(name)).collect();
        if let [total] = fixed.as_slice() {
            self.others.extend(scores.iter().copied().filter(|name| name != total));
            scores = vec![*total];
        }
        match possible.as_slice() {
            [one] if self.possible.is_none() && scores.len() == 1 => self.possible = Some((*one).to_owned()),
            all => self.others.extend(all),
        }
        self.scores = scores;
    }
}

/// The kind of id that most values of a column are.
fn known_as(seen: &ValuesSeen, knows: &impl Fn(UserIdOrigin, &str) -> bool) -> Option<UserIdOrigin> {
    let values: Vec<&str> = seen.distinct().take(TRIED).collect();
    // Scores of a few points may be somebody's ids by chance.
    if values.len() < 2 || values.iter().all(|value| value.len() < 3) {
        return None;
    }
    let count = |origin| values.iter().filter(|value| knows(origin, value)).count();
    let best = UserIdOrigin::ALL.into_iter().max_by_key(|origin| count(*origin))?;
    (count(best) * 2 > values.len()).then_some(best)
}

/// What stands behind the title of an item in the header of its points possible: ` - Max Points`.
fn suffix_of_possible(scores: &[&str]) -> Option<String> {
    let pairs = scores.iter().flat_map(|title| {
        scores.iter().filter_map(move |name| name.strip_prefix(*title).filter(|suffix| says_possible(suffix)))
    });
    pairs.map(str::to_owned).next()
}

/// Whether a header speaks of what scores are out of.
fn says_possible(name: &str) -> bool {
    let plain = normal(name);
    ["maxpoints", "possible", "available", "outof", "maximum", "maxscore", "maxgrade"]
        .iter()
        .any(|word| plain.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scores::Layout;

    fn suggested(header: &[&str], rows: &[&[&str]], known: &[(UserIdOrigin, &str)]) -> String {
        let names: Vec<String> = header.iter().map(ToString::to_string).collect();
        let mut seen = vec![ValuesSeen::default(); names.len()];
        for row in rows {
            row.iter().zip(&mut seen).for_each(|(value, seen)| seen.see(value));
        }
        suggested_text::text(&Suggestion::of(&names, &seen, UserIdOrigin::Sis, |origin, id| {
            known.contains(&(origin, id))
        }))
    }

    #[test]
    fn a_suggestion_is_a_layout_whatever_the_columns_are_called() {
        let text = suggested(&["NetID", "Surname", "He said \"hi\"\\", "Quiz\n1", ""], &[], &[]);
        assert!(Layout::parse("suggested.toml", &text).is_ok(), "{text}");
        assert!(text.contains("login = \"NetID\"\nname = [\"Surname\"]"), "{text}");
        assert!(Layout::parse("suggested.toml", &suggested(&[], &[], &[])).is_ok());
    }

    #[test]
    fn ids_dates_and_texts_are_no_scores_and_points_are_found() {
        let header = [
            "First Name",
            "SID",
            "section_name",
            "Total Score",
            "Max Points",
            "Submission ID",
            "Time",
            "1.2: Name (6.0 pts)",
        ];
        let rows = [
            &["Marta", "00417001", "", "9.0", "10.0", "1001", "2026-10-01 10:00:00 -0500", "5.0"][..],
            &["José", "00417003", "", "8.5", "10.0", "1003", "2026-10-01 11:00:00 -0500", "5.0"],
        ];
        let text = suggested(&header, &rows, &[]);
        assert!(Layout::parse("suggested.toml", &text).is_ok(), "{text}");
        for part in [
            "sis = \"SID\"\nname = [\"First Name\"]",
            "possible_column = \"Max Points\"",
            "# Total Score",
            "except = [\"section_name\", \"Submission ID\", \"Time\", \"1.2: Name (6.0 pts)\"]",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn ids_are_known_by_trying_them_and_each_item_may_have_its_points() {
        let known = [(UserIdOrigin::Login, "mr"), (UserIdOrigin::Login, "kob"), (UserIdOrigin::Login, "xyz")];
        let header = ["Who", "A", "A - Max Points", "B", "B - Max Points"];
        let rows =
            [&["mr", "8", "10", "17", "20"][..], &["kob", "7", "10", "12", "20"], &["xyz", "7", "10", "12", "20"]];
        let text = suggested(&header, &rows, &known);
        assert!(text.contains("login = \"Who\""), "{text}");
        assert!(text.contains("possible_column = \"{title} - Max Points\"") && text.contains("# A, B\n"), "{text}");
    }

    #[test]
    fn a_column_of_items_makes_a_long_table() {
        let header = ["assignment_name", "roster_identifier", "repository", "points_awarded", "points_available"];
        let rows = [&["lab-3", "mreyes", "lab-3-mr", "3", "4"][..], &["lab-3", "kobrien", "lab-3-kob", "2", "4"]];
        let text = suggested(&header, &rows, &[]);
        let layout = Layout::parse("suggested.toml", &text).expect(&text);
        assert!(layout.written.long.is_some(), "{text}");
        assert!(
            text.contains("login = \"roster_identifier\"") && text.contains("value = \"points_awarded\""),
            "{text}"
        );
        assert!(text.contains("possible = \"points_available\"") && !text.contains("= \"repository\""), "{text}");
    }
}
