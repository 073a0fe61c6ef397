//! The verbs: sync, resolve, plan, push, retry, verify, undo. Emits events and prints nothing.
