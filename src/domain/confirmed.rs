//! The proof that somebody saw what is about to be written.

/// The digest that was shown and the digest that is stored differ: something else would be pushed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("what was confirmed ({shown}) is not what would be done ({stored})")]
pub struct NotWhatWasShown {
    /// The digest the person confirmed.
    pub shown: String,
    /// The digest of the stored plan.
    pub stored: String,
}

/// The digest of a plan, or of a proof of the contract, confirmed by a person or by `--yes`. The only key to a
/// `canvas::Writer`: planning cannot write, because planning never holds one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    digest: String,
}

impl Confirmed {
    /// Confirms the stored plan, or the proof at hand, if it is the one that was shown.
    pub fn of(shown: &str, stored: &str) -> Result<Self, NotWhatWasShown> {
        if shown == stored {
            Ok(Self { digest: stored.to_owned() })
        } else {
            Err(NotWhatWasShown { shown: shown.to_owned(), stored: stored.to_owned() })
        }
    }

    /// The digest of what may be executed.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}
