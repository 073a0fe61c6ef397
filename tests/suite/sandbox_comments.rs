//! Comments: how they are kept and how they are shown (canvas-contract §H9).

use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig};

fn cell(campus: &Campus, student: usize) -> String {
    format!("/courses/{}/assignments/{}/submissions/{}", campus.course, campus.exam, campus.students[student])
}

/// A grade and a comment for the first students, in bulk.
async fn bulk(rig: &Rig, campus: &Campus, comments: &[&str]) -> Value {
    let students = campus.students.iter().zip(comments);
    let lines: Value = students
        .map(|(user, comment)| (user.to_string(), json!({"posted_grade": "5", "text_comment": comment})))
        .collect();
    rig.bulk(campus.course, &json!({campus.exam.to_string(): lines})).await
}

#[tokio::test]
async fn a_comment_is_kept_as_sent_and_shown_as_text() {
    for (sent, shown) in [
        ("a<b", "a"),
        ("<3 you", "3 you"),
        ("x &amp; y", "x & y"),
        ("see <b>page 3</b>", "see page 3"),
        ("one\ntwo", "one\ntwo"),
    ] {
        let (rig, campus) = Rig::campus();
        bulk(&rig, &campus, &[&format!(" {sent} ")]).await;
        let includes = "include[]=submission_comments&include[]=submission_html_comments";
        let single = rig.get(&format!("{}?{includes}", cell(&campus, 0))).await;
        let list = format!("/courses/{}/students/submissions?student_ids[]=all&{includes}", campus.course);
        for row in [&single, &rig.get(&list).await[0]] {
            assert_eq!(row["submission_comments"][0]["comment"], shown, "the text of {sent}");
            assert_eq!(row["submission_html_comments"][0]["comment"], sent, "as sent, without the space around it");
        }
    }
}

#[tokio::test]
async fn a_blank_comment_is_dropped_without_a_word() {
    let (rig, campus) = Rig::campus();
    assert_eq!(bulk(&rig, &campus, &["", " \n "]).await["workflow_state"], "completed");
    for student in &campus.students[..2] {
        let kept = rig.change(|world| world.comments_of(campus.course, campus.exam, *student));
        assert!(kept.is_empty(), "{kept:?}");
    }
}

#[tokio::test]
async fn a_comment_that_cannot_be_kept_kills_the_job_after_its_grade() {
    let long = "x".repeat(65_536);
    for bad in [long.as_str(), "with a\0NUL"] {
        let (rig, campus) = Rig::campus();
        let ended = bulk(&rig, &campus, &["fine", bad, "never seen"]).await;
        assert_eq!(ended["workflow_state"], "failed");
        assert!(ended["message"].as_str().is_some_and(|text| text.starts_with("Unexpected error")), "{ended}");
        let score = |user: i64| rig.change(|world| world.score_of(campus.course, campus.exam, user));
        let scores: Vec<_> = campus.students[..3].iter().map(|user| score(*user)).collect();
        assert_eq!(scores, [Some(5.0), Some(5.0), None], "the grade of that line, and none of the later ones");
        let alone = json!({"submission": {"posted_grade": "7"}, "comment": {"text_comment": bad}});
        let (status, _) = rig.call("PUT", &cell(&campus, 3), Some(&alone)).await;
        assert!(status >= 400, "{status}");
        assert_eq!(score(campus.students[3]), Some(7.0), "written before the error");
    }
    let (rig, campus) = Rig::campus();
    let longest = "x".repeat(65_535);
    assert_eq!(bulk(&rig, &campus, &[&longest]).await["workflow_state"], "completed");
}
