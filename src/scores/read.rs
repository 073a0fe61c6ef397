//! Reads inputs of any format into one sheet.

use std::sync::Arc;

use super::courses::CourseRules;
use super::decode::Encoding;
use super::error::ScoresError;
use super::findings::findings;
use super::format::Format;
use super::gather::Gathering;
use super::header::Header;
use super::header_row::HeaderRow;
use super::input::{Content, Input, Opened};
use super::intake::Intake;
use super::layout::Layout;
use super::note::{Note, NoteKind};
use super::numbers::NumberRules;
use super::other_sheets::OtherSheets;
use super::recognise::{Said, fits, is_known, recognise};
use super::table::Table;
use super::{aairs, canonical, gradebook, laid_out, moodle, plain, presets, tegrity};
use crate::domain::{RepeatRule, ScoreSheet, SourceFile};

/// What came of the inputs.
#[derive(Debug)]
pub struct Reading {
    /// The scores and columns.
    pub sheet: ScoreSheet,
    /// What each input turned out to be, in the order they were given.
    pub inputs: Vec<Recognised>,
    /// What was altered or could not be used, in the order it was met.
    pub notes: Vec<Note>,
    /// What the courses file said, for the plan.
    pub courses: CourseRules,
    /// Whether any record was of the course that the user named, because it names none itself.
    pub course_taken: bool,
    /// Whether any column has the title that the user gave, because it names none itself.
    pub title_taken: bool,
}

/// What an input turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The input as the user named it.
    pub name: Arc<str>,
    /// Its format.
    pub format: Format,
    /// Its encoding; `None` for a workbook.
    pub encoding: Option<Encoding>,
}

/// Reads the inputs in order and merges them. One that cannot be read rejects all: half a sheet would be taken for a
/// whole one.
pub fn read(inputs: Vec<Input>, intake: &Intake) -> Result<Reading, ScoresError> {
    let mut gathering = Gathering::new(intake);
    let mut recognised: Vec<Recognised> = Vec::new();
    for input in inputs {
        let mut opened = Opened::open(input)?;
        let name = Arc::clone(&opened.name);
        gathering.begin_file(SourceFile { name: Arc::clone(&name), sha256: opened.sha256.clone() });
        if let Some((line, guess)) = opened.guessed.take() {
            gathering.note(line, guess);
        }
        let (format, encoding) = read_one(&mut opened, &mut gathering)?;
        recognised.push(Recognised { name, format, encoding });
    }
    let (course_taken, title_taken) = (gathering.course_taken(), gathering.title_taken());
    let (mut sheet, notes) = gathering.finish();
    sheet.findings = findings(&notes, &sheet.skipped);
    let of_layout = intake.layout.as_ref().and_then(|layout| layout.written.repeat);
    sheet.repeat = intake.repeat.or(of_layout).unwrap_or_else(|| repeat_rule(&recognised));
    Ok(Reading { sheet, inputs: recognised, notes, courses: intake.courses.clone(), course_taken, title_taken })
}

/// The rule of the formats; where they have different ones, none decides.
fn repeat_rule(inputs: &[Recognised]) -> RepeatRule {
    let mut rules = inputs.iter().map(|input| input.format.repeat_rule());
    let first = rules.next().unwrap_or_default();
    if rules.all(|rule| rule == first) { first } else { RepeatRule::Error }
}

fn read_one(opened: &mut Opened, gathering: &mut Gathering<'_>) -> Result<(Format, Option<Encoding>), ScoresError> {
    let from = gathering.intake.from.or(gathering.intake.layout.as_ref().map(|_| Format::Map));
    let Content::Text { encoding, head } = opened.content.clone() else {
        return Ok((read_table(opened, from, gathering)?, None));
    };
    let name = opened.name.to_string();
    let format = match from {
        Some(Format::Aairs) => Format::Aairs,
        Some(Format::MoodleMhaairs) => Format::MoodleMhaairs,
        None if aairs::recognises(&head) => Format::Aairs,
        None if moodle::recognises(&head) => Format::MoodleMhaairs,
        _ => return Ok((read_table(opened, from, gathering)?, Some(encoding))),
    };
    let text = opened.text(encoding)?;
    let stated = gathering.intake.decimal;
    gathering.begin_numbers(NumberRules { stated, delimiter: b',', is_viewing: false });
    if format == Format::Aairs {
        aairs::read(text, &name, gathering)?;
    } else {
        moodle::read(text, &name, gathering)?;
    }
    gathering.settle_numbers();
    Ok((format, Some(encoding)))
}

/// Opens a table and reads it. Where its header is not the one that is looked for, the other sheets are named.
fn read_table(opened: &mut Opened, from: Option<Format>, gathering: &mut Gathering<'_>) -> Result<Format, ScoresError> {
    let intake = gathering.intake;
    let sought = SoughtHeader { from, layout: intake.layout.as_ref(), said: gathering.said() };
    let mut table = open_table(opened, sought, intake)?;
    read_opened(&mut table, from, gathering).map_err(|error| {
        error.beside(|| {
            let fits = |header: &Header| sought.is_known(header) || sought.is_plain(header);
            OtherSheets::of(table.other_sheets(), fits)
        })
    })
}

/// Reads a table, and says which lines of the file are no part of it.
fn read_opened(table: &mut Table, from: Option<Format>, gathering: &mut Gathering<'_>) -> Result<Format, ScoresError> {
    if !table.other_sheets().is_empty() {
        gathering.note(table.header.line, NoteKind::SheetsIgnored);
    }
    table.tell_marks(gathering);
    let format = match from {
        Some(format) => format,
        None => recognise(&table.name, &table.header, gathering.said())?,
    };
    let layout = gathering.intake.layout.as_ref().filter(|_| format == Format::Map);
    gathering.begin_numbers(NumberRules {
        stated: gathering.intake.decimal.or(layout.and_then(|layout| layout.written.rows.decimal)),
        delimiter: table.delimiter,
        is_viewing: !matches!(format, Format::Scores | Format::CanvasGradebook),
    });
    for line in &table.above {
        gathering.note(line.line, NoteKind::AboveHeader);
    }
    let name = table.name.clone();
    match (format, presets::of_format(format)) {
        (_, Some(layout)) => laid_out::read(table, layout, gathering)?,
        (Format::Map, None) => {
            let layout = gathering.intake.layout.as_ref().ok_or(ScoresError::NoLayout { name })?;
            laid_out::read(table, layout, gathering)?;
        }
        (Format::Scores, None) => canonical::read(table, gathering)?,
        (Format::TegrityViewing, None) => tegrity::read_viewing(table, gathering)?,
        (Format::TegrityWide, None) => tegrity::read_wide(table, gathering)?,
        (Format::CanvasGradebook, None) => gradebook::read(table, gathering)?,
        (Format::Aairs | Format::MoodleMhaairs, None) => {
            return Err(ScoresError::Binary { name, what: "a workbook" });
        }
        (_, None) => plain::read(table, gathering)?,
    }
    for line in &table.below {
        gathering.note(*line, NoteKind::BelowTable);
    }
    gathering.settle_numbers();
    Ok(format)
}

/// The header that is looked for, by what the user says of the files.
#[derive(Clone, Copy)]
struct SoughtHeader<'a> {
    from: Option<Format>,
    layout: Option<&'a Layout>,
    said: Said,
}

impl SoughtHeader<'_> {
    /// Whether the format, the layout, or without either any known format has such a header.
    fn is_known(self, header: &Header) -> bool {
        match (self.from, self.layout) {
            (Some(Format::Map), Some(layout)) => layout.fits(header),
            (Some(format), _) => fits(format, header, self.said),
            (None, _) => is_known(header, self.said),
        }
    }

    /// Whether it is one of a table that no format describes, and such a table may be read.
    fn is_plain(self, header: &Header) -> bool {
        self.from.is_none() && self.said.course && plain::fits(header)
    }
}

/// Opens the table of an input, with its header where the user or the layout says, or where it is found.
fn open_table(opened: &mut Opened, sought: SoughtHeader<'_>, intake: &Intake) -> Result<Table, ScoresError> {
    let known = |header: &Header| sought.is_known(header);
    let plain = |header: &Header| sought.is_plain(header);
    let row = match intake.header_row.or(sought.layout.and_then(|layout| layout.written.header_row)) {
        Some(line) => HeaderRow::Line(line),
        None => HeaderRow::Known(&[&known, &plain]),
    };
    Table::open(opened, intake.sheet.as_ref(), row)
}
