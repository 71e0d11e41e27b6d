//! `/freeze`.

use postern_wire::control::{FreezeAnswer, FreezeList, FreezeWish, Unfrozen};

use crate::{Client, Error};

impl Client {
    /// One page, from the start or behind `after`.
    pub async fn freezes(&self, after: Option<&str>) -> Result<FreezeList, Error> {
        self.get(self.page_at(&["freeze"], after)).await
    }

    /// One freeze and what it holds.
    pub async fn frozen(&self, what: &FreezeWish) -> Result<FreezeAnswer, Error> {
        let mut url = self.at(&["freeze"]);
        url.query_pairs_mut().append_pair("scope", &what.scope);
        if let Some(id) = &what.id {
            url.query_pairs_mut().append_pair("id", id);
        }
        self.get(url).await
    }

    pub async fn freeze(&self, what: &FreezeWish) -> Result<FreezeAnswer, Error> {
        self.post(self.at(&["freeze"]), what).await
    }

    pub async fn unfreeze(&self, what: &FreezeWish) -> Result<Unfrozen, Error> {
        self.delete_this(self.at(&["freeze"]), what).await
    }
}
