//! One operation as it is written down: a few lines of data.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::parameter::Parameter;

/// Makes the schema of a type, or a reference to it.
pub(crate) type Shape = fn(&mut SchemaGenerator) -> Schema;

pub(crate) fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

#[derive(Clone, Debug)]
pub struct Operation {
    pub(crate) method: &'static str,
    /// With `{name}` for a variable segment.
    pub(crate) path: &'static str,
    /// What generated clients call it.
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    /// Of the query; those of the path are known by their names.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) answers: Vec<Answer>,
    /// Stable words (control) or response codes (platform) of refusals, besides those that every operation has.
    pub(crate) words: Vec<&'static str>,
    /// Asks nobody who they are.
    pub(crate) public: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) media: &'static [&'static str],
    /// A call that succeeds, if what it names is there.
    pub(crate) example: Value,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    /// `None`: no body.
    pub(crate) content: Option<Content>,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Json(Shape),
    /// Any bytes of this type.
    Other(&'static str),
}

impl Operation {
    pub(crate) fn new(
        method: &'static str,
        path: &'static str,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            id,
            summary,
            description: "",
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            words: Vec::new(),
            public: false,
        }
    }

    /// More than the summary says, in Markdown.
    pub(crate) fn says(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    pub(crate) fn with(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// A JSON body that must be there.
    pub(crate) fn takes<T: JsonSchema>(self, example: Value) -> Self {
        self.body::<T>(true, &["application/json"], example)
    }

    /// A JSON body that may be left out.
    pub(crate) fn may_take<T: JsonSchema>(self, example: Value) -> Self {
        self.body::<T>(false, &["application/json"], example)
    }

    pub(crate) fn body<T: JsonSchema>(
        mut self,
        required: bool,
        media: &'static [&'static str],
        example: Value,
    ) -> Self {
        self.body = Some(Body {
            shape: shape::<T>,
            required,
            media,
            example,
        });
        self
    }

    /// Success, with a body.
    pub(crate) fn answers<T: JsonSchema>(self, status: u16, description: &'static str) -> Self {
        self.answer(status, description, Some(Content::Json(shape::<T>)))
    }

    pub(crate) fn answer(
        mut self,
        status: u16,
        description: &'static str,
        content: Option<Content>,
    ) -> Self {
        self.answers.push(Answer {
            status,
            description,
            content,
        });
        self
    }

    /// Success with one of two bodies.
    pub(crate) fn answers_either<A: JsonSchema, B: JsonSchema>(
        self,
        status: u16,
        description: &'static str,
    ) -> Self {
        let either: Shape = |generator| {
            let (one, other) = (shape::<A>(generator), shape::<B>(generator));
            schemars::json_schema!({"anyOf": [one, other]})
        };
        self.answer(status, description, Some(Content::Json(either)))
    }

    /// Why it is not done, by the stable word.
    pub(crate) fn refuses(mut self, words: &[&'static str]) -> Self {
        self.words.extend(words);
        self
    }

    pub(crate) fn public(mut self) -> Self {
        self.public = true;
        self
    }
}
