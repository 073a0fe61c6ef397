//! Paging as in canvas-contract §C.

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};
use serde_json::{Value, json};

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
async fn every_row_of_the_table_of_lists() {
    let (rig, course) = crowd();
    let section = rig.get(&format!("/courses/{course}/sections")).await[0]["id"].clone();
    let exam = rig.change(|world| {
        let exam = world.assignments_of(course)[0].0;
        let at = "2026-11-20T11:00:00Z".parse().expect("a moment");
        for student in world.students_of(course) {
            world.set_grade((course, exam, student), Some("1"), student, at);
        }
        exam
    });
    let student = rig.change(|world| world.students_of(course)[0]);
    let submissions = format!("/courses/{course}/students/submissions?student_ids[]=all");
    let graded = format!("/courses/{course}/assignments/{exam}/submissions?per_page=10");
    let table = [
        ("/accounts/1/users?per_page=10".to_owned(), vec![10, 10, 4], false),
        ("/accounts/1/courses?per_page=10".to_owned(), vec![10, 10, 4], false),
        (format!("/courses/{course}/users?per_page=10"), vec![9, 10, 3], false),
        (format!("/courses/{course}/students?per_page=10"), vec![23], false),
        (format!("/courses/{course}/sections?per_page=10"), vec![10, 10, 4], true),
        (format!("/courses/{course}/assignments?per_page=10"), vec![10, 10, 3], true),
        (format!("/courses/{course}/enrollments?per_page=10"), vec![10, 10, 3], false),
        (format!("/sections/{section}/enrollments?per_page=10"), vec![10, 10, 3], false),
        (format!("/users/{student}/enrollments?per_page=10"), vec![1], true),
        (graded.clone(), vec![10, 10, 3], true),
        (format!("{graded}&include[]=visibility"), vec![23], false),
        (format!("{submissions}&assignment_ids[]={exam}&per_page=10"), vec![10, 10, 3], false),
        (format!("{submissions}&grouped=1&per_page=10"), vec![10, 10, 3], true),
    ];
    for (path, sizes, last) in table {
        assert_eq!(follow(&rig, &path).await, (sizes, last), "{path}");
    }
    let log = rig.by(DEMO_TOKEN, "GET", &format!("/audit/grade_change/courses/{course}?per_page=10"), None).await;
    assert_eq!(answer(&log).1["events"].as_array().map(Vec::len), Some(10));
    let next = link(&log, "next").expect("23 changes are three pages");
    assert!(next.contains("page=bookmark:") && link(&log, "last").is_none(), "{next}");
}

#[tokio::test]
async fn lists_have_their_order() {
    let (rig, course) = crowd();
    let teacher = rig.change(|world| {
        let teacher = world.add_user("Anna Aardvark");
        world.add_login(teacher, "anna", None);
        world.enroll(course, teacher, Role::Teacher);
        teacher
    });
    let rows = rig.get(&format!("/courses/{course}/enrollments?per_page=100")).await;
    let order: Vec<(String, String)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["type"].to_string(), row["user"]["sortable_name"].to_string()))
        .collect();
    assert!(order.is_sorted(), "by type, then sortable name: {order:?}");
    assert_eq!(rows[23]["user_id"], teacher, "a teacher comes after the students, whatever her name");
    let exam = rig.change(|world| world.assignments_of(course)[0].0);
    let rows = rig.get(&format!("/courses/{course}/assignments/{exam}/submissions?per_page=100")).await;
    let users: Vec<i64> = rows.as_array().unwrap().iter().map(|row| row["user_id"].as_i64().unwrap()).collect();
    assert!(users.is_sorted(), "by user id: {users:?}");
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
async fn a_number_is_no_bookmark_and_nonsense_means_the_first_page() {
    let (rig, course) = crowd();
    let first = rig.get(&format!("/courses/{course}/enrollments?per_page=5")).await;
    let refused = rig.call("GET", &format!("/courses/{course}/enrollments?per_page=5&page=2"), None).await;
    assert_eq!((refused.0, &refused.1["status"]), (400, &json!("bad_request")));
    let refused = rig.call("GET", &format!("/courses/{course}/sections?page=abc"), None).await;
    assert_eq!((refused.0, &refused.1["errors"][0]["error_code"]), (404, &json!("not_found")));
    for page in ["1", "abc", "first", "bookmark:nonsense", "bookmark:WzFd"] {
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
async fn long_queries_lose_links_and_next_is_kept_longest() {
    let (rig, course) = crowd();
    let found = (0..23).map(|index| format!("student_ids[]=sis_login_id:s{index}"));
    let found: Vec<String> = found.collect();
    // Unknown ids are dropped without a word, and make the address longer.
    for (padding, wanted) in [
        (1, &["current", "next", "prev", "first", "last"][..]),
        (900, &["next", "prev", "last"]),
        (1_400, &["next", "last"]),
        (3_000, &["next"]),
        (6_000, &[]),
    ] {
        let unknown = format!("student_ids[]=sis_login_id:{}", "x".repeat(padding));
        let path =
            format!("/courses/{course}/students/submissions?grouped=1&per_page=1&page=2&{}&{unknown}", found.join("&"));
        let reply = rig.by(DEMO_TOKEN, "GET", &path, None).await;
        assert_eq!(answer(&reply).1[0]["submissions"].as_array().map(Vec::len), Some(23));
        let links = header(&reply, "link").unwrap_or_default();
        let relations: Vec<&str> = links.split("rel=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
        assert_eq!(relations, wanted, "{padding} letters of padding");
    }
}
