//! One file per command: its arguments, whose doc comments are the help, and what it does.

mod alias;
mod cache;
mod command;
mod completions;
mod config;
mod connector;
mod decisions;
mod demo;
mod export;
mod forget;
mod help;
mod init;
mod man;
mod map;
mod named;
mod next;
mod plan;
mod purge;
mod push;
mod refusal;
mod resolve;
mod restore;
mod retry;
mod runs;
mod sandbox;
mod show;
mod store;
mod sync;
mod undo;
mod verify;

pub(crate) use command::Command;
pub(crate) use next::next_step;
