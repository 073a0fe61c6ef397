//! The question before something is written to Canvas.

use super::context::Context;
use super::error::CliError;
use crate::domain::{Confirmed, Consent, Shown};

/// The confirmation of what was shown: by the consent that was given before, else by asking. `None` for a no.
pub(crate) fn confirmed(
    context: &Context,
    shown: Shown,
    given: Option<Consent>,
    question: &str,
) -> Result<Option<Confirmed>, CliError> {
    let consent = match given {
        Some(consent) => Some(consent),
        None if context.ui.confirm(question)? => Some(Consent::Answer),
        None => None,
    };
    Ok(consent.map(|consent| shown.confirm(consent)))
}
