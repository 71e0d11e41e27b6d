//! The ledger of sends: intents, how they end, and what a crash leaves behind.

use postern_domain::time::UnixMicros;
use postern_store::sends::{self, Send, State};
use postern_store::{Error, Lane};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

fn started(n: i64) -> Send {
    Send {
        send_id: format!("s{n:03}"),
        key_id: format!("k{}", n % 2),
        connection_id: "c1".into(),
        request_id: format!("r{n}"),
        app: "clicksend".into(),
        method: "POST".into(),
        path: "/v3/sms/send".into(),
        state: State::Started,
        status: None,
        created_at: NOW.plus_secs(n),
        settled_at: None,
    }
}

both! {
    async fn a_send_ends_once(store) {
        let at = NOW.plus_secs(9);
        let ended = store.write(Lane::CONTROL, move |tx| {
            sends::start(tx, &started(1))?;
            let first = sends::settle(tx, "s001", State::Answered, Some(200), at)?;
            let second = sends::settle(tx, "s001", State::Unknown, None, at)?;
            let absent = sends::settle(tx, "s999", State::Failed, None, at)?;
            Ok((first, second, absent))
        }).await.unwrap();
        assert_eq!(ended, (true, false, false));
        let expected = Send { state: State::Answered, status: Some(200), settled_at: Some(at), ..started(1) };
        assert_eq!(store.read(|tx| sends::get(tx, "s001")).await.unwrap(), Some(expected));
        assert_eq!(store.read(|tx| sends::get(tx, "s999")).await.unwrap(), None);
        store.reopen().await;
    }

    async fn the_same_send_does_not_start_twice(store) {
        store.write(Lane::CONTROL, |tx| sends::start(tx, &started(1))).await.unwrap();
        let again = store.write(Lane::CONTROL, |tx| sends::start(tx, &started(1))).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        store.reopen().await;
    }

    async fn what_a_crash_left_open_is_unknown_and_can_be_cleared_up(store) {
        let at = NOW.plus_secs(60);
        store.write(Lane::CONTROL, move |tx| {
            (1..=5).try_for_each(|n| sends::start(tx, &started(n)))?;
            sends::settle(tx, "s002", State::Failed, None, at).map(|_| ())
        }).await.unwrap();
        let abandon = |limit| store.write(Lane::CONTROL, move |tx| sends::abandon(tx, NOW.plus_secs(5), limit, at));
        assert_eq!(abandon(2).await.unwrap(), ["s001", "s003"]);
        assert_eq!(abandon(2).await.unwrap(), ["s004"]);
        assert_eq!(abandon(2).await.unwrap(), Vec::<String>::new());
        let states = store.read(|tx| {
            let newest_first = sends::page(tx, None, None, 10)?;
            Ok(newest_first.into_iter().map(|send| send.state).collect::<Vec<_>>())
        }).await.unwrap();
        assert_eq!(states, [State::Started, State::Unknown, State::Unknown, State::Failed, State::Unknown]);
        let cleared = store.write(Lane::CONTROL, move |tx| sends::settle(tx, "s001", State::Answered, Some(200), at)).await.unwrap();
        assert!(cleared);
        store.reopen().await;
    }

    async fn sends_are_listed_newest_first_and_by_key(store) {
        store.write(Lane::CONTROL, |tx| (1..=5).try_for_each(|n| sends::start(tx, &started(n)))).await.unwrap();
        let ids = |page: Vec<Send>| page.into_iter().map(|send| send.send_id).collect::<Vec<_>>();
        let (all, mine, rest) = store.read(|tx| {
            Ok((sends::page(tx, None, None, 2)?, sends::page(tx, Some("k1"), None, 9)?, sends::page(tx, Some("k1"), Some("s005"), 9)?))
        }).await.unwrap();
        assert_eq!(ids(all), ["s005", "s004"]);
        assert_eq!(ids(mine), ["s005", "s003", "s001"]);
        assert_eq!(ids(rest), ["s003", "s001"]);
        store.reopen().await;
    }
}
