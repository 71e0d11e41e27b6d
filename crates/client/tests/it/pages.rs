//! Rows of lists that page: fetched while they are read, and no longer.

use super::{answer, scripted_all};
use postern_client::{Error, ListQuery};
use postern_wire::clicksend::template::Template;
use std::sync::atomic::Ordering;

fn page(number: u32, last: u32, ids: &[u32]) -> &'static str {
    let rows: Vec<String> = ids
        .iter()
        .map(|id| format!(r#"{{"template_id":{id},"template_name":"t","body":"b"}}"#))
        .collect();
    let body = format!(
        r#"{{"http_code":200,"response_code":"SUCCESS","response_msg":"","data":{{"total":3,"per_page":2,"current_page":{number},"last_page":{last},"next_page_url":null,"prev_page_url":null,"from":null,"to":null,"data":[{}]}}}}"#,
        rows.join(",")
    );
    answer("200 OK", "", &body)
}

#[tokio::test]
async fn pages_are_fetched_while_they_are_read() {
    let mut server = scripted_all(vec![page(1, 2, &[1, 2]), page(2, 2, &[3])]).await;
    let mut rows = server.client.clicksend(None).template_rows();
    assert_eq!(rows.next().await.unwrap().unwrap().template_id, 1);
    assert_eq!(rows.next().await.unwrap().unwrap().template_id, 2);
    assert_eq!(
        server.arrived.load(Ordering::SeqCst),
        1,
        "not before it is needed"
    );
    assert_eq!(rows.next().await.unwrap().unwrap().template_id, 3);
    assert!(rows.next().await.is_none());
    assert!(rows.next().await.is_none());
    assert_eq!(rows.total(), Some(3));
    for wanted in ["?page=1&limit=100 ", "?page=2&limit=100 "] {
        let request = server.requests.recv().await.unwrap();
        assert!(request.contains(wanted), "{request}");
    }
}

#[tokio::test]
async fn rows_end_with_the_first_error_and_after_as_many_as_wanted() {
    let server = scripted_all(vec![page(1, 9, &[1, 2]), answer("200 OK", "", "{}")]).await;
    let query = ListQuery::default();
    let mut rows = server
        .client
        .clicksend(None)
        .rows::<Template>(&["sms", "templates"], &query);
    assert!(rows.next().await.unwrap().is_ok() && rows.next().await.unwrap().is_ok());
    assert!(matches!(
        rows.next().await,
        Some(Err(Error::Foreign { .. }))
    ));
    assert!(rows.next().await.is_none());

    let server = scripted_all(vec![page(1, 9, &[1, 2])]).await;
    let some = server
        .client
        .clicksend(None)
        .template_rows()
        .collect(1)
        .await
        .unwrap();
    assert_eq!(some.len(), 1);
}

#[tokio::test]
async fn an_empty_list_is_one_call() {
    let server = scripted_all(vec![page(1, 0, &[])]).await;
    assert!(
        server
            .client
            .clicksend(None)
            .template_rows()
            .next()
            .await
            .is_none()
    );
    assert_eq!(server.arrived.load(Ordering::SeqCst), 1);
}
