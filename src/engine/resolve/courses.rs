//! What each course id of the sheet means.

use std::collections::HashMap;
use std::sync::Arc;

use super::register::Register;
use crate::domain::{AliasTarget, CourseId, CourseIdOrigin, FindingCode, Identified, ScoreSheet, identify_course};

/// What a course id means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CourseMeaning {
    /// A person decided to leave its rows out.
    Ignored,
    /// One course, looked up.
    Found(CourseId),
    /// The courses of an alias: each student goes where enrolled.
    Aliased(Vec<CourseId>),
    /// An emptied cross-listed course: identified, and of no use.
    Emptied(CourseId, String),
    /// Nothing, or more than one course.
    Not(FindingCode, String),
}

impl CourseMeaning {
    /// The courses that are meant.
    pub(super) fn courses(&self) -> Vec<CourseId> {
        match self {
            Self::Found(id) | Self::Emptied(id, _) => vec![*id],
            Self::Aliased(ids) => ids.clone(),
            Self::Ignored | Self::Not(..) => Vec::new(),
        }
    }
}

/// The course ids of a sheet, each looked up once.
pub(super) struct Courses {
    by_id: HashMap<Arc<str>, CourseMeaning>,
}

impl Courses {
    /// Looks up every distinct course id of the sheet.
    pub(super) fn identify(sheet: &ScoreSheet, register: &Register<'_>) -> Self {
        let mut by_id = HashMap::new();
        for column in &sheet.columns {
            let sent = &column.key.course_id;
            if !by_id.contains_key(sent) {
                by_id.insert(sent.clone(), meaning(sent, register.settings.course_id_origin, register));
            }
        }
        Self { by_id }
    }

    /// What this id of the sheet means.
    pub(super) fn meaning(&self, sent: &str) -> &CourseMeaning {
        const NO_COLUMN: &CourseMeaning = &CourseMeaning::Ignored;
        self.by_id.get(sent).unwrap_or(NO_COLUMN)
    }

    /// The one course this id names, for a selection.
    pub(super) fn named(&self, sent: &str) -> Option<CourseId> {
        match self.meaning(sent) {
            CourseMeaning::Found(id) | CourseMeaning::Emptied(id, _) => Some(*id),
            CourseMeaning::Aliased(ids) => ids.first().copied().filter(|_| ids.len() == 1),
            CourseMeaning::Ignored | CourseMeaning::Not(..) => None,
        }
    }

    /// Notes that the course of this id was emptied, and why that is known.
    pub(super) fn is_emptied(&mut self, sent: &str, course: CourseId, reason: String) {
        if let Some(meaning) = self.by_id.get_mut(sent) {
            *meaning = CourseMeaning::Emptied(course, reason);
        }
    }

    /// Why this id leads to no course, or to none that is of use.
    pub(super) fn problem(&self, sent: &str) -> Option<FindingCode> {
        match self.meaning(sent) {
            CourseMeaning::Not(code, _) => Some(*code),
            CourseMeaning::Ignored
            | CourseMeaning::Found(_)
            | CourseMeaning::Aliased(_)
            | CourseMeaning::Emptied(..) => None,
        }
    }
}

/// Looks one id up under an origin: aliases first.
pub(super) fn meaning(sent: &str, origin: CourseIdOrigin, register: &Register<'_>) -> CourseMeaning {
    match register.aliases.course(origin, sent) {
        Some(AliasTarget::Ignore) => CourseMeaning::Ignored,
        Some(AliasTarget::Canvas(ids)) => {
            let ids: Vec<CourseId> = ids.iter().copied().map(CourseId).collect();
            match ids.iter().find(|id| register.directory.course(**id).is_none()) {
                Some(missing) => {
                    let reason = format!("its alias names course {missing}, which is not in the cache");
                    CourseMeaning::Not(FindingCode::CourseUnresolved, reason)
                }
                None => CourseMeaning::Aliased(ids),
            }
        }
        None => match identify_course(&register.directory, origin, sent) {
            Identified::Found { id, .. } => CourseMeaning::Found(id),
            Identified::Not { code, reason } => CourseMeaning::Not(code, reason),
        },
    }
}
