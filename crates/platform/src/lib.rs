//! The ClickSend-compatible API.
