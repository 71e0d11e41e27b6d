//! The head of an answer: read once, and written once as it may be passed on.

use http::StatusCode;
use postern_apps::Needles;
use postern_h1::{self as h1, ResponseBody};

use crate::body::BoxError;
use crate::decode::{Coding, Decoder};
use crate::egress::Treatment;
use crate::headers;
use crate::raw::link::RawLink;
use crate::scrub::Masker;

/// What the head says about the rest.
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) body: ResponseBody,
    /// The length that an answer without a body announces (to HEAD, or 304).
    pub(super) announced: Option<u64>,
    /// The connection can be used again.
    pub(super) keep: bool,
    pub(super) decoder: Option<Decoder>,
    pub(super) masker: Option<Masker>,
    pub(super) needles: Option<std::sync::Arc<Needles>>,
    /// The body cannot be looked into and is thrown away.
    pub(super) withheld: bool,
}

/// Takes the head off the link's input and writes what may be passed on to `out`. `None`: it is not complete yet. Interim answers are
/// passed over.
pub(super) fn take(
    link: &mut RawLink,
    to_head: bool,
    treatment: &Treatment<'_>,
    out: &mut Vec<u8>,
) -> Result<Option<Head>, BoxError> {
    loop {
        let mut slots = h1::Slots::new();
        let Some(head) = h1::response(link.input.filled(), &mut slots)? else {
            return Ok(None);
        };
        let length = head.length;
        match head.status {
            101 => return Err("the upstream switched protocols although nobody asked".into()),
            100..=199 => {
                link.input.consume(length);
                continue;
            }
            _ => {}
        }
        let taken = pass_on(&head, to_head, treatment, out)?;
        link.input.consume(length);
        return Ok(Some(taken));
    }
}

fn pass_on(
    head: &h1::ResponseHead<'_, '_>,
    to_head: bool,
    treatment: &Treatment<'_>,
    out: &mut Vec<u8>,
) -> Result<Head, BoxError> {
    let needles = treatment
        .credential
        .map(|credential| &credential.needles)
        .filter(|needles| !needles.is_empty());
    let (body, clean) = h1::response_body(head.headers, head.minor, head.status, to_head)?;
    let looked_into = needles.is_some() || treatment.secret_fields.is_some();
    // The upstream's own reason phrase is one more place for an echo.
    let reason = StatusCode::from_u16(head.status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default();
    h1::status_line(out, head.status, reason);
    let (mut keep, mut nominated, mut coding) = (clean && head.minor == 1, false, Coding::Identity);
    let mut announced = None;
    for header in head.headers {
        match header.name.len() {
            10 if header.name.eq_ignore_ascii_case("connection") => {
                for token in header
                    .value
                    .split(|byte| *byte == b',')
                    .map(<[u8]>::trim_ascii)
                {
                    if token.eq_ignore_ascii_case(b"close") {
                        keep = false;
                    } else {
                        nominated |=
                            !token.eq_ignore_ascii_case(b"keep-alive") && !token.is_empty();
                    }
                }
            }
            14 if body == ResponseBody::None
                && head.status != 204
                && header.name.eq_ignore_ascii_case("content-length") =>
            {
                announced = std::str::from_utf8(header.value)
                    .ok()
                    .and_then(|digits| digits.parse().ok());
            }
            16 if looked_into && header.name.eq_ignore_ascii_case("content-encoding") => {
                coding = coding.and(header.value)
            }
            _ => {}
        }
    }
    for header in head.headers {
        let name = header.name.as_bytes();
        if headers::is_hop_by_hop_name(name) || is_framing_or_session(name) {
            continue;
        }
        if looked_into
            && coding != Coding::Identity
            && name.eq_ignore_ascii_case(b"content-encoding")
        {
            continue;
        }
        if nominated
            && h1::tokens(head.headers, "connection").any(|token| token.eq_ignore_ascii_case(name))
        {
            continue;
        }
        let name = if name.eq_ignore_ascii_case(b"x-request-id") {
            b"x-upstream-request-id"
        } else {
            name
        };
        let start = out.len() + name.len() + 2;
        h1::header(out, name, header.value);
        if let Some(needles) = needles {
            let written = start..start + header.value.len();
            needles.find_all(header.value, |place| {
                out[written.start + place.start..written.start + place.end].fill(b'*')
            });
        }
    }
    let withheld = coding == Coding::Opaque;
    if withheld {
        h1::header(out, b"postern-body-withheld", b"content coding");
    }
    Ok(Head {
        status: head.status,
        body,
        announced,
        keep,
        decoder: Decoder::new(coding),
        masker: Masker::new(needles.cloned(), treatment.secret_fields.cloned()),
        needles: needles.cloned(),
        withheld,
    })
}

/// The length is announced anew by whoever passes the answer on; a session of the upstream would be a second way in, without us.
fn is_framing_or_session(name: &[u8]) -> bool {
    match name.len() {
        10 => name.eq_ignore_ascii_case(b"set-cookie"),
        11 => name.eq_ignore_ascii_case(b"set-cookie2"),
        14 => name.eq_ignore_ascii_case(b"content-length"),
        _ => false,
    }
}
