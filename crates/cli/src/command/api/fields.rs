//! `-f` and `-F`: flat words on the command line that become nested JSON, or a query.

use std::fs;
use std::io::Read;

use postern_apps::url_encoded;
use serde_json::{Map, Value};

use crate::exit::{Exit, Failure, Outcome};

/// In the order given.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    pub fn read(raw: &[String], typed: &[String]) -> Outcome<Self> {
        let mut fields = Vec::new();
        for text in raw {
            let (name, value) = split(text)?;
            fields.push((name, Value::String(value)));
        }
        for text in typed {
            let (name, value) = split(text)?;
            fields.push((name, type_of(&value)?));
        }
        let fields = Self(fields);
        fields.nested()?;
        Ok(fields)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn json(&self) -> Vec<u8> {
        let nested = self.nested().expect("checked when it was read");
        serde_json::to_vec(&nested).expect("JSON values always serialize")
    }

    pub fn query(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            format!("{}={}", url_encoded(name), url_encoded(&text))
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    fn nested(&self) -> Outcome<Value> {
        let mut root = Value::Object(Map::new());
        for (name, value) in &self.0 {
            let steps = steps(name).ok_or_else(|| unclear(name))?;
            place(&mut root, &steps, value.clone()).ok_or_else(|| unclear(name))?;
        }
        Ok(root)
    }
}

fn split(text: &str) -> Outcome<(String, String)> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Failure::new(Exit::Usage, format!("{text:?} is no field"))
            .fix("write it as name=value")),
    }
}

fn unclear(name: &str) -> Failure {
    Failure::new(
        Exit::Usage,
        format!("the field name {name:?} is unclear, or contradicts another"),
    )
    .fix("write name, name[inner] or name[]; one name cannot be both a value and a list or object")
}

fn type_of(text: &str) -> Outcome<Value> {
    if let Some(file) = text.strip_prefix('@') {
        let mut content = String::new();
        let read = if file == "-" {
            std::io::stdin().read_to_string(&mut content).map(|_| ())
        } else {
            fs::read_to_string(file).map(|text| content = text)
        };
        read.map_err(|error| {
            Failure::failed(format!("cannot read {file}: {error}"))
                .fix("name a readable text file after @, or use -f")
        })?;
        return Ok(Value::String(content));
    }
    let number = text.parse::<i64>().map(Value::from);
    Ok(match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ => number.unwrap_or_else(|_| Value::String(text.to_owned())),
    })
}

/// `messages[][to]` is `messages`, then a new or the last item, then `to`.
#[derive(Debug, PartialEq)]
enum Step<'a> {
    Name(&'a str),
    Item,
}

fn steps(name: &str) -> Option<Vec<Step<'_>>> {
    let (first, mut rest) = name
        .split_once('[')
        .map_or((name, ""), |(first, _)| (first, &name[first.len()..]));
    if first.is_empty() || first.contains(']') {
        return None;
    }
    let mut steps = vec![Step::Name(first)];
    while !rest.is_empty() {
        let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
        steps.push(if inner.is_empty() {
            Step::Item
        } else {
            Step::Name(inner)
        });
        rest = after;
    }
    Some(steps)
}

/// `None` when a value stands where a list or object is needed.
fn place(into: &mut Value, steps: &[Step<'_>], value: Value) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        *into = value;
        return Some(());
    };
    match step {
        Step::Name(name) => {
            if into.is_null() {
                *into = Value::Object(Map::new());
            }
            let object = into.as_object_mut()?;
            if rest.is_empty() && object.contains_key(*name) {
                return None;
            }
            place(object.entry(*name).or_insert(Value::Null), rest, value)
        }
        Step::Item => {
            if into.is_null() {
                *into = Value::Array(Vec::new());
            }
            let list = into.as_array_mut()?;
            // A field that the last item does not have yet belongs to it; one that it has begins the next.
            let fits_last = match rest.first() {
                Some(Step::Name(name)) => {
                    rest.len() > 1
                        || list
                            .last()
                            .is_some_and(|last| last.is_object() && last.get(*name).is_none())
                }
                _ => false,
            };
            if !fits_last || list.is_empty() {
                list.push(Value::Null);
            }
            place(list.last_mut()?, rest, value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(raw: &[&str], typed: &[&str]) -> Option<String> {
        let own = |items: &[&str]| {
            items
                .iter()
                .map(|item| (*item).to_owned())
                .collect::<Vec<_>>()
        };
        let fields = Fields::read(&own(raw), &own(typed)).ok()?;
        Some(String::from_utf8(fields.json()).unwrap())
    }

    #[test]
    fn names_nest() {
        let table: [(&[&str], &str); 6] = [
            (&["a=1"], r#"{"a":"1"}"#),
            (&["a[b]=1", "a[c]=2"], r#"{"a":{"b":"1","c":"2"}}"#),
            (&["a[]=1", "a[]=2"], r#"{"a":["1","2"]}"#),
            (
                &["m[][to]=1", "m[][body]=x", "m[][to]=2"],
                r#"{"m":[{"body":"x","to":"1"},{"to":"2"}]}"#,
            ),
            (&["a=x=y"], r#"{"a":"x=y"}"#),
            (&["a="], r#"{"a":""}"#),
        ];
        for (raw, expected) in table {
            let found: Value = serde_json::from_str(&json(raw, &[]).unwrap()).unwrap();
            assert_eq!(
                found,
                serde_json::from_str::<Value>(expected).unwrap(),
                "{raw:?}"
            );
        }
    }

    #[test]
    fn typed_fields_have_types() {
        let found = json(
            &["text=1"],
            &[
                "n=1",
                "big=12345678901",
                "yes=true",
                "none=null",
                "word=1.x",
            ],
        )
        .unwrap();
        let expected = serde_json::json!({"text": "1", "n": 1, "big": 12345678901i64, "yes": true, "none": null, "word": "1.x"});
        assert_eq!(serde_json::from_str::<Value>(&found).unwrap(), expected);
    }

    #[test]
    fn contradictions_are_refused() {
        for raw in [
            &["a=1", "a[b]=2"][..],
            &["a[]=1", "a[b]=2"],
            &["a=1", "a=2"],
            &["a[=1"],
            &["=1"],
            &["a"],
            &["[b]=1"],
        ] {
            assert_eq!(json(raw, &[]), None, "{raw:?}");
        }
    }

    #[test]
    fn queries_are_encoded() {
        let fields = Fields::read(&["q=a b&c".to_owned(), "x[]=+1".to_owned()], &[]).unwrap();
        assert_eq!(fields.query(), "q=a%20b%26c&x%5B%5D=%2B1");
    }
}
