//! Files that messages and imports name by their address.

use postern_wire::clicksend::upload::Upload;
use reqwest::Method;
use serde_json::json;

use super::{ClickSend, Native};
use crate::Error;

impl ClickSend {
    /// `purpose` is `mms`, `csv`, `fax`, `post` or `postcard`; `content` is base64.
    pub async fn upload(&self, purpose: &str, content: &str) -> Result<Native<Upload>, Error> {
        let mut url = self.v3(&["uploads"]);
        url.query_pairs_mut().append_pair("convert", purpose);
        let body = json!({ "content": content });
        self.call(Method::POST, url, Some(&body), crate::retry::Repeat::Never)
            .await
    }
}
