//! The selection of countries.

use postern_domain::time::UnixMicros;
use postern_store::Lane;
use postern_store::user_countries::{self, Selected};
use postern_testkit::FixedClock;

use crate::accounts::open_account;

const NOW: UnixMicros = FixedClock::START;

both! {
    async fn a_selection_is_replaced_and_agreements_stay_with_what_stays(store) {
        let account = open_account(&store, "john", 0).await;
        let select = |ids: &'static [i64]| store.write(Lane::of(account.0), move |tx| user_countries::select(tx, account, ids, NOW));
        let agree = |ids: Option<&'static [i64]>, at: i64| store.write(Lane::of(account.0), move |tx| {
            user_countries::agree(tx, account, ids, NOW.plus_secs(at))
        });
        let list = || store.read(move |tx| user_countries::list(tx, account));
        let selected = |id: i64, agreed: Option<i64>| Selected { country_list_id: id, agreed_at: agreed.map(|at| NOW.plus_secs(at)) };
        select(&[3, 1, 3]).await.unwrap();
        agree(Some(&[1, 9]), 1).await.unwrap();
        assert_eq!(list().await.unwrap(), [selected(1, Some(1)), selected(3, None)]);
        select(&[1, 2]).await.unwrap();
        agree(None, 2).await.unwrap();
        assert_eq!(list().await.unwrap(), [selected(1, Some(1)), selected(2, Some(2))]);
        select(&[]).await.unwrap();
        assert_eq!(list().await.unwrap(), []);
        store.reopen().await;
    }
}
