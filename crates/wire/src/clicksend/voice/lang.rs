//! An entry of `GET /v3/voice/lang`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lang {
    pub code: Cow<'static, str>,
    pub country: Cow<'static, str>,
    pub gender: Genders,
}

/// Text where there is one voice, a list where there are two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Genders {
    One(Cow<'static, str>),
    Several(Vec<Cow<'static, str>>),
}
