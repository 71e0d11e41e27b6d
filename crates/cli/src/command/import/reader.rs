//! Reading the other account page by page, at the pace that it asks for.

use std::time::Duration;

use postern_client::{Error, RawRequest};
use serde_json::Value;

use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, exit_of, failure};

/// Rows of a page: ClickSend's most.
pub const PAGE_ROWS: usize = 100;
/// Tries of one page; between them the service says how long to wait, or the wait doubles.
pub const TRIES_MAX: u32 = 8;
pub const WAIT_SECONDS_MAX: u64 = 600;
const PAGE_BYTES_MAX: usize = 32 * 1024 * 1024;

pub struct Reader<'a> {
    pub session: &'a Session,
    pub connection: &'a str,
}

pub struct Page {
    pub rows: Vec<Value>,
    pub is_last: bool,
    pub total: u64,
}

/// What one call came to.
enum Try {
    Page(Page),
    /// Not now; after so many seconds, if it was said.
    Later(Option<u64>, String),
}

impl Reader<'_> {
    /// A page of a list; `query` without page and limit.
    pub async fn page(&self, path: &str, query: &str, number: u64) -> Outcome<Page> {
        let path = format!("/clicksend{path}?page={number}&limit={PAGE_ROWS}{query}");
        let mut wait = 1;
        let mut why = String::new();
        for _ in 0..TRIES_MAX {
            match self.try_page(&path).await? {
                Try::Page(page) => return Ok(page),
                Try::Later(said, reason) => {
                    let seconds = said.unwrap_or(wait).min(WAIT_SECONDS_MAX);
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                    wait = (wait * 2).min(WAIT_SECONDS_MAX);
                    why = reason;
                }
            }
        }
        Err(Failure::new(
            Exit::Unreachable,
            format!("{path} could not be read: {why}"),
        )
        .fix("run the same command again later; it goes on where it was"))
    }

    async fn try_page(&self, path: &str) -> Outcome<Try> {
        let line = format!("Postern-Connection: {}", self.connection);
        let request = RawRequest::get(path).header(&line).ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                format!("{:?} is no connection", self.connection),
            )
            .fix("`postern connection list` shows all of them")
        })?;
        let mut answer = match self.session.client.raw(request).await {
            Ok(answer) => answer,
            Err(error @ (Error::Unreachable { .. } | Error::BrokenOff { .. })) => {
                return Ok(Try::Later(None, error.to_string()));
            }
            Err(error) => return Err(failure(error)),
        };
        let status = answer.status.as_u16();
        let said = answer.headers.get("retry-after");
        let said = said.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let mut body = Vec::new();
        loop {
            match answer.next_piece().await {
                Ok(Some(piece)) if body.len() < PAGE_BYTES_MAX => {
                    body.extend_from_slice(piece.as_ref())
                }
                Ok(Some(_)) => {
                    return Err(Failure::failed(format!("{path} is longer than any page")));
                }
                Ok(None) => break,
                Err(error) => return Ok(Try::Later(None, error.to_string())),
            }
        }
        if status == 429 || status >= 500 {
            return Ok(Try::Later(said, format!("the answer was {status}")));
        }
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        match page(&body) {
            Some(page) if status == 200 => Ok(Try::Page(page)),
            _ => {
                let said = body["response_msg"].as_str().or(body["message"].as_str());
                let said = said.unwrap_or("it is no page of ClickSend's");
                Err(Failure::new(
                    exit_of(status, body["error"].as_str()),
                    format!("{path} was answered with {status}: {said}"),
                ))
            }
        }
    }
}

fn page(body: &Value) -> Option<Page> {
    let data = &body["data"];
    let (current, last) = (data["current_page"].as_u64()?, data["last_page"].as_u64()?);
    Some(Page {
        rows: data["data"].as_array().cloned().unwrap_or_default(),
        is_last: current >= last,
        total: data["total"].as_u64().unwrap_or_default(),
    })
}
