//! Schemas of what is asked and of what is answered, under one roof: a type that reads otherwise than it is written has two.

use std::collections::BTreeMap;

use schemars::SchemaGenerator;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value};

use crate::operation::Shape;

const PREFIX: &str = "#/components/schemas/";

pub(crate) struct Schemas {
    asked: SchemaGenerator,
    answered: SchemaGenerator,
}

fn generator(contract: Contract) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        settings.contract = contract;
    });
    settings.into_generator()
}

impl Schemas {
    pub(crate) fn new() -> Self {
        Self {
            asked: generator(Contract::Deserialize),
            answered: generator(Contract::Serialize),
        }
    }

    /// Of a request. References are settled by [`Schemas::finish`].
    pub(crate) fn asked(&mut self, shape: Shape) -> Value {
        marked(shape(&mut self.asked).to_value())
    }

    pub(crate) fn answered(&mut self, shape: Shape) -> Value {
        shape(&mut self.answered).to_value()
    }

    /// All named schemas, and the document with references to them. `request` changes what is asked, once it is complete.
    pub(crate) fn finish(
        mut self,
        document: &mut Value,
        request: impl Fn(&str, &mut Value),
    ) -> Map<String, Value> {
        let answered: BTreeMap<String, Value> =
            self.answered.take_definitions(true).into_iter().collect();
        let mut asked: BTreeMap<String, Value> =
            self.asked.take_definitions(true).into_iter().collect();
        for (name, schema) in &mut asked {
            request(name, schema);
        }
        // A type that refers to one that differs differs, too.
        let mut own: Vec<String> = Vec::new();
        loop {
            let before = own.len();
            for (name, schema) in &asked {
                let differs = answered.get(name).is_some_and(|other| other != schema);
                let refers =
                    answered.contains_key(name) && own.iter().any(|other| refers_to(schema, other));
                if (differs || refers) && !own.contains(name) {
                    own.push(name.clone());
                }
            }
            if own.len() == before {
                break;
            }
        }
        let called = |name: &str| match own.iter().any(|other| other == name) {
            true => format!("{name}Request"),
            false => name.to_owned(),
        };
        let mut all: BTreeMap<String, Value> = answered;
        for (name, mut schema) in asked {
            rename(&mut schema, PREFIX, &called);
            all.insert(called(&name), schema);
        }
        rename(document, MARK, &called);
        let mut all: Map<String, Value> = all.into_iter().collect();
        for (_, schema) in all.iter_mut() {
            plain(schema);
        }
        all
    }
}

/// Stands for [`PREFIX`] in references of requests until both sides are known.
const MARK: &str = "asked:";

fn marked(mut schema: Value) -> Value {
    each_reference(&mut schema, &mut |reference| {
        if let Some(name) = reference.strip_prefix(PREFIX) {
            *reference = format!("{MARK}{name}");
        }
    });
    schema
}

fn rename(value: &mut Value, from: &str, called: &impl Fn(&str) -> String) {
    each_reference(value, &mut |reference| {
        if let Some(name) = reference.strip_prefix(from) {
            *reference = format!("{PREFIX}{}", called(name));
        }
    });
}

fn refers_to(schema: &Value, name: &str) -> bool {
    let mut found = false;
    let mut schema = schema.clone();
    let wanted = format!("{PREFIX}{name}");
    each_reference(&mut schema, &mut |reference| found |= *reference == wanted);
    found
}

fn each_reference(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(reference) if key == "$ref" => change(reference),
                    other => each_reference(other, change),
                }
            }
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| each_reference(value, change)),
        _ => {}
    }
}

/// Rust's names of number formats mean nothing to a reader; OpenAPI's are `int32` and `int64`.
fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let foreign = map
                .get("format")
                .and_then(Value::as_str)
                .is_some_and(|format| format.starts_with("uint") || format == "double");
            if foreign {
                map.remove("format");
            }
            // Doc comments wrap and link as rustdoc has it.
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`");
            }
            map.values_mut().for_each(plain);
        }
        Value::Array(values) => values.iter_mut().for_each(plain),
        _ => {}
    }
}
