//! Pages of a list: which one is asked for, and the addresses of its neighbours.

use crate::query::form_urlencoded;

pub(crate) const PAGE_ROWS: i64 = 30;

/// The neighbours of a page, if there are any.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// What stands in the address, from 1; nonsense is the first page.
pub(crate) fn asked(page: Option<&str>) -> i64 {
    let page = page.and_then(|text| text.parse().ok()).unwrap_or(1);
    page.clamp(1, i64::MAX / PAGE_ROWS)
}

impl Pages {
    /// Around `page` of `total` rows at `path`, whose query keeps `pairs`.
    pub(crate) fn around(page: i64, total: i64, path: &str, pairs: &[(&str, String)]) -> Pages {
        let link = |page: i64| {
            let mut pairs = pairs.to_vec();
            pairs.push(("page", page.to_string()));
            format!("{path}?{}", form_urlencoded(&pairs))
        };
        Pages {
            before: (page > 1).then(|| link(page - 1)),
            after: (page * PAGE_ROWS < total).then(|| link(page + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_neighbours_where_there_is_something() {
        let pairs = [("q", "a b".to_owned())];
        let around = |page, total| Pages::around(page, total, "/x", &pairs);
        assert_eq!(around(1, 30), Pages::default());
        let middle = around(2, 61);
        assert_eq!(middle.before.as_deref(), Some("/x?q=a%20b&page=1"));
        assert_eq!(middle.after.as_deref(), Some("/x?q=a%20b&page=3"));
        assert_eq!(
            (asked(None), asked(Some("-3")), asked(Some("x"))),
            (1, 1, 1)
        );
    }
}
