//! The real binary under real clients.

mod bad_input;
mod campaign_kill_9;
mod canaries;
mod commands;
mod connect_page;
mod console;
mod corpus;
mod examples;
mod fences;
mod first_message;
mod freeze_kill_9;
mod garden;
mod history;
mod import;
mod import_kill_9;
mod inbox;
mod kill_9;
mod links;
mod million;
mod privacy;
mod pushes;
mod restart;
mod sdk;
mod skill;
mod snippets;
mod tls;
