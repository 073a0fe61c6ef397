//! Which format a header is of.

use super::error::{MissingColumn, NearFormat, ScoresError};
use super::exported_columns::HeaderMeaning;
use super::format::Format;
use super::header::Header;
use super::layout::Layout;
use super::{canonical, gradebook, tegrity};

/// How many of the nearest formats an error names.
const NEAREST: usize = 3;

/// The tables with a reader of their own, and what their headers need. The wide report stands last: its columns occur
/// in other formats too.
const OWN: [(Format, &[&[&str]]); 4] = [
    (Format::Scores, canonical::NEEDED),
    (Format::TegrityViewing, tegrity::VIEWING),
    (Format::CanvasGradebook, gradebook::NEEDED),
    (Format::TegrityWide, tegrity::WIDE),
];

/// The tables described by a shipped layout.
pub(super) const LAID_OUT: [Format; 5] =
    [Format::Echo360Media, Format::Echo360Class, Format::Aleks, Format::Blackboard, Format::D2l];

/// The one format whose columns a header has. With `course`, the user names the course, so that no column need to.
pub(super) fn recognise(file: &str, header: &Header, course: bool) -> Result<Format, ScoresError> {
    let candidates = candidates(header, course);
    let fitting: Vec<Format> =
        candidates.iter().filter(|candidate| candidate.missing.is_empty()).map(|candidate| candidate.format).collect();
    let certain: Vec<Format> = fitting.iter().copied().filter(|format| *format != Format::TegrityWide).collect();
    match (certain.as_slice(), fitting.first()) {
        ([format], _) | ([], Some(format)) => Ok(*format),
        ([], None) => Err(unknown(file, header, candidates)),
        (several, _) => {
            let formats = several.iter().map(|format| format.name()).collect::<Vec<_>>().join(" or ");
            Err(ScoresError::Ambiguous { name: file.to_owned(), formats })
        }
    }
}

/// A format and what a header lacks of the columns it needs.
struct Candidate {
    format: Format,
    missing: Vec<MissingColumn>,
    needed: usize,
}

fn candidates(header: &Header, course: bool) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (format, needed) in OWN {
        let names_course = matches!(format, Format::Scores | Format::TegrityViewing);
        let needed = if course && names_course { &needed[1..] } else { needed };
        candidates.push(Candidate { format, missing: header.missing(needed), needed: needed.len() });
    }
    for layout in LAID_OUT.into_iter().filter_map(Layout::preset) {
        let needed = layout.needed();
        let names: Vec<Vec<&str>> = needed.iter().map(|names| names.iter().map(String::as_str).collect()).collect();
        let names: Vec<&[&str]> = names.iter().map(Vec::as_slice).collect();
        let mut missing = header.missing(&names);
        let mut needed = needed.len();
        if let Some(example) = layout.example() {
            needed += 1;
            let fits = |name: &String| matches!(layout.meaning(name), HeaderMeaning::Item(_));
            if !header.names.iter().any(fits) {
                missing.push(MissingColumn { column: example, did_you_mean: None });
            }
        }
        candidates.push(Candidate { format: layout.format, missing, needed });
    }
    candidates
}

fn unknown(file: &str, header: &Header, mut candidates: Vec<Candidate>) -> ScoresError {
    candidates.retain(|candidate| candidate.missing.len() < candidate.needed || candidate.is_misspelt());
    candidates.sort_by_key(|candidate| candidate.missing.len() * 100 / candidate.needed);
    let near = candidates.into_iter().take(NEAREST);
    let near = near.map(|candidate| NearFormat { format: candidate.format, missing: candidate.missing }).collect();
    ScoresError::UnknownLayout { name: file.to_owned(), line: header.line, header: header.names.clone(), near }
}

impl Candidate {
    fn is_misspelt(&self) -> bool {
        self.missing.iter().any(|missing| missing.did_you_mean.is_some())
    }
}
