//! The engine's verbs over a sandbox: what a user relies on, seen in Canvas's own world.

mod budget;
mod identity;
mod main_line;
mod planning;
mod university;
