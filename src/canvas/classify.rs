//! What the libraries below say went wrong, as a kind the client decides by.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError, InvalidMessage};

use super::carrier::{CarryError, CarryErrorKind};
use super::unreachable::Unreachable;

/// How the library below begins what it says of a proxy that should lead to a host; its types are not public.
const TUNNEL: &str = "tunnel error: ";

/// Says what went wrong before an answer began.
pub(super) fn before_the_answer(error: reqwest::Error) -> CarryError {
    let kind = match unreachable(&error) {
        Some(why) => CarryErrorKind::Unreachable(why),
        None if error.is_connect() => no_connection(&error),
        None if error.is_timeout() => CarryErrorKind::Timeout,
        None if error.is_builder() => CarryErrorKind::Other,
        None => CarryErrorKind::Reset,
    };
    let sent = !error.is_connect() && !error.is_builder();
    CarryError { kind, sent, source: Some(error.without_url().into()) }
}

/// Why no connection was made, where that may pass.
fn no_connection(error: &reqwest::Error) -> CarryErrorKind {
    let has_no_route = causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|io| matches!(io.kind(), io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable));
    match of_tunnel(error) {
        Some(Tunnel::ToHost) => CarryErrorKind::ProxyConnect,
        _ if error.is_timeout() => CarryErrorKind::ConnectTimeout,
        _ if has_no_route => CarryErrorKind::NoRoute,
        _ => CarryErrorKind::Connect,
    }
}

/// Where the way through a proxy ends.
enum Tunnel {
    /// Before the proxy.
    ToProxy,
    /// The proxy wants to know who it is.
    Login,
    /// Behind the proxy.
    ToHost,
}

fn of_tunnel(error: &reqwest::Error) -> Option<Tunnel> {
    let said = causes(error).map(ToString::to_string).find(|said| said.starts_with(TUNNEL))?;
    Some(match said.trim_start_matches(TUNNEL) {
        "failed to create underlying connection" => Tunnel::ToProxy,
        "proxy authorization required" => Tunnel::Login,
        _ => Tunnel::ToHost,
    })
}

/// Says what went wrong while an answer was read: Canvas has executed the request by then.
pub(super) fn within_the_answer(error: reqwest::Error) -> CarryError {
    let kind = if error.is_timeout() { CarryErrorKind::Timeout } else { CarryErrorKind::Reset };
    CarryError { kind, sent: true, source: Some(error.without_url().into()) }
}

/// Whether a port speaks TLS, by how a request over https went.
pub(super) fn shows_tls(outcome: &Result<reqwest::Response, reqwest::Error>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(error) if error.is_timeout() => false,
        // The handshake went well, and something after it did not.
        Err(error) if !error.is_connect() => true,
        Err(error) => match unreachable(error) {
            Some(
                Unreachable::CertificateExpired
                | Unreachable::CertificateNotYetValid
                | Unreachable::CertificateOfOtherHost
                | Unreachable::CertificateFromUnknownIssuer
                | Unreachable::CertificateOfAuthority
                | Unreachable::CertificateUnusable
                | Unreachable::OutdatedProtocol
                | Unreachable::Handshake,
            ) => true,
            Some(
                Unreachable::UnknownName
                | Unreachable::PortRefused
                | Unreachable::ProxyUnknownName
                | Unreachable::ProxyPortRefused
                | Unreachable::ProxyNeedsLogin
                | Unreachable::NoTlsOnPort
                | Unreachable::NoPlainHttpOnPort,
            )
            | None => false,
        },
    }
}

/// What has to be mended before a connection can be made; nothing if the trouble may pass.
fn unreachable(error: &reqwest::Error) -> Option<Unreachable> {
    if !error.is_connect() {
        // Over TLS a mangled answer is an accident on the way; in plain text it is most likely a handshake's alert.
        let plain = error.url().is_some_and(|url| url.scheme() == "http");
        let mut parsed = causes(error).filter_map(|cause| cause.downcast_ref::<hyper::Error>());
        return (plain && parsed.any(hyper::Error::is_parse)).then_some(Unreachable::NoPlainHttpOnPort);
    }
    let (unknown, refused) = match of_tunnel(error) {
        Some(Tunnel::Login) => return Some(Unreachable::ProxyNeedsLogin),
        Some(Tunnel::ToHost) => return None,
        Some(Tunnel::ToProxy) => (Unreachable::ProxyUnknownName, Unreachable::ProxyPortRefused),
        None => (Unreachable::UnknownName, Unreachable::PortRefused),
    };
    if error.is_dns() {
        return Some(unknown);
    }
    causes(error).find_map(|cause| {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return Some(of_tls(tls));
        }
        let io = cause.downcast_ref::<io::Error>()?;
        (io.kind() == io::ErrorKind::ConnectionRefused).then_some(refused)
    })
}

/// The error's causes, outermost first, with those that an `io::Error` wraps, which its `source` passes over.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

fn of_tls(error: &rustls::Error) -> Unreachable {
    match error {
        rustls::Error::InvalidCertificate(certificate) => of_certificate(certificate),
        rustls::Error::AlertReceived(AlertDescription::UnrecognisedName) => Unreachable::CertificateOfOtherHost,
        rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion
            | AlertDescription::HandshakeFailure
            | AlertDescription::InsufficientSecurity,
        )
        | rustls::Error::PeerIncompatible(_) => Unreachable::OutdatedProtocol,
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => Unreachable::NoTlsOnPort,
        _ => Unreachable::Handshake,
    }
}

fn of_certificate(error: &CertificateError) -> Unreachable {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Unreachable::CertificateExpired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Unreachable::CertificateNotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Unreachable::CertificateOfOtherHost
        }
        // A bad signature is one by another key than that of the trusted authority of the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Unreachable::CertificateFromUnknownIssuer,
        // The library that checks certificates tells its own kinds only in words.
        CertificateError::Other(other) if other.to_string() == "CaUsedAsEndEntity" => {
            Unreachable::CertificateOfAuthority
        }
        _ => Unreachable::CertificateUnusable,
    }
}
