//! A network that misbehaves on purpose, and people who do not just take what arrives.

use postern_delivery::{Delivery, Routes};
use postern_domain::channel::Content;
use postern_domain::chaos::{Chaos, Handled, Handset, Permille};
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Cause;
use postern_domain::voice::{Call, Heard};
use postern_store::{Lane, simulator};

use crate::world::World;

const ANN: &str = "+15551230001";

struct Scene {
    world: World,
    routes: Routes,
    delivery: Delivery,
}

impl Scene {
    async fn new() -> Scene {
        let (world, routes) = (World::new().await, World::simulated());
        let delivery = world.delivery(Routes::simulated(routes.simulator.clone()));
        Scene {
            world,
            routes,
            delivery,
        }
    }

    async fn after(&self, seconds: i64) {
        self.world.clock.advance_seconds(seconds);
        self.delivery.run_due().await.unwrap();
    }

    async fn chaos(&self, chaos: Chaos) {
        let (account, now) = (self.world.account, self.world.clock.now());
        self.world
            .store
            .write(Lane::CONTROL, move |tx| {
                simulator::put_chaos(tx, account, &chaos, now)
            })
            .await
            .unwrap();
        self.in_force().await;
    }

    async fn handset(&self, state: Handset) {
        let (account, now) = (self.world.account, self.world.clock.now());
        let put = self.world.store.write(Lane::CONTROL, move |tx| {
            simulator::put_handset(tx, account, ANN, state, now)
        });
        assert!(put.await.unwrap());
        self.in_force().await;
    }

    async fn handle(&self, id: MessageId, handled: Handled) -> bool {
        let (account, now) = (self.world.account, self.world.clock.now());
        let handled = self.world.store.write(Lane::CONTROL, move |tx| {
            simulator::handle(tx, account, id, &handled, now)
        });
        let handled = handled.await.unwrap();
        self.in_force().await;
        handled
    }

    async fn in_force(&self) {
        let store = &self.world.store;
        self.routes.simulator.read_networks(store).await.unwrap();
    }

    async fn status(&self, id: MessageId) -> (Status, Option<Cause>) {
        let message = self.world.message(id).await;
        (message.status, message.cause)
    }
}

fn of(permille: i64) -> Permille {
    Permille::new(permille).unwrap()
}

#[tokio::test]
async fn a_network_in_which_everything_fails_fails_everything_and_magic_numbers_still_decide() {
    let scene = Scene::new().await;
    scene
        .chaos(Chaos {
            failures: vec![(Cause::MemoryFull, Permille::ALL)],
            ..Chaos::default()
        })
        .await;
    let ordinary = scene.world.accept(1, ANN, false).await;
    let magic = scene.world.accept(2, "+15550000012", false).await;
    scene.after(0).await;
    scene.after(2).await;
    assert_eq!(
        scene.status(ordinary).await,
        (Status::Failed, Some(Cause::MemoryFull))
    );
    assert_eq!(
        scene.status(magic).await,
        (Status::Failed, Some(Cause::AbsentSubscriber))
    );
}

#[tokio::test]
async fn lost_receipts_leave_messages_sent() {
    let scene = Scene::new().await;
    scene
        .chaos(Chaos {
            lost_receipts: Permille::ALL,
            ..Chaos::default()
        })
        .await;
    let id = scene.world.accept(1, ANN, false).await;
    scene.after(0).await;
    scene.after(24 * 3600).await;
    assert_eq!(scene.status(id).await, (Status::Sent, None));
    assert_eq!(scene.world.receipts().await, 0);
}

#[tokio::test]
async fn doubled_receipts_change_nothing_twice() {
    let scene = Scene::new().await;
    scene
        .chaos(Chaos {
            doubled_receipts: Permille::ALL,
            ..Chaos::default()
        })
        .await;
    for n in 0..20 {
        scene.world.accept(n, ANN, false).await;
    }
    scene.after(0).await;
    scene.after(2).await;
    scene.after(3600).await;
    assert_eq!(scene.world.receipts().await, 20);
}

#[tokio::test]
async fn a_throttling_carrier_delays_everything_and_loses_nothing() {
    let scene = Scene::new().await;
    scene
        .chaos(Chaos {
            throttled: of(700),
            throttle_pause: std::time::Duration::from_secs(1),
            ..Chaos::default()
        })
        .await;
    let mut ids = Vec::new();
    for n in 0..50 {
        ids.push(scene.world.accept(n, ANN, false).await);
    }
    scene.after(0).await;
    let accepted_at_first = scene.routes.simulator.accepted();
    assert!((5..30).contains(&accepted_at_first), "{accepted_at_first}");
    for _ in 0..60 {
        scene.after(1).await;
    }
    assert_eq!(scene.routes.simulator.accepted(), 50, "each of them once");
    for id in ids {
        assert_eq!(scene.status(id).await, (Status::Delivered, None));
    }
}

#[tokio::test]
async fn receipts_come_when_the_network_says() {
    let scene = Scene::new().await;
    let ten = std::time::Duration::from_secs(10);
    scene
        .chaos(Chaos {
            delay: Some((ten, ten)),
            ..Chaos::default()
        })
        .await;
    let id = scene.world.accept(1, ANN, false).await;
    scene.after(0).await;
    scene.after(9).await;
    assert_eq!(scene.status(id).await.0, Status::Sent);
    scene.after(1).await;
    assert_eq!(scene.status(id).await.0, Status::Delivered);
}

#[tokio::test]
async fn another_account_is_left_in_peace() {
    let scene = Scene::new().await;
    let now = scene.world.clock.now();
    let chaos = Chaos {
        failures: vec![(Cause::Unknown, Permille::ALL)],
        ..Chaos::default()
    };
    let other = postern_domain::account::AccountId(scene.world.account.0 + 1);
    scene
        .world
        .store
        .write(Lane::CONTROL, move |tx| {
            simulator::put_chaos(tx, other, &chaos, now)
        })
        .await
        .unwrap();
    scene.in_force().await;
    let id = scene.world.accept(1, ANN, false).await;
    scene.after(0).await;
    scene.after(2).await;
    assert_eq!(scene.status(id).await.0, Status::Delivered);
}

fn call() -> Content {
    Content::Voice(Call {
        lang: "en-us".into(),
        require_input: true,
        ..Call::default()
    })
}

#[tokio::test]
async fn what_is_sent_to_a_handset_that_is_off_waits_until_it_is_on_and_calls_fail() {
    let scene = Scene::new().await;
    scene.handset(Handset::Off).await;
    let text = scene.world.accept(1, ANN, false).await;
    let rung = scene.world.accept_on(2, ANN, false, call()).await;
    let elsewhere = scene.world.accept(3, "+15551230002", false).await;
    scene.after(0).await;
    scene.after(2).await;
    let absent = Some(Cause::AbsentSubscriber);
    assert_eq!(scene.status(text).await, (Status::Retrying, absent));
    assert_eq!(scene.status(rung).await, (Status::Failed, absent));
    assert_eq!(scene.status(elsewhere).await.0, Status::Delivered);
    scene.after(3600).await;
    assert_eq!(scene.status(text).await.0, Status::Retrying);
    scene.handset(Handset::On).await;
    scene.after(2).await;
    assert_eq!(scene.status(text).await.0, Status::Delivered);
    // Nobody switches it on: the network gives up.
    scene.handset(Handset::Off).await;
    let never = scene.world.accept(4, ANN, false).await;
    scene.after(0).await;
    scene.after(2).await;
    scene.after(72 * 3600).await;
    assert_eq!(scene.status(never).await.0, Status::Failed);
}

#[tokio::test]
async fn a_person_refuses_everything_or_decides_by_hand() {
    let scene = Scene::new().await;
    scene.handset(Handset::Refusing).await;
    let refused = scene.world.accept(1, ANN, false).await;
    scene.after(0).await;
    scene.after(2).await;
    let rejected = (Status::Failed, Some(Cause::RejectedByNetwork));
    assert_eq!(scene.status(refused).await, rejected);

    scene.handset(Handset::ByHand).await;
    let mut rung = Vec::new();
    for n in 2..5 {
        rung.push(scene.world.accept_on(n, ANN, false, call()).await);
    }
    let text = scene.world.accept(5, ANN, false).await;
    scene.after(0).await;
    scene.after(30).await;
    for id in rung.iter().chain([&text]) {
        assert_eq!(scene.status(*id).await.0, Status::Sent, "it rings");
    }
    let digits = || Handled::Taken {
        digits: "42#".to_owned(),
    };
    assert!(scene.handle(rung[0], digits()).await);
    assert!(scene.handle(rung[1], Handled::Refused).await);
    assert!(!scene.handle(rung[1], digits()).await, "once");
    scene.after(1).await;
    let answered = scene.world.message(rung[0]).await;
    let heard = Heard {
        digits: Some("42#".to_owned()),
        machine: None,
    };
    assert_eq!(
        (answered.status, answered.heard),
        (Status::Delivered, heard)
    );
    assert_eq!(scene.status(rung[1]).await, rejected);
    assert!(!scene.handle(rung[1], digits()).await, "it is over");
    scene.after(40).await;
    let nobody = (Status::Failed, Some(Cause::AbsentSubscriber));
    assert_eq!(scene.status(rung[2]).await, nobody, "nobody answered");
    assert_eq!(scene.status(text).await.0, Status::Delivered);
}
