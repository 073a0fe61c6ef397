//! The part of GraphQL that REST cannot do or does dearer: posting grades, SpeedGrader's grades, and reading a course's
//! cells (canvas-contract §I4, §H9, §K).

mod answer;
mod check;
mod mutations;
mod schema;
mod selected;
mod submissions;
mod values;

pub(super) use answer::answer;
