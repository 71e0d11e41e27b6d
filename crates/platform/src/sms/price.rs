//! `POST /v3/sms/price`: what a send would be judged and charged; nothing is stored.

use axum::extract::State;
use axum::response::Response;
use postern_domain::money::Micros;
use postern_wire::clicksend::sms::{Priced, SendRequest, TotalPrice};

use super::judge::{Terms, Verdict, judge};
use super::rows;
use crate::account::currency;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn price(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<SendRequest>,
) -> Result<Response, ApiError> {
    let terms = Terms::of(&state, &account);
    let judged = judge(request, &terms)?;
    let total: Micros = judged.iter().map(|m| m.price).sum();
    let count = |wanted: Verdict| judged.iter().filter(|m| m.verdict == wanted).count() as i64;
    let priced = Priced {
        total_price: TotalPrice { micros: total.0 },
        total_count: judged.len() as i64,
        queued_count: count(Verdict::Success),
        blocked_count: count(Verdict::CountryNotEnabled),
        messages: judged
            .into_iter()
            .map(|message| rows::priced(message, terms.now))
            .collect(),
        currency: currency(account.currency),
    };
    Ok(answer::success("Here are your data.", priced))
}
