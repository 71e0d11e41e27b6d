//! Everything under `/v3/statistics`, one file a channel: sums of days, over the whole history.

mod sms;
mod voice;

use postern_domain::channel::Channel;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_store::accounts::Account;
use postern_store::statistics::{self, Day, Tally};
use postern_wire::clicksend::sms::TotalPrice;
use postern_wire::clicksend::statistics as wire;

use crate::account::currency;
use crate::state::PlatformState;

pub(crate) use sms::sms;
pub(crate) use voice::voice;

const FOREVER: UnixMicros = UnixMicros(i64::MAX);

async fn days(
    state: &PlatformState,
    account: &Account,
    channel: Channel,
) -> postern_store::Result<Vec<Day>> {
    let id = account.id;
    let read = move |tx: &mut postern_store::Tx<'_>| {
        statistics::days(tx, id, channel, UnixMicros::EPOCH, FOREVER)
    };
    state.store.read(read).await
}

/// Days and their sum, each as `of` tells it.
fn in_wire<D>(days: &[Day], account: &Account, of: impl Fn(&Tally) -> D) -> wire::Statistics<D> {
    let total = days
        .iter()
        .fold(Tally::default(), |sum, day| sum.plus(day.tally));
    wire::Statistics {
        total: of(&total),
        stats: days
            .iter()
            .map(|day| wire::Dated {
                date: day.midnight.secs(),
                day: of(&day.tally),
            })
            .collect(),
        currency: currency(account.currency),
    }
}

pub(crate) fn amount(count: i64, price: Micros) -> wire::Amount {
    wire::Amount {
        count,
        price: TotalPrice { micros: price.0 },
    }
}
