//! Each format that README lists, recognised in a file of it without being named, with what its first line becomes.

use std::collections::HashMap;

use gradepush::domain::UserIdOrigin;
use gradepush::scores::{Format, Input, Intake, Layout, canonical_columns, read, settle, write};

/// Where the example of a format is.
enum Example {
    /// A file of `fixtures`.
    File(&'static str),
    /// The text of a file, for formats whose words are partly inferred: no real file is at hand.
    Text(&'static str),
}

use Example::{File, Text};

/// Each format, an example, and the first line of its export: id and title of the assignment, as far as the file says
/// them, the kind of the student's id, the id, the value.
const EXAMPLES: [(Format, Example, &str); 26] = [
    (Format::Scores, File("scores/scores.csv"), "Essay | 00123 | 17.5"),
    (Format::Aairs, File("scores/aairs.jsonl"), "00697 | Lecture 1: Cells, tissues | 00123 | 31"),
    (Format::TegrityViewing, File("scores/tegrity-viewing.csv"), "r-1 | Lecture 1,\r\npart one | 00123 | 91"),
    (Format::TegrityWide, File("scores/tegrity-wide.csv"), "Lecture 1 | müller | 78"),
    (Format::Echo360Media, File("scores/echo360-media.csv"), "m-1 | Week 1, intro | login | jane@example.edu | 100%"),
    (Format::Echo360Class, File("scores/echo360-class.csv"), "Lecture 1 09/01/2026 | sis | 00123 | 92%"),
    (Format::Aleks, File("scores/aleks.csv"), "Total Topics Learned | sis | 00123 | 35%"),
    (Format::Blackboard, File("scores/blackboard.xls"), "664617 | Quiz 3 | sis | 00123 | 8.00"),
    (Format::D2l, File("scores/d2l.csv"), "Lecture 1 | sis | 00123 | 88.5"),
    (Format::CanvasGradebook, File("scores/canvas-gradebook.csv"), "Essay (draft) (7001) | sis | 00123 | 17.5"),
    (Format::Gradescope, File("intake/gs01-gradescope-assignment.csv"), "sis | 00417001 | 9.0"),
    (Format::GradescopeCourse, File("intake/gs02-gradescope-course.csv"), "HW1 | sis | 00417001 | 8.0"),
    (Format::Moodle, File("intake/m01-moodle.csv"), "Week 1 | sis | 00417001 | 9.00"),
    (Format::MoodleQuiz, File("intake/m02-quizreport.csv"), "login | mreyes@example.edu | 10.00"),
    (
        Format::IClicker,
        Text(
            "First Name,Last Name,Email,Student ID,Class 1 [5],Total [5]\nMarta,Reyes,mreyes@example.edu,00417001,4,4\n",
        ),
        "Class 1 | sis | 00417001 | 4",
    ),
    (Format::Panopto, Text("Username,Percent Completed\nmreyes,78\n"), "login | mreyes | 78%"),
    (Format::Zoom, File("intake/z02-zoom-flat.csv"), "login | mreyes@example.edu | 45"),
    (Format::Teams, File("intake/t01-teams.csv"), "login | mreyes@example.edu | 63.5333"),
    (
        Format::ZyBooks,
        Text(
            "Last name,First name,Primary email,School email,Class section,Total (100),Participation total (50)\n\
             Reyes,Marta,mreyes@example.org,mreyes@example.edu,1,87.5,90\n",
        ),
        "login | mreyes@example.edu | 87.5%",
    ),
    (
        Format::PrairieLearn,
        Text(
            "UID,UIN,User name,Role,HW1\nterry@example.edu,1,Terry Teacher,Staff,100\nmreyes@example.edu,00417001,Marta Reyes,Student,85\n",
        ),
        "HW1 | sis | 00417001 | 85%",
    ),
    (Format::GoogleForms, File("intake/gf01-googleforms.csv"), "login | KOBRIEN@example.edu | 10"),
    (
        Format::WebWork,
        Text(
            "SET NAME,,,,,,hw1\nPROB VALUE,,,,,,10\nSTUDENT ID,login ID,LAST NAME,FIRST NAME,SECTION,RECITATION,\n\
             00417001,mreyes,Reyes,Marta,01,,8\n",
        ),
        "hw1 | sis | 00417001 | 8",
    ),
    (Format::GithubClassroom, File("intake/gc01-ghclassroom.csv"), "lab-3 | login | mreyes | 3"),
    (Format::MoodleMhaairs, File("scores/moodle-mhaairs.log"), "00697 | Quiz 1 & more | login | jdoe | 9"),
    (Format::Table, Text("Student ID,Score\n00417001,9\n"), "sis | 00417001 | 9"),
    (Format::Map, File("scores/clicker.csv"), "Session 1 | login | jdoe | 3"),
];

#[test]
fn each_format_is_recognised_and_gives_its_scores() {
    let mut formats: Vec<Format> = EXAMPLES.iter().map(|(format, _, _)| *format).collect();
    formats.sort_unstable();
    assert_eq!(formats, Format::ALL, "each format has an example");
    let fixtures = crate::repository().join("fixtures");
    for (format, example, expected) in EXAMPLES {
        let input = match example {
            File(path) => Input::Path(fixtures.join(path)),
            Text(text) => Input::Reader { name: "a.csv".to_owned(), reader: Box::new(text.as_bytes()) },
        };
        let layout = (format == Format::Map)
            .then(|| Layout::read(Input::Path(fixtures.join("scores/clicker.toml"))).expect("a layout"));
        let intake =
            Intake { course: Some("BIO-101".into()), user_id_origin: UserIdOrigin::Sis, layout, ..Intake::default() };
        let mut reading = read(vec![input], &intake).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!(reading.inputs[0].format, format);
        settle(&mut reading.sheet);
        let mut text = Vec::new();
        write(&reading.sheet, &mut text).expect("memory");
        let mut table = csv::Reader::from_reader(text.as_slice());
        let row: HashMap<String, String> = table.deserialize().next().expect("a row").expect("CSV");
        let fields = ["assignment_id", "assignment_title", "user_id_origin", "user_id", "score_received"];
        let found: Vec<&str> = fields
            .iter()
            .filter_map(|name| row.get(*name))
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        assert_eq!(found.join(" | "), expected, "{format}");
    }
}

#[test]
fn each_canonical_column_takes_the_example_that_help_shows() {
    let columns = canonical_columns();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(columns.iter().map(|column| column.name)).expect("memory");
    table.write_record(columns.iter().map(|column| column.example)).expect("memory");
    let bytes = table.into_inner().expect("memory");
    let input = Input::Reader { name: "scores.csv".to_owned(), reader: Box::new(std::io::Cursor::new(bytes)) };
    let reading = read(vec![input], &Intake { user_id_origin: UserIdOrigin::Login, ..Intake::default() });
    let reading = reading.expect("canonical");
    assert!(reading.notes.is_empty(), "{:?}", reading.notes);
    assert_eq!(reading.sheet.scores.len(), 1);
    // What is written of it has every column, and a value in each; why a score was not written is said by a run alone.
    let mut written = Vec::new();
    write(&reading.sheet, &mut written).expect("memory");
    let mut written = csv::Reader::from_reader(written.as_slice());
    let names: Vec<String> = written.headers().expect("a header").iter().map(str::to_owned).collect();
    let all = columns.iter().map(|column| column.name).filter(|name| *name != "why");
    assert_eq!(names, all.collect::<Vec<_>>());
    let row = written.records().next().expect("a row").expect("CSV");
    let blank: Vec<&str> =
        names.iter().zip(&row).filter(|(_, value)| value.is_empty()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(blank, [""; 0], "{row:?}");
}
