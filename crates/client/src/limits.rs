//! `/limits`, and what a key may still send.

use postern_wire::control::{Allowance, InstallationLimits, LimitsChange};

use crate::{Client, Error};

impl Client {
    pub async fn limits(&self) -> Result<InstallationLimits, Error> {
        self.get(self.at(&["limits"])).await
    }

    pub async fn put_limits(&self, change: &LimitsChange) -> Result<InstallationLimits, Error> {
        self.put(self.at(&["limits"]), change).await
    }

    pub async fn allowance(&self, key_id: &str) -> Result<Allowance, Error> {
        self.get(self.at(&["keys", key_id, "allowance"])).await
    }
}
