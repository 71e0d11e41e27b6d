//! The JSON of the ClickSend surface and of the control API.

pub mod clicksend;
pub mod control;
