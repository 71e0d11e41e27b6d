//! `/vault`: replacing the keys that protect everything else.

use postern_wire::control::{PepperRotated, PepperRotation, VaultRotated, VaultRotation};

use crate::{Client, Error};

impl Client {
    pub async fn rotate_vault(&self, rotation: &VaultRotation) -> Result<VaultRotated, Error> {
        self.post(self.at(&["vault", "rotate"]), rotation).await
    }

    pub async fn rotate_pepper(&self, rotation: &PepperRotation) -> Result<PepperRotated, Error> {
        self.post(self.at(&["vault", "pepper", "rotate"]), rotation)
            .await
    }
}
