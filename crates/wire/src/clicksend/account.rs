//! `GET /v3/account`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How amounts of a currency are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Currency {
    pub currency_name_short: Cow<'static, str>,
    /// In front of amounts in the main unit.
    pub currency_prefix_d: Cow<'static, str>,
    /// Beside amounts in hundredths.
    pub currency_prefix_c: Cow<'static, str>,
    pub currency_name_long: Cow<'static, str>,
}

/// Flags are 0 or 1, amounts are decimal text; both are the SDKs' types, not a matter of taste.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    pub user_id: i64,
    pub username: String,
    pub user_email: String,
    pub active: i64,
    pub banned: i64,
    pub date_sign_up: i64,
    /// Six decimals.
    pub balance: String,
    pub user_phone: String,
    pub reply_to: Cow<'static, str>,
    pub delivery_to: Option<String>,
    pub user_first_name: String,
    pub user_last_name: String,
    pub account: i64,
    pub account_name: String,
    pub account_billing_email: String,
    pub account_billing_mobile: String,
    pub priority: i64,
    pub country: String,
    pub country_ip: String,
    pub default_country_sms: String,
    pub auto_recharge: i64,
    pub auto_recharge_amount: Cow<'static, str>,
    pub low_credit_amount: Cow<'static, str>,
    pub setting_unicode_sms: i64,
    pub setting_email_sms_subject: i64,
    pub setting_fix_sender_id: i64,
    /// Segments at which a text is cut.
    pub setting_sms_message_char_limit: i64,
    pub old_dashboard: i64,
    pub balance_commission: Cow<'static, str>,
    pub timezone: String,
    pub price_rate: i64,
    pub private_uploads: i64,
    pub fax_quality: i64,
    pub setting_sms_hide_your_number: i64,
    pub setting_sms_hide_business_name: i64,
    pub pricing_variant: i64,
    pub on_trial: i64,
    pub trial_expiry: Option<String>,
    pub ai_enabled: i64,
    #[serde(rename = "_currency")]
    pub currency: Currency,
    #[serde(rename = "_subaccount")]
    pub subaccount: Subaccount,
}

/// The account's own, main sub-account. Shows the API key, as the live service does; the gateway masks it for agent keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Subaccount {
    pub subaccount_id: i64,
    pub api_username: String,
    pub email: String,
    pub phone_number: String,
    pub first_name: String,
    pub last_name: String,
    pub api_key: String,
    pub access_smpp: i64,
    pub access_users: i64,
    pub access_billing: i64,
    pub access_reporting: i64,
    pub access_contacts: i64,
    pub access_settings: i64,
    pub access_sms: i64,
    pub access_email: i64,
    pub access_voice: i64,
    pub access_fax: i64,
    pub access_post: i64,
    pub access_reseller: i64,
    pub access_global_sending: i64,
    pub access_mms: i64,
    pub hide_pricing: i64,
    pub share_campaigns: i64,
    pub notes: Option<String>,
    pub is_main: i64,
}

impl std::fmt::Debug for Subaccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subaccount")
            .field("subaccount_id", &self.subaccount_id)
            .field("api_username", &self.api_username)
            .finish_non_exhaustive()
    }
}
