//! What a month cost.

use postern_wire::clicksend::statistics::Usage;

use super::{ClickSend, ListQuery, Native};
use crate::Error;

impl ClickSend {
    /// Of a month (UTC), by channel.
    pub async fn usage(&self, year: i32, month: u32) -> Result<Native<Usage>, Error> {
        let (year, month) = (year.to_string(), month.to_string());
        let path = ["account", "usage", &*year, &*month, "subaccount"];
        self.get(&path, &ListQuery::default()).await
    }
}
