//! Links to downloads, and walking through what they write.

use postern_domain::channel::Channel;
use postern_domain::time::UnixMicros;
use postern_store::Lane;
use postern_store::exports::{self, Export};
use postern_store::messages::{self, Search};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, message};

const NOW: UnixMicros = FixedClock::START;

both! {
    async fn a_link_is_known_until_it_expires(store) {
        let account = open_account(&store, "john", 0).await;
        let export = Export { account, channel: Channel::Voice, query: "{}".to_owned() };
        let wanted = export.clone();
        let create = |id: [u8; 16], at: i64| {
            let export = export.clone();
            store.write(Lane::of(account.0), move |tx| exports::create(tx, &id, &export, NOW.plus_secs(at), NOW.plus_secs(at + 10)))
        };
        let get = |id: [u8; 16], at: i64| store.read(move |tx| exports::get(tx, &id, NOW.plus_secs(at)));
        create([1; 16], 0).await.unwrap();
        assert_eq!(get([1; 16], 9).await.unwrap(), Some(wanted));
        assert_eq!(get([1; 16], 10).await.unwrap(), None);
        assert_eq!(get([2; 16], 0).await.unwrap(), None);
        create([2; 16], 20).await.unwrap();
        assert_eq!(get([1; 16], 0).await.unwrap(), None, "swept by the next one");
        store.reopen().await;
    }

    async fn a_walk_meets_every_message_once_in_order(store) {
        let account = open_account(&store, "john", 100_000_000).await;
        accept(&store, account, (0..7).map(message).collect(), NOW).await;
        let walk = |after: i64, search: Search| store.read(move |tx| messages::walk(tx, account, &search, after, 3));
        let mut seen = Vec::new();
        let mut after = 0;
        loop {
            let some = walk(after, Search::default()).await.unwrap();
            let Some(last) = some.last() else { break };
            after = last.key.seq;
            seen.extend(some.iter().map(|m| m.key.seq));
        }
        assert_eq!(seen, (1..=7).collect::<Vec<_>>());
        let one = Search { recipient: Some("+15550000004".to_owned()), ..Search::default() };
        assert_eq!(walk(0, one.clone()).await.unwrap().len(), 1);
        assert_eq!(walk(5, one).await.unwrap().len(), 0);
        store.reopen().await;
    }
}
