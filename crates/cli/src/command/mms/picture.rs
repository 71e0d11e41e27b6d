//! A picture that is to be sent: where it is, or a file that is uploaded first.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_client::ClickSend;

use crate::exit::{Failure, Outcome};
use crate::session::failure;

/// More than carriers take; the platform fits what is larger than they like.
const FILE_BYTES_MAX: u64 = 10 << 20;

pub async fn address(file_or_url: &str, clicksend: &ClickSend) -> Outcome<String> {
    if file_or_url.starts_with("https://") || file_or_url.starts_with("http://") {
        return Ok(file_or_url.to_owned());
    }
    let read = std::fs::metadata(file_or_url).and_then(|found| match found.len() {
        0..=FILE_BYTES_MAX => std::fs::read(file_or_url),
        _ => Err(std::io::Error::other("it is larger than 10 MiB")),
    });
    let bytes = read.map_err(|error| {
        Failure::failed(format!("cannot read {file_or_url}: {error}")).fix(
            "name a picture (JPEG, PNG, GIF), or its http:// or https:// address, with --media",
        )
    })?;
    let uploaded = clicksend.upload("mms", &STANDARD.encode(bytes)).await;
    Ok(uploaded.map_err(failure)?.into_data().map_err(failure)?.url)
}
