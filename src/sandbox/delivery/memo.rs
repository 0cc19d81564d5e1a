//! What is read of objects once and kept: ad set specs, reviews, shared ids. A cache: nothing depends on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::spec::AdSetSpec;
use crate::sandbox::state::{Object, State};
use crate::sandbox::status::{self, Review};

/// The fields a spec was read from, and the spec.
type ReadSpec = (Arc<Map<String, Value>>, Arc<AdSetSpec>);

/// Specs and reviews read once.
#[derive(Debug, Default)]
pub struct Memo {
    specs: BTreeMap<String, BTreeMap<usize, ReadSpec>>,
    names: BTreeMap<String, Arc<str>>,
    reviews: BTreeMap<String, (usize, i64, bool)>,
}

impl Memo {
    /// The spec of a version of an ad set.
    pub fn spec(&mut self, seed: u64, object: &Object, version: usize) -> Option<Arc<AdSetSpec>> {
        let fields = &object.versions.get(version)?.fields;
        let known = self.specs.get(&object.id).and_then(|specs| specs.get(&version));
        if let Some((of, spec)) = known
            && Arc::ptr_eq(of, fields)
        {
            return Some(Arc::clone(spec));
        }
        let spec = Arc::new(AdSetSpec::read(seed, object.created(), fields));
        let read = (Arc::clone(fields), Arc::clone(&spec));
        self.specs.entry(object.id.clone()).or_default().insert(version, read);
        Some(spec)
    }

    /// An id that is kept once for all days.
    pub fn name(&mut self, id: &str) -> Arc<str> {
        if let Some(name) = self.names.get(id) {
            return Arc::clone(name);
        }
        let name: Arc<str> = Arc::from(id);
        self.names.insert(id.to_owned(), Arc::clone(&name));
        name
    }

    /// Whether the review lets the ad deliver at a moment.
    pub fn approved(&mut self, state: &State, ad: &Object, moment: i64) -> bool {
        let Some(version) = ad.version_at(moment) else {
            return false;
        };
        if let Some((of, ends, approved)) = self.reviews.get(&ad.id)
            && *of == version
            && moment >= *ends
        {
            return *approved;
        }
        match status::review(state, ad, moment) {
            Review::Pending => false,
            decided => {
                let approved = decided == Review::Approved;
                let ends = status::review_ends(state.seed, ad, moment);
                self.reviews.insert(ad.id.clone(), (version, ends, approved));
                approved
            }
        }
    }

    /// Forgets reviews: a creative may have been edited.
    pub fn forget_reviews(&mut self) {
        self.reviews.clear();
    }
}
