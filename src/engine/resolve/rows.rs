//! The rows of a sheet that are resolved, by their columns.

use std::collections::HashSet;

use super::courses::Courses;
use super::register::Register;
use crate::domain::{ByColumn, Column, Score, ScoreSheet};
use crate::engine::{EngineError, Selection};

/// All rows of the courses that have a selected one, because what contradicts a selected row may stand in another.
pub(super) struct Rows<'a> {
    pub(super) sheet: &'a ScoreSheet,
    by_column: ByColumn,
    /// For each column whether its rows are among them.
    is_read: Vec<bool>,
}

impl<'a> Rows<'a> {
    /// The rows of the courses of which a row, or a column without rows, is selected.
    pub(super) fn select(
        sheet: &'a ScoreSheet,
        register: &Register<'_>,
        selection: &Selection,
        courses: &Courses,
    ) -> Result<Self, EngineError> {
        let selected = selection.on(&register.directory, register.settings.course_id_origin);
        let mut unmet = selected.unmet();
        let (mut in_course, mut chosen) = (Vec::new(), Vec::new());
        for column in &sheet.columns {
            let title = column.item.as_ref().map(|(item, _)| item.title.as_ref());
            let course = courses.named(&column.key.course_id);
            unmet.meet_column(&column.key, title, course);
            in_course.push(selected.has_course(&column.key, course));
            chosen.push(selected.has_column(&column.key, title, course));
        }
        let mut has_row = vec![!selected.chooses_people(); sheet.columns.len()];
        if selected.chooses_people() {
            for score in &sheet.scores {
                let sent = sheet.sent_user(score).id;
                unmet.meet_user(sent);
                has_row[score.column as usize] |= selected.has_user(sent);
            }
        }
        unmet.finish().map_err(|error| match error {
            EngineError::NothingNamed { flag, name, .. } if sheet.columns.is_empty() => {
                EngineError::NothingSent { flag, name }
            }
            other => other,
        })?;
        let (mut sent, mut meant) = (HashSet::new(), HashSet::new());
        for (place, column) in sheet.columns.iter().enumerate() {
            if chosen[place] && has_row[place] && sent.insert(&column.key.course_id) {
                meant.extend(courses.meaning(&column.key.course_id).courses());
            }
        }
        let is_read = |(place, column): (usize, &Column)| {
            let course_id = &column.key.course_id;
            let is_met = || courses.meaning(course_id).courses().iter().any(|course| meant.contains(course));
            in_course[place] && (sent.contains(course_id) || is_met())
        };
        let is_read = sheet.columns.iter().enumerate().map(is_read).collect();
        Ok(Self { sheet, by_column: ByColumn::of(sheet), is_read })
    }

    /// The columns, each with the places of its scores in the sheet.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&'a Column, &[u32])> {
        let columns = self.sheet.columns.iter().enumerate().filter(|(index, _)| self.is_read[*index]);
        columns.map(|(index, column)| (column, self.by_column.places(index)))
    }

    /// The scores, column by column.
    pub(super) fn scores(&self) -> impl Iterator<Item = &'a Score> {
        self.columns().flat_map(|(_, places)| self.sheet.scores_at(places))
    }
}
