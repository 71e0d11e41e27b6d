//! Texts from the simulated handset: numbers that answer by themselves, and texts that somebody writes.

use std::sync::Arc;

use postern_delivery::{Carrier, Delivery, Simulator, Taken};
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_store::contacts::{self};
use postern_store::inbound::{self, InboundPage, Incoming};
use postern_store::lists;
use tokio_util::sync::CancellationToken;

use crate::world::World;

/// A delivery that listens, and its simulator.
struct Listening {
    delivery: Arc<Delivery>,
    simulator: Arc<Simulator>,
    _stop: tokio_util::sync::DropGuard,
}

fn listening(world: &World) -> Listening {
    let routes = World::simulated();
    let simulator = routes.simulator.clone();
    let delivery = Arc::new(world.delivery(routes));
    let cancel = CancellationToken::new();
    let carrier: Arc<dyn Carrier> = simulator.clone();
    tokio::spawn(delivery.clone().listen(carrier, cancel.clone()));
    Listening {
        delivery,
        simulator,
        _stop: cancel.drop_guard(),
    }
}

async fn unread(world: &World) -> InboundPage {
    let account = world.account;
    world
        .store
        .read(move |tx| inbound::page(tx, account, 0, 10))
        .await
        .unwrap()
}

fn text(n: u8, to: &str, body: &str) -> Incoming {
    Incoming {
        message_id: MessageId([n; 16]),
        sender: "+15551234567".into(),
        recipient: to.into(),
        body: body.into(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_answers_is_matched_to_what_it_answers() {
    let world = World::new().await;
    let Listening { delivery, .. } = &listening(&world);
    let id = world.accept(1, "+15550000303", false).await;
    delivery.run_due().await.unwrap();
    assert_eq!(unread(&world).await.total, 0);
    world.clock.advance_seconds(2);
    delivery.run_due().await.unwrap();
    assert_eq!(world.message(id).await.status, Status::Delivered);
    let page = unread(&world).await;
    let original = page.rows[0].original.as_ref().unwrap();
    assert_eq!(
        (page.total, page.rows[0].body.as_str(), original.message_id),
        (1, "Yes", id)
    );
    assert_eq!(page.rows[0].sender, "+15550000303");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_wants_no_more_messages_is_on_the_list() {
    let world = World::new().await;
    let Listening { delivery, .. } = &listening(&world);
    world.accept(1, "+15550000301", false).await;
    delivery.run_due().await.unwrap();
    world.clock.advance_seconds(2);
    delivery.run_due().await.unwrap();
    let account = world.account;
    let found = world
        .store
        .read(move |tx| {
            let search = lists::Search {
                limit: 10,
                ..lists::Search::default()
            };
            let lists = lists::search(tx, account, &search)?;
            let out = lists.rows.iter().find(|list| list.opt_out).unwrap();
            contacts::after(tx, account, out.list_id, 0, 10)
        })
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_by_hand_reaches_whoever_wrote_last_once() {
    let world = World::new().await;
    let Listening {
        delivery,
        simulator,
        ..
    } = &listening(&world);
    assert_eq!(
        simulator.write(text(1, "+15005550100", "Hello?")).await,
        Taken::Nobody,
        "nobody has written to this handset"
    );
    let id = world.accept(1, "+15551234567", false).await;
    delivery.run_due().await.unwrap();
    for _ in 0..2 {
        let taken = simulator.write(text(2, "+15005550100", "Hello!")).await;
        assert_eq!(taken, Taken::Kept);
    }
    let page = unread(&world).await;
    assert_eq!(page.total, 1, "the same text twice is one text");
    assert_eq!(page.rows[0].original.as_ref().unwrap().message_id, id);
    let taken = simulator.write(text(3, "+15005550999", "Hello!")).await;
    assert_eq!(taken, Taken::Nobody);
}

#[tokio::test]
async fn without_a_listener_nothing_is_lost() {
    let world = World::new().await;
    let routes = World::simulated();
    let id = world.accept(1, "+15550000303", false).await;
    let delivery = Arc::new(world.delivery(routes));
    delivery.run_due().await.unwrap();
    world.clock.advance_seconds(2);
    delivery.run_due().await.unwrap();
    assert_eq!(
        world.message(id).await.status,
        Status::Sent,
        "its receipt waits for the answer to be durable"
    );
}
