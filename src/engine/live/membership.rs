//! The members of groups in assignments that are graded by group, and which sections the token sees.

use std::collections::{BTreeSet, HashMap};

use super::cells::is_refusal;
use crate::canvas::{CanvasError, EnrollmentFilter, Reader, SubmissionInclude};
use crate::domain::{AssignmentId, CourseId, GroupId, UserId};

/// Who is in which group, by assignment; `None` where Canvas does not say.
pub(in crate::engine) type Membership = HashMap<AssignmentId, Option<HashMap<UserId, Member>>>;

/// A student of a group assignment.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Member {
    /// `None` for a student who works alone.
    pub(in crate::engine) group: Option<GroupId>,
    /// Canvas skips excused members when it writes a group.
    pub(in crate::engine) excused: bool,
}

/// Everybody in each group of a course; groups that Canvas does not show completely are left out.
type Everybody = HashMap<GroupId, Vec<UserId>>;

/// Reads the members of each group. A group is left out if somebody in it has a cell that cannot be read.
pub(in crate::engine) async fn read_membership(
    reader: &Reader,
    course: CourseId,
    assignments: impl IntoIterator<Item = AssignmentId>,
) -> Result<Membership, CanvasError> {
    let mut membership = Membership::new();
    let mut groups = None;
    for assignment in assignments {
        let rows = match reader.assignment_submissions(course, assignment, &[SubmissionInclude::Group]).all().await {
            Ok(rows) => rows,
            Err(error) if is_refusal(&error) => Vec::new(),
            Err(error) => return Err(error),
        };
        // A Canvas that says nothing about groups says so for everybody.
        let members: Option<HashMap<UserId, Member>> = rows
            .into_iter()
            .map(|row| {
                let group = row.group?.id;
                Some((row.user_id, Member { group, excused: row.excused == Some(true) }))
            })
            .collect();
        let mut members = members.filter(|members| !members.is_empty());
        if let Some(members) = &mut members {
            let everybody = match groups.take() {
                Some(everybody) => everybody,
                None => read_everybody(reader, course).await?,
            };
            complete(reader, (course, assignment), members, &everybody).await?;
            groups = Some(everybody);
        }
        membership.insert(assignment, members);
    }
    Ok(membership)
}

async fn read_everybody(reader: &Reader, course: CourseId) -> Result<Everybody, CanvasError> {
    let groups = match reader.student_groups(course).all().await {
        Ok(groups) => groups,
        Err(error) if is_refusal(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    let shown = groups.into_iter().filter_map(|group| {
        let users: Vec<UserId> = group.users?.into_iter().map(|person| person.id).collect();
        (group.members_count? <= users.len()).then_some((group.id, users))
    });
    Ok(shown.collect())
}

/// Adds the members whose cells the list does not show: it has active and invited students only
/// (`canvas-contract §I1`), and Canvas writes into the cells of the others too.
async fn complete(
    reader: &Reader,
    (course, assignment): (CourseId, AssignmentId),
    members: &mut HashMap<UserId, Member>,
    everybody: &Everybody,
) -> Result<(), CanvasError> {
    let groups: BTreeSet<GroupId> = members.values().filter_map(|member| member.group).collect();
    for group in groups {
        let users = everybody.get(&group);
        let mut is_readable = users.is_some();
        for user in users.into_iter().flatten() {
            if members.get(user).is_some_and(|member| member.group == Some(group)) {
                continue;
            }
            match reader.submission(course, assignment, *user, &[]).await {
                Ok(cell) => {
                    members.insert(*user, Member { group: Some(group), excused: cell.excused == Some(true) });
                }
                Err(error) if is_refusal(&error) => is_readable = false,
                Err(error) => return Err(error),
            }
        }
        if !is_readable {
            members.retain(|_, member| member.group != Some(group));
        }
    }
    Ok(())
}

/// Whether the token's user teaches only some sections of the course and sees no others (`canvas-contract §H7`).
pub(in crate::engine) async fn sees_own_sections(
    reader: &Reader,
    course: CourseId,
    user: UserId,
) -> Result<bool, CanvasError> {
    let filter = EnrollmentFilter { user: Some(user), ..EnrollmentFilter::default() };
    let mut own = match reader.course_enrollments(course, &filter).all().await {
        Ok(own) => own,
        Err(error) if is_refusal(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    own.retain(|enrollment| enrollment.user_id == user);
    Ok(!own.is_empty() && own.iter().all(|enrollment| enrollment.limit_privileges_to_course_section))
}
