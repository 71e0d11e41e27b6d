//! `GET /v3/voice/lang`.

use axum::response::Response;
use postern_domain::voice::{LANGS, Voice};
use postern_wire::clicksend::voice::{Genders, Lang};

use crate::answer;
use crate::caller::Caller;

pub(crate) async fn lang(_: Caller) -> Response {
    let langs: Vec<_> = LANGS
        .iter()
        .map(|lang| Lang {
            code: lang.code.into(),
            country: lang.label.into(),
            gender: genders(lang.voices),
        })
        .collect();
    answer::success("Here are the possible languages.", langs)
}

fn genders(voices: &[Voice]) -> Genders {
    match voices {
        [one] => Genders::One(one.as_str().into()),
        several => Genders::Several(several.iter().map(|v| v.as_str().into()).collect()),
    }
}
