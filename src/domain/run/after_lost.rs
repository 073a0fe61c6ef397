//! The table of edits that a job has written over: what the log must show for one to be found, and what is none.

use super::RunCell;
use super::after_cases::{Ended, decide, emptied, refused};
use super::cases::{TEACHER, US, change, graded, over};
use crate::domain::{Sending, Wanted};

#[test]
#[expect(clippy::too_many_lines, reason = "one row a situation")]
fn edits_that_were_lost_are_found_and_no_others() {
    let five = || graded(5, TEACHER, 0);
    let over_five = || Ended { cell: over(&five()), before: five(), ..Ended::default() };
    let rows = vec![
        // Promise 3: edits between the look and the job.
        Ended {
            name: "an edit was lost",
            changes: Some(vec![change(TEACHER, 4, "5", "7"), change(US, 9, "7", "8")]),
            expected: "written, lost 7 by 5",
            ..over_five()
        },
        Ended {
            name: "an edit was lost whose event is not there",
            changes: Some(vec![change(US, 9, "7", "8")]),
            expected: "written, lost 7",
            ..over_five()
        },
        Ended {
            name: "a grade in a blank cell was lost",
            changes: Some(vec![change(TEACHER, 4, "", "7"), change(US, 9, "7", "8")]),
            expected: "written, lost 7 by 5",
            ..Ended::default()
        },
        Ended {
            name: "an edit in SpeedGrader was lost, of which no version tells",
            changes: Some(vec![change(TEACHER, 4, "", "7"), change(US, 9, "", "8")]),
            expected: "written, lost 7 by 5",
            ..Ended::default()
        },
        Ended {
            name: "an excusal was lost",
            changes: Some(vec![change(TEACHER, 4, "5", "excused"), change(US, 9, "excused", "8")]),
            expected: "written, lost excused by 5",
            ..over_five()
        },
        Ended {
            name: "a clearing was lost",
            changes: Some(vec![change(TEACHER, 4, "5", ""), change(US, 9, "", "8")]),
            expected: "written, lost – by 5",
            ..over_five()
        },
        Ended {
            name: "changed and changed back",
            changes: Some(vec![change(TEACHER, 4, "5", "7"), change(TEACHER, 5, "7", "5"), change(US, 9, "5", "8")]),
            ..over_five()
        },
        Ended {
            name: "a letter was lost",
            changes: Some(vec![change(TEACHER, 4, "5", "B+"), change(US, 9, "B+", "8")]),
            expected: "written, lost ? by 5",
            ..over_five()
        },
        // attack 04: Canvas writes a group once for each member.
        Ended {
            name: "two edits between the writes of a group",
            changes: Some(vec![
                change(US, 1, "5", "8"),
                change(TEACHER, 4, "8", "71.5"),
                change(US, 5, "71.5", "8"),
                change(TEACHER, 6, "8", "72.5"),
                change(US, 9, "72.5", "8"),
            ]),
            expected: "written, lost 71.5 by 5, lost 72.5 by 5",
            ..over_five()
        },
        // An event from before the look, which the margin of the time window brings along.
        Ended {
            name: "an older change",
            before: graded(5, TEACHER, 3),
            cell: over(&graded(5, TEACHER, 3)),
            changes: Some(vec![change(TEACHER, 3, "4", "5"), change(US, 9, "5", "8")]),
            ..Ended::default()
        },
        // The log of a single cell goes back to its beginning.
        Ended {
            name: "an earlier run had written the same value",
            before: graded(5, TEACHER, 3),
            cell: over(&graded(5, TEACHER, 3)),
            changes: Some(vec![change(US, 1, "", "8"), change(TEACHER, 3, "8", "5"), change(US, 9, "5", "8")]),
            ..Ended::default()
        },
        Ended {
            name: "an earlier run had written the same value, and this time Canvas refuses it",
            before: graded(5, TEACHER, 3),
            cell: over(&graded(5, TEACHER, 3)),
            read: Some(graded(5, TEACHER, 3)),
            changes: Some(vec![change(US, 1, "", "8"), change(TEACHER, 3, "8", "5")]),
            end: refused(),
            expected: "rejected: Canvas: Couldn't find User(s) with API ids",
            ..Ended::default()
        },
        Ended {
            name: "an earlier run had written the same value, and it was emptied",
            before: emptied(1),
            cell: over(&emptied(1)),
            changes: Some(vec![change(US, 1, "", "8"), change(US, 2, "8", ""), change(US, 9, "", "8")]),
            ..Ended::default()
        },
        Ended {
            name: "an earlier run had written there, and SpeedGrader changed it",
            before: graded(5, US, 1),
            cell: over(&graded(5, US, 1)),
            changes: Some(vec![change(US, 1, "", "8"), change(TEACHER, 2, "", "5"), change(US, 9, "5", "8")]),
            ..Ended::default()
        },
        Ended {
            name: "its grade has a word in the log that says nothing",
            before: graded(5, TEACHER, 3),
            cell: over(&graded(5, TEACHER, 3)),
            changes: Some(vec![change(TEACHER, 3, "", "B"), change(US, 9, "5", "8")]),
            ..Ended::default()
        },
        Ended {
            name: "the same, and an earlier run had written the value",
            before: graded(5, TEACHER, 3),
            cell: over(&graded(5, TEACHER, 3)),
            changes: Some(vec![change(US, 1, "", "8"), change(TEACHER, 3, "8", "B"), change(US, 9, "5", "8")]),
            ..Ended::default()
        },
        Ended {
            name: "a teacher's grade, an earlier run's, and the teacher's again",
            before: graded(5, TEACHER, 3),
            cell: over(&graded(5, TEACHER, 3)),
            changes: Some(vec![
                change(TEACHER, 1, "", "6"),
                change(US, 2, "6", "8"),
                change(TEACHER, 3, "8", "5"),
                change(US, 9, "5", "8"),
            ]),
            ..Ended::default()
        },
        Ended {
            name: "written in the second in which the teacher had graded it",
            before: graded(5, TEACHER, 3),
            cell: over(&graded(5, TEACHER, 3)),
            read: Some(graded(8, US, 3)),
            changes: Some(vec![change(TEACHER, 3, "", "5"), change(US, 3, "5", "8")]),
            ..Ended::default()
        },
        Ended {
            // Seed 11338.
            name: "the same, and the teacher gave that grade back",
            before: graded(5, TEACHER, 3),
            cell: over(&graded(5, TEACHER, 3)),
            read: Some(graded(5, TEACHER, 26)),
            changes: Some(vec![change(TEACHER, 3, "", "5"), change(US, 3, "5", "8"), change(TEACHER, 26, "8", "5")]),
            expected: "written: written, then changed in Canvas by user 5 at 1970-01-12T13:47:06Z",
            ..Ended::default()
        },
        Ended {
            name: "written once for each of two members of the group",
            changes: Some(vec![change(US, 4, "", "8"), change(US, 9, "8", "8")]),
            ..Ended::default()
        },
        // Our own event alone tells of an edit.
        Ended {
            name: "a grade in a blank cell was lost whose event is not there",
            changes: Some(vec![change(US, 9, "7", "8")]),
            expected: "written, lost 7",
            ..Ended::default()
        },
        Ended {
            name: "an excusal was lost whose event is not there",
            changes: Some(vec![change(US, 9, "excused", "8")]),
            expected: "written, lost excused",
            ..over_five()
        },
        Ended {
            name: "a clearing was lost whose event is not there",
            changes: Some(vec![change(US, 9, "", "8")]),
            expected: "written, lost –",
            ..over_five()
        },
        // A grade of ours that is not the wanted one is no write of this run.
        Ended {
            name: "another value by us, which the log shows",
            read: Some(graded(9, US, 9)),
            changes: Some(vec![change(US, 9, "", "9")]),
            expected: "rejected: Canvas shows another value",
            ..Ended::default()
        },
        Ended {
            name: "another value by us, in a cell to be emptied",
            cell: RunCell { wanted: Wanted::Cleared, sending: Sending::Clear, ..over(&five()) },
            before: five(),
            read: Some(graded(9, US, 9)),
            changes: Some(vec![change(US, 9, "5", "9")]),
            expected: "rejected: Canvas shows another value",
            ..Ended::default()
        },
        Ended {
            name: "a grade was lost between two clearings",
            cell: RunCell { wanted: Wanted::Cleared, sending: Sending::Clear, ..over(&five()) },
            before: five(),
            read: Some(emptied(0)),
            changes: Some(vec![change(US, 4, "5", ""), change(TEACHER, 6, "", "7"), change(US, 9, "7", "")]),
            expected: "written, lost 7 by 5",
            ..Ended::default()
        },
    ];
    decide(rows);
}
