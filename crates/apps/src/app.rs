//! One app: where it lives, how its credential is injected, and what its operations do.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use postern_domain::connection;
use postern_domain::effect::Effect;

use crate::effects::{Judged, Operations};
use crate::injection::Injection;
use crate::needles::SecretFields;
use crate::origin::Origin;
use crate::path::NormalPath;

/// The call that proves a credential: any 2xx answer is a proof, 401 and 403 are a refusal.
#[derive(Clone, Debug)]
pub struct VerifyCall {
    pub method: Method,
    /// In normal form, without the base path.
    pub path: String,
    /// Name in a connection's `metadata` to JSON pointer (RFC 6901) in the answer.
    pub metadata: BTreeMap<String, String>,
}

/// An app of the registry. `name` is the first path segment of its calls.
pub struct App {
    pub name: String,
    /// What people read.
    pub title: String,
    pub base_url: Arc<Origin>,
    pub injection: Injection,
    /// What a connection of this app reports as its method.
    pub method: connection::Method,
    pub verify: Option<VerifyCall>,
    /// `None`: nothing is known about its operations.
    pub operations: Option<Operations>,
    /// Answer fields that are masked for agent keys.
    pub secret_fields: Arc<SecretFields>,
}

impl App {
    /// What `method` on `path` does, or `None` if nobody knows. Without a table GET and HEAD are reads and everything
    /// else is unknown.
    #[must_use]
    pub fn effect(&self, method: &Method, path: &NormalPath<'_>) -> Option<Judged<'_>> {
        match &self.operations {
            Some(operations) => operations.judge(method, path),
            None if matches!(*method, Method::GET | Method::HEAD) => Some(Judged {
                effect: Effect::Read,
                operation: None,
            }),
            None => None,
        }
    }
}
