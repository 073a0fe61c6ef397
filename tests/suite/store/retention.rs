//! Care of the store: backup, purge, forgetting a person, resetting a host.

use std::collections::HashMap;
use std::time::Duration;

use gradepush::domain::{
    Alias, AliasKind, AliasTarget, CachedUser, CanvasHost, Cell, CellClass, CellIndex, CourseId, Outcome, PartIndex,
    PlanCounts, Sending, UserId, UserIdOrigin,
};
use gradepush::store::{Access, CacheScope, JobState, Purged, RunEnd, Store, StoreError};

use super::{Fresh, at, beta, commented, intended, operator, production, user, written};

/// Whether a text stands anywhere in the files of the store.
fn is_on_disk(fresh: &Fresh, text: &str) -> bool {
    let entries = fs_err::read_dir(fresh.directory.path()).expect("the directory is there");
    let mut files = entries.map(|entry| fs_err::read(entry.expect("an entry").path()).expect("a file"));
    files.any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

fn end_all(fresh: &Fresh) {
    let end =
        RunEnd { at: at(100), requests: 0, throttled: 0, waited: Duration::ZERO, took: Duration::ZERO, stopped: None };
    for run in fresh.store.runs(None).expect("runs") {
        fresh.store.end_run(run.id, &end).expect("a run");
    }
}

#[test]
fn a_backup_is_the_whole_store_and_overwrites_nothing() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 3)]);
    fresh.store.record_intent(run, PartIndex(0), &[intended(0)], at(1)).unwrap();
    let copy = fresh.directory.path().join("copy.db");
    fresh.store.backup(&copy).unwrap();
    let before = fs_err::read(&copy).unwrap();
    let refused = fresh.store.backup(&copy).unwrap_err();
    assert!(matches!(refused, StoreError::Exists { .. }), "{refused:?}");
    let nowhere = fresh.store.backup(&fresh.directory.path().join("no-folder/copy.db")).unwrap_err();
    assert!(matches!(nowhere, StoreError::CannotCopy { .. }), "{nowhere:?}");
    assert_eq!(fs_err::read(&copy).unwrap(), before);
    let copied = Store::open(&copy, Access::ReadOnly).unwrap();
    assert_eq!(copied.run_counts(run).unwrap(), fresh.store.run_counts(run).unwrap());
    assert_eq!(copied.check().unwrap(), Vec::<String>::new());
}

#[test]
fn info_says_what_is_there() {
    let fresh = Fresh::new();
    let run = fresh.run(&production(), &[(1, 3)]);
    fresh.plan(&beta(), &[(1, 3)]);
    fresh.store.record_intent(run, PartIndex(0), &[intended(0)], at(1)).unwrap();
    let info = fresh.store.info().unwrap();
    assert_eq!((info.plans, info.runs, info.open_jobs, info.aliases, info.bindings), (2, 1, 1, 0, 0));
    assert_eq!(info.hosts, [beta(), production()]);
    assert_eq!(info.path, fresh.store.path());
}

#[test]
fn purge_removes_what_is_old_and_ended_and_never_an_open_job() {
    let fresh = Fresh::new();
    let old = fresh.run(&production(), &[(1, 2)]);
    let stuck = fresh.run(&production(), &[(2, 2)]);
    fresh.store.record_cells(old, PartIndex(0), &[written(0), written(1)], at(50)).unwrap();
    let job = fresh.store.record_intent(stuck, PartIndex(0), &[intended(0), commented(1)], at(50)).unwrap();
    end_all(&fresh);
    assert_eq!(fresh.store.purge(at(100), &[]).unwrap(), Purged::default(), "it ended at that moment, not before");

    let expected = Purged { plans: 1, runs: 1, records: 2 };
    let pushed_in = |course| fresh.store.last_pushed(&production(), CourseId(course)).unwrap().len();
    assert_eq!(pushed_in(1), 2, "and what it pushed is known as long as it is");
    fresh.store.record_cells(old, PartIndex(0), &[written(0), written(1)], at(200)).unwrap();
    assert_eq!(fresh.store.to_purge(at(101), &[]).unwrap(), expected);
    assert_eq!(fresh.store.run_counts(old).unwrap().written, 2, "a dry run removes nothing");
    assert_eq!(fresh.store.purge(at(101), &[]).unwrap(), expected);
    assert!(matches!(fresh.store.run(old), Err(StoreError::Missing { .. })));
    assert_eq!(pushed_in(1), 2, "what was pushed since is still known");
    let sent = fresh.store.comments_sent(&production(), CourseId(2)).unwrap();
    assert_eq!(sent.len(), 1, "the comment of a run that stays is not sent twice: {sent:?}");
    assert_eq!(fresh.store.open_jobs(&production()).unwrap()[0].id, job);
    assert_eq!(fresh.store.check().unwrap(), Vec::<String>::new());
    let next = fresh.plan(&production(), &[(1, 1)]);
    assert_eq!(next.0, 3, "a number that somebody wrote down is never used again");
}

#[test]
fn a_forgotten_person_is_gone_from_the_disk_and_still_counted() {
    let fresh = Fresh::new();
    let host = production();
    let load = fresh.store.begin_cache_load(&host, "rest", CacheScope::Whole).unwrap();
    let name = "Student Unforgettable";
    let cached = CachedUser { id: user(1), name: name.to_owned(), sortable_name: name.to_owned(), email: None };
    load.add_user(&cached).unwrap();
    load.finish(true, 1, at(0)).unwrap();
    let alias = |from: &str, target: UserId| Alias {
        kind: AliasKind::User,
        origin: "sis".to_owned(),
        from: from.to_owned(),
        target: AliasTarget::Canvas(vec![target.0]),
        note: String::new(),
        until: None,
    };
    fresh.store.put_aliases(&host, &[alias("sent-as-1", user(1)), alias("sent-as-2", user(2))]).unwrap();
    fresh.store.remember_identities(&host, &[(UserIdOrigin::Sis, "sis-of-1", user(1))], at(0)).unwrap();
    let run = fresh.run(&host, &[(1, 3)]);
    let job = fresh.store.record_intent(run, PartIndex(0), &[commented(0), commented(1)], at(1)).unwrap();
    fresh.store.record_job_end(job, JobState::Completed, None, at(2)).unwrap();
    fresh.store.record_cells(run, PartIndex(0), &[written(0), written(1)], at(2)).unwrap();
    let unexecuted = fresh.plan(&host, &[(1, 3)]);
    let without_them = fresh.plan(&host, &[(1, 1)]);
    assert!(is_on_disk(&fresh, name) && is_on_disk(&fresh, "sent-as-1") && is_on_disk(&fresh, "sis-of-1"));

    let forgotten = fresh.store.forget(&host, user(1)).unwrap();
    assert_eq!((forgotten.cached, forgotten.aliases, forgotten.plans, forgotten.cells), (2, 1, 1, 1));
    for text in [name, "sent-as-1", "sis-of-1"] {
        assert!(!is_on_disk(&fresh, text), "{text}");
    }
    assert!(matches!(fresh.store.plan(unexecuted), Err(StoreError::Missing { .. })));
    assert_eq!(fresh.store.plan(without_them).unwrap().parts, 1);
    let plan = fresh.store.run(run).unwrap().plan;
    let part = fresh.store.plan_part(plan, PartIndex(0)).unwrap();
    assert_eq!(PlanCounts::of(&part), fresh.store.plan(plan).unwrap().totals.counts);
    let Cell { student, received, wanted, sending, class, .. } = &part.cells[1];
    assert_eq!((&**received, *wanted, sending, *class), ("", None, &Sending::Nothing, CellClass::Set));
    let person = &part.students[student.as_usize()];
    assert_eq!((person.user, &*person.sent_id, person.name.as_deref()), (None, "", None));
    let records = fresh.store.records(run, PartIndex(0)).unwrap();
    assert_eq!((records[&CellIndex(1)].outcome, records[&CellIndex(1)].live.as_ref()), (Outcome::Written, None));
    assert_eq!(records[&CellIndex(0)], written(0).record, "the others are as they were");
    let left: Vec<UserId> =
        fresh.store.last_pushed(&host, CourseId(1)).unwrap().keys().map(|(_, user)| *user).collect();
    assert_eq!(left, [user(0)]);
    assert_eq!(fresh.store.jobs(run).unwrap()[0].cells, [commented(0)]);
    assert_eq!(fresh.store.comments_sent(&host, CourseId(1)).unwrap().len(), 1);
    fresh.store.record_intent(run, PartIndex(0), &[commented(0)], at(3)).unwrap();
    fresh.store.forget(&host, user(0)).unwrap();
    let may_come = fresh.store.comments_sent(&host, CourseId(1)).unwrap().len();
    assert_eq!(may_come, 1, "a comment that may still come is not sent twice");
}

#[test]
fn a_reset_forgets_one_host_and_keeps_the_history() {
    let fresh = Fresh::new();
    let fill = |host: &CanvasHost| {
        let run = fresh.run(host, &[(1, 2)]);
        fresh.store.record_cells(run, PartIndex(0), &[written(0)], at(1)).unwrap();
        fresh.store.record_intent(run, PartIndex(0), &[commented(1)], at(1)).unwrap();
        fresh.store.remember_identities(host, &[(UserIdOrigin::Sis, "S1", UserId(1))], at(1)).unwrap();
        run
    };
    let runs = [fill(&production()), fill(&beta())];
    fresh.store.reset(&beta(), at(2)).unwrap();
    assert_eq!(fresh.store.last_pushed(&beta(), CourseId(1)).unwrap(), HashMap::new());
    assert_eq!(fresh.store.comments_sent(&beta(), CourseId(1)).unwrap(), HashMap::new());
    assert_eq!(fresh.store.open_jobs(&beta()).unwrap(), []);
    assert_eq!(fresh.store.remembered_identity(&beta(), UserIdOrigin::Sis, "S1").unwrap(), None);
    assert_eq!(fresh.store.run_counts(runs[1]).unwrap(), fresh.store.run_counts(runs[0]).unwrap());
    assert_eq!(fresh.store.last_pushed(&production(), CourseId(1)).unwrap().len(), 1);
    assert_eq!(fresh.store.comments_sent(&production(), CourseId(1)).unwrap().len(), 1);
    assert_eq!(fresh.store.open_jobs(&production()).unwrap().len(), 1);
    fresh.store.start_run(fresh.plan(&beta(), &[(1, 1)]), &operator(), at(3)).unwrap();
}
