//! `/keys`, `/user` and `/apps`.

use postern_wire::control::{
    AppList, KeyAnswer, KeyChange, KeyDeleted, KeyList, KeyRotation, KeySecret, NewKey, User,
};

use crate::{Client, Error};

impl Client {
    pub async fn user(&self) -> Result<User, Error> {
        self.get(self.at(&["user"])).await
    }

    pub async fn apps(&self) -> Result<AppList, Error> {
        self.get(self.at(&["apps"])).await
    }

    pub async fn keys(&self) -> Result<KeyList, Error> {
        self.get(self.at(&["keys"])).await
    }

    /// The answer holds the secret: the only time it is shown.
    pub async fn create_key(&self, new: &NewKey) -> Result<KeySecret, Error> {
        self.post(self.at(&["keys"]), new).await
    }

    pub async fn key(&self, id: &str) -> Result<KeyAnswer, Error> {
        self.get(self.at(&["keys", id])).await
    }

    pub async fn change_key(&self, id: &str, change: &KeyChange) -> Result<KeyAnswer, Error> {
        self.patch(self.at(&["keys", id]), change).await
    }

    pub async fn revoke_key(&self, id: &str) -> Result<KeyDeleted, Error> {
        self.delete(self.at(&["keys", id])).await
    }

    pub async fn rotate_key(&self, id: &str, rotation: &KeyRotation) -> Result<KeySecret, Error> {
        self.post(self.at(&["keys", id, "rotate"]), rotation).await
    }
}
