//! What a sheet of a workbook says beside its cells: rows that are hidden, and formulas whose values were never stored.
//! `calamine` gives neither.

use std::error::Error;
use std::io::{BufRead, BufReader, Read as _};

use fs_err::File;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::gather::Gathering;
use super::note::NoteKind;

/// The part that lists the sheets, and the part that says where each of them stands.
const SHEETS: &str = "xl/workbook.xml";
const PLACES: &str = "xl/_rels/workbook.xml.rels";

/// The longest of these two parts, in bytes: workbooks have a few sheets.
const LONGEST_LIST: u64 = 4 * 1024 * 1024;

type Failure = Box<dyn Error + Send + Sync>;

/// What a sheet says beside its cells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SheetMarks {
    /// The rows that are hidden, counted from 1, in which cells are.
    hidden: Vec<u32>,
    /// Formulas without a stored value: the row, and the cells as the workbook names them.
    formulas: Vec<(u32, String)>,
}

impl SheetMarks {
    /// Reads the marks of the sheet of this name. A workbook whose lists of sheets cannot be followed has none: what is
    /// wrong with it, the reader of its cells says.
    pub(super) fn of(file: &mut File, sheet: &str) -> Result<Self, Failure> {
        let Ok(mut archive) = ZipArchive::new(file) else { return Ok(Self::default()) };
        let Some(part) = part_of(&mut archive, sheet) else { return Ok(Self::default()) };
        let Ok(part) = archive.by_name(&part) else { return Ok(Self::default()) };
        Self::read(BufReader::new(part))
    }

    /// Reads the XML of a sheet.
    fn read(xml: impl BufRead) -> Result<Self, Failure> {
        let mut reader = Reader::from_reader(xml);
        let mut marks = Self::default();
        let mut buffer = Vec::new();
        // The row and the cell at hand, and what was seen of it.
        let (mut line, mut hidden) = (0, false);
        let mut cell = Cell::default();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "row" => {
                        line = attribute(&element, "r").and_then(|row| row.parse().ok()).unwrap_or(line + 1);
                        hidden = attribute(&element, "hidden").is_some_and(|flag| flag == "1" || flag == "true");
                    }
                    "c" => {
                        if std::mem::take(&mut hidden) {
                            marks.hidden.push(line);
                        }
                        cell = Cell { name: attribute(&element, "r").unwrap_or_default(), ..Cell::default() };
                    }
                    "f" => cell.has_formula = true,
                    "v" | "t" => cell.in_value = true,
                    _ => {}
                },
                Event::Empty(element) if element.local_name().as_ref() == "f" => cell.has_formula = true,
                Event::Text(text) => cell.has_value |= cell.in_value && !text.is_empty(),
                Event::GeneralRef(_) => cell.has_value |= cell.in_value,
                Event::End(element) => match element.local_name().as_ref() {
                    "v" | "t" => cell.in_value = false,
                    "c" if cell.has_formula && !cell.has_value => {
                        marks.formulas.push((line, std::mem::take(&mut cell.name)));
                    }
                    "sheetData" => return Ok(marks),
                    _ => {}
                },
                Event::Eof => return Ok(marks),
                _ => {}
            }
        }
    }

    /// Notes them: a hidden row each, and the formulas of each row together.
    pub(super) fn tell(&self, gathering: &mut Gathering<'_>) {
        for line in &self.hidden {
            gathering.note(*line, NoteKind::RowHidden);
        }
        for formulas in self.formulas.chunk_by(|(line, _), (next, _)| line == next) {
            let cells: Vec<&str> = formulas.iter().map(|(_, cell)| cell.as_str()).collect();
            let kind = NoteKind::FormulaWithoutValue { cells: cells.join(", ").into() };
            gathering.note(formulas[0].0, kind);
        }
    }
}

/// A cell while it is read.
#[derive(Default)]
struct Cell {
    name: String,
    has_formula: bool,
    in_value: bool,
    has_value: bool,
}

/// The part of the archive that holds the sheet of this name.
fn part_of(archive: &mut ZipArchive<&mut File>, sheet: &str) -> Option<String> {
    let id = first(&list(archive, SHEETS)?, |element| {
        (element.local_name().as_ref() == "sheet" && attribute(element, "name")? == sheet).then_some(())?;
        let mut attributes = element.attributes().flatten();
        let id = attributes.find(|one| one.key.local_name().as_ref() == "id" && one.key.prefix().is_some())?;
        Some(id.value.into_owned())
    })?;
    let target = first(&list(archive, PLACES)?, |element| {
        (attribute(element, "Id")? == id).then_some(())?;
        attribute(element, "Target")
    })?;
    // From the root of the archive, or from the folder of the list.
    Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
}

/// A short part as text.
fn list(archive: &mut ZipArchive<&mut File>, part: &str) -> Option<String> {
    let mut text = String::new();
    archive.by_name(part).ok()?.take(LONGEST_LIST).read_to_string(&mut text).ok()?;
    Some(text)
}

/// What the first element gives for which there is something.
fn first<T>(xml: &str, wanted: impl Fn(&BytesStart<'_>) -> Option<T>) -> Option<T> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                if let Some(found) = wanted(&element) {
                    return Some(found);
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// An attribute of an element.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok()??;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_formulas_without_a_value_are_found() {
        let xml = r#"<worksheet><sheetData>
            <row r="1"><c r="A1" t="inlineStr"><is><t>NetID</t></is></c></row>
            <row r="2" hidden="1"><c r="A2"><v>4</v></c><c r="B2"><f>A2*2</f><v>8</v></c></row>
            <row r="3" hidden="0"><c r="A3"><f>A2</f><v /></c><c r="B3"><f>A2</f></c><c r="C3"><f/><v>1</v></c></row>
            <row r="4" hidden="true"/>
            <row r="5"><c r="A5" t="str"><f>"&amp;"</f><v>&amp;</v></c><c r="B5"><f>A5</f><v></v></c></row>
        </sheetData></worksheet>"#;
        let marks = SheetMarks::read(xml.as_bytes()).expect("well-formed");
        assert_eq!(marks.hidden, [2]);
        let formulas: Vec<_> = marks.formulas.iter().map(|(line, cell)| (*line, cell.as_str())).collect();
        assert_eq!(formulas, [(3, "A3"), (3, "B3"), (5, "B5")]);
    }
}
