//! What remote accounts charge: learned from their answers, and used for as long as it is young when an account does not tell its price.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::time::UnixMicros;
use postern_guard::{Quoted, Sending, Ticket, by_ceiling, by_rates};
use postern_store::learned_rates::{self, Rate};
use postern_store::{Lane, Tx};

use crate::forward::Call;
use crate::worker::Worker;

/// Older rates say nothing any more.
const AGE_MAX_SECONDS: i64 = 30 * 86_400;
/// What has not changed is written down again after this, so that it stays young.
const AGAIN_SECONDS: i64 = 86_400;

impl Worker {
    /// Keeps what an answer says about prices, if it says anything new. Nobody waits for it.
    pub(crate) fn learn(
        &self,
        connection_id: &str,
        channel: Channel,
        quoted: &Quoted,
        now: UnixMicros,
    ) {
        if quoted.rates().is_empty() {
            return;
        }
        let (store, lane) = (self.gateway.store.clone(), Lane::CONTROL);
        let (id, currency) = (connection_id.to_owned(), quoted.currency.to_string());
        let seen = quoted.rates().clone();
        self.tasks.spawn(async move {
            let asked = id.clone();
            let known = store.read(move |tx| known(tx, &asked, channel, now)).await;
            let new: Vec<(String, Micros)> = match known {
                Ok(known) => seen
                    .into_iter()
                    .filter(|seen| is_news(&known, seen, &currency, now))
                    .collect(),
                Err(_) => return,
            };
            if new.is_empty() {
                return;
            }
            let written = store.write(lane, move |tx| {
                for (country, rate) in &new {
                    learned_rates::learn(
                        tx,
                        &id,
                        channel.as_str(),
                        country,
                        &currency,
                        rate.0,
                        now,
                    )?;
                }
                Ok(())
            });
            if let Err(error) = written.await {
                tracing::warn!(%error, "a price could not be kept");
            }
        });
    }

    /// Prices a call whose price the account does not tell: by what it charged before, else by the ceiling that limits name.
    pub(crate) async fn estimate(
        &self,
        ticket: &Ticket,
        call: &Call,
        sending: &mut Sending,
        now: UnixMicros,
    ) {
        let (id, channel) = (call.connection.id.clone(), sending.channel);
        let known = self
            .gateway
            .store
            .read(move |tx| known(tx, &id, channel, now))
            .await;
        let known = known.unwrap_or_default();
        // An account has one currency; rates from before it changed are of no use.
        let newest = known.iter().max_by_key(|rate| rate.learned_at);
        let currency = newest.and_then(|rate| Currency::from_str(&rate.currency).ok());
        if let Some(currency) = currency {
            let named = currency.to_string();
            let same = known.into_iter().filter(|rate| rate.currency == named);
            let rates: BTreeMap<_, _> = same
                .map(|rate| (rate.country, Micros(rate.micros)))
                .collect();
            if by_rates(sending, currency, &rates) {
                return;
            }
        }
        if let Some((ceiling, currency)) = ticket.ceiling() {
            by_ceiling(sending, currency, ceiling);
        }
    }
}

fn known(
    tx: &mut Tx<'_>,
    connection_id: &str,
    channel: Channel,
    now: UnixMicros,
) -> postern_store::Result<Vec<Rate>> {
    learned_rates::of(
        tx,
        connection_id,
        channel.as_str(),
        now.plus_secs(-AGE_MAX_SECONDS),
    )
}

fn is_news(
    known: &[Rate],
    (country, rate): &(String, Micros),
    currency: &str,
    now: UnixMicros,
) -> bool {
    let known = known.iter().find(|known| known.country == *country);
    known.is_none_or(|known| {
        known.currency != currency
            || known.micros < rate.0
            || known.learned_at < now.plus_secs(-AGAIN_SECONDS)
    })
}
