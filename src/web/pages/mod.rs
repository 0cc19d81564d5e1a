//! Server-rendered pages: one file a feature, templates under `templates/<feature>/`.
//!
//! A handler fills a template's struct and nothing else: rules live in `service`, figures in `report`.

pub mod layout;
