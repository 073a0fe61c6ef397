//! One request over a real socket, in plain bytes: nothing is added, nothing is interpreted.

use std::net::SocketAddr;

use gradepush::sandbox::Reply;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends a request with these headers and no others of weight, and reads its answer. When the connection ends before all
/// of it is there: what came until then.
pub(crate) async fn exchange(
    address: SocketAddr,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Reply, Vec<u8>> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    let mut stream = TcpStream::connect(address).await.expect("the sandbox listens");
    stream.write_all(format!("{head}\r\n").as_bytes()).await.expect("the request fits");
    stream.write_all(body).await.expect("the request fits");
    let mut bytes = Vec::new();
    // A cut connection may end in an error; what came before it is what counts.
    stream.read_to_end(&mut bytes).await.unwrap_or_default();
    whole(&bytes).ok_or(bytes)
}

fn whole(bytes: &[u8]) -> Option<Reply> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&bytes[..end]).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let (_, length) = headers.iter().find(|(name, _)| name == "content-length")?;
    let body = bytes[end + 4..].to_vec();
    (length.parse() == Ok(body.len())).then_some(Reply { status, headers, body })
}
