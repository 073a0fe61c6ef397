//! `connector`: the Canvases that scores go to, and how their ids are meant.

mod action;
mod add;
mod checks;
mod course_checks;
mod edit;
mod list;
mod prove;
mod refused;
mod settings;
mod show;
mod test;
mod token;

use action::change;
pub(crate) use action::{Arguments, add_connector, ask_token, reach, run, test_connector};
pub(super) use settings::Settings;
