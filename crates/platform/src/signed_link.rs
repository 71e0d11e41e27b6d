//! Links to downloads that hold their own proof: whose they are, what of, and until when. Nothing about them is stored.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};
use postern_domain::account::AccountId;

use crate::error::ApiError;
use crate::state::PlatformState;

/// ClickSend's links live as long.
const LIFETIME_SECONDS: i64 = 1_200;
const NAME_CHARS_MAX: usize = 100;

pub(crate) const EXPIRED: ApiError =
    ApiError::NotFound("This link has expired. Ask for a new one.");

/// The piece of a path that proves `account` may have thing number `id`; `label` says what kind of thing it is.
pub(crate) fn sign(state: &PlatformState, label: &str, account: AccountId, id: i64) -> String {
    let expires = state.now().secs() + LIFETIME_SECONDS;
    let proof = state.vault.mac(label, &[&proven_by(account, id, expires)]);
    let proof: String = proof.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{expires}-{proof}", account.0)
}

/// Whose link it is; `None`: nobody's, or not any more.
pub(crate) fn proven(state: &PlatformState, label: &str, id: i64, link: &str) -> Option<AccountId> {
    let mut pieces = link.split('-');
    let account = AccountId(pieces.next()?.parse().ok()?);
    let expires: i64 = pieces.next()?.parse().ok()?;
    let hex = pieces.next().filter(|hex| hex.is_ascii())?;
    let proof: Vec<u8> = (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok())
        .collect::<Option<_>>()?;
    let proven = state
        .vault
        .verify_mac(label, &[&proven_by(account, id, expires)], &proof);
    (proven && expires >= state.now().secs()).then_some(account)
}

/// What a link vouches for.
fn proven_by(account: AccountId, id: i64, expires: i64) -> Vec<u8> {
    format!("{}/{id}/{expires}", account.0).into_bytes()
}

/// Letters, digits, `-` and `_`: safe in addresses and on every disk.
pub(crate) fn file_name(wish: &str) -> String {
    let stem = wish.strip_suffix(".csv").unwrap_or(wish);
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let name: String = stem.chars().take(NAME_CHARS_MAX).map(safe).collect();
    format!("{name}.csv")
}

/// A CSV file behind a link, saved under the name that the link ends with. It holds people's data, so nobody on the way keeps it.
pub(crate) fn csv(name: &str, content: Body) -> Response {
    let mut response = Response::new(content);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    let disposition = format!("attachment; filename=\"{}\"", file_name(name));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).expect("letters and digits"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
