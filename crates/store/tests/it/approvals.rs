//! Sends that wait for a person, and the calls that say so.

use postern_domain::time::UnixMicros;
use postern_store::approvals::{
    self, Approval, Decided, Decision, End, Field, Filter, Held, State,
};
use postern_store::notices::{self, Notice};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

fn approval(id: &str, key: &str) -> Approval {
    Approval {
        approval_id: id.to_owned(),
        key_id: key.to_owned(),
        connection_id: "c".into(),
        app: "clicksend".into(),
        method: "POST".into(),
        path: "/v3/sms/send".into(),
        fingerprint: vec![1; 32],
        digest: vec![2; 32],
        request_sealed: Some(vec![3]),
        summary: "{}".into(),
        state: State::Pending,
        callback: Some("https://a.test/".into()),
        decided_by: None,
        decided_at: None,
        begun_at: None,
        send_id: None,
        status: None,
        answer_sealed: None,
        reason: None,
        expires_at: NOW.plus_secs(100),
        created_at: NOW,
        ended_at: None,
    }
}

fn yes(operator: &str) -> Decision {
    Decision {
        approved: true,
        digest: vec![2; 32],
        operator_id: operator.into(),
        reason: None,
    }
}

fn sent(send_id: &str) -> End {
    End {
        state: State::Sent,
        send_id: Some(send_id.into()),
        status: Some(200),
        answer_sealed: Some(vec![4]),
        reason: None,
    }
}

async fn hold(store: &Store, approval: Approval) -> Held {
    store
        .write(Lane::CONTROL, move |tx| {
            approvals::hold(tx, &approval, false)
        })
        .await
        .unwrap()
}

both! {
    async fn the_same_request_of_one_key_waits_once(store) {
        assert_eq!(hold(&store, approval("a", "k")).await, Held::New);
        assert_eq!(hold(&store, approval("b", "k")).await, Held::Known("a".into()));
        assert_eq!(hold(&store, approval("c", "other")).await, Held::New);
        let another = Approval { fingerprint: vec![9; 32], ..approval("d", "k") };
        assert_eq!(hold(&store, another).await, Held::New);
        store.reopen().await;
        let (found, all, mine, none) = store.read(|tx| Ok((
            approvals::get(tx, "a")?,
            approvals::page(tx, &Filter::default(), None, 10)?,
            approvals::page(tx, &Filter { key_id: Some("k".into()), state: Some(State::Pending) }, Some("d"), 10)?,
            approvals::page(tx, &Filter { state: Some(State::Sent), ..Filter::default() }, None, 10)?,
        ))).await.unwrap();
        assert_eq!(found, Some(approval("a", "k")));
        let ids = |list: &[Approval]| list.iter().map(|a| a.approval_id.clone()).collect::<Vec<_>>().join("");
        assert_eq!((ids(&all).as_str(), ids(&mine).as_str(), ids(&none).as_str()), ("dca", "a", ""));
        assert_eq!(store.read(approvals::waiting).await.unwrap(), 3);
        // The old one is past its time although nobody has swept it.
        let late = Approval { created_at: NOW.plus_secs(100), expires_at: NOW.plus_secs(200), ..approval("e", "k") };
        assert_eq!(hold(&store, late).await, Held::New);
        assert_eq!(store.read(|tx| approvals::get(tx, "a")).await.unwrap().unwrap().state, State::Expired);
    }

    async fn one_key_does_not_make_everybody_wait(store) {
        store.reopen().await;
        for n in 0..100_u8 {
            let new = Approval { fingerprint: vec![n; 32], ..approval(&format!("a{n:03}"), "k") };
            assert_eq!(hold(&store, new).await, Held::New);
        }
        let more = Approval { fingerprint: vec![200; 32], ..approval("more", "k") };
        assert_eq!(hold(&store, more.clone()).await, Held::Full);
        assert_eq!(hold(&store, Approval { key_id: "other".into(), ..more }).await, Held::New);
    }

    async fn of_two_who_decide_at_once_one_does(store) {
        hold(&store, approval("a", "k")).await;
        let deciding: Vec<_> = (0..8_i64).map(|n| {
            let store = Store::clone(&store);
            tokio::spawn(async move {
                let decision = Decision { approved: n % 2 == 0, ..yes(&format!("op{n}")) };
                store.write(Lane::of(n), move |tx| approvals::decide(tx, "a", &decision, NOW)).await.unwrap()
            })
        }).collect();
        let mut done = 0;
        for decided in deciding {
            match decided.await.unwrap() {
                Decided::Done => done += 1,
                Decided::Stands(State::Approved | State::Denied) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(done, 1);
        store.reopen().await;
        let found = store.read(|tx| approvals::get(tx, "a")).await.unwrap().unwrap();
        assert_eq!((found.decided_at, found.decided_by.is_some()), (Some(NOW), true));
    }

    async fn a_decision_is_about_what_was_seen_and_in_time(store) {
        store.reopen().await;
        hold(&store, approval("a", "k")).await;
        let told = store.write(Lane::CONTROL, |tx| {
            let other = Decision { digest: vec![7; 32], ..yes("ada") };
            Ok([
                approvals::decide(tx, "a", &other, NOW)?,
                approvals::decide(tx, "a", &yes("ada"), NOW.plus_secs(100))?,
                approvals::decide(tx, "none", &yes("ada"), NOW)?,
                approvals::decide(tx, "a", &yes("ada"), NOW.plus_secs(99))?,
                approvals::decide(tx, "a", &yes("bob"), NOW)?,
            ])
        }).await.unwrap();
        assert_eq!(told, [Decided::OtherDigest, Decided::Stands(State::Expired), Decided::Missing, Decided::Done, Decided::Stands(State::Approved)]);
    }

    async fn what_was_approved_begins_and_ends_once(store) {
        hold(&store, approval("a", "k")).await;
        let told = store.write(Lane::CONTROL, |tx| {
            let too_early = [approvals::begin(tx, "a", NOW)?, approvals::end(tx, "a", &sent("s"), NOW)?];
            approvals::decide(tx, "a", &yes("ada"), NOW)?;
            assert_eq!(approvals::hold(tx, &approval("b", "k"), false)?, Held::Known("a".into()), "it is on its way");
            let begun = [approvals::begin(tx, "a", NOW)?, approvals::begin(tx, "a", NOW)?];
            assert_eq!(approvals::ready(tx, 10)?[0].begun_at, Some(NOW));
            let ended = [approvals::end(tx, "a", &sent("s"), NOW)?, approvals::end(tx, "a", &sent("t"), NOW)?];
            assert!(approvals::ready(tx, 10)?.is_empty());
            Ok((too_early, begun, ended))
        }).await.unwrap();
        assert_eq!(told, ([false, false], [true, false], [true, false]));
        store.reopen().await;
        let found = store.read(|tx| approvals::get(tx, "a")).await.unwrap().unwrap();
        assert_eq!((found.state, found.send_id.as_deref(), found.status, found.ended_at), (State::Sent, Some("s"), Some(200), Some(NOW)));
        let again = store.write(Lane::CONTROL, |tx| Ok((approvals::hold(tx, &approval("c", "k"), true)?, approvals::hold(tx, &approval("c", "k"), false)?))).await.unwrap();
        assert_eq!(again, (Held::Known("a".into()), Held::New), "with a name it is the same request for ever");
    }

    async fn what_was_begun_long_ago_is_unknown_and_what_nobody_decided_expires(store) {
        hold(&store, approval("a", "k")).await;
        hold(&store, approval("b", "other")).await;
        store.write(Lane::CONTROL, |tx| {
            approvals::decide(tx, "a", &yes("ada"), NOW)?;
            approvals::begin(tx, "a", NOW).map(drop)
        }).await.unwrap();
        store.reopen().await;
        let told = store.write(Lane::CONTROL, |tx| {
            assert_eq!(approvals::expire(tx, NOW.plus_secs(99), 10)?, []);
            let later = NOW.plus_secs(1);
            Ok((approvals::abandon(tx, NOW, 10, NOW)?, approvals::abandon(tx, later, 10, NOW)?, approvals::abandon(tx, later, 10, NOW)?,
                approvals::expire(tx, NOW.plus_secs(100), 10)?))
        }).await.unwrap();
        let named = |id: &str| vec![(id.to_owned(), Some("https://a.test/".to_owned()))];
        assert_eq!(told, (vec![], named("a"), vec![], named("b")));
        let states = store.read(|tx| Ok((approvals::get(tx, "a")?.unwrap().state, approvals::get(tx, "b")?.unwrap().state))).await.unwrap();
        assert_eq!(states, (State::Unknown, State::Expired));
        let end = store.write(Lane::CONTROL, |tx| approvals::end(tx, "a", &sent("s"), NOW)).await.unwrap();
        assert!(!end, "unknown is an end");
    }

    async fn contents_go_first_and_then_the_rest(store) {
        store.reopen().await;
        hold(&store, approval("a", "k")).await;
        store.write(Lane::CONTROL, |tx| {
            approvals::decide(tx, "a", &Decision { approved: false, ..yes("ada") }, NOW)?;
            assert_eq!(approvals::sealed_page(tx, Field::Request, "", 10)?, [("a".to_owned(), vec![3])]);
            assert_eq!(approvals::sealed_page(tx, Field::Answer, "", 10)?, []);
            assert!(approvals::reseal(tx, Field::Request, "a", &[3], &[5])?);
            assert!(!approvals::reseal(tx, Field::Request, "a", &[3], &[6])?);
            assert_eq!(approvals::sweep(tx, NOW, NOW, 10)?, 0);
            assert_eq!(approvals::sweep(tx, NOW.plus_secs(1), NOW, 10)?, 1);
            assert_eq!(approvals::get(tx, "a")?.unwrap().request_sealed, None);
            assert_eq!(approvals::sweep(tx, NOW.plus_secs(1), NOW.plus_secs(1), 10)?, 1);
            assert_eq!(approvals::get(tx, "a")?, None);
            Ok(())
        }).await.unwrap();
    }

    async fn a_notice_is_claimed_tried_again_and_done(store) {
        let notice = |id: &str, due_at| Notice { notice_id: id.into(), url: "https://a.test/".into(), payload: "{}".into(), tries: 0, due_at };
        store.write(Lane::CONTROL, move |tx| {
            assert!(notices::add(tx, &notice("a", NOW))?);
            assert!(notices::add(tx, &notice("b", NOW.plus_secs(5)))?);
            assert_eq!(notices::next_due(tx)?, Some(NOW));
            assert_eq!(notices::claim(tx, NOW, NOW.plus_secs(60), 10)?, [notice("a", NOW)]);
            assert_eq!(notices::claim(tx, NOW, NOW.plus_secs(60), 10)?, []);
            notices::again(tx, "a", NOW.plus_secs(1))
        }).await.unwrap();
        store.reopen().await;
        store.write(Lane::CONTROL, |tx| {
            let again = notices::claim(tx, NOW.plus_secs(1), NOW.plus_secs(60), 10)?;
            assert_eq!((again.len(), again[0].tries), (1, 1));
            notices::done(tx, "a")?;
            assert_eq!(notices::next_due(tx)?, Some(NOW.plus_secs(5)));
            notices::done(tx, "b")?;
            assert_eq!(notices::next_due(tx)?, None);
            Ok(())
        }).await.unwrap();
    }
}
