//! A Canvas that behaves like Canvas: a world with rules under a thin HTTP skin.
