//! Rules, and what they do to texts and receipts: kept, pushed, mailed, answered, moved.

use postern_domain::account::AccountId;
use postern_domain::automation::{Encoding, InboundAction, ReceiptAction, RuleKind, TextMatch};
use postern_domain::contact::{Field, Fields, Origin};
use postern_domain::message::Event;
use postern_domain::time::UnixMicros;
use postern_store::inbound::{self, Incoming};
use postern_store::pushes::{self, Story};
use postern_store::queue::{self, Lease, Settlement};
use postern_store::reactions::{self, To};
use postern_store::receipts::{self, Arrival};
use postern_store::rules::{self, NewInboundRule, NewReceiptRule};
use postern_store::{
    Lane, Store, Through, contacts, conversations, lists, mailbox, messages, opt_outs,
};
use postern_testkit::FixedClock;

use crate::accounts::open_account;
use crate::messages::{id, message};

const NOW: UnixMicros = FixedClock::START;
const OURS: &str = "+15005550100";
const HANDSET: &str = "+15551234567";

pub(crate) fn inbound_rule(action: InboundAction, address: &str) -> NewInboundRule {
    NewInboundRule {
        dedicated_number: "*".into(),
        rule_name: "a rule".into(),
        search: TextMatch::Any,
        search_term: String::new(),
        action,
        action_address: address.into(),
        body: String::new(),
        encoding: Encoding::Json,
        enabled: true,
    }
}

pub(crate) fn receipt_rule(
    match_type: i64,
    action: ReceiptAction,
    address: &str,
) -> NewReceiptRule {
    NewReceiptRule {
        rule_name: "a rule".into(),
        match_type,
        action,
        action_address: address.into(),
        enabled: true,
    }
}

pub(crate) async fn add_inbound(store: &Store, account: AccountId, rule: NewInboundRule) -> i64 {
    store
        .write(Lane::of(account.0), move |tx| {
            rules::create_inbound(tx, account, &rule, NOW)
        })
        .await
        .unwrap()
        .unwrap()
}

async fn add_receipt(
    store: &Store,
    account: AccountId,
    kind: RuleKind,
    rule: NewReceiptRule,
) -> i64 {
    store
        .write(Lane::of(account.0), move |tx| {
            rules::create_receipt(tx, account, kind, &rule, NOW)
        })
        .await
        .unwrap()
        .unwrap()
}

pub(crate) async fn comes_in(store: &Store, account: AccountId, n: u64, body: &str) -> bool {
    let text = Incoming {
        message_id: id(10_000 + n),
        sender: HANDSET.into(),
        recipient: OURS.into(),
        body: body.into(),
    };
    store
        .write(Lane::of(account.0), move |tx| {
            inbound::arrive(tx, account, &text, NOW)
        })
        .await
        .unwrap()
}

/// The account writes to the handset, and a carrier takes it.
async fn write_to(store: &Store, account: AccountId, n: u64, origin: Option<Origin>) {
    let mut new = message(n);
    new.recipient = HANDSET.into();
    new.sender = OURS.into();
    new.origin = origin;
    store
        .write(Lane::of(account.0), move |tx| {
            messages::accept(
                tx,
                account,
                std::slice::from_ref(&new),
                false,
                &Through::default(),
                NOW,
            )
        })
        .await
        .unwrap()
        .unwrap();
    let lease = Lease {
        until: NOW.plus_secs(60),
        claim: 77,
    };
    let claimed = store
        .write(Lane::CONTROL, move |tx| queue::claim(tx, NOW, 10, lease))
        .await
        .unwrap()
        .messages;
    let seq = claimed[0].key.seq;
    store
        .write(Lane::of(account.0), move |tx| {
            let accepted = Settlement::Accepted {
                carrier: "simulator",
                ask_at: NOW.plus_secs(3600),
            };
            queue::settle(tx, account, &[(seq, lease, accepted)], NOW)
        })
        .await
        .unwrap();
}

async fn unread(store: &Store, account: AccountId) -> i64 {
    let page = store.read(move |tx| inbound::page(tx, account, 0, 100));
    page.await.unwrap().total
}

async fn waiting(store: &Store) -> Vec<reactions::Reaction> {
    store.read(|tx| reactions::after(tx, 0, 100)).await.unwrap()
}

async fn with_contact(store: &Store, account: AccountId) -> (i64, i64) {
    store
        .write(Lane::of(account.0), move |tx| {
            let list = lists::create(tx, account, "VIP", "AAAAAAAAAAAAAAA1", NOW)?;
            let mut fields = Fields::default();
            fields.set(Field::PhoneNumber, HANDSET);
            let contact = contacts::add(tx, account, list, &[fields], NOW)?;
            Ok((list, contact.unwrap()))
        })
        .await
        .unwrap()
}

async fn opt_out_list(store: &Store, account: AccountId) -> (i64, i64) {
    let search = lists::Search {
        limit: 100,
        ..lists::Search::default()
    };
    let found = store.read(move |tx| lists::search(tx, account, &search));
    let rows = found.await.unwrap().rows;
    let list = rows.iter().find(|list| list.opt_out).unwrap();
    (list.list_id, list.contacts)
}

both! {
    async fn rules_are_made_changed_and_deleted_by_their_account_only(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        let rule = add_inbound(&store, john, inbound_rule(InboundAction::Poll, "")).await;
        let get = |who: AccountId| store.read(move |tx| rules::get_inbound(tx, who, rule));
        assert_eq!(get(john).await.unwrap().unwrap().rule, inbound_rule(InboundAction::Poll, ""));
        assert_eq!(get(eve).await.unwrap(), None);
        let changed = NewInboundRule { search: TextMatch::Contains, search_term: "win".into(), ..inbound_rule(InboundAction::Url, "http://x.test") };
        let new = changed.clone();
        let update = move |who: AccountId, new: NewInboundRule| move |tx: &mut postern_store::Tx<'_>| rules::update_inbound(tx, who, rule, &new, NOW);
        assert!(!store.write(Lane::of(eve.0), update(eve, new.clone())).await.unwrap());
        assert!(store.write(Lane::of(john.0), update(john, new)).await.unwrap());
        assert_eq!(get(john).await.unwrap().unwrap().rule, changed);
        let second = add_inbound(&store, john, inbound_rule(InboundAction::None, "")).await;
        let page = store.read(move |tx| rules::inbound_page(tx, john, 1, 10)).await.unwrap();
        assert_eq!((page.total, page.rows[0].rule_id), (2, second));
        for (who, gone) in [(eve, false), (john, true), (john, false)] {
            assert_eq!(store.write(Lane::of(who.0), move |tx| rules::delete_inbound(tx, who, rule)).await.unwrap(), gone);
        }

        let one = add_receipt(&store, john, RuleKind::Voice, receipt_rule(1, ReceiptAction::Poll, "")).await;
        let get = |who: AccountId, kind| store.read(move |tx| rules::get_receipt(tx, who, kind, one));
        assert_eq!(get(john, RuleKind::Voice).await.unwrap().unwrap().rule, receipt_rule(1, ReceiptAction::Poll, ""));
        assert_eq!(get(john, RuleKind::Sms).await.unwrap(), None);
        assert_eq!(get(eve, RuleKind::Voice).await.unwrap(), None);
        let changed = receipt_rule(2, ReceiptAction::EmailUser, "");
        let new = changed.clone();
        assert!(store.write(Lane::of(john.0), move |tx| rules::update_receipt(tx, john, RuleKind::Voice, one, &new, NOW)).await.unwrap());
        let page = store.read(move |tx| rules::receipt_page(tx, john, RuleKind::Voice, 0, 10)).await.unwrap();
        assert_eq!((page.total, &page.rows[0].rule), (1, &changed));
        assert!(store.write(Lane::of(john.0), move |tx| rules::delete_receipt(tx, john, RuleKind::Voice, one)).await.unwrap());
        store.reopen().await;
    }

    async fn an_account_has_a_hundred_rules_of_a_kind_at_most(store) {
        let john = open_account(&store, "john", 0).await;
        for _ in 0..rules::RULES_MAX {
            add_inbound(&store, john, inbound_rule(InboundAction::None, "")).await;
        }
        let more = inbound_rule(InboundAction::None, "");
        assert_eq!(store.write(Lane::of(john.0), move |tx| rules::create_inbound(tx, john, &more, NOW)).await.unwrap(), None);
        store.reopen().await;
    }

    async fn without_rules_everything_is_kept_for_polling_and_with_rules_what_they_say(store) {
        let john = open_account(&store, "john", 0).await;
        assert!(comes_in(&store, john, 1, "hello").await);
        assert!(!comes_in(&store, john, 1, "hello").await, "the same text again");
        assert_eq!(unread(&store, john).await, 1);
        let win = NewInboundRule { search: TextMatch::StartsWith, search_term: "win".into(), ..inbound_rule(InboundAction::Poll, "") };
        add_inbound(&store, john, win).await;
        comes_in(&store, john, 2, "hello").await;
        comes_in(&store, john, 3, "Win!").await;
        assert_eq!(unread(&store, john).await, 2);
        let off = NewInboundRule { enabled: false, ..inbound_rule(InboundAction::Poll, "") };
        add_inbound(&store, john, off).await;
        comes_in(&store, john, 4, "hello").await;
        assert_eq!(unread(&store, john).await, 2, "a rule that is off keeps nothing");
        store.reopen().await;
    }

    async fn a_text_is_pushed_mailed_sent_on_and_answered_at_most_ten_rules_deep(store) {
        let john = open_account(&store, "john", 0).await;
        let other = NewInboundRule { dedicated_number: "+15005550199".into(), ..inbound_rule(InboundAction::Url, "http://other.test") };
        add_inbound(&store, john, other).await;
        let url = add_inbound(&store, john, inbound_rule(InboundAction::Url, "http://x.test")).await;
        add_inbound(&store, john, inbound_rule(InboundAction::EmailUser, "")).await;
        add_inbound(&store, john, inbound_rule(InboundAction::EmailFixed, "a@example.com")).await;
        add_inbound(&store, john, inbound_rule(InboundAction::Sms, "+15550001111")).await;
        let answer = NewInboundRule { body: "Thanks".into(), ..inbound_rule(InboundAction::AutoReply, "") };
        add_inbound(&store, john, answer).await;
        for _ in 0..5 {
            add_inbound(&store, john, inbound_rule(InboundAction::None, "")).await;
        }
        // The eleventh that matches.
        add_inbound(&store, john, inbound_rule(InboundAction::EmailFixed, "late@example.com")).await;
        comes_in(&store, john, 1, "Hi there").await;
        let mails = store.read(move |tx| mailbox::newest(tx, john, 10)).await.unwrap();
        let to: Vec<_> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
        assert_eq!(to, ["a@example.com", "john@example.com"]);
        assert!(mails[0].body.contains("Hi there"));
        let page = store.read(move |tx| pushes::page(tx, john, 0, 10)).await.unwrap();
        assert_eq!((page.total, page.rows[0].rule.map(|rule| rule.rule_id), page.rows[0].url.as_str()), (1, Some(url), "http://x.test"));
        let sends = waiting(&store).await;
        assert_eq!(sends.len(), 2);
        assert_eq!((&sends[0].to, sends[0].body.as_str()), (&To::Number("+15550001111".into()), "+15551234567: Hi there"));
        assert_eq!((&sends[1].to, sends[1].sender.as_str(), sends[1].body.as_str()), (&To::Number(HANDSET.into()), OURS, "Thanks"));
        let done = sends[0].reaction_id;
        assert!(store.write(Lane::of(john.0), move |tx| reactions::done(tx, done)).await.unwrap());
        assert!(!store.write(Lane::of(john.0), move |tx| reactions::done(tx, done)).await.unwrap());
        assert_eq!(waiting(&store).await.len(), 1);
        store.reopen().await;
    }

    async fn two_machines_do_not_talk_for_ever(store) {
        let john = open_account(&store, "john", 0).await;
        let answer = NewInboundRule { body: "Thanks".into(), ..inbound_rule(InboundAction::AutoReply, "") };
        add_inbound(&store, john, answer).await;
        for n in 0..15 {
            comes_in(&store, john, n, "You are welcome").await;
        }
        assert_eq!(waiting(&store).await.len(), 10);
        store.reopen().await;
    }

    async fn a_reply_is_matched_to_the_newest_message_of_whoever_wrote_last(store) {
        let (john, eve) = (open_account(&store, "john", 1_000_000).await, open_account(&store, "eve", 1_000_000).await);
        let owner = || store.read(|tx| conversations::owner(tx, OURS, HANDSET));
        assert_eq!(owner().await.unwrap(), None);
        write_to(&store, eve, 1, None).await;
        write_to(&store, john, 2, None).await;
        write_to(&store, john, 3, None).await;
        assert_eq!(owner().await.unwrap(), Some(john));
        comes_in(&store, john, 1, "Yes").await;
        let reply = store.read(move |tx| inbound::first_reply(tx, john, id(3))).await.unwrap().unwrap();
        assert_eq!((reply.body.as_str(), reply.original.unwrap().message_id), ("Yes", id(3)));
        // What john wrote is not eve's to see.
        comes_in(&store, eve, 2, "Hello").await;
        let page = store.read(move |tx| inbound::page(tx, eve, 0, 10)).await.unwrap();
        assert_eq!(page.rows[0].original, None);
        store.reopen().await;
    }

    async fn stop_moves_the_contact_to_the_opt_out_list_and_start_takes_it_out(store) {
        let john = open_account(&store, "john", 1_000_000).await;
        let (list_id, contact_id) = with_contact(&store, john).await;
        write_to(&store, john, 1, Some(Origin { list_id, contact_id })).await;
        let thanks = NewInboundRule { body: "Thanks".into(), ..inbound_rule(InboundAction::AutoReply, "") };
        add_inbound(&store, john, thanks).await;
        comes_in(&store, john, 1, "Stop.").await;
        assert!(waiting(&store).await.is_empty(), "no answer to somebody who wants none");
        let (out, count) = opt_out_list(&store, john).await;
        assert_eq!(count, 1);
        assert!(store.read(move |tx| contacts::get(tx, john, out, contact_id)).await.unwrap().is_some(), "the contact itself has moved");
        assert!(store.read(move |tx| contacts::get(tx, john, list_id, contact_id)).await.unwrap().is_none());
        comes_in(&store, john, 2, "STOP").await;
        assert_eq!(opt_out_list(&store, john).await.1, 1, "once is enough");
        let heard = store.read(move |tx| opt_outs::newest(tx, john, 10)).await.unwrap();
        assert_eq!(heard.iter().map(|h| h.wish_code).collect::<Vec<_>>(), [1, 1]);
        comes_in(&store, john, 3, "Stop by at six").await;
        assert_eq!(opt_out_list(&store, john).await.1, 1);
        comes_in(&store, john, 4, "start").await;
        assert_eq!(opt_out_list(&store, john).await.1, 0);
        comes_in(&store, john, 5, "unsubscribe").await;
        assert_eq!(opt_out_list(&store, john).await.1, 1, "without a contact one is made");
        store.reopen().await;
    }

    async fn contacts_are_made_and_moved_by_rules(store) {
        let john = open_account(&store, "john", 0).await;
        let (list_id, contact_id) = with_contact(&store, john).await;
        let target = store.write(Lane::of(john.0), move |tx| lists::create(tx, john, "Fans", "AAAAAAAAAAAAAAA2", NOW)).await.unwrap();
        add_inbound(&store, john, inbound_rule(InboundAction::MoveContact, &target.to_string())).await;
        let ann = NewInboundRule { search: TextMatch::Contains, search_term: "@".into(), ..inbound_rule(InboundAction::CreateContactPlusNameEmail, &list_id.to_string()) };
        add_inbound(&store, john, ann).await;
        add_inbound(&store, john, inbound_rule(InboundAction::GroupSms, &target.to_string())).await;
        add_inbound(&store, john, inbound_rule(InboundAction::CreateContact, "424242")).await;
        comes_in(&store, john, 1, "Ann Smith ann@example.com").await;
        assert!(store.read(move |tx| contacts::get(tx, john, target, contact_id)).await.unwrap().is_some());
        let made = store.read(move |tx| contacts::after(tx, john, list_id, 0, 10)).await.unwrap();
        assert_eq!(made.len(), 1);
        assert_eq!((made[0].fields.get(Field::FirstName), made[0].fields.get(Field::Email)), ("Ann", "ann@example.com"));
        assert_eq!(waiting(&store).await[0].to, To::List(target));
        store.reopen().await;
    }

    async fn receipts_follow_their_rules(store) {
        let john = open_account(&store, "john", 1_000_000).await;
        for n in 1..=4 {
            write_to(&store, john, n, None).await;
        }
        let report = |seq: i64, event: Event| store.write(Lane::of(john.0), move |tx| {
            receipts::record(tx, john, &[Arrival::new(seq, event, None, NOW)], NOW)
        });
        let polled = || store.read(move |tx| receipts::page(tx, john, postern_domain::channel::Channel::Sms, 0, 10));
        report(1, Event::Delivered).await.unwrap();
        assert_eq!(polled().await.unwrap().total, 1, "without rules everything is kept");
        add_receipt(&store, john, RuleKind::Sms, receipt_rule(1, ReceiptAction::Poll, "")).await;
        let url = add_receipt(&store, john, RuleKind::Sms, receipt_rule(2, ReceiptAction::Url, "http://x.test")).await;
        add_receipt(&store, john, RuleKind::Sms, receipt_rule(0, ReceiptAction::EmailFixed, "a@example.com")).await;
        add_receipt(&store, john, RuleKind::Voice, receipt_rule(0, ReceiptAction::Url, "http://calls.test")).await;
        report(2, Event::Delivered).await.unwrap();
        report(3, Event::Undelivered).await.unwrap();
        report(4, Event::Delivered).await.unwrap();
        let page = polled().await.unwrap();
        assert_eq!((page.total, page.rows.len()), (2, 2));
        assert_eq!(page.rows[1].message_id, id(3));
        let newest = store.read(move |tx| receipts::newest_of(tx, john, postern_domain::channel::Channel::Sms, id(2))).await.unwrap();
        assert_eq!(newest.unwrap().message_id, id(2), "nobody polls it, and it is there all the same");
        assert_eq!(store.read(move |tx| mailbox::newest(tx, john, 10)).await.unwrap().len(), 3);
        let pushed = store.read(move |tx| pushes::page(tx, john, 0, 10)).await.unwrap();
        assert_eq!(pushed.total, 2);
        assert!(pushed.rows.iter().all(|push| push.rule.is_some_and(|rule| rule.rule_id == url)));
        let lease = Lease { until: NOW.plus_secs(60), claim: 5 };
        let claimed = store.write(Lane::CONTROL, move |tx| pushes::claim(tx, NOW, 10, lease)).await.unwrap();
        let told: Vec<_> = claimed.iter().map(|push| match &push.story {
            Story::Receipt(_, receipt) => receipt.message_id,
            other => panic!("{other:?}"),
        }).collect();
        assert_eq!(told, [id(2), id(4)]);
        store.reopen().await;
    }
}
