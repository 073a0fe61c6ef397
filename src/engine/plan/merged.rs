//! People who were merged into somebody else since the sync: their logins and enrollments are the other person's now.

use std::collections::HashMap;

use crate::canvas::{CanvasError, Person, Reader, UserRef};
use crate::domain::{PlannedStudent, UserId};

/// Whom somebody was merged into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MergedInto {
    /// The person.
    pub(super) id: UserId,
    /// Their name.
    pub(super) name: String,
}

/// Finds merged people: Canvas shows nothing under such a person's own id, and another person under their login or SIS
/// id. `vanished` are people who are in the course by the cache, and in no state by Canvas; only they are looked up, to
/// save requests.
pub(super) async fn find_merged(
    reader: &Reader,
    vanished: impl Iterator<Item = &PlannedStudent>,
) -> Result<HashMap<UserId, MergedInto>, CanvasError> {
    let mut merged_into = HashMap::new();
    for student in vanished {
        let Some(user) = student.user else { continue };
        if shown(reader.user(&user.into()).await)?.is_some() {
            continue;
        }
        let login = student.login_id.clone().map(UserRef::Login);
        for named in login.into_iter().chain(student.sis_user_id.clone().map(UserRef::Sis)) {
            if let Some(Person { id, name, .. }) = shown(reader.user(&named).await)?.filter(|other| other.id != user) {
                merged_into.insert(user, MergedInto { id, name });
                break;
            }
        }
    }
    Ok(merged_into)
}

/// The person, or `None` when they do not exist or this token may not see them.
fn shown(answer: Result<Person, CanvasError>) -> Result<Option<Person>, CanvasError> {
    match answer {
        Ok(person) => Ok(Some(person)),
        Err(CanvasError::NotFound { .. } | CanvasError::Forbidden { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
