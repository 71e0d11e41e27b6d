//! Campaigns: planned, changed, withdrawn, and sent step by step with a restart after every step.

use postern_domain::account::AccountId;
use postern_domain::campaign::Status;
use postern_domain::channel::Channel;
use postern_domain::contact::Origin;
use postern_domain::message;
use postern_domain::money::Micros;
use postern_domain::short_link::Code;
use postern_domain::time::UnixMicros;
use postern_store::campaigns::{
    self, Campaign, Changed, JudgedContact, Order, Plan, Search, Step, Stepped,
};
use postern_store::messages::NewMessage;
use postern_store::{Lane, Store, Through, accounts, links};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::contacts::{add, fields};
use crate::lists::make_list;
use crate::messages::message;

const NOW: UnixMicros = FixedClock::START;

fn plan(list_id: i64, name: &str) -> Plan {
    Plan {
        name: name.to_owned(),
        list_id,
        body: "Hello".to_owned(),
        senders: "[]".to_owned(),
        ..Plan::default()
    }
}

async fn create(store: &Store, account: AccountId, plan: Plan) -> Option<Campaign> {
    store
        .write(Lane::of(account.0), move |tx| {
            campaigns::create(tx, account, &plan, &Through::default(), NOW)
        })
        .await
        .unwrap()
}

async fn get(store: &Store, account: AccountId, id: i64) -> Campaign {
    store
        .read(move |tx| campaigns::get(tx, account, Channel::Sms, id))
        .await
        .unwrap()
        .unwrap()
}

/// Messages to the contacts `from + 1 ..= to`.
fn next(campaign: &Campaign, from: i64, to: i64, finished: bool) -> Step {
    let messages: Vec<NewMessage> = (from + 1..=to)
        .map(|contact_id| NewMessage {
            origin: Some(Origin {
                list_id: campaign.plan.list_id,
                contact_id,
            }),
            ..message(contact_id as u64)
        })
        .collect();
    Step {
        campaign_id: campaign.campaign_id,
        account: campaign.account,
        from,
        to,
        codes: messages
            .iter()
            .map(|m| {
                (
                    Some(Code::new(m.message_id.0[8..].try_into().unwrap())),
                    None,
                )
            })
            .collect(),
        messages,
        refused: 1,
        finished,
        simulated: false,
    }
}

async fn step(store: &Store, step: Step) -> Stepped {
    store
        .write(Lane::of(step.account.0), move |tx| {
            campaigns::step(tx, &step, NOW)
        })
        .await
        .unwrap()
}

both! {
    async fn steps_count_once_and_survive_restarts(store) {
        let john = open_account(&store, "john", 100_000_000).await;
        let list = make_list(&store, john, "Customers").await;
        let first = add(&store, john, list, (0..600).map(fields).collect()).await.unwrap() - 1;
        let planned = create(&store, john, Plan { url_to_shorten: "https://example.com/".to_owned(), ..plan(list, "Sale") }).await.unwrap();
        assert_eq!((planned.status, planned.total, planned.list_name.as_str()), (Status::Queued, 600, "Customers"));
        let id = planned.campaign_id;
        let wanted = planned.clone();
        let begun = store.write(Lane::of(john.0), move |tx| campaigns::begin(tx, &wanted, false, NOW)).await.unwrap().unwrap();
        assert_eq!((begun.status, begun.unsubscribe_url_id), (Status::Sending, None));
        let before = store.read(move |tx| accounts::get(tx, john)).await.unwrap().unwrap().balance;
        for (from, to) in [(0, first + 250), (first + 250, first + 500), (first + 500, first + 600)] {
            let begin = if from == 0 { first } else { from };
            let one = Step { from, ..next(&begun, begin, to, to == first + 600) };
            assert_eq!(step(&store, one.clone()).await, Stepped::Yes);
            store.reopen().await;
            assert_eq!(step(&store, one).await, Stepped::Stale, "a step that is done is done");
        }
        let sent = get(&store, john, id).await;
        assert_eq!((sent.status, sent.accepted, sent.refused, sent.unpaid), (Status::Sent, 600, 3, 0));
        let after = store.read(move |tx| accounts::get(tx, john)).await.unwrap().unwrap().balance;
        assert_eq!(sent.price, Micros(before.0 - after.0));
        let outcomes = store.read(move |tx| campaigns::outcomes(tx, john, id)).await.unwrap();
        assert_eq!(outcomes, [(message::Status::Queued, 600)]);
        let url = store.read(move |tx| links::by_campaign(tx, john, id)).await.unwrap().remove(0);
        assert_eq!((url.links, Some(url.long_url_id)), (600, sent.long_url_id));
        assert!(store.read(|tx| campaigns::due(tx, UnixMicros(i64::MAX), 10)).await.unwrap().is_empty());
        assert_eq!(store.read(campaigns::next_due).await.unwrap(), None);
    }

    async fn what_the_balance_does_not_cover_is_left_out_and_told(store) {
        let john = open_account(&store, "john", 120_000).await;
        let list = make_list(&store, john, "Customers").await;
        let campaign = create(&store, john, plan(list, "Dear")).await.unwrap();
        let begin = |campaign: Campaign| store.write(Lane::of(john.0), move |tx| campaigns::begin(tx, &campaign, false, NOW));
        let begun = begin(campaign).await.unwrap().unwrap();
        assert_eq!(step(&store, next(&begun, 0, 10, true)).await, Stepped::Yes);
        let sent = get(&store, john, begun.campaign_id).await;
        assert_eq!(sent.accepted + sent.unpaid, 10);
        assert!(sent.accepted > 0 && sent.unpaid > 0 && sent.status == Status::Sent, "{sent:?}");
        let poor = create(&store, john, plan(list, "Poor")).await.unwrap();
        let begun = begin(poor).await.unwrap().unwrap();
        step(&store, next(&begun, 0, 10, true)).await;
        let failed = get(&store, john, begun.campaign_id).await;
        assert_eq!((failed.status, failed.accepted), (Status::Failed, 0));
        assert!(failed.failure.unwrap().contains("balance"));
        store.reopen().await;
    }

    async fn a_campaign_is_changed_and_withdrawn_until_it_is_too_late(store) {
        let john = open_account(&store, "john", 100_000_000).await;
        let eve = open_account(&store, "eve", 0).await;
        let list = make_list(&store, john, "Customers").await;
        assert_eq!(create(&store, eve, plan(list, "Not mine")).await, None);
        let later = Plan { schedule: Some(7), due: Some(NOW.plus_secs(60)), ..plan(list, "Later") };
        let campaign = create(&store, john, later).await.unwrap();
        let id = campaign.campaign_id;
        assert_eq!((campaign.status, campaign.plan.schedule, campaign.due_at), (Status::Scheduled, Some(7), NOW.plus_secs(60)));
        let due = |at: i64| store.read(move |tx| campaigns::due(tx, NOW.plus_secs(at), 10));
        assert!(due(59).await.unwrap().is_empty());
        assert_eq!(due(60).await.unwrap().len(), 1);
        assert_eq!(store.read(campaigns::next_due).await.unwrap(), Some(NOW.plus_secs(60)));
        let early = campaign.clone();
        assert_eq!(store.write(Lane::of(john.0), move |tx| campaigns::begin(tx, &early, false, NOW)).await.unwrap(), None);
        let change = |account: AccountId, new: Plan| store.write(Lane::of(account.0), move |tx| campaigns::update(tx, account, id, &new, NOW));
        assert_eq!(change(eve, plan(list, "x")).await.unwrap(), Changed::Unknown);
        assert_eq!(change(john, plan(1, "x")).await.unwrap(), Changed::NoList);
        match change(john, plan(list, "Now")).await.unwrap() {
            Changed::Done(now) => assert_eq!((now.status, now.plan.name.as_str(), now.due_at), (Status::Queued, "Now", NOW)),
            other => panic!("{other:?}"),
        }
        let begun = store.write(Lane::of(john.0), move |tx| campaigns::begin(tx, &campaign, true, NOW)).await.unwrap().unwrap();
        assert!(begun.unsubscribe_url_id.is_some());
        assert_eq!(change(john, plan(list, "x")).await.unwrap(), Changed::TooLate(Status::Sending));
        let cancel = |account: AccountId| store.write(Lane::of(account.0), move |tx| campaigns::cancel(tx, account, Channel::Sms, id, NOW));
        assert_eq!(cancel(eve).await.unwrap(), Changed::Unknown);
        assert!(matches!(cancel(john).await.unwrap(), Changed::Done(_)));
        assert_eq!(cancel(john).await.unwrap(), Changed::TooLate(Status::Cancelled));
        assert_eq!(step(&store, next(&begun, 0, 3, true)).await, Stepped::Stale, "nothing is sent any more");
        store.write(Lane::of(john.0), move |tx| campaigns::fail(tx, id, "x", NOW)).await.unwrap();
        assert_eq!(get(&store, john, id).await.status, Status::Cancelled);
        store.reopen().await;
    }

    async fn campaigns_are_searched_and_paged(store) {
        let john = open_account(&store, "john", 0).await;
        let list = make_list(&store, john, "Customers").await;
        let mut ids = Vec::new();
        for name in ["b", "a", "C"] {
            ids.push(create(&store, john, plan(list, name)).await.unwrap().campaign_id);
        }
        create(&store, john, Plan { channel: Channel::Mms, ..plan(list, "picture") }).await.unwrap();
        let found = |search: Search| store.read(move |tx| campaigns::search(tx, john, &Search { limit: 10, ..search.clone() }));
        let rows = |found: campaigns::Found| found.rows.into_iter().map(|row| row.campaign_id).collect::<Vec<_>>();
        assert_eq!(rows(found(Search::default()).await.unwrap()), ids);
        assert_eq!(rows(found(Search { order: Order::Name, ..Search::default() }).await.unwrap()), [ids[1], ids[0], ids[2]]);
        assert_eq!(rows(found(Search { order: Order::Schedule, descending: true, ..Search::default() }).await.unwrap()), [ids[2], ids[1], ids[0]]);
        assert_eq!(rows(found(Search { name: Some("c".to_owned()), ..Search::default() }).await.unwrap()), [ids[2]]);
        assert_eq!(rows(found(Search { status: Some(Status::Sent), ..Search::default() }).await.unwrap()), [0; 0]);
        assert_eq!(found(Search { channel: Channel::Mms, list_id: Some(list), ..Search::default() }).await.unwrap().total, 1);
        assert_eq!(found(Search { from: Some(NOW.plus_secs(1)), ..Search::default() }).await.unwrap().total, 0);
        assert_eq!(found(Search { to: Some(NOW), campaign_id: Some(ids[0]), ..Search::default() }).await.unwrap().total, 1);
        let second = found(Search { skip: 2, ..Search::default() }).await.unwrap();
        assert_eq!((second.total, rows(second)), (3, vec![ids[2]]));
        store.reopen().await;
    }

    async fn a_pinned_campaign_knows_its_contacts_until_it_is_changed(store) {
        let account = open_account(&store, "john", 0).await;
        let list = make_list(&store, account, "Customers").await;
        let [pinned, free] = [create(&store, account, plan(list, "a")).await, create(&store, account, plan(list, "b")).await].map(|one| one.unwrap().campaign_id);
        let contact = |id: i64| JudgedContact::new(id, "+61411000000", 1, Micros(70));
        store.write(Lane::CONTROL, move |tx| campaigns::pin(tx, pinned, &[contact(7), contact(9)])).await.unwrap();
        store.reopen().await;
        let told = store.read(move |tx| Ok((campaigns::pinned(tx, pinned, 0)?, campaigns::pinned(tx, pinned, 7)?, campaigns::pinned(tx, free, 0)?))).await.unwrap();
        let ids = |told: Option<Vec<JudgedContact>>| told.map(|all| all.iter().map(|one| one.contact_id).collect::<Vec<_>>());
        assert_eq!((ids(told.0), ids(told.1), ids(told.2)), (Some(vec![0, 7, 9]), Some(vec![0, 9]), None));
        let one = contact(7);
        for (number, segments, price, covered) in [("+61411000000", 1, 70, true), ("+61411000000", 1, 60, true),
            ("+61411000001", 1, 70, false), ("+61411000000", 2, 70, false), ("+61411000000", 1, 71, false)] {
            assert_eq!(one.covers(number, segments, Micros(price)), covered, "{number} {segments} {price}");
        }
        store.write(Lane::CONTROL, move |tx| campaigns::update(tx, account, pinned, &plan(list, "c"), NOW)).await.unwrap();
        assert_eq!(store.read(move |tx| campaigns::pinned(tx, pinned, 0)).await.unwrap(), None);
    }
}
