//! The assignment that a column of the sheet makes, or why it makes none.

use super::columns::Existing;
use super::near_names::bind_command;
use crate::domain::{Column, CreatedPosting, GradingType, NewColumn, PlanOptions, Points, ScorableItem, ScoreType};

/// Why a column makes no new assignment.
pub(super) enum NoNewColumn {
    /// It is forbidden, or the sheet does not say enough.
    Lacks(&'static str),
    /// The points possible are none.
    Points(String),
}

/// The assignment that a column makes, or what keeps it from making one.
pub(super) fn new_column(
    item: &ScorableItem,
    existing: &Existing<'_>,
    options: &PlanOptions,
) -> Result<NewColumn, NoNewColumn> {
    if options.no_create {
        return Err(NoNewColumn::Lacks("`--no-create` forbids a new one"));
    }
    if existing.room.is_forbidden {
        return Err(NoNewColumn::Lacks("the token may not create one in this course"));
    }
    if item.title.is_empty() {
        return Err(NoNewColumn::Lacks("a new one needs a title"));
    }
    let possible = match (item.possible(), item.score_type) {
        (Ok(Some(possible)), _) if !possible.is_negative() => possible,
        (Ok(None), ScoreType::CompleteIncomplete) => Points::whole(1),
        (Ok(None), ScoreType::Percentage) => Points::whole(100),
        (Ok(None), _) => {
            return Err(NoNewColumn::Lacks(
                "a new one needs points: a column `score_possible`, or `--possible POINTS`",
            ));
        }
        (Ok(Some(_)), _) => {
            return Err(NoNewColumn::Points("its `score_possible` is less than zero".to_owned()));
        }
        (Err(why), _) => {
            return Err(NoNewColumn::Points(format!("its `score_possible` is not a number of points: {why}")));
        }
    };
    Ok(NewColumn {
        name: item.title.to_string(),
        points_possible: possible,
        grading_type: match item.score_type {
            ScoreType::Percentage => GradingType::Percent,
            ScoreType::Points => GradingType::Points,
            ScoreType::CompleteIncomplete => GradingType::PassFail,
        },
        description: item.description.to_string(),
        due_at: item.due.map(|due| due.instant(existing.zone)),
        group: item.category.to_string(),
        group_id: existing.room.groups.iter().find(|group| *group.name == *item.category).map(|group| group.id),
        omit_from_final_grade: item.included_in_grade == Some(false),
        post_manually: options.created_posting == CreatedPosting::Manual,
    })
}

/// Why a column goes nowhere: it means no assignment, not even one of its name, and no new one can be made of it.
pub(super) fn nowhere(sent: &Column, item: &ScorableItem, lacks: &str, existing: &Existing<'_>) -> String {
    let mut same_name = existing.assignments.iter().filter(|one| !item.title.is_empty() && *one.name == *item.title);
    let (Some(one), more) = (same_name.next(), same_name.count()) else {
        return format!("no assignment is bound to it or has its name, and {lacks}");
    };
    if more > 0 {
        return format!("{} assignments have this name, and {lacks}", more + 1);
    }
    let points = one.points_possible.map_or_else(String::new, |points| format!(", {points} points possible"));
    format!(
        "the course has an assignment of this name ({}{points}), and nothing says that scores may go into it: plan again \
         with `--use-existing`, or bind this column alone with `{}`; beside it, {lacks}",
        one.id,
        bind_command(sent, one)
    )
}
