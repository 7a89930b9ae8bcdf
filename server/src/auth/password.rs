//! Passwords of local accounts: Argon2id, off the async threads, and only so many at once that
//! sign-in attempts can't exhaust the memory.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::error::ServerError;

/// Shortest password (NIST SP 800-63B-4 asks for 15 where it is the only factor; the device key is
/// the other one here, which makes it 8: this is between).
pub const SHORTEST: usize = 12;
/// A longer one is no password but an attack on the hash.
const LONGEST: usize = 256;

/// Hashes and checks passwords.
pub struct Passwords {
    memory_mib: u32,
    at_once: Semaphore,
}

impl Passwords {
    /// With so much memory for one.
    #[must_use]
    pub fn new(memory_mib: u32) -> Self {
        Self { memory_mib, at_once: Semaphore::new(4) }
    }

    fn argon2(memory_mib: u32) -> Result<Argon2<'static>, ServerError> {
        let params = Params::new(memory_mib.saturating_mul(1024), 3, 4, None)
            .map_err(|error| ServerError::Invalid(format!("argon2_mib: {error}")))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// A PHC string for a new password; refused when it is too short or too long.
    pub async fn hash(&self, password: String) -> Result<String, ServerError> {
        let length = password.chars().count();
        if length < SHORTEST || password.len() > LONGEST {
            return Err(ServerError::Invalid(format!("choose a password of {SHORTEST} to {LONGEST} characters")));
        }
        let memory = self.memory_mib;
        self.apart(move || {
            Self::argon2(memory)?
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| ServerError::Unavailable(format!("password hash: {error}")))
        })
        .await
    }

    /// Whether the password is the one of the PHC string.
    pub async fn verify(&self, password: String, stored: String) -> Result<bool, ServerError> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        let memory = self.memory_mib;
        self.apart(move || {
            let hash = PasswordHash::new(&stored)
                .map_err(|error| ServerError::Stored { what: "password".to_owned(), why: error.to_string() })?;
            Ok(Self::argon2(memory)?.verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ServerError> + Send + 'static,
    ) -> Result<T, ServerError> {
        let _turn = self.at_once.acquire().await.map_err(|_| ServerError::Busy(1))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| ServerError::Unavailable(error.to_string()))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_checked_by_its_own_parameters() {
        let stored = Passwords::new(8).hash("correct horse battery".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8192,t=3,p=4$"), "{stored}");
        let other = Passwords::new(16);
        assert!(other.verify("correct horse battery".to_owned(), stored.clone()).await.unwrap());
        assert!(!other.verify("correct horse batterx".to_owned(), stored).await.unwrap());
        assert!(other.hash("short".to_owned()).await.is_err());
    }
}
