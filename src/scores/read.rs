//! Reads inputs of any format into one sheet.

use std::sync::Arc;

use super::decode::Encoding;
use super::error::ScoresError;
use super::format::Format;
use super::gather::Gathering;
use super::input::{Content, Input, Opened};
use super::intake::Intake;
use super::note::Note;
use super::records::delimiter_of;
use super::table::Table;
use super::{aairs, canonical};
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
        let (format, encoding) = read_one(&mut opened, &mut gathering)?;
        recognised.push(Recognised { name, format, encoding });
    }
    let (mut sheet, notes) = gathering.finish();
    sheet.repeat = intake.repeat.unwrap_or_else(|| repeat_rule(&recognised));
    Ok(Reading { sheet, inputs: recognised, notes })
}

/// The rule of the formats; where they have different ones, none decides.
fn repeat_rule(inputs: &[Recognised]) -> RepeatRule {
    let mut rules = inputs.iter().map(|input| input.format.repeat_rule());
    let first = rules.next().unwrap_or_default();
    if rules.all(|rule| rule == first) { first } else { RepeatRule::Error }
}

fn read_one(opened: &mut Opened, gathering: &mut Gathering<'_>) -> Result<(Format, Option<Encoding>), ScoresError> {
    let name = opened.name.to_string();
    let (encoding, head) = match &opened.content {
        Content::Text { encoding, head } => (*encoding, head.clone()),
        Content::Workbook => return Err(ScoresError::Binary { name, what: "a workbook" }),
    };
    let from = gathering.intake.from;
    if from == Some(Format::Aairs) || from.is_none() && aairs::recognises(&head) {
        aairs::read(opened.text(encoding)?, &name, gathering)?;
        return Ok((Format::Aairs, Some(encoding)));
    }
    let mut table = Table::new(&name, opened.text(encoding)?, delimiter_of(&head))?;
    canonical::read(&mut table, gathering)?;
    Ok((Format::Scores, Some(encoding)))
}
