//! Files at addresses: our own links are read from the store, everything else is fetched under the rules for outbound addresses.

use std::time::Duration;

use axum::body::Body;
use axum::body::Bytes;
use futures_util::stream::try_unfold;
use postern_domain::account::AccountId;
use postern_egress::{FetchError, FetchLimits};
use postern_store::accounts;
use postern_store::files::{self, FileId};

use super::own;
use crate::pieces::Pieces;
use crate::state::PlatformState;

const REDIRECTS_MAX: usize = 3;
const FETCH_WITHIN: Duration = Duration::from_secs(15);

/// Why there is no file at an address; a piece of a sentence.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoFile {
    #[error("there is no file with this link, or it has expired")]
    Unknown,
    /// Whose address is asked for learns of it: a sandbox calls nobody.
    #[error(
        "nothing is fetched from elsewhere for a sandbox account; upload the file and name its link"
    )]
    Sandbox,
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("it cannot be read at the moment")]
    Store(#[from] postern_store::Error),
}

/// The file as a stream; whoever reads it counts its bytes.
pub(crate) async fn opened(
    state: &PlatformState,
    account: AccountId,
    url: &str,
    bytes_max: usize,
) -> Result<Body, NoFile> {
    let Some(file_id) = own(state, url) else {
        may_fetch(state, account).await?;
        let answer = state.egress.fetch_stream(url, limits(bytes_max)).await?;
        return Ok(Body::new(answer));
    };
    let now = state.now();
    let file = state
        .store
        .read(move |tx| files::get(tx, &file_id, now))
        .await?
        .ok_or(NoFile::Unknown)?;
    if usize::try_from(file.bytes).unwrap_or(usize::MAX) > bytes_max {
        return Err(NoFile::TooLarge(bytes_max));
    }
    Ok(content(state.clone(), file_id))
}

/// The whole of a small file.
pub(crate) async fn fetched(
    state: &PlatformState,
    account: AccountId,
    url: &str,
    bytes_max: usize,
) -> Result<Vec<u8>, NoFile> {
    if own(state, url).is_none() {
        may_fetch(state, account).await?;
        return Ok(state.egress.fetch(url, limits(bytes_max)).await?);
    }
    let body = opened(state, account, url, bytes_max).await?;
    let whole = Pieces::of(body, bytes_max).whole().await;
    whole.map_err(|_| NoFile::Unknown)
}

async fn may_fetch(state: &PlatformState, account: AccountId) -> Result<(), NoFile> {
    let found = state.store.read(move |tx| accounts::get(tx, account));
    match found.await? {
        Some(account) if !account.sandbox => Ok(()),
        _ => Err(NoFile::Sandbox),
    }
}

fn limits(bytes_max: usize) -> FetchLimits {
    FetchLimits {
        redirects_max: REDIRECTS_MAX,
        within: FETCH_WITHIN,
        bytes_max,
    }
}

/// A piece of the file at a time.
pub(super) fn content(state: PlatformState, file_id: FileId) -> Body {
    let stream = try_unfold(0, move |part: i64| {
        let state = state.clone();
        async move {
            let piece = state
                .store
                .read(move |tx| files::part(tx, &file_id, part))
                .await
                .inspect_err(|error| tracing::error!(%error, "a file was cut off"))?;
            Ok::<_, postern_store::Error>(piece.map(|piece| (Bytes::from(piece), part + 1)))
        }
    });
    Body::from_stream(stream)
}
