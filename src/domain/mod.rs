//! What things are and the rules on them. Pure: no IO, no clock, no async.

mod address;
mod alias;
mod binding;
mod by_column;
mod cached;
mod cell_class;
mod comment;
mod confirmed;
mod counts;
mod decide;
#[cfg(test)]
mod decide_cases;
mod digest;
mod directory;
mod finding;
mod finding_hint;
mod fixed_header;
mod grading;
mod held_value;
mod identity;
mod identity_rules;
mod ids;
mod indexes;
mod live;
mod name_pattern;
mod near_ids;
mod nearest;
mod not_a_number;
mod odd_id;
mod options;
mod origin;
mod other_name;
mod plain_name;
mod plan;
mod planned_student;
mod points;
mod released;
mod repeat;
mod run;
mod same_title;
mod scheme;
mod selected_part;
mod sent_user;
mod sharing_bases;
mod sheet;
mod shell_word;
mod short_ids;
mod shown_comment;
mod suggest;
mod suggest_column;
mod suggest_courses;
mod totals;
mod value;
mod whose_work;
mod written_id;

pub use address::{AddressError, CanvasAddress, CanvasHost};
pub use alias::{Alias, AliasKind, AliasTarget, Aliases, alias_key, is_no_id};
pub use binding::Binding;
pub use by_column::ByColumn;
pub use cached::{
    CachedCourse, CachedEnrollment, CachedLogin, CachedSection, CachedUser, EnrollmentKind, EnrollmentState, LoginState,
};
pub use cell_class::CellClass;
pub use comment::{CommentForm, comment_digest, is_same_comment, is_shown_otherwise, unstorable_comment};
pub use confirmed::{Confirmed, Consent, NotWhatWasShown, Shown};
pub use counts::{AssignmentCounts, CommentCounts, Notifications, PlanCounts, RunCounts};
pub use decide::{CellToDecide, Decision, Ownership, decide, is_as_planned};
pub use digest::{part_digest, plan_digest, text_digest};
pub use directory::Directory;
pub use finding::{Finding, FindingCode, FirstFindings, Severity};
pub use fixed_header::{UnboundHeader, UntitledColumn, is_fixed_header};
pub use grading::GradingType;
pub use held_value::ShownValue;
pub use identity::{Identified, identify_course, identify_user, possible_users};
pub use identity_rules::IdentityRules;
pub use ids::{
    AccountId, AssignmentGroupId, AssignmentId, CourseId, EnrollmentId, GroupId, IdError, ProgressId, SectionId,
    TermId, UserId,
};
pub use indexes::{CellIndex, ColumnIndex, PartIndex, SentUserIndex, StudentIndex};
pub use live::{Entered, LastPushed, LiveCell, Owner, Wanted};
pub use name_pattern::{fits_pattern, name_of_file};
pub use nearest::nearest;
pub use not_a_number::either_number;
pub use options::{Acceptance, CourseOptions, CreatedPosting, OnConflict, PlanOptions};
pub use origin::{CourseIdOrigin, OriginError, UserIdOrigin};
pub use other_name::is_other_name;
pub use plan::{
    Cell, ColumnTarget, CoursePart, NewColumn, Operator, PlanHeader, PlanKind, PlannedAssignment, PlannedColumn,
    PlannedCourse, RowTally, Sending, TakeBack,
};
pub use planned_student::PlannedStudent;
pub use points::{Points, PointsError};
pub use released::Released;
pub use repeat::ComparableValue;
pub use run::{
    After, Attempt, Before, CellKey, CellRecord, CommentOutcome, JobEnd, LoggedChange, LoggedGrade, LostEdit, Outcome,
    OwnIds, Reading, RunCell, Seen, Sent, ToSend, after_job, before_write, held, look_after, needs_change_log,
    not_written, overwrote_edit, unreadable,
};
pub use same_title::same_title;
pub use scheme::{GradingScheme, is_same_word};
pub use selected_part::Narrowed;
pub use sent_user::{SentUser, SentUsers};
pub use sheet::{
    AssignmentKey, Beside, Blank, Column, ColumnKey, Exactness, RepeatRule, ScorableItem, Score, ScoreSheet, ScoreType,
    SentDate, SentPerson, SkipReason, Skipped, Source, SourceFile,
};
pub use shell_word::shell_word;
pub use short_ids::{JobId, NotAShortId, PlanId, RunId};
pub use shown_comment::shown_comment;
pub use suggest::{Suggestion, SuggestionIndex};
pub use suggest_column::suggest_column;
pub use suggest_courses::CourseSuggestions;
pub use totals::{PartTotals, RecordTotals};
pub use value::{Above, ColumnScale, Normalised, ValueError, asks_to_excuse};
pub use whose_work::WhoseWork;
pub use written_id::{WrittenTarget, written_target};
