//! The pictures of a call: fetched once for each address, looked at, made to fit, and kept in the unit that accepts their messages. The
//! live service copies them at the same moment: its answers hold the address of the copy.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use postern_domain::account::AccountId;
use postern_domain::channel::{Content, Media};
use postern_media::SOURCE_BYTES_MAX;
use postern_store::Tx;
use postern_store::files::{self, Complete};
use postern_store::messages::NewMessage;
use sha2::{Digest as _, Sha256};

use super::judge::is_fetchable;
use crate::error::ApiError;
use crate::state::PlatformState;
use crate::uploads::{fetched, file_name, picture};

/// Different addresses in one call, and how many are fetched at a time.
const ADDRESSES_MAX: usize = 32;
const FETCHED_AT_ONCE: usize = 8;

/// Separates these numbers of files from everything else that is derived from the vault's key.
const LABEL: &str = "mms picture";

/// A picture as it will be sent.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) media: Media,
    pub(crate) name: String,
    bytes: Vec<u8>,
}

/// By the addresses that messages name; what could not be fetched, or is no picture, is not there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pictures(HashMap<String, Picture>);

impl Pictures {
    #[cfg(test)]
    pub(crate) fn of_tests(addresses: &[&str]) -> Pictures {
        let picture = Picture {
            media: Media {
                file_id: [1; 16],
                content_type: "image/jpeg".to_owned(),
                bytes: 3,
                digest: [2; 32],
            },
            name: "picture.jpg".to_owned(),
            bytes: vec![1, 2, 3],
        };
        let all = addresses.iter();
        Pictures(all.map(|a| ((*a).to_owned(), picture.clone())).collect())
    }

    pub(crate) fn get(&self, address: &str) -> Option<&Picture> {
        self.0.get(address)
    }

    /// Keeps those that these messages hold.
    pub(crate) fn keep<'m>(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        messages: impl Iterator<Item = &'m NewMessage>,
        now: postern_domain::time::UnixMicros,
    ) -> postern_store::Result<()> {
        let mut wanted: Vec<_> = messages
            .filter_map(|message| match &message.content {
                Content::Mms(picture) => picture.media.as_ref().map(|media| media.file_id),
                _ => None,
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        for picture in self.0.values() {
            if wanted.binary_search(&picture.media.file_id).is_ok() {
                picture.keep(tx, account, now)?;
            }
        }
        Ok(())
    }
}

impl Picture {
    pub(crate) fn keep(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        now: postern_domain::time::UnixMicros,
    ) -> postern_store::Result<()> {
        let file = Complete {
            name: self.name.clone(),
            content_type: self.media.content_type.clone(),
            bytes: self.media.bytes,
            digest: self.media.digest,
        };
        files::keep(tx, &self.media.file_id, account, &file, &self.bytes, now)
    }
}

/// # Errors
/// Too many different addresses; what is wrong with one of them is said message by message.
pub(crate) async fn pictures(
    state: &PlatformState,
    account: AccountId,
    addresses: impl Iterator<Item = &str>,
) -> Result<Pictures, ApiError> {
    let mut addresses: Vec<_> = addresses
        .map(str::trim)
        .filter(|address| is_fetchable(address))
        .map(str::to_owned)
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    if addresses.len() > ADDRESSES_MAX {
        return Err(ApiError::Invalid(
            format!(
                "media_file: {} different pictures in one call; send at most {ADDRESSES_MAX}.",
                addresses.len()
            )
            .into(),
        ));
    }
    let found = futures_util::stream::iter(addresses)
        .map(|address| async move {
            let picture = one(state, account, &address).await;
            picture
                .inspect_err(
                    |why| tracing::info!(account.id = account.0, %why, "a picture cannot be sent"),
                )
                .ok()
                .map(|picture| (address, picture))
        })
        .buffer_unordered(FETCHED_AT_ONCE)
        .filter_map(std::future::ready)
        .collect()
        .await;
    Ok(Pictures(found))
}

/// The picture at one address, or why there is none: a piece of a sentence.
pub(crate) async fn one(
    state: &PlatformState,
    account: AccountId,
    address: &str,
) -> Result<Picture, String> {
    let bytes = fetched(state, account, address, SOURCE_BYTES_MAX)
        .await
        .map_err(|why| why.to_string())?;
    let fitted = picture(state, bytes).await.map_err(|why| why.to_string())?;
    let digest: [u8; 32] = Sha256::digest(&fitted.bytes).into();
    // The same picture of the same account has the same number, which nobody else can work out.
    let mac = state.vault.mac(LABEL, &[&account.0.to_be_bytes(), &digest]);
    let file_id: [u8; 16] = std::array::from_fn(|at| mac[at]);
    Ok(Picture {
        media: Media {
            file_id,
            content_type: fitted.kind.content_type().to_owned(),
            bytes: fitted.bytes.len() as i64,
            digest,
        },
        name: file_name(&file_id, fitted.kind.extension()),
        bytes: fitted.bytes,
    })
}
