//! Titles that are nearly the name of something else: a second column of nearly one name is mostly a slip.

use std::collections::HashMap;

use super::columns::Placed;
use crate::canvas::Assignment;
use crate::domain::{
    AssignmentId, AssignmentKey, Column, ColumnTarget, FindingCode, PlanOptions, same_title, shell_word,
};

/// Why a column of this title, which no assignment has, is not simply a new one, if so: an assignment has nearly that
/// title, or the title ends in an assignment's id otherwise than a gradebook writes it, or an assignment has the title
/// without the number in brackets, which is then no id of the course.
pub(super) fn near_name(sent: &Column, title: &str, assignments: &[Assignment]) -> Option<String> {
    let of_title = |title: &str| -> Vec<&Assignment> {
        let plain = same_title(title);
        assignments.iter().filter(|assignment| same_title(&assignment.name) == plain).collect()
    };
    let near = of_title(title);
    if let Some(first) = near.first() {
        return Some(format!("it is nearly the name of `{}`: {}", first.name, bind(sent, &near)));
    }
    if let Some(near) = id_at_the_end(title).and_then(|id| assignments.iter().find(|one| one.id == id)) {
        return Some(format!("it ends in the id of `{}`: {}", near.name, bind(sent, &[near])));
    }
    let canvas = sent.canvas?;
    let near = of_title(title.strip_suffix(&format!(" ({canvas})"))?);
    let first = near.first()?;
    Some(format!("{canvas} is no assignment of this course, and `{}` is: {}", first.name, bind(sent, &near)))
}

/// The number in brackets that a title ends in, of whatever form: `Lab(9031)`, `Lab ( 9031 )`, `Lab [9031]`.
fn id_at_the_end(title: &str) -> Option<AssignmentId> {
    let title = title.trim_end();
    let inside = title.strip_suffix(')').and_then(|title| title.rsplit_once('('));
    let (_, inside) = inside.or_else(|| title.strip_suffix(']')?.rsplit_once('['))?;
    let digits = inside.trim();
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit())).map(AssignmentId)
}

/// What there is to say of a column that goes to the assignment whose id its header names: the title before the id is
/// exactly another one's.
pub(super) fn title_of_another(
    sent: &Column,
    title: &str,
    meant: &Assignment,
    assignments: &[Assignment],
) -> Option<String> {
    let bare = sent.canvas.and_then(|id| title.strip_suffix(&format!(" ({id})"))).unwrap_or(title);
    if meant.name == bare || meant.name == title {
        return None;
    }
    let other = assignments.iter().find(|assignment| assignment.name == bare)?;
    Some(format!("its id is that of `{}`, and its title that of another assignment ({})", meant.name, other.id))
}

/// What to do if the column is one of these assignments.
fn bind(sent: &Column, near: &[&Assignment]) -> String {
    let commands: Vec<String> = near.iter().map(|one| format!("`{}`", bind_command(sent, one))).collect();
    match commands.as_slice() {
        [command] => format!("if it is that one, {command}"),
        several => format!("if it is one of the {} of that name, {}", several.len(), several.join(" or ")),
    }
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

/// Holds new columns whose titles are nearly the same: nobody knows which of them is the slip.
pub(super) fn hold_near_columns(placed: &mut [Placed], options: &PlanOptions) {
    if !options.use_existing {
        return;
    }
    let mut titles: HashMap<String, Vec<String>> = HashMap::new();
    let new_title = |placed: &Placed| match &placed.column.target {
        ColumnTarget::Create(new) => Some(new.name.clone()),
        ColumnTarget::Existing(_) | ColumnTarget::Nowhere(_) => None,
    };
    for title in placed.iter().filter_map(new_title) {
        titles.entry(same_title(&title)).or_default().push(title);
    }
    for placed in placed {
        let Some(title) = new_title(placed) else { continue };
        let Some(other) = titles[&same_title(&title)].iter().find(|other| **other != title) else { continue };
        let why = format!(
            "it is nearly the name of `{other}`, which is new in this sheet, too: write both alike if they are one, else \
             give them titles that differ in more than spaces, letter case and Unicode form"
        );
        placed.hold(FindingCode::AssignmentNameNear, why);
    }
}
