//! The values of a file's columns, settled once all of it was read: each column shows the form of its numbers.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use arcstr::ArcStr;
use foldhash::fast::RandomState;

use super::intake::{Method, Missing};
use super::no_score::NoScore;
use super::note::{Note, NoteKind};
use super::number_form::{Evidence, Form, Glance, NumberForm, Read, fraction};
use super::number_text::{DecimalSign, may_be_one_number};
use super::viewing::Settings;
use crate::domain::{Column, Points, ScorableItem, ScoreSheet, ScoreType, SkipReason, Skipped, Source, either_number};

/// How the values of a file are taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumberRules {
    /// The decimal sign, where a person said it.
    pub(super) stated: Option<DecimalSign>,
    /// What separates the fields of the file.
    pub(super) delimiter: u8,
    /// Whether the file reports viewing, so that the grading method applies.
    pub(super) is_viewing: bool,
}

/// The values that a glance did not settle.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// Of the file at hand, if people or programs wrote its values in their own way.
    file: Option<FileNumbers>,
    /// Points possible of the columns that are settled, as the file had them.
    possible: HashMap<u32, Arc<str>>,
}

#[derive(Debug)]
struct FileNumbers {
    rules: NumberRules,
    /// By column.
    evidence: Vec<Evidence>,
    /// What the file says its columns are out of, and where it does first.
    possible: BTreeMap<u32, (Source, Arc<str>)>,
    /// What else it says they are out of that may be the same number, and where it does first.
    possible_again: BTreeMap<(u32, Arc<str>), Source>,
    /// Places of scores in the sheet.
    unclear: Vec<usize>,
}

impl FileNumbers {
    fn look(&mut self, column: u32, text: &str) -> Glance {
        let column = column as usize;
        if self.evidence.len() <= column {
            self.evidence.resize(column + 1, Evidence::default());
        }
        self.evidence[column].look(text)
    }
}

/// What settling changes.
pub(super) struct Gathered<'a> {
    pub(super) sheet: &'a mut ScoreSheet,
    pub(super) settings: &'a [Settings],
    pub(super) values: &'a mut HashSet<ArcStr, RandomState>,
    pub(super) notes: &'a mut Vec<Note>,
}

/// The one copy of a text.
pub(super) fn one_copy<Text>(texts: &mut HashSet<Text, RandomState>, text: &str) -> Text
where
    Text: Borrow<str> + Clone + Eq + Hash + for<'a> From<&'a str>,
{
    if let Some(known) = texts.get(text) {
        return known.clone();
    }
    let text = Text::from(text);
    texts.insert(text.clone());
    text
}

/// What is said of a column's values, once for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Form(NumberForm),
    Either,
    NoScore(NoScore),
}

/// Where something of a column was met first, and how often it was met.
type Tally = BTreeMap<(u32, Told), (Source, u32)>;

impl Numbers {
    /// What follows is of a file with these rules.
    pub(super) fn begin(&mut self, rules: NumberRules) {
        let (possible, possible_again) = (BTreeMap::new(), BTreeMap::new());
        self.file = Some(FileNumbers { rules, evidence: Vec::new(), possible, possible_again, unclear: Vec::new() });
    }

    /// A value of a column, which gets this place among the sheet's scores.
    pub(super) fn see_score(&mut self, column: u32, text: &str, place: usize) {
        let Some(file) = &mut self.file else { return };
        if matches!(file.look(column, text), Glance::PointOrThousands | Glance::Unclear) {
            file.unclear.push(place);
        }
    }

    /// What the file says a column is out of; an empty text says nothing.
    pub(super) fn see_possible(&mut self, column: u32, source: Source, text: &str) {
        if let Some(file) = self.file.as_mut().filter(|_| !text.is_empty()) {
            file.look(column, text);
            file.possible.entry(column).or_insert_with(|| (source, text.into()));
        }
    }

    /// What the file says anew that a column is out of: what it and earlier files said before does not count any more.
    pub(super) fn see_possible_anew(&mut self, column: u32, source: Source, text: &str) {
        if self.possible.get(&column).is_some_and(|settled| **settled != *text) {
            self.possible.remove(&column);
        }
        if let Some(file) = &mut self.file {
            file.possible.remove(&column);
        }
        self.see_possible(column, source, text);
    }

    /// Whether only the end of the file at hand shows that a column is out of something else than was `known` before: the
    /// text is the same as in the file that was settled before, or it may be the same number in another form.
    pub(super) fn is_left_to_the_end(&mut self, column: u32, source: Source, known: &str, text: &str) -> bool {
        if self.possible.get(&column).is_some_and(|settled| **settled == *text) {
            return true;
        }
        let may_be = known != text && may_be_one_number(known, text);
        if let Some(file) = self.file.as_mut().filter(|_| may_be) {
            file.possible_again.entry((column, text.into())).or_insert(source);
            return true;
        }
        false
    }

    /// Settles the values of the file at hand.
    pub(super) fn settle(&mut self, gathered: Gathered<'_>) {
        let Some(FileNumbers { rules, evidence, possible, possible_again, unclear }) = self.file.take() else { return };
        let forms: Vec<Form> = evidence.iter().map(|one| one.form(rules.stated, rules.delimiter)).collect();
        let mut settling = Settling { gathered, rules, forms, tally: Tally::new(), dropped: Vec::new() };
        settling.possible(possible, &mut self.possible);
        settling.possible_again(&possible_again);
        settling.scores(&unclear);
        settling.finish();
    }
}

struct Settling<'a> {
    gathered: Gathered<'a>,
    rules: NumberRules,
    /// By column.
    forms: Vec<Form>,
    tally: Tally,
    /// Places of scores that are none.
    dropped: Vec<usize>,
}

impl Settling<'_> {
    fn tell(&mut self, column: u32, source: Source, told: Told) {
        self.tally.entry((column, told)).or_insert((source, 0)).1 += 1;
    }

    /// Writes plainly what the columns are out of.
    fn possible(&mut self, columns: BTreeMap<u32, (Source, Arc<str>)>, settled: &mut HashMap<u32, Arc<str>>) {
        for (column, (source, raw)) in columns {
            let form = self.forms[column as usize];
            if settled.get(&column) == Some(&raw) {
                self.compare_possible(column, source, &raw);
                continue;
            }
            let Some((item, _)) = &mut self.gathered.sheet.columns[column as usize].item else { continue };
            if settled.contains_key(&column) || item.score_possible != raw {
                continue;
            }
            match form.read(&raw) {
                Read::AsItStands => {}
                Read::Number { plain, forms } => {
                    item.score_possible = plain.into();
                    for form in forms {
                        self.tell(column, source, Told::Form(form));
                    }
                }
                Read::Either { point, comma } => {
                    item.score_possible = either_number(&raw, &point, &comma).into();
                    self.tell(column, source, Told::Either);
                }
            }
            settled.insert(column, raw);
        }
    }

    /// Compares what else the file says its columns are out of.
    fn possible_again(&mut self, texts: &BTreeMap<(u32, Arc<str>), Source>) {
        for ((column, text), source) in texts {
            self.compare_possible(*column, *source, text);
        }
    }

    /// Says so if a column is out of something else by this text.
    fn compare_possible(&mut self, column: u32, source: Source, text: &str) {
        let form = self.forms.get(column as usize).copied();
        let Column { item: Some((item, first)), contradicted, .. } = &mut self.gathered.sheet.columns[column as usize]
        else {
            return;
        };
        let points = form.map_or_else(|| text.parse().ok(), |form| form.points(text));
        if points != item.score_possible.parse().ok() {
            contradicted.get_or_insert(source);
            self.gathered.notes.push(Note { source, kind: NoteKind::DescribedDifferently { first: *first } });
        }
    }

    fn scores(&mut self, places: &[usize]) {
        let wholes = self.wholes(places);
        for place in places {
            let score = &self.gathered.sheet.scores[*place];
            let (column, source, text) = (score.column, score.source, score.received.clone());
            if let Some((part, whole)) = fraction(&text) {
                let form = self.forms[column as usize];
                let points = form.points(part).zip(form.points(whole));
                if let Some((part, _)) = points.filter(|(_, whole)| wholes.get(&column) == Some(&Some(*whole))) {
                    self.gathered.sheet.scores[*place].received = part.to_string().into();
                    self.tell(column, source, Told::Form(NumberForm::Fraction));
                }
                continue;
            }
            match self.forms[column as usize].read(&text) {
                Read::Number { plain, forms } => {
                    let plain = self.completion(column, &plain).unwrap_or(plain);
                    let plain = one_copy(self.gathered.values, &plain);
                    self.gathered.sheet.scores[*place].received = plain;
                    for form in forms {
                        self.tell(column, source, Told::Form(form));
                    }
                }
                Read::Either { point, comma } => {
                    self.gathered.sheet.scores[*place].received = either_number(&text, &point, &comma).into();
                    self.tell(column, source, Told::Either);
                }
                Read::AsItStands => {
                    if let Some(word) = NoScore::of(&text) {
                        self.no_score(*place, word);
                    }
                }
            }
        }
    }

    /// What each column with fractions is out of: what was said, else what all of its fractions say, which the column
    /// then learns; nothing where they disagree.
    fn wholes(&mut self, places: &[usize]) -> HashMap<u32, Option<Points>> {
        let mut met: BTreeMap<u32, (Source, Option<Points>)> = BTreeMap::new();
        for place in places {
            let score = &self.gathered.sheet.scores[*place];
            let Some((_, whole)) = fraction(&score.received) else { continue };
            let whole = self.forms[score.column as usize].points(whole).filter(|points| *points > Points::ZERO);
            let (_, known) = met.entry(score.column).or_insert((score.source, whole));
            *known = known.filter(|known| whole == Some(*known));
        }
        let mut whole_of = |(column, (first, whole)): (u32, (Source, Option<Points>))| {
            let place = &mut self.gathered.sheet.columns[column as usize].item;
            let said = place.as_ref().map(|(item, _)| &item.score_possible).filter(|possible| !possible.is_empty());
            if let Some(said) = said {
                return (column, said.parse().ok());
            }
            if let Some(points) = whole {
                let (item, _) = place.get_or_insert_with(|| (ScorableItem::default(), first));
                item.score_possible = points.to_string().into();
            }
            (column, whole)
        };
        met.into_iter().map(&mut whole_of).collect()
    }

    /// The completion that a percentage of viewing stands for, where the course is graded by it.
    fn completion(&self, column: u32, plain: &str) -> Option<String> {
        let settings = self.gathered.settings[column as usize];
        let (item, _) = self.gathered.sheet.columns[column as usize].item.as_ref()?;
        let applies = self.rules.is_viewing
            && settings.method == Method::Complete
            && item.score_type == ScoreType::CompleteIncomplete;
        let percent: Points = plain.trim_end_matches('%').parse().ok().filter(|_| applies)?;
        Some(String::from(if percent >= settings.complete_at { "1" } else { "0" }))
    }

    /// Takes a word for what it is: no score, and never zero unless a blank is one and this is printed for a blank.
    fn no_score(&mut self, place: usize, word: NoScore) {
        let score = &mut self.gathered.sheet.scores[place];
        let (column, source) = (score.column, score.source);
        if word == NoScore::Dash && self.gathered.settings[column as usize].missing == Missing::Zero {
            score.received = "0".into();
            self.gathered.notes.push(Note { source, kind: NoteKind::BlankBecameZero });
            return;
        }
        let reason = if score.comment().is_some() { SkipReason::BlankWithComment } else { SkipReason::NoScore };
        self.gathered.sheet.skipped.push(Skipped { source, reason });
        self.dropped.push(place);
        self.tell(column, source, Told::NoScore(word));
    }

    /// Takes out what is no score, and says what was done.
    fn finish(self) {
        let Self { gathered: Gathered { sheet, notes, .. }, tally, dropped, .. } = self;
        if !dropped.is_empty() {
            let mut dropped = dropped.into_iter().peekable();
            let mut place = 0;
            sheet.scores.retain(|_| {
                let is_dropped = dropped.next_if_eq(&place).is_some();
                place += 1;
                !is_dropped
            });
        }
        for ((column, told), (source, values)) in tally {
            let described = &sheet.columns[column as usize];
            let title = described.item.as_ref().map(|(item, _)| item.title.as_ref()).filter(|title| !title.is_empty());
            let column: Box<str> =
                title.map_or_else(|| described.key.assignment.to_string().into(), |title| title.to_owned().into());
            let kind = match told {
                Told::Form(form) => NoteKind::NumbersRead { column, form, values },
                Told::Either => NoteKind::NumbersUnclear { column, values },
                Told::NoScore(word) => NoteKind::NoScore { column, word, values },
            };
            notes.push(Note { source, kind });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Input, Intake, NoteKind, Reading, read};
    use super::*;

    fn reading(texts: &[&str], intake: &Intake) -> Reading {
        let input = |text: &&str| Input::Reader {
            name: String::from("scores.csv"),
            reader: Box::new(std::io::Cursor::new((*text).to_owned())),
        };
        read(texts.iter().map(input).collect(), intake).expect("readable files")
    }

    fn values(reading: &Reading) -> Vec<&str> {
        reading.sheet.scores.iter().map(|score| score.received.as_str()).collect()
    }

    #[test]
    fn viewing_is_graded_by_the_number_that_its_column_shows() {
        let percent = "Course ID,Recording ID,User ID,% Viewed\nBIO,r-1,1,\"85,5 %\"\nBIO,r-1,2,90 %\nBIO,r-1,3,NA\n";
        assert_eq!(values(&reading(&[percent], &Intake::default())), ["85.5", "90"]);
        let complete = Intake { method: Some(Method::Complete), complete_at: Points::whole(86), ..Intake::default() };
        assert_eq!(values(&reading(&[percent], &complete)), ["0", "1"]);
    }

    #[test]
    fn a_number_of_minutes_is_never_taken_for_a_percentage() {
        let head = "Course ID,Recording ID,User ID,Minutes Viewed,Duration\n";
        let minutes = format!("{head}BIO,r-1,1,\"30,5\",61\nBIO,r-1,2,\"1,234\",61\n");
        assert_eq!(values(&reading(&[&minutes], &Intake::default())), ["50", "1,234 min"]);
    }

    #[test]
    fn what_was_computed_has_one_reading() {
        let head = "Course ID;Recording ID;User ID;Minutes Viewed;Duration\n";
        let text = format!("{head}BIO;r-1;1;97;800\nBIO;r-1;2;1:07:30;800\n");
        assert_eq!(values(&reading(&[&text], &Intake::default())), ["12.1250", "8.4375"]);
        let minutes = Intake { method: Some(Method::Minutes), ..Intake::default() };
        assert_eq!(values(&reading(&[&text], &minutes)), ["97", "67.5"]);
    }

    #[test]
    fn each_file_shows_its_own_form_of_one_column() {
        let head = "course_id;assignment_title;user_id;score_received;score_possible\n";
        let first = format!("{head}BIO;Big;1;1.050;2.000\nBIO;Big;2;1.234,5;2.000\n");
        let alike = format!("{head}BIO;Big;3;1,5;2.000\n");
        let other = format!("{}BIO,Big,3,1.5,2.000\n", head.replace(';', ","));
        for (second, differs) in [(alike, false), (other, true)] {
            let reading = reading(&[&first, &second], &Intake::default());
            assert_eq!(values(&reading), ["1050", "1234.5", "1.5"]);
            let item = reading.sheet.columns[0].item.as_ref().map(|(item, _)| item.score_possible.as_ref());
            assert_eq!(item, Some("2000"));
            let is_told = |note: &Note| matches!(note.kind, NoteKind::DescribedDifferently { .. });
            assert_eq!(reading.notes.iter().any(is_told), differs, "{:?}", reading.notes);
            assert_eq!(reading.sheet.columns[0].contradicted.is_some(), differs);
        }
    }

    #[test]
    fn points_possible_are_compared_as_the_numbers_they_are() {
        let head = "course_id;assignment_title;user_id;score_received;score_possible\n";
        for (possible, differs) in [
            (["20", "20,0", "20"], false),
            (["20,0", "20", "20.00"], false),
            (["1000", "1,000", "1.000,0"], true),
            (["1000", "1.000", "1.000,0"], false),
            (["20", "25", "20"], true),
        ] {
            let row = |(user, possible): (usize, &str)| format!("BIO;Big;{user};9,5;{possible}\n");
            let rows: Vec<String> = possible.into_iter().enumerate().map(row).collect();
            let one = reading(&[&format!("{head}{}", rows.concat())], &Intake::default());
            let each: Vec<String> = rows.iter().map(|row| format!("{head}{row}")).collect();
            let many = reading(&each.iter().map(String::as_str).collect::<Vec<_>>(), &Intake::default());
            for (files, reading) in [("one file", one), ("a file for each row", many)] {
                let is_told = |note: &Note| matches!(note.kind, NoteKind::DescribedDifferently { .. });
                assert_eq!(reading.notes.iter().any(is_told), differs, "{possible:?}, {files}: {:?}", reading.notes);
                assert_eq!(reading.sheet.columns[0].contradicted.is_some(), differs, "{possible:?}, {files}");
            }
        }
    }
}
