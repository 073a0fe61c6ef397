//! Which host names the sandbox answers to. A web page can point a name of its own at any address (DNS rebinding), and
//! the browser then counts the sandbox as a part of that page; the `Host` header still says the page's name.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::uri::Authority;

use super::message::Reply;

/// The host names that are answered.
#[derive(Debug)]
pub(super) struct Hosts {
    /// The socket can be reached from this machine only.
    loopback: bool,
    /// Names besides those that follow from the address.
    names: Vec<String>,
}

impl Hosts {
    /// Those of a socket, and further names.
    pub(super) fn new(addr: SocketAddr, names: &[String]) -> Self {
        Self { loopback: is_loopback(addr.ip()), names: names.to_vec() }
    }

    /// Refuses a request whose `Host` header is none of them: 403 as plain text.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Reply> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
        if hosts.next().is_none() && host.is_some_and(|host| self.answers_to(&host)) {
            return Ok(());
        }
        let own = if self.loopback { "localhost, 127.0.0.1 and [::1]" } else { "IP addresses and localhost" };
        let text = format!(
            "This sandbox does not answer to the name in the Host header, so that no web page can reach it through a \
             name of its own.\nIt answers to {own}, with any port, and to each NAME it was started for with --host NAME.\n"
        );
        let reply = Reply { status: 403, headers: Vec::new(), body: text.into_bytes() };
        Err(reply.with_header("content-type", "text/plain; charset=utf-8"))
    }

    /// A socket that others can reach answers to every IP address: it cannot know which address leads to it from
    /// outside, and DNS has no say in an address.
    fn answers_to(&self, host: &Authority) -> bool {
        if host.as_str().contains('@') {
            return false;
        }
        let name = host.host().trim_end_matches('.');
        if let Ok(ip) = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            return !self.loopback || is_loopback(ip);
        }
        name.eq_ignore_ascii_case("localhost") || self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(addr: &str, hosts: &[&str]) -> bool {
        let hosts = hosts.iter().map(|host| (HOST, host.parse().expect("a header value")));
        let names = ["canvas.test".to_owned()];
        Hosts::new(addr.parse().expect("an address"), &names).check(&hosts.collect()).is_ok()
    }

    #[test]
    fn a_loopback_socket_answers_to_loopback_names() {
        for host in
            ["localhost", "LocalHost:8765", "localhost.", "127.0.0.1:1", "127.8.9.1", "[::1]:80", "canvas.test:3"]
        {
            assert!(answers("127.0.0.1:8765", &[host]), "{host}");
            assert!(answers("[::1]:8765", &[host]), "{host}");
        }
        let evil = [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.0.2.7",
            "0.0.0.0",
            "[2001:db8::1]",
        ];
        for host in evil.into_iter().chain(["", "localhost@evil.example", "evil.example@localhost", "local host"]) {
            assert!(!answers("127.0.0.1:8765", &[host]), "{host}");
        }
    }

    #[test]
    fn a_public_socket_answers_to_addresses_and_its_own_names() {
        for host in ["192.0.2.7:8765", "[2001:db8::1]", "localhost", "CANVAS.test", "10.0.0.1"] {
            assert!(answers("0.0.0.0:8765", &[host]), "{host}");
        }
        for host in ["evil.example", "192.0.2.7.evil.example", "xcanvas.test"] {
            assert!(!answers("0.0.0.0:8765", &[host]), "{host}");
        }
    }

    #[test]
    fn no_host_and_two_hosts_are_refused() {
        assert!(!answers("127.0.0.1:8765", &[]));
        assert!(!answers("127.0.0.1:8765", &["localhost", "localhost"]));
    }
}
