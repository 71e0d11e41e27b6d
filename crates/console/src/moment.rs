//! An instant beside now: how long ago for people, exact for whoever needs it.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;
use postern_domain::time::UnixMicros;

#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    ext = "html",
    source = r#"<time datetime="{{ machine }}" title="{{ exact }}">{{ relative }}</time>"#
)]
pub(crate) struct Moment {
    machine: String,
    /// `2026-11-23 18:04:05 UTC`
    pub(crate) exact: String,
    /// `3 minutes ago`, `in 2 days`
    pub(crate) relative: String,
}

impl HtmlSafe for Moment {}

impl Moment {
    pub(crate) fn of(at: UnixMicros, now: UnixMicros) -> Moment {
        let written = |format: &str| {
            Timestamp::from_microsecond(at.0)
                .map_or_else(|_| String::new(), |at| at.strftime(format).to_string())
        };
        Moment {
            machine: written("%Y-%m-%dT%H:%M:%SZ"),
            exact: written("%Y-%m-%d %H:%M:%S UTC"),
            relative: relative(at, now),
        }
    }

    /// Of an instant as the control API writes it.
    pub(crate) fn read(text: &str, now: UnixMicros) -> Moment {
        let at = text.parse::<Timestamp>();
        let at = at.map_or(UnixMicros::EPOCH, |at| UnixMicros(at.as_microsecond()));
        Moment::of(at, now)
    }

    /// Of one that is ahead: what is due is not yet done.
    pub(crate) fn coming(text: &str, now: UnixMicros) -> Moment {
        let mut moment = Moment::read(text, now);
        if moment.relative == "just now" {
            moment.relative = "in a moment".to_owned();
        }
        moment
    }
}

fn relative(at: UnixMicros, now: UnixMicros) -> String {
    let seconds = (now.0 - at.0) / 1_000_000;
    let (count, unit) = match seconds.abs() {
        0..=9 => return "just now".to_owned(),
        n @ 10..=59 => (n, "second"),
        n @ 60..=3_599 => (n / 60, "minute"),
        n @ 3_600..=86_399 => (n / 3_600, "hour"),
        n @ 86_400..=2_591_999 => (n / 86_400, "day"),
        n @ 2_592_000..=31_535_999 => (n / 2_592_000, "month"),
        n => (n / 31_536_000, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    match seconds > 0 {
        true => format!("{count} {unit}{plural} ago"),
        false => format!("in {count} {unit}{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_say_it() {
        let now = UnixMicros::from_secs(1_770_717_852);
        for (seconds, said) in [
            (0, "just now"),
            (-9, "just now"),
            (59, "59 seconds ago"),
            (60, "1 minute ago"),
            (7_300, "2 hours ago"),
            (-90_000, "in 1 day"),
            (40 * 86_400, "1 month ago"),
            (800 * 86_400, "2 years ago"),
        ] {
            let at = UnixMicros(now.0 - seconds * 1_000_000);
            assert_eq!(Moment::of(at, now).relative, said);
        }
        let due = "2026-02-10T10:04:15Z";
        assert_eq!(Moment::coming(due, now).relative, "in a moment");
        assert_eq!(
            Moment::read("2026-02-10T10:04:12.418030Z", now).to_string(),
            "<time datetime=\"2026-02-10T10:04:12Z\" title=\"2026-02-10 10:04:12 UTC\">just now</time>"
        );
    }
}
