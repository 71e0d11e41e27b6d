//! `POST /v3/alpha-tags`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::phone::CountryCode;
use postern_domain::sender::Sender;
use postern_store::Lane;
use postern_store::alpha_tags::{self, AlphaTag, Requested, TAGS_MAX};
use postern_wire::clicksend::sender::AlphaTagRequest;

use super::{DECIDED_AFTER_SECONDS, in_wire};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{bare, new_id};
use crate::payload::Payload;
use crate::state::PlatformState;

const REASON_CHARS_MAX: usize = 1_000;
const BUSINESSES_BYTES_MAX: usize = 10_000;

pub(crate) async fn request(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<AlphaTagRequest>,
) -> Result<Response, ApiError> {
    let text = request.alpha_tag.unwrap_or_default();
    let Ok(Sender::AlphaTag(alpha_tag)) = Sender::parse(&text, account.country) else {
        return Err(ApiError::Invalid(
            "alpha_tag must be a word of 3 to 11 letters, digits and +, not all digits.".into(),
        ));
    };
    let reason = request.reason.unwrap_or_default();
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(ApiError::Invalid("reason is too long.".into()));
    }
    let businesses = request
        .businesses
        .map(|b| b.to_string())
        .unwrap_or_default();
    if businesses.len() > BUSINESSES_BYTES_MAX {
        return Err(ApiError::Invalid("businesses is too long.".into()));
    }
    let countries = request
        .countries
        .iter()
        .map(|code| CountryCode::parse(code).map(|code| code.to_string()))
        .collect::<Option<Vec<_>>>()
        .ok_or(ApiError::Invalid(
            "countries must be country codes of two letters.".into(),
        ))?;
    let now = state.now();
    let tag = AlphaTag {
        alpha_tag_id: new_id(),
        alpha_tag,
        reason,
        countries: countries.join(","),
        businesses,
        decided_at: now.plus_secs(DECIDED_AFTER_SECONDS),
        created_at: now,
    };
    let (id, new) = (account.id, tag.clone());
    let requested = state
        .store
        .write(Lane::of(id.0), move |tx| alpha_tags::request(tx, id, &new))
        .await?;
    match requested {
        Requested::Done => Ok(bare(&in_wire(tag, id, now))),
        Requested::Known => Err(ApiError::AlreadyExists("The alpha tag already exists.")),
        Requested::TooMany => Err(ApiError::Invalid(
            format!("There are {TAGS_MAX} alpha tags already; delete one first.").into(),
        )),
    }
}
