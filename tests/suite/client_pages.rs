//! Lists: which links are followed, and what ends.

use gradepush::canvas::{CanvasError, CarryErrorKind, EnrollmentFilter, GroupedQuery, Students};
use gradepush::domain::{AssignmentId, CourseId, UserId};

use crate::client_carrier::{Act, Sent, json, rig, with_header};

const COURSE: CourseId = CourseId(1207);

/// A page of sections with a link to the next one.
fn sections(ids: &[i64], next: Option<&str>) -> Act {
    let entries: Vec<String> = ids.iter().map(|id| format!(r#"{{"id":{id},"course_id":1207}}"#)).collect();
    let body = format!("[{}]", entries.join(","));
    match next {
        Some(next) => with_header(200, ("link", &format!(r#"<{next}>; rel="next""#)), &body),
        None => json(200, &body),
    }
}

#[tokio::test]
async fn next_links_are_followed_over_short_and_empty_pages() {
    let rig = rig(|number, _| match number {
        0 => sections(&[1, 2], Some("https://canvas.example.edu/api/v1/courses/1207/sections?page=2&per_page=100")),
        1 => {
            sections(&[], Some("https://canvas.example.edu/api/v1/courses/1207/sections?page=bookmark:Wy&per_page=100"))
        }
        _ => sections(&[3], None),
    });
    let all = rig.client.reader().sections(COURSE).all().await.expect("three pages");
    assert_eq!(all.iter().map(|section| section.id.0).collect::<Vec<_>>(), [1, 2, 3]);
    let paths: Vec<String> = rig.carrier.sent().into_iter().map(|sent| sent.path_and_query).collect();
    assert_eq!(
        paths,
        [
            "/api/v1/courses/1207/sections?per_page=100",
            "/api/v1/courses/1207/sections?page=2&per_page=100",
            "/api/v1/courses/1207/sections?page=bookmark:Wy&per_page=100",
        ]
    );
}

#[tokio::test]
async fn links_to_another_host_are_refused() {
    for next in
        ["https://evil.example/api/v1/x", "http://canvas.example.edu/api/v1/x", "https://canvas.example.edu:444/"]
    {
        let rig = rig(move |_, _| sections(&[1], Some(next)));
        let error = rig.client.reader().sections(COURSE).all().await.expect_err(next);
        assert!(matches!(error, CanvasError::ForeignLink { .. }), "{error}");
        assert_eq!(rig.carrier.sent().len(), 1);
    }
}

#[tokio::test]
async fn lists_without_an_end_are_given_up() {
    let same = rig(|_, _| sections(&[1], Some("https://canvas.example.edu/api/v1/x?page=2")));
    let error = same.client.reader().sections(COURSE).all().await.expect_err("page 2 leads to page 2");
    assert!(matches!(error, CanvasError::EndlessPages { .. }), "{error}");
    assert_eq!(same.carrier.sent().len(), 2);

    let fresh = rig(|number, _| sections(&[1], Some(&format!("https://canvas.example.edu/api/v1/x?page=b{number}"))));
    let error = fresh.client.reader().sections(COURSE).all().await.expect_err("always another page");
    assert!(matches!(error, CanvasError::EndlessPages { .. }), "{error}");

    let counted = rig(|_, _| with_header(200, ("link", r#"</x?page=4294967295>; rel="last""#), "[]"));
    let query = GroupedQuery::new(Students::All, vec![AssignmentId(1)]);
    let error = counted.client.reader().grouped_submissions(COURSE, &query).await.expect_err("4 billion pages");
    assert!(matches!(error, CanvasError::EndlessPages { .. }), "{error}");
}

#[tokio::test]
async fn a_page_that_cannot_be_read_names_the_place_in_the_json() {
    let rig = rig(|_, _| json(200, r#"[{"id":41001,"user_id":7001,"course_id":1207,"type":"StudentEnrollment"}]"#));
    let error = rig.client.reader().course_enrollments(COURSE, &EnrollmentFilter::default()).all().await;
    let CanvasError::Decode { at, source, .. } = error.expect_err("a key is missing") else { panic!("another error") };
    assert_eq!(at, "[0]");
    assert!(source.to_string().contains("enrollment_state"), "{source}");
}

/// A grouped page of the students asked for.
fn grouped(sent: &Sent, students: i64) -> Act {
    let parameter = |name: &str| {
        let (_, rest) = sent.path_and_query.split_once(&format!("{name}="))?;
        rest.split('&').next()?.parse::<i64>().ok()
    };
    let (page, size) = (parameter("&page").expect("a page"), parameter("per_page").expect("a size"));
    let rows: Vec<String> = ((page - 1) * size..students.min(page * size))
        .map(|id| format!(r#"{{"user_id":{id},"submissions":[{{"user_id":{id},"assignment_id":1,"score":1.5}}]}}"#))
        .collect();
    let last = format!(r#"<https://canvas.example.edu/x?page={}>; rel="last""#, (students + size - 1) / size);
    with_header(200, ("link", &last), &format!("[{}]", rows.join(",")))
}

#[tokio::test]
async fn grouped_pages_come_in_order_in_as_few_requests_as_can_be() {
    let rig = rig(|_, sent| grouped(sent, 2_000));
    let query = GroupedQuery::new(Students::All, (1..=20).map(AssignmentId).collect());
    let rows = rig.client.reader().grouped_submissions(COURSE, &query).await.expect("20 pages");
    assert_eq!(rows.iter().map(|row| row.user_id.0).collect::<Vec<_>>(), (0..2_000).collect::<Vec<_>>());
    assert_eq!(rig.client.requests(), 20);
}

#[tokio::test]
async fn a_long_list_of_students_is_split() {
    let rig = rig(|_, sent| {
        let ids: Vec<&str> = sent.path_and_query.split("student_ids%5B%5D=").skip(1).collect();
        assert!(ids.len() <= 100, "Canvas takes 100 at most");
        let rows: Vec<String> = ids
            .iter()
            .map(|id| format!(r#"{{"user_id":{},"submissions":[]}}"#, id.split('&').next().expect("an id")))
            .collect();
        json(200, &format!("[{}]", rows.join(",")))
    });
    let query = GroupedQuery::new(Students::List((1..=230).map(UserId).collect()), vec![AssignmentId(1)]);
    let rows = rig.client.reader().grouped_submissions(COURSE, &query).await.expect("3 requests");
    assert_eq!((rows.len(), rig.client.requests()), (230, 3));
}

#[tokio::test(start_paused = true)]
async fn pages_that_take_too_long_are_halved() {
    let rig = rig(|_, sent| {
        if sent.path_and_query.contains("per_page=100") {
            Act::Break(CarryErrorKind::Timeout, true)
        } else {
            grouped(sent, 120)
        }
    });
    let query = GroupedQuery::new(Students::All, vec![AssignmentId(1)]);
    let rows = rig.client.reader().grouped_submissions(COURSE, &query).await.expect("pages of 50");
    assert_eq!((rows.len(), rig.client.requests()), (120, 4), "one of 100 students, three of 50");
}
