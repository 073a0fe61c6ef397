//! What each layer's error means for a person and for the exit code.

use std::error::Error;

use super::CliError;
use crate::cli::config::ConfigError;
use crate::cli::credentials::TokenError;
use crate::cli::exit::Exit;
use crate::domain::FindingCode;
use crate::engine::EngineError;
use crate::sandbox::{SandboxError, WorldError};
use crate::scores::ScoresError;
use crate::store::StoreError;

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        let hint = match &error {
            ConfigError::Read(_) => "check that the file is yours and readable, or name another one with --config",
            ConfigError::Write(_) => "check that its folder exists and is writable, or name another file with --config",
            ConfigError::Syntax { .. } => "correct the file; `gradepush help config` lists its keys",
            ConfigError::Connector { .. } => "correct it in the file, or with `gradepush connector edit`",
            ConfigError::NoHome => "name the file with --config and --store, or set HOME",
            ConfigError::Twice { .. } => "titles are unique; rename or remove one of them",
        };
        Self::of(Exit::Usage, error).coded("configuration").hint(hint)
    }
}

impl From<TokenError> for CliError {
    fn from(error: TokenError) -> Self {
        let hint = error.hint();
        Self::of(Exit::Usage, error).coded("no-token").hint(hint)
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let (exit, hint) = match &error {
            StoreError::Locked { .. } => (Exit::Store, "wait until that command has ended, or end it"),
            StoreError::Busy(_) => (Exit::Store, "try again when the other process is done"),
            StoreError::Full(_) => (
                Exit::Store,
                "free some space on its disk; what was journaled is safe, and `gradepush retry` continues",
            ),
            StoreError::Disk(_) => (
                Exit::Store,
                "check the room, the quota and the health of its disk; what was journaled is safe, and `gradepush retry` \
                 reads Canvas before it sends anything",
            ),
            StoreError::ReadOnly(_) => {
                (Exit::Store, "check the permissions of the store and its folder, or name another one with --store")
            }
            StoreError::Corrupted(_) => (
                Exit::Store,
                "restore a backup: gradepush store restore FILE; or name another one with --store; `gradepush store check` says \
                 more",
            ),
            StoreError::Foreign { .. } => (Exit::Store, "name another file with --store"),
            StoreError::Newer { .. } => (Exit::Store, "use the newer gradepush, or another store with --store"),
            StoreError::CannotOpen { .. } => {
                (Exit::Store, "check the path and its permissions, or name another one with --store")
            }
            StoreError::Exists { .. } => (Exit::Store, "name a new file"),
            StoreError::CannotCopy { .. } => (Exit::Store, "check that its folder exists and is writable"),
            StoreError::Missing { .. } => (Exit::Usage, "`gradepush runs` lists the plans and runs"),
            StoreError::AlreadyExecuted { .. } => {
                (Exit::Usage, "use `gradepush retry` to finish its run, or plan again")
            }
            StoreError::Sql(_) => (Exit::Store, "`gradepush store check` says whether the store is damaged"),
        };
        let code = match &error {
            StoreError::Locked { .. } => "store-locked",
            StoreError::Busy(_) => "store-busy",
            StoreError::Full(_) => "store-full",
            StoreError::ReadOnly(_) => "store-read-only",
            StoreError::Corrupted(_) => "store-damaged",
            StoreError::Newer { .. } => "store-newer",
            StoreError::Missing { .. } => "not-in-store",
            StoreError::AlreadyExecuted { .. } => FindingCode::PlanExecuted.code(),
            StoreError::Disk(_)
            | StoreError::Foreign { .. }
            | StoreError::CannotOpen { .. }
            | StoreError::Exists { .. }
            | StoreError::CannotCopy { .. }
            | StoreError::Sql(_) => "store",
        };
        with_reason(Self::of(exit, error)).coded(code).hint(hint)
    }
}

impl From<ScoresError> for CliError {
    /// These messages say how to mend them themselves.
    fn from(error: ScoresError) -> Self {
        let exit = match &error {
            // What the user said of the files, on the command line or in the files that belong to it.
            ScoresError::NoCourse { .. }
            | ScoresError::NameWithoutCourse { .. }
            | ScoresError::NameWithoutTitle { .. }
            | ScoresError::SeveralUntitled { .. }
            | ScoresError::OtherCourse { .. }
            | ScoresError::NoHeaderRow { .. }
            | ScoresError::NoSheet { .. }
            | ScoresError::NotAWorkbook { .. }
            | ScoresError::NoLayout { .. }
            | ScoresError::LayoutSyntax { .. }
            | ScoresError::LayoutSense { .. }
            | ScoresError::UnknownRule { .. }
            | ScoresError::BadRule { .. }
            | ScoresError::Unwritable(_) => Exit::Usage,
            // The files themselves.
            ScoresError::Unreadable { .. }
            | ScoresError::Directory { .. }
            | ScoresError::Empty { .. }
            | ScoresError::Workbook { .. }
            | ScoresError::TooLarge { .. }
            | ScoresError::Binary { .. }
            | ScoresError::BadByte { .. }
            | ScoresError::Undecodable { .. }
            | ScoresError::Ragged { .. }
            | ScoresError::OpenQuote { .. }
            | ScoresError::LongRecord { .. }
            | ScoresError::DuplicateColumn { .. }
            | ScoresError::MissingColumns { .. }
            | ScoresError::NotThisTable { .. }
            | ScoresError::UnknownLayout { .. }
            | ScoresError::GroupRows { .. }
            | ScoresError::NamesWithoutIds { .. }
            | ScoresError::SecondHeader { .. }
            | ScoresError::RowsNameAssignments { .. }
            | ScoresError::UnreadIds { .. }
            | ScoresError::BadRecord { .. }
            | ScoresError::Ambiguous { .. }
            | ScoresError::TooLong { .. } => Exit::Rejected,
        };
        with_reason(Self::of(exit, error))
    }
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> Self {
        let code = match &error {
            EngineError::NoCache(_) => Some("no-cache"),
            EngineError::PlanBlocked(findings) => findings.first().map(|finding| finding.code.code()),
            EngineError::AlreadyExecuted { .. } => Some(FindingCode::PlanExecuted.code()),
            EngineError::NothingNamed { .. } | EngineError::NothingSent { .. } => Some("nothing-selected"),
            _ => None,
        };
        let (exit, hint) = match error {
            EngineError::Canvas(error) => return error.into(),
            EngineError::Store(error) => return error.into(),
            EngineError::NoCache(_) => (Exit::Usage, "fill it first: gradepush sync"),
            EngineError::ReportFailed { .. } => {
                (Exit::Unavailable, "use the lists instead: gradepush sync --source rest")
            }
            EngineError::NoSuchTerm(_) => (
                Exit::Usage,
                "name it by its internal id, the number in its address: gradepush sync --term ID; or leave --term out",
            ),
            EngineError::NoActiveTerm => (
                Exit::Usage,
                "name the term by its internal id: gradepush sync --term ID; or take all of them: gradepush sync \
                 --all-terms",
            ),
            EngineError::PlanBlocked(ref findings) => {
                let executed = findings.iter().any(|finding| finding.code == FindingCode::PlanExecuted);
                let exit = if executed { Exit::Usage } else { Exit::Rejected };
                (exit, findings.first().map_or("plan again", |finding| finding.code.hint()))
            }
            EngineError::OtherConnector { .. } => (Exit::Usage, "use the connector it was made for, or plan again"),
            EngineError::AlreadyExecuted { .. } => {
                (Exit::Usage, "use `gradepush retry` to finish its run, or plan again")
            }
            EngineError::Undone { by, written: 0, .. } => {
                let hint = format!("{by} wrote no cell, so that no undo brings anything back; plan the scores again");
                return Self::of(Exit::Usage, error).hint(hint);
            }
            EngineError::Undone { .. } => {
                (Exit::Usage, "`gradepush undo` of that run brings it back; or plan the scores again")
            }
            EngineError::NotWaitedFor { .. } => {
                (Exit::Usage, "`gradepush show RUN` names the jobs that a run waits for")
            }
            EngineError::NothingNamed { .. } => (
                Exit::Usage,
                "name it as the scores do: courses and people by id, assignments by id or title; `internal:ID` and \
                 `sis:ID` force the kind of a course's id",
            ),
            EngineError::NothingSent { .. } => (
                Exit::Usage,
                "check that the export is complete, and what was left out of it: the files may hold nothing but a header",
            ),
            EngineError::NoStudent(_) => (
                Exit::Usage,
                "name a course with a student, or open it in Canvas in student view: that makes a test student",
            ),
            EngineError::Interrupted => (Exit::Interrupted, "run the command again"),
            EngineError::NotWhatWasShown(_) => (Exit::Rejected, "look at the plan again: gradepush show PLAN"),
        };
        let error = Self::of(exit, error).hint(hint);
        match code {
            Some(code) => error.coded(code),
            None => error,
        }
    }
}

impl From<SandboxError> for CliError {
    fn from(error: SandboxError) -> Self {
        let (exit, hint) = match &error {
            SandboxError::Bind { .. } => (Exit::Usage, "choose another one with --addr; port 0 takes any free one"),
            SandboxError::Serve(_) => (Exit::Internal, "start it again"),
        };
        with_reason(Self::of(exit, error)).hint(hint)
    }
}

impl From<WorldError> for CliError {
    fn from(error: WorldError) -> Self {
        let hint = match &error {
            WorldError::Malformed(_) => "take a file that `gradepush sandbox --save` wrote",
            WorldError::File(_) => "check the path and its permissions",
            WorldError::Link(_) => "name the place itself that the link leads to",
            WorldError::NotAFile(_) => "name a new file, or one that a world was saved to before",
        };
        with_reason(Self::of(Exit::Rejected, error)).hint(hint)
    }
}

/// Puts what the system said behind the message, where a person cannot act without it.
pub(super) fn with_reason(error: CliError) -> CliError {
    let reason = error.source().and_then(Error::source).map(ToString::to_string);
    match reason {
        Some(reason) => error.because(&reason),
        None => error,
    }
}
