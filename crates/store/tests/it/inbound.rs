//! Texts that came in: listed until read, found by what they reply to.

use postern_domain::account::AccountId;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;
use postern_store::inbound::{self, Inbound, Original};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::id;

const NOW: UnixMicros = FixedClock::START;

fn text(n: u64, original: Option<u64>) -> Inbound {
    Inbound {
        message_id: id(n),
        at: NOW.plus_secs(n as i64),
        sender: "+15551234567".to_owned(),
        recipient: "+15005550100".to_owned(),
        body: format!("reply {n}"),
        original: original.map(|n| Original {
            message_id: id(n),
            body: format!("text {n}"),
            custom_string: format!("c{n}"),
        }),
    }
}

async fn record(store: &Store, account: AccountId, inbound: Inbound) {
    store
        .write(Lane::of(account.0), move |tx| {
            inbound::record(tx, account, &inbound)
        })
        .await
        .unwrap();
}

async fn unread(store: &Store, account: AccountId) -> (i64, Vec<MessageId>) {
    let page = store
        .read(move |tx| inbound::page(tx, account, 0, 10))
        .await
        .unwrap();
    (
        page.total,
        page.rows.into_iter().map(|i| i.message_id).collect(),
    )
}

both! {
    async fn an_inbound_text_comes_back_as_it_came_in(store) {
        let account = open_account(&store, "john", 0).await;
        record(&store, account, text(1, Some(100))).await;
        record(&store, account, text(2, None)).await;
        let page = store.read(move |tx| inbound::page(tx, account, 0, 10)).await.unwrap();
        assert_eq!((page.total, page.rows), (2, vec![text(1, Some(100)), text(2, None)]));
        let second = store.read(move |tx| inbound::page(tx, account, 1, 1)).await.unwrap();
        assert_eq!((second.total, second.rows), (2, vec![text(2, None)]));
        store.reopen().await;
    }

    async fn the_first_reply_is_found_read_or_not_and_by_its_account_only(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        record(&store, john, text(1, Some(100))).await;
        record(&store, john, text(2, Some(100))).await;
        let find = |who: AccountId| store.read(move |tx| inbound::first_reply(tx, who, id(100)));
        let read = |who: AccountId| store.write(Lane::of(who.0), move |tx| inbound::mark_one_read(tx, who, id(1)));
        assert_eq!(read(eve).await.unwrap(), None);
        assert_eq!(read(john).await.unwrap(), Some(true));
        assert_eq!(read(john).await.unwrap(), Some(false));
        assert_eq!(find(john).await.unwrap(), Some(text(1, Some(100))));
        assert_eq!(find(eve).await.unwrap(), None);
        assert_eq!(unread(&store, john).await, (1, vec![id(2)]));
        store.reopen().await;
    }

    async fn reading_goes_in_steps_and_stops_before_its_time(store) {
        let account = open_account(&store, "john", 0).await;
        for n in 1..=7 {
            record(&store, account, text(n, None)).await;
        }
        let read = |before: Option<i64>| store.write(Lane::of(account.0), move |tx| {
            inbound::mark_read(tx, account, before.map(|secs| NOW.plus_secs(secs)), 2)
        });
        assert_eq!((read(Some(4)).await.unwrap(), read(Some(4)).await.unwrap()), (2, 1));
        assert_eq!(unread(&store, account).await, (4, vec![id(4), id(5), id(6), id(7)]));
        assert_eq!((read(None).await.unwrap(), read(None).await.unwrap(), read(None).await.unwrap()), (2, 2, 0));
        assert_eq!(unread(&store, account).await.0, 0);
        store.reopen().await;
    }
}
