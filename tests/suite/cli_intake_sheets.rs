//! Workbooks with several sheets: where the first is not the scores, the error says which one is.

use std::io::Write as _;

use crate::common::Home;
use crate::common::intake::{COURSE, home};

/// Writes a workbook into the home: the name of each sheet, and its rows of texts.
fn workbook(home: &Home, file: &str, sheets: &[(&str, &[&[&str]])]) {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut zip = zip::ZipWriter::new(fs_err::File::create(home.path(file)).expect("writable"));
    let mut part = |name: &str, text: String| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(text.as_bytes()).expect("written");
    };
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let numbered = || (1..).zip(sheets);
    for (number, (_, rows)) in numbered() {
        let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(text));
        let row = |row: &&[&str]| format!("<row>{}</row>", row.iter().map(cell).collect::<Vec<_>>().concat());
        let rows = rows.iter().map(row).collect::<Vec<_>>().concat();
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let text = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        part(&format!("xl/worksheets/sheet{number}.xml"), text);
    }
    let list = numbered().map(|(number, (name, _))| {
        format!("<sheet name=\"{}\" sheetId=\"{number}\" r:id=\"r{number}\"/>", escaped(name))
    });
    let list = list.collect::<Vec<_>>().concat();
    let places = numbered().map(|(number, _)| {
        format!(
            "<Relationship Id=\"r{number}\" Target=\"worksheets/sheet{number}.xml\" Type=\"{relations}/worksheet\"/>"
        )
    });
    let places = places.collect::<Vec<_>>().concat();
    part("xl/workbook.xml", format!("<workbook xmlns:r=\"{relations}\"><sheets>{list}</sheets></workbook>"));
    part("xl/_rels/workbook.xml.rels", format!("<Relationships>{places}</Relationships>"));
    part(
        "_rels/.rels",
        format!(
            "<Relationships><Relationship Id=\"r\" Target=\"xl/workbook.xml\" Type=\"{relations}/officeDocument\"/></Relationships>"
        ),
    );
    zip.finish().expect("a workbook");
}

const NOTES: &[&[&str]] = &[&["Please read"], &["The scores are on the next sheet."]];

const GRADES: &[&[&str]] = &[
    &["course_id", "assignment_title", "user_id", "score_received", "score_possible"],
    &["CHEM-110-F26", "Quiz 1", "mreyes", "9", "10"],
];

/// Two lines above a header of no format, which is read with a course.
const TABLE: &[&[&str]] = &[&["Week 5"], &["NetID", "Quiz 1"], &["mreyes", "9"]];

#[test]
fn the_sheet_that_has_the_scores_is_named_and_reads() {
    let (home, _served) = home("login");
    workbook(&home, "f.xlsx", &[("Notes", NOTES), ("Grades", GRADES)]);
    let refused = home.run(&["plan", "f.xlsx"]).ends_with(3);
    let expected = "f.xlsx:1: no known format has the header `Please read`; other sheets: `Grades`; read it with `--sheet Grades`\n";
    assert!(refused.stderr.contains(expected), "{}", refused.all());
    let planned = home.run(&["plan", "f.xlsx", "--sheet", "Grades"]).succeeds();
    assert!(planned.all().contains("1 to set"), "{}", planned.all());
    // The format is said, and it is still the wrong sheet.
    let refused = home.run(&["plan", "f.xlsx", "--from", "scores"]).ends_with(3);
    assert!(refused.stderr.contains("; other sheets: `Grades`; read it with `--sheet Grades`"), "{}", refused.all());
}

#[test]
fn of_several_sheets_the_one_with_a_known_header_is_named() {
    let (home, _served) = home("login");
    workbook(&home, "f.xlsx", &[("Notes", NOTES), ("Rules", NOTES), ("Week 5", TABLE)]);
    let flags = [&["plan", "f.xlsx"][..], &COURSE].concat();
    let refused = home.run(&flags).ends_with(3);
    let expected =
        "; other sheets: `Rules`, `Week 5`, of which `Week 5` has a known header; read it with `--sheet 'Week 5'`\n";
    assert!(refused.stderr.contains(expected), "{}", refused.all());
    let planned = home.run(&[&flags[..], &["--sheet", "Week 5"]].concat()).succeeds();
    assert!(planned.all().contains("1 to set"), "{}", planned.all());
    // Without the course no header is known, and what there is is said all the same.
    let refused = home.run(&["plan", "f.xlsx"]).ends_with(3);
    assert!(
        refused.stderr.contains("; other sheets: `Rules`, `Week 5`; read one with `--sheet NAME`;"),
        "{}",
        refused.all()
    );
    assert!(refused.stderr.contains("describe the file with --suggest-layout"), "{}", refused.all());
    // A sheet that was chosen is the user's choice.
    let chosen = home.run(&["plan", "f.xlsx", "--sheet", "Notes"]).ends_with(3);
    assert!(!chosen.stderr.contains("other sheets"), "{}", chosen.all());
}
