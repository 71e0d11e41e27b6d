//! `POST /console/audit/verify`: reads the newest part of an export as a stranger would, and says what it proves. What is older is for
//! `postern audit verify` and a file, which takes as long as it takes.

use axum::body::{Body, BodyDataStream};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use postern_audit::{Bad, PublicKey, Summary, Verifier};
use postern_wire::control::AuditChain;

use super::list::{Asked, page};
use crate::control::Control;
use crate::form::Typed;
use crate::session::Session;
use crate::shell::html;
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// Records that one press checks: a second or so.
const RECORDS_MAX: i64 = 10_000;

pub(crate) async fn verify(
    State(state): State<ConsoleState>,
    session: Session,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let chain: AuditChain = control.get("/audit/chain").await?;
    let after = (chain.records - RECORDS_MAX).max(0);
    let export = control
        .stream(&format!("/audit/export?after={after}"))
        .await?;
    let key = PublicKey::parse(&chain.public_key).map_err(|_| Trouble::Control)?;
    let proof = match read(export.into_body(), Verifier::new(key)).await? {
        Ok(summary) => ("", said(&summary, after)),
        Err(bad) => (
            "bad",
            format!(
                "This is not what was signed: {bad}. Nothing from there on is proven. Keep a copy of the store, and find out who could write it."
            ),
        ),
    };
    let page = page(&state, &session, &control, Asked::default(), Some(proof)).await?;
    Ok(html(StatusCode::OK, &page))
}

fn said(summary: &Summary, after: i64) -> String {
    let reach = match after {
        0 => "All of it".to_owned(),
        after => format!("The newest part, from number {} on", after + 1),
    };
    let erased = match summary.erased {
        0 => String::new(),
        erased => format!(" Of {erased} only the hash is left: their time was over."),
    };
    format!(
        "{reach}: {} records, none changed, none missing, none moved, {} signatures good.{erased}",
        summary.records,
        summary.checkpoints + 1
    )
}

async fn read(body: Body, mut verifier: Verifier) -> Result<Result<Summary, Bad>, Trouble> {
    let mut chunks: BodyDataStream = body.into_data_stream();
    let mut rest: Vec<u8> = Vec::new();
    while let Some(chunk) = next(&mut chunks).await? {
        rest.extend_from_slice(&chunk);
        let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else {
            continue;
        };
        let left = rest.split_off(end + 1);
        for line in rest[..end].split(|byte| *byte == b'\n') {
            if let Err(bad) = verifier.line(&String::from_utf8_lossy(line)) {
                return Ok(Err(bad));
            }
        }
        rest = left;
    }
    Ok(verifier.finish())
}

async fn next(chunks: &mut BodyDataStream) -> Result<Option<axum::body::Bytes>, Trouble> {
    use futures_util::StreamExt as _;
    let chunk = chunks.next().await.transpose();
    chunk.map_err(|error| {
        tracing::error!(%error, "the export broke off");
        Trouble::Control
    })
}
