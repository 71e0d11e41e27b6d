//! `/accounts`: the accounts of the built-in platform.

use postern_wire::control::{
    Account, AccountAnswer, AccountChange, AccountCredit, AccountKeyAnswer, AccountList,
    NewAccount, Transfer, TransferPlaces, Transferred,
};

use crate::{Client, Error};

impl Client {
    /// One page, from the start or behind `after`.
    pub async fn accounts(&self, after: Option<&str>) -> Result<AccountList, Error> {
        self.get(self.page_at(&["accounts"], after)).await
    }

    /// Every page.
    pub async fn all_accounts(&self) -> Result<Vec<Account>, Error> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.accounts(after.as_deref()).await?;
            all.extend(page.accounts);
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    pub async fn change_account(
        &self,
        id: i64,
        change: &AccountChange,
    ) -> Result<AccountAnswer, Error> {
        self.patch(self.at(&["accounts", &id.to_string()]), change)
            .await
    }

    pub async fn create_account(&self, new: &NewAccount) -> Result<AccountKeyAnswer, Error> {
        self.post(self.at(&["accounts"]), new).await
    }

    pub async fn credit_account(
        &self,
        id: i64,
        credit: &AccountCredit,
    ) -> Result<AccountAnswer, Error> {
        self.post(self.at(&["accounts", &id.to_string(), "credit"]), credit)
            .await
    }

    /// How far an account of another service has been brought over.
    pub async fn transfer_places(&self, id: i64, source: &str) -> Result<TransferPlaces, Error> {
        self.get(self.at(&["accounts", &id.to_string(), "transfers", source]))
            .await
    }

    pub async fn transfer(
        &self,
        id: i64,
        source: &str,
        transfer: &Transfer,
    ) -> Result<Transferred, Error> {
        let url = self.at(&["accounts", &id.to_string(), "transfers", source]);
        self.post(url, transfer).await
    }

    /// Gives the account a new platform API key; the old one stops working.
    pub async fn new_account_key(&self, id: i64) -> Result<AccountKeyAnswer, Error> {
        self.post(
            self.at(&["accounts", &id.to_string(), "key"]),
            &serde_json::json!({}),
        )
        .await
    }
}
