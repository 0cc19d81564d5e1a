//! Journeys in real Chromium: what people do, with and without JavaScript, on wide and narrow screens, light and dark.

mod adopt;
mod bulk;
mod chrome;
mod connect;
mod formats;
mod house;
mod journey;
mod publish;
