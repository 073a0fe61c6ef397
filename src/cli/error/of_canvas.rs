//! What Canvas, and the way to it, say went wrong: as exit code, code and how to mend it.

use super::CliError;
use super::convert::with_reason;
use crate::canvas::{CanvasError, CarryErrorKind, SetupError, TokenTrouble, Unreachable};
use crate::cli::exit::Exit;

impl From<CanvasError> for CliError {
    fn from(error: CanvasError) -> Self {
        let (exit, hint) = match &error {
            CanvasError::Unauthorized { trouble: TokenTrouble::Scope(_), .. } => (
                Exit::NotPermitted,
                "add it to the developer key, or use a token without scopes; `gradepush help scopes` lists what is needed",
            ),
            CanvasError::Unauthorized { .. } => (
                Exit::NotPermitted,
                "make a new token in Canvas under Account, Settings, then: gradepush connector token TITLE",
            ),
            CanvasError::Forbidden { .. } => (
                Exit::NotPermitted,
                "use a token of somebody who may do this; `gradepush connector test` says what this one may do",
            ),
            CanvasError::NotFound { .. } => {
                (Exit::Usage, "check the connector's account and host; `gradepush connector test` says more")
            }
            CanvasError::Rejected { .. } => (Exit::Rejected, "nothing was done; -v shows the request"),
            CanvasError::Throttled { .. } | CanvasError::TooLate { .. } => {
                (Exit::Unavailable, "nothing is lost; try again later")
            }
            CanvasError::Unavailable { .. } => (Exit::Unavailable, outlast(error.outage())),
            CanvasError::Unreachable { why, .. } => (Exit::Unavailable, mend(*why)),
            CanvasError::UnknownOutcome { .. } => {
                (Exit::Partial, "whether it was done is not known; look in Canvas before you do it again")
            }
            CanvasError::EdgeRefused { .. } => {
                (Exit::NotPermitted, "something in front of Canvas blocks this machine; ask who runs it")
            }
            CanvasError::Redirected { .. } => {
                (Exit::Usage, "if that is your Canvas, name it: gradepush connector edit TITLE --canvas URL")
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
        let code = code(&error);
        let error = Self::of(exit, error);
        let error = match code {
            Some(code) => error.coded(code),
            None => error,
        };
        // What the lowest library said names the other host, the day or the address; those above it only pass it on.
        let error = match error.causes().last().filter(|_| unreachable) {
            Some(reason) => error.because(&reason),
            None => with_reason(error),
        };
        let error = error.hint(hint);
        if unreachable { error.hint("nothing is lost; then try again") } else { error }
    }
}

/// The code of an error that scripts may tell from others of its exit.
fn code(error: &CanvasError) -> Option<&'static str> {
    Some(match error {
        CanvasError::Unauthorized { trouble, .. } => match trouble {
            TokenTrouble::Invalid => "token-invalid",
            TokenTrouble::Expired => "token-expired",
            TokenTrouble::Revoked => "token-revoked",
            TokenTrouble::Scope(_) => "token-scope",
        },
        CanvasError::Unreachable { why, .. } => match why {
            Unreachable::UnknownName => "unknown-host",
            Unreachable::PortRefused => "port-refused",
            Unreachable::ProxyUnknownName | Unreachable::ProxyPortRefused | Unreachable::ProxyNeedsLogin => "proxy",
            Unreachable::CertificateExpired
            | Unreachable::CertificateNotYetValid
            | Unreachable::CertificateOfOtherHost
            | Unreachable::CertificateFromUnknownIssuer
            | Unreachable::CertificateOfAuthority
            | Unreachable::CertificateUnusable => "certificate",
            Unreachable::OutdatedProtocol | Unreachable::Handshake => "tls",
            Unreachable::NoTlsOnPort => "port-without-tls",
            Unreachable::NoPlainHttpOnPort => "port-with-tls",
        },
        CanvasError::Unavailable { .. } => match error.outage()? {
            CarryErrorKind::ProxyConnect => "proxy",
            CarryErrorKind::Timeout | CarryErrorKind::ConnectTimeout => "timeout",
            _ => return None,
        },
        CanvasError::Throttled { .. } => "throttled",
        CanvasError::UnknownOutcome { .. } => "unknown-outcome",
        CanvasError::Redirected { .. } => "redirected",
        _ => return None,
    })
}

/// What to do when Canvas gives no answer, which may pass.
fn outlast(why: Option<CarryErrorKind>) -> &'static str {
    match why {
        Some(CarryErrorKind::ConnectTimeout) => {
            "nothing is lost; check host and port, and whether a firewall, a VPN or a proxy stands between: gradepush \
             connector show TITLE"
        }
        Some(CarryErrorKind::NoRoute) => "nothing is lost; check this machine's network or VPN, then try again",
        Some(CarryErrorKind::ProxyConnect) => {
            "nothing is lost; check the spelling of the host and ask who runs the proxy whether it lets it through; it is \
             the secure gateway of `gradepush connector show TITLE`, else HTTPS_PROXY of the environment"
        }
        Some(CarryErrorKind::Timeout) => {
            "nothing is lost; Canvas, or something between, is slow to answer: try again later"
        }
        _ => "nothing is lost; try again later",
    }
}

/// How to make a host reachable.
fn mend(why: Unreachable) -> &'static str {
    match why {
        Unreachable::UnknownName => "check the network and the spelling of the host: gradepush connector show TITLE",
        Unreachable::PortRefused => "check host and port: gradepush connector show TITLE; and that the server runs",
        Unreachable::ProxyUnknownName | Unreachable::ProxyPortRefused => {
            "check the proxy: it is the secure gateway of `gradepush connector show TITLE`, else HTTPS_PROXY of the \
             environment, which NO_PROXY=HOST turns off for a host"
        }
        Unreachable::ProxyNeedsLogin => {
            "put both into its address: gradepush connector edit TITLE --secure-gateway http://NAME:PASSWORD@HOST:PORT"
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
            "check the port: it speaks plain http, over which a token goes to this machine alone; for a sandbox: gradepush \
             connector edit TITLE --canvas http://127.0.0.1:PORT"
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
