//! How fast scores are taken in: `cargo bench --bench intake`. The measure is the `csv` crate reading the same file into
//! byte records. Memory: `/usr/bin/time -v gradepush export scores.csv -o again.csv`.

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::sync::LazyLock;

use gradepush::scores::{Input, Intake, read, settle, write};

/// Rows of the canonical file: about 100 MB.
const ROWS: usize = 1_000_000;

/// Lines of the capture.
const LINES: usize = 300_000;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

/// 1,000 courses of 10 columns and 100 students.
static CANONICAL: LazyLock<PathBuf> = LazyLock::new(|| {
    let header = "customer_number,provider_id,course_id,assignment_id,assignment_title,category,description,start_date,\
                  due_date,score_type,score_possible,extra_credit,included_in_grade,student_viewable,user_id,\
                  score_received,date_submitted,comment\n";
    let path = FOLDER.path().join("scores.csv");
    let mut text = BufWriter::new(fs_err::File::create(&path).expect("the folder takes it"));
    text.write_all(header.as_bytes()).expect("the file takes it");
    for row in 0..ROWS {
        let (column, student) = (row / 100, row % 100);
        let (course, lecture) = (column / 10, column % 10);
        let score = row * 7919 % 10_001;
        writeln!(
            text,
            "ABCD,Tegrity,BIO-{course:04},rec-{column:05},Lecture {lecture},Lectures,,,2026-10-21,Percentage,100,,,,\
             {:08},{}.{:02},2026-10-20T15:04:05Z,",
            course * 37 % 600 * 100 + student,
            score / 100,
            score % 100
        )
        .expect("the file takes it");
    }
    text.flush().expect("the file takes it");
    path
});

static CAPTURE: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = FOLDER.path().join("capture.log");
    let mut text = BufWriter::new(fs_err::File::create(&path).expect("the folder takes it"));
    for line in 0..LINES {
        writeln!(
            text,
            "192.0.2.7 - - [21/Oct/2026:10:00:00 -0400] \"GET /v1/Scores/UpdateScore?customer_number=ABCD-EFGH-IJKL\
             &providerID=Tegrity&courseID=BIO+{:04}&assignmentID=rec-{:05}&userID={:08}&comment=&currentAttempt=\
             &datetimeSubmitted=10%2F20%2F2026&scoreReceived={}&toolID=&status=&oauth_nonce=1 HTTP/1.1\" 200 310",
            line / 1000,
            line / 100,
            line % 60_000,
            line % 101
        )
        .expect("the file takes it");
    }
    text.flush().expect("the file takes it");
    path
});

fn main() {
    divan::main();
}

/// The measure: the `csv` crate alone, every record into one reused byte record.
#[divan::bench(sample_count = 5)]
fn csv_crate_reads(bencher: divan::Bencher<'_, '_>) {
    let path = &*CANONICAL;
    bencher.bench(|| {
        let mut reader = csv::Reader::from_path(path).expect("a file");
        let mut record = csv::ByteRecord::new();
        let mut rows = 0;
        while reader.read_byte_record(&mut record).expect("records") {
            rows += 1;
        }
        assert_eq!(rows, ROWS);
    });
}

/// At most 4 times the measure.
#[divan::bench(sample_count = 5)]
fn canonical_is_read_settled_and_written(bencher: divan::Bencher<'_, '_>) {
    let path = &*CANONICAL;
    bencher.bench(|| {
        let mut sheet = read(vec![Input::Path(path.clone())], &Intake::default()).expect("canonical").sheet;
        settle(&mut sheet);
        write(&sheet, io::sink()).expect("a sink takes everything");
        assert_eq!(sheet.scores.len(), ROWS);
    });
}

/// Under 2 s.
#[divan::bench(sample_count = 5)]
fn capture_is_read(bencher: divan::Bencher<'_, '_>) {
    let path = &*CAPTURE;
    bencher.bench(|| {
        let sheet = read(vec![Input::Path(path.clone())], &Intake::default()).expect("a capture").sheet;
        assert_eq!(sheet.scores.len(), LINES);
    });
}
