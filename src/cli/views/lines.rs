//! Pieces of text that plans and runs share on the terminal.

use crate::domain::{Cell, CoursePart, Entered, Finding, FindingCode, Severity, Source, SourceFile};

/// The mark of a cell in which other people's work is replaced.
pub(super) const REPLACED: &str = "~!";

/// Places that are shown before `and N more`.
pub(super) const PLACES: usize = 8;

/// `scores.csv:17, 21 and 3 more`, at most `most` of them by name.
pub(super) fn places(files: &[SourceFile], sources: &[Source], most: usize) -> String {
    let mut file = None;
    let mut shown: Vec<String> = Vec::new();
    for source in sources.iter().take(most) {
        let name = files.get(source.file as usize).map_or("?", |file| &*file.name);
        shown.push(if file == Some(source.file) { source.line.to_string() } else { format!("{name}:{}", source.line) });
        file = Some(source.file);
    }
    match sources.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Findings by code, the heaviest first.
#[derive(Default)]
pub(super) struct ByCode(Vec<(FindingCode, Severity, Vec<Finding>)>);

impl ByCode {
    pub(super) fn add(&mut self, finding: &Finding) {
        let same =
            |entry: &&mut (FindingCode, Severity, Vec<Finding>)| entry.0 == finding.code && entry.1 == finding.severity;
        match self.0.iter_mut().find(same) {
            Some((_, _, findings)) => findings.push(finding.clone()),
            None => self.0.push((finding.code, finding.severity, vec![finding.clone()])),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|(_, _, findings)| findings.len()).sum()
    }

    pub(super) fn sorted(mut self) -> Vec<(FindingCode, Severity, Vec<Finding>)> {
        self.0.sort_by_key(|(code, severity, _)| (std::cmp::Reverse(*severity), *code));
        self.0
    }
}

/// `+ Okafor, Ada (aokafor3)  Lecture 1  – → 87  scores.csv:17`.
pub(super) fn cell_line(part: &CoursePart, cell: &Cell, files: &[SourceFile]) -> [String; 6] {
    let student = part.student(cell);
    let name = student.sortable_name.as_ref().or(student.name.as_ref());
    // A row whose name is not the person's: both are named.
    let sent = student.sent_name.as_ref().map_or_else(String::new, |sent| format!("; the row says {sent}"));
    let who = name.map_or_else(|| student.sent_id.to_string(), |name| format!("{name} ({}{sent})", student.sent_id));
    let old = cell.base.as_ref().map_or(Entered::Empty, |base| base.entered);
    let new = cell.wanted.map_or_else(|| cell.received.to_string(), |wanted| wanted.to_string());
    // A sheet's own name for an assignment of another one.
    let column = part.column(cell);
    let title = match column.assignment().filter(|assignment| assignment.name != column.title) {
        Some(assignment) => format!("{} → {} ({})", column.title, assignment.name, assignment.id),
        None => column.title.clone(),
    };
    let replaces = cell.released().is_some_and(FindingCode::is_others_work);
    let mark = if replaces { REPLACED.to_owned() } else { cell.class.mark().to_string() };
    [mark, who, title, format!("{old} → {new}"), cell.reason.to_string(), places(files, &cell.sources, PLACES)]
}
