//! Plans and runs: stored whole, never changed, executed once.

use std::time::Duration;

use gradepush::domain::{CanvasHost, PartIndex, PlanCounts, PlanHeader, PlanId, PlanKind, RunId, TakeBack, UserId};
use gradepush::store::{Access, RunEnd, Store, StoreError};

use super::{Fresh, at, beta, header, operator, part, production, totals};

#[test]
fn a_plan_comes_back_as_it_was_stored() {
    let fresh = Fresh::new();
    let plan = fresh.plan(&production(), &[(1, 3), (2, 500)]);
    let store = fresh.reopened();
    let stored = store.plan(plan).unwrap();
    let counts = PlanCounts { rows: 503, cells: 503, set: 503, ..PlanCounts::default() };
    assert_eq!(stored.header, header(&production()));
    assert_eq!(stored.totals, totals(counts));
    assert_eq!((stored.parts, stored.run), (2, None));
    assert_eq!(store.plan_part(plan, PartIndex(0)).unwrap(), part(1, 3));
    assert_eq!(store.plan_part(plan, PartIndex(1)).unwrap(), part(2, 500));
    assert!(matches!(store.plan_part(plan, PartIndex(2)), Err(StoreError::Missing { .. })));
    assert!(matches!(store.plan(PlanId(99)), Err(StoreError::Missing { .. })));
}

#[test]
fn a_plan_that_is_not_finished_was_never_there() {
    let fresh = Fresh::new();
    let mut writer = fresh.store.begin_plan(&header(&production())).unwrap();
    writer.add_part(&part(1, 3), "digest").unwrap();
    assert_eq!(fresh.store.plans(None).unwrap(), [], "readers see nothing of it");
    drop(writer);
    assert_eq!(fresh.reopened().plans(None).unwrap(), []);
    assert_eq!(fresh.plan(&production(), &[]), PlanId(1), "not even its number was used");
}

#[test]
fn a_plan_in_the_making_blocks_nobody() {
    let fresh = Fresh::new();
    let mut writer = fresh.store.begin_plan(&header(&production())).unwrap();
    writer.add_part(&part(1, 3), "digest").unwrap();
    let other = fresh.plan(&production(), &[(2, 1)]);
    let plan = writer.finish(&totals(PlanCounts::default())).unwrap();
    assert_eq!((other, plan), (PlanId(1), PlanId(2)));
}

#[test]
fn latest_means_made_from_scores_for_this_connector_on_this_host() {
    let fresh = Fresh::new();
    let latest = |host: &CanvasHost| fresh.store.latest_plan("Tegrity", host).unwrap().map(|plan| plan.id);
    assert_eq!(latest(&production()), None);
    let first = fresh.plan(&production(), &[(1, 1)]);
    let second = fresh.plan(&production(), &[(1, 1)]);
    let on_beta = fresh.plan(&beta(), &[(1, 1)]);
    let other = PlanHeader { connector: "Other".to_owned(), ..header(&production()) };
    fresh.store.begin_plan(&other).unwrap().finish(&totals(PlanCounts::default())).unwrap();
    assert_eq!((latest(&production()), latest(&beta())), (Some(second), Some(on_beta)));
    let run = fresh.store.start_run(second, &operator(), at(1)).unwrap();
    assert_eq!(latest(&production()), Some(second), "executed or not");
    let kinds = [
        PlanKind::Undo { run, also: TakeBack::default(), partial: false, of: None },
        PlanKind::Undo { run, also: TakeBack { created: true, comments: true }, partial: true, of: None },
        PlanKind::Selection { of: first },
    ];
    let others = kinds.map(|kind| {
        let plan = fresh.store.begin_plan(&PlanHeader { kind, ..header(&production()) }).unwrap();
        plan.finish(&totals(PlanCounts::default())).unwrap()
    });
    assert_eq!(latest(&production()), Some(second));
    let [undo, partly, part] = others;
    let listed: Vec<PlanId> = fresh.store.plans(Some("Tegrity")).unwrap().iter().map(|plan| plan.id).collect();
    assert_eq!(listed, [part, partly, undo, on_beta, second, first]);
}

#[test]
fn a_plan_that_nobody_wants_is_gone_and_one_that_ran_stays() {
    let fresh = Fresh::new();
    let [ran, unwanted] = [fresh.plan(&production(), &[(1, 1)]), fresh.plan(&production(), &[(1, 1)])];
    fresh.store.start_run(ran, &operator(), at(1)).unwrap();
    for plan in [ran, unwanted] {
        fresh.store.discard_plan(plan).unwrap();
    }
    assert!(fresh.store.plan(ran).is_ok() && fresh.store.plan(unwanted).is_err());
    assert_ne!(fresh.plan(&production(), &[(1, 1)]), unwanted, "people may have written its number down");
}

#[test]
fn a_plan_runs_at_most_once() {
    let fresh = Fresh::new();
    let plan = fresh.plan(&production(), &[(1, 1)]);
    let run = fresh.store.start_run(plan, &operator(), at(1)).unwrap();
    let refused = fresh.reopened().start_run(plan, &operator(), at(2)).unwrap_err();
    assert!(matches!(refused, StoreError::AlreadyExecuted { plan: p, run: r } if (p, r) == (plan, run)), "{refused:?}");
    assert_eq!(refused.to_string(), "plan P1 was already executed as run R1");
    assert_eq!(fresh.store.plan(plan).unwrap().run, Some(run));
    assert!(matches!(fresh.store.start_run(PlanId(9), &operator(), at(3)), Err(StoreError::Missing { .. })));
}

#[test]
fn a_run_adds_up_over_its_retries() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 1)]);
    let begun = fresh.store.run(run).unwrap();
    assert_eq!((begun.started_at, begun.ended_at, begun.operator), (at(100), None, operator()));
    assert_eq!((begun.host, begun.connector.as_str()), (production(), "Tegrity"));

    let end = RunEnd {
        at: at(160),
        requests: 40,
        throttled: 3,
        waited: Duration::from_millis(1500),
        took: Duration::from_mins(1),
        stopped: Some("the deadline came".to_owned()),
    };
    fresh.store.end_run(run, &end).unwrap();
    let ended = fresh.store.run(run).unwrap();
    assert_eq!((ended.ended_at, ended.stopped), (Some(at(160)), Some("the deadline came".to_owned())));

    let (first, second) = (operator().id, UserId(4711));
    for writer in [second, first, second] {
        fresh.store.resume_run(run, writer).unwrap();
    }
    let resumed = fresh.store.run(run).unwrap();
    assert_eq!(resumed.ended_at, None, "a crash from here on is visible");
    assert_eq!(resumed.writers, [first, second]);
    fresh.store.end_run(run, &RunEnd { at: at(300), stopped: None, ..end }).unwrap();
    let ended = Store::open(fresh.store.path(), Access::ReadOnly).unwrap().run(run).unwrap();
    assert_eq!((ended.requests, ended.throttled, ended.waited), (80, 6, Duration::from_secs(3)));
    assert_eq!(ended.took, Duration::from_mins(2), "the time between them does not count");
    assert_eq!((ended.ended_at, ended.stopped), (Some(at(300)), None));
}

#[test]
fn runs_are_listed_newest_first_and_know_what_undid_them() {
    let fresh = Fresh::new();
    let first = fresh.run(&production(), &[(1, 1)]);
    let on_beta = fresh.run(&beta(), &[(1, 1)]);
    let undo = fresh.run(&production(), &[(1, 1)]);
    fresh.store.mark_undone(first, undo).unwrap();
    let listed: Vec<RunId> = fresh.store.runs(Some("Tegrity")).unwrap().iter().map(|run| run.id).collect();
    assert_eq!(listed, [undo, on_beta, first]);
    assert_eq!(fresh.store.runs(Some("Other")).unwrap(), []);
    assert_eq!(fresh.store.latest_run("Tegrity", &beta()).unwrap().unwrap().id, on_beta);
    assert_eq!(fresh.store.run(first).unwrap().undone_by, Some(undo));
    assert!(matches!(fresh.store.mark_undone(RunId(99), undo), Err(StoreError::Missing { .. })));
}
