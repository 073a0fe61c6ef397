//! The consent that tests give.

use gradepush::domain::{Confirmed, Consent, Shown};

/// What somebody would have confirmed with `--yes` who was shown the plan of this digest.
pub(crate) fn confirmed(digest: &str) -> Confirmed {
    Shown::with_digest(digest).confirm(Consent::Flag)
}
