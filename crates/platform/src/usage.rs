//! `GET /v3/account/usage/{year}/{month}/subaccount`: what a month (UTC) cost, by sub-account. There is one, the account itself.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use postern_domain::channel::Channel;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_store::accounts::Account;
use postern_store::statistics::{self, Tally};
use postern_wire::clicksend::sms::TotalPrice;
use postern_wire::clicksend::statistics as wire;

use crate::account::currency;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;
use crate::statistics::amount;

pub(crate) async fn usage(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((year, month)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (from, until) = month_of(&year, &month)?;
    let id = account.id;
    let tallies = state
        .store
        .read(move |tx| {
            let mut of = |channel| -> postern_store::Result<Tally> {
                let days = statistics::days(tx, id, channel, from, until)?;
                let tallies = days.into_iter().map(|day| day.tally);
                Ok(tallies.fold(Tally::default(), Tally::plus))
            };
            Ok([of(Channel::Sms)?, of(Channel::Mms)?, of(Channel::Voice)?])
        })
        .await?;
    Ok(answer::success(
        "Here is your usage for this month.",
        in_wire(&account, tallies),
    ))
}

/// The month's first instant and the next one's.
fn month_of(year: &str, month: &str) -> Result<(UnixMicros, UnixMicros), ApiError> {
    let number = |field, text: &str| {
        text.parse::<i16>().map_err(|_| {
            ApiError::Invalid(
                format!("{field} is not a number, as in /v3/account/usage/2026/11/subaccount.")
                    .into(),
            )
        })
    };
    let (year, month) = (number("year", year)?, number("month", month)?);
    let invalid =
        || ApiError::Invalid("year must be from 1970 to 9998, month from 1 to 12.".into());
    if !(1970..=9998).contains(&year) {
        return Err(invalid());
    }
    let month = i8::try_from(month).map_err(|_| invalid())?;
    let first = Date::new(year, month, 1).map_err(|_| invalid())?;
    let next = first
        .checked_add(Span::new().months(1))
        .map_err(|_| invalid())?;
    let at = |date: Date| -> Result<UnixMicros, ApiError> {
        let zoned = date.to_zoned(TimeZone::UTC).map_err(|_| invalid())?;
        Ok(UnixMicros::from_secs(Timestamp::from(zoned).as_second()))
    };
    Ok((at(first)?, at(next)?))
}

fn in_wire(account: &Account, [sms, mms, voice]: [Tally; 3]) -> wire::Usage {
    let row = |tally: &Tally| {
        let row = wire::OfSubaccount {
            subaccount_id: account.id.0,
            username: account.username.clone(),
            total_count: format!("{}.00", tally.parts),
            total_price: TotalPrice {
                micros: tally.price.0,
            },
            notes: None,
        };
        Some(row)
            .filter(|_| tally.messages > 0)
            .into_iter()
            .collect()
    };
    let total = |tally: &Tally| amount(tally.parts, tally.price);
    let none = amount(0, Micros::ZERO);
    wire::Usage {
        sms: row(&sms),
        mms: row(&mms),
        voice: row(&voice),
        fax: Vec::new(),
        post: Vec::new(),
        email: Vec::new(),
        email_transactional: Vec::new(),
        postcards: Vec::new(),
        sms_total: total(&sms),
        voice_total: total(&voice),
        fax_total: none,
        post_total: none,
        email_total: none,
        mms_total: total(&mms),
        email_transactional_total: none,
        postcards_total: none,
        currency: currency(account.currency),
    }
}
