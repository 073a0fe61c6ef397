//! Columns whose header names no assignment: only a person says which is meant, and the map for files of a name.

use std::collections::HashMap;

use crate::domain::{Binding, Column, ColumnKey, UntitledColumn};

/// The map's entry for the file of such a column; else why there is none, and what to do.
pub(super) fn binding_of_file<'a>(
    sent: &Column,
    column: &UntitledColumn,
    bindings: &'a HashMap<ColumnKey, Binding>,
) -> Result<&'a Binding, String> {
    let mut of_file: Vec<&Binding> = bindings.values().filter(|binding| binding.is_of(&sent.key)).collect();
    of_file.sort_unstable_by_key(|binding| (binding.assignment, &binding.key));
    let UntitledColumn { header, file } = column;
    match of_file.as_slice() {
        [one] => Ok(one),
        [one, others @ ..] if others.iter().all(|other| other.assignment == one.assignment) => Ok(one),
        [] => Err(format!(
            "every file of this kind has a column `{header}`: name the assignment with `--assignment-title TITLE` or \
             `--assignment-from-name PATTERN`, or bind it for files of a name: `gradepush map bind '{}' '{header}' \
             CANVAS_ID --for-files '{file}'`",
            sent.key.course_id
        )),
        several => {
            let patterns: Vec<String> = several.iter().map(|binding| pattern_of(binding)).collect();
            Err(format!(
                "`{header}` is bound to different assignments for files of the names {}, and `{file}` fits them all: \
                 name the assignment with `--assignment-title TITLE`, or remove a binding with `gradepush map unbind`",
                patterns.join(" and ")
            ))
        }
    }
}

fn pattern_of(binding: &Binding) -> String {
    binding.key.files().map_or_else(String::new, |pattern| format!("`{pattern}`"))
}
