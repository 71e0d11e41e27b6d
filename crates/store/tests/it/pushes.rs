//! Pushes: claimed once, tried again, ended, and every try on record.

use postern_domain::account::AccountId;
use postern_domain::automation::{Encoding, InboundAction, ReceiptAction, RuleKind};
use postern_domain::time::UnixMicros;
use postern_store::pushes::{
    self, About, ClaimedPush, Filter, Next, On, Outcome, Rule, State, Story,
};
use postern_store::queue::Lease;
use postern_store::{Lane, Store, rules, webhook_secrets};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::rules::{add_inbound, comes_in, inbound_rule, receipt_rule};

const NOW: UnixMicros = FixedClock::START;

async fn claim(store: &Store, seconds: i64, claim: i64) -> Vec<ClaimedPush> {
    let now = NOW.plus_secs(seconds);
    let lease = Lease {
        until: now.plus_secs(60),
        claim,
    };
    store
        .write(Lane::CONTROL, move |tx| pushes::claim(tx, now, 10, lease))
        .await
        .unwrap()
}

async fn settle(store: &Store, push: &ClaimedPush, status: Option<i64>, next: Next) {
    let (account, push_id, lease) = (push.account, push.push_id, push.lease);
    let outcome = Outcome {
        at: NOW,
        took_micros: 1_500,
        status,
        answer: None,
        problem: status.is_none().then(|| "no answer in time".to_owned()),
        next,
    };
    store
        .write(Lane::of(account.0), move |tx| {
            pushes::settle(tx, push_id, lease, &outcome)
        })
        .await
        .unwrap();
}

async fn only(store: &Store, account: AccountId) -> pushes::Push {
    let page = store.read(move |tx| pushes::page(tx, account, 0, 10));
    page.await.unwrap().rows.remove(0)
}

both! {
    async fn a_push_is_claimed_once_tried_again_and_ends(store) {
        let john = open_account(&store, "john", 0).await;
        store.write(Lane::of(john.0), move |tx| webhook_secrets::ensure(tx, john, &vec![1, 2, 3], NOW)).await.unwrap();
        add_inbound(&store, john, inbound_rule(InboundAction::Url, "http://x.test")).await;
        comes_in(&store, john, 1, "hello").await;
        assert_eq!(store.read(pushes::next_due).await.unwrap(), Some(NOW));
        let first = claim(&store, 0, 1).await;
        assert_eq!((first.len(), first[0].tries, &first[0].secret), (1, 0, &Some(vec![1, 2, 3])));
        assert!(matches!(&first[0].story, Story::Inbound(text) if text.body == "hello"));
        assert!(claim(&store, 0, 2).await.is_empty(), "somebody holds it");
        settle(&store, &first[0], Some(503), Next::Again(NOW.plus_secs(10))).await;
        assert!(claim(&store, 9, 3).await.is_empty());
        // Whoever holds it dies; it is due again when the lease ends.
        assert_eq!(claim(&store, 10, 4).await.len(), 1);
        assert!(claim(&store, 69, 5).await.is_empty());
        let again = claim(&store, 70, 6).await;
        assert_eq!(again[0].tries, 1);
        settle(&store, &again[0], None, Next::Again(NOW.plus_secs(80))).await;
        let last = claim(&store, 80, 7).await;
        settle(&store, &last[0], Some(200), Next::Arrived).await;
        assert_eq!(store.read(pushes::next_due).await.unwrap(), None);
        let push = only(&store, john).await;
        assert_eq!((push.state, push.tries, push.ended_at), (State::Arrived, 3, Some(NOW)));
        let (about_it, about_another) = store.read(move |tx| {
            Ok((pushes::told(tx, john, About::Inbound(1))?, pushes::told(tx, john, About::Receipt(1))?))
        }).await.unwrap();
        assert_eq!((about_it.len(), &about_it[0].0, about_it[0].1.len()), (1, &push, 3));
        assert_eq!(about_another, []);
        let tries = store.read(move |tx| pushes::tries(tx, john, push.push_id)).await.unwrap();
        let told: Vec<_> = tries.iter().map(|t| (t.number, t.status, t.problem.as_deref())).collect();
        assert_eq!(told, [(1, Some(503), None), (2, None, Some("no answer in time")), (3, Some(200), None)]);
        store.reopen().await;
    }

    async fn whoever_lost_its_lease_decides_nothing(store) {
        let john = open_account(&store, "john", 0).await;
        add_inbound(&store, john, inbound_rule(InboundAction::Url, "http://x.test")).await;
        comes_in(&store, john, 1, "hello").await;
        let slow = claim(&store, 0, 1).await;
        let quick = claim(&store, 60, 2).await;
        settle(&store, &quick[0], Some(200), Next::Arrived).await;
        settle(&store, &slow[0], Some(500), Next::Again(NOW.plus_secs(600))).await;
        let push = only(&store, john).await;
        assert_eq!((push.state, push.tries), (State::Arrived, 2));
        store.reopen().await;
    }

    async fn ended_pushes_go_after_a_month_and_others_cannot_see_them(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        add_inbound(&store, john, inbound_rule(InboundAction::Url, "http://x.test")).await;
        comes_in(&store, john, 1, "hello").await;
        let old = claim(&store, 0, 1).await;
        settle(&store, &old[0], Some(410), Next::GivenUp).await;
        let id = old[0].push_id;
        assert_eq!(only(&store, john).await.state, State::GivenUp);
        assert!(store.read(move |tx| pushes::tries(tx, eve, id)).await.unwrap().is_empty());
        assert_eq!(store.read(move |tx| pushes::page(tx, eve, 0, 10)).await.unwrap().total, 0);
        comes_in(&store, john, 2, "again").await;
        let mut new = claim(&store, 0, 2).await;
        let month = NOW.plus_secs(31 * 86_400);
        let (push_id, lease) = (new[0].push_id, new.remove(0).lease);
        let outcome = Outcome { at: month, took_micros: 1, status: Some(200), problem: None, answer: None, next: Next::Arrived };
        store.write(Lane::of(john.0), move |tx| pushes::settle(tx, push_id, lease, &outcome)).await.unwrap();
        let page = store.read(move |tx| pushes::page(tx, john, 0, 10)).await.unwrap();
        assert_eq!((page.total, page.rows[0].push_id), (1, push_id));
        assert!(store.read(move |tx| pushes::tries(tx, john, id)).await.unwrap().is_empty());
        store.reopen().await;
    }

    async fn a_secret_is_made_once_replaced_and_resealed(store) {
        let john = open_account(&store, "john", 0).await;
        let ensure = |sealed: Vec<u8>| store.write(Lane::of(john.0), move |tx| webhook_secrets::ensure(tx, john, &sealed, NOW));
        assert_eq!(ensure(vec![1]).await.unwrap(), vec![1]);
        assert_eq!(ensure(vec![2]).await.unwrap(), vec![1]);
        store.write(Lane::of(john.0), move |tx| webhook_secrets::replace(tx, john, &vec![3], NOW)).await.unwrap();
        assert_eq!(store.read(|tx| webhook_secrets::sealed_page(tx, AccountId(0), 10)).await.unwrap(), [(john, vec![3])]);
        let reseal = |old: Vec<u8>| store.write(Lane::CONTROL, move |tx| webhook_secrets::reseal(tx, john, &old, &[4]));
        assert!(!reseal(vec![9]).await.unwrap());
        assert!(reseal(vec![3]).await.unwrap());
        assert_eq!(store.read(move |tx| webhook_secrets::get(tx, john)).await.unwrap(), Some(vec![4]));
        store.reopen().await;
    }

    async fn a_push_is_made_again_when_somebody_asks(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        add_inbound(&store, john, inbound_rule(InboundAction::Url, "http://x.test")).await;
        comes_in(&store, john, 1, "hello").await;
        let first = claim(&store, 0, 1).await;
        let id = first[0].push_id;
        let replay = |account: AccountId, seconds: i64| {
            store.write(Lane::of(account.0), move |tx| pushes::replay(tx, account, id, NOW.plus_secs(seconds)))
        };
        assert!(!replay(john, 0).await.unwrap(), "it is being tried");
        settle(&store, &first[0], Some(410), Next::GivenUp).await;
        assert!(!replay(eve, 1).await.unwrap(), "it is not hers");
        assert!(replay(john, 1).await.unwrap());
        let again = claim(&store, 1, 2).await;
        assert_eq!((again[0].push_id, again[0].tries), (id, 1));
        settle(&store, &again[0], Some(500), Next::Again(NOW.plus_secs(600))).await;
        assert!(replay(john, 2).await.unwrap(), "it need not wait");
        let last = claim(&store, 2, 3).await;
        settle(&store, &last[0], Some(200), Next::Arrived).await;
        let found = store.read(move |tx| Ok((pushes::get(tx, john, id)?, pushes::get(tx, eve, id)?))).await.unwrap();
        assert_eq!(found.0.map(|push| (push.state, push.tries)), Some((State::Arrived, 3)));
        assert_eq!(found.1, None);
        for (state, there) in [(None, 1), (Some(State::Arrived), 1), (Some(State::GivenUp), 0)] {
            let filter = Filter { state, rule: None };
            let page = store.read(move |tx| pushes::list(tx, john, filter, i64::MAX, 10)).await.unwrap();
            assert_eq!(page.len(), there);
        }
        store.reopen().await;
    }

    async fn a_webhook_has_its_own_pushes_and_is_as_well_as_the_newest_of_them(store) {
        let john = open_account(&store, "john", 0).await;
        let first = add_inbound(&store, john, inbound_rule(InboundAction::Url, "http://x.test/1")).await;
        let second = add_inbound(&store, john, inbound_rule(InboundAction::Url, "http://x.test/2")).await;
        add_inbound(&store, john, inbound_rule(InboundAction::Poll, "")).await;
        let quiet = receipt_rule(0, ReceiptAction::Url, "http://x.test/3");
        let make = move |tx: &mut postern_store::Tx<'_>| rules::create_receipt(tx, john, RuleKind::Voice, &quiet, NOW);
        let quiet = store.write(Lane::of(john.0), make).await.unwrap().unwrap();
        comes_in(&store, john, 1, "hello").await;
        comes_in(&store, john, 2, "again").await;
        let claimed = claim(&store, 0, 1).await;
        let urls: Vec<_> = claimed.iter().map(|push| push.url.as_str()).collect();
        assert_eq!(urls, ["http://x.test/1", "http://x.test/2", "http://x.test/1", "http://x.test/2"]);
        settle(&store, &claimed[0], Some(410), Next::GivenUp).await;
        settle(&store, &claimed[1], Some(200), Next::Arrived).await;
        settle(&store, &claimed[2], Some(200), Next::Arrived).await;
        let rule = |rule_id| Rule { on: On::Inbound, rule_id };
        let list = |rule: Rule, state: Option<State>, before: i64, limit: i64| {
            let filter = Filter { state, rule: Some(rule) };
            let found = store.read(move |tx| pushes::list(tx, john, filter, before, limit));
            async move { found.await.unwrap().iter().map(|push| (push.push_id, push.rule)).collect::<Vec<_>>() }
        };
        let (one, two) = (Some(rule(first)), Some(rule(second)));
        assert_eq!(list(rule(first), None, i64::MAX, 10).await, [(3, one), (1, one)]);
        assert_eq!(list(rule(first), None, i64::MAX, 1).await, [(3, one)]);
        assert_eq!(list(rule(first), None, 3, 10).await, [(1, one)]);
        assert_eq!(list(rule(first), Some(State::GivenUp), i64::MAX, 10).await, [(1, one)]);
        assert_eq!(list(rule(second), None, i64::MAX, 10).await, [(4, two), (2, two)]);
        let found = store.read(move |tx| pushes::webhooks(tx, john)).await.unwrap();
        let names: Vec<_> = found.iter().map(|one| one.rule.to_string()).collect();
        assert_eq!(names, [format!("inbound/{first}"), format!("inbound/{second}"), format!("voice-receipts/{quiet}")]);
        assert_eq!(found[2].rule.to_string().parse(), Ok(found[2].rule));
        assert_eq!((found[0].encoding, found[2].encoding), (Some(Encoding::Json), None));
        let health: Vec<_> = found.iter().map(|one| one.health.map(|h| (h.arrived, h.waiting, h.given_up, h.last))).collect();
        assert_eq!(health, [Some((1, 0, 1, State::Arrived)), Some((1, 1, 0, State::Waiting)), None]);
        store.reopen().await;
    }
}
