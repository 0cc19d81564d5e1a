//! Searching for places and languages to target. Source: Marketing API, "Targeting search".

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::{Client, Path};
use super::error::GraphError;
use super::params::Params;
use super::wire;

/// A country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Country {
    /// Two letters.
    pub country_code: String,
    /// Its name.
    pub name: String,
}

/// A city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct City {
    /// Meta's key, what targeting refers to.
    #[serde(deserialize_with = "wire::text")]
    pub key: String,
    /// Its name.
    pub name: String,
    /// Two letters of its country.
    #[serde(default)]
    pub country_code: Option<String>,
    /// Its region.
    #[serde(default)]
    pub region: Option<String>,
}

/// A language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locale {
    /// Meta's key, what targeting refers to.
    pub key: u32,
    /// Its name.
    pub name: String,
}

#[derive(Deserialize)]
struct Found<T> {
    #[serde(default = "Vec::new")]
    data: Vec<T>,
}

impl Client {
    /// Countries whose name starts with the text.
    ///
    /// # Errors
    /// As any call.
    pub async fn search_countries(&self, text: &str) -> Result<Vec<Country>, GraphError> {
        self.search(Params::new().text("type", "adgeolocation").json("location_types", &["country"])?.text("q", text)).await
    }

    /// Cities whose name starts with the text.
    ///
    /// # Errors
    /// As any call.
    pub async fn search_cities(&self, text: &str) -> Result<Vec<City>, GraphError> {
        self.search(Params::new().text("type", "adgeolocation").json("location_types", &["city"])?.text("q", text)).await
    }

    /// Languages whose name contains the text.
    ///
    /// # Errors
    /// As any call.
    pub async fn search_locales(&self, text: &str) -> Result<Vec<Locale>, GraphError> {
        self.search(Params::new().text("type", "adlocale").text("q", text)).await
    }

    async fn search<T: DeserializeOwned>(&self, params: Params) -> Result<Vec<T>, GraphError> {
        let found: Found<T> = self.get(&Path::Root("search"), &params.text("limit", "25")).await?;
        Ok(found.data)
    }
}
