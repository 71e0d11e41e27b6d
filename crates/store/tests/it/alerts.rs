//! Alerts: raised once a period, told to every endpoint, forgotten with it. And habits of keys.

use postern_domain::time::UnixMicros;
use postern_store::alerts::{self, ENDPOINTS_MAX, Endpoint, NewAlert};
use postern_store::{Lane, Store, habits};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

fn alert(kind: &'static str, period: &str) -> NewAlert {
    NewAlert {
        kind,
        scope: "key:a".into(),
        period: period.into(),
        message: "Something happened.".into(),
        detail: r#"{"n":1}"#.into(),
        endpoint_id: None,
    }
}

async fn raise(store: &Store, new: NewAlert) -> bool {
    let done = store.write(Lane::of(7), move |tx| alerts::raise(tx, &new, NOW));
    done.await.unwrap()
}

async fn endpoint(store: &Store, id: &str) -> bool {
    let new = Endpoint {
        endpoint_id: id.into(),
        url: format!("https://{id}.test/"),
        secret_sealed: vec![7],
        created_at: NOW,
        tried_at: None,
        problem: None,
    };
    let done = store.write(Lane::CONTROL, move |tx| alerts::add_endpoint(tx, &new));
    done.await.unwrap()
}

async fn announce(store: &Store) -> Vec<i64> {
    let done = store.write(Lane::CONTROL, |tx| alerts::announce(tx, NOW));
    done.await
        .unwrap()
        .into_iter()
        .map(|alert| alert.seq)
        .collect()
}

async fn due(store: &Store, at: UnixMicros) -> Vec<alerts::Call> {
    store
        .read(move |tx| alerts::due(tx, at, 100))
        .await
        .unwrap()
}

fn came(status: Option<i64>, problem: Option<&str>) -> alerts::Told {
    alerts::Told {
        at: NOW,
        took_micros: 1_000,
        status,
        problem: problem.map(str::to_owned),
        answer: None,
    }
}

both! {
    async fn one_of_a_kind_is_raised_for_a_scope_and_period(store) {
        let mut raisers = Vec::new();
        for lane in 0..20 {
            let store = Store::clone(&store);
            raisers.push(tokio::spawn(async move {
                let new = alert("limit_hit", "day@1");
                store.write(Lane::of(lane), move |tx| alerts::raise(tx, &new, NOW)).await.unwrap()
            }));
        }
        let mut raised = 0;
        for raiser in raisers {
            raised += i32::from(raiser.await.unwrap());
        }
        assert_eq!(raised, 1);
        assert!(raise(&store, alert("limit_hit", "day@2")).await);
        assert!(raise(&store, alert("limit_near", "day@1")).await);
        store.reopen().await;
        let page = store.read(|tx| alerts::page(tx, i64::MAX, 2)).await.unwrap();
        assert_eq!(page.iter().map(|a| (a.seq, a.kind.as_str())).collect::<Vec<_>>(), [(3, "limit_near"), (2, "limit_hit")]);
        assert_eq!(store.read(|tx| alerts::page(tx, 2, 2)).await.unwrap().len(), 1);
    }

    async fn every_endpoint_is_told_of_every_alert_until_it_is_removed(store) {
        raise(&store, alert("limit_hit", "1")).await;
        assert_eq!(announce(&store).await, [1], "an alert without an endpoint is taken up, too");
        assert!(endpoint(&store, "a").await && endpoint(&store, "b").await);
        assert!(due(&store, NOW).await.is_empty(), "who comes later is not told of what was before");
        raise(&store, alert("limit_hit", "2")).await;
        raise(&store, NewAlert { endpoint_id: Some("b".into()), ..alert("test", "1") }).await;
        assert_eq!(store.read(alerts::next_due).await.unwrap(), Some(UnixMicros(0)));
        assert_eq!(announce(&store).await, [2, 3]);
        assert!(announce(&store).await.is_empty());
        store.reopen().await;
        let calls = due(&store, NOW).await;
        let told: Vec<_> = calls.iter().map(|call| (call.alert.seq, call.endpoint_id.as_str())).collect();
        assert_eq!(told, [(2, "a"), (2, "b"), (3, "b")]);
        assert_eq!((calls[0].url.as_str(), calls[0].secret_sealed.as_slice(), calls[0].tries), ("https://a.test/", &[7][..], 0));
        let (arrived, failed) = (calls[0].clone(), calls[1].clone());
        store.write(Lane::CONTROL, move |tx| {
            alerts::told(tx, &arrived, &came(Some(200), None))?;
            alerts::put_off(tx, &failed, &came(Some(500), Some("status 500")), NOW.plus_secs(10))
        }).await.unwrap();
        assert_eq!(due(&store, NOW).await.len(), 1);
        let later = due(&store, NOW.plus_secs(10)).await;
        assert_eq!(later.iter().map(|call| call.tries).collect::<Vec<_>>(), [0, 1]);
        let endpoints = store.read(alerts::endpoints).await.unwrap();
        assert_eq!(endpoints.iter().map(|e| (e.tried_at, e.problem.as_deref())).collect::<Vec<_>>(), [(Some(NOW), None), (Some(NOW), Some("status 500"))]);
        let removed = store.write(Lane::CONTROL, |tx| Ok([alerts::remove_endpoint(tx, "b")?, alerts::remove_endpoint(tx, "b")?])).await.unwrap();
        assert_eq!(removed, [true, false]);
        assert!(due(&store, NOW.plus_secs(1000)).await.is_empty());
        assert_eq!(store.read(alerts::next_due).await.unwrap(), None);
    }

    async fn endpoints_have_a_bound_and_secrets_are_resealed(store) {
        for n in 0..ENDPOINTS_MAX {
            assert!(endpoint(&store, &format!("e{n:02}")).await);
        }
        assert!(!endpoint(&store, "one-more").await);
        let done = store.write(Lane::CONTROL, |tx| Ok([alerts::reseal(tx, "e00", &[8], &[9])?, alerts::reseal(tx, "e00", &[7], &[9])?])).await.unwrap();
        assert_eq!(done, [false, true]);
        store.reopen().await;
        let found = store.read(|tx| alerts::endpoint(tx, "e00")).await.unwrap().unwrap();
        assert_eq!(found.secret_sealed, [9]);
        assert_eq!(store.read(|tx| alerts::endpoint(tx, "x")).await.unwrap(), None);
    }

    async fn what_is_old_and_told_is_forgotten(store) {
        raise(&store, alert("limit_hit", "1")).await;
        announce(&store).await;
        raise(&store, alert("limit_hit", "2")).await;
        let before = NOW.plus_secs(1);
        let gone = store.write(Lane::CONTROL, move |tx| alerts::sweep(tx, before, 10)).await.unwrap();
        assert_eq!(gone, 1);
        store.reopen().await;
        assert_eq!(store.read(|tx| alerts::page(tx, i64::MAX, 9)).await.unwrap().len(), 1);
    }

    async fn habits_know_countries_and_hours(store) {
        let hour = |n: i64| NOW.plus_secs(n * 3600);
        let told = store.write(Lane::CONTROL, move |tx| {
            let mut told = Vec::new();
            for n in 0..3 {
                told.push(habits::add(tx, "a", "AU", hour(n), 4)?);
            }
            told.push(habits::add(tx, "a", "AU", hour(2), 3)?);
            told.push(habits::add(tx, "a", "US", hour(2), 1)?);
            Ok(told)
        }).await.unwrap();
        assert_eq!(told, [4, 4, 4, 7, 1]);
        store.reopen().await;
        let seen = store.read(move |tx| Ok([
            habits::knows(tx, "a", "AU", hour(0))?, habits::knows(tx, "a", "AU", hour(2))?, habits::knows(tx, "a", "US", hour(2))?,
            habits::knows(tx, "b", "AU", hour(2))?,
        ])).await.unwrap();
        assert_eq!(seen, [(false, true), (true, true), (false, true), (false, false)]);
        assert_eq!(store.read(move |tx| habits::compare(tx, "a", hour(2), hour(0))).await.unwrap(), (8, 8, 2));
        assert_eq!(store.read(move |tx| habits::compare(tx, "b", hour(2), hour(0))).await.unwrap(), (0, 0, 0));
        let gone = store.write(Lane::CONTROL, move |tx| habits::sweep(tx, hour(2), 10)).await.unwrap();
        assert_eq!(gone, 2);
    }
}
