//! Texts from carriers on their way into the store. A carrier is told that it may forget a text only once that text is durable.

use postern_domain::time::Clock;
use postern_store::conversations;
use postern_store::inbound::{self, Incoming};
use postern_store::{Lane, Result, Store};
use tokio::sync::oneshot;

/// What became of a text that a carrier handed over.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is durable; now or since an earlier time.
    Kept,
    /// No account of ours has to do with it.
    Nobody,
    /// The store cannot take it now; hand it over again.
    NotNow,
}

/// A text, and whom to tell what became of it.
pub struct HandedOver {
    pub text: Incoming,
    pub told: oneshot::Sender<Taken>,
}

/// Finds whose it is, keeps it, and does what that account's rules say.
pub(crate) async fn take(store: &Store, clock: &Clock, text: Incoming) -> Taken {
    match keep(store, clock, text).await {
        Ok(taken) => taken,
        Err(error) => {
            tracing::error!(%error, "a text that came in could not be kept; its carrier is asked to hand it over again");
            Taken::NotNow
        }
    }
}

async fn keep(store: &Store, clock: &Clock, text: Incoming) -> Result<Taken> {
    let (ours, handset) = (text.recipient.clone(), text.sender.clone());
    let owner = store
        .read(move |tx| conversations::owner(tx, &ours, &handset))
        .await?;
    let Some(account) = owner else {
        metrics::counter!("postern_inbound_total", "outcome" => "nobody").increment(1);
        return Ok(Taken::Nobody);
    };
    let now = clock();
    let is_new = store
        .write(Lane::of(account.0), move |tx| {
            inbound::arrive(tx, account, &text, now)
        })
        .await?;
    let outcome = if is_new { "kept" } else { "known" };
    metrics::counter!("postern_inbound_total", "outcome" => outcome).increment(1);
    Ok(Taken::Kept)
}
