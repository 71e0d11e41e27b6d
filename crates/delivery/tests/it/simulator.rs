//! The simulator's numbers, each through claim, submit, settle and report.

use postern_delivery::{Delivery, Routes};
use postern_domain::channel::{Content, Media, Picture};
use postern_domain::message::Status;
use postern_domain::receipt::Cause;
use postern_domain::voice::{Call, Heard};

use crate::world::World;

async fn after(world: &World, delivery: &Delivery, seconds: i64) {
    world.clock.advance_seconds(seconds);
    delivery.run_due().await.unwrap();
}

#[tokio::test]
async fn a_message_is_sent_at_once_and_delivered_later() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let id = world.accept(1, "+15551234567", false).await;
    after(&world, &delivery, 0).await;
    assert_eq!(world.message(id).await.status, Status::Sent);
    after(&world, &delivery, 1).await;
    assert_eq!(
        world.message(id).await.status,
        Status::Sent,
        "not before its time"
    );
    after(&world, &delivery, 1).await;
    assert_eq!(world.message(id).await.status, Status::Delivered);
    assert_eq!(world.receipts().await, 1);
    after(&world, &delivery, 3600).await;
    assert_eq!(world.receipts().await, 1, "a final message is left alone");
}

#[tokio::test]
async fn every_failing_number_fails_its_own_way() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let mut failing = Vec::new();
    for cause in Cause::ALL
        .into_iter()
        .filter(|cause| *cause != Cause::Temporary)
    {
        let code = u64::from(cause.error_code());
        failing.push((
            world
                .accept(code, &format!("+1555000{code:04}"), false)
                .await,
            cause,
        ));
    }
    failing.push((
        world.accept(101, "+15550000101", false).await,
        Cause::RejectedByNetwork,
    ));
    after(&world, &delivery, 0).await;
    after(&world, &delivery, 2).await;
    for (id, cause) in failing {
        let message = world.message(id).await;
        assert_eq!(
            (message.status, message.cause),
            (Status::Failed, Some(cause))
        );
    }
}

#[tokio::test]
async fn a_temporary_failure_is_reported_and_then_overcome() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let id = world.accept(1, "+15550000016", false).await;
    after(&world, &delivery, 0).await;
    after(&world, &delivery, 2).await;
    assert_eq!(world.message(id).await.status, Status::Retrying);
    after(&world, &delivery, 2).await;
    assert_eq!(world.message(id).await.status, Status::Delivered);
    assert_eq!(world.receipts().await, 2);
}

#[tokio::test]
async fn a_throttling_carrier_is_asked_again_until_it_takes_the_message() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let id = world.accept(1, "+15550000102", false).await;
    for _ in 0..3 {
        after(&world, &delivery, 0).await;
        assert_eq!(world.message(id).await.status, Status::Queued);
        world.clock.advance_seconds(1);
    }
    after(&world, &delivery, 0).await;
    assert_eq!(world.message(id).await.status, Status::Sent);
}

#[tokio::test]
async fn a_lost_answer_is_a_doubt_until_the_receipt_comes() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let id = world.accept(1, "+15550000103", false).await;
    after(&world, &delivery, 0).await;
    assert_eq!(world.message(id).await.status, Status::InDoubt);
    after(&world, &delivery, 2).await;
    assert_eq!(world.message(id).await.status, Status::Delivered);
}

#[tokio::test]
async fn without_a_receipt_a_message_expires() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let id = world.accept(1, "+15550000104", false).await;
    after(&world, &delivery, 0).await;
    after(&world, &delivery, 3600).await;
    assert_eq!(world.message(id).await.status, Status::Sent);
    after(&world, &delivery, 72 * 3600).await;
    let message = world.message(id).await;
    assert_eq!(
        (message.status, message.cause),
        (Status::Failed, Some(Cause::ReceiptExpired))
    );
}

#[tokio::test]
async fn a_slow_network_delivers_after_a_minute() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let id = world.accept(1, "+15550000105", false).await;
    after(&world, &delivery, 0).await;
    after(&world, &delivery, 59).await;
    assert_eq!(world.message(id).await.status, Status::Sent);
    after(&world, &delivery, 1).await;
    assert_eq!(world.message(id).await.status, Status::Delivered);
}

#[tokio::test]
async fn a_thousand_messages_reach_the_carrier_once_each_although_a_claim_vanished() {
    let world = World::new().await;
    let routes = World::simulated();
    let simulator = routes.simulator.clone();
    for n in 0..1000 {
        world.accept(n, "+15551234567", false).await;
    }
    // A first process claims a batch and dies.
    let now = world.clock.now();
    let lease = postern_store::queue::Lease {
        until: now.plus_secs(60),
        claim: 7,
    };
    let lost = world
        .store
        .write(postern_store::Lane::CONTROL, move |tx| {
            postern_store::queue::claim(tx, now, 250, lease)
        })
        .await
        .unwrap()
        .messages;
    assert_eq!(lost.len(), 250);
    let delivery = world.delivery(Routes {
        default: simulator.clone(),
        simulator: simulator.clone(),
    });
    after(&world, &delivery, 0).await;
    assert_eq!(
        simulator.accepted(),
        750,
        "what is claimed belongs to its claim"
    );
    after(&world, &delivery, 60).await;
    after(&world, &delivery, 2).await;
    assert_eq!(simulator.accepted(), 1000);
    assert_eq!(world.receipts().await, 1000);
}

#[tokio::test]
async fn a_call_reports_keys_and_machines_when_it_was_asked_to() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let call = |require_input, machine_detection| {
        Content::Voice(Call {
            lang: "en-us".into(),
            require_input,
            machine_detection,
            ..Call::default()
        })
    };
    let machine = world
        .accept_on(1, "+15550000201", false, call(false, true))
        .await;
    let seven = world
        .accept_on(2, "+15550000217", false, call(true, false))
        .await;
    let failing = world
        .accept_on(3, "+15550000012", false, call(true, true))
        .await;
    after(&world, &delivery, 0).await;
    after(&world, &delivery, 2).await;
    let heard = |digits: Option<&str>, machine| Heard {
        digits: digits.map(str::to_owned),
        machine,
    };
    for (id, status, wanted) in [
        (machine, Status::Delivered, heard(None, Some(true))),
        (seven, Status::Delivered, heard(Some("7"), None)),
        (failing, Status::Failed, heard(None, None)),
    ] {
        let message = world.message(id).await;
        assert_eq!((message.status, message.heard), (status, wanted));
    }
}

#[tokio::test]
async fn a_picture_is_delivered_like_a_text() {
    let world = World::new().await;
    let delivery = world.delivery(World::simulated());
    let id = world
        .accept_on(1, "+15551234567", false, Content::Mms(Picture::default()))
        .await;
    after(&world, &delivery, 0).await;
    after(&world, &delivery, 2).await;
    assert_eq!(world.message(id).await.status, Status::Delivered);
}

#[tokio::test]
async fn a_carrier_is_handed_the_picture_that_was_kept() {
    let world = World::new().await;
    let routes = World::simulated();
    let simulator = routes.simulator.clone();
    let delivery = world.delivery(routes);
    let media = Media {
        file_id: [1; 16],
        content_type: "image/gif".to_owned(),
        bytes: 35,
        digest: [2; 32],
    };
    let picture = Picture {
        media: Some(media.clone()),
        ..Picture::default()
    };
    let id = world
        .accept_on(1, "+15551234567", false, Content::Mms(picture))
        .await;
    after(&world, &delivery, 0).await;
    let handed = simulator.pictures();
    assert_eq!(handed.len(), 1);
    assert_eq!((handed[0].message_id, &handed[0].media), (id, &media));
}
