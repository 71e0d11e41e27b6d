//! Page after page: read, handed over with the place behind it, and on. Whoever is killed in between reads one page again, and what it brought
//! is known by its id.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::ProgressBar;
use postern_client::Error;
use postern_wire::control::{Transfer, Transferred};
use serde::Serialize;
use serde_json::Value;

use super::reader::{Page, Reader, TRIES_MAX, WAIT_SECONDS_MAX};
use super::{Clicksend, What, rows};
use crate::console::table;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// Under this name it is kept which run goes on, or came to its end. Other places begin with the number of their run.
const RUN: &str = "run";
/// Place of what was brought to its end.
const DONE: &str = "done";
/// Rows of one hand-over: a hundred long texts do not fit into a request of the control API.
const ROWS_MAX: usize = 20;

#[derive(Default, Serialize)]
struct Brought {
    lists: Transferred,
    contacts: Transferred,
    templates: Transferred,
    texts: Transferred,
    resumed: bool,
}

struct Bringer<'a> {
    reader: Reader<'a>,
    session: &'a Session,
    account: i64,
    source: &'a str,
    places: BTreeMap<String, String>,
    /// Which run this is: places of an earlier one do not count.
    run: u64,
    bar: ProgressBar,
}

pub(super) async fn bring(args: Clicksend, session: Session) -> Outcome {
    let account = account(&session, args.account.as_deref()).await?;
    let places = patiently(|| session.client.transfer_places(account, &args.connection));
    let places = places.await?.places;
    let (run, resumed) = match places.get(RUN).map(|run| run.split_once(' ')) {
        Some(Some((number, DONE))) => (number.parse().unwrap_or(0) + 1, false),
        Some(Some((number, _))) => (number.parse().unwrap_or(0), true),
        _ => (1, false),
    };
    let mut bringer = Bringer {
        reader: Reader {
            session: &session,
            connection: &args.connection,
        },
        session: &session,
        account,
        source: &args.connection,
        places,
        run,
        bar: session.console.bar(""),
    };
    let mut brought = Brought {
        resumed,
        ..Brought::default()
    };
    bringer.mark("open").await?;
    let wanted = |what| args.what.contains(&what);
    if wanted(What::Lists) || wanted(What::Contacts) {
        bringer.lists(&mut brought.lists).await?;
    }
    if wanted(What::Contacts) {
        bringer.contacts(&mut brought.contacts).await?;
    }
    if wanted(What::Templates) {
        let template = |page: &[Value]| Transfer {
            templates: page.iter().map(rows::template).collect(),
            ..Transfer::default()
        };
        bringer
            .walk(
                "templates",
                "/v3/sms/templates",
                "",
                template,
                &mut brought.templates,
            )
            .await?;
    }
    if wanted(What::History) {
        let since = args
            .since
            .map(|at| format!("&date_from={at}"))
            .unwrap_or_default();
        let query = format!("&order_by=date:asc{since}");
        let text = |page: &[Value]| Transfer {
            texts: page.iter().map(rows::sent).collect(),
            ..Transfer::default()
        };
        bringer
            .walk(
                "history",
                "/v3/sms/history",
                &query,
                text,
                &mut brought.texts,
            )
            .await?;
    }
    bringer.mark(DONE).await?;
    bringer.bar.finish_and_clear();
    session.console.answer(&brought, |brought| {
        let row = |name: &str, of: Transferred| {
            [
                name.to_owned(),
                of.added.to_string(),
                of.known.to_string(),
                of.skipped.to_string(),
            ]
        };
        table(
            ["", "BROUGHT", "HERE ALREADY", "LEFT OUT"],
            [
                row("lists", brought.lists),
                row("contacts", brought.contacts),
                row("templates", brought.templates),
                row("texts", brought.texts),
            ],
        )
    })
}

impl Bringer<'_> {
    async fn mark(&self, state: &str) -> Outcome {
        let mark = Transfer {
            what: RUN.to_owned(),
            place: Some(format!("{} {state}", self.run)),
            ..Transfer::default()
        };
        let call = || {
            self.session
                .client
                .transfer(self.account, self.source, &mark)
        };
        patiently(call).await.map(drop)
    }

    async fn lists(&mut self, sum: &mut Transferred) -> Outcome {
        let list = |page: &[Value]| Transfer {
            lists: page.iter().map(rows::list).collect(),
            ..Transfer::default()
        };
        self.walk("lists", "/v3/lists", "", list, sum).await
    }

    /// List after list, as the other account has them now.
    async fn contacts(&mut self, sum: &mut Transferred) -> Outcome {
        let mut number = 1;
        loop {
            let page = self.reader.page("/v3/lists", "", number).await?;
            for row in &page.rows {
                let id = rows::text(&row["list_id"]);
                let (what, path) = (
                    format!("contacts of {id}"),
                    format!("/v3/lists/{id}/contacts"),
                );
                let contact = |page: &[Value]| Transfer {
                    contacts: page.iter().map(|row| rows::contact(&id, row)).collect(),
                    ..Transfer::default()
                };
                self.walk(&what, &path, "", contact, sum).await?;
            }
            if page.is_last {
                return Ok(());
            }
            number += 1;
        }
    }

    async fn walk(
        &mut self,
        what: &str,
        path: &str,
        query: &str,
        made: impl Fn(&[Value]) -> Transfer,
        sum: &mut Transferred,
    ) -> Outcome {
        let place = self
            .places
            .get(what)
            .and_then(|place| place.split_once(' '));
        let place = place.filter(|(run, _)| *run == self.run.to_string());
        let mut number = match place.map(|(_, place)| place) {
            Some(DONE) => return Ok(()),
            Some(page) => page.parse().unwrap_or(1),
            None => 1,
        };
        loop {
            let page = self.reader.page(path, query, number).await?;
            self.bar.set_message(what.to_owned());
            self.bar.set_length(page.total);
            number += 1;
            let place = if page.is_last {
                DONE.to_owned()
            } else {
                number.to_string()
            };
            let taken = self.hand_over(what, &place, &page, &made).await?;
            sum.added += taken.added;
            sum.known += taken.known;
            sum.skipped += taken.skipped;
            self.bar.inc(page.rows.len() as u64);
            if page.is_last {
                self.bar.set_position(0);
                return Ok(());
            }
        }
    }

    async fn hand_over(
        &self,
        what: &str,
        place: &str,
        page: &Page,
        made: &impl Fn(&[Value]) -> Transfer,
    ) -> Outcome<Transferred> {
        let mut sum = Transferred::default();
        let mut pieces: Vec<&[Value]> = page.rows.chunks(ROWS_MAX).collect();
        if pieces.is_empty() {
            pieces.push(&[]);
        }
        let last = pieces.len() - 1;
        for (number, rows) in pieces.into_iter().enumerate() {
            let transfer = Transfer {
                what: what.to_owned(),
                place: (number == last).then(|| format!("{} {place}", self.run)),
                ..made(rows)
            };
            let call = || {
                self.session
                    .client
                    .transfer(self.account, self.source, &transfer)
            };
            let taken = patiently(call).await?;
            sum.added += taken.added;
            sum.known += taken.known;
            sum.skipped += taken.skipped;
        }
        Ok(sum)
    }
}

/// Our own server limits its keys, too.
async fn patiently<T, F: Future<Output = Result<T, Error>>>(call: impl Fn() -> F) -> Outcome<T> {
    let mut tries = 0;
    loop {
        match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => match wait_seconds(&error).filter(|_| tries < TRIES_MAX) {
                Some(seconds) => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                }
                None => return Err(failure(error)),
            },
        }
    }
}

/// Seconds to wait, when a refusal is one for now only.
fn wait_seconds(error: &Error) -> Option<u64> {
    match error {
        Error::Refused(refusal) if refusal.status == 429 => {
            let said = refusal.retry_after_seconds.unwrap_or(1);
            Some(said.clamp(1, WAIT_SECONDS_MAX))
        }
        _ => None,
    }
}

async fn account(session: &Session, named: Option<&str>) -> Outcome<i64> {
    let accounts = patiently(|| session.client.all_accounts()).await?;
    let found = accounts.iter().find(|account| match named {
        Some(name) => account.username == name || account.account_id.to_string() == name,
        None => !account.sandbox,
    });
    found.map(|account| account.account_id).ok_or_else(|| {
        Failure::new(
            Exit::NotFound,
            "there is no such account of the built-in platform",
        )
        .fix("`postern account list` shows all of them")
    })
}
