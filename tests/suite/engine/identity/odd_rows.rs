//! Twins, recycled ids, cross-listed sections, aliases and rules: every row ends in the right person or in a list.

use gradepush::domain::{
    Alias, AliasKind, AliasTarget, CellClass, EnrollmentKind, FindingCode, IdentityRules, UserIdOrigin,
};
use gradepush::engine::IdKind;
use gradepush::sandbox::World;
use serde_json::json;

use super::super::university::University;
use super::world::{answer, course, person, reason, resolve, sheet, student, world};

fn odd_world() -> World {
    let mut suspended = person(105, "Gone Girl", "", &[("gone", "S-5")]);
    suspended["logins"][0]["suspended"] = json!(true);
    let mut former = person(106, "Old Owner", "", &[("old", "RECYCLED")]);
    former["logins"][0]["deleted"] = json!(true);
    let people = json!([
        person(101, "Jun Lindström", "jlind@example.edu", &[("jlind1", "0001")]),
        person(102, "Jun Lindström", "jlind@med.example.edu", &[("jlind2", "0002")]),
        person(103, "Ayşe Yılmaz", "", &[("MixedCase", "00042")]),
        person(104, "Amara Okafor", "", &[("okafor@example.edu", "S-4"), ("aokafor.med", "S-4b")]),
        suspended,
        former,
        person(107, "New Owner", "", &[("new", "RECYCLED")]),
        person(108, "Terry Teacher", "", &[("teacher", "T-1")]),
        person(109, "Olga Observer", "", &[("observer", "O-1")]),
        person(110, "Dana Dropped", "", &[("dropped", "D-1")]),
        person(111, "Cora Concluded", "", &[("concluded", "D-2")]),
        person(112, "李 小龙", "", &[("lxiaolong", "DUP")]),
        person(113, "Other Dup", "", &[("otherdup", "DUP")]),
    ]);
    let first = [
        student(101),
        student(103),
        student(104),
        student(105),
        student(107),
        (108, "TeacherEnrollment", "active"),
        (109, "ObserverEnrollment", "active"),
        (110, "", "deleted"),
        (111, "", "completed"),
        student(112),
    ];
    let mut shell = course(510, "X-CHILD", &[]);
    shell["sections"] = json!([]);
    let mut parent = course(511, "X-PARENT", &[student(101), student(102), student(103)]);
    parent["sections"][0]["nonxlist_course_id"] = json!(510);
    let last_term = course(520, "C-OLD", &[student(103)]);
    let second = course(501, "C-2", &[student(102), student(112)]);
    world(&people, &json!([course(500, "C-1", &first), second, shell, parent, last_term]))
}

fn university(user: UserIdOrigin, rules: IdentityRules) -> University {
    University::with(odd_world(), |settings| {
        settings.user_id_origin = user;
        settings.rules = rules;
    })
}

fn alias(kind: AliasKind, origin: &str, from: &str, target: AliasTarget) -> Alias {
    let (origin, from) = (origin.to_owned(), from.to_owned());
    Alias { kind, origin, from, target, note: "asked the registrar".to_owned(), until: None }
}

fn put(university: &University, aliases: &[Alias]) {
    university.session.store().put_aliases(&university.session.settings.host, aliases).expect("aliases");
}

#[tokio::test(start_paused = true)]
async fn every_login_ends_in_its_person_or_in_a_reason() {
    let university = university(UserIdOrigin::Login, IdentityRules::default());
    university.sync().await;
    let expected = [
        ("jlind1", Ok(101), ""),
        ("mixedcase", Ok(103), ""),
        ("OKAFOR@example.edu", Ok(104), ""),
        ("aokafor.med", Ok(104), ""),
        ("gone", Err(FindingCode::UserUnresolved), "suspended"),
        ("old", Err(FindingCode::UserUnresolved), "deleted"),
        ("okafor", Err(FindingCode::UserUnresolved), "nobody has this login"),
        ("lxiaolong", Ok(112), ""),
        ("S-4", Err(FindingCode::UserUnresolved), "SIS id"),
    ];
    let rows: Vec<(&str, &str)> = expected.iter().map(|(user, ..)| ("C-1", *user)).collect();
    let summary = resolve(&university, &sheet(&university, &rows));
    for (user, person, why) in expected {
        assert_eq!(answer(&summary, user), person, "{user}");
        assert!(reason(&summary, user).contains(why), "{user}: {}", reason(&summary, user));
    }
}

#[tokio::test(start_paused = true)]
async fn every_sis_id_ends_in_its_person_or_in_a_reason() {
    let university = university(UserIdOrigin::Sis, IdentityRules::default());
    university.sync().await;
    let expected = [
        ("00042", Ok(103)),
        ("42", Err(FindingCode::UserUnresolved)),
        ("S-4b", Ok(104)),
        ("s-4b", Err(FindingCode::UserUnresolved)),
        ("RECYCLED", Ok(107)),
        ("DUP", Err(FindingCode::UserAmbiguous)),
        ("S-5", Err(FindingCode::UserUnresolved)),
        ("0001", Ok(101)),
        ("0002", Ok(102)),
    ];
    let rows: Vec<(&str, &str)> = expected.iter().map(|(user, ..)| ("C-1", *user)).collect();
    let summary = resolve(&university, &sheet(&university, &rows));
    for (user, person) in expected {
        assert_eq!(answer(&summary, user), person, "{user}");
    }
    let ambiguous = summary.problems.iter().find(|one| &*one.sent_id == "DUP").expect("it is listed");
    let suggested: Vec<i64> = ambiguous.suggestions.iter().map(|one| one.canvas_id).collect();
    assert_eq!(suggested, [112, 113], "the one in the course first");
    assert_eq!(summary.ambiguous, 1);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_moved_to_somebody_else_blocks_its_rows_until_accepted() {
    let university = university(UserIdOrigin::Sis, IdentityRules::default());
    university.sync().await;
    let host = university.session.settings.host.clone();
    let earlier = [(UserIdOrigin::Sis, "RECYCLED", gradepush::domain::UserId(106))];
    university.session.store().remember_identities(&host, &earlier, super::super::university::noon()).expect("kept");
    let sheet = sheet(&university, &[("C-1", "RECYCLED")]);
    let summary = resolve(&university, &sheet);
    assert_eq!((summary.resolved, answer(&summary, "RECYCLED")), (1, Err(FindingCode::IdentityMoved)));
    assert_eq!(university.plan(&sheet).await.counts.blocked, 1);
    let accepted = university.plan_with(&sheet, |options| {
        options.accept.push(gradepush::domain::Acceptance { code: FindingCode::IdentityMoved, course: None });
    });
    let accepted = accepted.await;
    assert_eq!(accepted.counts.set, 1);
    university.push(&accepted).await;
    assert_eq!(university.plan(&sheet).await.counts.unchanged, 1, "once written it is not asked again");
    university.session.store().accept_identities(&host, &earlier, super::super::university::noon()).expect("kept");
    assert_eq!(university.plan(&sheet).await.counts.blocked, 1);
    let decided = alias(AliasKind::User, "sis", "RECYCLED", AliasTarget::Canvas(vec![107]));
    put(&university, &[decided]);
    assert_eq!(answer(&resolve(&university, &sheet), "RECYCLED"), Ok(107), "a person's decision comes first");
}

#[tokio::test(start_paused = true)]
async fn rules_are_named_and_staff_are_ignored_when_asked() {
    let rules = IdentityRules {
        append_domain: Some("example.edu".to_owned()),
        ignore: vec![EnrollmentKind::Teacher, EnrollmentKind::Observer],
        ..IdentityRules::default()
    };
    let university = university(UserIdOrigin::Login, rules);
    university.sync().await;
    let sheet = sheet(&university, &[("C-1", "okafor"), ("C-1", "teacher"), ("C-1", "observer"), ("C-2", "teacher")]);
    let summary = resolve(&university, &sheet);
    assert_eq!((summary.rows, summary.resolved, summary.ignored), (4, 2, 2), "{summary:?}");
    let okafor = summary.people.iter().find(|one| &*one.sent_id == "okafor").expect("found");
    assert_eq!((okafor.user.0, okafor.found_by.as_str()), (104, "login, domain appended"));
    let counts = university.plan(&sheet).await.counts;
    assert_eq!((counts.rows, counts.ignored, counts.set, counts.blocked), (4, 2, 1, 1), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn known_people_who_are_no_students_are_blocked_with_what_they_are() {
    let university = university(UserIdOrigin::Login, IdentityRules::default());
    university.sync().await;
    let rows = [("C-1", "teacher"), ("C-1", "observer"), ("C-1", "dropped"), ("C-1", "concluded"), ("C-1", "jlind2")];
    let sheet = sheet(&university, &rows);
    assert_eq!(resolve(&university, &sheet).resolved, 5);
    // Fewer than half of five are enrolled: what each is shows when that is accepted.
    let plan = university.plan_with(&sheet, |options| {
        options.accept.push(gradepush::domain::Acceptance { code: FindingCode::CourseLooksWrong, course: None });
    });
    let plan = plan.await;
    for (line, code, why) in [
        (2, "not-enrolled", "teacher"),
        (3, "not-enrolled", "observer"),
        (4, "not-enrolled", "dropped"),
        (5, "enrollment-concluded", "concluded"),
        (6, "not-enrolled", "not enrolled"),
    ] {
        let (class, codes, reason) = university.cell_of_line(plan.id, line).expect("a cell");
        assert_eq!((class, codes.first().copied()), (CellClass::Blocked, Some(code)), "line {line}: {reason}");
        assert!(reason.contains(why), "line {line}: {reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn last_terms_course_is_noticed_by_its_few_retakers() {
    let university = university(UserIdOrigin::Login, IdentityRules::default());
    university.sync().await;
    let rows = ["jlind1", "jlind2", "MixedCase", "aokafor.med", "new", "lxiaolong"].map(|user| ("C-OLD", user));
    let plan = university.plan(&sheet(&university, &rows)).await;
    assert_eq!((plan.counts.blocked, plan.counts.planned()), (6, 0), "the retaker's row too");
    assert_eq!(university.cell_of_line(plan.id, 4).expect("a cell").1, ["course-looks-wrong"]);
}

#[tokio::test(start_paused = true)]
async fn an_emptied_cross_listed_course_names_its_parent_and_an_alias_settles_it() {
    let university = university(UserIdOrigin::Login, IdentityRules::default());
    university.sync().await;
    let sheet = sheet(&university, &[("X-CHILD", "jlind1"), ("X-CHILD", "jlind2"), ("X-CHILD", "teacher")]);
    let summary = resolve(&university, &sheet);
    assert_eq!((summary.rows, summary.resolved), (3, 3), "identified, and blocked by a plan");
    let problem = summary.problems.iter().find(|one| one.kind == IdKind::Course).expect("it is listed");
    assert_eq!((problem.code, problem.rows), (FindingCode::CourseCrossListed, 3));
    assert!(problem.reason.contains("course 511") && problem.reason.contains("2 of its 3"), "{}", problem.reason);
    assert_eq!(problem.suggestions.first().map(|one| one.canvas_id), Some(511));
    let plan = university.plan(&sheet).await;
    assert_eq!((plan.counts.blocked, plan.counts.cells), (3, 3), "{:?}", plan.counts);
    assert_eq!(university.cell_of_line(plan.id, 2).expect("a cell").1, ["course-cross-listed"]);
    put(&university, &[alias(AliasKind::Course, "sis", "X-CHILD", AliasTarget::Canvas(vec![511]))]);
    let settled = university.plan(&sheet).await.counts;
    assert_eq!((settled.set, settled.blocked), (2, 1), "the teacher is no student there either");
}

#[tokio::test(start_paused = true)]
async fn aliases_come_first_and_hold_through_their_last_day() {
    let university = university(UserIdOrigin::Login, IdentityRules::default());
    university.sync().await;
    let canvas = |id| AliasTarget::Canvas(vec![id]);
    let mut expired = alias(AliasKind::User, "login", "new", canvas(101));
    expired.until = Some(jiff::civil::date(2026, 12, 13));
    put(
        &university,
        &[
            alias(AliasKind::User, "login", "x404", canvas(103)),
            alias(AliasKind::User, "login", "jlind1", canvas(112)),
            alias(AliasKind::User, "sis", "jlind2", canvas(101)),
            alias(AliasKind::User, "login", "guest", AliasTarget::Ignore),
            alias(AliasKind::User, "login", "left", canvas(999_999)),
            alias(AliasKind::Course, "sis", "OLD-SHOP", AliasTarget::Ignore),
            expired,
        ],
    );
    let rows = [
        ("C-1", "x404"),
        ("C-1", "jlind1"),
        ("C-2", "jlind2"),
        ("C-1", "guest"),
        ("C-1", "left"),
        ("C-1", "new"),
        ("OLD-SHOP", "jlind2"),
        ("OLD-SHOP", "whoever"),
    ];
    let sheet = sheet(&university, &rows);
    let summary = resolve(&university, &sheet);
    assert_eq!((summary.rows, summary.resolved, summary.unresolved, summary.ignored), (8, 4, 1, 3), "{summary:?}");
    for (user, person) in [("x404", 103), ("jlind1", 112), ("jlind2", 102), ("new", 107)] {
        assert_eq!(answer(&summary, user), Ok(person), "{user}");
    }
    assert!(reason(&summary, "left").contains("alias names user 999999"));
    let by: Vec<&str> = summary.people.iter().filter(|one| one.found_by == "alias").map(|one| &*one.sent_id).collect();
    assert_eq!(by, ["jlind1", "x404"]);
    let counts = university.plan(&sheet).await.counts;
    assert_eq!((counts.rows, counts.cells, counts.ignored, counts.set), (8, 5, 3, 4), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_course_alias_of_several_sends_each_student_where_enrolled() {
    let university = university(UserIdOrigin::Login, IdentityRules::default());
    university.sync().await;
    put(&university, &[alias(AliasKind::Course, "sis", "RECORDED", AliasTarget::Canvas(vec![500, 501]))]);
    let rows = [("RECORDED", "jlind1"), ("RECORDED", "jlind2"), ("RECORDED", "lxiaolong"), ("RECORDED", "nobody")];
    let sheet = sheet(&university, &rows);
    let summary = resolve(&university, &sheet);
    assert_eq!((summary.resolved, summary.ambiguous, summary.unresolved), (2, 1, 1), "{summary:?}");
    for _ in 0..2 {
        let plan = university.plan(&sheet).await;
        assert_eq!(
            (plan.counts.planned() + plan.counts.unchanged, plan.counts.unresolved),
            (2, 2),
            "{:?}",
            plan.counts
        );
        university.push(&plan).await;
    }
    let scores = university.sandbox.world(|world| (world.score_of(500, 5002, 101), world.score_of(501, 5012, 102)));
    assert_eq!(scores, (Some(1.0), Some(2.0)));
    assert_eq!(university.sandbox.world(|world| world.score_count()), 2);
}

#[tokio::test(start_paused = true)]
async fn ids_of_one_row_that_disagree_cost_that_row_only() {
    let university = university(UserIdOrigin::Login, IdentityRules::default());
    university.sync().await;
    let text = "course_id,assignment_title,score_possible,user_id,score_received,other_user_ids\n\
        C-1,Lecture 1,100,jlind1,1,sis=0001\n\
        C-1,Lecture 2,100,jlind1,2,sis=0002\n\
        C-1,Lecture 1,100,MixedCase,3,sis=unknown\n";
    let sheet = university.sheet(text);
    let summary = resolve(&university, &sheet);
    assert_eq!((summary.resolved, summary.unresolved), (2, 1), "{summary:?}");
    let plan = university.plan(&sheet).await;
    let (class, codes, _) = university.cell_of_line(plan.id, 3).expect("a cell");
    assert_eq!((class, codes.first().copied()), (CellClass::Unresolved, Some("ids-disagree")));
    assert_eq!((plan.counts.set, plan.counts.unresolved), (2, 1), "{:?}", plan.counts);
}

#[tokio::test(start_paused = true)]
async fn suggestions_come_from_the_roster_first_and_are_never_applied() {
    let university = university(UserIdOrigin::Login, IdentityRules::default());
    university.sync().await;
    let text = "course_id,assignment_title,score_possible,user_id,score_received,user_name,user_email\n\
        C-1,Lecture 1,100,jlx,1,\"LINDSTROM, Jun\",\n\
        C-2,Lecture 1,100,jly,1,Jun Lindstrom,\n\
        C-1,Lecture 1,100,okafor,1,,\n";
    let sheet = university.sheet(text);
    let summary = resolve(&university, &sheet);
    assert_eq!(summary.unresolved, 3);
    let first = |sent: &str| {
        let problem = summary.problems.iter().find(|one| &*one.sent_id == sent).expect("listed");
        problem.suggestions.first().map(|one| one.canvas_id)
    };
    assert_eq!((first("jlx"), first("jly"), first("okafor")), (Some(101), Some(102), Some(104)));
    let plan = university.plan(&sheet).await;
    assert_eq!((plan.counts.unresolved, plan.counts.planned()), (3, 0));
    let parts = university.parts(plan.id);
    assert!(parts.iter().flat_map(|part| &part.students).all(|student| !student.suggestions.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_would_match_is_told_and_not_applied() {
    for (origin, sent, rules) in [
        (UserIdOrigin::Sis, ["42", "1", "s-4b"].as_slice(), ["case_fold = true 1", "zero_pad = 5 1"].as_slice()),
        (UserIdOrigin::Login, &["okafor"], &["append_domain = \"example.edu\" 1"]),
        (UserIdOrigin::Login, &["jlind1@x.edu", "jlind2@x.edu", "q@y.edu"], &["strip_domain = \"x.edu\" 2"]),
        (UserIdOrigin::Login, &["nobody404"], &[]),
    ] {
        let university = university(origin, IdentityRules::default());
        university.sync().await;
        let known = ["0001", "0002", "00042", "jlind1", "jlind2", "MixedCase"].map(|id| ("C-1", id));
        let rows: Vec<(&str, &str)> = sent.iter().map(|id| ("C-1", *id)).chain(known).collect();
        let summary = resolve(&university, &sheet(&university, &rows));
        let told: Vec<String> = summary.rule_hints.iter().map(|hint| format!("{} {}", hint.rule, hint.ids)).collect();
        assert_eq!(told, rules, "{origin} {sent:?}");
        assert_eq!(answer(&summary, sent[0]), Err(FindingCode::UserUnresolved));
    }
}
