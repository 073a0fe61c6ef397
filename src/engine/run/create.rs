//! Creates the assignments of a part before their cells are sent: the intent is journaled first, and a lost reply is
//! settled by looking, never by creating again blind (design, Assignments).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::course::CourseRun;
use crate::canvas::{Assignment, CanvasError, NewAssignment};
use crate::domain::{
    AssignmentGroupId, AssignmentId, AssignmentKey, Binding, ColumnIndex, ColumnKey, ColumnTarget, CourseId, NewColumn,
    Outcome, PartIndex, RunId,
};
use crate::engine::clock::younger_than;
use crate::engine::journal::{LEAVES_WITHIN, TURNS_UP_WITHIN, may_be_it, may_exist, turns_up_until};
use crate::engine::live::{Assignments, Freshness, Halt, is_about_all};
use crate::engine::{Event, Session};
use crate::store::{CreatedAssignment, CreatedState, StoreError};

/// The pause between two looks for an assignment that may turn up.
const LOOKS_EVERY: Duration = Duration::from_secs(5);

/// As much of an integration id as Canvas stores of a name (`canvas-contract §G3`).
const LONGEST_INTEGRATION_ID: usize = 255;

/// What became of a part's new columns.
#[derive(Default)]
pub(super) struct Columns {
    /// The assignment of each column that exists now.
    pub(super) created: BTreeMap<ColumnIndex, AssignmentId>,
    /// Columns that do not, with what that means for their cells, and why.
    pub(super) missing: BTreeMap<ColumnIndex, (Outcome, String)>,
    /// The course's assignments, if anything was created: the look that their cells need, too.
    pub(super) assignments: Option<Assignments>,
}

/// Creates what the part needs and does not have yet.
pub(super) async fn create_columns(run: &CourseRun<'_>) -> Result<Columns, Halt> {
    let mut columns = Columns::default();
    let context = run.context;
    let seen = Mutex::new(None);
    for (index, column) in ColumnIndex::all().zip(&run.part.columns) {
        let ColumnTarget::Create(new) = &column.target else { continue };
        if !context.selected.has_planned(run.part, column) {
            continue;
        }
        let column = Creation { run, index, key: &column.key, new, seen: &seen };
        // What an undo deleted stays deleted.
        if column.journaled()?.is_some_and(|one| one.state == CreatedState::Deleted) {
            continue;
        }
        let missing = loop {
            match column.assignment().await {
                Ok(assignment) => {
                    columns.created.insert(index, assignment);
                    break None;
                }
                Err(Failure::Refused(why)) => break Some((Outcome::Rejected, why)),
                Err(Failure::InDoubt(why)) => break Some((Outcome::Held, why)),
                Err(Failure::Away(error)) => context.remote.wait_until_available(error).await?,
                Err(Failure::Halt(halt)) => return Err(halt),
            }
        };
        columns.missing.extend(missing.map(|missing| (index, missing)));
    }
    let seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    columns.assignments = seen.map(|seen: Seen| Assignments::of(&seen.assignments, seen.freshness));
    Ok(columns)
}

/// Why a column has no assignment.
enum Failure {
    /// It was not created, or nothing may be sent to it.
    Refused(String),
    /// Nobody knows; the journal keeps the intent.
    InDoubt(String),
    /// Canvas was away, and the request did nothing.
    Away(CanvasError),
    /// Nothing more is done in the course.
    Halt(Halt),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Halt(error.into())
    }
}

impl From<Halt> for Failure {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

/// One new column.
struct Creation<'a> {
    run: &'a CourseRun<'a>,
    index: ColumnIndex,
    key: &'a ColumnKey,
    new: &'a NewColumn,
    seen: &'a Mutex<Option<Seen>>,
}

/// The assignments of the course as they were a moment ago, and what was created since.
struct Seen {
    freshness: Freshness,
    assignments: Vec<Assignment>,
}

impl Creation<'_> {
    /// The run, the part and the course.
    fn place(&self) -> (RunId, PartIndex, CourseId) {
        (self.run.context.run, self.run.ordinal, self.run.course)
    }

    fn session(&self) -> &Session {
        self.run.context.session
    }

    /// The assignment: the journal's, one whose reply was lost, or a new one.
    async fn assignment(&self) -> Result<AssignmentId, Failure> {
        match self.journaled()? {
            Some(CreatedAssignment { state: CreatedState::Created, assignment: Some(assignment), .. }) => {
                self.hide(assignment, None).await?;
                Ok(assignment)
            }
            Some(CreatedAssignment { state: CreatedState::Intended, assignment: Some(known), .. }) => {
                match self.existing().await?.iter().find(|one| one.id == known) {
                    Some(one) => self.finish(one).await,
                    None => Err(Failure::InDoubt("the assignment that it created is gone: plan again".to_owned())),
                }
            }
            Some(CreatedAssignment { state: CreatedState::Intended, highest_seen, at, .. }) => {
                self.settle_lost(highest_seen, turns_up_until(at)).await
            }
            _ => self.create().await,
        }
    }

    fn journaled(&self) -> Result<Option<CreatedAssignment>, StoreError> {
        let created = self.session().store().created_assignments(self.run.context.run)?;
        Ok(created.into_iter().find(|one| (one.part, one.column) == (self.run.ordinal, self.index)))
    }

    async fn create(&self) -> Result<AssignmentId, Failure> {
        self.run.context.remote.may_go_on()?;
        if let Some(why) = &self.run.ended {
            return Err(Failure::InDoubt(why.clone()));
        }
        let existing = self.seen().await?;
        if let Some(why) = self.made_meanwhile(&existing)? {
            return Err(Failure::InDoubt(why));
        }
        let (run, part, course) = self.place();
        let highest_seen = existing.iter().map(|assignment| assignment.id).max();
        let session = self.session();
        session.store().intend_assignment(run, part, self.index, highest_seen, session.clock.now())?;
        let new = self.new;
        let group = match self.group().await {
            Ok(group) => group,
            Err(Failure::Refused(why)) => {
                session.store().assignment_failed(run, part, self.index, &why, session.clock.now())?;
                return Err(Failure::Refused(why));
            }
            Err(failure) => return Err(failure),
        };
        // The group may have taken its time; how long the assignment may turn up counts from here.
        session.store().intend_assignment(run, part, self.index, highest_seen, session.clock.now())?;
        let request = NewAssignment {
            name: new.name.clone(),
            points_possible: new.points_possible,
            grading_type: new.grading_type,
            description: Some(new.description.clone()).filter(|text| !text.is_empty()),
            due_at: new.due_at,
            assignment_group_id: group,
            omit_from_final_grade: new.omit_from_final_grade,
            integration_id: self.integration_id(),
        };
        let context = self.run.context;
        let writer = context.writer.only_while(younger_than(LEAVES_WITHIN, &session.clock));
        match context.remote.once(writer.create_assignment(course, &request)).await? {
            Ok(answer) => self.finish(&answer.content).await,
            Err(error) if error.outcome_unknown() => {
                self.find_lost(highest_seen, session.clock.now() + TURNS_UP_WITHIN).await
            }
            Err(error) => {
                // Nothing was created: a later attempt begins anew.
                let why = format!("the assignment could not be created: {error}");
                session.store().assignment_failed(run, part, self.index, &why, session.clock.now())?;
                let late = matches!(error, CanvasError::TooLate { .. });
                let all = late || is_about_all(&error);
                Err(if all { Failure::Away(error) } else { Failure::Refused(why) })
            }
        }
    }

    /// The sender's own id, by which a person finds the column's origin in Canvas. A title is no id.
    fn integration_id(&self) -> Option<String> {
        match &self.key.assignment {
            AssignmentKey::Id(id) => Some(id.to_string()).filter(|id| id.chars().count() <= LONGEST_INTEGRATION_ID),
            AssignmentKey::Title(_) | AssignmentKey::Untitled(_) | AssignmentKey::Missing => None,
        }
    }

    /// The group the column goes into: the one the plan names, else the course's group of that name, else a new one.
    /// The assignment's journaled intent covers it: whoever finds that intent looks for a minute before anything is
    /// created again.
    async fn group(&self) -> Result<Option<AssignmentGroupId>, Failure> {
        let NewColumn { group: name, group_id, .. } = self.new;
        if name.is_empty() || group_id.is_some() {
            return Ok(*group_id);
        }
        if let Some(known) = self.group_of_that_name().await? {
            return Ok(Some(known));
        }
        let context = self.run.context;
        let writer = context.writer.only_while(younger_than(LEAVES_WITHIN, &self.session().clock));
        match context.remote.once(writer.create_assignment_group(self.run.course, name)).await? {
            Ok(answer) => Ok(Some(answer.content.id)),
            Err(error) if error.outcome_unknown() => {
                let until = self.session().clock.now() + TURNS_UP_WITHIN;
                while self.session().clock.now() < until {
                    if let Some(known) = self.group_of_that_name().await? {
                        return Ok(Some(known));
                    }
                    context.remote.sleep(LOOKS_EVERY).await?;
                }
                Box::pin(self.group()).await
            }
            Err(error) if is_about_all(&error) => Err(Failure::Away(error)),
            Err(error) => Err(Failure::Refused(format!("the assignment group could not be created: {error}"))),
        }
    }

    async fn group_of_that_name(&self) -> Result<Option<AssignmentGroupId>, Failure> {
        let course = self.run.course;
        let groups = self.run.context.remote.ask(async |reader| reader.assignment_groups(course).all().await).await?;
        Ok(groups
            .map_err(|error| unreadable(&error))?
            .into_iter()
            .find(|group| group.name == self.new.group)
            .map(|group| group.id))
    }

    /// The entry of the map under the column's key: there was none when the plan was made.
    fn bound_meanwhile(&self) -> Result<Option<Binding>, StoreError> {
        let bound = self.session().store().bindings_for(&self.session().settings.host, &[&self.key.course_id])?;
        Ok(bound.into_iter().find(|binding| binding.key == *self.key && binding.course == self.run.course))
    }

    /// What another run or a person did about the column since the plan was made: a run that is retried late must not
    /// create it a second time.
    fn made_meanwhile(&self, existing: &[Assignment]) -> Result<Option<String>, StoreError> {
        if let Some(binding) = self.bound_meanwhile()? {
            return Ok(Some(made_by(&binding)));
        }
        let session = self.session();
        let (run, _, course) = self.place();
        let own = session.store().created_assignments(run)?;
        // Canvas tells no fractions of a second.
        let planned_at = self.run.context.planned_at.as_second();
        let is_newer = |one: &&Assignment| one.created_at.is_some_and(|at| at.as_second() >= planned_at);
        let is_own = |one: &Assignment| own.iter().any(|created| created.assignment == Some(one.id));
        if existing.iter().filter(is_newer).any(|one| one.name == self.new.name && !is_own(one)) {
            return Ok(Some("somebody created an assignment of this name since the plan: plan again".to_owned()));
        }
        let in_doubt = session.store().creations_in_doubt(&session.settings.host)?;
        let other = in_doubt.iter().find(|one| {
            one.run != run
                && (one.course, &one.column.key) == (course, self.key)
                && may_exist(one, existing, session.clock.now())
        });
        Ok(other.map(|one| format!("{} may have created it, and the reply was lost: retry that run first", one.run)))
    }

    /// The same as a moment ago, where one look serves for several columns.
    async fn seen(&self) -> Result<Vec<Assignment>, Failure> {
        {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(fresh) = seen.as_ref().filter(|seen| seen.freshness.holds()) {
                return Ok(fresh.assignments.clone());
            }
        }
        let freshness = self.run.context.remote.freshness();
        let assignments = self.existing().await?;
        let seen = Seen { freshness, assignments: assignments.clone() };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(assignments)
    }

    async fn existing(&self) -> Result<Vec<Assignment>, Failure> {
        let course = self.run.course;
        let assignments = self.run.context.remote.ask(async |reader| reader.assignments(course).all().await).await?;
        assignments.map_err(|error| unreadable(&error))
    }

    /// Hides the assignment's grades where that is wanted, journals it, and binds the sender's key to it.
    async fn finish(&self, assignment: &Assignment) -> Result<AssignmentId, Failure> {
        let session = self.session();
        let (run, part, course) = self.place();
        let now = session.clock.now();
        let binding = Binding {
            key: self.key.clone(),
            course,
            assignment: assignment.id,
            assignment_created_at: assignment.created_at,
            name: assignment.name.clone(),
            points_possible: assignment.points_possible,
            bound_at: now,
            created_by_run: Some(run),
        };
        // Until it is hidden as asked, its creation is not done: no later plan may take it for an ordinary column.
        if self.new.post_manually {
            session.store().assignment_seen(run, part, self.index, assignment.id)?;
        }
        self.hide(assignment.id, Some(assignment.post_manually)).await?;
        session.store().assignment_created(run, part, self.index, &binding, now)?;
        if let Some(seen) = self.seen.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            seen.assignments.push(assignment.clone());
        }
        session.events.send(Event::AssignmentCreated { course, assignment: assignment.id });
        Ok(assignment.id)
    }

    /// Where grades are to stay hidden, sees to it that they do: nothing may be sent to a column whose grades would be
    /// seen at once (design, Students are notified).
    async fn hide(&self, assignment: AssignmentId, is_hidden: Option<bool>) -> Result<(), Failure> {
        if !self.new.post_manually {
            return Ok(());
        }
        let is_hidden = if let Some(known) = is_hidden {
            known
        } else {
            let course = self.run.course;
            let reading = self.run.context.remote.ask(async |reader| reader.assignment(course, assignment).await);
            reading.await?.map_err(|error| unreadable(&error))?.post_manually
        };
        if is_hidden {
            return Ok(());
        }
        match self.run.context.writer.set_post_policy(assignment, true).await {
            Ok(_) => Ok(()),
            Err(error) if is_about_all(&error) => Err(Failure::Away(error)),
            Err(error) => Err(Failure::Refused(format!("grades could not be hidden: {error}"))),
        }
    }

    /// An earlier attempt lost the reply. What the map says by now counts: a person may have told which one it is, and
    /// what another run made is not this run's.
    async fn settle_lost(&self, highest_seen: Option<AssignmentId>, until: Timestamp) -> Result<AssignmentId, Failure> {
        match self.bound_meanwhile()? {
            Some(Binding { assignment, created_by_run: None, .. })
                if highest_seen.is_none_or(|highest| assignment > highest) =>
            {
                match self.existing().await?.iter().find(|one| one.id == assignment) {
                    Some(one) => self.finish(one).await,
                    None => Err(Failure::InDoubt("the assignment it was bound to is gone: plan again".to_owned())),
                }
            }
            Some(binding) => Err(Failure::InDoubt(made_by(&binding))),
            None => self.find_lost(highest_seen, until).await,
        }
    }

    /// The reply was lost: one candidate is ours, none when it can no longer turn up means that nothing was created,
    /// several are for a person to tell apart.
    async fn find_lost(&self, highest_seen: Option<AssignmentId>, until: Timestamp) -> Result<AssignmentId, Failure> {
        // A clock that was set back since must not make this wait for it.
        let until = until.min(turns_up_until(self.session().clock.now()));
        loop {
            let existing = self.existing().await?;
            let mut candidates = existing.iter().filter(|one| may_be_it(one, highest_seen, self.new));
            match (candidates.next(), candidates.count()) {
                (Some(one), 0) => return self.finish(one).await,
                (Some(_), more) => {
                    return Err(Failure::InDoubt(format!(
                        "the reply to its creation was lost, and {} new assignments have its name; bind the right one \
                         with `gradepush map bind`",
                        more + 1
                    )));
                }
                (None, _) if self.session().clock.now() >= until => return Box::pin(self.create()).await,
                (None, _) => self.run.context.remote.sleep(LOOKS_EVERY).await?,
            }
        }
    }
}

/// The course's assignments or groups were refused.
fn unreadable(error: &CanvasError) -> Failure {
    Failure::InDoubt(format!("the course's assignments cannot be read: {error}"))
}

fn made_by(binding: &Binding) -> String {
    let by = binding.created_by_run.map_or("the map has one".to_owned(), |by| format!("{by} created one"));
    format!("{by} for this column since the plan was made: plan again")
}
