//! The grading schemes of a course's columns, read where a value needs one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::read::optional;
use crate::canvas::{AccountRef, Assignment, CanvasError, Course, GradingStandard, Reader};
use crate::domain::{GradingScheme, GradingType};

/// The schemes that were read, by the id of their grading standard.
#[derive(Debug, Clone, Default)]
pub(super) struct Schemes {
    /// The standard of columns that name none.
    of_course: Option<i64>,
    known: HashMap<i64, Arc<GradingScheme>>,
}

impl Schemes {
    /// Reads those of these columns: from the course, which also shows what its accounts have, else from its account.
    pub(super) async fn read<'a>(
        reader: &Reader,
        course: &Course,
        columns: impl Iterator<Item = &'a Assignment>,
    ) -> Result<Self, CanvasError> {
        let of_course = course.grading_standard_id.filter(|id| *id != 0);
        let mut schemes = Self { of_course, known: HashMap::new() };
        let mut missing: HashSet<i64> = columns.filter_map(|column| schemes.standard(column)).collect();
        if !missing.is_empty() {
            let found = optional(reader.course_grading_standards(course.id).all().await)?;
            schemes.add(found.unwrap_or_default(), &mut missing);
        }
        if let Some(account) = course.account_id.filter(|_| !missing.is_empty()) {
            let found = optional(reader.account_grading_standards(&AccountRef::from(account)).all().await)?;
            schemes.add(found.unwrap_or_default(), &mut missing);
        }
        Ok(schemes)
    }

    /// The scheme of a letter or GPA column; `None` for other columns, and where the token may not read it.
    pub(super) fn of(&self, column: &Assignment) -> Option<Arc<GradingScheme>> {
        if !is_lettered(column) {
            return None;
        }
        match self.standard(column) {
            Some(id) => self.known.get(&id).cloned(),
            None => Some(Arc::new(GradingScheme::of_canvas())),
        }
    }

    fn standard(&self, column: &Assignment) -> Option<i64> {
        column.grading_standard_id.filter(|id| *id != 0).or(self.of_course)
    }

    fn add(&mut self, standards: Vec<GradingStandard>, missing: &mut HashSet<i64>) {
        for standard in standards {
            if missing.remove(&standard.id) {
                self.known.insert(standard.id, Arc::new(scheme(standard)));
            }
        }
    }
}

/// Whether the column's grades are words of a scheme.
pub(super) fn is_lettered(column: &Assignment) -> bool {
    matches!(column.grading_type, GradingType::LetterGrade | GradingType::GpaScale)
}

fn scheme(standard: GradingStandard) -> GradingScheme {
    let points = standard.scaling_factor.filter(|_| standard.points_based);
    GradingScheme::new(standard.grading_scheme.into_iter().map(|entry| (entry.name, entry.value)).collect(), points)
}
