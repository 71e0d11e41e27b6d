//! `/usage`: what an account of the built-in platform sent and received, and what it cost.

use postern_wire::control::Usage;

use crate::{Client, Error};

impl Client {
    /// Of the account of a connection; `None`: of the default one. Days such as `2026-11-24`; `until` is the day after the last one.
    pub async fn usage(
        &self,
        connection: Option<&str>,
        since: Option<&str>,
        until: Option<&str>,
    ) -> Result<Usage, Error> {
        let given = [
            ("connection", connection),
            ("since", since),
            ("until", until),
        ];
        self.get(self.with(&["usage"], &given)).await
    }
}
