//! What webhooks would tell, read from a place on.

use postern_domain::time::UnixMicros;
use postern_store::events::{self, Event};
use postern_store::inbound::{self, Inbound};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::id;

const NOW: UnixMicros = FixedClock::START;

async fn write(store: &Store, account: postern_domain::account::AccountId, n: u64, body: &str) {
    let text = Inbound {
        message_id: id(n),
        at: NOW.plus_secs(i64::try_from(n).unwrap()),
        sender: "+15551234567".into(),
        recipient: "+15557654321".into(),
        body: body.into(),
        original: None,
    };
    store
        .write(Lane::of(account.0), move |tx| {
            inbound::record(tx, account, &text)
        })
        .await
        .unwrap();
}

both! {
    async fn events_are_read_from_a_place_on(store) {
        let john = open_account(&store, "john", 100_000_000).await;
        let eve = open_account(&store, "eve", 100_000_000).await;
        write(&store, john, 1, "before").await;
        let begin = store.read(move |tx| events::newest(tx, john)).await.unwrap();
        let from = begin.clone();
        let (nothing, same) = store.read(move |tx| events::after(tx, john, &from)).await.unwrap();
        assert!(nothing.is_empty() && same == begin);

        write(&store, john, 3, "second").await;
        write(&store, john, 2, "first").await;
        write(&store, eve, 4, "not john's").await;
        store.reopen().await;
        let from = begin.clone();
        let (found, next) = store.read(move |tx| events::after(tx, john, &from)).await.unwrap();
        let bodies: Vec<_> = found
            .iter()
            .map(|event| match event {
                Event::Inbound(_, text) => text.body.as_str(),
                Event::Receipt(..) => "a receipt",
            })
            .collect();
        assert_eq!(bodies, ["first", "second"], "the earliest first");
        let (nothing, _) = store.read(move |tx| events::after(tx, john, &next)).await.unwrap();
        assert!(nothing.is_empty());
    }
}
