//! Usage: nothing yet, and periods that are none. With messages it is looked at in a browser, end to end.

use http::StatusCode;

use crate::bed::{Bed, Visitor};

#[tokio::test]
async fn without_messages_it_says_what_makes_charts_appear() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    for (query, said) in [
        ("", "Nothing in the last 30 days"),
        ("?days=7", "Nothing in the last 7 days"),
        ("?days=364&account=9", "Nothing in the last 52 weeks"),
        ("?days=-1&account=x", "Nothing in the last 30 days"),
    ] {
        let page = ada.get(&format!("/console/usage{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains(said), "{query}: {}", page.text);
    }
    let said = Visitor::new(&bed).get("/console/usage").await;
    assert_eq!(
        said.header("location"),
        "/console/sign-in?next=/console/usage"
    );
}
