//! Do the providers behind the connections answer? Asked through the gateway, with the call that proved their credentials.

use postern_client::RawRequest;
use postern_wire::control::{Connection, Problem};

use super::Findings;
use crate::exit::{Exit, Failure};
use crate::session::{Session, failure};

/// More accounts than anybody looks at one by one.
const ASKED_MAX: usize = 20;
/// Of an error answer.
const PROBLEM_BYTES_MAX: usize = 64 << 10;

/// `active`: connections that should work.
pub async fn look(session: &Session, active: &[&Connection], findings: &mut Findings) {
    let Some(list) = findings.of("providers", session.client.apps().await.map_err(failure)) else {
        return;
    };
    for connection in active.iter().take(ASKED_MAX) {
        let app = list.apps.iter().find(|app| app.name == connection.app);
        let call = app.and_then(|app| app.verified_by.as_deref()?.strip_prefix("GET "));
        let Some(native) = call else { continue };
        let path = format!("/{}{native}", connection.app);
        ask(session, connection, path, findings).await;
    }
    if active.len() > ASKED_MAX {
        findings.good(
            "provider",
            format!("only the first {ASKED_MAX} of {} were asked", active.len()),
        );
    }
}

async fn ask(session: &Session, connection: &Connection, path: String, findings: &mut Findings) {
    let id = &connection.connection_id;
    let request = RawRequest::get(path).header(&format!("Postern-Connection: {id}"));
    let Some(request) = request else { return };
    let Some(mut answer) = findings.of(
        "provider",
        session.client.raw(request).await.map_err(failure),
    ) else {
        return;
    };
    let mut body = Vec::new();
    while let Ok(Some(piece)) = answer.next_piece().await {
        if body.len() < PROBLEM_BYTES_MAX {
            body.extend_from_slice(piece.as_ref());
        }
    }
    let problem: Option<Problem> = serde_json::from_slice(&body).ok();
    judge(
        &connection.app,
        id,
        answer.status.as_u16(),
        problem.as_ref(),
        findings,
    );
}

/// What an answer says about who gave it.
fn judge(app: &str, id: &str, status: u16, problem: Option<&Problem>, findings: &mut Findings) {
    let named = format!("{app} {id}");
    match (status, problem) {
        (200..=299, _) => findings.good("provider", format!("{named} answers")),
        (502 | 504, Some(problem)) => findings.broken(
            "provider",
            Failure::new(Exit::Failed, format!("{named} cannot be reached: {}", problem.message))
                .fix("look at the network, the proxy and egress.allow; sends are refused until it answers, none is lost"),
        ),
        (401 | 403, None) => findings.broken(
            "provider",
            Failure::new(Exit::Failed, format!("{named} does not take the credential ({status})"))
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
