//! What a list is asked for.

use reqwest::Url;

/// `None`: as the list has it by itself (page 1, 15 rows, everything).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Unix seconds; of histories.
    pub date_from: Option<i64>,
    pub date_to: Option<i64>,
    /// From 1.
    pub page: Option<u32>,
    /// At most 100.
    pub limit: Option<u32>,
    /// `field:value,field2:value2`
    pub q: Option<String>,
    /// `field:asc` or `field:desc`
    pub order_by: Option<String>,
}

impl ListQuery {
    pub(crate) fn write(&self, url: &mut Url) {
        let numbers = [
            ("date_from", self.date_from),
            ("date_to", self.date_to),
            ("page", self.page.map(i64::from)),
            ("limit", self.limit.map(i64::from)),
        ];
        for (name, value) in numbers {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, &value.to_string());
            }
        }
        for (name, value) in [("q", &self.q), ("order_by", &self.order_by)] {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
    }
}
