//! Who and what each row means: offline, from the cache and the decisions of people. `resolve` shows it, `plan` uses
//! it; there is no second way. Ids that the token's lists hide are asked for first ([`look_up()`]).

mod courses;
mod groups;
mod look_up;
mod make;
mod maybe_about;
mod origins;
mod people;
mod register;
mod rows;
mod rule_hints;
mod suggest;

pub(super) use groups::{ColumnRows, CourseRows, Groups};
pub(super) use look_up::look_up;
pub use look_up::{LookedUp, look_up_targets};
pub use make::{IdKind, KnownPerson, ResolveSummary, Unmatched, resolve, resolve_looking_up};
pub(super) use maybe_about::MaybeAbout;
pub(super) use origins::origin_findings;
pub use origins::{OriginCount, OriginTable};
pub(super) use people::People;
pub use register::Register;
pub(super) use register::Resolved;
pub use rule_hints::RuleHint;
