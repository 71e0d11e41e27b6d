//! Numbered pages: the query that asks for one, and the object that carries it.

use serde::{Deserialize, Serialize};

/// `data` of a list. Empty lists have `last_page` 0 and null `from`, `to` (seen live).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Page_{T}")
)]
pub struct Page<T> {
    pub total: i64,
    pub per_page: i64,
    pub current_page: i64,
    pub last_page: i64,
    pub next_page_url: Option<String>,
    pub prev_page_url: Option<String>,
    /// Row numbers from 1.
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub data: Vec<T>,
}

/// Pages of lists and of rules for incoming texts have more links than other pages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LinkedPage_{T}")
)]
pub struct LinkedPage<T> {
    #[serde(flatten)]
    pub page: Page<T>,
    pub first_page_url: String,
    pub last_page_url: String,
    pub path: String,
    pub links: Vec<PageLink>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageLink {
    pub url: Option<String>,
    pub label: String,
    pub page: Option<i64>,
    pub active: bool,
}

/// The query string of a list, unread: every value is text, and what it means is the platform's to decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// `field:value,field2:value2`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// `field:asc` or `field:desc`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_by: Option<String>,
    /// `AND` or `OR`: how the parts of `q` combine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_to: Option<String>,
    /// Contacts only: unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_after: Option<String>,
}

impl<T> Page<T> {
    /// Page `current_page` (from 1) of `total` rows. `path` is what the links point to; they carry `page` and nothing else, as the live
    /// service's do.
    pub fn new(total: i64, per_page: i64, current_page: i64, path: &str, data: Vec<T>) -> Page<T> {
        let last_page = (total + per_page - 1) / per_page.max(1);
        let link = |page: i64| format!("{path}?page={page}");
        let first_row = (current_page - 1)
            .saturating_mul(per_page)
            .saturating_add(1);
        let shown = data.len() as i64;
        Page {
            total,
            per_page,
            current_page,
            last_page,
            next_page_url: (current_page < last_page).then(|| link(current_page + 1)),
            prev_page_url: (current_page > 1 && last_page > 0)
                .then(|| link((current_page - 1).min(last_page))),
            from: (shown > 0).then_some(first_row),
            to: (shown > 0).then_some(first_row + shown - 1),
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn the_empty_page_is_the_one_seen_live() {
        let page = Page::<()>::new(0, 15, 1, "/v3/sms/receipts", vec![]);
        assert_eq!(
            serde_json::to_string(&page).unwrap(),
            r#"{"total":0,"per_page":15,"current_page":1,"last_page":0,"next_page_url":null,"prev_page_url":null,"from":null,"to":null,"data":[]}"#
        );
    }

    #[test]
    fn links_are_null_at_the_ends_and_rows_are_numbered_from_one() {
        let page = |current, rows| Page::new(31, 15, current, "/v3/x", vec![0; rows]);
        let ends = |p: Page<i32>| (p.prev_page_url, p.next_page_url, p.from, p.to);
        let url = |n: i64| Some(format!("/v3/x?page={n}"));
        assert_eq!(ends(page(1, 15)), (None, url(2), Some(1), Some(15)));
        assert_eq!(ends(page(2, 15)), (url(1), url(3), Some(16), Some(30)));
        assert_eq!(ends(page(3, 1)), (url(2), None, Some(31), Some(31)));
        // Past the end: nothing, and the way back leads to the last page.
        assert_eq!(ends(page(9, 0)), (url(3), None, None, None));
    }
}
