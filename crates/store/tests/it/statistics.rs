//! Statistics equal a recount, whatever happened in whatever order.

use std::collections::BTreeMap;

use postern_domain::account::AccountId;
use postern_domain::channel::{Channel, Content, Picture};
use postern_domain::message::{Event, Status};
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_domain::voice::{Call, Voice};
use postern_store::inbound::{self, Inbound};
use postern_store::messages::{self, NewMessage, Search};
use postern_store::receipts::{self, Arrival};
use postern_store::statistics::{self, Tally};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::accounts::open_account;
use crate::messages::{id, message};

const DAY: i64 = 86_400;
const HISTORIES: usize = 12;
const FOREVER: UnixMicros = UnixMicros(i64::MAX);

/// One thing that happens to an account.
#[derive(Clone, Debug)]
enum Step {
    Accept {
        channel: usize,
        /// Price and parts of each, and whether it is scheduled or to a test number.
        messages: Vec<(i64, u32, u8)>,
    },
    /// An event for the message that this number leads to, as far as it says anything new.
    Report(u64, Event),
    Cancel(u64),
    CancelAll(usize),
    Inbound,
    Later(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let event = prop::sample::select(vec![
        Event::Accepted,
        Event::Delayed,
        Event::Delivered,
        Event::Undelivered,
        Event::Undelivered,
    ]);
    let messages = prop::collection::vec((0..100_000_i64, 0..5_u32, 0..3_u8), 1..6);
    let step = prop_oneof![
        4 => (0..3_usize, messages).prop_map(|(channel, messages)| Step::Accept { channel, messages }),
        6 => (any::<u64>(), event).prop_map(|(which, event)| Step::Report(which, event)),
        2 => any::<u64>().prop_map(Step::Cancel),
        1 => (0..3_usize).prop_map(Step::CancelAll),
        1 => Just(Step::Inbound),
        1 => (1..2 * DAY).prop_map(Step::Later),
    ];
    prop::collection::vec(step, 1..50)
}

fn of_channel(channel: Channel) -> Content {
    match channel {
        Channel::Sms => Content::Sms,
        Channel::Voice => Content::Voice(Call {
            lang: "en-us".to_owned(),
            voice: Voice::Female,
            require_input: false,
            machine_detection: false,
        }),
        Channel::Mms => Content::Mms(Picture::default()),
    }
}

struct History {
    account: AccountId,
    now: UnixMicros,
    /// Messages so far, by their test number, with their channel.
    accepted: Vec<(u64, Channel)>,
    /// Where the test numbers of this history begin: ids are unique in the store.
    first: u64,
}

impl History {
    fn chosen(&self, which: u64) -> Option<(u64, Channel)> {
        let count = self.accepted.len() as u64;
        (count > 0).then(|| self.accepted[(which % count) as usize])
    }

    async fn take(&mut self, store: &Store, step: Step) {
        let (account, now) = (self.account, self.now);
        match step {
            Step::Later(seconds) => self.now = now.plus_secs(seconds),
            Step::Accept { channel, messages } => {
                let channel = Channel::ALL[channel];
                let mut batch = Vec::new();
                for (price, segments, kind) in messages {
                    let n = self.first + self.accepted.len() as u64;
                    self.accepted.push((n, channel));
                    batch.push(NewMessage {
                        price: Micros(price),
                        segments,
                        due: (kind == 1).then(|| now.plus_secs(1000)),
                        test_number: kind == 2,
                        content: of_channel(channel),
                        ..message(n)
                    });
                }
                crate::messages::accept(store, account, batch, now).await;
            }
            Step::Report(which, event) => {
                let Some((n, _)) = self.chosen(which) else {
                    return;
                };
                let found = store
                    .read(move |tx| messages::by_id(tx, account, id(n)))
                    .await
                    .unwrap()
                    .unwrap();
                let arrival = Arrival::new(found.key.seq, event, None, now);
                let work = move |tx: &mut postern_store::Tx<'_>| {
                    receipts::record(tx, account, std::slice::from_ref(&arrival), now)
                };
                store.write(Lane::of(account.0), work).await.unwrap();
            }
            Step::Cancel(which) => {
                let Some((n, channel)) = self.chosen(which) else {
                    return;
                };
                let work = move |tx: &mut postern_store::Tx<'_>| {
                    messages::cancel(tx, account, channel, id(n), now)
                };
                store.write(Lane::of(account.0), work).await.unwrap();
            }
            Step::CancelAll(channel) => {
                let channel = Channel::ALL[channel];
                let work = move |tx: &mut postern_store::Tx<'_>| {
                    messages::cancel_scheduled(tx, account, channel, None, 0, 100, now)
                };
                store.write(Lane::of(account.0), work).await.unwrap();
            }
            Step::Inbound => {
                let inbound = Inbound {
                    message_id: postern_domain::message_id::MessageId::new(
                        now,
                        (self.first + self.accepted.len() as u64).to_be_bytes(),
                    ),
                    at: now,
                    sender: "+15551230000".to_owned(),
                    recipient: "+15005550100".to_owned(),
                    body: "STOP".to_owned(),
                    original: None,
                };
                let work =
                    move |tx: &mut postern_store::Tx<'_>| inbound::record(tx, account, &inbound);
                // An id that is there already changes nothing, in either count.
                let _known = store.write(Lane::of(account.0), work).await;
            }
        }
    }
}

/// Every message and every text that came in, counted one by one.
async fn recount(store: &Store, account: AccountId, channel: Channel) -> BTreeMap<i64, Tally> {
    let mut days: BTreeMap<i64, Tally> = BTreeMap::new();
    let mut add = |at: UnixMicros, more: Tally| {
        let day = days.entry(at.secs() / DAY * DAY).or_default();
        *day = day.plus(more);
    };
    let search = Search {
        channel,
        ..Search::default()
    };
    let all = store
        .read(move |tx| messages::walk(tx, account, &search, 0, 10_000))
        .await
        .unwrap();
    for message in all.into_iter().filter(|m| m.status != Status::Cancelled) {
        let failed = message.status == Status::Failed;
        add(
            message.accepted_at,
            Tally {
                messages: 1,
                parts: i64::from(message.segments),
                price: message.price,
                bounced: i64::from(failed),
                bounced_price: if failed { message.price } else { Micros::ZERO },
                inbound: 0,
            },
        );
    }
    if channel == Channel::Sms {
        let page = store
            .read(move |tx| inbound::page(tx, account, 0, 10_000))
            .await
            .unwrap();
        for text in page.rows {
            add(
                text.at,
                Tally {
                    inbound: 1,
                    ..Tally::default()
                },
            );
        }
    }
    days
}

both! {
    async fn statistics_equal_a_recount(store) {
        let mut runner = TestRunner::deterministic();
        for number in 0..HISTORIES {
            let steps = steps().new_tree(&mut runner).unwrap().current();
            let account = open_account(&store, &format!("account{number}"), i64::MAX / 2).await;
            let first = number as u64 * 1_000_000;
            let mut history = History { account, now: FixedClock::START, accepted: Vec::new(), first };
            for step in steps.clone() {
                history.take(&store, step).await;
            }
            let mut sums = (0, Micros(0), 0);
            for channel in Channel::ALL {
                let wanted = recount(&store, account, *channel).await;
                let days = store.read(move |tx| statistics::days(tx, account, *channel, UnixMicros::EPOCH, FOREVER)).await.unwrap();
                let found: BTreeMap<_, _> = days.into_iter().map(|day| (day.midnight.secs(), day.tally)).collect();
                for tally in found.values() {
                    sums = (sums.0 + tally.messages, sums.1.plus(tally.price), sums.2 + tally.bounced);
                }
                assert_eq!(found, wanted, "{channel} after {steps:?}");
            }
            // By country and key the same messages add up to the same.
            let parts = store.read(move |tx| statistics::parts(tx, account, UnixMicros::EPOCH, FOREVER)).await.unwrap();
            let summed = parts.iter().fold((0, Micros(0), 0), |sum, part| (sum.0 + part.messages, sum.1.plus(part.price), sum.2 + part.bounced));
            assert_eq!(summed, sums, "parts after {steps:?}");
        }
        store.reopen().await;
    }

    async fn a_stretch_of_days_has_no_others(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        let start = UnixMicros::from_secs(FixedClock::START.secs() / DAY * DAY);
        for (n, at) in [(1, 0), (2, DAY - 1), (3, DAY), (4, 3 * DAY)] {
            crate::messages::accept(&store, account, vec![message(n)], start.plus_secs(at)).await;
        }
        let days = |from: i64, until: i64| {
            store.read(move |tx| statistics::days(tx, account, Channel::Sms, start.plus_secs(from), start.plus_secs(until)))
        };
        let counts = |days: Vec<statistics::Day>| days.iter().map(|day| (day.midnight.micros_since(start) / 1_000_000 / DAY, day.tally.messages)).collect::<Vec<_>>();
        assert_eq!(counts(days(0, 4 * DAY).await.unwrap()), [(0, 2), (1, 1), (3, 1)]);
        assert_eq!(counts(days(DAY, 3 * DAY).await.unwrap()), [(1, 1)]);
        store.reopen().await;
    }
}
