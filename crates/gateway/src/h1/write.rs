//! Heads of answers towards a client.

use http::{HeaderMap, Method, StatusCode};
use postern_egress::is_hop_by_hop_name;
use postern_h1::{header, header_number, status_line};

use super::After;
use crate::request_id::RequestId;

/// How the body of an answer is delimited on this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimited {
    /// There is none; a length may be announced all the same (HEAD, 304).
    None(Option<u64>),
    Length(u64),
    Chunked,
    /// HTTP/1.0 knows no chunks.
    ByClose,
}

impl Delimited {
    /// For a body whose length is not known.
    pub(super) fn open(minor: u8) -> Self {
        if minor == 0 {
            Self::ByClose
        } else {
            Self::Chunked
        }
    }

    /// For an answer of ours or the control plane's, from its headers and what is known of its body.
    pub(super) fn of(
        status: StatusCode,
        headers: &HeaderMap,
        exact: Option<u64>,
        method: &Method,
        minor: u8,
    ) -> Self {
        let announced = headers
            .get(http::header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        if *method == Method::HEAD || status == StatusCode::NOT_MODIFIED {
            return Self::None(announced.or(exact).filter(|_| *method == Method::HEAD));
        }
        if status == StatusCode::NO_CONTENT || status.is_informational() {
            return Self::None(None);
        }
        match announced.or(exact) {
            Some(length) => Self::Length(length),
            None => Self::open(minor),
        }
    }
}

/// Status line and headers of an answer that came as a map, without framing.
pub(super) fn start(out: &mut Vec<u8>, status: StatusCode, headers: &HeaderMap) {
    status_line(
        out,
        status.as_u16(),
        status.canonical_reason().unwrap_or_default(),
    );
    for (name, value) in headers {
        let name = name.as_str().as_bytes();
        if !is_hop_by_hop_name(name) && name != b"content-length" {
            header(out, name, value.as_bytes());
        }
    }
}

/// What every head ends with.
pub(super) fn end(
    out: &mut Vec<u8>,
    id: &RequestId,
    delimited: Delimited,
    after: After,
    minor: u8,
) {
    header(out, b"x-request-id", id.as_str().as_bytes());
    framing(out, delimited, after, minor);
}

/// Length, what becomes of the connection, and the empty line.
pub(super) fn framing(out: &mut Vec<u8>, delimited: Delimited, after: After, minor: u8) {
    match delimited {
        Delimited::None(Some(length)) | Delimited::Length(length) => {
            header_number(out, b"content-length", length)
        }
        Delimited::Chunked => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Delimited::None(None) | Delimited::ByClose => {}
    }
    match (after, minor) {
        (After::Close, _) => out.extend_from_slice(b"connection: close\r\n"),
        (After::Keep, 0) => out.extend_from_slice(b"connection: keep-alive\r\n"),
        (After::Keep, _) => {}
    }
    out.extend_from_slice(b"\r\n");
}
