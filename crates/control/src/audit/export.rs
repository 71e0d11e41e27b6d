//! `GET /audit/export`: the chain as lines of JSON that prove themselves, streamed; `GET /audit/key`: what to verify them with.

use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::try_unfold;
use http::header::CONTENT_TYPE;
use postern_audit::{Begin, End, FORMAT, Hash, Head, Line, Part, Proven, Sealed, Signed};
use postern_store::audit::Entry;
use postern_store::audit_chain::{self, CheckpointRow, LinkRow};
use postern_wire::control::{AuditChain, AuditKey};

use super::fact::fact;
use super::sealer::hash_of;
use crate::accounts::unnarrowed;
use crate::guard::Context;
use crate::instant::written;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Records read in one unit of work and held in memory.
const PAGE_RECORDS: i64 = 500;

pub(crate) async fn read_audit_key(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
) -> Result<Json<AuditKey>, Refusal> {
    unnarrowed(&context.caller)?;
    Ok(Json(AuditKey {
        public_key: state.sealer.public_key().as_str().to_owned(),
        chain: state.sealer.chain().to_owned(),
    }))
}

/// How far the chain is, and what of it is signed.
pub(crate) async fn read_chain(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
) -> Result<Json<AuditChain>, Refusal> {
    unnarrowed(&context.caller)?;
    let read = |tx: &mut postern_store::Tx<'_>| {
        let head = audit_chain::head(tx)?;
        Ok((head, audit_chain::newest_checkpoint(tx)?))
    };
    let (head, signed) = state.store.read(read).await?;
    Ok(Json(AuditChain {
        public_key: state.sealer.public_key().as_str().to_owned(),
        chain: state.sealer.chain().to_owned(),
        records: head.map_or(0, |(seq, _)| seq),
        signed: signed.as_ref().map_or(0, |row| row.seq),
        signed_at: signed.map(|row| written(row.at)),
    }))
}

/// Everything behind the link `after` (0 when absent) up to now.
pub(crate) async fn export_audit(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    unnarrowed(&context.caller)?;
    let parameters = Parameters::new(pairs, &["after"])?;
    let last = state.sealer.seal(true).await?;
    let after = match parameters.text("after") {
        None => 0,
        Some(text) => text
            .parse()
            .ok()
            .filter(|after| (0..=last.seq).contains(after))
            .ok_or_else(|| {
                Refusal::invalid(
                    "after",
                    format!(
                        "`after` must be the number of a record, from 0 to {}",
                        last.seq
                    ),
                )
            })?,
    };
    let from = start(&state, after).await?;
    let begin = Line::Begin(Begin {
        format: FORMAT.to_owned(),
        chain: state.sealer.chain().to_owned(),
        from: from.seq,
        from_hash: from.hash,
        public_key: state.sealer.public_key(),
    });
    let export = Export {
        state,
        from: from.seq,
        at: from.seq,
        last,
        first: Some(begin),
        done: false,
    };
    let lines = try_unfold(export, |export| export.next());
    Ok((
        [(CONTENT_TYPE, "application/x-ndjson")],
        Body::from_stream(lines),
    )
        .into_response())
}

async fn start(state: &ControlState, after: i64) -> Result<Head, Refusal> {
    if after == 0 {
        return Ok(Head::START);
    }
    let found = state
        .store
        .read(move |tx| audit_chain::link_hash(tx, after))
        .await?;
    let hash = found
        .ok_or_else(|| Refusal::invalid("after", "`after` is no record of the chain".to_owned()))?;
    Ok(Head {
        seq: after,
        hash: hash_of(&hash, after)?,
    })
}

/// An export under way. Its end was fixed when it began, whatever is added meanwhile.
struct Export {
    state: ControlState,
    from: i64,
    at: i64,
    last: Head,
    first: Option<Line>,
    done: bool,
}

impl Export {
    /// The next lines. An error breaks the answer off, and what is cut off does not verify.
    async fn next(mut self) -> Result<Option<(Vec<u8>, Self)>, postern_store::Error> {
        if self.done {
            return Ok(None);
        }
        let mut lines = Vec::new();
        if let Some(begin) = self.first.take() {
            write(&mut lines, &begin);
        }
        let (at, last) = (self.at, self.last.seq);
        let (links, checkpoints) = self
            .state
            .store
            .read(move |tx| {
                let links = audit_chain::links(tx, at, last, PAGE_RECORDS)?;
                let end = links.last().map_or(at, |(link, _)| link.seq);
                Ok((links, audit_chain::checkpoints(tx, at, end, PAGE_RECORDS)?))
            })
            .await?;
        let mut checkpoints = checkpoints.into_iter().peekable();
        for (link, entry) in links {
            self.at = link.seq;
            write(&mut lines, &Line::Record(record(link, entry)?));
            if let Some(row) = checkpoints.next_if(|row| row.seq == self.at) {
                write(&mut lines, &Line::Checkpoint(proven(row)?));
            }
        }
        if self.at == last {
            write(&mut lines, &self.end());
            self.done = true;
        } else if lines.is_empty() {
            return Err(postern_store::Error::Inconsistent {
                table: "audit_links",
                id: (self.at + 1).to_string(),
            });
        }
        Ok(Some((lines, self)))
    }

    fn end(&self) -> Line {
        let now = self.state.now();
        let records = self.last.seq - self.from;
        let what = Signed::Export {
            from: self.from,
            records,
        };
        Line::End(End {
            records,
            head: Proven {
                seq: self.last.seq,
                hash: self.last.hash,
                at: now.0,
                signature: self.state.sealer.sign(what, self.last, now),
            },
        })
    }
}

fn record(link: LinkRow, entry: Option<Entry>) -> postern_store::Result<Sealed> {
    let inconsistent = || postern_store::Error::Inconsistent {
        table: "audit_links",
        id: link.seq.to_string(),
    };
    let part = Part::parse(&link.part).ok_or_else(inconsistent)?;
    Ok(Sealed {
        seq: link.seq,
        part,
        fact_hash: hash_of(&link.fact_hash, link.seq)?,
        hash: hash_of(&link.hash, link.seq)?,
        // Retention takes record and salt. A salt without its record is shown: verification will name it.
        salt: link.salt.as_ref().map(|salt| STANDARD.encode(salt)),
        fact: entry.map(|entry| fact(&entry, part)),
        audit_id: link.audit_id,
    })
}

fn proven(row: CheckpointRow) -> postern_store::Result<Proven> {
    let hash: Hash = hash_of(&row.hash, row.seq)?;
    Ok(Proven {
        seq: row.seq,
        hash,
        at: row.at.0,
        signature: row.signature,
    })
}

fn write(lines: &mut Vec<u8>, line: &Line) {
    serde_json::to_writer(&mut *lines, line).expect("a line is text and numbers");
    lines.push(b'\n');
}
