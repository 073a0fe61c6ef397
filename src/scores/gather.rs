//! Gathers what the readers find into one sheet: each column once, each id and text once in memory.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arcstr::ArcStr;
use foldhash::fast::RandomState;

use super::error::ScoresError;
use super::format::Format;
use super::from_name::AssignmentTitle;
use super::intake::{Intake, Missing};
use super::key_texts::KeyTexts;
use super::note::{Note, NoteKind};
use super::numbers::{Gathered, NumberRules, Numbers, one_copy};
use super::recognise::Said;
use super::same_item::{fills, tells_the_same};
use super::sent::{Sent, comment, status};
use super::shares::Shares;
use super::viewing::Settings;
use crate::domain::{
    AssignmentId, AssignmentKey, Beside, Blank, Column, ColumnKey, Exactness, ScorableItem, Score, ScoreSheet,
    ScoreType, SentDate, SkipReason, Skipped, Source, SourceFile, UntitledColumn, name_of_file,
};

/// A sheet in the making.
pub(super) struct Gathering<'a> {
    /// What the user said.
    pub(super) intake: &'a Intake,
    sheet: ScoreSheet,
    notes: Vec<Note>,
    /// The texts of the columns.
    texts: HashSet<Arc<str>, RandomState>,
    /// The values of the scores.
    values: HashSet<ArcStr, RandomState>,
    columns: HashMap<Box<[u8]>, u32>,
    /// The key that is being looked up, and the one found last: rows of a column mostly stand together.
    key: Vec<u8>,
    last: Option<(Vec<u8>, u32)>,
    /// What holds for each column.
    settings: Vec<Settings>,
    /// Values that are settled at the end of their file.
    numbers: Numbers,
    /// Which columns hold percentages alone.
    pub(super) shares: Shares,
    /// Whether each column is meant to be there even if nobody has a score in it.
    listed: Vec<bool>,
    /// The course of the file at hand, where its records name none; empty if the user said nothing.
    pub(super) course: Arc<str>,
    /// Whether a record needed it.
    course_taken: bool,
    /// Whether a column needed the title that the user said.
    title_taken: bool,
    /// The date read last and its text: a sender's dates mostly repeat.
    last_date: (String, SentDate),
    /// What was said last beside a score.
    last_beside: Option<Arc<Beside>>,
}

/// Which of two descriptions of one column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Describe {
    /// The first; later ones may fill what it leaves empty.
    First,
    /// The last: each item of a capture was an update.
    Last,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(intake: &'a Intake) -> Self {
        Self {
            intake,
            sheet: ScoreSheet::default(),
            notes: Vec::new(),
            texts: HashSet::default(),
            values: HashSet::default(),
            columns: HashMap::new(),
            key: Vec::new(),
            last: None,
            settings: Vec::new(),
            numbers: Numbers::default(),
            shares: Shares::default(),
            listed: Vec::new(),
            course: Arc::default(),
            course_taken: false,
            title_taken: false,
            last_date: (String::new(), SentDate::Day(jiff::civil::Date::ZERO)),
            last_beside: None,
        }
    }

    /// The sheet and the notes. Columns of excluded courses, and those in which nobody has a score and that no record
    /// lists as an item, are left out: nothing is created for blanks.
    pub(super) fn finish(mut self) -> (ScoreSheet, Vec<Note>) {
        self.shares.tell(&mut self.sheet.columns);
        let mut used = vec![false; self.sheet.columns.len()];
        for score in &self.sheet.scores {
            used[score.column as usize] = true;
        }
        for ((used, listed), settings) in used.iter_mut().zip(&self.listed).zip(&self.settings) {
            *used |= *listed && settings.include;
        }
        if used.iter().any(|used| !used) {
            let mut kept = 0;
            let mut places: Vec<u32> = Vec::with_capacity(used.len());
            for used in &used {
                places.push(kept);
                kept += u32::from(*used);
            }
            self.sheet.scores.iter_mut().for_each(|score| score.column = places[score.column as usize]);
            let mut used = used.into_iter();
            self.sheet.columns.retain(|_| used.next().unwrap_or_default());
        }
        (self.sheet, self.notes)
    }

    /// What follows is of this file.
    pub(super) fn begin_file(&mut self, file: SourceFile) {
        self.course = match &self.intake.course_from_name {
            Some(pattern) => pattern.course(&file.name).unwrap_or_default().into(),
            None => self.intake.course.clone().unwrap_or_default(),
        };
        self.sheet.files.push(file);
    }

    /// The title of the file's only column, for a file that does not say it: what the user said goes before the layout.
    /// `None` if nothing was said.
    pub(super) fn take_title(&mut self, of_layout: Option<&AssignmentTitle>) -> Result<Option<Arc<str>>, ScoresError> {
        let Some(said) = self.intake.assignment.as_ref().or(of_layout) else { return Ok(None) };
        self.title_taken |= self.intake.assignment.is_some();
        let name = self.file_name();
        match said.of_file(&name) {
            Some(title) => Ok(Some(self.text(title))),
            None => Err(ScoresError::NameWithoutTitle { name }),
        }
    }

    /// What the user said of the file at hand.
    pub(super) fn said(&self) -> Said {
        Said { course: self.has_course(), title: self.intake.assignment.is_some() }
    }

    /// Whether a column needed the title that the user said.
    pub(super) fn title_taken(&self) -> bool {
        self.title_taken
    }

    /// The values of the file at hand are numbers as people and programs write them.
    pub(super) fn begin_numbers(&mut self, rules: NumberRules) {
        self.numbers.begin(rules);
    }

    /// What the file at hand says a column is out of.
    pub(super) fn see_possible(&mut self, line: u32, column: u32, text: &str) {
        let source = self.source(line);
        self.numbers.see_possible(column, source, text);
    }

    /// The file at hand was read: what its columns show of their numbers is applied.
    pub(super) fn settle_numbers(&mut self) {
        let Self { numbers, sheet, settings, values, notes, .. } = self;
        numbers.settle(Gathered { sheet, settings, values, notes });
    }

    /// Whether the user said which course records are of that name none.
    pub(super) fn has_course(&self) -> bool {
        !self.course.is_empty()
    }

    /// Whether a record was of the course that the user said.
    pub(super) fn course_taken(&self) -> bool {
        self.course_taken
    }

    /// Demands that the user said a course, because the format names none.
    pub(super) fn demand_course(&self, format: Format) -> Result<(), ScoresError> {
        let name = self.file_name();
        match (self.has_course(), &self.intake.course_from_name) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(ScoresError::NameWithoutCourse { name }),
            (false, None) => Err(ScoresError::NoCourse { name, format }),
        }
    }

    /// What holds for the scores of a course: what the courses file says of it, else what was said of all. An empty
    /// id stands for the course of the file.
    pub(super) fn settings(&self, course_id: &str) -> Settings {
        let intake = self.intake;
        let course_id = if course_id.is_empty() { &self.course } else { course_id };
        let rule = intake.courses.get(course_id).cloned().unwrap_or_default();
        Settings {
            include: rule.include.unwrap_or(true),
            method: rule.method.or(intake.method).unwrap_or_default(),
            complete_at: rule.complete_at.unwrap_or(intake.complete_at),
            possible: rule.possible.or(intake.possible),
            missing: rule.missing.unwrap_or(intake.missing),
        }
    }

    /// A record of the file at hand.
    pub(super) fn source(&self, line: u32) -> Source {
        Source { file: u32::try_from(self.sheet.files.len() - 1).unwrap_or(u32::MAX), line }
    }

    /// The one copy of a text of a column.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        one_copy(&mut self.texts, text)
    }

    /// The column of a key, new if it was not seen. An empty id makes the title the key, if the format allows it, and
    /// an empty course id stands for the course of the file.
    pub(super) fn column(&mut self, key: KeyTexts<'_>) -> Result<u32, ScoresError> {
        let course = Arc::clone(&self.course);
        self.course_taken |= key.course_id.is_empty();
        let key = if key.course_id.is_empty() { KeyTexts { course_id: &course, ..key } } else { key };
        self.key.clear();
        for text in [key.customer_number, key.provider_id, key.course_id, key.id, key.title_key()] {
            self.key.extend_from_slice(&text.len().to_le_bytes());
            self.key.extend_from_slice(text.as_bytes());
        }
        self.key.push(u8::from(key.untitled));
        if key.untitled {
            // Another file of the same header may mean another assignment.
            let file = self.sheet.files.last().map_or("", |file| name_of_file(&file.name));
            self.key.extend_from_slice(file.as_bytes());
        }
        match &self.last {
            Some((last, column)) if *last == self.key => return Ok(*column),
            _ => {}
        }
        let column = match self.columns.get(self.key.as_slice()) {
            Some(column) => *column,
            None => self.new_column(key)?,
        };
        self.last = Some((self.key.clone(), column));
        Ok(column)
    }

    fn new_column(&mut self, key: KeyTexts<'_>) -> Result<u32, ScoresError> {
        let too_long = |_| ScoresError::TooLong { name: self.file_name() };
        let column = u32::try_from(self.sheet.columns.len()).map_err(too_long)?;
        let assignment = match (key.id, key.title_key()) {
            ("", "") => AssignmentKey::Missing,
            ("", title) if key.untitled => AssignmentKey::Untitled(UntitledColumn::of_file(title, &self.file_name())),
            ("", title) => AssignmentKey::Title(self.text(title)),
            (id, _) => AssignmentKey::Id(self.text(id)),
        };
        self.settings.push(self.settings(key.course_id));
        self.listed.push(false);
        let key = ColumnKey {
            customer_number: self.text(key.customer_number),
            provider_id: self.text(key.provider_id),
            course_id: self.text(key.course_id),
            assignment,
        };
        let (exactness, contradicted) = (Exactness::AsSent, None);
        self.sheet.columns.push(Column { key, item: None, canvas: None, exactness, contradicted });
        self.columns.insert(self.key.clone().into_boxed_slice(), column);
        Ok(column)
    }

    fn file_name(&self) -> String {
        self.sheet.files.last().map_or_else(String::new, |file| file.name.to_string())
    }

    /// How the sender counts in a column, as far as it was said.
    pub(super) fn score_type(&self, column: u32) -> ScoreType {
        self.sheet.columns[column as usize].item.as_ref().map_or_else(ScoreType::default, |(item, _)| item.score_type)
    }

    /// The source names the column's assignment by its id in Canvas. Where it names two, nobody knows which is meant.
    pub(super) fn name_assignment(&mut self, line: u32, column: u32, assignment: AssignmentId) {
        let source = self.source(line);
        let Column { canvas, contradicted, item, .. } = &mut self.sheet.columns[column as usize];
        if *canvas.get_or_insert(assignment) != assignment {
            contradicted.get_or_insert(source);
            let first = item.as_ref().map_or(source, |(_, first)| *first);
            self.notes.push(Note { source, kind: NoteKind::DescribedDifferently { first } });
        }
    }

    /// The source says how exact the column's values are.
    pub(super) fn is_as_exact_as(&mut self, column: u32, exactness: Exactness) {
        self.sheet.columns[column as usize].exactness = exactness;
    }

    /// The column is meant to be there even if nobody has a score in it.
    pub(super) fn list(&mut self, column: u32) {
        self.listed[column as usize] = true;
    }

    /// Describes a column; a second description that differs is noted.
    pub(super) fn describe(&mut self, line: u32, column: u32, mut item: ScorableItem, rule: Describe) {
        let source = self.source(line);
        let place = &self.sheet.columns[column as usize].item;
        if let Some((known, _)) = place.as_ref().filter(|(known, _)| {
            self.numbers.is_left_to_the_end(column, source, &known.score_possible, &item.score_possible)
        }) {
            item.score_possible = Arc::clone(&known.score_possible);
        }
        if rule == Describe::Last {
            self.listed[column as usize] = true;
            self.numbers.see_possible_anew(column, source, &item.score_possible);
        }
        let Column { item: place, contradicted, .. } = &mut self.sheet.columns[column as usize];
        let kind = match place {
            None => return *place = Some((item, source)),
            Some((known, _)) if *known == item => return,
            Some((known, first)) => match rule {
                Describe::First => {
                    if !tells_the_same(known, &item) {
                        contradicted.get_or_insert(source);
                    }
                    if fills(known, item) {
                        return;
                    }
                    NoteKind::DescribedDifferently { first: *first }
                }
                Describe::Last => {
                    *known = item;
                    NoteKind::DescribedAnew { before: std::mem::replace(first, source) }
                }
            },
        };
        self.notes.push(Note { source, kind });
    }

    /// Counts a record that describes an item and gives no score.
    pub(super) fn count_item(&mut self, line: u32, column: u32) {
        if self.settings[column as usize].include {
            self.list(column);
            self.sheet.item_records += 1;
        } else {
            self.skip(line, SkipReason::Excluded);
        }
    }

    /// Takes a score, or passes over a blank.
    pub(super) fn score(&mut self, line: u32, column: u32, sent: Sent<'_>) {
        let settings = &self.settings[column as usize];
        if !settings.include {
            self.skip(line, SkipReason::Excluded);
            return;
        }
        let mut received = sent.received;
        let status = status(received);
        if status.is_some() || received.trim().is_empty() {
            if status.is_some() || settings.missing == Missing::Skip {
                let reason = match status {
                    _ if comment(sent.comment).is_some() => SkipReason::BlankWithComment,
                    Some(status) => SkipReason::Status(status),
                    None => SkipReason::Blank,
                };
                self.pass_over(line, column, &sent, reason);
                return;
            }
            received = "0";
            self.note(line, NoteKind::BlankBecameZero);
        }
        self.numbers.see_score(column, received, self.sheet.scores.len());
        let source = self.source(line);
        let said = Beside { submitted: sent.submitted, comment: comment(sent.comment), person: sent.person };
        let score = Score {
            source,
            column,
            user: self.sheet.users.place(sent.user_id, sent.user_kind, source),
            received: one_copy(&mut self.values, received),
            beside: self.shared(said),
        };
        self.sheet.scores.push(score);
    }

    /// Takes a score whose user id is of a kind that the file says. The id of the connector's kind goes before it, if
    /// the row has one too.
    pub(super) fn score_of_wanted(&mut self, line: u32, column: u32, mut sent: Sent<'_>) {
        let wanted = self.intake.user_id_origin;
        if let (Some(kind), Some(person)) = (sent.user_kind.filter(|kind| *kind != wanted), &mut sent.person)
            && let Some((origin, other)) =
                person.other_ids.iter_mut().find(|(origin, id)| *origin == wanted && !id.is_empty())
        {
            *origin = kind;
            let id = std::mem::replace(other, sent.user_id.into());
            self.score(line, column, Sent { user_id: &id, user_kind: Some(wanted), ..sent });
            return;
        }
        self.score(line, column, sent);
    }

    /// The one copy of what is said beside a score, as long as the next score has it too.
    fn shared(&mut self, said: Beside) -> Option<Arc<Beside>> {
        match &self.last_beside {
            Some(last) if **last == said => Some(Arc::clone(last)),
            _ => {
                self.last_beside = Some(said.if_any()?);
                self.last_beside.clone()
            }
        }
    }

    /// Passes over a person's cell without a score.
    pub(super) fn pass_over(&mut self, line: u32, column: u32, sent: &Sent<'_>, reason: SkipReason) {
        let source = self.source(line);
        let user = self.sheet.users.place(sent.user_id, sent.user_kind, source);
        self.sheet.blanks.push(Blank { source, column, user });
        self.skip(line, reason);
    }

    /// Passes over a record.
    pub(super) fn skip(&mut self, line: u32, reason: SkipReason) {
        let source = self.source(line);
        self.sheet.skipped.push(Skipped { source, reason });
    }

    /// Says something of a record.
    pub(super) fn note(&mut self, line: u32, kind: NoteKind) {
        let source = self.source(line);
        self.notes.push(Note { source, kind });
    }

    /// Reads a date; one of no known form is dropped with a note.
    pub(super) fn date(&mut self, line: u32, field: &str, text: &str) -> Option<SentDate> {
        if text.is_empty() {
            return None;
        }
        match &self.last_date {
            (last, date) if last == text => Some(*date),
            _ => {
                let date = super::dates::sent_date(text).unwrap_or_else(|_| {
                    self.note(line, NoteKind::DateDropped { field: field.into() });
                    None
                })?;
                self.last_date.0.clear();
                self.last_date.0.push_str(text);
                self.last_date.1 = date;
                Some(date)
            }
        }
    }

    /// Reads yes or no; any other word is dropped with a note.
    pub(super) fn flag(&mut self, line: u32, field: &'static str, text: &str) -> Option<bool> {
        let text = text.trim();
        let flag = super::courses::flag(text);
        if flag.is_none() && !text.is_empty() {
            self.note(line, NoteKind::WordDropped { field });
        }
        flag
    }
}
