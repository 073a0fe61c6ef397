//! What each layer's error means for a person and for the exit code.

use std::error::Error;

use super::CliError;
use crate::canvas::{CanvasError, SetupError, TokenTrouble, Unreachable};
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
        Self::of(Exit::Usage, error).hint(hint)
    }
}

impl From<TokenError> for CliError {
    fn from(error: TokenError) -> Self {
        let hint = error.hint();
        Self::of(Exit::Usage, error).hint(hint)
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
                "restore a backup of the store, or name another one with --store; `gradepush store check` says more",
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
        with_reason(Self::of(exit, error)).hint(hint)
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
            | ScoresError::BadRecord { .. }
            | ScoresError::Ambiguous { .. }
            | ScoresError::TooLong { .. } => Exit::Rejected,
        };
        with_reason(Self::of(exit, error))
    }
}

impl From<CanvasError> for CliError {
    fn from(error: CanvasError) -> Self {
        let (exit, hint) = match &error {
            CanvasError::Unauthorized { trouble: TokenTrouble::Scope(_), .. } => (
                Exit::NotPermitted,
                "add it to the developer key, or use a token without scopes; `gradepush help scopes` lists what is needed",
            ),
            CanvasError::Unauthorized { .. } => (
                Exit::NotPermitted,
                "make a new token in Canvas under Account, Settings, and store it where the connector looks",
            ),
            CanvasError::Forbidden { .. } => (
                Exit::NotPermitted,
                "use a token of somebody who may do this; `gradepush connector test` says what this one may do",
            ),
            CanvasError::NotFound { .. } => {
                (Exit::Usage, "check the connector's account and host; `gradepush connector test` says more")
            }
            CanvasError::Rejected { .. } => (Exit::Rejected, "nothing was done; -v shows the request"),
            CanvasError::Throttled { .. } | CanvasError::TooLate { .. } | CanvasError::Unavailable { .. } => {
                (Exit::Unavailable, "nothing is lost; try again later")
            }
            CanvasError::Unreachable { why, .. } => (Exit::Unavailable, mend(*why)),
            CanvasError::UnknownOutcome { .. } => {
                (Exit::Partial, "whether it was done is not known; look in Canvas before you do it again")
            }
            CanvasError::EdgeRefused { .. } => {
                (Exit::NotPermitted, "something in front of Canvas blocks this machine; ask who runs it")
            }
            CanvasError::Redirected { .. } => {
                (Exit::Usage, "name the host it leads to: gradepush connector edit TITLE --canvas URL")
            }
            CanvasError::ReportTooLarge(_) => (
                Exit::Unavailable,
                "sync one term at a time with --term, or use the lists instead: gradepush sync --source rest",
            ),
            CanvasError::Decode { .. }
            | CanvasError::TooLarge { .. }
            | CanvasError::ForeignLink { .. }
            | CanvasError::EndlessPages { .. }
            | CanvasError::Archive(_) => (
                Exit::Unavailable,
                "try again; if it stays so, check that the host is a Canvas, and please report it if it is",
            ),
        };
        let unreachable = matches!(error, CanvasError::Unreachable { .. });
        let error = Self::of(exit, error);
        // What the lowest library said names the other host, the day or the address; those above it only pass it on.
        let error = match error.causes().last().filter(|_| unreachable) {
            Some(reason) => error.because(&reason),
            None => with_reason(error),
        };
        let error = error.hint(hint);
        if unreachable { error.hint("nothing is lost; then try again") } else { error }
    }
}

/// How to make a host reachable.
fn mend(why: Unreachable) -> &'static str {
    match why {
        Unreachable::UnknownName => {
            "check the network, and the spelling of the host and of the secure gateway: gradepush connector show TITLE"
        }
        Unreachable::PortRefused => {
            "check host and port, also those of the secure gateway: gradepush connector show TITLE; and that the server \
             runs"
        }
        Unreachable::CertificateExpired => {
            "check the date of this machine; if it is right, whoever runs the server must renew its certificate"
        }
        Unreachable::CertificateNotYetValid => {
            "check the date of this machine; if it is right, whoever runs the server must replace its certificate"
        }
        Unreachable::CertificateOfOtherHost => {
            "name the host as its certificate does: gradepush connector edit TITLE --canvas URL"
        }
        Unreachable::CertificateFromUnknownIssuer => {
            "if your institution issues its own certificates, name its authority's: gradepush connector edit TITLE \
             --ca-file FILE; if not, something between here and Canvas may be reading along"
        }
        Unreachable::CertificateOfAuthority => {
            "use one made with CA:FALSE, also with --ca-file; `openssl req -x509` makes such a one with -addext \
             basicConstraints=critical,CA:FALSE"
        }
        Unreachable::CertificateUnusable => "whoever runs the server must replace its certificate",
        Unreachable::OutdatedProtocol => "whoever runs the server must enable TLS 1.2 or 1.3 with current ciphers",
        Unreachable::NoTlsOnPort => {
            "check the port; the server answers plain http there, and a token is never sent unencrypted"
        }
        Unreachable::NoPlainHttpOnPort => {
            "check the port; if it is one for TLS: gradepush connector edit TITLE --canvas https://HOST:PORT"
        }
        Unreachable::Handshake => "ask whoever runs the server, or the secure gateway; -v shows every cause",
    }
}

impl From<SetupError> for CliError {
    fn from(error: SetupError) -> Self {
        let (exit, hint) = match &error {
            SetupError::Gateway(_) => {
                (Exit::Usage, "correct it: gradepush connector edit TITLE --secure-gateway http://HOST:PORT")
            }
            SetupError::Authority(_) => (Exit::Usage, "name a PEM file: gradepush connector edit TITLE --ca-file FILE"),
            SetupError::Token => (Exit::Usage, "look at what the token's source yields"),
            SetupError::Connection(_) => (Exit::Internal, "-v shows why"),
        };
        Self::of(exit, error).hint(hint)
    }
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> Self {
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
            EngineError::NoStudent(_) => (
                Exit::Usage,
                "name a course with a student, or open it in Canvas in student view: that makes a test student",
            ),
            EngineError::Interrupted => (Exit::Interrupted, "run the command again"),
            EngineError::NotWhatWasShown(_) => (Exit::Rejected, "look at the plan again: gradepush show PLAN"),
        };
        Self::of(exit, error).hint(hint)
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
fn with_reason(error: CliError) -> CliError {
    let reason = error.source().and_then(Error::source).map(ToString::to_string);
    match reason {
        Some(reason) => error.because(&reason),
        None => error,
    }
}
