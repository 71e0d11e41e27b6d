//! The link. It is the whole authority to fetch the file, so it is long, random and short-lived, as ClickSend's are.

use axum::extract::State;
use axum::response::Response;
use http::Uri;
use postern_domain::channel::Channel;
use postern_store::Lane;
use postern_store::exports::{self, Export};
use postern_wire::clicksend::list::ExportLink;
use uuid::Uuid;

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::List;
use crate::sms::search::search;
use crate::state::PlatformState;

/// ClickSend's links live as long.
const LIFETIME_SECONDS: i64 = 1200;
const FILE_NAME: &str = "export.csv";
const FILE_NAME_BYTES_MAX: usize = 100;

pub(crate) async fn sms(
    state: State<PlatformState>,
    caller: Caller,
    uri: Uri,
    list: List,
) -> Result<Response, ApiError> {
    link(state, caller, Channel::Sms, uri, list).await
}

pub(crate) async fn voice(
    state: State<PlatformState>,
    caller: Caller,
    uri: Uri,
    list: List,
) -> Result<Response, ApiError> {
    link(state, caller, Channel::Voice, uri, list).await
}

pub(crate) async fn mms(
    state: State<PlatformState>,
    caller: Caller,
    uri: Uri,
    list: List,
) -> Result<Response, ApiError> {
    link(state, caller, Channel::Mms, uri, list).await
}

async fn link(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    channel: Channel,
    uri: Uri,
    List(query): List,
) -> Result<Response, ApiError> {
    // A query that means nothing is refused now, not when the file is fetched.
    search(&query, &account)?;
    let export = Export {
        account: account.id,
        channel,
        query: serde_json::to_string(&query).expect("a query is text in text"),
    };
    let id: [u8; 16] = postern_vault::random();
    let now = state.now();
    state
        .store
        .write(Lane::of(account.id.0), move |tx| {
            exports::create(tx, &id, &export, now, now.plus_secs(LIFETIME_SECONDS))
        })
        .await?;
    let url = format!(
        "{}/v3/files/{}?filename={}",
        state.config.public_url.trim_end_matches('/'),
        Uuid::from_bytes(id).hyphenated(),
        file_name(&uri)
    );
    Ok(answer::success(
        "Download your file here.",
        ExportLink { url },
    ))
}

/// Only what needs no quoting anywhere: it comes back in a link and in a header.
pub(super) fn file_name(uri: &Uri) -> String {
    uri.query()
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("filename="))
        .filter(|name| {
            (1..=FILE_NAME_BYTES_MAX).contains(&name.len())
                && !name.starts_with('.')
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        })
        .unwrap_or(FILE_NAME)
        .to_owned()
}
