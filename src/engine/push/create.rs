//! Creates the assignments of a part before their cells are sent: the intent is journaled first, and a lost reply is
//! settled by looking, never by creating again blind (design, Assignments).

use std::collections::BTreeMap;
use std::time::Duration;

use crate::canvas::{Assignment, NewAssignment, Writer};
use crate::domain::{
    AssignmentGroupId, AssignmentId, Binding, ColumnKey, ColumnTarget, CourseId, CoursePart, GradingType, NewColumn,
    Outcome, RunId,
};
use crate::engine::trouble::{ends_everything, is_unavailable};
use crate::engine::{EngineError, Event, Session};
use crate::store::CreatedState;

/// How long an assignment whose reply was lost may still turn up.
const TURNS_UP_WITHIN: Duration = Duration::from_mins(1);
const LOOKS_EVERY: Duration = Duration::from_secs(5);

/// Where the run and the part are.
pub(super) struct Place {
    pub(super) run: RunId,
    pub(super) part: u32,
    pub(super) course: CourseId,
}

/// What became of a part's new columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The assignment of each column that exists now.
    pub(super) created: BTreeMap<u32, AssignmentId>,
    /// Columns that do not, with what that means for their cells, and why.
    pub(super) missing: BTreeMap<u32, (Outcome, String)>,
}

/// Creates what the part needs and does not have yet.
pub(super) async fn create_columns(
    session: &Session,
    writer: &Writer,
    place: &Place,
    part: &CoursePart,
) -> Result<Columns, EngineError> {
    let mut columns = Columns::default();
    let journal: BTreeMap<u32, _> = session
        .store()
        .created_assignments(place.run)?
        .into_iter()
        .filter(|one| one.part == place.part)
        .map(|one| (one.column, one))
        .collect();
    for (index, column) in (0_u32..).zip(&part.columns) {
        let ColumnTarget::Create(new) = &column.target else { continue };
        let earlier = journal.get(&index);
        let outcome = match earlier.map(|one| (one.state, one.assignment)) {
            Some((CreatedState::Created, Some(assignment))) => {
                columns.created.insert(index, assignment);
                continue;
            }
            Some((CreatedState::Intended, _)) => {
                settle_lost(session, writer, place, index, &column.key, new, earlier.and_then(|one| one.highest_seen))
                    .await
            }
            _ => create(session, writer, place, index, &column.key, new).await,
        };
        match outcome {
            Ok(assignment) => {
                columns.created.insert(index, assignment);
            }
            Err(Failure::Refused(why)) => {
                session.store().assignment_failed(place.run, place.part, index, &why, session.clock.now())?;
                columns.missing.insert(index, (Outcome::Rejected, why));
            }
            Err(Failure::InDoubt(why)) => {
                columns.missing.insert(index, (Outcome::Held, why));
            }
            Err(Failure::Engine(error)) => return Err(error),
        }
    }
    Ok(columns)
}

enum Failure {
    /// It was not created; the journal says so.
    Refused(String),
    /// Nobody knows; the journal keeps the intent.
    InDoubt(String),
    /// Nothing more can be done.
    Engine(EngineError),
}

impl<E: Into<EngineError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Engine(error.into())
    }
}

async fn create(
    session: &Session,
    writer: &Writer,
    place: &Place,
    index: u32,
    key: &ColumnKey,
    new: &NewColumn,
) -> Result<AssignmentId, Failure> {
    let existing = session.client.reader().assignments(place.course).all().await?;
    let highest_seen = existing.iter().map(|assignment| assignment.id).max();
    session.store().intend_assignment(place.run, place.part, index, highest_seen, session.clock.now())?;
    let request = NewAssignment {
        name: new.name.clone(),
        points_possible: new.points_possible,
        grading_type: new.grading_type,
        description: Some(new.description.clone()).filter(|text| !text.is_empty()),
        due_at: new.due_at,
        assignment_group_id: group_named(&new.group),
        integration_id: None,
    };
    match writer.create_assignment(place.course, &request).await {
        Ok(answer) => finish(session, writer, place, index, key, new, &answer.content).await,
        Err(error) if error.outcome_unknown() => {
            settle_lost(session, writer, place, index, key, new, highest_seen).await
        }
        Err(error) if ends_everything(&error) || is_unavailable(&error) => {
            // Nothing was created: a later attempt begins anew.
            session.store().assignment_failed(place.run, place.part, index, &error.to_string(), session.clock.now())?;
            Err(Failure::Engine(error.into()))
        }
        Err(error) => Err(Failure::Refused(format!("the assignment could not be created: {error}"))),
    }
}

/// Assignment groups are not read yet: a new column goes into the course's default group.
fn group_named(_category: &str) -> Option<AssignmentGroupId> {
    None
}

/// Sets the post policy, journals the assignment, and binds the sender's key to it.
async fn finish(
    session: &Session,
    writer: &Writer,
    place: &Place,
    index: u32,
    key: &ColumnKey,
    new: &NewColumn,
    assignment: &Assignment,
) -> Result<AssignmentId, Failure> {
    let now = session.clock.now();
    let binding = Binding {
        key: key.clone(),
        course: place.course,
        assignment: assignment.id,
        assignment_created_at: assignment.created_at,
        name: assignment.name.clone(),
        points_possible: assignment.points_possible,
        bound_at: now,
        created_by_run: Some(place.run),
    };
    session.store().assignment_created(place.run, place.part, index, &binding, now)?;
    session.events.send(Event::AssignmentCreated { course: place.course, assignment: assignment.id });
    if new.post_manually && !assignment.post_manually {
        match writer.set_post_policy(assignment.id, true).await {
            Ok(_) => {}
            Err(error) if ends_everything(&error) => return Err(Failure::Engine(error.into())),
            // Nothing may be sent to a column whose grades would be seen at once.
            Err(error) => return Err(Failure::InDoubt(format!("grades could not be hidden: {error}"))),
        }
    }
    Ok(assignment.id)
}

/// The reply was lost: one candidate is ours, none after a minute means that nothing was created, several are for a
/// person to tell apart.
async fn settle_lost(
    session: &Session,
    writer: &Writer,
    place: &Place,
    index: u32,
    key: &ColumnKey,
    new: &NewColumn,
    highest_seen: Option<AssignmentId>,
) -> Result<AssignmentId, Failure> {
    let began = tokio::time::Instant::now();
    loop {
        let existing = session.client.reader().assignments(place.course).all().await?;
        let mut candidates = existing.iter().filter(|one| {
            highest_seen.is_none_or(|highest| one.id > highest)
                && one.name == new.name
                && (one.points_possible == Some(new.points_possible) || new.grading_type == GradingType::NotGraded)
        });
        match (candidates.next(), candidates.count()) {
            (Some(one), 0) => return finish(session, writer, place, index, key, new, one).await,
            (Some(_), more) => {
                let why = format!(
                    "the reply to its creation was lost, and {} new assignments have its name; bind the right one with `gradepush map bind`",
                    more + 1
                );
                return Err(Failure::InDoubt(why));
            }
            (None, _) if began.elapsed() >= TURNS_UP_WITHIN => {
                return Box::pin(create(session, writer, place, index, key, new)).await;
            }
            (None, _) => tokio::time::sleep(LOOKS_EVERY).await,
        }
    }
}

/// Binds the keys of columns that go to an existing assignment of their name, so that a later item with the same key
/// reuses it (`tegrity-connector §3`, rule 3).
pub(super) fn bind_existing(session: &Session, course: CourseId, part: &CoursePart) -> Result<(), EngineError> {
    let host = &session.settings.host;
    let sent: Vec<&str> = part.columns.iter().map(|column| column.key.course_id.as_ref()).collect();
    let store = session.store();
    let bound = store.bindings_for(host, &sent)?;
    let mut new = Vec::new();
    for column in &part.columns {
        let Some(assignment) = column.assignment() else { continue };
        if bound.iter().any(|binding| binding.key == column.key && binding.course == course) {
            continue;
        }
        new.push(Binding {
            key: column.key.clone(),
            course,
            assignment: assignment.id,
            assignment_created_at: None,
            name: assignment.name.clone(),
            points_possible: assignment.points_possible,
            bound_at: session.clock.now(),
            created_by_run: None,
        });
    }
    Ok(store.bind(host, &new)?)
}
