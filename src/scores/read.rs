//! Reads inputs of any format into one sheet.

use std::sync::Arc;

use super::courses::CourseRules;
use super::decode::Encoding;
use super::error::ScoresError;
use super::findings::findings;
use super::format::Format;
use super::gather::Gathering;
use super::input::{Content, Input, Opened};
use super::intake::Intake;
use super::layout::Layout;
use super::note::{Note, NoteKind};
use super::numbers::NumberRules;
use super::recognise::recognise;
use super::table::Table;
use super::{aairs, canonical, gradebook, laid_out, moodle, tegrity};
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
    let course_taken = gathering.course_taken();
    let (mut sheet, notes) = gathering.finish();
    sheet.findings = findings(&notes, &sheet.skipped);
    sheet.repeat = intake.repeat.unwrap_or_else(|| repeat_rule(&recognised));
    Ok(Reading { sheet, inputs: recognised, notes, courses: intake.courses.clone(), course_taken })
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
        return Ok((read_table(&mut Table::of(opened)?, from, gathering)?, None));
    };
    let name = opened.name.to_string();
    let format = match from {
        Some(Format::Aairs) => Format::Aairs,
        Some(Format::MoodleMhaairs) => Format::MoodleMhaairs,
        None if aairs::recognises(&head) => Format::Aairs,
        None if moodle::recognises(&head) => Format::MoodleMhaairs,
        _ => return Ok((read_table(&mut Table::of(opened)?, from, gathering)?, Some(encoding))),
    };
    let text = opened.text(encoding)?;
    if format == Format::Aairs {
        aairs::read(text, &name, gathering)?;
    } else {
        moodle::read(text, &name, gathering)?;
    }
    Ok((format, Some(encoding)))
}

fn read_table(table: &mut Table, from: Option<Format>, gathering: &mut Gathering<'_>) -> Result<Format, ScoresError> {
    let name = || table.name.clone();
    if table.has_more_sheets() {
        gathering.note(table.header.line, NoteKind::SheetsIgnored);
    }
    table.tell_marks(gathering);
    let format = match from {
        Some(format) => format,
        None => recognise(&table.name, &table.header, gathering.has_course())?,
    };
    let layout = gathering.intake.layout.as_ref().filter(|_| format == Format::Map);
    gathering.begin_numbers(NumberRules {
        stated: gathering.intake.decimal.or(layout.and_then(|layout| layout.written.rows.decimal)),
        delimiter: table.delimiter,
        is_viewing: !matches!(format, Format::Scores | Format::CanvasGradebook),
    });
    match format {
        Format::Scores => canonical::read(table, gathering)?,
        Format::TegrityViewing => tegrity::read_viewing(table, gathering)?,
        Format::TegrityWide => tegrity::read_wide(table, gathering)?,
        Format::CanvasGradebook => gradebook::read(table, gathering)?,
        Format::Map => {
            let layout = gathering.intake.layout.as_ref().ok_or_else(|| ScoresError::NoLayout { name: name() })?;
            laid_out::read(table, layout, gathering)?;
        }
        Format::Echo360Media | Format::Echo360Class | Format::Aleks | Format::Blackboard | Format::D2l => {
            let layout = Layout::preset(format).ok_or_else(|| ScoresError::NoLayout { name: name() })?;
            laid_out::read(table, &layout, gathering)?;
        }
        Format::Aairs | Format::MoodleMhaairs => {
            return Err(ScoresError::Binary { name: name(), what: "a workbook" });
        }
    }
    gathering.settle_numbers();
    Ok(format)
}
