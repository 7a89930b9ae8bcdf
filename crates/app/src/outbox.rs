//! The outbox as the window lists it.

use contract::{ApiError, KindCount, OutboxPage, OutboxQuery, OutboxRow};
use domain::outbox::Channel;
use domain::template::Kind;
use store::OutboxFilter;

use crate::desk::Desk;
use crate::errors::stored;
use crate::views::{count, state_words, word};

/// States in the order a person should see them: what needs her first.
const ORDER: [(&str, &str); 8] = [
    ("unknown", "To settle"),
    ("stopped", "Stopped"),
    ("waiting", "Waiting to try again"),
    ("sending", "Being sent"),
    ("queued", "Ready"),
    ("printed", "Made"),
    ("sent", "Sent"),
    ("cancelled", "Taken back"),
];

impl Desk {
    /// A page of the outbox.
    pub(crate) fn outbox_page(&self, query: &OutboxQuery) -> Result<OutboxPage, ApiError> {
        let store = self.store()?;
        let counted = store.outbox_counts().map_err(stored)?;
        let counts = ORDER
            .iter()
            .filter_map(|(kind, label)| {
                let number = counted.iter().find(|(state, _)| state == kind)?.1;
                Some(KindCount { kind: (*kind).to_owned(), label: (*label).to_owned(), count: count(number) })
            })
            .collect();
        let words: Vec<&str> = ORDER
            .iter()
            .map(|(kind, _)| *kind)
            .filter(|kind| query.states.is_empty() || query.states.iter().any(|state| state == kind))
            .collect();
        let wanted: Option<Channel> =
            query.channel.as_deref().map(|text| crate::parse::word("channel", text)).transpose()?;
        let mut rows = store.outbox(OutboxFilter::Words(&words)).map_err(stored)?;
        rows.retain(|row| wanted.is_none_or(|channel| row.intent.channel == channel));
        let place = |state: &str| ORDER.iter().position(|(kind, _)| *kind == state).unwrap_or(ORDER.len());
        rows.sort_by_key(|row| (place(row.state.word()), std::cmp::Reverse(row.intent.decided)));
        let total = count(rows.len());
        let page = rows.into_iter().skip(query.offset as usize).take(query.limit as usize);
        let rows = page
            .map(|row| {
                let customer = store.facts(row.intent.account, self.now()).map_err(stored)?.customer.name;
                Ok(OutboxRow {
                    id: row.intent.id.to_string(),
                    account: row.intent.account.to_string(),
                    customer,
                    channel: word(&row.intent.channel),
                    template: Kind::of_key(&row.intent.template)
                        .map_or(row.intent.template, |kind| kind.title().to_owned()),
                    to: row.intent.to.unwrap_or_else(|| "by mail".to_owned()),
                    state: row.state.word().to_owned(),
                    detail: state_words(&row.state),
                    at: row.intent.decided.to_rfc3339(),
                })
            })
            .collect::<Result<_, ApiError>>()?;
        Ok(OutboxPage { rows, total, counts })
    }
}
