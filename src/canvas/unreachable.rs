//! Why a host cannot be reached until somebody mends something. An outage, which passes, is none of these.

use std::fmt;

/// What keeps every connection to a host from being made. Waiting does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unreachable {
    /// The host's name leads to no address.
    UnknownName,
    /// The host refuses connections to this port.
    PortRefused,
    /// The proxy's name leads to no address.
    ProxyUnknownName,
    /// The proxy's host refuses connections to its port.
    ProxyPortRefused,
    /// The proxy lets nobody through without a name and a password (status 407).
    ProxyNeedsLogin,
    /// The certificate has expired, by this machine's clock.
    CertificateExpired,
    /// The certificate is not valid yet, by this machine's clock.
    CertificateNotYetValid,
    /// The certificate was made for other hosts.
    CertificateOfOtherHost,
    /// The issuer of the certificate is not trusted here, or the certificate signed itself.
    CertificateFromUnknownIssuer,
    /// The certificate is one to sign others with (CA:TRUE), and is not accepted as a server's own.
    CertificateOfAuthority,
    /// The certificate cannot be used for another reason, such as being revoked.
    CertificateUnusable,
    /// The server offers no protocol version or cipher that is still considered safe.
    OutdatedProtocol,
    /// The server speaks no TLS on this port.
    NoTlsOnPort,
    /// The server speaks TLS on this port, or answers plain http there with something that is not HTTP.
    NoPlainHttpOnPort,
    /// Another failure of the TLS handshake.
    Handshake,
}

impl Unreachable {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::UnknownName,
        Self::PortRefused,
        Self::ProxyUnknownName,
        Self::ProxyPortRefused,
        Self::ProxyNeedsLogin,
        Self::CertificateExpired,
        Self::CertificateNotYetValid,
        Self::CertificateOfOtherHost,
        Self::CertificateFromUnknownIssuer,
        Self::CertificateOfAuthority,
        Self::CertificateUnusable,
        Self::OutdatedProtocol,
        Self::NoTlsOnPort,
        Self::NoPlainHttpOnPort,
        Self::Handshake,
    ];
}

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UnknownName => "the host's name does not resolve",
            Self::PortRefused => "the host refuses connections to this port",
            Self::ProxyUnknownName => "the proxy's name does not resolve",
            Self::ProxyPortRefused => "the proxy refuses connections to its port",
            Self::ProxyNeedsLogin => "the proxy asks for a name and a password",
            Self::CertificateExpired => "the server's certificate has expired",
            Self::CertificateNotYetValid => "the server's certificate is not valid yet",
            Self::CertificateOfOtherHost => "the server's certificate was made for another host",
            Self::CertificateFromUnknownIssuer => "the server's certificate comes from an issuer that is not trusted",
            Self::CertificateOfAuthority => "the server's certificate is an authority's, not a server's",
            Self::CertificateUnusable => "the server's certificate cannot be used",
            Self::OutdatedProtocol => "the server offers only outdated versions or ciphers of TLS",
            Self::NoTlsOnPort => "the server speaks no TLS on this port",
            Self::NoPlainHttpOnPort => "the server does not answer plain http on this port",
            Self::Handshake => "the TLS handshake failed",
        })
    }
}
