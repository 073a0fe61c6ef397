//! The proof that somebody saw what is about to be written, and agreed.

/// The digest that was shown and the digest that is stored differ: something else would be pushed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("what was confirmed ({shown}) is not what would be done ({stored})")]
pub struct NotWhatWasShown {
    /// The digest the person confirmed.
    pub shown: String,
    /// The digest of the stored plan.
    pub stored: String,
}

/// How somebody agreed to what was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// By answering the question with yes.
    Answer,
    /// By the flag `--yes`, given before.
    Flag,
    /// By confirming the run when it began: of its plan no cell is left to write, so a retry does not ask again.
    EarlierConfirmation,
}

/// A plan, or a proof of the contract, that was shown to a person. Only `cli` shows something, so only `cli` makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    digest: String,
}

impl Shown {
    /// What has this digest was shown: the digest must come from the very thing whose content was put before the
    /// person, and not be looked up anew.
    pub fn with_digest(digest: impl Into<String>) -> Self {
        Self { digest: digest.into() }
    }

    /// Makes the key to writing exactly this. Nothing else makes one.
    pub fn confirm(self, consent: Consent) -> Confirmed {
        match consent {
            Consent::Answer | Consent::Flag | Consent::EarlierConfirmation => Confirmed { digest: self.digest },
        }
    }
}

/// The digest of a plan, or of a proof of the contract, that somebody saw and agreed to. The only key to a
/// `canvas::Writer`: planning cannot write, because planning never holds one of these (design, promise 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    digest: String,
}

impl Confirmed {
    /// Checks that what is about to be done, known by its digest, is what was shown (design, promise 2).
    pub fn covers(&self, stored: &str) -> Result<(), NotWhatWasShown> {
        if self.digest == stored {
            Ok(())
        } else {
            Err(NotWhatWasShown { shown: self.digest.clone(), stored: stored.to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_covers_what_was_shown_and_nothing_else() {
        for consent in [Consent::Answer, Consent::Flag, Consent::EarlierConfirmation] {
            let confirmed = Shown::with_digest("a plan").confirm(consent);
            assert_eq!(confirmed.covers("a plan"), Ok(()));
            let other = NotWhatWasShown { shown: "a plan".to_owned(), stored: "another plan".to_owned() };
            assert_eq!(confirmed.covers("another plan"), Err(other));
        }
    }
}
