//! `/operators` and `/console/session`.

use postern_wire::control::{
    NewOperator, OperatorAnswer, OperatorChange, OperatorLink, OperatorList, OperatorPassword,
    SignIn, SignedIn,
};

use crate::{Client, Error};

impl Client {
    pub async fn operators(&self) -> Result<OperatorList, Error> {
        self.get(self.at(&["operators"])).await
    }

    /// The answer holds the password if none was given: the only time it is shown.
    pub async fn create_operator(&self, new: &NewOperator) -> Result<OperatorAnswer, Error> {
        self.post(self.at(&["operators"]), new).await
    }

    pub async fn change_operator(
        &self,
        name: &str,
        change: &OperatorChange,
    ) -> Result<OperatorAnswer, Error> {
        self.patch(self.at(&["operators", name]), change).await
    }

    pub async fn set_operator_password(
        &self,
        name: &str,
        password: &OperatorPassword,
    ) -> Result<OperatorAnswer, Error> {
        self.post(self.at(&["operators", name, "password"]), password)
            .await
    }

    /// A link that signs in once, within ten minutes.
    pub async fn operator_link(&self, name: &str) -> Result<OperatorLink, Error> {
        self.post(self.at(&["operators", name, "link"]), &()).await
    }

    /// The answer's token takes the place of a key in a client of its own.
    pub async fn sign_in(&self, sign_in: &SignIn) -> Result<SignedIn, Error> {
        self.post(self.at(&["console", "session"]), sign_in).await
    }
}
