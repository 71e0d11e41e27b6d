//! How scalars are read: callers of every generation write numbers as text, text as numbers, and nothing as null or `""`.
//! Objects and arrays where a scalar belongs stay errors: guessing there would send somebody the wrong text.

use std::fmt;

use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

#[cfg(test)]
mod tests;

/// Text; a number or a boolean is taken as it is written. Null is `None`.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(TextVisitor)
}

/// Yes or no in all the ways in which callers write it; null and `""` are no.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = text(deserializer)?.unwrap_or_default();
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" => Ok(false),
        "1" | "true" | "yes" => Ok(true),
        _ => Err(D::Error::custom(format!(
            "`{text}` is neither true nor false"
        ))),
    }
}

/// An instant as callers write it. What is no number is kept as a fact: one message of a thousand is then refused, not all.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Unix {
    /// Missing, null or `""`.
    #[default]
    Absent,
    /// Seconds or milliseconds, in a number or in text.
    At(i64),
    Malformed,
}

impl Unix {
    pub const fn as_option(self) -> Option<i64> {
        match self {
            Unix::At(n) => Some(n),
            Unix::Absent | Unix::Malformed => None,
        }
    }
}

impl<'de> Deserialize<'de> for Unix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unix, D::Error> {
        let Some(text) = text(deserializer)? else {
            return Ok(Unix::Absent);
        };
        let text = text.trim();
        if text.is_empty() {
            return Ok(Unix::Absent);
        }
        // `1436874701.0` is what languages with one kind of number write.
        let whole = text.strip_suffix(".0").unwrap_or(text);
        Ok(whole.parse().map_or(Unix::Malformed, Unix::At))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Unix {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Unix".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["integer", "string", "null"],
            "description": "Unix seconds or milliseconds, in a number or in text.",
        })
    }
}

impl Serialize for Unix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_option().serialize(serializer)
    }
}

/// A JSON object and nothing else. Derived structs would also read an array, its elements in the order of our fields.
pub struct Object<T>(pub T);

/// For fields that are lists of objects.
pub fn objects<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let objects = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(value)| value).collect())
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<T>, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number or null")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // Whole numbers lose their `.0`: `6.1411111111e10` is a telephone number.
        Ok(Some(if number.fract() == 0.0 && number.abs() < 1e15 {
            format!("{number:.0}")
        } else {
            number.to_string()
        }))
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Self::Value, E> {
        Ok(Some(yes.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// Names as a list, as text with commas, or as the keys of an object (its values, where the keys are only numbers). Null is none, and a
/// null in a list is an empty name.
pub fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    deserializer.deserialize_any(NamesVisitor)
}

/// One entry of [`names`].
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        text(deserializer).map(|text| Name(text.unwrap_or_default().trim().to_owned()))
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of names")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match text.trim() {
            "" => Ok(Vec::new()),
            text => Ok(text.split(',').map(|name| name.trim().to_owned()).collect()),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        while let Some(Name(name)) = list.next_element()? {
            names.push(name);
        }
        Ok(names)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut pairs: Vec<(String, Name)> = Vec::new();
        while let Some((key, value)) = object.next_entry::<String, Name>()? {
            pairs.push((key.trim().to_owned(), value));
        }
        let numbered = pairs.iter().all(|(key, _)| key.parse::<u32>().is_ok());
        Ok(pairs
            .into_iter()
            .map(|(key, Name(value))| if numbered { value } else { key })
            .collect())
    }
}
