//! Both documents, read.

use serde_json::Value;

pub(crate) const CONTROL: &str = include_str!("../../../docs/openapi/control.json");
pub(crate) const PLATFORM: &str = include_str!("../../../docs/openapi/platform.json");

/// One document, under the name that it has in addresses of pages.
pub(crate) struct Document {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// Where the document itself is served.
    pub(crate) raw: &'static str,
    /// In front of paths, through the gateway.
    pub(crate) prefix: &'static str,
    pub(crate) root: Value,
}

pub(crate) struct Documents {
    pub(crate) control: Document,
    pub(crate) platform: Document,
}

/// A group of operations: a page.
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) slug: String,
}

impl Documents {
    pub(crate) fn read() -> Self {
        let root = |text| serde_json::from_str(text).expect("a test compares it with what is made");
        Self {
            control: Document {
                name: "control",
                title: "Control API",
                raw: "/openapi.json",
                prefix: "",
                root: root(CONTROL),
            },
            platform: Document {
                name: "platform",
                title: "Platform API",
                raw: "/openapi/platform.json",
                prefix: "/clicksend",
                root: root(PLATFORM),
            },
        }
    }

    pub(crate) fn both(&self) -> [&Document; 2] {
        [&self.control, &self.platform]
    }
}

impl Document {
    /// In the order of the document.
    pub(crate) fn tags(&self) -> impl Iterator<Item = Tag<'_>> {
        let tags = self.root["tags"].as_array().into_iter().flatten();
        tags.map(|tag| {
            let name = text(&tag["name"]);
            Tag {
                name,
                description: text(&tag["description"]),
                slug: slug(name),
            }
        })
    }

    /// Path, method and operation of everything with a tag, in the tag's own order.
    pub(crate) fn operations<'a>(&'a self, tag: &str) -> Vec<(&'a str, &'a str, &'a Value)> {
        let paths = self.root["paths"].as_object().into_iter().flatten();
        let all = paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        });
        let mut found: Vec<_> = all
            .filter(|(.., operation)| operation["tags"][0] == tag)
            .collect();
        let tags = self.root["tags"].as_array().into_iter().flatten();
        let order = tags
            .filter(|one| one["name"] == tag)
            .find_map(|one| one["x-operations"].as_array());
        if let Some(order) = order {
            found.sort_by_key(|(.., operation)| {
                order
                    .iter()
                    .position(|name| *name == operation["operationId"])
            });
        }
        found
    }

    /// The thing itself, where it stands under `components`.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'))
        {
            Some(pointer) => self.root.pointer(pointer).unwrap_or(&Value::Null),
            None => value,
        }
    }
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// As it stands in an address.
fn slug(name: &str) -> String {
    let letters = name.chars().map(|c| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_lowercase(),
        false => '-',
    });
    letters.collect()
}
