//! Hosts that cannot be reached, over real sockets and real TLS: each trouble is its own error, and none is retried.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gradepush::canvas::{CanvasError, Client, Unreachable};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, crypto};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::client_carrier::settings;

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-length: 33\r\nconnection: close\r\n\r\n{\"id\":501,\"name\":\"Grade Robot\"}  ";

/// An authority, and the certificate of a server that it issued.
struct Issued {
    /// The authority's certificate, as PEM.
    authority: Vec<u8>,
    server: ServerConfig,
}

/// A certificate for 127.0.0.1 with these changes.
fn issued(change: impl FnOnce(&mut CertificateParams)) -> Issued {
    let key = || KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::default();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Campus authority");
    let authority = CertifiedIssuer::self_signed(authority, key()).expect("an authority");
    let mut server = CertificateParams::new(["127.0.0.1".to_owned()]).expect("names");
    change(&mut server);
    let server_key = key();
    let certificate = server.signed_by(&server_key, &authority).expect("a certificate");
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
    let server = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocols")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .expect("a server");
    Issued { authority: authority.pem().into_bytes(), server }
}

/// How often somebody connected.
type Connections = Arc<AtomicUsize>;

/// Answers every connection with a person, over TLS; yields `127.0.0.1:PORT`.
async fn serve(server: ServerConfig) -> (String, Connections) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let acceptor = TlsAcceptor::from(Arc::new(server));
    let connections = Connections::default();
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            // Most handshakes fail here on purpose.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            if stream.read(&mut [0; 4096]).await.is_ok() && stream.write_all(ANSWER).await.is_ok() {
                stream.shutdown().await.unwrap_or_default();
            }
        }
    });
    (address, connections)
}

fn client(url: &str, authority: Option<Vec<u8>>) -> Client {
    let mut settings = settings(url);
    settings.ca_pem = authority;
    Client::new(&settings, Arc::new(|_| {})).expect("a client")
}

/// Why the host at this address is unreachable.
async fn trouble(url: &str, authority: Option<Vec<u8>>) -> Unreachable {
    match client(url, authority).reader().whoami().await {
        Err(CanvasError::Unreachable { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_issuer_is_refused_until_the_issuer_is_named() {
    let Issued { authority, server } = issued(|_| {});
    let (address, connections) = serve(server).await;
    let url = format!("https://{address}");
    assert_eq!(trouble(&url, None).await, Unreachable::CertificateFromUnknownIssuer);
    assert_eq!(connections.load(Ordering::Relaxed), 1, "not tried again");
    let other = issued(|_| {}).authority;
    assert_eq!(trouble(&url, Some(other)).await, Unreachable::CertificateFromUnknownIssuer);
    let person = client(&url, Some(authority)).reader().whoami().await.expect("a person");
    assert_eq!(person.name, "Grade Robot");
}

#[tokio::test]
async fn a_certificate_that_signed_itself_works_when_it_is_named() {
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).expect("names").self_signed(&key).expect("one");
    let server = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocols")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .expect("a server");
    let (address, _) = serve(server).await;
    let url = format!("https://{address}");
    assert_eq!(trouble(&url, None).await, Unreachable::CertificateFromUnknownIssuer);
    client(&url, Some(certificate.pem().into_bytes())).reader().whoami().await.expect("a person");
}

#[tokio::test]
async fn each_fault_of_a_certificate_is_its_own_error() {
    type Change = fn(&mut CertificateParams);
    let faults: [(Unreachable, Change); 4] = [
        (Unreachable::CertificateExpired, |server| server.not_after = date_time_ymd(2020, 1, 1)),
        (Unreachable::CertificateNotYetValid, |server| server.not_before = date_time_ymd(4000, 1, 1)),
        (Unreachable::CertificateOfOtherHost, |server| {
            server.subject_alt_names = vec![rcgen::SanType::DnsName("other.example".try_into().expect("a name"))];
        }),
        (Unreachable::CertificateOfAuthority, |server| {
            server.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        }),
    ];
    for (expected, fault) in faults {
        let Issued { authority, server } = issued(fault);
        let (address, connections) = serve(server).await;
        assert_eq!(trouble(&format!("https://{address}"), Some(authority)).await, expected);
        assert_eq!(connections.load(Ordering::Relaxed), 1, "{expected}: not tried again");
    }
}

/// Answers every connection with these bytes once something was said.
async fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            if stream.read(&mut [0; 4096]).await.is_ok() && stream.write_all(bytes).await.is_ok() {
                stream.shutdown().await.unwrap_or_default();
            }
        }
    });
    address
}

#[tokio::test]
async fn ports_for_something_else_are_told_apart() {
    let plain = answering(ANSWER).await;
    assert_eq!(trouble(&format!("https://{plain}"), None).await, Unreachable::NoTlsOnPort);
    let (tls, _) = serve(issued(|_| {}).server).await;
    assert_eq!(trouble(&format!("http://{tls}"), None).await, Unreachable::NoPlainHttpOnPort);
    // What OpenSSL answers when only TLS 1.0 and 1.1 are enabled: the alert `protocol_version`.
    let old = answering(b"\x15\x03\x01\x00\x02\x02\x46").await;
    assert_eq!(trouble(&format!("https://{old}"), None).await, Unreachable::OutdatedProtocol);
}

/// A port for TLS that answers plain http with these bytes, as servers each do in their own way.
async fn tls_answering_plain_http(answer: &'static [u8]) -> (String, Connections) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let acceptor = TlsAcceptor::from(Arc::new(issued(|_| {}).server));
    let connections = Connections::default();
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let mut first = [0];
            if stream.peek(&mut first).await.is_ok() && first == [0x16] {
                // The client does not know the issuer, and hangs up.
                acceptor.accept(stream).await.map(drop).unwrap_or_default();
            } else if stream.read(&mut [0; 4096]).await.is_ok() && stream.write_all(answer).await.is_ok() {
                stream.shutdown().await.unwrap_or_default();
            }
        }
    });
    (address, connections)
}

#[tokio::test]
async fn plain_http_on_a_port_for_tls_is_recognised_whatever_the_server_says() {
    for (server, answer) in [
        ("OpenSSL, Python: no word", &b""[..]),
        ("nginx", b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n<html>400"),
        ("Go", b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"),
        ("an alert", b"\x15\x03\x01\x00\x02\x02\x46"),
    ] {
        let (address, connections) = tls_answering_plain_http(answer).await;
        assert_eq!(trouble(&format!("http://{address}"), None).await, Unreachable::NoPlainHttpOnPort, "{server}");
        let most = if server == "an alert" { 1 } else { 2 };
        assert_eq!(connections.load(Ordering::Relaxed), most, "{server}: not tried again");
    }
}

#[tokio::test]
async fn a_port_without_tls_that_answers_oddly_is_no_port_for_tls() {
    let page = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n<html>400";
    let plain = answering(page).await;
    let error = client(&format!("http://{plain}"), None).reader().whoami().await.expect_err("a refusal");
    assert!(matches!(error, CanvasError::Rejected { .. }), "{error}");
}

#[tokio::test]
async fn a_refused_port_and_an_unknown_name_are_told_apart() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    for scheme in ["http", "https"] {
        assert_eq!(trouble(&format!("{scheme}://{free}"), None).await, Unreachable::PortRefused, "{scheme}");
    }
    assert_eq!(trouble("https://canvas.invalid", None).await, Unreachable::UnknownName);
}
