//! `sync` of several terms, and what it says when a report fails.

use gradepush::sandbox::{DEMO_TOKEN, Fault, Faults, Options, ReportFate, Rule, World};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::common::Hosted;

const FALL: i64 = 2;

/// A default term without dates, one that is under way and one that is over, with a course each.
fn years(with_active: bool) -> World {
    #[expect(clippy::disallowed_methods, reason = "the program in the other process has the real time, too")]
    let now = Timestamp::now();
    let day = |days: i64| now + SignedDuration::from_hours(24 * days);
    let mut terms = vec![json!({"id": 3, "name": "Spring", "start_at": day(-200), "end_at": day(-100)})];
    if with_active {
        terms.push(json!({"id": 1, "name": "Default Term"}));
        terms.push(json!({"id": FALL, "name": "Fall", "start_at": day(-50), "end_at": day(50)}));
    }
    let course = |id: i64, sis: &str, term: i64| {
        json!({
            "id": id, "name": format!("Course {id}"), "sis_course_id": sis, "enrollment_term_id": term,
            "sections": [{"id": id * 10, "name": "01"}],
            "enrollments": [{"id": id * 100, "user_id": 601, "state": "active"}],
        })
    };
    let world = json!({
        "accounts": [{"id": 1, "name": "Lakeshore", "admins": [{"user_id": 501}]}],
        "terms": terms,
        "tokens": [{"id": 1, "user_id": 501, "token": DEMO_TOKEN}],
        "users": [
            {"id": 501, "name": "Grade Robot", "logins": [{"id": 5010, "unique_id": "grade.robot"}]},
            {"id": 601, "name": "Amara Okafor", "logins": [
                {"id": 6010, "unique_id": "okafor"}, {"id": 6011, "unique_id": "aokafor.med"},
            ]},
        ],
        "courses": [course(700, "C-DEFAULT", 1), course(701, "C-FALL", FALL), course(702, "C-SPRING", 3)],
    });
    World::from_json(&world.to_string()).expect("a world")
}

#[test]
fn active_terms_are_synced_and_named() {
    let canvas = Hosted::of(years(true), Options::default());
    let ran = canvas.home.run(&["sync"]).succeeds();
    assert!(ran.stdout.contains("It covers courses of active terms (Default Term, Fall)."), "{}", ran.stdout);
    assert!(!ran.stderr.contains("lists"), "nothing came from lists: {}", ran.stderr);
    let result = canvas.home.run(&["sync", "--json"]).succeeds().result();
    assert_eq!((&result["courses"], &result["complete_logins"]), (&json!(2), &json!(true)), "{result}");
    assert_eq!(result["from_lists"], json!([]));
    let result = canvas.home.run(&["sync", "--all-terms", "--json"]).succeeds().result();
    assert_eq!((&result["courses"], &result["covers"]), (&json!(3), &json!("courses of all terms")), "{result}");
    let result = canvas.home.run(&["sync", "--term", "3", "--json"]).succeeds().result();
    assert_eq!((&result["courses"], &result["covers"]), (&json!(1), &json!("courses of term 3")), "{result}");
}

#[test]
fn a_term_whose_report_fails_is_named_with_the_reason() {
    let canvas = Hosted::of(years(true), Options::default());
    canvas.sandbox.world(|world| world.set_report_fate(Some(FALL), ReportFate::Fails));
    let ran = canvas.home.run(&["sync"]).succeeds();
    let warning = "the courses of Fall (term 2) came from Canvas's lists, because their report failed: \
        Generating the report, Provisioning, failed.";
    assert!(ran.stderr.contains(warning), "{}", ran.stderr);
    assert!(ran.stdout.contains("2 people with 3 logins, and 2 courses"), "{}", ran.stdout);
    let result = canvas.home.run(&["sync", "--json"]).succeeds().result();
    let told = &result["from_lists"][0];
    assert_eq!((&told["of"], &told["term"], &told["name"]), (&json!("term"), &json!(FALL), &json!("Fall")), "{result}");
    assert!(told["reason"].as_str().is_some_and(|reason| reason.contains("ErrorReport:12")), "{result}");
    let status = canvas.home.run(&["cache", "status"]).succeeds().stdout;
    assert!(status.contains("courses of active terms (Default Term, Fall from lists)"), "{status}");
    let strict = canvas.home.run(&["sync", "--source", "report"]).ends_with(8);
    assert!(
        strict.stderr.contains("the provisioning report of the courses of Fall (term 2) failed"),
        "{}",
        strict.stderr
    );
    assert!(strict.stderr.contains("gradepush sync --source rest"), "{}", strict.stderr);
}

#[test]
fn when_every_report_fails_the_lists_are_read_and_hidden_logins_are_mentioned() {
    let canvas = Hosted::of(years(true), Options::default());
    for term in [None, Some(1), Some(FALL)] {
        canvas.sandbox.world(|world| world.set_report_fate(term, ReportFate::Fails));
    }
    // It is told once per cache, and this home was synced before.
    canvas.home.run(&["cache", "clear"]).succeeds();
    let ran = canvas.home.run(&["sync"]).succeeds();
    for part in ["the people came from", "the courses of Default Term (term 1) came from", "(term 2) came from"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert!(ran.stderr.contains("Canvas's lists show one login per person"), "{}", ran.stderr);
    let result: Value = canvas.home.run(&["sync", "--json"]).succeeds().result();
    assert_eq!((&result["source"], &result["complete_logins"]), (&json!("rest"), &json!(false)), "{result}");
    assert_eq!((&result["courses"], &result["logins"]), (&json!(2), &json!(2)), "{result}");
}

#[test]
fn without_an_active_term_the_flags_that_help_are_named() {
    let canvas = Hosted::of(years(false), Options::default());
    let ran = canvas.home.run(&["sync"]).ends_with(2);
    for part in ["Canvas shows no term that is active now", "gradepush sync --term ID", "gradepush sync --all-terms"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert!(ran.stderr.contains("the cache is still that of"), "{}", ran.stderr);
    canvas.home.run(&["sync", "--term", "3"]).succeeds();
}

#[test]
fn a_course_that_is_closed_to_the_token_is_named_and_nothing_of_it_is_lost() {
    let closed = Fault::Status { code: 403, executed: false };
    // The sync that prepares the home passes.
    let rule = Rule { after: 1, ..Rule::new("GET", "/api/v1/courses/701/enrollments", closed) };
    let options = Options { faults: Faults { rules: vec![rule], ..Faults::default() }, ..Options::default() };
    let canvas = Hosted::of(years(true), options);
    let ran = canvas.home.run(&["sync", "--source", "rest"]).ends_with(4);
    assert!(ran.stderr.contains("the people of course 701 (Course 701) cannot be read"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the cache keeps what it held of it"), "{}", ran.stderr);
    let result = canvas.home.run(&["sync", "--source", "rest", "--json"]).ends_with(4).result();
    assert_eq!((&result["enrollments"], &result["refused"][0]["course"]), (&json!(3), &json!(701)), "{result}");
    assert_eq!(result["refused"][0]["part"], "people");
}

#[test]
fn a_list_that_cannot_be_read_ends_the_sync_and_leaves_the_cache() {
    let rule = Rule { after: 1, ..Rule::new("GET", "/api/v1/courses/701/enrollments", Fault::MalformedJson) };
    let options = Options { faults: Faults { rules: vec![rule], ..Faults::default() }, ..Options::default() };
    let canvas = Hosted::of(years(true), options);
    let ran = canvas.home.run(&["sync", "--source", "rest"]).ends_with(8);
    assert!(ran.stderr.contains("/api/v1/courses/701/enrollments"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the cache is still that of"), "{}", ran.stderr);
}
