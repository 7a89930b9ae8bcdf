//! What a command makes: the ids it gives out, and its rows as they are written.

use domain::ids::CustomerId;
use domain::row::Row;
use protocol::CommandIds;

use crate::error::ServerError;
use crate::records::Image;

/// The ids that a command's decision would have given out; none gives out more than these.
pub fn ids_of(command: protocol::CommandId) -> impl Iterator<Item = String> {
    use domain::ids::IdSource as _;
    let mut ids = CommandIds::new(command);
    (0..32).map(move |_| ids.fresh().to_string())
}

/// Rows as they are written, of the customer whose command changed them.
pub fn images(rows: &[Row], customer: Option<CustomerId>, live: Option<&[String]>) -> Result<Vec<Image>, ServerError> {
    rows.iter()
        .map(|row| {
            let active = matches!(row, Row::Arrangement(one)
                if live.is_some_and(|live| live.contains(&one.of.id.to_string())));
            let image = Image::of(row, customer, active)?;
            // Of a payment that is there already the database keeps whose it is.
            Ok(if matches!(row, Row::Payment(_)) { image.by_person() } else { image })
        })
        .collect()
}
