//! Who and what each row means: offline, from the cache and the decisions of people. `resolve` shows it, `plan` uses
//! it; there is no second way.

mod courses;
mod groups;
mod make;
mod origins;
mod people;
mod register;
mod rule_hints;
mod suggest;

pub(super) use groups::{CourseRows, Groups};
pub use make::{IdKind, KnownPerson, ResolveSummary, Unmatched, resolve};
pub(super) use origins::origin_findings;
pub use origins::{OriginCount, OriginTable};
pub(super) use people::People;
pub(super) use register::{Register, Resolved};
pub use rule_hints::RuleHint;
