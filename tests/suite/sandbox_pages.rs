//! Paging as in canvas-contract §C.

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};
use serde_json::Value;

use crate::sandbox_rig::{Rig, answer, header, link};

/// A course with 23 students, 23 assignments and a test student in the middle.
fn crowd() -> (Rig, i64) {
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Crowd", None);
    for index in 0..23 {
        let user = world.add_user(&format!("Student {index:02}"));
        world.add_login(user, &format!("s{index}"), None);
        let role = if index == 4 { Role::StudentView } else { Role::Student };
        world.enroll(course, user, role);
        world.add_assignment(course, NewAssignment { name: format!("A{index}"), ..NewAssignment::default() });
        world.add_section(course, &format!("Section {index}"), None);
        world.add_course(&format!("Course {index}"), None);
    }
    (Rig::new(world, Options::default()), course)
}

/// Follows `next` to the end; the rows of every page, and whether the first page named a `last`.
async fn follow(rig: &Rig, first: &str) -> (Vec<usize>, bool) {
    let mut path = first.to_owned();
    let mut sizes = Vec::new();
    let mut last = None;
    loop {
        let reply = rig.by(DEMO_TOKEN, "GET", &path, None).await;
        let (status, body) = answer(&reply);
        assert_eq!(status, 200, "{path}: {body}");
        sizes.push(body.as_array().expect("a list").len());
        last.get_or_insert(link(&reply, "last").is_some());
        match link(&reply, "next") {
            Some(next) => path = next,
            None => return (sizes, last.unwrap_or_default()),
        }
    }
}

#[tokio::test]
async fn every_listing_ends_where_its_rows_do() {
    let (rig, course) = crowd();
    let table = [
        ("/accounts/1/users?per_page=10".to_owned(), vec![10, 10, 4], false),
        ("/accounts/1/courses?per_page=10".to_owned(), vec![10, 10, 4], false),
        (format!("/courses/{course}/users?per_page=10"), vec![9, 10, 3], false),
        (format!("/courses/{course}/sections?per_page=10"), vec![10, 10, 4], true),
        (format!("/courses/{course}/enrollments?per_page=10"), vec![10, 10, 3], false),
        (format!("/courses/{course}/assignments?per_page=10"), vec![10, 10, 3], true),
        (
            format!("/courses/{course}/students/submissions?student_ids[]=all&grouped=1&per_page=10"),
            vec![10, 10, 3],
            true,
        ),
    ];
    for (path, sizes, last) in table {
        assert_eq!(follow(&rig, &path).await, (sizes, last), "{path}");
    }
    let flat = format!("/courses/{course}/students/submissions?student_ids[]=all&per_page=100");
    let (sizes, last) = follow(&rig, &flat).await;
    assert_eq!((sizes.iter().sum::<usize>(), last), (23 * 23, false));
}

#[tokio::test]
async fn page_sizes_are_clamped() {
    let (rig, course) = crowd();
    for (asked, wanted) in
        [("", 10), ("per_page=0", 1), ("per_page=abc", 1), ("per_page=23", 23), ("per_page=1000", 23)]
    {
        let rows = rig.get(&format!("/courses/{course}/assignments?{asked}")).await;
        assert_eq!(rows.as_array().unwrap().len(), wanted, "{asked}");
    }
    let reply = rig.by(DEMO_TOKEN, "GET", &format!("/courses/{course}/assignments?per_page=1000"), None).await;
    assert!(header(&reply, "link").unwrap().contains("per_page=100>"));
}

#[tokio::test]
async fn a_page_past_the_end_is_empty() {
    let (rig, course) = crowd();
    assert_eq!(rig.get(&format!("/courses/{course}/assignments?page=99")).await, Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_number_is_no_bookmark_and_means_the_first_page() {
    let (rig, course) = crowd();
    let first = rig.get(&format!("/courses/{course}/enrollments?per_page=5")).await;
    for page in ["2", "first", "bookmark:nonsense", "bookmark:WzFd"] {
        let again = rig.get(&format!("/courses/{course}/enrollments?per_page=5&page={page}")).await;
        assert_eq!(again, first, "{page}");
    }
}

#[tokio::test]
async fn links_keep_the_query_in_order_and_leave_the_token_out() {
    let (rig, course) = crowd();
    let path = format!(
        "/courses/{course}/assignments?search_term=A1&access_token={DEMO_TOKEN}&order_by=name&per_page=2&page=2"
    );
    let reply = rig.by(DEMO_TOKEN, "GET", &path, None).await;
    let base = format!("http://canvas.test/api/v1/courses/{course}/assignments?order_by=name&search_term=A1&");
    let wanted: Vec<String> = [("current", 2), ("next", 3), ("prev", 1), ("first", 1), ("last", 6)]
        .map(|(relation, page)| format!("<{base}page={page}&per_page=2>; rel=\"{relation}\""))
        .to_vec();
    assert_eq!(header(&reply, "link"), Some(wanted.join(",").as_str()), "no space after the comma");
}

#[tokio::test]
async fn long_queries_lose_their_next_link() {
    let (rig, course) = crowd();
    let ids =
        (0..90).map(|index| format!("student_ids[]=sis_user_id:somebody-{index:04}")).collect::<Vec<_>>().join("&");
    let path = format!("/courses/{course}/students/submissions?grouped=1&per_page=1&{ids}");
    let reply = rig.by(DEMO_TOKEN, "GET", &path, None).await;
    let links = header(&reply, "link").unwrap_or_default();
    assert!(!links.contains("rel=\"next\""), "{links}");
    assert!(links.len() < 6 * 1024 + 200);
}
