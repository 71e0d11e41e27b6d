//! `/keys`, `/user` and `/apps`.

use postern_wire::control::{
    AppList, Key, KeyAnswer, KeyChange, KeyDeleted, KeyList, KeyRotation, KeySecret, NewKey, User,
};

use crate::{Client, Error};

impl Client {
    pub async fn user(&self) -> Result<User, Error> {
        self.get(self.at(&["user"])).await
    }

    pub async fn apps(&self) -> Result<AppList, Error> {
        self.get(self.at(&["apps"])).await
    }

    /// One page, from the start or behind `after`.
    pub async fn keys(&self, after: Option<&str>) -> Result<KeyList, Error> {
        self.get(self.page_at(&["keys"], after)).await
    }

    /// Every page.
    pub async fn all_keys(&self) -> Result<Vec<Key>, Error> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.keys(after.as_deref()).await?;
            all.extend(page.keys);
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
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
