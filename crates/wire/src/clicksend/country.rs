//! Countries: the public list, the numbered list, and an account's selection of it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// An entry of `GET /v3/countries`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Country {
    pub code: Cow<'static, str>,
    pub value: Cow<'static, str>,
}

/// An entry of `GET /v3/country-list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListedCountry {
    pub id: i64,
    pub name: Cow<'static, str>,
    pub code: Cow<'static, str>,
    pub region: Cow<'static, str>,
}

/// A selected country. What ClickSend keeps about registering businesses stands at "nothing to do".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SelectedCountry {
    #[serde(flatten)]
    pub country: ListedCountry,
    pub agreed_at: Option<i64>,
    pub registration_entity: Option<Named>,
    pub registration_status: Named,
    pub jotform_id: Cow<'static, str>,
    pub sms_registration_type: i64,
    pub block_registration: bool,
    pub block_leads: bool,
    pub trial_from_address: Cow<'static, str>,
    pub restricted_sending: bool,
    pub trial_sending: i64,
    pub trial_sending_description: Cow<'static, str>,
    pub has_regulation_requirements: i64,
    pub registration_steps_url: Cow<'static, str>,
    pub regulation_requirements_description: Cow<'static, str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Named {
    pub id: i64,
    pub name: Cow<'static, str>,
}

/// Of `POST /v3/user-countries` and `…/agree`: numbers, in numbers or in text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SelectionRequest {
    #[serde(default)]
    pub country_list_ids: Option<Vec<Number>>,
}

/// A whole number, however it is written; `None` when it is none.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Number(pub Option<i64>);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": ["integer", "string"], "pattern": r"^\s*-?[0-9]+\s*$"})
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let text = super::lenient::text(deserializer)?;
        Ok(Number(text.and_then(|text| text.trim().parse().ok())))
    }
}
