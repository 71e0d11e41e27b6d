//! Query parameters: known ones only, each at most once. An empty text is the same as none; a number has digits.

use std::collections::BTreeMap;

use crate::refusal::Refusal;

/// Parameters by name.
#[derive(Debug, Default)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    pub(crate) fn new(pairs: Vec<(String, String)>, known: &[&str]) -> Result<Self, Refusal> {
        let mut parameters = BTreeMap::new();
        for (name, value) in pairs {
            if !known.contains(&name.as_str()) {
                let hint = if known.is_empty() {
                    "it takes none".to_owned()
                } else {
                    format!("it takes {}", known.join(", "))
                };
                return Err(Refusal::invalid(
                    &name,
                    format!("`{name}` is not a parameter of this request"),
                )
                .hint(hint));
            }
            if parameters.insert(name.clone(), value).is_some() {
                return Err(Refusal::invalid(&name, format!("`{name}` is there twice")));
            }
        }
        Ok(Self(parameters))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name).map(String::as_str);
        text.filter(|text| !text.is_empty())
    }

    /// A word of a closed set.
    pub(crate) fn word<T>(&self, name: &str) -> Result<Option<T>, Refusal>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        let parse = |text: &str| {
            text.parse()
                .map_err(|error| Refusal::invalid(name, format!("`{name}`: {error}")))
        };
        self.text(name).map(parse).transpose()
    }

    /// A whole number from 1 to `max`; `max` when absent.
    pub(crate) fn up_to(&self, name: &str, max: i64) -> Result<i64, Refusal> {
        let Some(text) = self.0.get(name) else {
            return Ok(max);
        };
        let number = text
            .parse()
            .ok()
            .filter(|number| (1..=max).contains(number));
        number.ok_or_else(|| {
            Refusal::invalid(
                name,
                format!("`{name}` must be a whole number from 1 to {max}"),
            )
        })
    }
}
