//! What an upload is for, and what that asks of the file.

use postern_media::{Kind, NoPicture, fit};
use tokio::task::spawn_blocking;

use crate::error::ApiError;
use crate::state::PlatformState;

/// ClickSend's words in `convert`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Csv,
    Mms,
    /// Fax, letters and postcards: pages that are printed.
    Pages,
}

/// A file in the form in which it is kept.
pub(super) struct Converted {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: &'static str,
    pub(super) extension: &'static str,
}

impl Purpose {
    pub(super) fn parse(word: &str) -> Result<Purpose, ApiError> {
        match word.trim().to_ascii_lowercase().as_str() {
            "csv" => Ok(Purpose::Csv),
            "mms" => Ok(Purpose::Mms),
            "fax" | "post" | "postcard" => Ok(Purpose::Pages),
            _ => Err(ApiError::Invalid(
                "convert: say what the file is for: mms, csv, fax, post or postcard.".into(),
            )),
        }
    }
}

/// A picture that carriers take, or pages as PDF.
pub(super) async fn convert(
    state: &PlatformState,
    purpose: Purpose,
    bytes: Vec<u8>,
) -> Result<Converted, ApiError> {
    if purpose == Purpose::Mms {
        let fitted = picture(state, bytes)
            .await
            .map_err(|why| ApiError::Invalid(format!("The file is no picture: {why}.").into()))?;
        return Ok(Converted {
            bytes: fitted.bytes,
            content_type: fitted.kind.content_type(),
            extension: fitted.kind.extension(),
        });
    }
    match Kind::of(&bytes) {
        Some(kind @ Kind::Pdf) => Ok(Converted {
            bytes,
            content_type: kind.content_type(),
            extension: kind.extension(),
        }),
        _ => Err(ApiError::Invalid(
            "The file is no PDF; other documents are not converted here.".into(),
        )),
    }
}

/// Decodes in turns, off the threads that answer.
pub(crate) async fn picture(
    state: &PlatformState,
    bytes: Vec<u8>,
) -> Result<postern_media::Fitted, NoPicture> {
    let _turn = state.conversions.acquire().await;
    spawn_blocking(move || fit(bytes))
        .await
        .unwrap_or_else(|_| Err(NoPicture::Broken("it cannot be decoded".to_owned())))
}
