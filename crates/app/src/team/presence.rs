//! Who else has an account open now: a hint for people, asked of the server while one is on screen.

use contract::{ApiError, AtAccount, PresenceView, PresentView};
use domain::ids::AccountId;
use protocol::{PresenceRequest, PresenceResponse, path};

use super::link::Standing;
use crate::desk::Desk;
use crate::parse;

impl Desk {
    /// Says what is open here; who else is there. Nobody while the server is not reached: a hint is
    /// not worth an error.
    pub(crate) fn present(&self, input: &AtAccount) -> Result<PresenceView, ApiError> {
        let account: Option<AccountId> = input.account.as_deref().map(parse::id).transpose()?;
        let nobody = PresenceView { others: Vec::new() };
        let (Some(net), Standing::UpToDate | Standing::Busy) = (self.link.net(), self.link.standing()) else {
            return Ok(nobody);
        };
        let request = PresenceRequest { open: account.into_iter().collect() };
        let Ok(answer) = net.post::<PresenceResponse>(path::PRESENCE, &request) else {
            return Ok(nobody);
        };
        let here = answer.others.into_iter().filter(|one| Some(one.account) == account);
        Ok(PresenceView {
            others: here.map(|one| PresentView { name: one.name, since: one.since.to_rfc3339() }).collect(),
        })
    }
}
