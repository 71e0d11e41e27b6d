//! How simulated networks behave, and what people do with their handsets.

use std::time::Duration;

use postern_domain::account::AccountId;
use postern_domain::chaos::{Chaos, Handled, Handset, Permille};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_store::queue::{self, Lease, Settlement};
use postern_store::simulator::{self, Behaviour, HANDSETS_MAX};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{accept, id, message};

const NOW: UnixMicros = FixedClock::START;
const ANN: &str = "+15551230001";

fn some() -> Chaos {
    let of = |permille| Permille::new(permille).unwrap();
    Chaos {
        seed: -7,
        delay: Some((Duration::from_millis(5), Duration::from_secs(60))),
        failures: vec![
            (Cause::AbsentSubscriber, of(100)),
            (Cause::Temporary, of(25)),
        ],
        lost_receipts: of(1),
        doubled_receipts: of(2),
        throttled: of(900),
        throttle_pause: Duration::from_millis(1500),
    }
}

async fn put(store: &Store, account: AccountId, number: String, state: Handset) -> bool {
    store
        .write(Lane::CONTROL, move |tx| {
            simulator::put_handset(tx, account, &number, state, NOW)
        })
        .await
        .unwrap()
}

both! {
    async fn a_network_is_kept_as_it_was_set(store) {
        let account = open_account(&store, "john", 0).await;
        let read = move |tx: &mut postern_store::Tx<'_>| simulator::chaos(tx, account);
        assert_eq!(store.read(read).await.unwrap(), Chaos::default());
        for chaos in [some(), Chaos { delay: None, failures: vec![], ..some() }] {
            let wanted = chaos.clone();
            store.write(Lane::CONTROL, move |tx| simulator::put_chaos(tx, account, &chaos, NOW)).await.unwrap();
            assert_eq!(store.read(read).await.unwrap(), wanted);
            let all = store.read(simulator::all).await.unwrap();
            assert_eq!(all[&account], Behaviour { chaos: wanted, ..Behaviour::default() });
        }
        store.write(Lane::CONTROL, move |tx| simulator::reset_chaos(tx, account)).await.unwrap();
        assert!(store.read(simulator::all).await.unwrap().is_empty());
        store.reopen().await;
    }

    async fn handsets_are_kept_while_they_are_not_simply_on(store) {
        let account = open_account(&store, "john", 0).await;
        assert!(put(&store, account, ANN.to_owned(), Handset::Off).await);
        assert!(put(&store, account, ANN.to_owned(), Handset::ByHand).await);
        assert!(!put(&store, account, "nobody".to_owned(), Handset::Off).await);
        let read = move |tx: &mut postern_store::Tx<'_>| simulator::handsets(tx, account);
        assert_eq!(store.read(read).await.unwrap(), [(ANN.to_owned(), Handset::ByHand)]);
        for n in 1..HANDSETS_MAX {
            assert!(put(&store, account, format!("+1555{n:07}"), Handset::Off).await);
        }
        assert!(!put(&store, account, "+15559999999".to_owned(), Handset::Off).await, "too many");
        assert!(put(&store, account, ANN.to_owned(), Handset::Refusing).await, "it is one of them");
        assert!(put(&store, account, ANN.to_owned(), Handset::On).await);
        assert_eq!(store.read(read).await.unwrap().len() as i64, HANDSETS_MAX - 1);
        store.reopen().await;
    }

    async fn only_what_the_simulator_has_in_hand_is_handled_and_once(store) {
        let account = open_account(&store, "john", 10_000_000).await;
        accept(&store, account, vec![message(1)], NOW).await;
        let handle = |account: AccountId, handled: Handled| {
            let store = store.clone();
            async move {
                store.write(Lane::CONTROL, move |tx| simulator::handle(tx, account, id(1), &handled, NOW)).await.unwrap()
            }
        };
        let taken = Handled::Taken { digits: "1".to_owned() };
        assert!(!handle(account, taken.clone()).await, "no carrier has it");
        let lease = Lease { until: NOW.plus_secs(30), claim: 7 };
        let claimed = store.write(Lane::CONTROL, move |tx| queue::claim(tx, NOW, 10, lease)).await.unwrap();
        let seq = claimed.messages[0].key.seq;
        let sent = [(seq, lease, Settlement::Accepted { carrier: "simulator", ask_at: NOW })];
        store.write(Lane::CONTROL, move |tx| queue::settle(tx, account, &sent, NOW)).await.unwrap();
        assert!(!handle(AccountId(account.0 + 1), taken.clone()).await, "somebody else's");
        assert!(handle(account, taken.clone()).await);
        assert!(!handle(account, Handled::Refused).await);
        let all = store.read(simulator::all).await.unwrap();
        assert_eq!(all[&account].handled, [(seq, taken)].into());
        let forget = |before| store.write(Lane::CONTROL, move |tx| simulator::unhandle_before(tx, before, 10));
        assert_eq!(forget(NOW).await.unwrap(), 0);
        assert_eq!(forget(NOW.plus_secs(1)).await.unwrap(), 1);
        store.reopen().await;
    }
}
