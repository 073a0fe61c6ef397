//! The terminal: arguments, configuration, credentials, progress bars, prompts, exit codes, demo. The only place that
//! prints, reads the environment or exits.

mod args;
mod bars;
mod command_line;
mod commands;
mod completion;
mod config;
mod config_help;
mod config_text;
mod confirmation;
mod connector;
mod consent;
mod context;
mod credentials;
mod env;
mod error;
mod exit;
mod faults_help;
mod files;
mod interrupt;
mod json;
mod log;
mod next_commands;
mod output;
mod pasted_token;
mod program;
mod pushing;
mod scopes_help;
mod table;
mod ui;
mod values;
mod views;

pub use program::{command, main};
