//! `/inbox/chaos`: a network that misbehaves on purpose.

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use postern_access::role::ControlRoute;
use postern_domain::chaos::{Chaos, Permille};
use postern_domain::receipt::Cause;
use postern_store::{Lane, audit, simulator};
use postern_wire::control::{self, ChaosAnswer, ChaosChange, Failures, ReceiptDelay};
use serde_json::json;

use super::in_force;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;
use crate::whose::Whose;

/// A day: what nobody waits for is a lost receipt.
const DELAY_MS_MAX: i64 = 24 * 3600 * 1000;
const THROTTLE_MS_MAX: i64 = 60_000;
const THROTTLE_MS: i64 = 1_000;
/// A network that turns everything away each time takes nothing, ever.
const THROTTLED_MAX: f64 = 0.9;

type Pairs = Query<Vec<(String, String)>>;

pub(crate) async fn read_chaos(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Pairs,
) -> Result<Json<ChaosAnswer>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    shown(&state, &whose).await
}

pub(crate) async fn change_chaos(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Pairs,
    Payload(request): Payload<ChaosChange>,
) -> Result<Json<ChaosAnswer>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    let (account, now) = (whose.account.id, state.now());
    let change = Change::of(&request)?;
    let detail = serde_json::to_value(&request).map_err(|error| Refusal::internal(&error))?;
    let entry = whose.entry(ControlRoute::ChaosChange, now, &detail);
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            let mut chaos = simulator::chaos(tx, account)?;
            change.apply(&mut chaos);
            simulator::put_chaos(tx, account, &chaos, now)?;
            audit::record(tx, &entry)
        })
        .await?;
    in_force(&state).await?;
    shown(&state, &whose).await
}

pub(crate) async fn reset_chaos(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Pairs,
) -> Result<Json<ChaosAnswer>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    let (account, now) = (whose.account.id, state.now());
    let entry = whose.entry(ControlRoute::ChaosReset, now, &json!({}));
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            simulator::reset_chaos(tx, account)?;
            audit::record(tx, &entry)
        })
        .await?;
    in_force(&state).await?;
    shown(&state, &whose).await
}

async fn shown(state: &ControlState, whose: &Whose) -> Result<Json<ChaosAnswer>, Refusal> {
    let account = whose.account.id;
    let chaos = state
        .store
        .read(move |tx| simulator::chaos(tx, account))
        .await?;
    Ok(Json(ChaosAnswer {
        account_id: account.0,
        chaos: in_wire(&chaos),
    }))
}

fn in_wire(chaos: &Chaos) -> control::Chaos {
    let rate = |share: Permille| f64::from(share.get()) / 1000.0;
    let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    control::Chaos {
        seed: chaos.seed,
        receipt_delay_ms: chaos.delay.map(|(min, max)| ReceiptDelay {
            min: millis(min),
            max: millis(max),
        }),
        failures: chaos
            .failures
            .iter()
            .map(|(cause, share)| Failures {
                error_code: i64::from(cause.error_code()),
                rate: rate(*share),
            })
            .collect(),
        lost_receipts: rate(chaos.lost_receipts),
        doubled_receipts: rate(chaos.doubled_receipts),
        throttled: rate(chaos.throttled),
        throttle_ms: match millis(chaos.throttle_pause) {
            0 => THROTTLE_MS,
            pause => pause,
        },
    }
}

/// A change that was understood.
#[derive(Clone)]
struct Change {
    seed: Option<i64>,
    delay: Option<Option<(Duration, Duration)>>,
    failures: Option<Vec<(Cause, Permille)>>,
    lost_receipts: Option<Permille>,
    doubled_receipts: Option<Permille>,
    throttled: Option<Permille>,
    throttle_pause: Option<Duration>,
}

impl Change {
    fn of(request: &ChaosChange) -> Result<Change, Refusal> {
        let rate = |field: &str, asked: Option<f64>, max: f64| {
            asked.map(|asked| permille(field, asked, max)).transpose()
        };
        let pause = |millis| between("throttle_ms", millis, 1, THROTTLE_MS_MAX);
        Ok(Change {
            seed: request.seed,
            delay: match &request.receipt_delay_ms {
                None => None,
                Some(None) => Some(None),
                Some(Some(asked)) => Some(Some(delay(asked)?)),
            },
            failures: request.failures.as_deref().map(failures).transpose()?,
            lost_receipts: rate("lost_receipts", request.lost_receipts, 1.0)?,
            doubled_receipts: rate("doubled_receipts", request.doubled_receipts, 1.0)?,
            throttled: rate("throttled", request.throttled, THROTTLED_MAX)?,
            throttle_pause: request.throttle_ms.map(pause).transpose()?,
        })
    }

    fn apply(&self, chaos: &mut Chaos) {
        fn set<T: Clone>(place: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                place.clone_from(value);
            }
        }
        if chaos.throttle_pause.is_zero() {
            chaos.throttle_pause = Duration::from_millis(THROTTLE_MS.unsigned_abs());
        }
        set(&mut chaos.seed, self.seed.as_ref());
        set(&mut chaos.delay, self.delay.as_ref());
        set(&mut chaos.failures, self.failures.as_ref());
        set(&mut chaos.lost_receipts, self.lost_receipts.as_ref());
        set(&mut chaos.doubled_receipts, self.doubled_receipts.as_ref());
        set(&mut chaos.throttled, self.throttled.as_ref());
        set(&mut chaos.throttle_pause, self.throttle_pause.as_ref());
    }
}

fn permille(field: &str, rate: f64, max: f64) -> Result<Permille, Refusal> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to lie within 0 and 1 first"
    )]
    let share = (0.0..=max)
        .contains(&rate)
        .then(|| (rate * 1000.0).round() as i64);
    share.and_then(Permille::new).ok_or_else(|| {
        Refusal::invalid(
            field,
            format!("`{field}` must be a rate from 0 to {max}, such as 0.25 for every fourth"),
        )
    })
}

fn between(field: &str, millis: i64, min: i64, max: i64) -> Result<Duration, Refusal> {
    let within = (min..=max).contains(&millis);
    within
        .then(|| Duration::from_millis(millis.unsigned_abs()))
        .ok_or_else(|| {
            Refusal::invalid(
                field,
                format!("`{field}` must be milliseconds from {min} to {max}"),
            )
        })
}

fn delay(asked: &ReceiptDelay) -> Result<(Duration, Duration), Refusal> {
    let min = between("receipt_delay_ms.min", asked.min, 0, DELAY_MS_MAX)?;
    let max = between("receipt_delay_ms.max", asked.max, 0, DELAY_MS_MAX)?;
    match min <= max {
        true => Ok((min, max)),
        false => Err(Refusal::invalid(
            "receipt_delay_ms.max",
            "`receipt_delay_ms.max` must not be below `min`; equal ends make it exact",
        )),
    }
}

fn failures(asked: &[Failures]) -> Result<Vec<(Cause, Permille)>, Refusal> {
    let mut failures: Vec<(Cause, Permille)> = Vec::new();
    for (place, one) in asked.iter().enumerate() {
        let field = format!("failures[{place}].error_code");
        let code = u8::try_from(one.error_code).ok();
        let cause = code.and_then(Cause::from_error_code).ok_or_else(|| {
            Refusal::invalid(
                &field,
                format!("`{field}` must be one of ClickSend's error codes from 7 to 20"),
            )
        })?;
        if failures.iter().any(|(known, _)| *known == cause) {
            return Err(Refusal::invalid(
                &field,
                format!("`{field}` is there twice; write each code once"),
            ));
        }
        let share = permille(&format!("failures[{place}].rate"), one.rate, 1.0)?;
        failures.push((cause, share));
    }
    let sum: u32 = failures
        .iter()
        .map(|(_, share)| u32::from(share.get()))
        .sum();
    match sum <= u32::from(Permille::ALL.get()) {
        true => Ok(failures),
        false => Err(Refusal::invalid(
            "failures",
            "the rates in `failures` must not be more than 1 together: no message fails twice",
        )),
    }
}
