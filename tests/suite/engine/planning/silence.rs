//! Planning sends no write request, whatever the line to Canvas does.

use std::time::Duration;

use gradepush::domain::PlanOptions;
use gradepush::engine::{SyncRequest, SyncSource};
use gradepush::report::{CellCsv, CreatedColumns, HtmlCells, HtmlReport, ReportHeader, ReportPart, Subject};
use gradepush::sandbox::{Event, Fault, Faults, Moment, Options, Rule, What, World};
use gradepush::scores::{Input, Intake};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::super::university::University;

fn fault() -> impl Strategy<Value = Fault> {
    let code = proptest::sample::select(vec![400_u16, 401, 403, 404, 500, 502, 503, 504]);
    prop_oneof![
        3 => Just(Fault::Throttle),
        4 => (code, any::<bool>()).prop_map(|(code, executed)| Fault::Status { code, executed }),
        2 => any::<bool>().prop_map(|executed| Fault::Reset { executed }),
        2 => Just(Fault::ResetMidBody),
        2 => Just(Fault::MalformedJson),
        1 => any::<bool>().prop_map(|executed| Fault::Hang { seconds: 300, executed }),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let route = proptest::sample::select(vec![
        "",
        "/api/v1/users/self",
        "/api/v1/courses/*",
        "/api/v1/courses/*/assignments",
        "/api/v1/courses/*/enrollments",
        "/api/v1/courses/*/students/submissions",
        "/api/v1/courses/*/assignment_groups",
    ]);
    (route, fault(), 0.05_f64..1.0)
        .prop_map(|(route, fault, probability)| Rule::new("GET", route, fault).probably(probability))
}

fn event() -> impl Strategy<Value = Event> {
    let what = prop_oneof![Just(What::RevokeToken), (1_i64..90).prop_map(|seconds| What::Maintenance { seconds })];
    (200_u64..260, what).prop_map(|(request, what)| Event { moment: Moment::Request(request), what })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_fault_makes_planning_write(
        seed in any::<u64>(),
        rules in proptest::collection::vec(rule(), 1..4),
        events in proptest::option::weighted(0.3, event()),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let calm = University::of(World::demo());
            let request = SyncRequest { source: SyncSource::Rest, ..SyncRequest::default() };
            gradepush::engine::sync(&calm.session, &request).await.expect("a sync");
            let asked = calm.sandbox.world(|world| world.requests().len()) as u64;
            // The rules let the sync pass.
            let mut rules = rules;
            for rule in &mut rules {
                rule.after = asked;
            }
            let faults = Faults { seed, rules, events: events.into_iter().collect() };
            let options = Options { faults, latency: Duration::from_millis(20), ..Options::default() };
            let university = University::served(World::demo(), options, |_| {});
            gradepush::engine::sync(&university.session, &request).await.expect("a sync");
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/aairs/demo.jsonl");
            let sheet = gradepush::scores::read(vec![Input::Path(path)], &Intake::default()).expect("a capture").sheet;
            let options = PlanOptions { use_existing: true, ..PlanOptions::default() };
            let planned = university.plan_as(&sheet, options, SignedDuration::from_hours(24)).await;
            if let Ok(plan) = planned {
                report(&university, plan.id);
            }
            assert_eq!(university.sandbox.world(|world| world.write_requests()), 0);
        });
    }
}

/// Every file that a plan is reported in.
fn report(university: &University, plan: gradepush::domain::PlanId) {
    let asked = university.sandbox.world(|world| world.requests().len());
    let stored = university.session.store().plan(plan).expect("the plan");
    let header = ReportHeader {
        subject: Subject::Plan { id: plan },
        plan: stored.header.clone(),
        digest: stored.totals.digest.clone(),
        made_at: String::new(),
        counts: stored.totals.counts,
        notifications: stored.totals.notifications,
        findings: stored.totals.findings.clone(),
        tool_version: String::new(),
        part: None,
        csv_name: None,
        zone: jiff::tz::TimeZone::UTC,
    };
    let mut page = HtmlReport::new(&header, HtmlCells::Auto);
    let mut table = CellCsv::new(&header, CreatedColumns::new(), Vec::new()).expect("memory takes everything");
    for part in university.parts(plan) {
        let part = ReportPart { part: &part, records: None, names: None };
        page.part(&part).expect("memory takes everything");
        table.part(&part).expect("memory takes everything");
    }
    page.finish(&mut Vec::new()).expect("memory takes everything");
    table.finish().expect("memory takes everything");
    assert_eq!(university.sandbox.world(|world| world.requests().len()), asked, "a report asks Canvas nothing");
}
