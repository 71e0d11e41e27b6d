//! `/console/simulator`: a network that misbehaves on purpose, the handsets that are not simply on, and the clock of a sandbox. The control
//! plane decides what may be asked for.

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use postern_domain::receipt::Cause;
use postern_wire::control::{Chaos, ChaosAnswer, Handset, HandsetList, SandboxClock};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::{Choice, choose, named};
use crate::form::Typed;
use crate::inside::Inside;
use crate::query::form_urlencoded;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "console/simulator.html")]
struct SimulatorPage {
    shell: Shell,
    accounts: Vec<Choice>,
    account: i64,
    /// Rates in percent, as they are typed.
    lost: String,
    doubled: String,
    throttled: String,
    throttle_ms: String,
    delay_min: String,
    delay_max: String,
    seed: String,
    failures: Vec<Failing>,
    is_calm: bool,
    handsets: Vec<Shown>,
    /// Of a sandbox.
    clock: Option<SandboxClock>,
    clock_shows: String,
    notice: &'static str,
    problem: Option<String>,
}

struct Failing {
    code: u8,
    text: &'static str,
    percent: String,
}

struct Shown {
    number: String,
    href: String,
    state: &'static str,
}

pub(crate) async fn show_simulator(
    State(state): State<ConsoleState>,
    inside: Inside,
    Query(query): Query<Asked>,
) -> Result<Response, Trouble> {
    let named = named(query.account.as_deref());
    let notice = match query.done.as_deref() {
        Some("changed") => "The network behaves as you said, from the next message on.",
        Some("reset") => "The network works as it should.",
        Some("clock") => "The clock is set, and what is due by it leaves.",
        _ => "",
    };
    page(&state, &inside, named, notice, None, None).await
}

pub(crate) async fn change_chaos(
    State(state): State<ConsoleState>,
    inside: Inside,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let account = typed.number("account")?;
    let said = match asked_for(&typed) {
        Ok(body) => {
            let path = format!("/inbox/chaos?account={account}");
            inside
                .control::<ChaosAnswer>(Method::PATCH, &path, Some(&body))
                .await
                .map(|_| ())
                .map_err(|refused| refused.message)
        }
        Err(problem) => Err(problem),
    };
    match said {
        Ok(()) => Ok(back(account, "changed")),
        Err(problem) => {
            page(
                &state,
                &inside,
                Some(account),
                "",
                Some(&typed),
                Some(problem),
            )
            .await
        }
    }
}

pub(crate) async fn reset_chaos(
    State(state): State<ConsoleState>,
    inside: Inside,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let account = typed.number("account")?;
    let path = format!("/inbox/chaos?account={account}");
    inside
        .control::<ChaosAnswer>(Method::DELETE, &path, None)
        .await?;
    Ok(back(account, "reset"))
}

/// One form has several buttons; each says what it does.
pub(crate) async fn move_clock(
    State(state): State<ConsoleState>,
    inside: Inside,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let account = typed.number("account")?;
    let path = format!("/inbox/clock?account={account}");
    let (method, body) = match typed.text("do") {
        "freeze" => (Method::POST, Some(json!({"frozen": true}))),
        "go" => (Method::POST, Some(json!({"frozen": false}))),
        "reset" => (Method::DELETE, None),
        "" => (
            Method::POST,
            Some(json!({"advance": typed.text("advance").trim()})),
        ),
        step => (Method::POST, Some(json!({ "advance": step }))),
    };
    let moved = inside.control::<SandboxClock>(method, &path, body.as_ref());
    match moved.await {
        Ok(_) => Ok(back(account, "clock")),
        Err(refused) => {
            let problem = Some(refused.message);
            page(&state, &inside, Some(account), "", None, problem).await
        }
    }
}

fn back(account: i64, done: &str) -> Response {
    let leads = format!("/console/simulator?account={account}&done={done}");
    Redirect::to(&leads).into_response()
}

async fn page(
    state: &ConsoleState,
    inside: &Inside,
    named: Option<i64>,
    notice: &'static str,
    typed: Option<&Typed>,
    problem: Option<String>,
) -> Result<Response, Trouble> {
    let (accounts, chosen) = state.store.read(move |tx| choose(tx, named)).await?;
    let account = chosen.ok_or(Trouble::NotFound)?;
    let (id, sandbox) = (account.id.0, account.sandbox);
    let of = |what: &str| format!("/inbox/{what}?account={id}");
    let ChaosAnswer { chaos, .. } = inside.control(Method::GET, &of("chaos"), None).await?;
    let HandsetList { handsets, .. } = inside.control(Method::GET, &of("handsets"), None).await?;
    let clock: Option<SandboxClock> = match sandbox {
        true => Some(inside.control(Method::GET, &of("clock"), None).await?),
        false => None,
    };
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let value = |name: &str, kept: String| match typed {
        Some(typed) => typed.text(name).to_owned(),
        None => kept,
    };
    let delay = |end: Option<i64>| end.map(|end| end.to_string()).unwrap_or_default();
    let shown = SimulatorPage {
        shell: Shell::of(state, &inside.session, Section::Simulator),
        accounts,
        account: id,
        lost: value("lost_receipts", percent(chaos.lost_receipts)),
        doubled: value("doubled_receipts", percent(chaos.doubled_receipts)),
        throttled: value("throttled", percent(chaos.throttled)),
        throttle_ms: value("throttle_ms", chaos.throttle_ms.to_string()),
        delay_min: value(
            "delay_min",
            delay(chaos.receipt_delay_ms.as_ref().map(|delay| delay.min)),
        ),
        delay_max: value(
            "delay_max",
            delay(chaos.receipt_delay_ms.as_ref().map(|delay| delay.max)),
        ),
        seed: value("seed", chaos.seed.to_string()),
        failures: failing(&chaos, typed),
        is_calm: is_calm(&chaos),
        handsets: handsets.into_iter().map(|one| handset(id, one)).collect(),
        clock_shows: clock.as_ref().map(shows).unwrap_or_default(),
        clock,
        notice,
        problem,
    };
    Ok(html(status, &shown))
}

/// To the second, as times are written on all pages.
fn shows(clock: &SandboxClock) -> String {
    let to_second = clock.now.get(..19).unwrap_or(&clock.now);
    to_second.replace('T', " ")
}

fn is_calm(chaos: &Chaos) -> bool {
    chaos.failures.is_empty()
        && chaos.receipt_delay_ms.is_none()
        && [chaos.lost_receipts, chaos.doubled_receipts, chaos.throttled]
            .iter()
            .all(|rate| *rate == 0.0)
}

fn failing(chaos: &Chaos, typed: Option<&Typed>) -> Vec<Failing> {
    let one = |cause: &Cause| {
        let code = cause.error_code();
        let kept = chaos
            .failures
            .iter()
            .find(|one| one.error_code == i64::from(code));
        Failing {
            code,
            text: cause.text(),
            percent: match typed {
                Some(typed) => typed.text(&format!("failure_{code}")).to_owned(),
                None => percent(kept.map_or(0.0, |one| one.rate)),
            },
        }
    };
    Cause::ALL.iter().map(one).collect()
}

fn handset(account: i64, handset: Handset) -> Shown {
    let query = form_urlencoded(&[
        ("account", account.to_string()),
        ("number", handset.number.clone()),
    ]);
    Shown {
        href: format!("/console/phone?{query}"),
        number: handset.number,
        state: match handset.state.as_str() {
            "off" => "switched off",
            "refusing" => "refuses everything",
            _ => "answered by hand",
        },
    }
}

/// A rate as people write it: 2.5 for 0.025, nothing for nothing.
fn percent(rate: f64) -> String {
    let tenths = (rate * 1000.0).round();
    match tenths == 0.0 {
        true => String::new(),
        false => (tenths / 10.0).to_string(),
    }
}

/// What was typed, as the control plane reads it.
fn asked_for(typed: &Typed) -> Result<Value, String> {
    let rate = |name: &str, label: &str| match typed.text(name).trim().replace(',', ".") {
        text if text.is_empty() => Ok(0.0),
        text => text
            .parse::<f64>()
            .map(|percent| (percent * 10.0).round() / 1000.0)
            .map_err(|_| format!("{label}: write a percentage such as 25, or nothing.")),
    };
    let whole = |name: &str, label: &str| match typed.text(name).trim() {
        "" => Ok(None),
        text => text
            .parse::<i64>()
            .map(Some)
            .map_err(|_| format!("{label}: write a whole number, or nothing.")),
    };
    let mut failures = Vec::new();
    for cause in Cause::ALL {
        let code = cause.error_code();
        let rate = rate(&format!("failure_{code}"), cause.text())?;
        if rate != 0.0 {
            failures.push(json!({"error_code": code, "rate": rate}));
        }
    }
    let (min, max) = (
        whole("delay_min", "Reported after at least")?,
        whole("delay_max", "Reported after at most")?,
    );
    let delay = match (min, max) {
        (None, None) => Value::Null,
        (min, max) => {
            let min = min.unwrap_or(0);
            json!({"min": min, "max": max.unwrap_or(min)})
        }
    };
    Ok(json!({
        "seed": whole("seed", "Seed")?.unwrap_or(0),
        "receipt_delay_ms": delay,
        "failures": failures,
        "lost_receipts": rate("lost_receipts", "Lost receipts")?,
        "doubled_receipts": rate("doubled_receipts", "Doubled receipts")?,
        "throttled": rate("throttled", "Throttled")?,
        "throttle_ms": whole("throttle_ms", "Later by")?.unwrap_or(1000),
    }))
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn rates_are_written_as_percentages() {
        for (rate, text) in [
            (0.0, ""),
            (0.025, "2.5"),
            (0.25, "25"),
            (1.0, "100"),
            (0.001, "0.1"),
        ] {
            assert_eq!(percent(rate), text);
        }
    }
}
