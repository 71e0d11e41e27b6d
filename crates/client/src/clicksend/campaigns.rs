//! Campaigns: one text or picture to everybody on a list.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::campaign::{CampaignRequest, MmsCampaign, SmsCampaign};
use reqwest::Method;
use serde_json::Value;

use super::{ClickSend, ListQuery, Native, SendOptions};
use crate::Error;
use crate::pages::Rows;

/// Of texts or of pictures. Answers are those of the kind: [`SmsCampaign`] or [`MmsCampaign`] where they hold one.
pub struct Campaigns<T> {
    clicksend: ClickSend,
    path: &'static str,
    row: std::marker::PhantomData<fn() -> T>,
}

impl ClickSend {
    pub fn sms_campaigns(&self) -> Campaigns<SmsCampaign> {
        Campaigns::at(self, "sms-campaigns")
    }

    pub fn mms_campaigns(&self) -> Campaigns<MmsCampaign> {
        Campaigns::at(self, "mms-campaigns")
    }
}

impl<T: serde::de::DeserializeOwned + Send + 'static> Campaigns<T> {
    fn at(clicksend: &ClickSend, path: &'static str) -> Self {
        Self {
            clicksend: clicksend.clone(),
            path,
            row: std::marker::PhantomData,
        }
    }

    pub async fn list(&self, query: &ListQuery) -> Result<Native<Page<T>>, Error> {
        self.clicksend.page(&[self.path], query).await
    }

    pub fn rows(&self) -> Rows<T> {
        self.clicksend.rows(&[self.path], &ListQuery::default())
    }

    /// With its progress on the built-in platform.
    pub async fn view(&self, id: i64) -> Result<Native<T>, Error> {
        let path = [self.path, &id.to_string()];
        self.clicksend.get(&path, &ListQuery::default()).await
    }

    pub async fn price(&self, request: &CampaignRequest) -> Result<Native<Value>, Error> {
        self.clicksend.ask(&[self.path, "price"], request).await
    }

    /// At once, or at its `schedule`. Under an `Idempotency-Key` of its own.
    pub async fn send(&self, request: &CampaignRequest) -> Result<Native<T>, Error> {
        self.send_with(request, SendOptions::default()).await
    }

    pub async fn send_with(
        &self,
        request: &CampaignRequest,
        options: SendOptions,
    ) -> Result<Native<T>, Error> {
        self.clicksend
            .send(&[self.path, "send"], request, options)
            .await
    }

    /// Before its time has come.
    pub async fn cancel(&self, id: i64) -> Result<Native<T>, Error> {
        let path = [self.path, &id.to_string(), "cancel"];
        self.clicksend.change(Method::PUT, &path, None::<&()>).await
    }
}
