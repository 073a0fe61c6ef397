//! Null where the contract has a text, a switch or a list: one odd row must not make a whole page unreadable.

use serde::{Deserialize, Deserializer};

/// Reads null as the type's default: empty, off, none.
pub(super) fn null_as_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::{Assignment, Course, Person, Submission};

    #[test]
    fn nulls_and_absent_keys_are_read_the_same() {
        for text in [r#"{"id":1}"#, r#"{"id":1,"name":null,"course_code":null,"workflow_state":null}"#] {
            let course: Course = serde_json::from_str(text).expect(text);
            assert_eq!((course.name.as_str(), course.workflow_state.as_str()), ("", ""));
        }
        for text in [r#"{"id":1,"enrollments":null}"#, r#"{"id":1,"sortable_name":null}"#] {
            let person: Person = serde_json::from_str(text).expect(text);
            assert_eq!((person.sortable_name.as_str(), person.enrollments.len()), ("", 0));
        }
        let text = r#"{"id":1,"course_id":2,"grading_type":"ungradable","post_manually":null,"submission_types":null}"#;
        let assignment: Assignment = serde_json::from_str(text).expect(text);
        assert_eq!(assignment.grading_type, crate::domain::GradingType::NotGraded);
        let text = r#"{"user_id":1,"assignment_id":2,"late":null,"submission_comments":null}"#;
        serde_json::from_str::<Submission>(text).expect(text);
    }
}
