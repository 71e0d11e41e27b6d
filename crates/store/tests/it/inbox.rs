//! What arrived on handsets and in the mailbox, and how it is emptied.

use postern_domain::account::AccountId;
use postern_domain::message::Event;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Heard;
use postern_store::inbox::{self, Wanted};
use postern_store::mailbox::{self, Mail};
use postern_store::queue::{self, Lease, Settlement};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, id, message};

const NOW: UnixMicros = FixedClock::START;

/// Carries what is due; each message reports what `event` says of its number.
async fn carry(store: &Store, carrier: &'static str, event: fn(i64) -> Event, at: UnixMicros) {
    for settlement in [None, Some(event)] {
        let lease = Lease {
            until: at.plus_secs(30),
            claim: 1,
        };
        let claimed = store
            .write(Lane::CONTROL, move |tx| queue::claim(tx, at, 100, lease))
            .await
            .unwrap();
        for one in claimed.messages {
            let settled = match settlement {
                None => Settlement::Accepted {
                    carrier,
                    ask_at: at,
                },
                Some(event) => Settlement::Reported {
                    event: event(one.key.seq),
                    cause: None,
                    ask_at: at.plus_secs(60),
                    heard: Heard::default(),
                },
            };
            let rows = [(one.key.seq, one.lease, settled)];
            store
                .write(Lane::of(one.key.account.0), move |tx| {
                    queue::settle(tx, one.key.account, &rows, at)
                })
                .await
                .unwrap();
        }
    }
}

async fn found(
    store: &Store,
    account: AccountId,
    recipient: Option<String>,
    after: UnixMicros,
    limit: i64,
) -> Vec<(UnixMicros, postern_domain::message_id::MessageId)> {
    let wanted = Wanted {
        recipient,
        after,
        limit,
    };
    let arrivals = store
        .read(move |tx| inbox::arrivals(tx, account, &wanted))
        .await
        .unwrap();
    arrivals
        .into_iter()
        .map(|arrival| (arrival.at, arrival.message.message_id))
        .collect()
}

both! {
    async fn what_a_handset_got_is_found_by_number_and_time(store) {
        let john = open_account(&store, "john", 100_000_000).await;
        let eve = open_account(&store, "eve", 100_000_000).await;
        let to = |n: u64| message(n).recipient;
        accept(&store, john, vec![message(1), message(2)], NOW).await;
        // The second one stays on its way.
        carry(&store, "simulator", |seq| if seq == 2 { Event::Delayed } else { Event::Delivered }, NOW.plus_secs(1)).await;
        accept(&store, john, vec![message(3)], NOW).await;
        carry(&store, "simulator", |_| Event::Delivered, NOW.plus_secs(5)).await;
        accept(&store, eve, vec![message(4)], NOW).await;
        carry(&store, "elsewhere", |_| Event::Delivered, NOW.plus_secs(6)).await;

        let (first, third) = ((NOW.plus_secs(1), id(1)), (NOW.plus_secs(5), id(3)));
        assert_eq!(found(&store, john, None, UnixMicros::EPOCH, 10).await, [third, first]);
        assert_eq!(found(&store, john, None, UnixMicros::EPOCH, 1).await, [third]);
        assert_eq!(found(&store, john, Some(to(1)), UnixMicros::EPOCH, 10).await, [first]);
        assert_eq!(found(&store, john, None, NOW.plus_secs(1), 10).await, [third]);
        assert_eq!(found(&store, eve, None, UnixMicros::EPOCH, 10).await, [], "no handset of ours got it");

        store.write(Lane::of(john.0), move |tx| inbox::empty(tx, john, NOW.plus_secs(2))).await.unwrap();
        assert_eq!(found(&store, john, None, UnixMicros::EPOCH, 10).await, [third]);
        // Never backwards.
        store.write(Lane::of(john.0), move |tx| inbox::empty(tx, john, NOW)).await.unwrap();
        assert_eq!(found(&store, john, Some(to(1)), UnixMicros::EPOCH, 10).await, []);
        store.reopen().await;
    }

    async fn mail_is_found_by_address(store) {
        let john = open_account(&store, "john", 0).await;
        store.write(Lane::of(john.0), move |tx| {
            for (n, recipient) in [(1, "a@example.com"), (2, "B@example.com"), (3, "a@example.com")] {
                let mail = Mail { recipient: recipient.to_owned(), subject: format!("Mail {n}"), body: String::new() };
                mailbox::deliver(tx, john, &mail, NOW.plus_secs(n))?;
            }
            Ok(())
        }).await.unwrap();
        let mails = |recipient: Option<&'static str>, after: UnixMicros| {
            let wanted = Wanted { recipient: recipient.map(str::to_owned), after, limit: 2 };
            store.read(move |tx| Ok(inbox::mails(tx, john, &wanted)?.into_iter().map(|mail| mail.subject).collect::<Vec<_>>()))
        };
        assert_eq!(mails(None, UnixMicros::EPOCH).await.unwrap(), ["Mail 3", "Mail 2"]);
        assert_eq!(mails(Some("b@EXAMPLE.com"), UnixMicros::EPOCH).await.unwrap(), ["Mail 2"]);
        assert_eq!(mails(Some("a@example.com"), NOW.plus_secs(1)).await.unwrap(), ["Mail 3"]);
        store.reopen().await;
    }
}
