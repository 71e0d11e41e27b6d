//! Copies are taken while others write, and hold exactly what one moment held.

use postern_store::{Lane, backup, settings};
use postern_testkit::{FixedClock, sqlite_store};

fn path(store: &postern_testkit::TestStore) -> std::path::PathBuf {
    match &store.config.engine {
        postern_store::Engine::Sqlite(path) => path.clone(),
        postern_store::Engine::Postgres(_) => unreachable!("made by sqlite_store"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_taken_under_writes_is_one_moment_of_the_original() {
    let store = sqlite_store().await;
    let place = tempfile::tempdir().unwrap();
    let filler = "x".repeat(100_000);
    for name in 0..200 {
        let (name, value) = (format!("filler-{name}"), filler.clone());
        let put = move |tx: &mut postern_store::Tx<'_>| {
            settings::put(tx, &name, &value, FixedClock::START)
        };
        store.write(Lane::CONTROL, put).await.unwrap();
    }
    let writer = (*store).clone();
    // Both settings change together; a copy that saw one change without the other would be no moment of the original.
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let writing = tokio::spawn(async move {
        let mut n = 0_u64;
        while stopped.try_recv().is_err() {
            n += 1;
            let pair = move |tx: &mut postern_store::Tx<'_>| {
                settings::put(tx, "left", &n.to_string(), FixedClock::START)?;
                settings::put(tx, "right", &n.to_string(), FixedClock::START)
            };
            writer.write(Lane::CONTROL, pair).await.unwrap();
        }
        n
    });
    let (from, to) = (path(&store), place.path().join("copy.db"));
    let target = to.clone();
    let steps = tokio::task::spawn_blocking(move || {
        let mut steps = Vec::new();
        backup::copy(&from, &target, |done, total| steps.push((done, total))).map(|()| steps)
    });
    let steps = steps.await.unwrap().unwrap();
    stop.send(()).unwrap();
    assert!(writing.await.unwrap() > 0);
    assert!(steps.len() > 2, "progress was reported: {steps:?}");
    assert_eq!(steps.last().map(|(done, total)| done == total), Some(true));
    assert!(steps.is_sorted(), "the copy never started over: {steps:?}");

    let inspection = backup::inspect(&to, true).unwrap();
    assert_eq!(
        (inspection.standing.is_current(), inspection.damage),
        (true, None)
    );
    assert_eq!(
        std::fs::read_dir(place.path()).unwrap().count(),
        1,
        "one file, no log beside it"
    );
    let copy = postern_store::Store::open(postern_store::Config::sqlite(&to), FixedClock::START)
        .await
        .unwrap();
    let read = |name: &'static str| copy.read(move |tx| settings::get(tx, name));
    assert_eq!(read("left").await.unwrap(), read("right").await.unwrap());
    assert_eq!(
        read("filler-199").await.unwrap().map(|value| value.len()),
        Some(100_000)
    );
    copy.close().await;
}

#[tokio::test]
async fn what_is_no_database_is_refused_by_name() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("notes.txt");
    std::fs::write(
        &path,
        "not a database, but long enough to look at. ".repeat(50),
    )
    .unwrap();
    for result in [
        backup::inspect(&path, false).map(drop),
        backup::copy(&path, &place.path().join("copy.db"), |_, _| ()),
        backup::inspect(&place.path().join("missing.db"), false).map(drop),
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, postern_store::Error::Setup(_)), "{error:?}");
        assert!(
            error.to_string().contains(place.path().to_str().unwrap()),
            "{error}"
        );
    }
}
