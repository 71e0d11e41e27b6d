//! The ledger of sends: intents, how they end, and what a crash leaves behind.

use postern_domain::time::UnixMicros;
use postern_store::sends::{self, Claim, Filter, Resolution, Send, State, UnknownPolicy};
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
        resolved_by: None,
        finding: None,
    }
}

/// A UUID of version 7.
fn uuid_at(at: UnixMicros, n: u8) -> String {
    let millis = at.0 / 1000;
    format!(
        "{:08x}-{:04x}-7000-8000-0000000000{n:02x}",
        millis >> 16,
        millis & 0xffff
    )
}

fn of_key(key: &str) -> Filter {
    Filter {
        key_id: Some(key.into()),
        ..Filter::default()
    }
}

/// Derived if it is of no digest.
fn claim(hash: u8, digest: Option<u8>) -> Claim {
    Claim {
        hash: [hash; 32],
        digest: digest.map(|digest| [digest; 32]),
        until: None,
    }
}

both! {
    async fn a_send_ends_once(store) {
        let at = NOW.plus_secs(9);
        let ended = store.write(Lane::CONTROL, move |tx| {
            sends::start(tx, &started(1), None, None)?;
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
        store.write(Lane::CONTROL, |tx| sends::start(tx, &started(1), None, None)).await.unwrap();
        let again = store.write(Lane::CONTROL, |tx| sends::start(tx, &started(1), None, None)).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        store.reopen().await;
    }

    async fn what_a_crash_left_open_is_unknown_and_can_be_cleared_up(store) {
        let at = NOW.plus_secs(60);
        store.write(Lane::CONTROL, move |tx| {
            (1..=5).try_for_each(|n| sends::start(tx, &started(n), None, None))?;
            sends::settle(tx, "s002", State::Failed, None, at).map(|_| ())
        }).await.unwrap();
        let abandon = |limit| store.write(Lane::CONTROL, move |tx| sends::abandon(tx, NOW.plus_secs(5), limit, at));
        assert_eq!(abandon(2).await.unwrap(), ["s001", "s003"]);
        assert_eq!(abandon(2).await.unwrap(), ["s004"]);
        assert_eq!(abandon(2).await.unwrap(), Vec::<String>::new());
        let states = store.read(|tx| {
            let newest_first = sends::page(tx, &Filter::default(), None, 10)?;
            Ok(newest_first.into_iter().map(|send| send.state).collect::<Vec<_>>())
        }).await.unwrap();
        assert_eq!(states, [State::Started, State::Unknown, State::Unknown, State::Failed, State::Unknown]);
        let cleared = store.write(Lane::CONTROL, move |tx| sends::settle(tx, "s001", State::Answered, Some(200), at)).await.unwrap();
        assert!(cleared);
        store.reopen().await;
    }

    async fn sends_are_listed_newest_first_and_by_key(store) {
        store.write(Lane::CONTROL, |tx| (1..=5).try_for_each(|n| sends::start(tx, &started(n), None, None))).await.unwrap();
        let ids = |page: Vec<Send>| page.into_iter().map(|send| send.send_id).collect::<Vec<_>>();
        let (all, mine, rest) = store.read(|tx| {
            Ok((sends::page(tx, &Filter::default(), None, 2)?, sends::page(tx, &of_key("k1"), None, 9)?, sends::page(tx, &of_key("k1"), Some("s005"), 9)?))
        }).await.unwrap();
        assert_eq!(ids(all), ["s005", "s004"]);
        assert_eq!(ids(mine), ["s005", "s003", "s001"]);
        assert_eq!(ids(rest), ["s003", "s001"]);
        store.reopen().await;
    }

    async fn a_claim_is_held_by_one_send_at_a_time(store) {
        let start = |n: i64| store.write(Lane::CONTROL, move |tx| sends::start(tx, &started(n), Some(&claim(7, None)), None));
        start(1).await.unwrap();
        assert!(matches!(start(2).await, Err(Error::Conflict(_))));
        let held = store.read(|tx| sends::by_claim(tx, &[7; 32])).await.unwrap().unwrap();
        assert_eq!((held.send_id.as_str(), held.state, held.until), ("s001", State::Started, None));
        // A fully written answer frees it, but not while nobody knows what became of it, and not an Idempotency-Key.
        store.write(Lane::CONTROL, |tx| {
            sends::settle(tx, "s001", State::Answered, Some(200), NOW)?;
            sends::start(tx, &started(3), Some(&claim(8, None)), None)?;
            sends::settle(tx, "s003", State::Unknown, None, NOW)?;
            sends::start(tx, &started(4), Some(&claim(9, Some(1))), None)?;
            sends::settle(tx, "s004", State::Answered, Some(200), NOW)?;
            sends::end_claims(tx, r#"["s001","s003","s004"]"#)
        }).await.unwrap();
        let held = |hash: u8| store.read(move |tx| Ok(sends::by_claim(tx, &[hash; 32])?.map(|earlier| earlier.send_id)));
        assert_eq!(held(7).await.unwrap(), None);
        assert_eq!(held(8).await.unwrap().as_deref(), Some("s003"));
        assert_eq!(held(9).await.unwrap().as_deref(), Some("s004"));
        start(2).await.unwrap();
        store.reopen().await;
    }

    async fn answers_are_kept_for_their_time(store) {
        let until = NOW.plus_secs(60);
        store.write(Lane::CONTROL, move |tx| {
            for n in 1..=3 {
                sends::start(tx, &started(n), Some(&claim(n as u8, Some(1))), Some(b"sealed"))?;
            }
            sends::settle(tx, "s001", State::Answered, Some(200), NOW)?;
            sends::settle(tx, "s002", State::Unknown, None, NOW)?;
            sends::keep_answer(tx, "s001", Some(b"answer"), until)?;
            sends::keep_answer(tx, "s002", None, until)?;
            // What a process that is gone left: the third one.
            assert_eq!(sends::keep_open_claims(tx, NOW.plus_secs(99), until, 10)?, 1);
            Ok(())
        }).await.unwrap();
        let held = |hash: u8| store.read(move |tx| sends::by_claim(tx, &[hash; 32]));
        let first = held(1).await.unwrap().unwrap();
        assert_eq!((first.answer.as_deref(), first.digest.as_deref(), first.until), (Some(&b"answer"[..]), Some(&[1; 32][..]), Some(until)));
        assert!(!first.is_over(NOW) && first.is_over(until));
        assert!(!held(2).await.unwrap().unwrap().is_over(until), "what is not known has no time");
        let sealed = store.read(|tx| sends::sealed_page(tx, "s000", 10)).await.unwrap();
        assert_eq!(sealed[0], ("s001".into(), Some(b"answer".to_vec()), Some(b"sealed".to_vec())));
        assert_eq!(sealed.len(), 3);
        let swept = store.write(Lane::CONTROL, move |tx| {
            assert!(sends::reseal(tx, "s001", sends::ANSWER_FIELD, b"answer", b"other")?);
            assert!(!sends::reseal(tx, "s001", sends::SOUGHT_FIELD, b"answer", b"other")?);
            sends::sweep(tx, until, 10)
        }).await.unwrap();
        assert_eq!(swept, 1);
        assert_eq!(held(1).await.unwrap(), None);
        assert!(held(3).await.unwrap().is_some(), "it is still under way");
        store.reopen().await;
    }

    async fn old_sends_are_forgotten_once_it_is_known_what_became_of_them(store) {
        let old = |at: UnixMicros, n: u8| Send {
            send_id: uuid_at(at, n),
            created_at: at,
            ..started(i64::from(n))
        };
        store.write(Lane::CONTROL, move |tx| {
            for n in 1..=4 {
                sends::start(tx, &old(NOW, n), None, None)?;
            }
            sends::start(tx, &old(NOW.plus_secs(1), 5), None, None)?;
            for n in [1, 2, 3] {
                sends::settle(tx, &uuid_at(NOW, n), State::Answered, Some(200), NOW)?;
            }
            sends::settle(tx, &uuid_at(NOW.plus_secs(1), 5), State::Answered, Some(200), NOW)?;
            Ok(())
        }).await.unwrap();
        let forget = || store.write(Lane::CONTROL, |tx| sends::forget(tx, NOW.plus_secs(1), 2));
        assert_eq!(forget().await.unwrap(), 2);
        assert_eq!(forget().await.unwrap(), 1);
        assert_eq!(forget().await.unwrap(), 0);
        let left = store.read(|tx| sends::page(tx, &Filter::default(), None, 10)).await.unwrap();
        let left: Vec<_> = left.into_iter().map(|send| send.send_id).collect();
        assert_eq!(left, [uuid_at(NOW.plus_secs(1), 5), uuid_at(NOW, 4)]);
        store.reopen().await;
    }

    async fn what_is_unknown_is_looked_for_and_resolved_once(store) {
        let until = NOW.plus_secs(60);
        store.write(Lane::CONTROL, move |tx| {
            for n in 1..=3 {
                sends::start(tx, &started(n), Some(&claim(n as u8, None)), Some(b"sealed"))?;
                sends::settle(tx, &format!("s{n:03}"), State::Unknown, None, NOW)?;
            }
            sends::note_finding(tx, "s002", "nothing yet", NOW)
        }).await.unwrap();
        let (due, sought) = store.read(|tx| Ok((sends::unknown_page(tx, NOW, "", 10)?, sends::sought(tx, "s002")?))).await.unwrap();
        assert_eq!(due.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["s001", "s003"]);
        let sought = sought.unwrap();
        assert_eq!((sought.sealed.as_deref(), sought.looked_at, sought.send.finding.as_deref()), (Some(&b"sealed"[..]), Some(NOW), Some("nothing yet")));
        let done = store.write(Lane::CONTROL, move |tx| Ok((
            sends::resolve(tx, "s001", Resolution::Accepted, "history", until, NOW)?,
            sends::resolve(tx, "s002", Resolution::Failed, "key:k1", until, NOW)?,
            sends::resolve(tx, "s002", Resolution::Accepted, "key:k1", until, NOW)?,
        ))).await.unwrap();
        assert_eq!(done, (true, true, false));
        let (first, second, held) = store.read(|tx| Ok((sends::get(tx, "s001")?.unwrap(), sends::get(tx, "s002")?.unwrap(), sends::by_claim(tx, &[2; 32])?))).await.unwrap();
        assert_eq!((first.state, first.resolved_by.as_deref()), (State::Accepted, Some("history")));
        assert_eq!((second.state, second.resolved_by.as_deref(), held), (State::Failed, Some("key:k1"), None));
        let open = store.read(|tx| sends::page(tx, &Filter { state: Some(State::Unknown), ..Filter::default() }, None, 10)).await.unwrap();
        assert_eq!(open.iter().map(|send| send.send_id.as_str()).collect::<Vec<_>>(), ["s003"]);
        store.reopen().await;
    }

    async fn a_connection_says_what_is_done_about_unknown_sends(store) {
        let read = || store.read(|tx| sends::unknown_policy(tx, "c1"));
        assert_eq!(read().await.unwrap(), UnknownPolicy::AtMostOnce);
        for policy in UnknownPolicy::ALL {
            store.write(Lane::CONTROL, move |tx| sends::put_policy(tx, "c1", policy, NOW)).await.unwrap();
            assert_eq!(read().await.unwrap(), policy);
        }
        store.reopen().await;
    }
}
