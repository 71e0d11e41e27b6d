//! Do the providers behind the connections answer? Asked through the gateway, with the call that proved their credentials.

use std::time::Duration;

use postern_client::{Client, RawRequest};
use postern_wire::control::{Connection, Problem};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::Findings;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// More accounts than anybody looks at one by one; so many are asked at a time.
const ASKED_MAX: usize = 20;
/// Somebody waits for the answer, and a provider that takes longer than this is in trouble.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// What to do about one that cannot be reached.
const UNREACHED: &str = "look at the network, the proxy and egress.allow; sends are refused until it answers, none is lost";
/// Of an error answer.
const PROBLEM_BYTES_MAX: usize = 64 << 10;

/// What came back from a provider, or from the gateway on its behalf.
struct Answered {
    status: u16,
    problem: Option<Problem>,
}

/// `active`: connections that should work.
pub async fn look(session: &Session, active: &[&Connection], findings: &mut Findings) {
    let Some(list) = findings.of("providers", session.client.apps().await.map_err(failure)) else {
        return;
    };
    let mut asked = Vec::new();
    for connection in active.iter().take(ASKED_MAX) {
        let app = list.apps.iter().find(|app| app.name == connection.app);
        let call = app.and_then(|app| app.verified_by.as_deref()?.strip_prefix("GET "));
        let Some(native) = call else { continue };
        let request = RawRequest::get(format!("/{}{native}", connection.app));
        let id = &connection.connection_id;
        let Some(request) = request.header(&format!("Postern-Connection: {id}")) else {
            continue;
        };
        let client = session.client.clone();
        let call = tokio::spawn(timeout(ANSWER_WITHIN, ask(client, request)));
        asked.push((connection, call));
    }
    for (connection, call) in asked {
        let answered = call
            .await
            .unwrap_or_else(|error| Ok(Err(Failure::failed(format!("asking it failed: {error}")))));
        told(connection, answered, findings);
    }
    if active.len() > ASKED_MAX {
        findings.good(
            "provider",
            format!("only the first {ASKED_MAX} of {} were asked", active.len()),
        );
    }
}

async fn ask(client: Client, request: RawRequest) -> Outcome<Answered> {
    let mut answer = client.raw(request).await.map_err(failure)?;
    let mut body = Vec::new();
    while let Ok(Some(piece)) = answer.next_piece().await {
        if body.len() < PROBLEM_BYTES_MAX {
            body.extend_from_slice(piece.as_ref());
        }
    }
    Ok(Answered {
        status: answer.status.as_u16(),
        problem: serde_json::from_slice(&body).ok(),
    })
}

fn told(
    connection: &Connection,
    answered: Result<Outcome<Answered>, Elapsed>,
    findings: &mut Findings,
) {
    let (app, id) = (&connection.app, &connection.connection_id);
    let outcome = answered.unwrap_or_else(|_| {
        let seconds = ANSWER_WITHIN.as_secs();
        let silent = format!("{app} {id} did not answer within {seconds} s");
        Err(Failure::new(Exit::Failed, silent).fix(UNREACHED))
    });
    if let Some(Answered { status, problem }) = findings.of("provider", outcome) {
        judge(app, id, status, problem.as_ref(), findings);
    }
}

/// What an answer says about who gave it.
fn judge(app: &str, id: &str, status: u16, problem: Option<&Problem>, findings: &mut Findings) {
    let named = format!("{app} {id}");
    match (status, problem) {
        (200..=299, _) => findings.good("provider", format!("{named} answers")),
        (502 | 504, Some(problem)) => findings.broken(
            "provider",
            Failure::new(
                Exit::Failed,
                format!("{named} cannot be reached: {}", problem.message),
            )
            .fix(UNREACHED),
        ),
        (401 | 403, None) => findings.broken(
            "provider",
            Failure::new(
                Exit::Failed,
                format!("{named} does not take the credential ({status})"),
            )
            .fix(format!("`postern connection reconnect {id}`")),
        ),
        // The key may not read this, or somebody has stopped it: that says nothing about the provider.
        (403 | 409 | 429, Some(problem)) => findings.doubtful(
            "provider",
            format!("{named} was not asked: {}", problem.message),
            "ask with a full key",
        ),
        (_, _) => findings.doubtful(
            "provider",
            format!("{named} answers {status}"),
            "see the provider's own status page",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::State;

    #[test]
    fn an_answer_tells_who_is_to_blame() {
        let problem = Problem {
            message: "No.".into(),
            r#type: "x".into(),
            code: 0,
            error: "x".into(),
            request_id: "r".into(),
            hint: None,
            send_id: None,
            approval_id: None,
            verdicts: Vec::new(),
            field: None,
        };
        for (status, ours, want) in [
            (200, false, State::Good),
            (502, true, State::Broken),
            (504, true, State::Broken),
            (401, false, State::Broken),
            (403, true, State::Doubtful),
            (409, true, State::Doubtful),
            (500, false, State::Doubtful),
        ] {
            let mut findings = Findings::default();
            judge("acme", "c", status, ours.then_some(&problem), &mut findings);
            assert_eq!(findings.0[0].state, want, "{status} {ours}");
        }
    }
}
