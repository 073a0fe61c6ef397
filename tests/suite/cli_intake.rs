//! Score intake from the command line: what is refused and how, layouts and courses files from suggestion to use.

use crate::common::{Home, Ran};

const SCORES: &str = "course_id,assignment_title,user_id,score_received\nBIO-101,Quiz,00123,7\n";

fn fixture(home: &Home, name: &str) {
    fs_err::copy(crate::repository().join("fixtures/scores").join(name), home.path(name)).expect("copied");
}

#[test]
fn what_the_user_says_wrongly_is_a_usage_error() {
    let home = Home::new();
    home.write("scores.csv", SCORES);
    fixture(&home, "tegrity-wide.csv");
    home.write("bad-courses.csv", "course_id,method\nBIO-101,sometimes\n");
    home.write("bad-column.csv", "course_id,methode\nBIO-101,percent\n");
    home.write("bad.toml", "[user]\nlogin = \n");
    home.write("empty.toml", "[user]\nlogin = \"NetID\"\n");
    for (arguments, said) in [
        (&["scores.csv", "scores.csv"][..], "scores.csv is named twice; name it once"),
        (&["-", "-"], "standard input (`-`) can be read only once"),
        (&["scores.csv", "--from", "exel"], "invalid value 'exel'"),
        (&["scores.csv", "--from", "map"], "needs a layout"),
        (&["scores.csv", "--from", "scores", "--layout", "empty.toml"], "leave --from out, or --layout"),
        (&["scores.csv", "--layout", "bad.toml"], "bad.toml: is not a layout"),
        (&["scores.csv", "--layout", "empty.toml"], "empty.toml: give either [long] or [wide]"),
        (&["scores.csv", "--course", "BIO-101"], "every record names its own course"),
        (&["scores.csv", "--course-from-name", "{course}.csv"], "every record names its own course"),
        (&["scores.csv", "--course", "X", "--course-from-name", "{course}"], "cannot be used with"),
        (&["scores.csv", "--complete-at", "101"], "`101` is no percentage from 0 to 100"),
        (&["scores.csv", "--possible", "0"], "neither a number above 0 nor `recording`"),
        (&["scores.csv", "--courses", "bad-courses.csv"], "bad-courses.csv:2: `method` is `sometimes`"),
        (&["scores.csv", "--courses", "bad-column.csv"], "bad-column.csv:1: the column `methode` is unknown"),
        (&["tegrity-wide.csv"], "tegrity-wide names no course; add --course or --course-from-name"),
        (&["tegrity-wide.csv", "--course-from-name", "x{course}"], "does not fit the pattern"),
        (&["scores.csv", "-o", "no/such/folder.csv"], "cannot be written"),
        (&[], "<INPUT>"),
    ] {
        let ran = home.run(&[&["export"], arguments].concat()).ends_with(2);
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_rejected_and_says_where() {
    let home = Home::new();
    let with_row = |row: &[u8]| [SCORES.as_bytes(), row].concat();
    let long = with_row(&[b"BIO-101,Quiz,".as_slice(), &vec![b'x'; 17 << 20], b",7\n"].concat());
    for (name, bytes, said) in [
        (
            "no-encoding.csv",
            with_row(b"BIO-101,Quiz,m\xfcller\x81,7\n"),
            ":3: the bytes are neither UTF-8 nor UTF-16 nor Windows-1252",
        ),
        ("half-utf16.csv", b"\xff\xfec\0o\0u\0r\0s\0e\0\n\0\x00\xd8a\0".to_vec(), ":1: the bytes are neither"),
        ("nul.csv", with_row(b"BIO-101,Quiz,\0,7\n"), ": is binary, which cannot be read"),
        ("open-quote.csv", with_row(b"BIO-101,\"Quiz,u,7\nBIO-101,Quiz,u,7\n"), ":3: a quoted field of this row"),
        ("long.csv", long, ":3: is longer than 16 MB"),
        ("ragged.csv", with_row(b"BIO-101,Quiz,u\n"), ":3: has 3 fields where the header has 4"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), ": is an old or password-protected workbook"),
        ("torn.xlsx", b"PK\x03\x04torn".to_vec(), ": the workbook cannot be read"),
        ("blank.csv", b"\n \n".to_vec(), ": is empty"),
    ] {
        fs_err::write(home.path(name), bytes).expect("written");
        let ran = home.run(&["export", name]).ends_with(3);
        assert!(ran.stderr.contains(&format!("{name}{said}")), "{name}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{name}");
    }
    let ran = home.run(&["export", "."]).ends_with(3);
    assert!(ran.stderr.contains(".: is a directory; name the files in it"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_like_a_file() {
    let home = Home::new();
    let made = std::process::Command::new("mkfifo").arg(home.path("pipe")).status().expect("mkfifo is there");
    assert!(made.success());
    let pipe = home.path("pipe");
    let writer = std::thread::spawn(move || fs_err::write(pipe, SCORES).expect("somebody reads"));
    let ran = home.run(&["export", "pipe"]).succeeds();
    writer.join().expect("it wrote");
    assert!(ran.stdout.contains(",Quiz,") && ran.stdout.contains(",00123,7,"), "{}", ran.stdout);
}

#[test]
fn an_unknown_layout_leads_to_one_that_reads_the_file() {
    let home = Home::new();
    fixture(&home, "clicker.csv");
    let refused = home.run(&["export", "clicker.csv"]).ends_with(3);
    for said in
        ["`NetID,Student,Session 1,Session 2,Sum`", "canvas-gradebook lacks `ID`, `Section`", "--suggest-layout"]
    {
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
    }
    home.run(&["export", "clicker.csv", "--suggest-layout", "-o", "clicker.toml"]).succeeds();
    let suggested = fs_err::read_to_string(home.path("clicker.toml")).expect("written");
    let as_it_is = home.run(&["export", "clicker.csv", "--layout", "clicker.toml", "--course", "BIO-101"]).succeeds();
    assert!(as_it_is.stdout.contains("jdoe,3"), "{}", as_it_is.stdout);
    let edited = suggested
        .replace("# constant = \"BIO101\"", "constant = \"BIO-101\"")
        .replace("except = []", "except = [\"Sum\"]")
        .replace("# possible = \"100\"", "possible = \"5\"")
        .replace("# [rows.summary]", "[rows.summary]")
        .replace("# \"Name\" = [\"Total\", \"\"]", "\"NetID\" = [\"Average\"]")
        .replace("none = [\"-\", \"N/A\"]", "none = [\"absent\"]");
    home.write("clicker.toml", &edited);
    let ran = home.run(&["export", "clicker.csv", "--layout", "clicker.toml"]).succeeds();
    insta::assert_snapshot!(ran.all(), @r#"
    exit code: 0
    ----- stdout
    customer_number,provider_id,course_id,assignment_id,assignment_title,category,description,start_date,due_date,score_type,score_possible,extra_credit,included_in_grade,student_viewable,user_id,score_received,date_submitted,comment,user_name,user_email,other_user_ids,user_id_origin
    ,,BIO-101,,Session 1,,,,,Points,5,,,,jdoe,3,,,"Doe, Jane",,,login
    ,,BIO-101,,Session 2,,,,,Points,5,,,,jdoe,4,,,"Doe, Jane",,,login
    ,,BIO-101,,Session 2,,,,,Points,5,,,,aroe,2,,,"Roe, Al",,,login
    ----- stderr
    note: clicker.csv:1: left out: `Sum`, of which no score is taken
    Skipped clicker.csv:3: blank, which is no score.
    Skipped clicker.csv:4: a summary of students, and no student.
    Exported 3 scores and 0 items from 5 records (map); 2 skipped.
    "#);
}

/// The counts of a plan.
fn counts(ran: &Ran) -> [u64; 5] {
    let result = ran.result();
    ["rows", "create_assignments", "set", "change", "conflict"]
        .map(|key| result["counts"][key].as_u64().unwrap_or_else(|| panic!("{key} in {result}")))
}

#[test]
fn a_courses_file_rules_course_by_course() {
    let home = Home::new();
    let _served = home.with_sandbox(&["--world", "demo"]);
    home.run(&["sync"]).succeeds();
    home.write(
        "scores.csv",
        "course_id,assignment_title,score_possible,user_id,score_received\n\
         BIO-101-F26,Lecture 1: What Is Life?,100,cdlamini1,58\n\
         ECON-102-F26,Inflation and Unemployment,100,cdlamini1,61\n\
         ART-110-F26,Essay,100,cdlamini1,61\n",
    );
    home.run(&["export", "scores.csv", "--suggest-courses", "-o", "courses.csv"]).succeeds();
    let suggested = fs_err::read_to_string(home.path("courses.csv")).expect("written");
    insta::assert_snapshot!(suggested, @"
    course_id,include,method,complete_at,possible,missing,use_existing,on_conflict
    ART-110-F26,yes,,,,,,
    BIO-101-F26,yes,,,,,,
    ECON-102-F26,yes,,,,,,
    ");
    let plan = |rules: &[(&str, &str)]| {
        let edited = rules.iter().fold(suggested.clone(), |text, (from, to)| text.replace(from, to));
        home.write("courses.csv", &edited);
        home.run(&["plan", "scores.csv", "--courses", "courses.csv", "--accept", "assignment-name-taken", "--json"])
    };
    let art_out = ("ART-110-F26,yes,,,,,,", "ART-110-F26,no,,,,,,");
    let without_rules = plan(&[art_out]);
    assert_eq!(
        counts(&without_rules)[..2],
        [2, 1],
        "the rows of the course that is left out are no rows; one new column, as nobody gets anything in the other"
    );
    assert!(
        without_rules.stderr.contains("Skipped scores.csv:4: of a course that the courses file leaves out."),
        "{}",
        without_rules.stderr
    );
    let existing = ("BIO-101-F26,yes,,,,,,", "BIO-101-F26,yes,,,,,yes,");
    assert_eq!(counts(&plan(&[art_out, existing])), [2, 0, 0, 0, 1], "the column is found, and its grade is someone's");
    let overwrite = ("BIO-101-F26,yes,,,,,,", "BIO-101-F26,yes,,,,,yes,overwrite");
    assert_eq!(counts(&plan(&[art_out, overwrite])), [2, 0, 0, 1, 0], "only in this course");
    let exported =
        home.run(&["export", "scores.csv", "--courses", "courses.csv", "-o", "out.csv", "--json"]).succeeds();
    let result = exported.result();
    let counts = ["rows", "scores", "items", "skipped"].map(|key| result[key].as_u64().expect(key));
    assert_eq!(counts, [3, 2, 0, 1]);
}
