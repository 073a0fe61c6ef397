//! The question before something is written to Canvas. Where other people's work is replaced, a yes is not enough: the
//! number of cells has to be named.

use super::context::Context;
use super::error::CliError;
use crate::domain::{Confirmed, Consent, Shown};

/// What somebody agreed to before being asked, and what there is to agree to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GivenConsent {
    /// The consent that was given before; `None` asks.
    pub(crate) consent: Option<Consent>,
    /// `--replacing`: in so many cells other people's work may be replaced.
    pub(crate) named: Option<u64>,
    /// In so many cells it would be.
    pub(crate) others_work: u64,
}

impl GivenConsent {
    /// This consent, where nobody's work can be replaced.
    pub(crate) fn plain(consent: Option<Consent>) -> Self {
        Self { consent, named: None, others_work: 0 }
    }

    /// Refuses a number that is not the right one, and a yes that comes without it.
    pub(crate) fn check(&self) -> Result<(), CliError> {
        let Self { consent, named, others_work } = *self;
        let cells = if others_work == 1 { "1 cell".to_owned() } else { format!("{others_work} cells") };
        match named {
            Some(named) if named != others_work => {
                Err(CliError::usage(format!("--replacing {named}: other people's work would be replaced in {cells}"))
                    .hint(format!("look at them again, then say --replacing {others_work}")))
            }
            None if others_work > 0 && consent == Some(Consent::Flag) => Err(CliError::usage(format!(
                "other people's work would be replaced in {cells}, which --yes does not cover"
            ))
            .hint(format!("look at them, then add --replacing {others_work}"))),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the question is for the number and not for a yes.
    fn asks_for_the_number(&self) -> bool {
        self.others_work > 0 && self.named.is_none()
    }
}

/// The confirmation of what was shown: by the consent that was given before, else by asking. `None` for a no.
pub(crate) fn confirmed(
    context: &Context,
    shown: Shown,
    given: GivenConsent,
    question: &str,
) -> Result<Option<Confirmed>, CliError> {
    given.check()?;
    let consent = match given.consent {
        Some(consent) => Some(consent),
        None if given.asks_for_the_number() => asked_for(context, given.others_work)?,
        None => context.ui.confirm(question)?.then_some(Consent::Answer),
    };
    Ok(consent.map(|consent| shown.confirm(consent)))
}

/// Asks for the number of cells in which other people's work is replaced.
fn asked_for(context: &Context, cells: u64) -> Result<Option<Consent>, CliError> {
    let what = if cells == 1 { "1 cell holds" } else { "cells hold" };
    let counted = if cells == 1 { what.to_owned() } else { format!("{cells} {what}") };
    context.ui.status(format!("{counted} other people's work, which this replaces."));
    let answer = context.ui.ask(&format!("Type {cells} to write this to Canvas, or anything else to leave it"), "")?;
    Ok((answer == cells.to_string()).then_some(Consent::Answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_does_not_cover_other_peoples_work_and_a_number_must_be_the_right_one() {
        let (flag, asks) = (Some(Consent::Flag), None);
        for (consent, named, others_work, refused) in [
            (flag, None, 0, None),
            (asks, None, 0, None),
            (flag, Some(0), 0, None),
            (flag, Some(3), 0, Some("--replacing 3: other people's work would be replaced in 0 cells")),
            (flag, None, 139, Some("other people's work would be replaced in 139 cells, which --yes does not cover")),
            (flag, None, 1, Some("other people's work would be replaced in 1 cell, which --yes does not cover")),
            (flag, Some(140), 139, Some("--replacing 140: other people's work would be replaced in 139 cells")),
            (asks, Some(140), 139, Some("--replacing 140: other people's work would be replaced in 139 cells")),
            (flag, Some(139), 139, None),
            (asks, Some(139), 139, None),
            (asks, None, 139, None),
            (Some(Consent::EarlierConfirmation), None, 0, None),
        ] {
            let given = GivenConsent { consent, named, others_work };
            let error = given.check().err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), refused, "{given:?}");
            let asks_for_it = given.asks_for_the_number();
            assert_eq!(asks_for_it, named.is_none() && others_work > 0, "{given:?}");
        }
    }
}
