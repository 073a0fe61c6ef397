//! The composed answers decode, and hold what users of them rely on.

use std::collections::BTreeSet;

use crate::client_carrier::{json, rig};
use crate::client_endpoints::endpoints;
use crate::rust_lexemes::{Lexeme, lexemes};
use crate::{files_below, read};

/// The text of a fixture.
pub(crate) fn fixture(name: &str) -> String {
    read(format!("fixtures/canvas/{name}.json").as_ref())
}

#[test]
fn every_endpoint_has_a_fixture_and_every_fixture_an_endpoint() {
    // Below it stand the recorded answers, which are compared with the sandbox.
    let files = files_below("fixtures/canvas", "json").into_iter().filter(|file| file.components().count() == 3);
    let files: BTreeSet<String> =
        files.map(|file| file.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    let names: BTreeSet<String> = endpoints().iter().map(|endpoint| endpoint.name.to_owned()).collect();
    assert_eq!(files, names);
}

#[test]
fn every_method_that_asks_canvas_is_an_endpoint() {
    // Makes a query; one page of `grouped_submissions`, and how long it is; sets a time; fetches a file, which the property
    // test does too.
    const OTHERS: [&str; 5] = ["new", "grouped_page", "students_per_list", "only_while", "report_download"];
    let mut methods = BTreeSet::new();
    let readers = files_below("src/canvas/reader", "rs").into_iter();
    for file in readers.chain(["src/canvas/reports.rs".into(), "src/canvas/writer.rs".into()]) {
        let words: Vec<Lexeme> = lexemes(&read(&file)).into_iter().map(|located| located.lexeme).collect();
        let prefix = if file.ends_with("reports.rs") { "report_" } else { "" };
        for (at, word) in words.iter().enumerate() {
            let before: Vec<&Lexeme> = words[..at].iter().rev().take(3).collect();
            let public = match before[..] {
                [function, pub_or_async, maybe_pub] if *function == keyword("fn") => {
                    *pub_or_async == keyword("pub")
                        || (*pub_or_async == keyword("async") && *maybe_pub == keyword("pub"))
                }
                _ => false,
            };
            if let (true, Lexeme::Word(name)) = (public, word) {
                methods.insert(format!("{prefix}{name}"));
            }
        }
    }
    let endpoints: BTreeSet<String> = endpoints().iter().map(|endpoint| endpoint.name.to_owned()).collect();
    let missing: Vec<&String> =
        methods.difference(&endpoints).filter(|method| !OTHERS.contains(&method.as_str())).collect();
    assert!(missing.is_empty(), "tests/suite/client_endpoints.rs does not call {missing:?}");
    assert!(endpoints.is_subset(&methods), "{:?} are no methods", endpoints.difference(&methods));
}

fn keyword(word: &str) -> Lexeme {
    Lexeme::Word(word.to_owned())
}

#[tokio::test]
async fn every_fixture_decodes_to_what_it_says() {
    for (name, expected) in [
        ("whoami", vec!["id: UserId(501)", "Value(\"grade.robot\")"]),
        (
            "account_users",
            vec!["sis_user_id: Hidden", "sis_user_id: Nothing", "sis_user_id: Value(\"S-0042\")", "Value(\"007\")"],
        ),
        ("course_enrollments", vec!["\"inactive\"", "\"TeacherEnrollment\"", "Some(\"Lead instructor\")"]),
        (
            "assignments",
            vec!["points_possible: None", "NotGraded", "LetterGrade", "points_possible: Some(Points(12.5))"],
        ),
        (
            "grouped_submissions",
            vec!["grader_id: Some(-3)", "points_deducted: Some(Points(1.75))", "excused: Some(true)"],
        ),
        (
            "submission",
            vec![
                "comment: \"late entry\"",
                "comment: \"late <entry\"",
                "version: Some(1)",
                "SubmissionVersion { score: Some(Points(3))",
            ],
        ),
        ("assignment_submissions", vec!["Group { id: Some(GroupId(81))", "Group { id: None"]),
        ("gradeable_students", vec!["id: UserId(7001), assignment_ids: [AssignmentId(9001), AssignmentId(9002)]"]),
        ("gradebook_history", vec!["version: Some(2)", "late_policy_status: Some(\"late\")", "grader_id: Some(601)"]),
        ("student_groups", vec!["GroupId(81), members_count: Some(2)", "id: UserId(7002)"]),
        ("progress", vec!["workflow_state: Failed", "7009"]),
        (
            "grade_changes",
            vec!["student_id: Some(UserId(7001))", "grader_id: None", "excused_after: true", "version: Some(2)"],
        ),
        ("sections", vec!["nonxlist_course_id: Some(CourseId(1209))"]),
        ("late_policy", vec!["missing_submission_deduction_enabled: true"]),
        ("assignment_groups", vec!["AssignmentGroupId(211), name: \"Exams\""]),
        ("grading_periods", vec!["is_closed: true"]),
        ("report_poll", vec!["status: Complete", "size: Some(48211)"]),
        ("terms", vec!["id: TermId(1)", "end_at: None", "Value(\"2026E\")", "end_at: Some(2026-12-19T04:59:59Z)"]),
        ("token", vec!["expires_at: Some(2027-01-31T07:00:00Z)"]),
    ] {
        let endpoint = endpoints().into_iter().find(|endpoint| endpoint.name == name).expect("an endpoint");
        let body = fixture(name);
        let decoded = (endpoint.call)(rig(move |_, _| json(200, &body)).client).await.expect(name);
        for part in expected {
            assert!(decoded.contains(part), "{name} should hold `{part}`: {decoded}");
        }
    }
    for endpoint in endpoints() {
        let body = fixture(endpoint.name);
        (endpoint.call)(rig(move |_, _| json(200, &body)).client).await.expect(endpoint.name);
    }
}
