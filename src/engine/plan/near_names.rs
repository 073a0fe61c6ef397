//! Titles that are nearly the name of something else: a second column of nearly one name is mostly a slip.

use std::collections::HashMap;

use super::columns::Placed;
use crate::canvas::Assignment;
use crate::domain::{AssignmentKey, Column, ColumnTarget, FindingCode, PlanOptions, same_title, shell_word};

/// Why a column of this title, which no assignment has, is not simply a new one, if so: an assignment has nearly that
/// title, or has it without the number in brackets, which is then no id of the course.
pub(super) fn near_name(sent: &Column, title: &str, assignments: &[Assignment]) -> Option<String> {
    let plain = same_title(title);
    if let Some(near) = assignments.iter().find(|assignment| same_title(&assignment.name) == plain) {
        return Some(format!("it is nearly the name of `{}`: {}", near.name, bind(sent, near)));
    }
    let canvas = sent.canvas?;
    let bare = title.strip_suffix(&format!(" ({canvas})"))?;
    let near = assignments.iter().find(|assignment| same_title(&assignment.name) == same_title(bare))?;
    Some(format!("{canvas} is no assignment of this course, and `{}` is: {}", near.name, bind(sent, near)))
}

/// What to do if the column is this assignment.
fn bind(sent: &Column, near: &Assignment) -> String {
    format!("if it is that one, `{}`", bind_command(sent, near))
}

/// The command that binds the column to this assignment.
pub(super) fn bind_command(sent: &Column, to: &Assignment) -> String {
    let (key, by_title) = match &sent.key.assignment {
        AssignmentKey::Title(title) => (title.as_ref(), " --by-title"),
        AssignmentKey::Id(id) => (id.as_ref(), ""),
        AssignmentKey::Untitled(_) | AssignmentKey::Missing => ("", ""),
    };
    let sender = [("--provider", &sent.key.provider_id), ("--customer", &sent.key.customer_number)];
    let sender = sender.iter().filter(|(_, value)| !value.is_empty());
    let sender: Vec<String> = sender.map(|(flag, value)| format!(" {flag} {}", shell_word(value))).collect();
    let (course, key) = (shell_word(&sent.key.course_id), shell_word(key));
    format!("gradepush map bind {course} {key} {}{by_title}{}", to.id, sender.concat())
}

/// Holds the second of two new columns whose titles are nearly the same.
pub(super) fn hold_near_columns(placed: &mut [Placed], options: &PlanOptions) {
    if !options.use_existing {
        return;
    }
    let mut first: HashMap<String, String> = HashMap::new();
    for placed in placed {
        let ColumnTarget::Create(new) = &placed.column.target else { continue };
        let title = new.name.clone();
        let Some(earlier) = first.get(&same_title(&title)) else {
            first.insert(same_title(&title), title);
            continue;
        };
        if *earlier == title {
            continue;
        }
        let why = format!(
            "it is nearly the name of `{earlier}`, which is new in this sheet, too: write both alike, or push that one and \
             bind this one with `gradepush map bind`"
        );
        placed.hold(FindingCode::AssignmentNameNear, why);
    }
}
