//! The names of `GET /v3/timezones`, in the order in which they are served. Source: a recorded answer of about 2021.

const NAMES: &str = include_str!("../data/timezones.txt");

/// IANA names, area by area, `UTC` last.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.lines()
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_425_and_none_twice() {
        let names: Vec<_> = super::names().collect();
        assert_eq!(names.len(), 425);
        assert_eq!((names[0], names[424]), ("Africa/Abidjan", "UTC"));
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), 425);
    }
}
