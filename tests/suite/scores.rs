//! Score intake from outside: what each real shape of input becomes.

use std::fmt::Write as _;
use std::path::PathBuf;

use gradepush::domain::{Points, RepeatRule, UserIdOrigin};
use gradepush::scores::{
    CourseRules, Format, Input, Intake, Layout, Method, Missing, Possible, Reading, ScoresError, read, settle,
    suggest_courses, suggest_layout, tally, write,
};

fn fixture(name: &str) -> PathBuf {
    crate::repository().join("fixtures/scores").join(name)
}

fn read_fixture(name: &str, intake: &Intake) -> Result<Reading, ScoresError> {
    read(vec![Input::Path(fixture(name))], intake)
}

fn of_course(course: &str) -> Intake {
    Intake { course: Some(course.into()), ..Intake::default() }
}

/// Everything a reading says, for people to compare.
fn report(mut reading: Reading) -> String {
    settle(&mut reading.sheet);
    let mut csv = Vec::new();
    write(&reading.sheet, &mut csv).expect("memory takes everything");
    let mut text = String::from_utf8(csv).expect("UTF-8");
    let input = &reading.inputs[0];
    let encoding = input.encoding.map_or_else(|| String::from("workbook"), |encoding| encoding.to_string());
    let counts = tally(&reading.sheet);
    writeln!(text, "---\n{} in {encoding}, {:?}", input.format, reading.sheet.repeat).expect("a string");
    writeln!(
        text,
        "{} rows = {} scores + {} items + {} skipped",
        counts.rows, counts.scores, counts.items, counts.skipped
    )
    .expect("a string");
    for skipped in &reading.sheet.skipped {
        writeln!(text, "line {}: {:?}", skipped.source.line, skipped.reason).expect("a string");
    }
    for note in &reading.notes {
        writeln!(text, "line {}: {}", note.source.line, note.kind).expect("a string");
    }
    text
}

#[test]
fn every_format_becomes_canonical() {
    let course = of_course("BIO-101");
    let sis = Intake { user_id_origin: UserIdOrigin::Sis, ..of_course("BIO-101") };
    for (name, intake) in [
        ("aairs.jsonl", &Intake::default()),
        ("aairs-access.log", &Intake::default()),
        ("scores.csv", &Intake::default()),
        ("scores.xlsx", &Intake::default()),
        ("tegrity-viewing.csv", &Intake::default()),
        ("tegrity-wide.csv", &course),
        ("tegrity-wide.xlsx", &course),
        ("echo360-media.csv", &Intake::default()),
        ("echo360-class.csv", &course),
        ("aleks.csv", &course),
        ("blackboard.xls", &course),
        ("d2l.csv", &sis),
        ("canvas-gradebook.csv", &course),
        ("canvas-gradebook-comma.csv", &sis),
        ("moodle-mhaairs.log", &Intake::default()),
    ] {
        let reading = read_fixture(name, intake).expect(name);
        insta::assert_snapshot!(format!("{name}"), report(reading));
    }
}

#[test]
fn a_layout_reads_what_no_format_knows() {
    let layout = Layout::read(Input::Path(fixture("clicker.toml"))).expect("a layout");
    let reading = read_fixture("clicker.csv", &Intake { layout: Some(layout), ..Intake::default() }).expect("read");
    insta::assert_snapshot!(report(reading), @r#"
    customer_number,provider_id,course_id,assignment_id,assignment_title,category,description,start_date,due_date,score_type,score_possible,extra_credit,included_in_grade,student_viewable,user_id,score_received,date_submitted,comment,user_name,user_email,other_user_ids,user_id_origin
    ,,BIO-101,,Session 1,,,,,Points,5,,,,jdoe,3,,,"Doe, Jane",,,login
    ,,BIO-101,,Session 2,,,,,Points,5,,,,jdoe,4,,,"Doe, Jane",,,login
    ,,BIO-101,,Session 2,,,,,Points,5,,,,aroe,2,,,"Roe, Al",,,login
    ---
    map in UTF-8, Error
    5 rows = 3 scores + 0 items + 2 skipped
    line 3: Blank
    line 4: Summary
    line 1: left out: `Sum`, of which no score is taken
    "#);
}

#[test]
fn an_unknown_layout_shows_its_header_and_the_nearest_formats() {
    let error = read_fixture("clicker.csv", &Intake::default()).expect_err("unknown");
    let shown = error.to_string().replace(&fixture("clicker.csv").display().to_string(), "clicker.csv");
    insta::assert_snapshot!(shown, @"clicker.csv:1: no known format has the header `NetID,Student,Session 1,Session 2,Sum`; it names no course: with --course ID it is read as a table of people and scores; nearest: canvas-gradebook lacks `ID`, `Section`; aleks lacks `Student ID` or `Login` (did you mean `Student`?), `Student Name`, `Type of Data`; blackboard lacks `Student ID` or `Username` (did you mean `Student`?), `Title [Total Pts: N] |ID`; name the format with --from (see --list-formats), or describe the file with --suggest-layout and --layout");
    let misspelt = "course_id,assignment_title,user_id,score_recieved\n";
    let input = Input::Reader { name: String::from("-"), reader: Box::new(misspelt.as_bytes()) };
    let error = read(vec![input], &Intake::default()).expect_err("misspelt").to_string();
    assert!(error.contains("scores lacks `score_received` (did you mean `score_recieved`?)"), "{error}");
}

#[test]
fn a_suggested_layout_reads_the_file_it_was_made_of() {
    let text =
        suggest_layout(Input::Path(fixture("clicker.csv")), &Intake::default(), |_, _| false).expect("a suggestion");
    let layout = Layout::parse("suggested.toml", &text).expect("ready to use");
    let intake = Intake { layout: Some(layout), ..of_course("BIO-101") };
    let reading = read_fixture("clicker.csv", &intake).expect("read");
    let titles: Vec<String> = reading.sheet.columns.iter().map(|column| column.key.assignment.to_string()).collect();
    assert_eq!(titles, ["Session 1", "Session 2", "Sum"]);
    assert_eq!(reading.sheet.sent_user(&reading.sheet.scores[0]).id, "jdoe");
}

#[test]
fn a_courses_file_goes_before_the_flags() {
    let courses = CourseRules::read(Input::Path(fixture("courses.csv"))).expect("a courses file");
    let intake = Intake { courses, method: Some(Method::Minutes), ..Intake::default() };
    let sheet = read_fixture("tegrity-viewing.csv", &intake).expect("read").sheet;
    let values: Vec<&str> = sheet.scores.iter().map(|score| score.received.as_str()).collect();
    assert_eq!(values, ["0", "1", "1", "1"], "complete from 90 percent on");
    assert_eq!(
        suggest_courses(&sheet),
        "course_id,include,method,complete_at,possible,missing,use_existing,on_conflict\nBIO-101,yes,,,,,,\n"
    );

    let excluded = "course_id,assignment_title,user_id,score_received\nCHEM-1,Q,u1,5\nBIO-101,Q,u1,6\nCHEM-1,Z,,\n";
    let input = Input::Reader { name: String::from("-"), reader: Box::new(excluded.as_bytes()) };
    let sheet = read(vec![input], &intake).expect("read").sheet;
    assert_eq!((sheet.columns.len(), tally(&sheet).scores, tally(&sheet).items, tally(&sheet).skipped), (1, 1, 0, 2));

    let bad = "course_id,method\nBIO,sometimes\n";
    let input = Input::Reader { name: String::from("courses.csv"), reader: Box::new(bad.as_bytes()) };
    let error = CourseRules::read(input).expect_err("not a method").to_string();
    assert_eq!(error, "courses.csv:2: `method` is `sometimes`; it must be percent, complete, minutes or points");
}

#[test]
fn methods_and_rules_apply_to_viewing_only() {
    for (method, expected) in [
        (Method::Percent, ["78", "91", "100", "100"]),
        (Method::Complete, ["0", "1", "1", "1"]),
        (Method::Minutes, ["39", "45.5", "75.3333", "120"]),
    ] {
        let intake = Intake { method: Some(method), complete_at: Points::whole(90), ..Intake::default() };
        let sheet = read_fixture("tegrity-viewing.csv", &intake).expect("read").sheet;
        let values: Vec<&str> = sheet.scores.iter().map(|score| score.received.as_str()).collect();
        assert_eq!(values, expected, "{method:?}");
        let capture = read_fixture("aairs.jsonl", &intake).expect("read").sheet;
        assert_eq!(capture.scores[0].received.as_str(), "27", "a received score is never changed");
    }
    let ten = Intake {
        method: Some(Method::Minutes),
        possible: Some(Possible::Points(Points::whole(10))),
        missing: Missing::Zero,
        repeat: Some(RepeatRule::Last),
        ..Intake::default()
    };
    let mut sheet = read_fixture("tegrity-viewing.csv", &ten).expect("read").sheet;
    assert_eq!(sheet.columns[0].item.as_ref().map(|(item, _)| item.score_possible.as_ref()), Some("10"));
    assert_eq!(settle(&mut sheet), 1);
    let values: Vec<&str> = sheet.scores.iter().map(|score| score.received.as_str()).collect();
    assert_eq!(values, ["45.5", "75.3333", "0", "120"]);
}

#[test]
fn several_inputs_become_one_sheet() {
    let inputs = vec![Input::Path(fixture("aairs.jsonl")), Input::Path(fixture("scores.csv"))];
    let reading = read(inputs, &Intake::default()).expect("both are read");
    assert_eq!(reading.sheet.repeat, RepeatRule::Error, "rules that differ decide nothing");
    let formats: Vec<Format> = reading.inputs.iter().map(|input| input.format).collect();
    assert_eq!(formats, [Format::Aairs, Format::Scores]);
    let last = reading.sheet.scores.last().expect("scores");
    assert!(reading.sheet.locate(last.source).ends_with("scores.csv:9"), "{}", reading.sheet.locate(last.source));
}

#[test]
fn a_file_without_a_course_takes_it_from_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("viewing_BIO 101_2026.csv");
    fs_err::copy(fixture("tegrity-wide.csv"), &path).expect("copied");
    let named = |pattern: &str| Intake { course_from_name: Some(pattern.parse().expect(pattern)), ..Intake::default() };
    let sheet = read(vec![Input::Path(path.clone())], &named("viewing_{course}_*.csv")).expect("read").sheet;
    assert_eq!(sheet.columns[0].key.course_id.as_ref(), "BIO 101");
    let error = read(vec![Input::Path(path.clone())], &named("x{course}")).expect_err("no fit");
    assert!(matches!(error, ScoresError::NameWithoutCourse { .. }), "{error}");
    let error = read(vec![Input::Path(path)], &Intake::default()).expect_err("no course");
    assert!(error.to_string().ends_with("tegrity-wide names no course; add --course or --course-from-name"), "{error}");
}

#[test]
fn paths_that_hold_no_file_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let read_path = |path: PathBuf| read(vec![Input::Path(path)], &Intake::default()).expect_err("no file");
    assert!(matches!(read_path(folder.path().to_owned()), ScoresError::Directory { .. }));
    assert!(matches!(read_path(folder.path().join("missing.csv")), ScoresError::Unreadable { .. }));
}
