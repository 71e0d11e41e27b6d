//! `GET /v3/countries`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Country {
    pub code: Cow<'static, str>,
    /// The name.
    pub value: Cow<'static, str>,
}
