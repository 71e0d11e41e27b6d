//! Templates: kept, changed, found by part, and never somebody else's.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::messages::Combine;
use postern_store::templates::{self, TemplateOrder, TemplateSearch};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

use crate::accounts::open_account;

const NOW: UnixMicros = FixedClock::START;

async fn create(store: &Store, account: AccountId, name: &'static str, body: &'static str) -> i64 {
    store
        .write(Lane::of(account.0), move |tx| {
            templates::create(tx, account, name, body, NOW)
        })
        .await
        .unwrap()
        .template_id
}

async fn names(store: &Store, account: AccountId, search: TemplateSearch) -> (i64, Vec<String>) {
    let page = store
        .read(move |tx| templates::page(tx, account, &search))
        .await
        .unwrap();
    (
        page.total,
        page.rows.into_iter().map(|t| t.template_name).collect(),
    )
}

fn all() -> TemplateSearch {
    TemplateSearch {
        limit: 10,
        ..TemplateSearch::default()
    }
}

both! {
    async fn a_template_is_kept_changed_and_deleted_by_its_owner_only(store) {
        let (john, eve) = (open_account(&store, "john", 0).await, open_account(&store, "eve", 0).await);
        let id = create(&store, john, "Hello", "Hi (First Name)").await;
        let change = |who: AccountId| store.write(Lane::of(who.0), move |tx| templates::update(tx, who, id, None, Some("Bye"), NOW));
        assert_eq!(change(eve).await.unwrap(), None);
        let changed = change(john).await.unwrap().unwrap();
        assert_eq!((changed.template_name.as_str(), changed.body.as_str()), ("Hello", "Bye"));
        let get = |who: AccountId| store.read(move |tx| templates::get(tx, who, id));
        assert_eq!((get(john).await.unwrap(), get(eve).await.unwrap()), (Some(changed), None));
        let delete = |who: AccountId| store.write(Lane::of(who.0), move |tx| templates::delete(tx, who, id));
        assert_eq!((delete(eve).await.unwrap(), delete(john).await.unwrap(), delete(john).await.unwrap()), (false, true, false));
        assert_eq!(names(&store, john, all()).await, (0, vec![]));
        store.reopen().await;
    }

    async fn templates_are_found_by_part_in_any_case_and_sorted(store) {
        let john = open_account(&store, "john", 0).await;
        let first = create(&store, john, "b 100%", "one").await;
        create(&store, john, "a 100x", "Two").await;
        create(&store, john, "c", "three").await;
        let of = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&store, john, TemplateSearch { skip: 1, limit: 1, ..all() }).await, (3, of(&["a 100x"])));
        assert_eq!(names(&store, john, TemplateSearch { order: TemplateOrder::Name, ..all() }).await, (3, of(&["a 100x", "b 100%", "c"])));
        assert_eq!(names(&store, john, TemplateSearch { descending: true, ..all() }).await.1[0], "c");
        let named = |text: &str| TemplateSearch { template_name: Some(text.to_owned()), ..all() };
        assert_eq!(names(&store, john, named("A 100")).await, (1, of(&["a 100x"])));
        assert_eq!(names(&store, john, named("0%")).await, (1, of(&["b 100%"])), "% means itself");
        let either = TemplateSearch { combine: Combine::Or, body: Some("tWO".to_owned()), template_id: Some(first), ..all() };
        assert_eq!(names(&store, john, either.clone()).await, (2, of(&["b 100%", "a 100x"])));
        assert_eq!(names(&store, john, TemplateSearch { combine: Combine::And, ..either }).await, (0, vec![]));
        store.reopen().await;
    }
}
