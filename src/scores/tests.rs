//! What a user relies on across files: nothing is lost between reading and writing.

use std::sync::Arc;

use jiff::civil::{date, datetime};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::number_form::is_plain;
use super::*;
use crate::domain::{
    AssignmentKey, Beside, Column, ColumnKey, Exactness, RepeatRule, ScorableItem, Score, ScoreSheet, ScoreType,
    SentDate, SentPerson, SkipReason, Source, UserIdOrigin,
};

/// Reads one input from memory.
fn read_bytes(bytes: &[u8], intake: &Intake) -> Result<Reading, ScoresError> {
    let reader = Box::new(std::io::Cursor::new(bytes.to_vec()));
    read(vec![Input::Reader { name: String::from("scores.csv"), reader }], intake)
}

fn read_text(text: &str) -> Reading {
    read_bytes(text.as_bytes(), &Intake::default()).expect("a readable file")
}

fn written(sheet: &ScoreSheet) -> String {
    let mut bytes = Vec::new();
    write(sheet, &mut bytes).expect("memory takes everything");
    String::from_utf8(bytes).expect("UTF-8")
}

/// What a sheet says, wherever it was read.
fn said(sheet: &ScoreSheet) -> Vec<(&ColumnKey, Option<&ScorableItem>, Vec<Said<'_>>)> {
    let scores_of = |index: usize| {
        sheet.scores.iter().filter(move |score| score.column as usize == index).map(|score| Said {
            user_id: (sheet.sent_user(score).id, sheet.sent_user(score).kind),
            received: &score.received,
            submitted: score.submitted(),
            comment: score.comment(),
            person: score.person(),
        })
    };
    let columns = sheet.columns.iter().enumerate();
    columns
        .map(|(index, column)| (&column.key, column.item.as_ref().map(|(item, _)| item), scores_of(index).collect()))
        .collect()
}

#[derive(Debug, PartialEq)]
struct Said<'a> {
    user_id: (&'a str, Option<UserIdOrigin>),
    received: &'a str,
    submitted: Option<SentDate>,
    comment: Option<&'a str>,
    person: Option<&'a SentPerson>,
}

/// Any text a file can hold: no NUL, which makes a file binary.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ,;\"'éß漢\u{1f600}]{0,12}",
        "['=+@\\-]{1,3}[a-z0-9 .']{0,6}",
        any::<String>().prop_map(|text| text.replace('\0', "")),
        "[\\r\\n\\t, \"a]{0,6}",
    ]
}

/// An id: no white space around it and no wrapper.
fn id() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.trim().trim_start_matches("=\"").trim().to_owned())
}

fn sent_date() -> impl Strategy<Value = SentDate> {
    prop_oneof![
        (0_i32..20_000).prop_map(|days| SentDate::Day(date(1990, 1, 1).saturating_add(jiff::Span::new().days(days)))),
        (0_i64..900_000_000).prop_map(|seconds| SentDate::Local(
            datetime(1999, 1, 1, 0, 0, 0, 0).saturating_add(jiff::Span::new().seconds(seconds))
        )),
        (-60_000_000_000_000_i64..9_000_000_000_000).prop_map(|milliseconds| SentDate::Instant(
            jiff::Timestamp::from_millisecond(milliseconds).expect("in range")
        )),
    ]
}

prop_compose! {
    fn item()(
        (title, category, description, score_possible) in (text(), text(), text(), id().prop_filter("plain", |text| is_plain(text))),
        (start, due) in (option::of(sent_date()), option::of(sent_date())),
        kind in 0..3_usize,
        (extra_credit, included_in_grade, student_viewable) in any::<(Option<bool>, Option<bool>, Option<bool>)>(),
    ) -> ScorableItem {
        ScorableItem {
            title: title.into(), category: category.into(), description: description.into(), start, due,
            score_type: [ScoreType::Percentage, ScoreType::Points, ScoreType::CompleteIncomplete][kind],
            score_possible: score_possible.into(), extra_credit, included_in_grade, student_viewable,
        }
    }
}

prop_compose! {
    fn person()(name in option::of("[^\0]{1,8}"), email in option::of("[a-z@.]{1,8}"), ids in vec((0..3_usize, text()), 0..3))
        -> Option<Box<SentPerson>> {
        let other_ids: Vec<(UserIdOrigin, Box<str>)> =
            ids.into_iter().map(|(origin, id)| (UserIdOrigin::ALL[origin], id.into())).collect();
        let person = SentPerson { name: name.map(Into::into), email: email.map(Into::into), other_ids };
        (person != SentPerson::default()).then(|| Box::new(person))
    }
}

/// What a row says.
#[derive(Debug, Clone)]
struct SheetRow {
    user_id: String,
    user_kind: Option<UserIdOrigin>,
    received: String,
    beside: Beside,
}

prop_compose! {
    fn score()(
        user_id in id(), user_kind in option::of(0..3_usize), received in text().prop_filter("a score, and no number in another form", |text| !text.trim().is_empty() && is_plain(text)),
        submitted in option::of(sent_date()), comment in option::of(text().prop_filter("some", |text| !text.trim().is_empty())),
        person in person(),
    ) -> SheetRow {
        // Of several ids, the one of the connector's kind is the user id: here the internal one.
        let has_internal = person.iter().any(|person| person.other_ids.iter().any(|(origin, _)| *origin == UserIdOrigin::Internal));
        let user_kind = user_kind.filter(|_| !has_internal);
        let beside = Beside { submitted, comment: comment.map(Into::into), person };
        SheetRow { user_id, user_kind: user_kind.map(|kind| UserIdOrigin::ALL[kind]), received, beside }
    }
}

prop_compose! {
    /// One course, so that the order of columns is the order of writing.
    fn sheet()(
        course_id in id(),
        columns in vec(((id(), id()), (id(), text()), option::of(item()), vec(score(), 0..4)), 1..4),
    ) -> ScoreSheet {
        let mut sheet = ScoreSheet::default();
        for ((customer_number, provider_id), (id, title), item, scores) in columns {
            let assignment = match (id.as_str(), title.as_str()) {
                ("", "") => AssignmentKey::Missing,
                ("", title) => AssignmentKey::Title(title.into()),
                (id, _) => AssignmentKey::Id(id.into()),
            };
            let item = match &assignment {
                AssignmentKey::Id(_) => item,
                AssignmentKey::Title(title) => {
                    Some(ScorableItem { title: Arc::clone(title), ..item.unwrap_or_default() })
                }
                AssignmentKey::Untitled(_) | AssignmentKey::Missing => item.map(|item| ScorableItem { title: "".into(), ..item }),
            };
            let key = ColumnKey {
                customer_number: customer_number.into(), provider_id: provider_id.into(),
                course_id: course_id.as_str().into(), assignment,
            };
            // A column that says nothing is not written, and a key stands in a sheet once.
            if sheet.columns.iter().any(|column| column.key == key) || item.is_none() && scores.is_empty() {
                continue;
            }
            let column = u32::try_from(sheet.columns.len()).expect("a few");
            for SheetRow { user_id, user_kind, received, beside } in scores {
                // Two rows without an id are two rows.
                let source = Source { file: 0, line: u32::try_from(sheet.scores.len()).expect("a few") };
                let user = sheet.users.place(&user_id, user_kind, source);
                sheet.scores.push(Score { source, column, user, received: received.into(), beside: beside.if_any() });
            }
            sheet.columns.push(Column { key, item: item.map(|item| (item, Source { file: 0, line: 0 })), canvas: None, exactness: Exactness::AsSent, contradicted: None });
        }
        sheet
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_as_it_was(sheet in sheet()) {
        let text = written(&sheet);
        let reading = read_bytes(text.as_bytes(), &Intake { from: Some(Format::Scores), ..Intake::default() }).expect("canonical");
        prop_assert_eq!(said(&reading.sheet), said(&sheet), "{}", text);
        prop_assert_eq!(written(&reading.sheet), text);
        prop_assert!(reading.notes.is_empty(), "{:?}", reading.notes);
    }

    #[test]
    fn encoding_and_separator_change_nothing(sheet in sheet(), separator in 0..3_usize, encoding in 0..4_usize) {
        let text = delimited(&written(&sheet), b",;\t"[separator]);
        let Some(bytes) = encoded(&text, encoding) else { return Ok(()) };
        let reading = read_bytes(&bytes, &Intake { from: Some(Format::Scores), ..Intake::default() }).expect("canonical");
        prop_assert_eq!(said(&reading.sheet), said(&sheet), "{}", text);
    }

    #[test]
    fn any_bytes_are_a_sheet_or_an_error(bytes in vec(any::<u8>(), 0..300)) {
        let _outcome = read_bytes(&bytes, &Intake::default());
    }
}

/// The same records with another separator.
fn delimited(text: &str, separator: u8) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    for record in reader.records() {
        writer.write_record(&record.expect("what was written is CSV")).expect("memory takes everything");
    }
    String::from_utf8(writer.into_inner().expect("memory takes everything")).expect("UTF-8")
}

/// The same text in another encoding; `None` where it cannot hold the text, or the bytes would be UTF-8 as well.
fn encoded(text: &str, encoding: usize) -> Option<Vec<u8>> {
    let units = || std::iter::once(0xfeff).chain(text.encode_utf16());
    match encoding {
        0 => Some([b"\xef\xbb\xbf", text.as_bytes()].concat()),
        1 => Some(units().flat_map(u16::to_le_bytes).collect()),
        2 => Some(units().flat_map(u16::to_be_bytes).collect()),
        _ => {
            let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
            let defined = !text.contains(['\u{81}', '\u{8d}', '\u{8f}', '\u{90}', '\u{9d}']);
            // No letter of it is whole UTF-8 by chance.
            let unambiguous = bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii());
            let unambiguous = unambiguous && (bytes.is_ascii() || std::str::from_utf8(&bytes).is_err());
            (!unmappable && defined && unambiguous).then(|| bytes.into_owned())
        }
    }
}

const SHORT: &str = "course_id,assignment_title,user_id,score_received";

#[test]
fn a_hand_written_file_needs_four_columns() {
    let reading = read_text(&format!("{SHORT}\nBIO1,Quiz,=\"00123\", 8.50 \nBIO1,Quiz,u2,\nBIO1,Essay,,\n"));
    let sheet = &reading.sheet;
    assert_eq!(tally(sheet), Tally { rows: 3, scores: 1, items: 1, skipped: 1 });
    assert_eq!((sheet.sent_user(&sheet.scores[0]).id, sheet.scores[0].received.as_str()), ("00123", "8.50"));
    assert_eq!(sheet.columns[1].key.assignment, AssignmentKey::Title("Essay".into()));
    assert_eq!(sheet.skipped[0].reason, SkipReason::Blank);
    assert_eq!(sheet.locate(sheet.skipped[0].source), "scores.csv:3");
}

#[test]
fn a_file_that_cannot_be_read_says_where_and_how_to_mend_it() {
    let open = format!("{SHORT}\nBIO1,Quiz,u1,\"8\nBIO1,Quiz,u2,9\n");
    let short = format!("{SHORT}\nBIO1,Quiz,u1\n");
    let mixed = [SHORT.as_bytes(), b"\nBIO1,\xc3\x81,u1,8\nBIO1,Quiz\xe9,u1,8\n"].concat();
    for (bytes, expected) in [
        (&b""[..], "scores.csv: is empty; export it again from where it came"),
        (b" \r\n\t\n", "scores.csv: is empty; export it again from where it came"),
        (b"%PDF-1.7", "scores.csv: is a PDF, which cannot be read; save it as CSV and try again"),
        (b"a\0\0\0b,c", "scores.csv: is binary, which cannot be read; save it as CSV and try again"),
        (
            &mixed,
            "scores.csv:3: column 10 of the line is no UTF-8, although the rest of the file is; correct the letter, or save the file as `CSV UTF-8`, and try again",
        ),
        (open.as_bytes(), "scores.csv:2: a quoted field of this row is never closed; add or remove a `\"`"),
        (
            short.as_bytes(),
            "scores.csv:2: has 3 fields where the header has 4; look for an unquoted separator or a cut-off line",
        ),
    ] {
        let error = read_bytes(bytes, &Intake { from: Some(Format::Scores), ..Intake::default() }).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn repeats_are_settled_by_the_rule() {
    let file = format!("{SHORT}\nB,Q,u1,5\nB,Q,u2,7\nB,Q,u1,9\nB,Q,u2,7.0\nB,Q,u1,8\n");
    for (rule, expected, moved) in [
        (RepeatRule::Max, vec!["9", "7.0"], 3),
        (RepeatRule::Last, vec!["7.0", "8"], 3),
        (RepeatRule::First, vec!["5", "7"], 3),
        (RepeatRule::Sum, vec!["22", "14"], 3),
        (RepeatRule::Error, vec!["5", "9", "7.0", "8"], 1),
    ] {
        let mut sheet =
            read_bytes(file.as_bytes(), &Intake { repeat: Some(rule), ..Intake::default() }).expect("read").sheet;
        assert_eq!(settle(&mut sheet), moved, "{rule:?}");
        let kept: Vec<&str> = sheet.scores.iter().map(|score| score.received.as_str()).collect();
        assert_eq!(kept, expected, "{rule:?}");
        assert_eq!(tally(&sheet).rows, 5, "{rule:?}: every record is accounted for");
    }
}

#[test]
fn a_capture_is_read_in_all_its_shapes() {
    let capture = r#"{"score":{"Customer_Number":"C1","ProviderID":null,"CourseID":null,"AssignmentID":"00697","UserID":"u1","ScoreReceived":"27","Comment":"a & b","DateTimeSubmitted":"\/Date(1480550400000-0500)\/"},"CallbackUrl":"https://x.example/cb","Url":"/v1/Scores/customer/C1/provider/Tegrity/course/BIO%201/AsyncUpdateScore"}
10.0.0.1 - - [x] "POST /v1/Scores/customer/C1/provider/Tegrity/course/BIO%201/AsyncUpdateScorableItem HTTP/1.1" {"scorableItem":{"Customer_Number":"C1","ProviderID":null,"CourseID":null,"AssignmentID":"00697","AssignmentTitle":"Week 1","ScoreType":1,"ScorePossible":"102","DueDateTime":"/Date(-62135596800000)/","IsExtraCredit":false}}
10.0.0.1 - - [x] "GET /v1/Scores/UpdateScore?customer_number=C1&providerID=Tegrity&courseID=BIO+1&assignmentID=00697&userID=u2&scoreReceived=0&comment=a%2Bb%20c&datetimeSubmitted=10%2F21%2F2026&oauth_token=secret HTTP/1.1" 200 5
10.0.0.1 - - [x] "GET /v1/Scores/UpdateScore?customer_number=C1&providerID=Tegrity&courseID=BIO+1&assignmentID=&userID=u3&scoreReceived=4 HTTP/1.1" 200 5
10.0.0.1 - - [x] "GET /favicon.ico HTTP/1.1" 404 0
"#;
    let reading = read_text(capture);
    let sheet = &reading.sheet;
    assert_eq!(reading.inputs[0].format, Format::Aairs);
    assert_eq!(sheet.repeat, RepeatRule::Last);
    assert_eq!(tally(sheet), Tally { rows: 4, scores: 3, items: 1, skipped: 0 });
    let kinds: Vec<&NoteKind> = reading.notes.iter().map(|note| &note.kind).collect();
    assert_eq!(kinds, [&NoteKind::NotARecord]);
    insta::assert_snapshot!(written(sheet), @"
    customer_number,provider_id,course_id,assignment_id,assignment_title,category,description,start_date,due_date,score_type,score_possible,extra_credit,included_in_grade,student_viewable,user_id,score_received,date_submitted,comment
    C1,Tegrity,BIO 1,00697,Week 1,,,,,Percentage,102,false,,,u1,27,2016-12-01T00:00:00Z,a & b
    C1,Tegrity,BIO 1,00697,Week 1,,,,,Percentage,102,false,,,u2,0,2026-10-21,a+b c
    C1,Tegrity,BIO 1,,,,,,,,,,,,u3,4,,
    ");
    assert_eq!(sheet.columns[1].key.assignment, AssignmentKey::Missing);
}

#[test]
fn a_cut_off_capture_is_an_error_with_its_line() {
    let error = read_bytes(b"{\"score\":{\"UserID\":\"u\"}}\n{\"score\":{\"User", &Intake::default()).expect_err("cut");
    assert_eq!(error.to_string(), "scores.csv:2: the JSON is cut off or malformed; repair or delete the line");
}

#[test]
fn numbers_of_a_capture_are_read_as_those_of_a_table() {
    let record = |kind: &str, fields: &str| format!(r#"{{"{kind}":{{"CourseID":"B","AssignmentID":"1",{fields}}}}}"#);
    let lines = [
        record("scorableItem", r#""AssignmentTitle":"Week 1","ScorePossible":"10.""#),
        record("score", r#""UserID":"u1","ScoreReceived":"8.""#),
        record("score", r#""UserID":"u2","ScoreReceived":"7,5""#),
        record("scorableItem", r#""AssignmentTitle":"Week 1","ScorePossible":"20.""#),
    ];
    let sheet = read_text(&lines.join("\n")).sheet;
    let received: Vec<&str> = sheet.scores.iter().map(|score| &*score.received).collect();
    assert_eq!(received, ["8", "7.5"]);
    let possible = sheet.columns[0].item.as_ref().map(|(item, _)| &*item.score_possible);
    assert_eq!(possible, Some("20"), "the latest description counts");
    let text = written(&sheet);
    assert_eq!(written(&read_text(&text).sheet), text, "an export of an export is the same");
}
