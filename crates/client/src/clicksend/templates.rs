//! Templates of texts.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::template::{Template, TemplateRequest};
use reqwest::Method;

use super::{ClickSend, ListQuery, Native};
use crate::Error;
use crate::pages::Rows;

impl ClickSend {
    pub async fn templates(&self, query: &ListQuery) -> Result<Native<Page<Template>>, Error> {
        self.page(&["sms", "templates"], query).await
    }

    pub fn template_rows(&self) -> Rows<Template> {
        self.rows(&["sms", "templates"], &ListQuery::default())
    }

    pub async fn create_template(
        &self,
        template: &TemplateRequest,
    ) -> Result<Native<Template>, Error> {
        self.change(Method::POST, &["sms", "templates"], Some(template))
            .await
    }

    /// What is absent stays.
    pub async fn change_template(
        &self,
        id: i64,
        change: &TemplateRequest,
    ) -> Result<Native<Template>, Error> {
        let path = ["sms", "templates", &id.to_string()];
        self.change(Method::PUT, &path, Some(change)).await
    }

    pub async fn delete_template(&self, id: i64) -> Result<Native<serde_json::Value>, Error> {
        let path = ["sms", "templates", &id.to_string()];
        self.change(Method::DELETE, &path, None::<&()>).await
    }
}
