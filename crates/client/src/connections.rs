//! `/connections`.

use std::collections::BTreeMap;

use postern_wire::control::{
    ConnectionAnswer, ConnectionChange, ConnectionDeleted, ConnectionHook, ConnectionList,
    CreatedConnection, NewConnection,
};

use crate::{Client, Error};

#[derive(Clone, Debug, Default)]
pub struct ConnectionFilter {
    pub app: Option<String>,
    pub status: Option<String>,
    pub method: Option<String>,
    pub limit: Option<u32>,
}

impl Client {
    pub async fn connections(&self, filter: &ConnectionFilter) -> Result<ConnectionList, Error> {
        let limit = filter.limit.map(|limit| limit.to_string());
        let given = [
            ("app", filter.app.as_deref()),
            ("status", filter.status.as_deref()),
            ("method", filter.method.as_deref()),
            ("limit", limit.as_deref()),
        ];
        self.get(self.with(&["connections"], &given)).await
    }

    pub async fn create_connection(&self, new: &NewConnection) -> Result<CreatedConnection, Error> {
        self.post(self.at(&["connections"]), new).await
    }

    pub async fn connection(&self, id: &str) -> Result<ConnectionAnswer, Error> {
        self.get(self.at(&["connections", id])).await
    }

    pub async fn change_connection(
        &self,
        id: &str,
        change: &ConnectionChange,
    ) -> Result<ConnectionAnswer, Error> {
        self.patch(self.at(&["connections", id]), change).await
    }

    pub async fn delete_connection(&self, id: &str) -> Result<ConnectionDeleted, Error> {
        self.delete(self.at(&["connections", id])).await
    }

    /// Asks the upstream now whether it still takes the credentials, and writes down what it says.
    pub async fn verify_connection(&self, id: &str) -> Result<ConnectionAnswer, Error> {
        let nothing = serde_json::Map::new();
        self.post(self.at(&["connections", id, "verify"]), &nothing)
            .await
    }

    /// A new address at which the provider tells of incoming texts.
    pub async fn hook_connection(&self, id: &str) -> Result<ConnectionHook, Error> {
        let nothing = serde_json::Map::new();
        self.post(self.at(&["connections", id, "hook"]), &nothing)
            .await
    }

    /// New credentials for the same connection: at once with `credentials`, else by a new link.
    pub async fn reconnect(
        &self,
        id: &str,
        credentials: Option<&BTreeMap<String, String>>,
        verify: Option<bool>,
    ) -> Result<CreatedConnection, Error> {
        let mut body = serde_json::Map::new();
        if let Some(credentials) = credentials {
            body.insert("credentials".into(), serde_json::json!(credentials));
        }
        if let Some(verify) = verify {
            body.insert("verify".into(), verify.into());
        }
        self.post(self.at(&["connections", id, "reconnect"]), &body)
            .await
    }
}
