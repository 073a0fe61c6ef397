//! What a proof will do: in which course, to whom, in which column. Only reads.

use jiff::Timestamp;

use crate::canvas::{CanvasError, CourseRef, Enrollment, EnrollmentFilter, Reader, TokenTrouble};
use crate::domain::{AssignmentId, CanvasHost, CourseId, UserId, text_digest};
use crate::engine::EngineError;

/// How the name of every column of a proof begins.
const NAME: &str = "gradepush prove";

/// The role type of the test student (`canvas-contract §E5`).
const TEST_STUDENT: &str = "StudentViewEnrollment";

/// What is about to be proved, to be shown before it is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Which Canvas.
    pub host: CanvasHost,
    /// In which course.
    pub course: CourseId,
    /// The course's name.
    pub course_name: String,
    /// Whose grades are written.
    pub student: UserId,
    /// Whether that is the course's test student, who is not a real person.
    pub is_test_student: bool,
    /// The name of the column that is made.
    pub column: String,
    /// Columns of proofs that ended without removing them.
    pub leftovers: Vec<Leftover>,
}

/// A column that an earlier proof left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Its id.
    pub id: AssignmentId,
    /// Its name.
    pub name: String,
}

impl Proof {
    /// The digest of everything that decides what is written, in lower-case hex. A person who confirms it confirms
    /// exactly this proof.
    pub fn digest(&self) -> String {
        let Self { host, course, course_name: _, student, is_test_student: _, column, leftovers: _ } = self;
        text_digest(&format!("prove\0{host}\0{course}\0{student}\0{column}"))
    }
}

/// Looks at the course and chooses the student: the test student if there is one, else the active student with the
/// lowest id.
///
/// Errors: [`EngineError::NoStudent`], and what Canvas refuses.
pub async fn prepare_proof(
    reader: &Reader,
    host: &CanvasHost,
    course: &CourseRef,
    now: Timestamp,
) -> Result<Proof, EngineError> {
    let course = reader.course(course).await?;
    let filter = EnrollmentFilter {
        states: vec!["active"],
        types: vec!["StudentEnrollment", TEST_STUDENT],
        ..EnrollmentFilter::default()
    };
    let enrollments = reader.course_enrollments(course.id, &filter).all().await?;
    let is_test = |enrollment: &&Enrollment| enrollment.kind == TEST_STUDENT;
    let test_student = enrollments.iter().find(is_test);
    let chosen = test_student.or_else(|| enrollments.iter().min_by_key(|enrollment| enrollment.user_id));
    let student = chosen.ok_or(EngineError::NoStudent(course.id))?.user_id;
    let assignments = match reader.assignments(course.id).all().await {
        Ok(assignments) => assignments,
        // The proof itself tells who may not list the columns.
        Err(CanvasError::Forbidden { .. } | CanvasError::Unauthorized { trouble: TokenTrouble::Scope(_), .. }) => {
            Vec::new()
        }
        Err(error) => return Err(error.into()),
    };
    let leftovers = assignments.into_iter().filter(|assignment| assignment.name.starts_with(NAME));
    Ok(Proof {
        host: host.clone(),
        course: course.id,
        course_name: course.name,
        student,
        is_test_student: test_student.is_some(),
        column: format!("{NAME} {}", now.strftime("%Y-%m-%d %H:%M:%S UTC")),
        leftovers: leftovers.map(|assignment| Leftover { id: assignment.id, name: assignment.name }).collect(),
    })
}
