//! Resolution against a brute-force oracle: people whose ids collide in every way, ids drawn from the same few texts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gradepush::domain::{
    CachedCourse, CachedLogin, CachedSection, CachedUser, CanvasAddress, CourseId, CourseIdOrigin, Directory,
    FindingCode, Identified, IdentityRules, LoginState, SectionId, UserId, UserIdOrigin, identify_course,
};
use gradepush::engine::{Register, Selection, Settings};
use gradepush::store::{Access, CacheScope, Store};
use jiff::Timestamp;
use proptest::prelude::*;

/// Ids that mean something else in another case, with zeros, with a domain, or as a number.
const TEXTS: [&str; 12] = ["1", "2", "01", "001", "3", "ab", "AB", "aB", "ab@x.edu", "AB@X.EDU", "ab@y.edu", "1@x.edu"];

#[derive(Debug, Clone)]
struct Login {
    user: i64,
    unique_id: Option<&'static str>,
    sis: Option<&'static str>,
    state: LoginState,
}

fn login() -> impl Strategy<Value = Login> {
    let text = || proptest::option::of(proptest::sample::select(TEXTS.as_slice()));
    let state = prop_oneof![
        4 => Just(LoginState::Active),
        1 => Just(LoginState::Suspended),
        1 => Just(LoginState::Deleted),
    ];
    (1_i64..=5, text(), text(), state).prop_map(|(user, unique_id, sis, state)| Login { user, unique_id, sis, state })
}

fn rules() -> impl Strategy<Value = IdentityRules> {
    let domain = || proptest::option::of(proptest::sample::select(vec!["x.edu".to_owned(), "Y.edu".to_owned()]));
    (any::<bool>(), domain(), domain(), proptest::option::of(1_usize..4)).prop_map(
        |(case_fold, strip_domain, append_domain, zero_pad)| IdentityRules {
            case_fold,
            strip_domain,
            append_domain,
            zero_pad,
            ignore: Vec::new(),
        },
    )
}

/// The rules again, one letter at a time.
fn changed(rules: &IdentityRules, text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(domain) = &rules.strip_domain {
        let tail = format!("@{}", domain.to_lowercase());
        if text.to_lowercase().ends_with(&tail) && text.len() > tail.len() {
            text.truncate(text.len() - tail.len());
        }
    }
    if let Some(domain) = &rules.append_domain
        && !text.contains('@')
    {
        text = text + "@" + domain;
    }
    while text.chars().all(|letter| letter.is_ascii_digit()) && Some(text.len()) < rules.zero_pad {
        text.insert(0, '0');
    }
    text
}

/// Who the id names, by looking at every login: nobody, one, or several.
fn oracle(logins: &[Login], origin: UserIdOrigin, rules: &IdentityRules, sent: &str) -> Result<i64, FindingCode> {
    let live = logins.iter().filter(|login| login.state != LoginState::Deleted);
    let all = |user: i64| logins.iter().filter(move |login| login.user == user);
    let carries = |login: &Login| match origin {
        UserIdOrigin::Internal => false,
        UserIdOrigin::Login => login.unique_id.is_some_and(|id| {
            [sent.to_owned(), changed(rules, sent)].iter().any(|text| id.to_lowercase() == text.to_lowercase())
        }),
        UserIdOrigin::Sis => login.sis.is_some_and(|id| {
            let after = changed(rules, sent);
            id == sent || id == after || rules.case_fold && id.to_lowercase() == after.to_lowercase()
        }),
    };
    if origin == UserIdOrigin::Internal {
        let named: Vec<i64> = (1..=5).filter(|id: &i64| id.to_string() == sent).collect();
        let gone = |id: i64| all(id).count() > 0 && all(id).all(|login| login.state == LoginState::Deleted);
        return match named.first() {
            Some(id) if !gone(*id) => Ok(*id),
            _ => Err(FindingCode::UserUnresolved),
        };
    }
    let named: BTreeSet<i64> = live.clone().filter(|login| carries(login)).map(|login| login.user).collect();
    match named.len() {
        0 => Err(FindingCode::UserUnresolved),
        1 if live.clone().filter(|login| carries(login)).all(|login| login.state == LoginState::Suspended) => {
            Err(FindingCode::UserUnresolved)
        }
        1 => Ok(named.into_iter().next().unwrap_or_default()),
        _ => Err(FindingCode::UserAmbiguous),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_id_means_what_looking_at_everybody_says(
        logins in proptest::collection::vec(login(), 0..8),
        rules in rules(),
        origin in proptest::sample::select(UserIdOrigin::ALL.as_slice()),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("store.db"), Access::ReadWrite).expect("a store");
        let settings = settings(origin, rules.clone());
        fill(&store, &settings, &logins);
        let mut text = "course_id,assignment_title,user_id,score_received\n".to_owned();
        for id in TEXTS {
            writeln!(text, "10,Lecture 1,{id},1").expect("a string");
        }
        let path = folder.path().join("scores.csv");
        fs_err::write(&path, text).expect("a file");
        let input = vec![gradepush::scores::Input::Path(path)];
        let sheet = gradepush::scores::read(input, &gradepush::scores::Intake::default()).expect("scores").sheet;
        let today = jiff::civil::date(2026, 12, 14);
        let register = Register::load(&store, &settings, today).expect("a cache");
        let summary = gradepush::engine::resolve(&register, &store, &sheet, &Selection::default()).expect("one");
        for sent in TEXTS {
            let expected = oracle(&logins, origin, &rules, sent);
            prop_assert_eq!(super::world::answer(&summary, sent), expected, "{} {:?} {:?}", origin, sent, rules);
        }
        let sum = summary.resolved + summary.unresolved + summary.ambiguous + summary.ignored;
        prop_assert_eq!((summary.rows, sum), (TEXTS.len() as u64, TEXTS.len() as u64));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_course_id_means_what_looking_at_every_course_says(
        sis_ids in proptest::collection::vec(proptest::option::of(proptest::sample::select(TEXTS.as_slice())), 0..4),
        section in proptest::sample::select(TEXTS.as_slice()),
        course_id_origin in proptest::sample::select(CourseIdOrigin::ALL.as_slice()),
    ) {
        let mut directory = Directory::default();
        for (number, sis) in (1..).zip(&sis_ids) {
            directory.add_course(cached_course(number, *sis));
        }
        directory.add_section(CachedSection {
            id: SectionId(1),
            course: CourseId(1),
            sis_section_id: Some(section.to_owned()),
            name: String::new(),
            cross_listed_from: None,
        });
        for sent in TEXTS {
            let named: Vec<i64> = (1..).zip(&sis_ids).filter(|(number, sis)| match course_id_origin {
                CourseIdOrigin::Internal => number.to_string() == sent,
                CourseIdOrigin::Sis => **sis == Some(sent),
            }).map(|(number, _)| number).collect();
            let expected = match named.as_slice() {
                [] => Err(FindingCode::CourseUnresolved),
                [one] => Ok(*one),
                _ => Err(FindingCode::CourseAmbiguous),
            };
            let found = match identify_course(&directory, course_id_origin, sent) {
                Identified::Found { id, .. } => Ok(id.0),
                Identified::Not { code, .. } => Err(code),
            };
            prop_assert_eq!(found, expected, "{} {:?}", course_id_origin, sent);
        }
    }
}

fn settings(user_id_origin: UserIdOrigin, rules: IdentityRules) -> Settings {
    let address: CanvasAddress = "https://canvas.example.edu".parse().expect("an address");
    Settings {
        title: "Tegrity".to_owned(),
        host: address.host().clone(),
        account: None,
        user_id_origin,
        course_id_origin: CourseIdOrigin::Internal,
        rules,
        time_zone: None,
        use_existing: false,
        own_graders: Vec::new(),
        own_grader_self: false,
    }
}

fn fill(store: &Store, settings: &Settings, logins: &[Login]) {
    let load = store.begin_cache_load(&settings.host, "report", CacheScope::Whole).expect("a load");
    for id in 1..=5 {
        let user =
            CachedUser { id: UserId(id), name: format!("Person {id}"), sortable_name: String::new(), email: None };
        load.add_user(&user).expect("room");
    }
    for Login { user, unique_id, sis, state } in logins {
        let login = CachedLogin {
            user: UserId(*user),
            unique_id: unique_id.map(str::to_owned),
            sis_user_id: sis.map(str::to_owned),
            state: *state,
        };
        load.add_login(&login).expect("room");
    }
    load.add_course(&cached_course(10, None)).expect("room");
    load.finish(true, 0, Timestamp::UNIX_EPOCH).expect("room");
}

fn cached_course(id: i64, sis: Option<&str>) -> CachedCourse {
    CachedCourse {
        id: CourseId(id),
        sis_course_id: sis.map(str::to_owned),
        name: String::new(),
        course_code: String::new(),
        workflow_state: "available".to_owned(),
        account: None,
        term: None,
    }
}
