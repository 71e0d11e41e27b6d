//! Contacts of a list.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::contact::{Contact, ContactRequest};
use reqwest::Method;

use super::{ClickSend, ListQuery, Native};
use crate::Error;
use crate::pages::Rows;

impl ClickSend {
    pub async fn contacts(
        &self,
        list_id: i64,
        query: &ListQuery,
    ) -> Result<Native<Page<Contact>>, Error> {
        self.page(&["lists", &list_id.to_string(), "contacts"], query)
            .await
    }

    pub fn contact_rows(&self, list_id: i64, query: &ListQuery) -> Rows<Contact> {
        self.rows(&["lists", &list_id.to_string(), "contacts"], query)
    }

    pub async fn contact(&self, list_id: i64, contact_id: i64) -> Result<Native<Contact>, Error> {
        let (list, contact) = (list_id.to_string(), contact_id.to_string());
        let path = ["lists", &*list, "contacts", &*contact];
        self.get(&path, &ListQuery::default()).await
    }

    pub async fn add_contact(
        &self,
        list_id: i64,
        contact: &ContactRequest,
    ) -> Result<Native<Contact>, Error> {
        let path = ["lists", &list_id.to_string(), "contacts"];
        self.change(Method::POST, &path, Some(contact)).await
    }

    /// Absent fields stay, `""` empties one.
    pub async fn change_contact(
        &self,
        list_id: i64,
        contact_id: i64,
        change: &ContactRequest,
    ) -> Result<Native<Contact>, Error> {
        let (list, contact) = (list_id.to_string(), contact_id.to_string());
        let path = ["lists", &*list, "contacts", &*contact];
        self.change(Method::PUT, &path, Some(change)).await
    }

    pub async fn delete_contact(
        &self,
        list_id: i64,
        contact_id: i64,
    ) -> Result<Native<serde_json::Value>, Error> {
        let (list, contact) = (list_id.to_string(), contact_id.to_string());
        let path = ["lists", &*list, "contacts", &*contact];
        self.change(Method::DELETE, &path, None::<&()>).await
    }

    /// Into another list as well.
    pub async fn copy_contact(
        &self,
        list_id: i64,
        contact_id: i64,
        to_list_id: i64,
    ) -> Result<Native<serde_json::Value>, Error> {
        self.put_contact(list_id, contact_id, "copy", to_list_id)
            .await
    }

    /// Into another list instead.
    pub async fn move_contact(
        &self,
        list_id: i64,
        contact_id: i64,
        to_list_id: i64,
    ) -> Result<Native<serde_json::Value>, Error> {
        self.put_contact(list_id, contact_id, "transfer", to_list_id)
            .await
    }

    async fn put_contact(
        &self,
        list_id: i64,
        contact_id: i64,
        verb: &str,
        to_list_id: i64,
    ) -> Result<Native<serde_json::Value>, Error> {
        let [list, contact, to] = [list_id, contact_id, to_list_id].map(|id| id.to_string());
        let path = ["lists", &*list, "contacts", &*contact, verb, &*to];
        self.change(Method::PUT, &path, None::<&()>).await
    }
}
