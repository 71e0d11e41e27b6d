//! E-mail addresses that an account may send from.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::email::{EmailAddress, EmailAddressRequest};
use reqwest::Method;

use super::{ClickSend, ListQuery, Native};
use crate::Error;
use crate::pages::Rows;

impl ClickSend {
    pub async fn email_addresses(
        &self,
        query: &ListQuery,
    ) -> Result<Native<Page<EmailAddress>>, Error> {
        self.page(&["email", "addresses"], query).await
    }

    pub fn email_address_rows(&self) -> Rows<EmailAddress> {
        self.rows(&["email", "addresses"], &ListQuery::default())
    }

    /// A mail with a token goes to the address.
    pub async fn add_email_address(&self, address: &str) -> Result<Native<EmailAddress>, Error> {
        let request = EmailAddressRequest {
            email_address: Some(address.to_owned()),
        };
        self.change(Method::POST, &["email", "addresses"], Some(&request))
            .await
    }

    /// Another mail with another token.
    pub async fn send_email_token(&self, id: i64) -> Result<Native<serde_json::Value>, Error> {
        let path = ["email", "address-verify", &id.to_string(), "send"];
        self.change(Method::PUT, &path, None::<&()>).await
    }

    pub async fn verify_email_address(
        &self,
        id: i64,
        token: &str,
    ) -> Result<Native<serde_json::Value>, Error> {
        let path = ["email", "address-verify", &id.to_string(), "verify", token];
        self.change(Method::PUT, &path, None::<&()>).await
    }

    pub async fn delete_email_address(&self, id: i64) -> Result<Native<serde_json::Value>, Error> {
        let path = ["email", "addresses", &id.to_string()];
        self.change(Method::DELETE, &path, None::<&()>).await
    }
}
