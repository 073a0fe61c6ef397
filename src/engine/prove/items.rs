//! What is proved, each item with its section of the contract, and what was found.

use std::collections::BTreeMap;

/// Something that the engine relies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// The course's columns can be listed.
    Assignments,
    /// The grades of the course can be listed.
    Submissions,
    /// Jobs can be watched.
    Jobs,
    /// The grade change log of the course can be read.
    ChangeLog,
    /// The row of a new column, read singly.
    SingleRow,
    /// The rows of a new column in a list.
    LateRows,
    /// A bulk request that changes a cell.
    BulkWrite,
    /// What a job says of how far it is.
    Completion,
    /// The versions of a cell that is written.
    Versions,
    /// The events of writes.
    Events,
    /// Grades under manual posting.
    Posting,
    /// A comment with a letter that HTML reads otherwise.
    Comments,
    /// Two jobs of a course, posted one after the other.
    JobOrder,
    /// A job that names a person who does not exist.
    UnknownStudent,
    /// A grade that Canvas cannot read.
    UnreadableGrade,
    /// What answers say of the rate limit.
    RateLimit,
}

impl Item {
    /// All of them, in the order they are looked at.
    pub const ALL: [Self; 16] = [
        Self::Assignments,
        Self::Submissions,
        Self::Jobs,
        Self::ChangeLog,
        Self::SingleRow,
        Self::LateRows,
        Self::BulkWrite,
        Self::Completion,
        Self::Versions,
        Self::Events,
        Self::Posting,
        Self::Comments,
        Self::JobOrder,
        Self::UnknownStudent,
        Self::UnreadableGrade,
        Self::RateLimit,
    ];

    /// Its name; stable.
    pub fn name(self) -> &'static str {
        match self {
            Self::Assignments => "assignments-readable",
            Self::Submissions => "submissions-readable",
            Self::Jobs => "jobs-readable",
            Self::ChangeLog => "change-log-readable",
            Self::SingleRow => "single-row",
            Self::LateRows => "late-rows",
            Self::BulkWrite => "bulk-write",
            Self::Completion => "completion",
            Self::Versions => "versions",
            Self::Events => "change-log-events",
            Self::Posting => "manual-posting",
            Self::Comments => "stored-comment",
            Self::JobOrder => "job-order",
            Self::UnknownStudent => "unknown-student",
            Self::UnreadableGrade => "unreadable-grade",
            Self::RateLimit => "rate-limit-headers",
        }
    }

    /// Where the contract says it.
    pub fn section(self) -> &'static str {
        match self {
            Self::Assignments => "canvas-contract §G1",
            Self::Submissions | Self::SingleRow | Self::LateRows => "canvas-contract §I1",
            Self::Jobs | Self::Completion => "canvas-contract §H6",
            Self::ChangeLog | Self::Events => "canvas-contract §I3",
            Self::BulkWrite => "canvas-contract §H1",
            Self::Versions | Self::Comments => "canvas-contract §H9",
            Self::Posting => "canvas-contract §I4",
            Self::JobOrder | Self::UnknownStudent => "canvas-contract §H7",
            Self::UnreadableGrade => "canvas-contract §H2",
            Self::RateLimit => "canvas-contract §D",
        }
    }

    /// What the contract says.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Assignments => "the columns of the course can be listed",
            Self::Submissions => "the grades of all students of the course can be listed",
            Self::Jobs => "a job of the course can be looked at until it has ended",
            Self::ChangeLog => "the grade change log of the course can be read",
            Self::SingleRow => "the row of a new column, read singly at once, has no workflow state",
            Self::LateRows => "the rows of a new column appear in lists within 60 s",
            Self::BulkWrite => "a bulk request writes the grade of a student",
            Self::Completion => "the completion of a job is null until it is 100 at its end",
            Self::Versions => "the version goes 0, 1, 2 with lines that change, and stays 2 with the same grade again",
            Self::Events => {
                "each change has one event, with its version and the grade before, as soon as its job has ended; the \
                 same grade again has none"
            }
            Self::Posting => "posted_at stays null under manual posting",
            Self::Comments => "a comment with `<` comes back as it was sent in submission_html_comments",
            Self::JobOrder => "of two jobs of a course the one posted first ends first, and the later grade stays",
            Self::UnknownStudent => "a job fails naming an id that nobody has, and writes the others",
            Self::UnreadableGrade => "a grade that cannot be read clears the cell, and the job is completed",
            Self::RateLimit => "answers have the headers X-Rate-Limit-Remaining and X-Request-Cost",
        }
    }
}

/// Whether Canvas does what the contract says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// It does.
    Agrees,
    /// It does something else.
    Differs,
    /// It could not be checked.
    Unknown,
}

impl Agreement {
    /// The word in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::Unknown => "unknown",
        }
    }
}

/// An item and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub item: Item,
    /// Whether it is so.
    pub agreement: Agreement,
    /// What was seen; of an unknown one, why it could not be checked.
    pub seen: String,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings(BTreeMap<Item, (Agreement, String)>);

impl Findings {
    /// Notes whether the contract holds.
    pub(super) fn note(&mut self, item: Item, agrees: bool, seen: impl Into<String>) {
        let agreement = if agrees { Agreement::Agrees } else { Agreement::Differs };
        self.0.insert(item, (agreement, seen.into()));
    }

    /// Notes why these could not be checked, where nothing was found yet.
    pub(super) fn unknown(&mut self, items: &[Item], why: &str) {
        for item in items {
            self.0.entry(*item).or_insert_with(|| (Agreement::Unknown, why.to_owned()));
        }
    }

    /// The same, unless something was found before.
    pub(super) fn note_new(&mut self, item: Item, agrees: bool, seen: impl Into<String>) {
        if !self.0.contains_key(&item) {
            self.note(item, agrees, seen);
        }
    }

    /// Whether it was found to agree.
    pub(super) fn agrees(&self, item: Item) -> bool {
        self.0.get(&item).is_some_and(|(agreement, _)| *agreement == Agreement::Agrees)
    }

    /// The checks of all items, in their order; `why` those are unknown that were not reached.
    pub(super) fn into_checks(mut self, why: &str) -> Vec<Check> {
        self.unknown(&Item::ALL, why);
        self.0.into_iter().map(|(item, (agreement, seen))| Check { item, agreement, seen }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_has_one_check_and_what_was_found_first_stays() {
        let mut findings = Findings::default();
        findings.note(Item::Versions, false, "0, 1, 1, 1");
        findings.unknown(&[Item::Versions, Item::Events], "refused");
        let checks = findings.into_checks("interrupted");
        let items: Vec<Item> = checks.iter().map(|check| check.item).collect();
        assert_eq!(items, Item::ALL);
        let found: Vec<(&str, &str)> = checks
            .iter()
            .filter(|check| check.seen != "interrupted")
            .map(|check| (check.agreement.name(), check.seen.as_str()))
            .collect();
        assert_eq!(found, [("differs", "0, 1, 1, 1"), ("unknown", "refused")]);
    }
}
