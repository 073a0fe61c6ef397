//! What can go wrong with Canvas, by what the caller can decide on.

use std::error::Error;
use std::fmt;

use super::carrier::{CarryError, CarryErrorKind, Method};
use super::endpoint::Endpoint;
use super::unreachable::Unreachable;
use crate::limited::TooMuch;

/// Which request it was. Names no person: ids that are not internal are left out of the path, and so is the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The method.
    pub method: Method,
    /// The path, with `…` for SIS ids and logins.
    pub path: String,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// Canvas's request-context id, for its support. An answer without one came from in front of Canvas.
    pub request_id: Option<String>,
}

impl fmt::Display for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)?;
        if let Some(status) = self.status {
            write!(formatter, ", status {status}")?;
        }
        if let Some(id) = &self.request_id {
            write!(formatter, ", request {id}")?;
        }
        Ok(())
    }
}

/// What is wrong with the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenTrouble {
    /// Unknown to this host, deleted, pending, or of a person without an active login.
    Invalid,
    /// Past its end.
    Expired,
    /// Taken back.
    Revoked,
    /// Limited to scopes that do not allow this request; with the endpoint whose scope is missing.
    Scope(Option<&'static Endpoint>),
}

impl fmt::Display for TokenTrouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Scope(Some(missing)) => {
                return write!(formatter, "the access token lacks the scope {missing}");
            }
            Self::Invalid => "Canvas does not accept the access token",
            Self::Expired => "the access token has expired",
            Self::Revoked => "the access token was revoked",
            Self::Scope(None) => "the access token's scopes do not allow this request",
        })
    }
}

/// A request to Canvas that did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum CanvasError {
    /// The token: every further request would fail the same way.
    #[error("{trouble} ({context})")]
    Unauthorized {
        /// What is wrong with it.
        trouble: TokenTrouble,
        /// Which request.
        context: Context,
    },
    /// The token's user may not do this to this object.
    #[error("Canvas does not permit this: {message} ({context})")]
    Forbidden {
        /// Canvas's words.
        message: String,
        /// Which request.
        context: Context,
    },
    /// No such object, or none this token may know of.
    #[error("Canvas knows no such object ({context})")]
    NotFound {
        /// Which request.
        context: Context,
    },
    /// Canvas understood the request and refused it; nothing was done.
    #[error("Canvas refused: {message} ({context})")]
    Rejected {
        /// Canvas's words.
        message: String,
        /// Which request.
        context: Context,
    },
    /// The rate limit, for longer than the retry budget. The request was never executed.
    #[error("Canvas's rate limit left no room ({context})")]
    Throttled {
        /// Which request.
        context: Context,
    },
    /// The request did not leave before the time its caller had set. It was never executed.
    #[error("the request could not leave in time ({context})")]
    TooLate {
        /// Which request.
        context: Context,
    },
    /// No connection can be made until somebody mends something; nothing was sent.
    #[error("{why} ({context})")]
    Unreachable {
        /// What has to be mended.
        why: Unreachable,
        /// Which request.
        context: Context,
        /// What the libraries below said.
        #[source]
        source: CarryError,
    },
    /// Canvas gives no answer or answers with server errors, for longer than the retry budget. Nothing was changed.
    #[error("Canvas is unavailable ({context})")]
    Unavailable {
        /// Which request.
        context: Context,
        /// How often it was tried.
        attempts: u32,
        /// Why no answer came, if none came.
        #[source]
        source: Option<CarryError>,
    },
    /// A write was sent, and whether it was executed is not known: read before sending it again.
    #[error("the answer to a write was lost ({context})")]
    UnknownOutcome {
        /// Which request.
        context: Context,
        /// Why there is no answer to go by.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Something in front of Canvas refused the request, for instance for its User-Agent.
    #[error("refused in front of Canvas: {message} ({context})")]
    EdgeRefused {
        /// Its words.
        message: String,
        /// Which request.
        context: Context,
    },
    /// The answer is a redirect, which is never followed with the token.
    #[error("the address redirects to {to}; is it the right Canvas host? ({context})")]
    Redirected {
        /// The host it leads to.
        to: String,
        /// Which request.
        context: Context,
    },
    /// The answer is not what the contract says.
    #[error("cannot read Canvas's answer at `{at}` ({context})")]
    Decode {
        /// The path in the JSON.
        at: String,
        /// Which request.
        context: Context,
        /// What the JSON library said.
        #[source]
        source: serde_json::Error,
    },
    /// The answer is larger than this client reads.
    #[error("Canvas's answer is too large ({context})")]
    TooLarge {
        /// Which request.
        context: Context,
        /// The limit.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// A link to a next page or a file that must not be followed.
    #[error("Canvas's answer links to {to}, which is not followed ({context})")]
    ForeignLink {
        /// Where it leads: an origin only.
        to: String,
        /// Which request.
        context: Context,
    },
    /// The pages of a list have no end.
    #[error("the list has no end ({context})")]
    EndlessPages {
        /// Which request.
        context: Context,
    },
    /// A downloaded report cannot be read.
    #[error("cannot read the downloaded report")]
    Archive(#[source] Box<dyn Error + Send + Sync>),
    /// A downloaded report is larger than this client reads.
    #[error("the report is too large")]
    ReportTooLarge(#[source] TooMuch),
}

impl CanvasError {
    /// The error of a request whose last of so many attempts got no answer and changed nothing.
    pub(super) fn unanswered(source: CarryError, context: Context, attempts: u32) -> Self {
        match source.kind {
            CarryErrorKind::Unreachable(why) => Self::Unreachable { why, context, source },
            CarryErrorKind::TooLarge => Self::TooLarge { context, source: source.source },
            CarryErrorKind::Sink => Self::archive(source),
            CarryErrorKind::Connect
            | CarryErrorKind::ConnectTimeout
            | CarryErrorKind::NoRoute
            | CarryErrorKind::ProxyConnect
            | CarryErrorKind::Reset
            | CarryErrorKind::Timeout
            | CarryErrorKind::Other => Self::Unavailable { context, attempts, source: Some(source) },
        }
    }

    /// A report that cannot be kept or read, or is too large for that.
    pub(super) fn archive(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let error = error.into();
        match TooMuch::behind(&*error) {
            Some(limit) => Self::ReportTooLarge(limit.clone()),
            None => Self::Archive(error),
        }
    }

    /// Whether a write may have been executed although this error came back.
    pub fn outcome_unknown(&self) -> bool {
        matches!(self, Self::UnknownOutcome { .. })
    }

    /// Whether the last attempt ended for lack of time, so that asking for less may help.
    pub fn timed_out(&self) -> bool {
        match self {
            Self::Unavailable { source: Some(source), .. } => source.kind == CarryErrorKind::Timeout,
            Self::Unavailable { context, .. } => context.status == Some(504),
            _ => false,
        }
    }

    /// Why no answer came, where it may pass; nothing where an answer came.
    pub fn outage(&self) -> Option<CarryErrorKind> {
        match self {
            Self::Unavailable { source, .. } => source.as_ref().map(|source| source.kind),
            _ => None,
        }
    }

    /// Which request it was; nothing for a file that was already here.
    pub fn context(&self) -> Option<&Context> {
        match self {
            Self::Unauthorized { context, .. }
            | Self::Forbidden { context, .. }
            | Self::NotFound { context }
            | Self::Rejected { context, .. }
            | Self::Throttled { context }
            | Self::TooLate { context }
            | Self::Unreachable { context, .. }
            | Self::Unavailable { context, .. }
            | Self::UnknownOutcome { context, .. }
            | Self::EdgeRefused { context, .. }
            | Self::Redirected { context, .. }
            | Self::Decode { context, .. }
            | Self::TooLarge { context, .. }
            | Self::ForeignLink { context, .. }
            | Self::EndlessPages { context } => Some(context),
            Self::Archive(_) | Self::ReportTooLarge(_) => None,
        }
    }

    /// Whether a list of cells was refused because one of its students is not visible to the token: the words for a
    /// column that is not there are others (`canvas-contract §I1`).
    pub fn refuses_a_student(&self) -> bool {
        matches!(self, Self::Forbidden { message, .. } if !message.contains("assignment ids"))
    }

    /// Canvas's own words, where it gave any.
    pub fn server_message(&self) -> Option<&str> {
        match self {
            Self::Forbidden { message, .. } | Self::Rejected { message, .. } | Self::EdgeRefused { message, .. } => {
                Some(message)
            }
            _ => None,
        }
    }
}
