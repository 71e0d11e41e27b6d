//! Who of many is on the Opt-Out List.

use postern_domain::contact::{Field, Fields};
use postern_store::opt_outs::{self, Kept};
use postern_store::{Lane, contacts, kept_opt_outs, lists};
use postern_testkit::FixedClock;

use crate::accounts::open_account;

both! {
    async fn only_those_on_the_list_are_found(store) {
        let account = open_account(&store, "john", 0).await;
        assert_eq!(store.read(move |tx| opt_outs::kept(tx, account)).await.unwrap(), Kept::default());
        let list = store.read(move |tx| lists::opt_out(tx, account)).await.unwrap().unwrap().list_id;
        store.write(Lane::CONTROL, move |tx| {
            let mut fields = Fields::default();
            fields.set(Field::PhoneNumber, "+61411000000");
            contacts::add(tx, account, list, &[fields.clone(), fields], FixedClock::START)?;
            kept_opt_outs::keep(tx, account, &[7; 32], FixedClock::START)
        }).await.unwrap();
        store.reopen().await;
        assert_eq!(store.read(move |tx| opt_outs::kept(tx, account)).await.unwrap(), Kept { list_id: Some(list), erased: true });
        let found = store.read(move |tx| opt_outs::among(tx, account, list, &["+61411000001", "+61411000000"])).await.unwrap();
        assert_eq!(found, ["+61411000000"]);
        assert!(store.read(move |tx| opt_outs::among(tx, account, list + 1, &["+61411000000"])).await.unwrap().is_empty());
    }
}
