//! Whether an assignment is still what the plan compared with (design, promise 2): points, grading, moderation and
//! groups decide what a value comes to, and a plan may be a day old.

use std::collections::{HashMap, HashSet};

use super::cells::is_refusal;
use super::freshness::Freshness;
use super::remote::{Halt, Remote};
use crate::canvas::Assignment;
use crate::domain::{AssignmentId, ColumnTarget, CourseId, GradingType, PlannedAssignment, Points};

/// The assignments of a course as they are now.
pub(in crate::engine) struct Assignments {
    freshness: Freshness,
    /// Canvas's words where it does not show them to this token.
    now: Result<HashMap<AssignmentId, PlannedAssignment>, String>,
    /// Those whose grading period is closed.
    closed: HashSet<AssignmentId>,
}

impl Assignments {
    /// Reads all assignments of the course.
    pub(in crate::engine) async fn read(remote: &Remote<'_>, course: CourseId) -> Result<Self, Halt> {
        let (read, freshness) = remote
            .ask_or_halt(async |reader| {
                let freshness = remote.freshness();
                match reader.assignments(course).all().await {
                    Ok(all) => Ok((Ok(all), freshness)),
                    Err(error) if is_refusal(&error) => Ok((Err(error.to_string()), freshness)),
                    Err(error) => Err(error),
                }
            })
            .await?;
        Ok(match read {
            Ok(all) => Self::of(&all, freshness),
            Err(said) => Self { freshness, now: Err(said), closed: HashSet::new() },
        })
    }

    /// These, which were just read.
    pub(in crate::engine) fn of(all: &[Assignment], freshness: Freshness) -> Self {
        let closed = all.iter().filter(|one| one.in_closed_grading_period).map(|one| one.id).collect();
        Self { freshness, now: Ok(all.iter().map(|one| (one.id, planned_assignment(one))).collect()), closed }
    }

    /// Whether its grading period is closed.
    pub(in crate::engine) fn is_closed(&self, assignment: AssignmentId) -> bool {
        self.closed.contains(&assignment)
    }

    /// Whether cells may still be decided by it.
    pub(in crate::engine) fn is_fresh(&self) -> bool {
        self.freshness.holds()
    }

    /// Why nothing may be sent to this assignment, if so.
    pub(in crate::engine) fn objection(&self, assignment: AssignmentId, planned: &ColumnTarget) -> Option<String> {
        let now = match &self.now {
            Ok(now) => now.get(&assignment),
            Err(said) => return Some(format!("the course's assignments cannot be read: {said}")),
        };
        let Some(now) = now else { return Some("the assignment is not in the course any more".to_owned()) };
        let differences = differences(planned, now);
        (!differences.is_empty())
            .then(|| format!("the assignment changed in Canvas since the plan: {}", differences.join(", ")))
    }
}

/// What differs from the plan's base.
fn differences(planned: &ColumnTarget, now: &PlannedAssignment) -> Vec<String> {
    let created;
    let then = match planned {
        ColumnTarget::Existing(assignment) => assignment,
        // As the run created it.
        ColumnTarget::Create(new) => {
            let not_graded = new.grading_type == GradingType::NotGraded;
            created = PlannedAssignment {
                points_possible: if not_graded { now.points_possible } else { Some(new.points_possible) },
                grading_type: new.grading_type,
                grading_standard: now.grading_standard,
                published: true,
                moderated: false,
                anonymous: false,
                grades_whole_group: false,
                ..now.clone()
            };
            &created
        }
        ColumnTarget::Nowhere(_) => return Vec::new(),
    };
    let points = |points: Option<Points>| points.map_or_else(|| "none".to_owned(), |points| points.to_string());
    let by_scheme = matches!(now.grading_type, GradingType::LetterGrade | GradingType::GpaScale);
    let mut found = Vec::new();
    if then.points_possible != now.points_possible {
        found.push(format!(
            "points possible went from {} to {}",
            points(then.points_possible),
            points(now.points_possible)
        ));
    }
    if then.grading_type != now.grading_type {
        let (then, now) = (then.grading_type.name(), now.grading_type.name());
        found.push(format!("its grading type went from {then} to {now}"));
    } else if by_scheme && then.grading_standard != now.grading_standard {
        found.push("it has another grading scheme".to_owned());
    }
    for (then, now, on, off) in [
        (then.published, now.published, "it was published", "it was unpublished"),
        (then.moderated, now.moderated, "it is moderated now", "it is not moderated any more"),
        (then.anonymous, now.anonymous, "it is graded anonymously now", "it is not graded anonymously any more"),
        (
            then.grades_whole_group,
            now.grades_whole_group,
            "one grade goes to the whole group now",
            "a grade does not go to the whole group any more",
        ),
    ] {
        if then != now {
            found.push(if now { on } else { off }.to_owned());
        }
    }
    found
}

/// The facts of an assignment that a plan keeps.
pub(in crate::engine) fn planned_assignment(assignment: &Assignment) -> PlannedAssignment {
    PlannedAssignment {
        id: assignment.id,
        name: assignment.name.clone(),
        points_possible: assignment.points_possible,
        grading_type: assignment.grading_type,
        grading_standard: assignment.grading_standard_id,
        published: assignment.published,
        moderated: assignment.moderated_grading,
        anonymous: assignment.anonymous_grading,
        post_manually: assignment.post_manually,
        grades_whole_group: grades_whole_group(assignment),
    }
}

fn grades_whole_group(assignment: &Assignment) -> bool {
    assignment.group_category_id.is_some() && !assignment.grade_group_students_individually
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> PlannedAssignment {
        PlannedAssignment {
            id: AssignmentId(1),
            name: "Quiz".to_owned(),
            points_possible: Some(Points::whole(10)),
            grading_type: GradingType::Points,
            grading_standard: None,
            published: true,
            moderated: false,
            anonymous: false,
            post_manually: false,
            grades_whole_group: false,
        }
    }

    #[test]
    fn what_decides_about_values_is_compared_and_nothing_else() {
        let base = base();
        let letters = PlannedAssignment { grading_type: GradingType::LetterGrade, ..base.clone() };
        for (then, now, expected) in [
            (&base, base.clone(), ""),
            (&base, PlannedAssignment { name: "Quiz 1".to_owned(), ..base.clone() }, ""),
            (&base, PlannedAssignment { post_manually: true, ..base.clone() }, ""),
            (&base, PlannedAssignment { grading_standard: Some(3), ..base.clone() }, ""),
            (
                &base,
                PlannedAssignment { points_possible: None, ..base.clone() },
                "points possible went from 10 to none",
            ),
            (&base, letters.clone(), "its grading type went from points to letter_grade"),
            (
                &letters,
                PlannedAssignment { grading_standard: Some(3), ..letters.clone() },
                "it has another grading scheme",
            ),
            (&base, PlannedAssignment { published: false, ..base.clone() }, "it was unpublished"),
            (&base, PlannedAssignment { moderated: true, ..base.clone() }, "it is moderated now"),
            (&base, PlannedAssignment { anonymous: true, ..base.clone() }, "it is graded anonymously now"),
            (
                &base,
                PlannedAssignment { grades_whole_group: true, ..base.clone() },
                "one grade goes to the whole group now",
            ),
        ] {
            let then = ColumnTarget::Existing(then.clone());
            assert_eq!(differences(&then, &now).join(", "), expected);
        }
    }
}
