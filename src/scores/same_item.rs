//! Whether two descriptions of one column say the same.

use std::sync::Arc;

use crate::domain::{Points, ScorableItem};

/// Whether two descriptions give a column one title and one number of points possible, as far as they say it.
pub(super) fn tells_the_same(known: &ScorableItem, other: &ScorableItem) -> bool {
    let same = |one: &str, other: &str| one.is_empty() || other.is_empty() || one == other;
    same(&known.title, &other.title)
        && (same(&known.score_possible, &other.score_possible)
            || same_points(&known.score_possible, &other.score_possible))
}

/// Whether two texts are one number: `10` and `10.0`.
fn same_points(one: &str, other: &str) -> bool {
    one.parse::<Points>().is_ok_and(|one| other.parse() == Ok(one))
}

/// Fills what `known` leaves empty from `other`; false if they disagree about something both say.
pub(super) fn fills(known: &mut ScorableItem, other: ScorableItem) -> bool {
    fn text(known: &mut Arc<str>, other: Arc<str>) -> bool {
        if known.is_empty() {
            *known = other;
            return true;
        }
        other.is_empty() || *known == other
    }
    fn option<T: PartialEq>(known: &mut Option<T>, other: Option<T>) -> bool {
        if known.is_none() {
            *known = other;
            return true;
        }
        other.is_none() || *known == other
    }
    let ScorableItem {
        title,
        category,
        description,
        start,
        due,
        score_type,
        score_possible,
        extra_credit,
        included_in_grade,
        student_viewable,
    } = other;
    let agreed = [
        text(&mut known.title, title),
        text(&mut known.category, category),
        text(&mut known.description, description),
        option(&mut known.start, start),
        option(&mut known.due, due),
        known.score_type == score_type,
        same_points(&known.score_possible, &score_possible) || text(&mut known.score_possible, score_possible),
        option(&mut known.extra_credit, extra_credit),
        option(&mut known.included_in_grade, included_in_grade),
        option(&mut known.student_viewable, student_viewable),
    ];
    agreed.into_iter().all(|agrees| agrees)
}
