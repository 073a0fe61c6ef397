//! Which format a header is of.

use super::column_words::{Meaning, is_group, meaning, whole_names};
use super::error::ScoresError;
use super::format::Format;
use super::header::Header;
use super::layout::Layout;
use super::unknown_header::{MissingColumn, NearFormat};
use super::{canonical, gradebook, plain, presets, tegrity};

/// How many of the nearest formats an error names.
const NEAREST: usize = 3;

/// The tables with a reader of their own that are recognised. The wide report stands last: its columns occur in other
/// formats too.
const OWN: [Format; 4] = [Format::Scores, Format::TegrityViewing, Format::CanvasGradebook, Format::TegrityWide];

/// What the user said of files, so that no column need to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    /// The course.
    pub(super) course: bool,
    /// The title of the only column.
    pub(super) title: bool,
}

/// The one format whose columns a header has.
pub(super) fn recognise(file: &str, header: &Header, said: Said) -> Result<Format, ScoresError> {
    let candidates = candidates(header, said);
    let fitting: Vec<Format> =
        candidates.iter().filter(|candidate| candidate.missing.is_empty()).map(|candidate| candidate.format).collect();
    let certain: Vec<Format> = fitting.iter().copied().filter(|format| *format != Format::TegrityWide).collect();
    match (certain.as_slice(), fitting.first()) {
        ([format], _) | ([], Some(format)) => Ok(*format),
        ([], None) if said.course && plain::fits(header) => Ok(Format::Table),
        // A slip in the header of a format is no table with a column of courses.
        ([], None)
            if plain::says_course(header)
                && plain::fits(header)
                && !is_of_ours(header)
                && !candidates.iter().any(|one| one.missing.len() == 1 && one.is_misspelt()) =>
        {
            Ok(Format::Table)
        }
        ([], None) => Err(unknown(file, header, candidates, !said.course && plain::fits(header))),
        (several, _) => {
            let formats = several.iter().map(|format| format.name()).collect::<Vec<_>>().join(" or ");
            Err(ScoresError::Ambiguous { name: file.to_owned(), formats })
        }
    }
}

/// Whether a known format has such a header.
pub(super) fn is_known(header: &Header, said: Said) -> bool {
    candidates(header, said).iter().any(|candidate| candidate.missing.is_empty())
}

/// Whether the format has such a header.
pub(super) fn fits(format: Format, header: &Header, said: Said) -> bool {
    match presets::of_format(format) {
        Some(layout) => layout.fits(header),
        None if format == Format::Table => plain::fits(header),
        None => own_needed(format, said).is_some_and(|needed| header.missing(&needed).is_empty()),
    }
}

/// A format and what a header lacks of the columns it needs.
struct Candidate {
    format: Format,
    missing: Vec<MissingColumn>,
    needed: usize,
}

/// What the header of a table with a reader of its own needs; `None` for other formats.
fn own_needed(format: Format, said: Said) -> Option<Vec<&'static [&'static str]>> {
    match format {
        Format::Scores => Some(canonical::needed(said)),
        Format::TegrityViewing => Some(tegrity::VIEWING[usize::from(said.course)..].to_vec()),
        Format::CanvasGradebook => Some(gradebook::NEEDED.to_vec()),
        Format::TegrityWide => Some(tegrity::WIDE.to_vec()),
        _ => None,
    }
}

fn candidates(header: &Header, said: Said) -> Vec<Candidate> {
    let own = OWN.into_iter().filter_map(|format| {
        let needed = own_needed(format, said)?;
        Some(Candidate { format, missing: header.missing(&needed), needed: needed.len() })
    });
    own.chain(presets::shipped().iter().map(|layout| laid_out(layout, header))).collect()
}

fn laid_out(layout: &Layout, header: &Header) -> Candidate {
    let needed = layout.needed();
    let names: Vec<&[&str]> = needed.iter().map(Vec::as_slice).collect();
    let mut missing = header.missing(&names);
    let patterns = layout.missing_patterns(header).into_iter();
    missing.extend(patterns.map(|column| MissingColumn { column, did_you_mean: None }));
    let of_items = usize::from(layout.example().is_some());
    Candidate { format: layout.format, missing, needed: needed.len() + of_items }
}

fn unknown(file: &str, header: &Header, mut candidates: Vec<Candidate>, lacks_course: bool) -> ScoresError {
    let is_person = |name: &String| matches!(meaning(name), Some(Meaning::Id(_) | Meaning::SomeId | Meaning::Email));
    let group = header.names.iter().find(|name| is_group(name));
    if let (Some(column), false) = (group, header.names.iter().any(is_person)) {
        let (name, column) = (file.to_owned(), column.clone());
        return ScoresError::GroupRows { name, line: header.line, column };
    }
    let is_name = |name: &&str| meaning(name) == Some(Meaning::Name);
    let names: Vec<&str> = header.names.iter().map(String::as_str).filter(is_name).collect();
    let lacks_one = |candidate: &Candidate| candidate.format == Format::Scores && candidate.missing.len() == 1;
    let is_known_but_for_one = candidates.iter().any(lacks_one);
    if !names.is_empty() && !is_known_but_for_one && !header.names.iter().any(is_person) {
        let (name, line, header) = (file.to_owned(), header.line, header.names.clone());
        return ScoresError::NamesWithoutIds { name, line, whole: whole_names(&names).is_some(), header };
    }
    candidates.retain(|candidate| candidate.missing.len() < candidate.needed || candidate.is_misspelt());
    candidates.sort_by_key(|candidate| candidate.missing.len() * 100 / candidate.needed);
    let near = candidates.into_iter().take(NEAREST);
    let near = near.map(|candidate| NearFormat { format: candidate.format, missing: candidate.missing }).collect();
    let (name, line, header) = (file.to_owned(), header.line, header.names.clone());
    ScoresError::UnknownLayout { name, line, header, lacks_course, near, sheets: Box::default() }
}

/// Whether a header is meant for the canonical CSV: no other product writes the course like this.
fn is_of_ours(header: &Header) -> bool {
    header.names.iter().any(|name| name.trim() == canonical::COURSE)
}

impl Candidate {
    fn is_misspelt(&self) -> bool {
        self.missing.iter().any(|missing| missing.did_you_mean.is_some())
    }
}
