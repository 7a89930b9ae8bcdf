//! Services as the window shows them, with what the rules say of cutting each off now.

use chrono::{DateTime, Utc};
use contract::{OrderNow, ServiceView};
use domain::account::{Service, ServiceState};
use domain::compliance::{Leaves as _, clear, verdict};
use domain::facts::Facts;
use domain::ids::OrderId;
use domain::policy::Policy;
use domain::service_order::{OrderKind, ServiceOrder};

use crate::errors::reasons;
use crate::views::word;

/// The account's services.
pub fn services(facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Vec<ServiceView> {
    let view = |one: &Service| ServiceView {
        id: one.id.to_string(),
        product: one.product.clone(),
        identifier: one.identifier.clone(),
        state: word(&one.state),
        cut: cut(one, facts, policy, now),
    };
    facts.services.iter().map(view).collect()
}

/// The next cut of a service: a suspension, then a termination.
fn cut(service: &Service, facts: &Facts, policy: &Policy, now: DateTime<Utc>) -> Option<OrderNow> {
    let kind = match service.state {
        ServiceState::Active => OrderKind::Suspend,
        ServiceState::Suspended => OrderKind::Terminate,
        ServiceState::Terminated => return None,
    };
    // An order of this moment, as the gate would clear it: its id goes nowhere.
    let order = ServiceOrder::of(facts, OrderId(uuid::Uuid::nil()), kind, service.id);
    let approved = order.approval.clone();
    let noun = kind.noun();
    let (state, text, against) = match clear(order, facts, policy, now) {
        Ok(cleared) => {
            let by = approved.filter(|_| !verdict(&cleared.item().act(), facts, policy, now).permits());
            let text = match by {
                Some(word) => format!("A {noun} may be ordered: approved by {}, {}", word.by, word.reason),
                None => format!("A {noun} may be ordered now"),
            };
            ("yes", text, Vec::new())
        }
        Err(refusal) => {
            let supervisor = refusal.lift == domain::reason::Lift::Supervisor;
            let state = if supervisor { "supervisor" } else { "no" };
            let verb = if supervisor { "A supervisor decides on a" } else { "No" };
            (state, format!("{verb} {noun}: {}", refusal.message.trim_end_matches('.')), refusal.reasons)
        }
    };
    Some(OrderNow { kind: word(&kind), state: state.to_owned(), text, reasons: reasons(&against) })
}
