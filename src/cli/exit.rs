//! What the process says when it ends. Scripts rely on these numbers.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Exit {
    /// Everything asked for holds; also when there was nothing to do.
    #[default]
    Done = 0,
    /// A fault of the tool itself.
    Internal = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// Refused before anything was written.
    Rejected = 3,
    /// Done in part: rows are unresolved, blocked, rejected, pending, unknown or unreadable.
    Partial = 4,
    /// Conflicts were held back.
    Conflicts = 5,
    /// Verification found drift.
    Drift = 6,
    /// Not authenticated, or not permitted for the whole connector.
    NotPermitted = 7,
    /// Canvas is unreachable or unavailable.
    Unavailable = 8,
    /// The local store is locked, full, read-only, corrupted or of a newer version.
    Store = 9,
    /// The plan has changes; only with `--detailed-exitcode`.
    Changes = 10,
    /// Somebody was asked, and answered no.
    Declined = 11,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// When several apply, the first of these wins.
    const PRECEDENCE: [Self; 13] = [
        Self::Interrupted,
        Self::Declined,
        Self::Internal,
        Self::Store,
        Self::Usage,
        Self::NotPermitted,
        Self::Unavailable,
        Self::Rejected,
        Self::Partial,
        Self::Conflicts,
        Self::Drift,
        Self::Changes,
        Self::Done,
    ];

    /// Every exit, by number.
    pub(crate) const ALL: [Self; 13] = [
        Self::Done,
        Self::Internal,
        Self::Usage,
        Self::Rejected,
        Self::Partial,
        Self::Conflicts,
        Self::Drift,
        Self::NotPermitted,
        Self::Unavailable,
        Self::Store,
        Self::Changes,
        Self::Declined,
        Self::Interrupted,
    ];

    /// The number the shell sees.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// The one to report when both apply.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self::PRECEDENCE.into_iter().find(|exit| [self, other].contains(exit)).unwrap_or(Self::Internal)
    }

    /// Its name, the code of an error in machine output that has no code of its own.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Internal => "internal",
            Self::Usage => "usage",
            Self::Rejected => "rejected",
            Self::Partial => "partial",
            Self::Conflicts => "conflicts",
            Self::Drift => "drift",
            Self::NotPermitted => "not-permitted",
            Self::Unavailable => "unavailable",
            Self::Store => "store",
            Self::Changes => "changes",
            Self::Declined => "declined",
            Self::Interrupted => "interrupted",
        }
    }

    /// What it means, for `help exit-codes`.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done: everything asked for holds (also when there was nothing to do)",
            Self::Internal => "internal error",
            Self::Usage => "usage or configuration error",
            Self::Rejected => {
                "rejected before anything was written: unreadable file, unknown layout, a finding of severity plan, \
                 or --strict and a warning"
            }
            Self::Partial => "done in part: rows unresolved, blocked, rejected, pending, unknown or unreadable",
            Self::Conflicts => "conflicts were held back",
            Self::Drift => "verification found drift",
            Self::NotPermitted => "not authenticated, or not permitted for the whole connector",
            Self::Unavailable => "Canvas unreachable or unavailable (nothing is lost; `retry` continues)",
            Self::Store => "local store unavailable: locked, full, read-only, corrupted, of a newer version",
            Self::Changes => "the plan has changes (only with --detailed-exitcode; replaces only 0)",
            Self::Declined => "you were asked and answered no; nothing was done",
            Self::Interrupted => "interrupted; the journal is safe, `retry` continues",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_contract_wins() {
        for (codes, expected) in [
            (vec![], 0),
            (vec![0, 10], 10),
            (vec![10, 6], 6),
            (vec![6, 5], 5),
            (vec![5, 4, 6], 4),
            (vec![4, 3], 3),
            (vec![3, 8], 8),
            (vec![8, 7], 7),
            (vec![7, 2], 2),
            (vec![2, 9], 9),
            (vec![9, 1], 1),
            (vec![1, 11, 4], 11),
            (vec![1, 130, 11, 9], 130),
            (vec![4, 10, 0], 4),
        ] {
            let exits =
                codes.iter().map(|code| Exit::ALL.into_iter().find(|exit| exit.code() == *code).expect("known"));
            assert_eq!(exits.fold(Exit::Done, Exit::and).code(), expected, "{codes:?}");
        }
    }

    #[test]
    fn precedence_names_every_exit_once() {
        for exit in Exit::ALL {
            assert_eq!(Exit::PRECEDENCE.iter().filter(|one| **one == exit).count(), 1, "{exit:?}");
        }
    }
}
