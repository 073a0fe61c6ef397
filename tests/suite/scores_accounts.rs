//! Each cell of a table is accounted for: it is in the sheet, or its row or its column is named with a reason. A mark is
//! put into one cell of an example of each format, and must be found again. `.ci/fuzz-intake` runs this for minutes.

use std::sync::LazyLock;

use gradepush::domain::UserIdOrigin;
use gradepush::scores::{Input, Intake, Layout, NoteKind, Reading, read, write};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// An example of a format.
struct Seed {
    name: String,
    separator: u8,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    layout: Option<Layout>,
}

/// Columns whose cells are not kept, because a score is computed from them.
const COMPUTED_FROM: [(&str, &str); 4] = [
    ("tegrity-viewing.csv", "Minutes Viewed"),
    ("tegrity-viewing.csv", "Duration"),
    ("echo360-media.csv", "duration"),
    ("echo360-media.csv", "total_view_time"),
];

/// Every example that is separated text, and those that people sent.
static SEEDS: LazyLock<Vec<Seed>> = LazyLock::new(|| {
    let mut seeds = Vec::new();
    for folder in ["fixtures/scores", "fixtures/intake"] {
        let folder = crate::repository().join(folder);
        let mut paths: Vec<_> =
            fs_err::read_dir(&folder).expect("the fixtures").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "csv")) {
            let Ok(text) = fs_err::read_to_string(path) else { continue };
            let text = text.trim_start_matches('\u{feff}');
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if name == "courses.csv" {
                continue;
            }
            let first = text.lines().next().expect("a header");
            let separator = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
            let mut table = csv::ReaderBuilder::new();
            let mut table = table.delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
            let rows = table.records().map(|row| row.expect("CSV").iter().map(str::to_owned).collect::<Vec<_>>());
            let mut rows: Vec<Vec<String>> = rows.collect();
            let header = rows.remove(0);
            rows.retain(|row| row.len() == header.len());
            let layout = (name == "clicker.csv")
                .then(|| Layout::read(Input::Path(folder.join("clicker.toml"))).expect("a layout"));
            seeds.push(Seed { name, separator, header, rows, layout });
        }
    }
    seeds
});

impl Seed {
    /// The table as a file.
    fn text(&self, header: &[String], rows: &[Vec<String>]) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(self.separator).from_writer(Vec::new());
        writer.write_record(header).expect("memory");
        for row in rows {
            writer.write_record(row).expect("memory");
        }
        writer.into_inner().expect("memory")
    }

    fn read(&self, bytes: Vec<u8>, origin: UserIdOrigin) -> Option<Reading> {
        let input = Input::Reader { name: self.name.clone(), reader: Box::new(std::io::Cursor::new(bytes)) };
        let intake = Intake {
            course: Some("BIO-101".into()),
            user_id_origin: origin,
            layout: self.layout.clone(),
            ..Intake::default()
        };
        // A file that is refused says so.
        read(vec![input], &intake).ok()
    }
}

/// Why the mark of this line and column did not vanish.
fn is_accounted_for(reading: &Reading, mark: &str, line: u32, column: &str) -> bool {
    let mut text = Vec::new();
    write(&reading.sheet, &mut text).expect("memory takes everything");
    let in_sheet = String::from_utf8_lossy(&text).contains(mark.trim_end_matches('%'));
    let of_line = reading.sheet.skipped.iter().any(|record| record.source.line == line)
        || reading.notes.iter().any(|note| note.source.line == line);
    let of_column = reading.notes.iter().any(|note| match &note.kind {
        NoteKind::ColumnsLeftOut { columns, .. } => columns.split("`, `").any(|one| one == column),
        NoteKind::ColumnIgnored { column: ignored, .. } => &**ignored == column,
        // A number in another form stands in the sheet in the plain one.
        NoteKind::NumbersRead { column: read, .. } => &**read == column,
        _ => false,
    });
    in_sheet || of_line || of_column
}

/// What findings say, notes and skipped records say; none is lost on the way.
fn findings_name(reading: &Reading, line: u32) -> bool {
    reading.sheet.findings.iter().any(|finding| finding.sources.iter().any(|source| source.line == line))
}

fn marks() -> impl Strategy<Value = &'static str> {
    select(vec!["zq77zq", "77.125", "77.125%", "2033-07-07", "zq-77.zq"])
}

fn headers() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "Remark",
        "Quiz 99",
        "Extra (12345)",
        "Total",
        "Section",
        "Final Score",
        "Score Possibel",
        "Feedback to Learner",
        "Lab 9 Feedback",
        "Lab 9 Points Grade <Numeric MaxPoints:5>",
        "Lab 9 Text Grade <Text>",
        "Lab 9 [Total Pts: 5 Score] |99",
        "Lab 9 [Total Pts: 0 Text] |99",
    ])
}

proptest! {
    #[test]
    fn a_cell_is_kept_or_named(
        seed in any::<Index>(), row in any::<Index>(), column in any::<Index>(), mark in marks(),
        origin in select(UserIdOrigin::ALL.to_vec()), alone in any::<bool>(), added in prop::option::of(headers()),
    ) {
        let seed = &SEEDS[seed.index(SEEDS.len())];
        let (mut header, mut rows) = (seed.header.clone(), seed.rows.clone());
        prop_assume!(!rows.is_empty());
        let row = row.index(rows.len());
        if alone {
            // A row in which nothing else stands.
            rows.insert(row, vec![String::new(); header.len()]);
        }
        let column = match added {
            Some(name) => {
                header.push(name.to_owned());
                for row in &mut rows {
                    row.push(String::new());
                }
                header.len() - 1
            }
            None => column.index(header.len()),
        };
        let is_computed_from = COMPUTED_FROM.iter().any(|(file, name)| *file == seed.name && *name == header[column]);
        prop_assume!(!is_computed_from);
        mark.clone_into(&mut rows[row][column]);
        let bytes = seed.text(&header, &rows);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        // Line breaks in cells move the lines below them.
        let above: usize = header.iter().chain(rows[..row].iter().flatten()).map(|cell| cell.matches('\n').count()).sum();
        let line = u32::try_from(row + 2 + above).expect("a short file");
        if let Some(reading) = seed.read(bytes, origin) {
            let name = match header[column].trim() {
                "" => format!("column {}", letter(column)),
                name => name.to_owned(),
            };
            prop_assert!(is_accounted_for(&reading, mark, line, &name), "{}:{line} {name}\n{shown}", seed.name);
            for note in &reading.notes {
                prop_assert!(findings_name(&reading, note.source.line), "{:?}", note);
            }
            for record in &reading.sheet.skipped {
                prop_assert!(findings_name(&reading, record.source.line), "{:?}", record);
            }
        }
    }

    #[test]
    fn a_line_of_a_capture_is_a_record_or_named(
        capture in select(vec!["aairs.jsonl", "aairs-access.log", "moodle-mhaairs.log"]), place in any::<Index>(),
        odd in select(vec!["zq77zq", "{\"zq\":\"77\"}", "zq = 77", "GET /favicon.ico 404"]),
    ) {
        let text = fs_err::read_to_string(crate::repository().join("fixtures/scores").join(capture)).expect("a fixture");
        let mut lines: Vec<&str> = text.lines().collect();
        let place = place.index(lines.len() + 1);
        lines.insert(place, odd);
        let input =
            Input::Reader { name: capture.to_owned(), reader: Box::new(std::io::Cursor::new(lines.join("\n"))) };
        if let Ok(reading) = read(vec![input], &Intake::default()) {
            let line = u32::try_from(place + 1).expect("a short file");
            prop_assert!(reading.notes.iter().any(|note| note.source.line == line), "{capture}:{line} {odd}");
            prop_assert!(findings_name(&reading, line));
        }
    }
}

/// The name of a column in a spreadsheet; examples have few.
fn letter(place: usize) -> char {
    char::from(b'A' + u8::try_from(place).expect("few columns"))
}
