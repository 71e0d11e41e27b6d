//! What a running server tells: does it answer, is the key good, do versions and clocks agree, are connections ACTIVE.

use postern_client::{ConnectionFilter, RawRequest};

use super::{Findings, providers};
use crate::clock;
use crate::exit::{Exit, Failure};
use crate::session::{Session, failure};

/// Clocks further apart than this make expiries and schedules surprising.
const SKEW_SECONDS_MAX: i64 = 30;

/// `named`: somebody said which server is meant, so that it has to be there.
pub async fn look(session: &Session, named: bool, findings: &mut Findings) {
    let asked = session.client.user().await.map_err(failure);
    if let Err(unreachable) = &asked
        && unreachable.exit == Exit::Unreachable
        && !named
    {
        let message = format!("none answers at {}", session.client.url());
        return findings.doubtful(
            "server",
            message,
            "start it with `postern serve`, or name it with POSTERN_URL",
        );
    }
    let Some(user) = findings.of("server", asked) else {
        return;
    };
    findings.good(
        "server",
        format!(
            "{} answers and takes the key {:?} ({})",
            session.client.url(),
            user.key.name,
            user.key.role
        ),
    );
    let own = env!("CARGO_PKG_VERSION");
    if user.version == own {
        findings.good("version", format!("{own} on both sides"));
    } else {
        findings.doubtful(
            "version",
            format!("the server is {}, this program {own}", user.version),
            "install the same version on both sides",
        );
    }
    skew(session, findings).await;
    connections(session, findings).await;
}

async fn skew(session: &Session, findings: &mut Findings) {
    let Ok(answer) = session.client.raw(RawRequest::get("/user")).await else {
        return;
    };
    let date = answer
        .headers
        .get("date")
        .and_then(|value| value.to_str().ok());
    let Some(theirs) = date.and_then(|text| jiff::fmt::rfc2822::parse(text).ok()) else {
        return;
    };
    let apart = theirs.timestamp().as_second() - clock::now().secs();
    if apart.abs() > SKEW_SECONDS_MAX {
        findings.doubtful(
            "clock",
            format!("the server's clock is {apart} s off this one"),
            "let both keep time by NTP",
        );
    } else {
        findings.good("clock", "both clocks agree");
    }
}

async fn connections(session: &Session, findings: &mut Findings) {
    let listed = session
        .client
        .connections(&ConnectionFilter::default())
        .await
        .map_err(failure);
    let Some(list) = findings.of("connections", listed) else {
        return;
    };
    let all = list.connections;
    let active: Vec<_> = all
        .iter()
        .filter(|connection| connection.status == "ACTIVE")
        .collect();
    if active.is_empty() {
        findings.broken(
            "connections",
            Failure::new(
                Exit::Failed,
                "no connection is ACTIVE: every call through the gateway is refused",
            )
            .fix("`postern connection create clicksend`"),
        );
    } else {
        findings.good(
            "connections",
            format!("{} of {} ACTIVE", active.len(), all.len()),
        );
    }
    providers::look(session, &active, findings).await;
    for connection in all
        .iter()
        .filter(|connection| connection.status != "ACTIVE")
    {
        let id = &connection.connection_id;
        let why = connection
            .status_reason
            .as_deref()
            .unwrap_or("nobody has completed it");
        findings.doubtful(
            "connections",
            format!("{} {id} is {}: {why}", connection.app, connection.status),
            format!("`postern connection reconnect {id}`, or `postern connection delete {id}`"),
        );
    }
}
