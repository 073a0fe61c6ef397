//! Situations around what reading the files altered, passed over or could not use: a plan takes it over from the sheet.

use futures_util::future::LocalBoxFuture;
use gradepush::domain::{CellClass, FindingCode, Severity};
use gradepush::scores::{Input, Intake, Layout, Missing, read};

use super::super::stage::{HEADER, Seen, Stage};
use super::cases::Case;

/// What comes of an input: each finding of its reading is in the plan, with the line.
async fn planned(input: Input, intake: Intake) -> Seen {
    let tool = Stage::new().open().await;
    let sheet = read(vec![input], &intake).expect("scores").sheet;
    let seen = tool.plan_sheet(&sheet, |_| {}).await;
    for finding in &sheet.findings {
        assert!(!finding.sources.is_empty(), "{finding:?} names no line");
        assert!(seen.summary.findings.contains(finding), "{finding:?} is not in the plan");
    }
    seen
}

/// A file of these bytes.
fn file(bytes: impl Into<Vec<u8>>) -> Input {
    Input::Reader { name: "scores.csv".to_owned(), reader: Box::new(std::io::Cursor::new(bytes.into())) }
}

/// A file of `fixtures`.
fn fixture(name: &str) -> Input {
    Input::Path(crate::repository().join("fixtures").join(name))
}

/// A canonical CSV with these columns and lines besides.
fn scores(columns: &'static str, lines: &'static [&'static str]) -> LocalBoxFuture<'static, Seen> {
    let text = format!("{HEADER}{columns}\n{}\n", lines.join("\n"));
    Box::pin(planned(file(text), Intake::default()))
}

/// What no file of the course `BIO` says of itself.
fn of_bio() -> Intake {
    Intake { course: Some("BIO".into()), ..Intake::default() }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = rows_and_fields();
    cases.extend(tables_and_files());
    cases
}

fn rows_and_fields() -> Vec<Case> {
    use CellClass::Set;
    use Severity::{Info, Warning};
    vec![
        Case::new(FindingCode::ColumnLeftOut, "a column that the format does not have", Warning, Set, 0, || {
            scores(",Grader", &["BIO,rec-1,Lecture 1,100,s1,90,Terry"])
        }),
        Case::new(FindingCode::ColumnLeftOut, "a column that is nearly one of the format", Warning, Set, 0, || {
            scores(",coment", &["BIO,rec-1,Lecture 1,100,s1,90,Well argued"])
        }),
        Case::new(FindingCode::RowSkipped, "a row about nobody", Info, Set, 0, || {
            scores("", &["BIO,rec-1,Lecture 1,100,s1,90", "BIO,,,,,"])
        }),
        Case::new(FindingCode::NoScore, "a blank", Info, Set, 0, || {
            scores("", &["BIO,rec-1,Lecture 1,100,s1,90", "BIO,rec-1,Lecture 1,100,s2,"])
        }),
        Case::new(FindingCode::NoScore, "a word for no score", Info, Set, 0, || {
            scores("", &["BIO,rec-1,Lecture 1,100,s1,90", "BIO,rec-1,Lecture 1,100,s2,n/a"])
        }),
        Case::new(FindingCode::ValueAltered, "a number with an exponent", Info, Set, 0, || {
            scores("", &["BIO,rec-1,Lecture 1,100,s1,9e1"])
        }),
        Case::new(FindingCode::ValueAltered, "a blank that counts as zero", Info, Set, 0, || {
            let text = format!("{HEADER}\nBIO,rec-1,Lecture 1,100,s1,\n");
            Box::pin(planned(file(text), Intake { missing: Missing::Zero, ..Intake::default() }))
        }),
        Case::new(FindingCode::WordDropped, "an unknown score type", Warning, Set, 0, || {
            scores(",score_type", &["BIO,rec-1,Lecture 1,100,s1,90,Pointz"])
        }),
        Case::new(FindingCode::DateDropped, "a date that is none", Warning, Set, 0, || {
            scores(",date_submitted", &["BIO,rec-1,Lecture 1,100,s1,90,yesterday"])
        }),
        Case::new(FindingCode::FieldDropped, "a comment to nobody", Warning, Set, 0, || {
            scores(",comment", &["BIO,rec-1,Lecture 1,100,s1,90,", "BIO,rec-9,Lecture 9,100,,,Well argued"])
        }),
        Case::new(FindingCode::ItemDescribedTwice, "two categories of one item", Warning, Set, 0, || {
            scores(",category", &["BIO,rec-1,Lecture 1,100,s1,90,Quizzes", "BIO,rec-1,Lecture 1,100,s2,90,Exams"])
        }),
    ]
}

fn tables_and_files() -> Vec<Case> {
    use CellClass::{Set, Unresolved};
    use Severity::{Info, Warning};
    vec![
        Case::new(FindingCode::SheetLeftOut, "a workbook of three sheets", Warning, Unresolved, 0, || {
            Box::pin(planned(fixture("scores/tegrity-wide.xlsx"), of_bio()))
        }),
        Case::new(FindingCode::RowHidden, "a hidden row of a workbook", Warning, Unresolved, 0, || {
            Box::pin(planned(fixture("intake/x06-hiddenrow.xlsx"), Intake::default()))
        }),
        Case::new(FindingCode::FormulaWithoutValue, "formulas without a stored value", Warning, Unresolved, 0, || {
            let layout = Layout::read(fixture("intake/k04.toml")).expect("a layout");
            Box::pin(planned(fixture("intake/x03-formulas.xlsx"), Intake { layout: Some(layout), ..of_bio() }))
        }),
        Case::new(FindingCode::TableGuessed, "a table of no known format", Info, Set, 0, || {
            Box::pin(planned(file("NetID,Lecture 1\ns1,90\n"), of_bio()))
        }),
        Case::new(
            FindingCode::PointsOrPercent,
            "a column that is shown as a percentage",
            Warning,
            Unresolved,
            0,
            || {
                let text =
                    "Last Name,First Name,Username,Student ID,Essay [Total Pts: 20 Percentage] |1\nA,B,s1,s1,15\n";
                Box::pin(planned(file(text), of_bio()))
            },
        ),
        Case::new(FindingCode::RowRemarked, "a score that is not final", Warning, Unresolved, 0, || {
            Box::pin(planned(fixture("intake/gs01-gradescope-assignment.csv"), of_bio()))
        }),
        Case::new(FindingCode::EncodingGuessed, "an old encoding", Warning, Set, 0, || {
            let text = format!("{HEADER},user_name\nBIO,rec-1,Lecture 1,100,s1,90,Jos");
            Box::pin(planned(file([text.as_bytes(), b"\xe9 N\xfa\xf1ez\n"].concat()), Intake::default()))
        }),
    ]
}
