//! Secrets: sealing what must be kept, hashing what must only be recognised, making random ones.
//!
//! Tokens of Meta are sealed with XChaCha20-Poly1305 under a key that lives outside the database (`DIR/keys/seal.key`). Session,
//! set-up and API tokens are 256 random bits of which only the SHA-256 is stored: with that much entropy a slow hash adds nothing.

use std::fs;
use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// Why a secret cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file cannot be read or made.
    #[error("the key file {path}: {source}")]
    KeyFile {
        /// Where it is.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The key file holds something else than 32 bytes in hexadecimal.
    #[error("the key file {0} is damaged: it must hold 64 hexadecimal digits")]
    DamagedKey(String),
    /// Sealed with another key, for another place, or damaged.
    #[error("a stored secret cannot be opened with this key; restore the key file that belongs to this database")]
    CannotOpen,
}

/// Seals and opens secrets with the key of this installation.
pub struct Sealer {
    key: SecretBox<[u8; KEY_BYTES]>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(..)")
    }
}

impl Sealer {
    /// A sealer with this key.
    pub fn new(key: [u8; KEY_BYTES]) -> Self {
        Self { key: SecretBox::new(Box::new(key)) }
    }

    /// A sealer with the key that a key file holds; `None` where it is none.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut key = [0; KEY_BYTES];
        hex::decode_to_slice(text.trim(), &mut key).ok().map(|()| Self::new(key))
    }

    /// Reads the key from `path`, or makes one there that only its owner can read.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretError> {
        let failed = |source| SecretError::KeyFile { path: path.display().to_string(), source };
        match fs::read_to_string(path) {
            Ok(text) => Self::from_hex(&text).ok_or_else(|| SecretError::DamagedKey(path.display().to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key: [u8; KEY_BYTES] = rand::random();
                if let Some(directory) = path.parent() {
                    fs::create_dir_all(directory).map_err(failed)?;
                }
                let mut options = fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                {
                    use std::os::unix::fs::OpenOptionsExt;
                    options.mode(0o600);
                }
                let mut file = options.open(path).map_err(failed)?;
                file.write_all(hex::encode(key).as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
                Ok(Self::new(key))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Seals a secret for one place (such as `connection:123`): it opens only there.
    pub fn seal(&self, secret: &SecretString, place: &str) -> Result<Vec<u8>, SecretError> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: place.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| SecretError::CannotOpen)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Sealer::seal`] made for the same place.
    pub fn open(&self, sealed: &[u8], place: &str) -> Result<SecretString, SecretError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SecretError::CannotOpen)?;
        let payload = Payload { msg: body, aad: place.as_bytes() };
        let open = self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| SecretError::CannotOpen)?;
        String::from_utf8(open).map(SecretString::from).map_err(|_| SecretError::CannotOpen)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.expose_secret().into())
    }
}

/// A new random token of 256 bits, for a cookie, a link or a bearer header.
pub fn random_token() -> SecretString {
    let bytes: [u8; 32] = rand::random();
    SecretString::from(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a random token: its SHA-256 in hexadecimal.
pub fn token_hash(token: &str) -> String {
    sha256_hex(token.as_bytes())
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Whether two secrets are equal, in time that does not depend on where they differ.
pub fn same(a: &str, b: &str) -> bool {
    Sha256::digest(a.as_bytes()) == Sha256::digest(b.as_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_only_with_its_key_and_in_its_place() {
        let sealer = Sealer::new([7; KEY_BYTES]);
        let sealed = sealer.seal(&"EAAB-token".into(), "connection:1").unwrap();
        assert_eq!(sealer.open(&sealed, "connection:1").unwrap().expose_secret(), "EAAB-token");
        assert!(sealer.open(&sealed, "connection:2").is_err());
        assert!(Sealer::new([8; KEY_BYTES]).open(&sealed, "connection:1").is_err());
        assert!(sealer.open(&sealed[..10], "connection:1").is_err());
        assert!(!String::from_utf8_lossy(&sealed).contains("EAAB"));
    }

    #[test]
    fn the_key_file_is_made_once_and_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys/seal.key");
        let sealed = Sealer::load_or_create(&path).unwrap().seal(&"x".into(), "p").unwrap();
        assert_eq!(Sealer::load_or_create(&path).unwrap().open(&sealed, "p").unwrap().expose_secret(), "x");
        fs::write(&path, "nonsense").unwrap();
        assert!(matches!(Sealer::load_or_create(&path), Err(SecretError::DamagedKey(_))));
    }
}
