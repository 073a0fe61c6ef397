//! The cache: replaced whole or not at all, never mixed between hosts.

use gradepush::domain::{
    AccountId, CachedCourse, CachedEnrollment, CachedLogin, CachedSection, CachedUser, CanvasHost, CourseId,
    EnrollmentKind, EnrollmentState, LoginState, SectionId, TermId, UserId, UserIdOrigin,
};
use gradepush::store::{CacheLoad, CacheScope, Store};

use super::{Fresh, at, beta, production};

fn person(id: i64, name: &str) -> CachedUser {
    CachedUser { id: UserId(id), name: name.to_owned(), sortable_name: name.to_owned(), email: None }
}

fn login(id: i64, sis: &str, text: &str) -> CachedLogin {
    CachedLogin {
        user: UserId(id),
        unique_id: Some(text.to_owned()),
        sis_user_id: Some(sis.to_owned()),
        state: LoginState::Active,
    }
}

fn course(id: i64) -> CachedCourse {
    CachedCourse {
        id: CourseId(id),
        sis_course_id: Some(format!("BIO-{id}")),
        name: format!("Biology {id}"),
        course_code: format!("B{id}"),
        workflow_state: "available".to_owned(),
        account: Some(AccountId(3)),
        term: Some(TermId(4)),
    }
}

fn section(id: i64, course: i64) -> CachedSection {
    CachedSection {
        id: SectionId(id),
        course: CourseId(course),
        sis_section_id: Some(format!("SEC-{id}")),
        name: format!("Section {id}"),
        cross_listed_from: None,
    }
}

fn enrollment(course: i64, user: i64) -> CachedEnrollment {
    CachedEnrollment {
        course: CourseId(course),
        user: UserId(user),
        section: Some(SectionId(course * 10)),
        kind: EnrollmentKind::Student,
        state: EnrollmentState::Active,
    }
}

fn begin(store: &Store, host: &CanvasHost, scope: CacheScope) -> CacheLoad {
    store.begin_cache_load(host, "report", scope).expect("a load")
}

/// Ann and Bob in Biology 1, Bob in Biology 2.
fn fill(store: &Store, host: &CanvasHost) {
    let load = begin(store, host, CacheScope::Whole);
    let gather = || {
        load.add_user(&person(11, "Ann"))?;
        load.add_user(&person(12, "Bob"))?;
        load.add_login(&login(11, "S11", "ann@example.edu"))?;
        load.add_login(&login(12, "S12", "bob@example.edu"))?;
        for id in [1, 2] {
            load.add_course(&course(id))?;
            load.add_section(&section(id * 10, id))?;
            load.add_enrollment(&enrollment(id, 12))?;
        }
        load.add_enrollment(&enrollment(1, 11))?;
        load.add_enrollment(&enrollment(1, 11))
    };
    gather().expect("there is room");
    load.finish(true, 9, at(0)).expect("there is room");
}

#[test]
fn what_was_loaded_is_there() {
    let fresh = Fresh::new();
    assert_eq!(fresh.store.cache_status(&production()).unwrap(), None);
    fill(&fresh.store, &production());
    let status = fresh.reopened().cache_status(&production()).unwrap().unwrap();
    assert_eq!((status.source.as_str(), status.synced_at, status.requests), ("report", at(0), 9));
    assert!(status.complete_logins);
    assert_eq!((status.users, status.logins, status.courses, status.sections), (2, 2, 2, 2));
    assert_eq!(status.enrollments, 3, "an enrollment that comes twice counts once");
    let directory = fresh.store.directory(&production()).unwrap();
    assert_eq!(directory.users_by_sis("S11"), [UserId(11)]);
    assert_eq!(directory.users_by_login("BOB@example.edu"), [UserId(12)]);
    assert_eq!(directory.course(CourseId(2)), Some(&course(2)));
    assert_eq!(directory.sections_by_sis("SEC-10"), [section(10, 1)]);
    let host = production();
    assert_eq!(fresh.store.enrollments(&host, CourseId(1)).unwrap(), [enrollment(1, 11), enrollment(1, 12)]);
    assert_eq!(fresh.store.enrollments_of(&host, UserId(12)).unwrap(), [enrollment(1, 12), enrollment(2, 12)]);
}

#[test]
fn a_load_that_is_dropped_leaves_the_old_cache() {
    let fresh = Fresh::new();
    fill(&fresh.store, &production());
    let before = fresh.store.cache_status(&production()).unwrap();
    let load = begin(&fresh.store, &production(), CacheScope::Whole);
    load.add_user(&person(99, "Eve")).unwrap();
    drop(load);
    assert_eq!(fresh.store.cache_status(&production()).unwrap(), before);
    assert_eq!(fresh.reopened().directory(&production()).unwrap().user(UserId(99)), None);
}

#[test]
fn a_whole_load_removes_what_it_does_not_name() {
    let fresh = Fresh::new();
    fill(&fresh.store, &production());
    let load = begin(&fresh.store, &production(), CacheScope::Whole);
    load.add_user(&person(11, "Ann Married")).unwrap();
    let status = load.finish(false, 1, at(60)).unwrap();
    assert_eq!((status.users, status.logins, status.courses, status.enrollments), (1, 0, 0, 0));
    assert!(!status.complete_logins);
    let directory = fresh.store.directory(&production()).unwrap();
    assert_eq!(directory.user(UserId(11)).unwrap().name, "Ann Married");
}

#[test]
fn lists_that_show_one_login_of_each_take_no_other_away() {
    let fresh = Fresh::new();
    let store = &fresh.store;
    let load = |scope, complete, logins: &[(i64, &str, &str)]| {
        let load = begin(store, &production(), scope);
        for (id, name) in [(1, "Ann"), (2, "Bob"), (3, "Cem")] {
            load.add_user(&person(id, name)).unwrap();
        }
        for (id, sis, text) in logins {
            load.add_login(&login(*id, sis, text)).unwrap();
        }
        load.finish(complete, 1, at(0)).unwrap();
    };
    let known = || {
        let directory = store.directory(&production()).unwrap();
        let of = |text: &'static str| directory.users_by_login(text).iter().map(move |user| (text, user.0));
        ["ann", "ann.med", "bob", "bob2", "cem", "cem.old"].into_iter().flat_map(of).collect::<Vec<_>>()
    };
    for scope in [CacheScope::Whole, CacheScope::Partial] {
        let all = [(1, "a", "ann"), (1, "a2", "ann.med"), (2, "b", "bob"), (3, "c", "cem"), (3, "c2", "cem.old")];
        load(CacheScope::Whole, true, &all);
        // Bob's only login has another name now, and `cem.old` is Ann's.
        load(scope, false, &[(1, "a", "Ann"), (1, "x", "cem.old"), (2, "b", "bob2"), (3, "c", "cem")]);
        let expected = [("ann", 1), ("ann.med", 1), ("bob2", 2), ("cem", 3), ("cem.old", 1)];
        assert_eq!(known(), expected, "{scope:?}");
    }
}

#[test]
fn a_partial_load_replaces_what_it_names_and_keeps_the_rest() {
    let fresh = Fresh::new();
    fill(&fresh.store, &production());
    let load = begin(&fresh.store, &production(), CacheScope::Partial);
    // An instructor's token: Bob without logins, Biology 1 as it is now, and the probed Cem in Biology 2.
    load.add_user(&person(12, "Bob B.")).unwrap();
    load.add_user(&person(13, "Cem")).unwrap();
    load.add_course(&course(1)).unwrap();
    load.add_enrollment(&enrollment(1, 13)).unwrap();
    load.add_enrollment(&enrollment(2, 13)).unwrap();
    let status = load.finish(false, 1, at(60)).unwrap();
    assert_eq!((status.users, status.logins, status.courses), (3, 2, 2));
    assert!(!status.complete_logins, "now there are people whose logins nobody saw");
    let directory = fresh.store.directory(&production()).unwrap();
    assert_eq!(directory.user(UserId(12)).unwrap().name, "Bob B.");
    assert_eq!(directory.users_by_sis("S12"), [UserId(12)], "logins that a token cannot see are not gone");
    let host = production();
    assert_eq!(fresh.store.enrollments(&host, CourseId(1)).unwrap(), [enrollment(1, 13)]);
    assert_eq!(fresh.store.enrollments(&host, CourseId(2)).unwrap(), [enrollment(2, 12), enrollment(2, 13)]);
    let partial = begin(&fresh.store, &host, CacheScope::Partial);
    assert!(!partial.finish(true, 1, at(90)).unwrap().complete_logins, "a part cannot complete the whole");
}

#[test]
fn hosts_are_never_mixed() {
    let fresh = Fresh::new();
    fill(&fresh.store, &production());
    assert_eq!(fresh.store.cache_status(&beta()).unwrap(), None);
    assert_eq!(fresh.store.directory(&beta()).unwrap().users().count(), 0);
    assert_eq!(fresh.store.enrollments(&beta(), CourseId(1)).unwrap(), []);
    begin(&fresh.store, &beta(), CacheScope::Whole).finish(true, 1, at(0)).unwrap();
    fresh.store.clear_cache(&beta()).unwrap();
    assert_eq!(fresh.store.cache_status(&production()).unwrap().unwrap().users, 2);
    fresh.store.clear_cache(&production()).unwrap();
    assert_eq!(fresh.store.cache_status(&production()).unwrap(), None);
}

#[test]
fn people_and_courses_are_found_by_any_id() {
    let fresh = Fresh::new();
    fill(&fresh.store, &production());
    let found = |text: &str| {
        let found = fresh.store.find_in_cache(&production(), text, 10).unwrap();
        let users: Vec<i64> = found.users.iter().map(|one| one.user.id.0).collect();
        let courses: Vec<i64> = found.courses.iter().map(|one| one.course.id.0).collect();
        (users, courses)
    };
    for (text, users, courses) in [
        ("ann", vec![11], vec![]),
        ("S12", vec![12], vec![]),
        ("12", vec![12], vec![]),
        ("biology", vec![], vec![1, 2]),
        ("bio-2", vec![], vec![2]),
        ("sec-10", vec![], vec![1]),
        ("%", vec![], vec![]),
        ("_nn", vec![], vec![]),
    ] {
        assert_eq!(found(text), (users, courses), "{text:?}");
    }
    let all = fresh.store.find_in_cache(&production(), "", 1).unwrap();
    assert_eq!((all.users.len(), all.courses.len()), (1, 1));
    assert_eq!(all.users[0].logins, [login(11, "S11", "ann@example.edu")]);
    assert_eq!(all.courses[0].sections, [section(10, 1)]);
}

#[test]
fn an_id_keeps_its_first_meaning_until_a_person_accepts_another() {
    let fresh = Fresh::new();
    let (host, sis, text) = (production(), UserIdOrigin::Sis, "S11");
    let known = |store: &Store| store.remembered_identity(&host, sis, text).unwrap();
    assert_eq!(known(&fresh.store), None);
    fresh.store.remember_identities(&host, &[(sis, text, UserId(11))], at(0)).unwrap();
    fresh.store.remember_identities(&host, &[(sis, text, UserId(99))], at(1)).unwrap();
    assert_eq!(known(&fresh.store), Some(UserId(11)));
    fresh.store.accept_identities(&host, &[(sis, text, UserId(99))], at(2)).unwrap();
    assert_eq!(known(&fresh.reopened()), Some(UserId(99)));
    assert_eq!(fresh.store.remembered_identity(&host, UserIdOrigin::Login, text).unwrap(), None);
    assert_eq!(fresh.store.remembered_identity(&beta(), sis, text).unwrap(), None);
    fresh.store.remember_identities(&host, &[(UserIdOrigin::Login, "Ann@X", UserId(11))], at(3)).unwrap();
    assert_eq!(fresh.store.remembered_identity(&host, UserIdOrigin::Login, "ann@x").unwrap(), Some(UserId(11)));
}
