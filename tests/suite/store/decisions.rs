//! Aliases and the assignment map.

use gradepush::domain::{
    Alias, AliasKind, AliasTarget, AssignmentId, AssignmentKey, Binding, CanvasHost, ColumnIndex, ColumnKey, CourseId,
    PartIndex, Points, RunId,
};
use gradepush::store::{CreatedState, StoreError};
use jiff::civil::date;

use super::{Fresh, at, beta, column_key, production};

fn alias(from: &str, target: AliasTarget) -> Alias {
    Alias {
        kind: AliasKind::User,
        origin: "sis".to_owned(),
        from: from.to_owned(),
        target,
        note: "asked the registrar".to_owned(),
        until: Some(date(2027, 1, 31)),
    }
}

fn binding(key: ColumnKey, assignment: i64) -> Binding {
    Binding {
        key,
        course: CourseId(1),
        assignment: AssignmentId(assignment),
        assignment_created_at: Some(at(-5)),
        name: "Quiz 1".to_owned(),
        points_possible: Some("12.5".parse::<Points>().expect("points")),
        bound_at: at(0),
        created_by_run: None,
    }
}

#[test]
fn aliases_are_kept_replaced_and_removed() {
    let fresh = Fresh::new();
    let host = production();
    let (one, two) = (alias("S1", AliasTarget::Canvas(vec![11, 12])), alias("S2", AliasTarget::Ignore));
    fresh.store.put_aliases(&host, &[two.clone(), one.clone()]).unwrap();
    assert_eq!(fresh.reopened().aliases(&host).unwrap(), [one, two.clone()]);
    assert_eq!(fresh.store.aliases(&beta()).unwrap(), []);
    let again = alias("S1", AliasTarget::Ignore);
    fresh.store.put_aliases(&host, std::slice::from_ref(&again)).unwrap();
    assert_eq!(fresh.store.aliases(&host).unwrap(), [again.clone(), two]);
    assert!(!fresh.store.remove_alias(&host, AliasKind::Course, "sis", "S2").unwrap());
    assert!(!fresh.store.remove_alias(&beta(), AliasKind::User, "sis", "S2").unwrap());
    assert!(fresh.store.remove_alias(&host, AliasKind::User, "sis", "S2").unwrap());
    assert_eq!(fresh.store.aliases(&host).unwrap(), [again]);
}

#[test]
fn a_key_is_bound_as_sent_and_on_one_host() {
    let fresh = Fresh::new();
    let host = production();
    let by_id = binding(column_key("BIO 1"), 700);
    let titled = ColumnKey { assignment: AssignmentKey::Title("quiz-1".into()), ..column_key("BIO 1") };
    let by_title = binding(titled.clone(), 701);
    let elsewhere = binding(column_key("CHEM"), 702);
    fresh.store.bind(&host, &[by_id.clone(), by_title.clone(), elsewhere.clone()]).unwrap();
    let fetch = |courses: &[&str]| fresh.store.bindings_for(&host, courses).unwrap();
    assert_eq!(fetch(&["BIO 1"]), [by_id.clone(), by_title.clone()], "an id is not a title");
    assert_eq!(fetch(&["bio 1", "none"]), []);
    assert_eq!(fresh.reopened().bindings(&host).unwrap(), [by_id.clone(), by_title, elsewhere.clone()]);
    assert_eq!(fresh.store.bindings(&beta()).unwrap(), []);
    fresh.store.bind(&host, &[binding(column_key("CHEM"), 800)]).unwrap();
    assert_eq!(fetch(&["CHEM"])[0].assignment, AssignmentId(800));
    assert!(!fresh.store.unbind(&beta(), &titled).unwrap());
    assert!(fresh.store.unbind(&host, &titled).unwrap());
    assert_eq!(fetch(&["BIO 1"]), [by_id]);
}

/// The key of the first column that a run is about.
fn planned_key(fresh: &Fresh, run: RunId) -> ColumnKey {
    let plan = fresh.store.run(run).expect("the run").plan;
    fresh.store.plan_part(plan, PartIndex(0)).expect("its part").columns.remove(0).key
}

#[test]
fn an_assignment_is_intended_then_created_and_bound_at_once() {
    let fresh = Fresh::new();
    let host = production();
    let run = fresh.run(&host, &[(1, 1)]);
    let bound = Binding { created_by_run: Some(run), ..binding(column_key("1"), 900) };
    let early = fresh.store.assignment_created(run, PartIndex(0), ColumnIndex(0), &bound, at(1));
    assert!(matches!(early, Err(StoreError::Missing { .. })), "nothing is created that was not intended: {early:?}");
    assert_eq!(fresh.store.bindings(&host).unwrap(), []);

    fresh.store.intend_assignment(run, PartIndex(0), ColumnIndex(0), Some(AssignmentId(899)), at(2)).unwrap();
    let state = |run: RunId| fresh.reopened().created_assignments(run).unwrap().remove(0);
    assert_eq!((state(run).state, state(run).highest_seen), (CreatedState::Intended, Some(AssignmentId(899))));
    let in_doubt = |host: &CanvasHost| {
        let found = fresh.reopened().creations_in_doubt(host).unwrap();
        found.into_iter().map(|one| (one.run, one.column.key, one.highest_seen)).collect::<Vec<_>>()
    };
    assert_eq!(in_doubt(&host), [(run, planned_key(&fresh, run), Some(AssignmentId(899)))]);
    assert_eq!(in_doubt(&beta()), [], "nothing is shared between hosts");
    let since = |plan| fresh.reopened().creations_in_doubt_since(plan).unwrap().len();
    let own = fresh.store.run(run).unwrap().plan;
    assert_eq!((since(own), since(fresh.plan(&host, &[(1, 1)])), since(fresh.plan(&beta(), &[(1, 1)]))), (1, 0, 0));

    fresh.store.assignment_failed(run, PartIndex(0), ColumnIndex(0), "the group is locked", at(3)).unwrap();
    assert_eq!((state(run).state, state(run).reason.as_deref()), (CreatedState::Failed, Some("the group is locked")));
    assert_eq!(in_doubt(&host), [], "Canvas said no");

    fresh.store.intend_assignment(run, PartIndex(0), ColumnIndex(0), None, at(4)).unwrap();
    fresh.store.assignment_created(run, PartIndex(0), ColumnIndex(0), &bound, at(5)).unwrap();
    assert_eq!((state(run).state, state(run).assignment), (CreatedState::Created, Some(AssignmentId(900))));
    assert_eq!(fresh.store.bindings(&host).unwrap(), [bound]);

    fresh.store.assignment_deleted(run, PartIndex(0), ColumnIndex(0), None, at(6)).unwrap();
    assert_eq!((state(run).state, state(run).at), (CreatedState::Deleted, at(6)));
    assert_eq!(fresh.store.bindings(&host).unwrap(), [], "a deleted assignment is bound to nothing");
}
