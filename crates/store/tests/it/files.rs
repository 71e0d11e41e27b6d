//! Files in pieces: uploads come and go, pictures stay and are kept once.

use postern_domain::time::UnixMicros;
use postern_store::Lane;
use postern_store::files::{self, Complete, PART_BYTES};
use postern_testkit::FixedClock;

use crate::accounts::open_account;

const NOW: UnixMicros = FixedClock::START;

fn file(bytes: usize, digest: u8) -> Complete {
    Complete {
        name: "cat.jpg".to_owned(),
        content_type: "image/jpeg".to_owned(),
        bytes: bytes as i64,
        digest: [digest; 32],
    }
}

both! {
    async fn an_upload_is_there_once_it_is_complete_until_it_expires(store) {
        let john = open_account(&store, "john", 0).await;
        let id = [1; 16];
        let lane = Lane::of(john.0);
        let first = store.write(lane, move |tx| files::begin(tx, &id, john, NOW, NOW.plus_secs(10))).await.unwrap();
        for part in 0..20_u8 {
            store.write(lane, move |tx| files::put_part(tx, &id, i64::from(part), &[part; 10])).await.unwrap();
        }
        let get = |at: i64| store.read(move |tx| files::get(tx, &id, NOW.plus_secs(at)));
        assert_eq!(get(0).await.unwrap(), None, "pieces are missing");
        let done = move |tx: &mut postern_store::Tx<'_>| files::complete(tx, &id, &file(200, 1), NOW.plus_secs(60));
        assert!(store.write(lane, done).await.unwrap());
        assert!(!store.write(lane, done).await.unwrap(), "only once");
        let found = get(59).await.unwrap().unwrap();
        assert_eq!((found.account, found.upload_id, found.bytes), (john, first, 200));
        assert_eq!((found.name.as_str(), found.content_type.as_str()), ("cat.jpg", "image/jpeg"));
        assert_eq!(store.read(move |tx| files::part(tx, &id, 3)).await.unwrap(), Some(vec![3; 10]));
        assert_eq!(store.read(move |tx| files::part(tx, &id, 20)).await.unwrap(), None);
        assert_eq!(get(60).await.unwrap(), None);
        let sweep = |at: i64| store.write(lane, move |tx| files::sweep(tx, NOW.plus_secs(at)));
        assert!(!sweep(59).await.unwrap(), "nothing has expired");
        let mut units = 0;
        while sweep(60).await.unwrap() {
            units += 1;
        }
        assert_eq!(units, 3, "eight pieces in a unit");
        let left = store.read(|tx| tx.one("SELECT count(*) FROM file_parts", &[], |row| row.int(0))).await.unwrap();
        assert_eq!(left, 0);
        let second = store.write(lane, move |tx| files::begin(tx, &[2; 16], john, NOW, NOW)).await.unwrap();
        assert_eq!(second, first + 1);
        store.reopen().await;
    }

    async fn a_picture_is_kept_once(store) {
        let john = open_account(&store, "john", 0).await;
        let picture: Vec<u8> = (0..PART_BYTES + 5).map(|n| n as u8).collect();
        for _ in 0..2 {
            let picture = picture.clone();
            store.write(Lane::of(john.0), move |tx| files::keep(tx, &[1; 16], john, &file(picture.len(), 9), &picture, NOW)).await.unwrap();
        }
        let content = store.read(|tx| files::content(tx, &[1; 16], 10)).await.unwrap();
        assert_eq!(content, picture);
        let found = store.read(|tx| files::get(tx, &[1; 16], UnixMicros(i64::MAX))).await.unwrap().unwrap();
        assert_eq!((found.expires_at, found.upload_id), (None, 0));
        assert!(!store.write(Lane::of(john.0), |tx| files::sweep(tx, UnixMicros(i64::MAX))).await.unwrap());
        store.reopen().await;
    }
}
