//! `POST /v3/numbers/buy/{dedicated_number}`: paid for and taken in one unit of work.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::catalogue;
use postern_domain::phone::Recipient;
use postern_store::Lane;
use postern_store::numbers::{self, Bought, Number};
use postern_wire::clicksend::number::{PurchaseRequest, Purchased};

use super::{cents, price};
use crate::account::currency;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer;
use crate::payload::OptionalPayload;
use crate::state::PlatformState;

/// Of what is told about who uses a number.
const REGISTRATION_BYTES_MAX: usize = 10_000;
const NOT_ON_SALE: ApiError = ApiError::NotFound("This number is not on sale.");

pub(crate) async fn buy(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(number): Path<String>,
    OptionalPayload(request): OptionalPayload<PurchaseRequest>,
) -> Result<Response, ApiError> {
    let kind = match request
        .kind
        .as_deref()
        .map(|kind| kind.trim().to_ascii_lowercase())
        .as_deref()
    {
        None | Some("" | "sms") => "sms",
        Some("mms") => "mms",
        Some(_) => return Err(ApiError::Invalid("type must be sms or mms.".into())),
    };
    // A `+` that was not encoded arrives as a space.
    let wanted = Recipient::parse(
        &format!("+{}", number.trim().trim_start_matches('+')),
        account.country,
    )
    .map_err(|_| NOT_ON_SALE)?;
    let country = wanted.country().ok_or(NOT_ON_SALE)?;
    let price = price(&state, &account, country).ok_or(NOT_ON_SALE)?;
    if !catalogue::numbers(country)
        .iter()
        .any(|n| n == wanted.as_str())
    {
        return Err(NOT_ON_SALE);
    }
    let registration = request
        .registration_data
        .map(|data| data.to_string())
        .unwrap_or_default();
    if registration.len() > REGISTRATION_BYTES_MAX {
        return Err(ApiError::Invalid("registration_data is too long.".into()));
    }
    let number = Number {
        dedicated_number: wanted.as_str().to_owned(),
        country,
        kind: kind.to_owned(),
        number_type: "longcode".to_owned(),
        number_guid: newer::new_id().to_uppercase(),
        price_setup: price.setup,
        price_monthly: price.monthly,
        registration,
    };
    let (id, now) = (account.id, state.now());
    let bought = state
        .store
        .write(Lane::of(id.0), move |tx| numbers::buy(tx, id, &number, now))
        .await?;
    match bought {
        Bought::Taken => Err(ApiError::AlreadyExists("This number is taken.")),
        Bought::NotEnoughCredit => Err(ApiError::InsufficientCredit),
        Bought::Done => Ok(answer::success(
            "Here is your new number.",
            Purchased {
                dedicated_number: wanted.as_str().to_owned(),
                country: country.to_string(),
                price_total: cents(price.setup.plus(price.monthly)),
                price_setup: cents(price.setup),
                price_monthly: cents(price.monthly),
                currency: currency(account.currency),
            },
        )),
    }
}
