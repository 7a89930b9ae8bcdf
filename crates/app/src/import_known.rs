//! What earlier files of a source said, where the one being read is silent.

use contract::ApiError;
use intake::{Batch, Mapping};
use store::Store;

use crate::errors::stored;

/// Fills in what the file does not say of those who are known.
pub fn keep_known(store: &Store, batch: &mut Batch, mapping: &Mapping) -> Result<(), ApiError> {
    let (customers, accounts) = store.parties().map_err(stored)?;
    intake::keep_known(batch, mapping, customers, accounts);
    Ok(())
}
