//! Whatever a server answers: no panic, no hang, a typed error.

use std::time::Duration;

use gradepush::canvas::{Attachment, CanvasError, CarryErrorKind, Record, Response, Unreachable};
use proptest::prelude::*;

use crate::client_carrier::{Act, rig};
use crate::client_endpoints::{Endpoint, endpoints};
use crate::client_fixtures::fixture;

/// Longer than any budget, in the paused time of the test.
const FOREVER: Duration = Duration::from_hours(24);

/// A report of one table.
const TABLE: &[u8] = b"canvas_user_id,login_id\n7023,\"rquist, jr\"\n";

/// Every endpoint, and the file of a report.
fn everything() -> Vec<Endpoint> {
    let download = Endpoint {
        name: "report_download",
        call: |client| {
            Box::pin(async move {
                let url = "https://canvas.example.edu/files/1/download".to_owned();
                let file = Attachment { url, filename: String::new(), size: None, content_type: None };
                let mut archive = client.reports().download(&file).await?;
                let Some(mut table) = archive.table("users")? else { return Ok(String::new()) };
                let (mut record, mut rows) = (Record::default(), 0);
                while table.read(&mut record)? {
                    rows += usize::from(record.get(0) != record.get(9));
                }
                Ok(rows.to_string())
            })
        },
    };
    endpoints().into_iter().chain([download]).collect()
}

#[derive(Debug, Clone)]
enum JobScript {
    Answer { status: u16, headers: Vec<(String, String)>, body: Body },
    Break(CarryErrorKind, bool),
    Hang,
}

#[derive(Debug, Clone)]
enum Body {
    Bytes(Vec<u8>),
    Json(String),
    /// What the endpoint should answer, cut off, with one byte replaced.
    Mutilated {
        cut: usize,
        at: usize,
        byte: u8,
    },
}

/// What the endpoint answers when all is well.
fn sample(endpoint: &Endpoint) -> Vec<u8> {
    if endpoint.name == "report_download" { TABLE.to_vec() } else { fixture(endpoint.name).into_bytes() }
}

impl Body {
    fn bytes(&self, endpoint: &Endpoint) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Json(text) => text.clone().into_bytes(),
            Self::Mutilated { cut, at, byte } => {
                let mut bytes = sample(endpoint);
                let place = at % bytes.len();
                bytes[place] = *byte;
                bytes.truncate(bytes.len() - cut % 8);
                bytes
            }
        }
    }
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has none of these", |number| number.is_finite())
            .prop_map(|number| format!("{number:e}")),
        ".{0,8}".prop_map(|text| format!("{text:?}")),
    ];
    let keys =
        prop::sample::select(vec!["id", "errors", "error", "message", "status", "user_id", "workflow_state", "events"]);
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec((keys.clone(), inner), 0..4).prop_map(|all| {
                let entries: Vec<String> = all.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

fn header() -> impl Strategy<Value = (String, String)> {
    let name = prop::sample::select(vec![
        "link",
        "retry-after",
        "x-rate-limit-remaining",
        "x-request-cost",
        "location",
        "content-type",
        "www-authenticate",
    ]);
    let value = prop_oneof![
        "[ -~]{0,30}",
        any::<f64>().prop_map(|number| number.to_string()),
        Just(r#"<https://canvas.example.edu/api/v1/x?page=2>; rel="next""#.to_owned()),
        Just(r#"<https://canvas.example.edu/x?page=3>; rel="last""#.to_owned()),
        Just("https://evil.example/x".to_owned()),
    ];
    (name, value).prop_map(|(name, value)| (name.to_owned(), value))
}

fn fate() -> impl Strategy<Value = JobScript> {
    let status = prop_oneof![Just(200_u16), Just(403), Just(429), Just(503), 100..1000_u16];
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..64).prop_map(Body::Bytes),
        json().prop_map(Body::Json),
        (any::<usize>(), any::<usize>(), any::<u8>()).prop_map(|(cut, at, byte)| Body::Mutilated { cut, at, byte }),
    ];
    let kind = prop::sample::select(vec![
        CarryErrorKind::Connect,
        CarryErrorKind::Reset,
        CarryErrorKind::Timeout,
        CarryErrorKind::Unreachable(Unreachable::CertificateExpired),
        CarryErrorKind::Unreachable(Unreachable::NoPlainHttpOnPort),
        CarryErrorKind::TooLarge,
        CarryErrorKind::Sink,
        CarryErrorKind::Other,
    ]);
    prop_oneof![
        8 => (status, prop::collection::vec(header(), 0..4), body)
            .prop_map(|(status, headers, body)| JobScript::Answer { status, headers, body }),
        1 => (kind, any::<bool>()).prop_map(|(kind, sent)| JobScript::Break(kind, sent)),
        1 => Just(JobScript::Hang),
    ]
}

/// Calls an endpoint of a server that answers like this, over and over.
async fn meets(endpoint: &Endpoint, fates: &[JobScript]) -> Result<String, CanvasError> {
    let script: Vec<(JobScript, Vec<u8>)> = fates
        .iter()
        .map(|fate| match fate {
            JobScript::Answer { body, .. } => (fate.clone(), body.bytes(endpoint)),
            JobScript::Break(..) | JobScript::Hang => (fate.clone(), Vec::new()),
        })
        .collect();
    let rig = rig(move |number, _| match &script[number % script.len()] {
        (JobScript::Answer { status, headers, .. }, body) => {
            Act::Answer(Response { status: *status, headers: headers.clone(), body: body.clone() })
        }
        (JobScript::Break(kind, sent), _) => Act::Break(*kind, *sent),
        (JobScript::Hang, _) => Act::Hang,
    });
    let outcome = tokio::time::timeout(FOREVER, (endpoint.call)(rig.client)).await;
    outcome.unwrap_or_else(|_| panic!("{} hangs on {fates:?}", endpoint.name))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_answer_is_a_value_or_a_typed_error(fates in prop::collection::vec(fate(), 1..4)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            for endpoint in everything() {
                if let Err(error) = meets(&endpoint, &fates).await {
                    let text = format!("{error} {error:?}");
                    assert!(!text.contains("secretsecret"), "{text}");
                    assert!(error.context().is_some() || matches!(error, CanvasError::Archive(_)), "{text}");
                }
            }
        });
    }
}
