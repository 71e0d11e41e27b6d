//! Addresses of connections, who opted out over them, and rates that were learned.

use postern_store::learned_rates::{self, DEAREST_SECONDS};
use postern_store::{Lane, hooks};
use postern_testkit::FixedClock;

const NOW: postern_domain::time::UnixMicros = FixedClock::START;

both! {
    async fn a_connection_has_one_address(store) {
        store.write(Lane::CONTROL, |tx| hooks::put(tx, "c", &[1; 32], NOW)).await.unwrap();
        store.write(Lane::CONTROL, |tx| hooks::put(tx, "d", &[2; 32], NOW)).await.unwrap();
        store.write(Lane::CONTROL, |tx| hooks::put(tx, "c", &[3; 32], NOW)).await.unwrap();
        let page = store.read(|tx| hooks::page(tx, "", 10)).await.unwrap();
        assert_eq!(page, [("c".to_owned(), vec![3; 32]), ("d".to_owned(), vec![2; 32])]);
        assert_eq!(store.read(|tx| hooks::page(tx, "c", 10)).await.unwrap().len(), 1);
        assert_eq!(store.read(|tx| hooks::heard_at(tx, "c")).await.unwrap(), None);
        store.write(Lane::CONTROL, |tx| hooks::heard(tx, "c", NOW)).await.unwrap();
        store.reopen().await;
        assert_eq!(store.read(|tx| hooks::heard_at(tx, "c")).await.unwrap(), Some(NOW));
        assert!(store.write(Lane::CONTROL, |tx| hooks::remove(tx, "c")).await.unwrap());
        assert!(!store.write(Lane::CONTROL, |tx| hooks::remove(tx, "c")).await.unwrap());
    }

    async fn opt_outs_belong_to_their_connection(store) {
        let subjects: Vec<String> = ["aa", "bb", "cc"].map(str::to_owned).to_vec();
        let out = |id: &'static str, subject: &'static str| store.write(Lane::CONTROL, move |tx| hooks::opt_out(tx, id, subject, NOW));
        assert!(out("c", "aa").await.unwrap());
        assert!(!out("c", "aa").await.unwrap());
        assert!(out("d", "bb").await.unwrap());
        store.reopen().await;
        let asked = subjects.clone();
        let found = store.read(move |tx| hooks::opted_out_among(tx, "c", &asked)).await.unwrap();
        assert_eq!(found, ["aa"]);
        assert!(store.write(Lane::CONTROL, |tx| hooks::opt_in(tx, "c", "aa")).await.unwrap());
        assert!(!store.write(Lane::CONTROL, |tx| hooks::opt_in(tx, "c", "aa")).await.unwrap());
        let found = store.read(move |tx| hooks::opted_out_among(tx, "c", &subjects)).await.unwrap();
        assert!(found.is_empty());
        assert!(store.read(|tx| hooks::opted_out_among(tx, "c", &[])).await.unwrap().is_empty());
    }

    async fn the_dearest_rate_of_a_week_holds(store) {
        let learn = |micros: i64, seconds: i64| {
            store.write(Lane::CONTROL, move |tx| learned_rates::learn(tx, "c", "sms", "AU", "AUD", micros, NOW.plus_secs(seconds)))
        };
        let known = || store.read(|tx| learned_rates::of(tx, "c", "sms", NOW));
        for (micros, seconds, want) in [(70, 0, 70), (50, 1, 70), (90, 2, 90), (60, 3, 90), (60, 3 + DEAREST_SECONDS, 60)] {
            learn(micros, seconds).await.unwrap();
            assert_eq!(known().await.unwrap()[0].micros, want, "{micros} after {seconds} s");
        }
        store.reopen().await;
        store.write(Lane::CONTROL, |tx| learned_rates::learn(tx, "c", "sms", "AU", "USD", 1, NOW.plus_secs(9))).await.unwrap();
        let known = store.read(|tx| learned_rates::of(tx, "c", "sms", NOW)).await.unwrap();
        assert_eq!(known[0].currency, "USD");
        assert!(store.read(|tx| learned_rates::of(tx, "c", "mms", NOW)).await.unwrap().is_empty());
        assert!(store.read(|tx| learned_rates::of(tx, "c", "sms", NOW.plus_secs(99))).await.unwrap().is_empty());
    }
}
