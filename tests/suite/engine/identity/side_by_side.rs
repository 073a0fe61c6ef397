//! A sync over the lists reads courses side by side, and beside the people. What the cache holds and what is told must not
//! depend on which answer comes first.

use gradepush::domain::CourseId;
use gradepush::engine::{SyncRequest, SyncSource};
use gradepush::sandbox::{Fault, Faults, Options, Rule, World};
use serde_json::{Value, json};

use super::super::university::University;
use super::world::{course, person, student, world};

/// Thirty courses, more than are read at once. Everybody is in three of them.
fn thirty_courses() -> World {
    let people: Vec<Value> = (100..130)
        .map(|id| person(id, &format!("Person {id}"), &format!("p{id}@example.edu"), &[(&format!("login{id}"), "")]))
        .collect();
    let courses: Vec<Value> = (0..30)
        .map(|place| {
            let enrolled: Vec<_> = (0..3).map(|other| student(100 + (place + other) % 30)).collect();
            course(place + 1, &format!("C-{}", place + 1), &enrolled)
        })
        .collect();
    world(&json!(people), &json!(courses))
}

fn served(rules: Vec<Rule>) -> University {
    let options = Options { faults: Faults { rules, ..Faults::default() }, ..Options::default() };
    University::served(thirty_courses(), options, |_| {})
}

/// Answered so late, after a first refusal, that others overtake it.
fn late(route: &str) -> Rule {
    Rule { count: Some(1), ..Rule::new("GET", route, Fault::Status { code: 503, executed: false }) }
}

fn closed(route: &str) -> Rule {
    Rule::new("GET", route, Fault::Status { code: 403, executed: false })
}

#[tokio::test(start_paused = true)]
async fn what_the_people_s_list_shows_of_somebody_counts_although_rosters_came_first() {
    let university = served(vec![late("/api/v1/accounts/self/users")]);
    let request = SyncRequest { source: SyncSource::Rest, ..SyncRequest::default() };
    let status = gradepush::engine::sync(&university.session, &request).await.expect("a sync").status;
    assert_eq!((status.users, status.logins, status.courses, status.enrollments), (31, 31, 30, 90));
    let host = &university.session.settings.host;
    let found = university.session.store().find_in_cache(host, "login", 50).expect("readable").users;
    let emails: Vec<_> = found.into_iter().map(|one| (one.user.id.0, one.user.email)).collect();
    let expected: Vec<_> = (100..130).map(|id| (id, Some(format!("p{id}@example.edu")))).collect();
    assert_eq!(emails, expected, "rosters show no e-mail address");
}

#[tokio::test(start_paused = true)]
async fn closed_courses_are_told_in_the_order_of_the_list_whichever_answered_first() {
    let rules = vec![
        late("/api/v1/courses/3/sections"),
        closed("/api/v1/courses/3/enrollments"),
        closed("/api/v1/courses/29/enrollments"),
        closed("/api/v1/courses/12/sections"),
    ];
    for everything in [true, false] {
        let university = served(rules.clone());
        let sheet = university.sheet(
            &(1..=30)
                .map(|id| format!("C-{id},Lecture 1,100,login100,1\n"))
                .fold("course_id,assignment_title,score_possible,user_id,score_received\n".to_owned(), |text, row| {
                    text + &row
                }),
        );
        let source = SyncSource::Rest;
        let request = SyncRequest { source, sheet: (!everything).then_some(&sheet), ..SyncRequest::default() };
        let refused = gradepush::engine::sync(&university.session, &request).await.expect("a sync").refused;
        let told: Vec<_> = refused.into_iter().map(|one| (one.name, one.part.name())).collect();
        let mut expected = [(3, "people"), (12, "sections"), (29, "people")];
        if !everything {
            // A sheet's courses are asked for in order of their ids as sent.
            expected.sort_by_key(|(id, _)| id.to_string());
        }
        let expected: Vec<_> = expected.iter().map(|(id, part)| (Some(format!("Course C-{id}")), *part)).collect();
        assert_eq!(told, expected, "everything: {everything}");
        let host = &university.session.settings.host;
        let held = university.session.store().enrollments(host, CourseId(12)).expect("readable");
        assert_eq!(held.len(), 3, "the people of the course whose sections are closed");
    }
}
