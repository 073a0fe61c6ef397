//! What reading has to say, as findings: each kind of note and each reason once, with all its lines.

use std::collections::BTreeMap;

use super::note::Note;
use crate::domain::{Finding, FindingCode, Severity, SkipReason, Skipped, Source};

/// The most places that a finding names; its message says how many there are. Of a million blanks nobody reads each.
const MOST_PLACES: usize = 1000;

/// The findings of a reading: notes first, in the order they were met, then the records that gave nothing.
pub(super) fn findings(notes: &[Note], skipped: &[Skipped]) -> Vec<Finding> {
    let mut kinds = BTreeMap::new();
    let mut found: Vec<Gathered> = Vec::new();
    for note in notes {
        let place = *kinds.entry(&note.kind).or_insert_with(|| {
            let (code, severity) = note.kind.finding();
            found.push(Gathered::new(code, severity, note.kind.to_string()));
            found.len() - 1
        });
        found[place].add(note.source);
    }
    let mut reasons: BTreeMap<SkipReason, Gathered> = BTreeMap::new();
    for record in skipped {
        let code = code(record.reason);
        let new = || Gathered::new(code, severity(record.reason), record.reason.to_string());
        reasons.entry(record.reason).or_insert_with(new).add(record.source);
    }
    found.into_iter().chain(reasons.into_values()).map(Gathered::into_finding).collect()
}

/// The code of records that were passed over.
fn code(reason: SkipReason) -> FindingCode {
    match reason {
        SkipReason::Blank | SkipReason::NoScore | SkipReason::Status(_) => FindingCode::NoScore,
        SkipReason::BlankWithComment => FindingCode::CommentWithoutScore,
        SkipReason::RepeatSettled => FindingCode::RepeatSettled,
        SkipReason::Summary
        | SkipReason::NoStudent
        | SkipReason::TestStudent
        | SkipReason::NamedTestStudent
        | SkipReason::PointsPossible
        | SkipReason::NamesNobody
        | SkipReason::Excluded => FindingCode::RowSkipped,
    }
}

/// How much they weigh: the scores of somebody who may be a student are worth a look.
fn severity(reason: SkipReason) -> Severity {
    match reason {
        SkipReason::NoStudent | SkipReason::NamedTestStudent => Severity::Warning,
        other => code(other).severity(),
    }
}

/// A finding in the making.
struct Gathered {
    code: FindingCode,
    severity: Severity,
    message: String,
    sources: Vec<Source>,
    /// How many places there are in all.
    total: u64,
}

impl Gathered {
    fn new(code: FindingCode, severity: Severity, message: String) -> Self {
        Self { code, severity, message, sources: Vec::new(), total: 0 }
    }

    fn add(&mut self, source: Source) {
        self.total += 1;
        // Cells of one row come one after the other.
        if self.sources.len() < MOST_PLACES && self.sources.last() != Some(&source) {
            self.sources.push(source);
        }
    }

    fn into_finding(self) -> Finding {
        let Self { code, severity, mut message, sources, total } = self;
        if total > 1 {
            message = format!("{message} ({total} times)");
        }
        Finding { severity, ..Finding::new(code, message).at(&sources) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::Encoding;
    use super::super::note::{LeftOut, NoteKind};
    use super::*;

    fn at(line: u32) -> Source {
        Source { file: 0, line }
    }

    #[test]
    fn each_kind_is_one_finding_with_its_lines() {
        let word = |line| Note { source: at(line), kind: NoteKind::WordDropped { field: "score_type" } };
        let column = |reason| NoteKind::ColumnsLeftOut { columns: "A".into(), reason };
        let notes = [
            word(3),
            Note { source: at(1), kind: column(LeftOut::Total) },
            Note { source: at(1), kind: column(LeftOut::Unknown) },
            word(7),
        ];
        let skipped =
            [(2, SkipReason::Blank), (2, SkipReason::Blank), (4, SkipReason::TestStudent), (5, SkipReason::Blank)]
                .map(|(line, reason)| Skipped { source: at(line), reason });
        let found = findings(&notes, &skipped);
        let lines = |finding: &Finding| finding.sources.iter().map(|source| source.line).collect::<Vec<_>>();
        let shown: Vec<_> = found.iter().map(|one| (one.code.code(), one.severity.name(), lines(one))).collect();
        assert_eq!(
            shown,
            [
                ("word-dropped", "warning", vec![3, 7]),
                ("column-left-out", "info", vec![1]),
                ("column-left-out", "warning", vec![1]),
                ("no-score", "info", vec![2, 5]),
                ("row-skipped", "info", vec![4]),
            ]
        );
        assert_eq!(found[3].message, "blank, which is no score (3 times)");
    }

    #[test]
    fn each_kind_has_its_code_and_weight() {
        let encoding = Encoding::Windows1252;
        for (kind, expected) in [
            (NoteKind::BlankBecameZero, "value-altered info"),
            (NoteKind::CappedAtHundred, "value-altered info"),
            (NoteKind::DateDropped { field: "due_date".into() }, "date-dropped warning"),
            (NoteKind::WordDropped { field: "score_type" }, "word-dropped warning"),
            (NoteKind::FieldDropped { field: "comment" }, "field-dropped warning"),
            (NoteKind::DescribedDifferently { first: at(2) }, "item-described-twice warning"),
            (NoteKind::DescribedAnew { before: at(2) }, "item-described-twice info"),
            (NoteKind::ColumnIgnored { column: "a".into(), did_you_mean: "b".into() }, "column-left-out warning"),
            (NoteKind::NotARecord, "row-skipped info"),
            (NoteKind::SheetsIgnored, "sheet-left-out warning"),
            (NoteKind::PointsOrPercent { column: "a".into() }, "points-or-percent warning"),
            (NoteKind::NumbersUnclear { column: "a".into(), values: 2 }, "value-altered warning"),
            (NoteKind::RowHidden, "row-hidden warning"),
            (NoteKind::FormulaWithoutValue { cells: "D2".into() }, "formula-without-value warning"),
            (NoteKind::AboveHeader, "row-skipped info"),
            (NoteKind::BelowTable, "row-skipped info"),
            (NoteKind::TakenFor { columns: "`a` as scores".into() }, "table-guessed info"),
            (NoteKind::Remarked { column: "Status".into(), word: "Ungraded".into() }, "row-remarked warning"),
            (NoteKind::EncodingGuessed { encoding, perhaps_mac: false }, "encoding-guessed warning"),
        ] {
            let found = findings(&[Note { source: at(3), kind }], &[]);
            assert_eq!(format!("{} {}", found[0].code, found[0].severity.name()), expected);
        }
        for (reason, expected) in [
            (SkipReason::Blank, "no-score info"),
            (SkipReason::NoScore, "no-score info"),
            (SkipReason::BlankWithComment, "comment-without-score warning"),
            (SkipReason::RepeatSettled, "repeat-settled info"),
            (SkipReason::Status("missing"), "no-score info"),
            (SkipReason::NoStudent, "row-skipped warning"),
            (SkipReason::Summary, "row-skipped info"),
            (SkipReason::TestStudent, "row-skipped info"),
            (SkipReason::NamedTestStudent, "row-skipped warning"),
            (SkipReason::PointsPossible, "row-skipped info"),
            (SkipReason::NamesNobody, "row-skipped info"),
            (SkipReason::Excluded, "row-skipped info"),
        ] {
            let found = findings(&[], &[Skipped { source: at(3), reason }]);
            assert_eq!(format!("{} {}", found[0].code, found[0].severity.name()), expected);
        }
    }
}
