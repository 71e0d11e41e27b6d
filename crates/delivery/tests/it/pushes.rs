//! Pushes to a real listener: all three encodings, signatures, tries and their record, addresses that are refused.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use postern_delivery::{PushConfig, PushParts, Pusher};
use postern_domain::automation::{Encoding, InboundAction, TextMatch};
use postern_domain::backoff::Backoff;
use postern_domain::message_id::MessageId;
use postern_egress::{Egress, Resolver, Rules, client_config};
use postern_store::inbound::{self, Incoming};
use postern_store::pushes::{self, State, Try};
use postern_store::rules::{self, NewInboundRule};
use postern_store::settings::TENANT;
use postern_store::{Lane, webhook_secrets};

use postern_testkit::{Message, ScriptedUpstream, answer};
use postern_vault::{Aad, KeyRing, Vault, webhook};
use secrecy::SecretSlice;
use tokio_util::sync::CancellationToken;

use crate::world::World;

/// A receiver that answers with one status after the other, and then with the last one for ever.
pub(crate) struct Receiver {
    upstream: ScriptedUpstream,
    heard: Arc<Mutex<Vec<Message>>>,
}

impl Receiver {
    pub(crate) async fn answering(statuses: &'static [&'static str]) -> Receiver {
        let heard = Arc::new(Mutex::new(Vec::<Message>::new()));
        let record = heard.clone();
        let upstream = ScriptedUpstream::answering(move |message| {
            let mut record = record.lock().unwrap();
            record.push(message.clone());
            let status = statuses[(record.len() - 1).min(statuses.len() - 1)];
            Some(answer(status, "", b""))
        })
        .await;
        Receiver { upstream, heard }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.upstream.address)
    }

    pub(crate) fn heard(&self) -> Vec<Message> {
        self.heard.lock().unwrap().clone()
    }
}

fn egress(allow: &[&str]) -> Egress {
    let rules = Rules {
        allow: allow.iter().map(|block| block.parse().unwrap()).collect(),
        ..Rules::default()
    };
    Egress::new(rules, client_config(None).unwrap(), Resolver::System)
}

pub(crate) fn parts(world: &World, vault: &Vault, allow: &[&str]) -> PushParts {
    PushParts {
        store: world.store.clone(),
        vault: vault.clone(),
        egress: egress(allow),
        clock: world.clock.clock(),
        random: Arc::new(|| 7),
        wake: Arc::default(),
        config: PushConfig {
            backoff: Backoff {
                jitter_permille: 0,
                ..Backoff::default()
            },
            answer_within: Duration::from_secs(5),
            ..PushConfig::default()
        },
    }
}

const SECRET: [u8; 32] = [7; 32];

/// A rule that pushes to `url`, and the secret to sign with.
async fn rule(world: &World, vault: &Vault, url: String, encoding: Encoding) {
    let (account, now) = (world.account, world.clock.now());
    let owner = webhook_secrets::sealing_owner(account);
    let aad = Aad {
        tenant: TENANT,
        owner: &owner,
        field: webhook_secrets::FIELD,
    };
    let sealed = vault.seal(&aad, &SECRET).0;
    let rule = NewInboundRule {
        dedicated_number: "*".into(),
        rule_name: "push".into(),
        search: TextMatch::Any,
        search_term: String::new(),
        action: InboundAction::Url,
        action_address: url,
        body: String::new(),
        encoding,
        enabled: true,
    };
    world
        .store
        .write(Lane::of(account.0), move |tx| {
            webhook_secrets::ensure(tx, account, &sealed, now)?;
            rules::create_inbound(tx, account, &rule, now)
        })
        .await
        .unwrap()
        .unwrap();
}

async fn comes_in(world: &World, body: &str) {
    let (account, now) = (world.account, world.clock.now());
    let text = Incoming {
        message_id: MessageId::new(now, [9; 8]),
        sender: "+15551234567".into(),
        recipient: "+15005550100".into(),
        body: body.into(),
    };
    world
        .store
        .write(Lane::of(account.0), move |tx| {
            inbound::arrive(tx, account, &text, now)
        })
        .await
        .unwrap();
}

async fn record(world: &World) -> (pushes::Push, Vec<Try>) {
    let account = world.account;
    let push = world
        .store
        .read(move |tx| pushes::page(tx, account, 0, 10))
        .await
        .unwrap()
        .rows
        .remove(0);
    let id = push.push_id;
    let tries = world
        .store
        .read(move |tx| pushes::tries(tx, account, id))
        .await
        .unwrap();
    (push, tries)
}

#[tokio::test]
async fn every_encoding_says_the_same_and_is_signed() {
    for encoding in [Encoding::Post, Encoding::Get, Encoding::Json] {
        let (world, vault) = (World::new().await, Vault::open(KeyRing::create()));
        let receiver = Receiver::answering(&["204 No Content"]).await;
        let url = format!("{}/hook?token=abc", receiver.upstream.url());
        rule(&world, &vault, url, encoding).await;
        comes_in(&world, "50% off & more?").await;
        let pusher = Pusher::new(parts(&world, &vault, &["127.0.0.0/8"]));
        assert_eq!(pusher.run_due().await.unwrap(), 1);
        let heard = receiver.heard().remove(0);
        let line = heard.head.lines().next().unwrap().to_owned();
        let form = "body=50%25+off+%26+more%3F&message=50%25+off+%26+more%3F&sms=%2B15551234567&from=%2B15551234567&to=%2B15005550100";
        let payload = match encoding {
            Encoding::Post => {
                assert_eq!(line, "POST /hook?token=abc HTTP/1.1");
                assert_eq!(
                    heard.header("content-type"),
                    Some("application/x-www-form-urlencoded")
                );
                heard.body.clone()
            }
            Encoding::Get => {
                let target = line.strip_prefix("GET /hook?token=abc&").unwrap();
                assert!(heard.body.is_empty());
                target
                    .strip_suffix(" HTTP/1.1")
                    .unwrap()
                    .as_bytes()
                    .to_vec()
            }
            Encoding::Json => {
                assert_eq!(line, "POST /hook?token=abc HTTP/1.1");
                assert_eq!(heard.header("content-type"), Some("application/json"));
                let told: serde_json::Value = serde_json::from_slice(&heard.body).unwrap();
                assert_eq!(told["body"], "50% off & more?");
                assert_eq!(told["user_id"], world.account.0);
                assert_eq!(told["timestamp"], world.clock.now().secs());
                heard.body.clone()
            }
        };
        if encoding != Encoding::Json {
            let text = String::from_utf8(payload.clone()).unwrap();
            assert!(text.contains(form), "{text}");
        }
        let (push, tries) = record(&world).await;
        let id = format!("push_{}", push.push_id);
        let at = world.clock.now().secs();
        assert_eq!(heard.header("webhook-id"), Some(id.as_str()));
        assert_eq!(
            heard.header("webhook-timestamp"),
            Some(at.to_string().as_str())
        );
        let signature = webhook::sign(&SecretSlice::from(SECRET.to_vec()), &id, at, &payload);
        assert_eq!(heard.header("webhook-signature"), Some(signature.as_str()));
        assert_eq!((push.state, tries[0].status), (State::Arrived, Some(204)));
    }
}

#[tokio::test]
async fn what_fails_is_tried_again_later_each_time_and_then_given_up() {
    let (world, vault) = (World::new().await, Vault::open(KeyRing::create()));
    let receiver = Receiver::answering(&["500 Oops", "302 Found", "404 Not Found"]).await;
    rule(&world, &vault, receiver.upstream.url(), Encoding::Post).await;
    comes_in(&world, "hello").await;
    let pusher = Pusher::new(parts(&world, &vault, &["127.0.0.0/8"]));
    assert_eq!(pusher.run_due().await.unwrap(), 1);
    assert_eq!(pusher.run_due().await.unwrap(), 0);
    for (try_number, wait) in [10, 60, 360, 2160, 3600, 3600, 3600, 3600, 3600, 3600, 3600]
        .into_iter()
        .enumerate()
    {
        world.clock.advance_seconds(wait - 1);
        assert_eq!(
            pusher.run_due().await.unwrap(),
            0,
            "after {try_number} tries"
        );
        world.clock.advance_seconds(1);
        assert_eq!(
            pusher.run_due().await.unwrap(),
            1,
            "after {try_number} tries"
        );
    }
    world.clock.advance_seconds(86_400);
    assert_eq!(pusher.run_due().await.unwrap(), 0);
    let (push, tries) = record(&world).await;
    assert_eq!(
        (push.state, push.tries, tries.len()),
        (State::GivenUp, 12, 12)
    );
    assert_eq!(
        tries[..3].iter().map(|t| t.status).collect::<Vec<_>>(),
        [Some(500), Some(302), Some(404)]
    );
    assert_eq!(receiver.heard().len(), 12);
    let ids: Vec<_> = receiver
        .heard()
        .iter()
        .map(|m| m.header("webhook-id").unwrap().to_owned())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "the same push");
}

#[tokio::test]
async fn inner_addresses_are_refused_unless_they_are_opened() {
    let (world, vault) = (World::new().await, Vault::open(KeyRing::create()));
    let receiver = Receiver::answering(&["200 OK"]).await;
    rule(&world, &vault, receiver.upstream.url(), Encoding::Post).await;
    comes_in(&world, "hello").await;
    Pusher::new(parts(&world, &vault, &[]))
        .run_due()
        .await
        .unwrap();
    assert!(receiver.heard().is_empty());
    assert_eq!(receiver.upstream.connections(), 0);
    let (push, tries) = record(&world).await;
    assert_eq!(push.state, State::Waiting);
    assert_eq!(
        tries[0].problem.as_deref(),
        Some("the upstream's address is in a network that is not allowed")
    );
    // An operator opens the network; the next try arrives.
    world.clock.advance_seconds(10);
    let pusher = Pusher::new(parts(&world, &vault, &["127.0.0.0/8"]));
    assert_eq!(pusher.run_due().await.unwrap(), 1);
    assert_eq!(record(&world).await.0.state, State::Arrived);
}

#[tokio::test]
async fn a_silent_receiver_is_not_waited_for_longer_than_it_may_take() {
    let (world, vault) = (World::new().await, Vault::open(KeyRing::create()));
    let silent = ScriptedUpstream::start(|mut raw, _| async move {
        raw.message(false).await;
        std::future::pending::<()>().await;
    })
    .await;
    rule(&world, &vault, silent.url(), Encoding::Post).await;
    comes_in(&world, "hello").await;
    let mut parts = parts(&world, &vault, &["127.0.0.0/8"]);
    parts.config.answer_within = Duration::from_millis(50);
    Pusher::new(parts).run_due().await.unwrap();
    let (push, tries) = record(&world).await;
    assert_eq!(push.state, State::Waiting);
    assert_eq!(tries[0].problem.as_deref(), Some("no answer in time"));
}

#[tokio::test]
async fn nothing_of_a_sandbox_leaves_the_house() {
    let (world, vault) = (World::sandbox().await, Vault::open(KeyRing::create()));
    let receiver = Receiver::answering(&["200 OK"]).await;
    rule(&world, &vault, receiver.upstream.url(), Encoding::Post).await;
    comes_in(&world, "hello").await;
    Pusher::new(parts(&world, &vault, &["127.0.0.0/8"]))
        .run_due()
        .await
        .unwrap();
    assert_eq!(receiver.upstream.connections(), 0);
    assert_eq!(record(&world).await.0.state, State::GivenUp);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loop_wakes_for_a_new_push_and_ends_when_told() {
    let (world, vault) = (World::new().await, Vault::open(KeyRing::create()));
    let receiver = Receiver::answering(&["200 OK"]).await;
    rule(&world, &vault, receiver.upstream.url(), Encoding::Post).await;
    let parts = parts(&world, &vault, &["127.0.0.0/8"]);
    let (wake, cancel) = (parts.wake.clone(), CancellationToken::new());
    let running = tokio::spawn(Arc::new(Pusher::new(parts)).run(cancel.clone()));
    comes_in(&world, "hello").await;
    wake.notify_one();
    while receiver.heard().is_empty() {
        tokio::task::yield_now().await;
    }
    cancel.cancel();
    running.await.unwrap();
    assert_eq!(record(&world).await.0.state, State::Arrived);
}
