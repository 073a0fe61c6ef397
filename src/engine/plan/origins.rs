//! The wrong origin: in the original connector it lost every grade in silence (`tegrity-connector §4`).

use std::collections::HashSet;

use super::people::People;
use crate::domain::{
    CourseIdOrigin, Directory, Finding, FindingCode, Identified, ScoreSheet, UserIdOrigin, identify_course,
    identify_user,
};
use crate::engine::Settings;

/// Says so when less than half of the ids resolve under the configured origins and another would resolve more.
pub(super) fn check_origins(
    sheet: &ScoreSheet,
    people: &People,
    directory: &Directory,
    settings: &Settings,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let courses: HashSet<&str> = sheet.columns.iter().map(|column| column.key.course_id.as_ref()).collect();
    let of_courses = |origin| {
        let found = |text: &&&str| matches!(identify_course(directory, origin, text), Identified::Found { .. });
        courses.iter().filter(found).count()
    };
    let tried = CourseIdOrigin::ALL.map(|origin| (origin.name(), of_courses(origin)));
    findings.extend(wrong("course", settings.course_id_origin.name(), &tried, courses.len()));
    let (resolved, all) = people.resolved();
    if resolved * 2 < all {
        let users: HashSet<&str> = sheet.scores.iter().map(|score| score.user_id.as_ref()).collect();
        let of_users = |origin| {
            let found = |text: &&&str| matches!(identify_user(directory, origin, text), Identified::Found { .. });
            users.iter().filter(found).count()
        };
        let tried = UserIdOrigin::ALL.map(|origin| (origin.name(), of_users(origin)));
        findings.extend(wrong("user", settings.user_id_origin.name(), &tried, users.len()));
    }
    findings
}

fn wrong(kind: &str, configured: &str, tried: &[(&str, usize)], all: usize) -> Option<Finding> {
    let resolved = tried.iter().find(|(name, _)| *name == configured).map_or(0, |(_, count)| *count);
    let (better, best) = tried.iter().max_by_key(|(_, count)| *count)?;
    (resolved * 2 < all && *best > resolved).then(|| {
        let table: Vec<String> = tried.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let message = format!(
            "of {all} {kind} ids, {resolved} resolve as {configured} ids; by origin: {}; `connector edit --{kind}-id-origin {better}` changes it",
            table.join(", ")
        );
        Finding::new(FindingCode::WrongOrigin, message)
    })
}
