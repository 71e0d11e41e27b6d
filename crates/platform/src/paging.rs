//! What the query of a list means: page, limit, search, order, dates. Anything that means nothing is refused by name.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use postern_domain::time::UnixMicros;
use postern_wire::clicksend::page::ListQuery;

use crate::error::ApiError;
use crate::state::PlatformState;

const LIMIT_DEFAULT: i64 = 15;
/// A larger limit is read as this one.
const LIMIT_MAX: i64 = 100;
/// So is a larger page, which has nothing on it: the SDKs' numbers have 32 bits.
const PAGE_MAX: i64 = i32::MAX as i64;

/// The query of a list; a query string that is none is refused in the envelope like everything else.
pub(crate) struct List(pub(crate) ListQuery);

impl FromRequestParts<PlatformState> for List {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &PlatformState) -> Result<List, ApiError> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(query)| List(query))
            .map_err(|error| {
                ApiError::Invalid(
                    format!("The query string is not valid: {}.", error.body_text()).into(),
                )
            })
    }
}

/// Which stretch of a list.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) page: i64,
    pub(crate) limit: i64,
}

impl Stretch {
    pub(crate) fn of(query: &ListQuery) -> Result<Stretch, ApiError> {
        Ok(Stretch {
            page: from_one("page", query.page.as_deref(), 1)?.min(PAGE_MAX),
            limit: from_one("limit", query.limit.as_deref(), LIMIT_DEFAULT)?.min(LIMIT_MAX),
        })
    }

    pub(crate) fn skip(self) -> i64 {
        (self.page - 1).saturating_mul(self.limit)
    }
}

fn from_one(field: &'static str, text: Option<&str>, default: i64) -> Result<i64, ApiError> {
    match text.map(str::trim) {
        None | Some("") => Ok(default),
        Some(text) => text.parse().ok().filter(|n| *n >= 1).ok_or_else(|| {
            ApiError::Invalid(format!("{field} must be a whole number from 1.").into())
        }),
    }
}

/// `date_from` or `date_to`: unix seconds.
pub(crate) fn date(
    field: &'static str,
    text: Option<&str>,
) -> Result<Option<UnixMicros>, ApiError> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => text
            .parse()
            .ok()
            .filter(|secs| *secs >= 0)
            .map(|secs| Some(UnixMicros::from_secs(secs)))
            .ok_or_else(|| {
                ApiError::Invalid(format!("{field} must be a unix time in seconds.").into())
            }),
    }
}

/// The pairs of `q=field:value,field2:value2`. Values hold no commas; colons they may.
pub(crate) fn pairs(q: &str) -> Result<Vec<(&str, &str)>, ApiError> {
    q.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.split_once(':')
                .map(|(field, value)| (field.trim(), value.trim()))
                .ok_or_else(|| {
                    ApiError::Invalid(format!("q: `{part}` is not `field:value`.").into())
                })
        })
        .collect()
}

/// `field:asc`, `field:desc` or just `field`.
pub(crate) fn order(text: &str) -> Result<(&str, bool), ApiError> {
    let (field, direction) = text.split_once(':').unwrap_or((text, "asc"));
    match direction.trim().to_ascii_lowercase().as_str() {
        "asc" | "" => Ok((field.trim(), false)),
        "desc" => Ok((field.trim(), true)),
        _ => Err(ApiError::Invalid(
            format!("order_by: `{direction}` is neither asc nor desc.").into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use postern_wire::clicksend::page::ListQuery;

    use super::{ApiError, PAGE_MAX, Stretch, date, order, pairs};

    fn stretch(page: &str, limit: &str) -> Result<(i64, i64), String> {
        let query = ListQuery {
            page: Some(page.into()),
            limit: Some(limit.into()),
            ..ListQuery::default()
        };
        Stretch::of(&query)
            .map(|s| (s.skip(), s.limit))
            .map_err(why)
    }

    fn why(error: ApiError) -> String {
        match error {
            ApiError::Invalid(why) => why.into_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn pages_count_from_one_and_limits_end_at_a_hundred() {
        assert_eq!(stretch("", ""), Ok((0, 15)));
        assert_eq!(stretch("3", "10"), Ok((20, 10)));
        assert_eq!(stretch("2", "1000"), Ok((100, 100)));
        assert_eq!(
            stretch(&i64::MAX.to_string(), "100"),
            Ok(((PAGE_MAX - 1) * 100, 100))
        );
        for (page, limit) in [
            ("0", ""),
            ("-1", ""),
            ("x", ""),
            ("1.5", ""),
            ("99999999999999999999", ""),
        ] {
            assert_eq!(
                stretch(page, limit),
                Err("page must be a whole number from 1.".into())
            );
        }
        assert_eq!(
            stretch("1", "0"),
            Err("limit must be a whole number from 1.".into())
        );
    }

    #[test]
    fn searches_are_pairs() {
        assert_eq!(
            pairs("to:+614,status: Sent ,").unwrap(),
            [("to", "+614"), ("status", "Sent")]
        );
        assert_eq!(
            pairs("custom_string:a:b").unwrap(),
            [("custom_string", "a:b")]
        );
        assert_eq!(
            why(pairs("to").unwrap_err()),
            "q: `to` is not `field:value`."
        );
    }

    #[test]
    fn orders_have_a_direction() {
        assert_eq!(order("date:desc").unwrap(), ("date", true));
        assert_eq!(order("date").unwrap(), ("date", false));
        assert!(order("date:up").is_err());
    }

    #[test]
    fn dates_are_seconds() {
        assert_eq!(date("date_from", Some("7")).unwrap().unwrap().secs(), 7);
        assert_eq!(date("date_from", None).unwrap(), None);
        for text in ["-1", "today", "1.5"] {
            assert_eq!(
                why(date("date_from", Some(text)).unwrap_err()),
                "date_from must be a unix time in seconds."
            );
        }
    }
}
