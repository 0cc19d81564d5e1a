//! Webhooks: who subscribed to which changes, what changed, and telling it with a signature until it is heard.
//! Only this machine is ever called. Source: Graph API, "Webhooks: getting started", "Webhooks for Pages, Instagram, Ad accounts".

pub mod control;
mod fields;
pub mod notice;
mod outbox;
pub mod send;
pub mod subscriptions;

use std::sync::{Arc, Mutex};

/// What webhooks keep beside the state: how the next deliveries are to be disturbed, and whose turn it is to send.
#[derive(Debug, Default)]
pub struct Webhooks {
    /// How many of the next deliveries are sent twice.
    pub duplicate: u32,
    /// Waits until so many deliveries are due, then sends them in reverse; 0 for no waiting.
    pub reorder: usize,
    /// The callback of the call being answered, and what it said to the challenge.
    pub challenged: Option<(url::Url, Result<(), String>)>,
    /// Held while deliveries are sent, so that one sender is at work.
    pub turn: Arc<Mutex<()>>,
}
