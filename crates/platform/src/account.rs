//! `GET /v3/account`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::money::Currency;
use postern_store::accounts::{API_KEY_FIELD, Account, sealing_owner};
use postern_vault::Aad;
use postern_wire::clicksend::account as wire;
use secrecy::{ExposeSecret as _, SecretString};

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

const TENANT: i64 = 1;

pub(crate) async fn view(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
) -> Result<Response, ApiError> {
    let owner = sealing_owner(&account.username);
    let aad = Aad {
        tenant: TENANT,
        owner: &owner,
        field: API_KEY_FIELD,
    };
    let api_key = state
        .vault
        .open_text(&aad, &account.api_key_sealed)
        .map_err(ApiError::Sealed)?;
    Ok(answer::success(
        "Here's your account.",
        in_wire(account, &api_key),
    ))
}

/// How amounts in `currency` are written.
pub(crate) fn currency(currency: Currency) -> wire::Currency {
    wire::Currency {
        currency_name_short: currency.as_str().into(),
        currency_prefix_d: currency.main_prefix().into(),
        currency_prefix_c: currency.hundredth_prefix().into(),
        currency_name_long: currency.long_name().into(),
    }
}

fn in_wire(account: Account, api_key: &SecretString) -> wire::Account {
    let country = account.country.to_string();
    let name = format!("{} {}", account.first_name, account.last_name);
    wire::Account {
        user_id: account.id.0,
        active: i64::from(account.active),
        banned: 0,
        date_sign_up: account.created_at.secs(),
        balance: account.balance.to_string(),
        reply_to: "originalemail".into(),
        delivery_to: None,
        account: 0,
        account_name: name.trim().to_owned(),
        account_billing_email: account.email.clone(),
        account_billing_mobile: account.phone.clone(),
        priority: 1,
        country: country.clone(),
        country_ip: country.clone(),
        default_country_sms: country,
        auto_recharge: 0,
        auto_recharge_amount: "0.00".into(),
        low_credit_amount: "0.00".into(),
        setting_unicode_sms: 0,
        setting_email_sms_subject: 0,
        setting_fix_sender_id: 0,
        setting_sms_message_char_limit: i64::from(account.char_limit_parts),
        old_dashboard: 0,
        balance_commission: "0.000000".into(),
        timezone: account.timezone.clone(),
        price_rate: 0,
        private_uploads: 0,
        fax_quality: 0,
        setting_sms_hide_your_number: 0,
        setting_sms_hide_business_name: 0,
        pricing_variant: 0,
        on_trial: 0,
        trial_expiry: None,
        ai_enabled: 0,
        currency: currency(account.currency),
        subaccount: subaccount(&account, api_key),
        username: account.username,
        user_email: account.email,
        user_phone: account.phone,
        user_first_name: account.first_name,
        user_last_name: account.last_name,
    }
}

/// What this version does not offer is not accessible either.
fn subaccount(account: &Account, api_key: &SecretString) -> wire::Subaccount {
    wire::Subaccount {
        subaccount_id: account.id.0,
        api_username: account.username.clone(),
        email: account.email.clone(),
        phone_number: account.phone.clone(),
        first_name: account.first_name.clone(),
        last_name: account.last_name.clone(),
        api_key: api_key.expose_secret().to_owned(),
        access_smpp: 0,
        access_users: 0,
        access_billing: 1,
        access_reporting: 1,
        access_contacts: 1,
        access_settings: 1,
        access_sms: 1,
        access_email: 0,
        access_voice: 1,
        access_fax: 0,
        access_post: 0,
        access_reseller: 0,
        access_global_sending: 0,
        access_mms: 1,
        hide_pricing: 0,
        share_campaigns: 0,
        notes: None,
        is_main: 1,
    }
}
