//! What the client sends again, what it never sends again, and what its errors say.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use gradepush::canvas::{
    Answer, CanvasError, CarryErrorKind, CellWrite, GradeData, PostedGrade, Progress, Response, TokenTrouble,
    Unreachable, WaitReason,
};
use gradepush::domain::{AssignmentId, CourseId, ProgressId, UserId};

use crate::client_carrier::{Act, Rig, TOKEN, json, rig, with_header};
use crate::client_endpoints::writer;

const PERSON: &str = r#"{"id":501,"name":"Grade Robot"}"#;
const QUEUED: &str = r#"{"id":77001,"workflow_state":"queued","completion":null,"message":null}"#;
const HOSTED: &str = "429 Too Many Requests (Rate Limit Exceeded)";
const SELF_HOSTED: &str = "403 Forbidden (Rate Limit Exceeded)\n";

/// Makes what a script does.
type MakeAct = Box<dyn Fn() -> Act + Send + Sync>;

/// One grade, sent in bulk.
async fn write(rig: &Rig) -> Result<Answer<Progress>, CanvasError> {
    let mut cells = GradeData::default();
    let grade = Some(PostedGrade::Grade("17.5".to_owned()));
    cells.insert(AssignmentId(9001), UserId(7001), CellWrite { grade, comment: None });
    writer(&rig.client).update_grades(CourseId(1207), &cells).await
}

#[tokio::test(start_paused = true)]
async fn a_throttle_of_either_dialect_is_waited_out_even_for_writes() {
    for (status, body) in [(429, HOSTED), (429, ""), (403, SELF_HOSTED)] {
        let script = move |number: usize, _: &_| match number {
            0..3 => with_header(status, ("content-type", "text/plain; charset=utf-8"), body),
            _ => json(200, QUEUED),
        };
        let rig = rig(script);
        assert_eq!(write(&rig).await.expect("written at last").content.id, ProgressId(77001), "{status}");
        let sent = rig.carrier.sent();
        assert_eq!(sent.len(), 4);
        assert!(sent.iter().all(|request| *request == sent[0]), "the same request each time");
        assert_eq!(sent[0].body, r#"{"grade_data":{"9001":{"7001":{"posted_grade":"17.5"}}}}"#);
        assert_eq!((rig.client.requests(), rig.client.throttled()), (4, 3));
        assert!(rig.client.throttle_wait() >= Duration::from_secs(7), "1 + 2 + 4 seconds and jitter");
        let waits = rig.waits.lock().expect("unpoisoned");
        assert!(waits.iter().all(|wait| wait.reason == WaitReason::Throttled) && waits.len() >= 2, "{waits:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_rate_limit_for_good_is_an_error_that_wrote_nothing() {
    let rig = rig(|_, _| with_header(429, ("retry-after", "40"), HOSTED));
    let error = write(&rig).await.expect_err("never let through");
    assert!(matches!(error, CanvasError::Throttled { .. }) && !error.outcome_unknown(), "{error}");
    assert!((3..=8).contains(&rig.carrier.sent().len()), "40 to 60 seconds each, 5 minutes in all");
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_and_writes_with_an_unknown_outcome_are_not() {
    let server_error = |status| move || with_header(status, ("x-request-context-id", "c0ffee"), "<html>");
    let broken = |kind, sent| move || Act::Break(kind, sent);
    let acts: [(&str, MakeAct); 7] = [
        ("500", Box::new(server_error(500))),
        ("502", Box::new(server_error(502))),
        ("503", Box::new(server_error(503))),
        ("504", Box::new(server_error(504))),
        ("reset", Box::new(broken(CarryErrorKind::Reset, true))),
        ("timeout", Box::new(broken(CarryErrorKind::Timeout, true))),
        ("hang", Box::new(|| Act::Hang)),
    ];
    for (name, act) in acts {
        let act = Arc::new(act);
        let once = Arc::clone(&act);
        let recovering = rig(move |number, _| if number == 0 { once() } else { json(200, PERSON) });
        assert_eq!(recovering.client.reader().whoami().await.expect(name).id, UserId(501), "{name}");
        assert_eq!(recovering.carrier.sent().len(), 2, "{name}");

        let always = Arc::clone(&act);
        let lasting = rig(move |_, _| always());
        let error = lasting.client.reader().whoami().await.expect_err(name);
        assert!(matches!(error, CanvasError::Unavailable { attempts: 5, .. }), "{name}: {error}");
        assert_eq!(lasting.carrier.sent().len(), 5, "{name}");

        let writing = rig(move |_, _| act());
        let error = write(&writing).await.expect_err(name);
        assert!(error.outcome_unknown(), "{name}: {error}");
        assert_eq!(writing.carrier.sent().len(), 1, "{name}: a write is never sent again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_was_never_heard_of_is_said_to_be_silent_and_later_ones_are_not() {
    let rig = rig(|number, _| if number % 2 == 0 { Act::Hang } else { json(200, PERSON) });
    for _ in 0..3 {
        rig.client.reader().whoami().await.expect("the second answer");
    }
    assert_eq!(rig.carrier.sent().len(), 6);
    let waits = rig.waits.lock().expect("unpoisoned");
    assert!(waits.len() == 1 && waits[0].reason == WaitReason::NoAnswer, "{waits:?}");
    assert!(waits[0].duration < Duration::from_mins(1), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_never_left_is_sent_again() {
    let rig = rig(|number, _| match number {
        0 => Act::Break(CarryErrorKind::Connect, false),
        _ => json(200, QUEUED),
    });
    write(&rig).await.expect("written");
    assert_eq!(rig.carrier.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_has_to_mend_is_not_tried_again() {
    for why in Unreachable::ALL {
        let rig = rig(move |_, _| Act::Break(CarryErrorKind::Unreachable(why), false));
        for error in [rig.client.reader().whoami().await.expect_err("a read"), write(&rig).await.expect_err("a write")]
        {
            assert!(matches!(error, CanvasError::Unreachable { why: found, .. } if found == why), "{error}");
        }
        assert_eq!(rig.carrier.sent().len(), 2, "{why}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_answer_to_a_write_leaves_its_outcome_unknown() {
    for body in ["", "{", "[]", r#"{"id":"x"}"#, "<html>ok</html>"] {
        let rig = rig(move |_, _| json(200, body));
        let error = write(&rig).await.expect_err(body);
        assert!(error.outcome_unknown(), "{body}: {error}");
        assert_eq!(rig.carrier.sent().len(), 1);
    }
}

/// What an error is, for the table below.
fn kind(error: &CanvasError) -> &'static str {
    match error {
        CanvasError::Unauthorized { trouble: TokenTrouble::Invalid, .. } => "invalid",
        CanvasError::Unauthorized { trouble: TokenTrouble::Expired, .. } => "expired",
        CanvasError::Unauthorized { trouble: TokenTrouble::Revoked, .. } => "revoked",
        CanvasError::Unauthorized { trouble: TokenTrouble::Scope(Some(_)), .. } => "scope",
        CanvasError::Forbidden { .. } => "forbidden",
        CanvasError::NotFound { .. } => "not found",
        CanvasError::Rejected { .. } => "rejected",
        CanvasError::EdgeRefused { .. } => "edge",
        CanvasError::Redirected { .. } => "redirected",
        _ => "another",
    }
}

#[tokio::test(start_paused = true)]
async fn every_row_of_the_error_matrix_is_told_apart_and_never_repeated() {
    let realm = ("www-authenticate", r#"Bearer realm="canvas-lms""#);
    let plain = ("content-type", "application/json");
    for (status, header, body, expected, words) in [
        (401, realm, r#"{"errors":[{"message":"Invalid access token."}]}"#, "invalid", None),
        (
            401,
            realm,
            r#"{"errors":[{"message":"Expired access token.","expired_at":"2026-05-01T06:00:00Z"}]}"#,
            "expired",
            None,
        ),
        (401, realm, r#"{"errors":[{"message":"Revoked access token."}]}"#, "revoked", None),
        (
            401,
            realm,
            r#"{"status":"unauthenticated","errors":[{"message":"user authorization required"}]}"#,
            "invalid",
            None,
        ),
        (401, plain, r#"{"errors":[{"message":"Insufficient scopes on access token."}]}"#, "scope", None),
        (401, plain, r#"{"errors":"Invalid as_user_id"}"#, "invalid", None),
        (
            401,
            plain,
            r#"{"status":"unauthorized","errors":[{"message":"user not authorized to perform that action"}]}"#,
            "forbidden",
            Some("user not authorized to perform that action"),
        ),
        (
            403,
            plain,
            r#"{"status":"unauthorized","errors":[{"message":"kein Zugriff"}]}"#,
            "forbidden",
            Some("kein Zugriff"),
        ),
        (
            403,
            plain,
            r#"{"error":"invalid assignment ids requested"}"#,
            "forbidden",
            Some("invalid assignment ids requested"),
        ),
        (
            403,
            plain,
            r#"{"error":"Forbidden","message":"You have not provided a valid user agent."}"#,
            "edge",
            Some("You have not provided a valid user agent."),
        ),
        (403, plain, "", "forbidden", Some("status 403")),
        (404, plain, r#"{"errors":[{"message":"The specified resource does not exist."}]}"#, "not found", None),
        (404, plain, "<html>", "not found", None),
        (400, plain, r#"{"errors":[{"message":"assignment is missing"}]}"#, "rejected", Some("assignment is missing")),
        (
            400,
            plain,
            r#"{"errors":{"name":[{"attribute":"name","type":"too_long","message":"is too long"}]}}"#,
            "rejected",
            Some("name: is too long"),
        ),
        (
            400,
            plain,
            r#"{"errors":{"graded_since":"Invalid datetime"}}"#,
            "rejected",
            Some("graded_since: Invalid datetime"),
        ),
        (400, plain, r#"{"error":"too many students"}"#, "rejected", Some("too many students")),
        (
            400,
            plain,
            r#"{"message":"Must specify at least one query condition"}"#,
            "rejected",
            Some("Must specify at least one query condition"),
        ),
        (409, plain, r#"{"message":"already exists"}"#, "rejected", Some("already exists")),
        (
            422,
            plain,
            r#"{"errors":[{"field":"grade","message":"cannot be changed"},{"message":"no"}]}"#,
            "rejected",
            Some("cannot be changed; no"),
        ),
        (302, ("location", "https://login.example.edu/sso?ticket=secret"), "", "redirected", None),
    ] {
        let rig = rig(move |_, _| with_header(status, header, body));
        let read = rig.client.reader().whoami().await.expect_err(body);
        let written = write(&rig).await.expect_err(body);
        for error in [&read, &written] {
            assert_eq!(kind(error), expected, "{status} {body}");
            assert_eq!(error.server_message(), words, "{status} {body}");
            assert_eq!(error.context().and_then(|context| context.status), Some(status));
            assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        }
        assert_eq!(rig.carrier.sent().len(), 2, "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn errors_name_the_request_and_neither_token_nor_person() {
    use gradepush::canvas::UserRef;
    let rig = rig(|_, _| with_header(404, ("X-Request-Context-Id", "c0ffee-1"), ""));
    let user = UserRef::Login("zoe.quist@example.edu".to_owned());
    let error = rig.client.reader().course_user(CourseId(1207), &user).await.expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "Canvas knows no such object (GET /api/v1/courses/1207/users/sis_login_id:…, status 404, request c0ffee-1)"
    );
    assert_eq!(
        rig.carrier.sent()[0].path_and_query.split('?').next(),
        Some("/api/v1/courses/1207/users/sis_login_id:zoe.quist@example.edu")
    );
    let token = rig.client.reader().token().await.expect_err("unknown");
    assert!(!format!("{token:?} {:?}", rig.client).contains("AbCdE"), "{token:?}");
    let hints: Vec<String> = rig.carrier.sent()[1..].iter().map(|sent| sent.path_and_query.clone()).collect();
    assert_eq!(hints, ["/api/v1/users/self/tokens/AbCdE", "/api/v1/users/self/tokens/1234~"]);
    assert!(TOKEN.contains("AbCdE"));
}

#[tokio::test(start_paused = true)]
async fn no_more_than_ten_requests_are_in_flight_and_one_when_the_bucket_is_low() {
    for (remaining, most) in [("650.5", 10), ("260.0", 4), ("130.0", 1)] {
        let (present, highest) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let carrier = Arc::new(Counting { present: Arc::clone(&present), highest: Arc::clone(&highest), remaining });
        let settings = crate::client_carrier::settings("https://canvas.example.edu");
        let client = gradepush::canvas::Client::with_carrier(&settings, carrier, Arc::new(|_| {})).expect("a client");
        let reader = client.reader();
        reader.whoami().await.expect("a person");
        highest.store(0, Ordering::SeqCst);
        for outcome in join_all((0..40).map(|_| reader.whoami())).await {
            outcome.expect("a person");
        }
        assert_eq!(highest.load(Ordering::SeqCst), most, "{remaining} units left");
    }
}

/// Counts requests in flight.
struct Counting {
    present: Arc<AtomicUsize>,
    highest: Arc<AtomicUsize>,
    remaining: &'static str,
}

impl gradepush::canvas::Carrier for Counting {
    fn carry(
        &self,
        _: gradepush::canvas::Request,
    ) -> futures_util::future::BoxFuture<'_, Result<Response, gradepush::canvas::CarryError>> {
        Box::pin(async {
            let present = self.present.fetch_add(1, Ordering::SeqCst) + 1;
            self.highest.fetch_max(present, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            // What Canvas reserves for the other requests is not left.
            let others = 50.0 * f64::from(u32::try_from(self.present.fetch_sub(1, Ordering::SeqCst) - 1).expect("few"));
            let remaining: f64 = self.remaining.parse().expect("a number");
            let headers = vec![("x-rate-limit-remaining".to_owned(), (remaining - others).to_string())];
            Ok(Response { status: 200, headers, body: PERSON.as_bytes().to_vec() })
        })
    }

    fn fetch<'a>(
        &'a self,
        _: &'a str,
        _: &'a [(String, String)],
        _: &'a mut (dyn std::io::Write + Send),
    ) -> futures_util::future::BoxFuture<'a, Result<Response, gradepush::canvas::CarryError>> {
        unreachable!("no file is fetched")
    }
}
