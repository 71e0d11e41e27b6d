//! `/inbox/clock`: the clock of a sandbox, so that a test need not wait until tomorrow for what leaves tomorrow.

use axum::Json;
use axum::extract::{Query, State};
use postern_access::role::ControlRoute;
use postern_domain::sandbox_clock::SandboxClock;
use postern_domain::time::UnixMicros;
use postern_store::sandbox_clock::{self, Place};
use postern_store::{Lane, accounts, audit};
use postern_wire::control::{self, ClockMove};
use serde_json::json;

use crate::instant::{read, written};
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;
use crate::whose::Whose;

type Pairs = Query<Vec<(String, String)>>;

pub(crate) async fn read_clock(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Pairs,
) -> Result<Json<control::SandboxClock>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    is_sandbox(&whose)?;
    Ok(shown(&whose, whose.account.clock, state.now()))
}

pub(crate) async fn set_clock(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Pairs,
    Payload(request): Payload<ClockMove>,
) -> Result<Json<control::SandboxClock>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    is_sandbox(&whose)?;
    let now = state.now();
    let clock = moved(whose.account.clock, &request, now)?;
    set(&state, &whose, ControlRoute::ClockSet, clock, now).await
}

pub(crate) async fn reset_clock(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Pairs,
) -> Result<Json<control::SandboxClock>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    is_sandbox(&whose)?;
    let (clock, now) = (SandboxClock::default(), state.now());
    set(&state, &whose, ControlRoute::ClockReset, clock, now).await
}

/// Live accounts have everybody's clock.
fn is_sandbox(whose: &Whose) -> Result<(), Refusal> {
    match whose.account.sandbox {
        true => Ok(()),
        false => Err(Refusal::conflict(
            "not_a_sandbox",
            "this is a live account; only the clock of a sandbox can be moved",
        )
        .field("connection")
        .hint("use a test key, or name a connection to the sandbox")),
    }
}

/// The clock first, then what waits. A stop in between leaves some of it at its old time; repeating the call moves it.
async fn set(
    state: &ControlState,
    whose: &Whose,
    route: ControlRoute,
    clock: SandboxClock,
    now: UnixMicros,
) -> Result<Json<control::SandboxClock>, Refusal> {
    let account = whose.account.id;
    let detail = json!({"now": written(clock.shows(now)), "frozen": clock.stands_at.is_some()});
    let entry = whose.entry(route, now, &detail);
    let lane = Lane::of(account.0);
    state
        .store
        .write(lane, move |tx| {
            sandbox_clock::set(tx, account, clock, now)?;
            audit::record(tx, &entry)
        })
        .await?;
    let mut place = Some(Place::default());
    while let Some(from) = place {
        place = state
            .store
            .write(lane, move |tx| {
                // Somebody else may have moved it meanwhile: theirs counts then.
                let clock = accounts::get(tx, account)?.map_or(clock, |account| account.clock);
                sandbox_clock::step(tx, account, clock, from, now)
            })
            .await?;
    }
    (state.on_clock)();
    Ok(shown(whose, clock, now))
}

fn moved(
    clock: SandboxClock,
    request: &ClockMove,
    now: UnixMicros,
) -> Result<SandboxClock, Refusal> {
    let clock = match request.frozen {
        Some(true) => clock.stopped(now),
        Some(false) => clock.going(now),
        None => clock,
    };
    let (field, at) = match (&request.advance, &request.now) {
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid(
                "advance",
                "give either `advance` or `now`, not both",
            ));
        }
        (Some(advance), None) => ("advance", clock.shows(now).plus_secs(seconds(advance)?)),
        (None, Some(at)) => ("now", read("now", at)?),
        (None, None) if request.frozen.is_some() => return Ok(clock),
        (None, None) => {
            return Err(Refusal::invalid(
                "advance",
                "say what to do: `advance` such as `2h`, `now` as an instant, or `frozen`",
            ));
        }
    };
    clock.set_to(at, now).ok_or_else(|| {
        Refusal::invalid(
            field,
            format!("`{field}` leads more than ten years away from now"),
        )
    })
}

/// `90s`, `30m`, `2h`, `3d` or plain seconds.
fn seconds(text: &str) -> Result<i64, Refusal> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let unit = match unit {
        "" | "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3600),
        "d" => Some(24 * 3600),
        _ => None,
    };
    let seconds = unit
        .zip(number.parse::<i64>().ok())
        .and_then(|(unit, number)| number.checked_mul(unit));
    seconds.ok_or_else(|| {
        Refusal::invalid(
            "advance",
            "`advance` must be a time such as `90s`, `30m`, `2h` or `3d`",
        )
    })
}

fn shown(whose: &Whose, clock: SandboxClock, now: UnixMicros) -> Json<control::SandboxClock> {
    let shows = clock.shows(now);
    Json(control::SandboxClock {
        account_id: whose.account.id.0,
        now: written(shows),
        frozen: clock.stands_at.is_some(),
        ahead_seconds: shows.micros_since(now).div_euclid(1_000_000),
    })
}
