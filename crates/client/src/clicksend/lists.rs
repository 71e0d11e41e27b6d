//! Contact lists, and the file that is read into one.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::list::{
    ContactList, Deleted, ImportField, ImportQueued, ImportReport, ListRequest,
    RemoveDuplicatesRequest,
};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use super::{ClickSend, ListQuery, Native};
use crate::Error;
use crate::pages::Rows;
use crate::retry::Repeat;

impl ClickSend {
    pub async fn lists(&self, query: &ListQuery) -> Result<Native<Page<ContactList>>, Error> {
        self.page(&["lists"], query).await
    }

    pub fn list_rows(&self) -> Rows<ContactList> {
        self.rows(&["lists"], &ListQuery::default())
    }

    pub async fn list(&self, id: i64) -> Result<Native<ContactList>, Error> {
        self.get(&["lists", &id.to_string()], &ListQuery::default())
            .await
    }

    pub async fn create_list(&self, name: &str) -> Result<Native<ContactList>, Error> {
        self.change(Method::POST, &["lists"], Some(&named(name)))
            .await
    }

    pub async fn rename_list(&self, id: i64, name: &str) -> Result<Native<ContactList>, Error> {
        self.change(Method::PUT, &["lists", &id.to_string()], Some(&named(name)))
            .await
    }

    /// With every contact on it.
    pub async fn delete_list(&self, id: i64) -> Result<Native<serde_json::Value>, Error> {
        self.change(Method::DELETE, &["lists", &id.to_string()], None::<&()>)
            .await
    }

    /// Of contacts that agree in all `fields` the first one stays.
    pub async fn remove_duplicates(
        &self,
        id: i64,
        fields: &[String],
    ) -> Result<Native<Deleted>, Error> {
        let request = RemoveDuplicatesRequest {
            fields: fields.to_vec(),
        };
        let path = ["lists", &id.to_string(), "remove-duplicates"];
        self.change(Method::PUT, &path, Some(&request)).await
    }

    /// Whoever is on the other list, too, leaves this one.
    pub async fn remove_opted_out(
        &self,
        id: i64,
        opt_out_list_id: i64,
    ) -> Result<Native<Deleted>, Error> {
        let (id, other) = (id.to_string(), opt_out_list_id.to_string());
        let path = ["lists", &*id, "remove-opted-out-contacts", &*other];
        self.change(Method::PUT, &path, None::<&()>).await
    }

    /// Names that columns of an import may have.
    pub async fn import_fields(&self, id: i64) -> Result<Native<Vec<ImportField>>, Error> {
        let path = ["lists", &id.to_string(), "import-fields"];
        self.get(&path, &ListQuery::default()).await
    }

    /// Hands a CSV file over; it is read after the answer, whatever becomes of the caller. `""` leaves a column out. The file as the
    /// body is the built-in platform's own way; ClickSend takes uploads only.
    pub async fn import_contacts(
        &self,
        id: i64,
        columns: &[String],
        csv: Vec<u8>,
    ) -> Result<Native<ImportQueued>, Error> {
        let mut url = self.v3(&["lists", &id.to_string(), "import"]);
        url.query_pairs_mut()
            .append_pair("field_order", &columns.join(","));
        let request = self.client.http.post(url).body(csv).header(
            CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        );
        self.answered(Method::POST, request, Repeat::Never).await
    }

    /// How far an import is. Of the built-in platform only.
    pub async fn import_report(
        &self,
        id: i64,
        import_id: &str,
    ) -> Result<Native<ImportReport>, Error> {
        let path = ["lists", &id.to_string(), "import", import_id];
        self.get(&path, &ListQuery::default()).await
    }
}

fn named(name: &str) -> ListRequest {
    ListRequest {
        list_name: Some(name.to_owned()),
    }
}
