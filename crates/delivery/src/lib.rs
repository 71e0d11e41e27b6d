//! Moves messages: claim, route, submit, settle; receipts.
