//! An archived HTTP response: its status, its fields, and what came with it.

use super::header::Header;
use crate::error::{Error, printable};

/// A response, as it came over the wire.
pub struct Response<'b> {
    /// The status, from 100 to 999.
    pub status: u16,
    /// The fields behind the status line.
    pub header: Header<'b>,
    /// What follows the header.
    pub body: &'b [u8],
}

impl<'b> Response<'b> {
    /// Reads a record's block. Errors: no status line; a header without end, whose fields may be the page.
    pub fn parse(block: &'b [u8]) -> Result<Self, Error> {
        let header = Header::parse(block);
        let status = status(header.first).ok_or_else(|| {
            let begin = String::from_utf8_lossy(&header.first[..header.first.len().min(40)]);
            let begin = printable(begin.trim_end());
            Error::page(format!("the response begins with `{begin}`, expected a status line such as `HTTP/1.1 200 OK`"))
        })?;
        if !header.is_whole {
            return Err(Error::page("the response's header has no end, expected a blank line"));
        }
        let body = &block[header.len..];
        Ok(Response { status, header, body })
    }

    /// What was done to the body, in this order; in lower case.
    pub fn codings(&self) -> Vec<String> {
        let all = ["content-encoding", "transfer-encoding"].map(|name| self.header.all(name).collect::<Vec<_>>());
        let codings = all.iter().flatten().flat_map(|value| value.split(','));
        let codings = codings.map(|coding| coding.trim().to_ascii_lowercase());
        codings.filter(|coding| !matches!(coding.as_str(), "" | "identity" | "none")).collect()
    }
}

/// The status of `HTTP/1.1 200 OK`.
fn status(line: &[u8]) -> Option<u16> {
    let line = line.strip_prefix(b"HTTP/")?;
    let status = line.split(|&b| b == b' ').skip(1).find(|part| !part.is_empty())?.trim_ascii_end();
    let status = std::str::from_utf8(status).ok()?.parse().ok()?;
    (100..1000).contains(&status).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses() {
        for (block, status, body) in [
            ("HTTP/1.1 200 OK\r\nA: 1\r\n\r\nbody", Some(200), "body"),
            ("HTTP/1.0  404\r\n\r\n", Some(404), ""),
            ("HTTP/2 200\n\nbody\n", Some(200), "body\n"),
            ("HTTP/1.1 200 OK\r\nA: 1\r\n<p>page", None, ""),
            ("HTTP/1.1 OK\r\n\r\n", None, ""),
            ("HTTP/1.1 +20\r\n\r\n", None, ""),
            ("<html>", None, ""),
            ("", None, ""),
        ] {
            let response = Response::parse(block.as_bytes());
            let got = response.as_ref().ok().map(|r| (r.status, r.body));
            assert_eq!(got, status.map(|status| (status, body.as_bytes())), "{block}");
        }
        let error = Response::parse(b"\x1b[31m\r\n").err().unwrap().to_string();
        assert_eq!(error, "the response begins with `\\u{1b}[31m`, expected a status line such as `HTTP/1.1 200 OK`");
    }

    #[test]
    fn codings_stand_in_their_order() {
        let block =
            b"HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\nContent-Encoding: gzip, identity\r\ncontent-encoding: br\r\n\r\n";
        assert_eq!(Response::parse(block).unwrap().codings(), ["gzip", "br", "chunked"]);
    }
}
