//! Everything about one account, for its screen.

use chrono::{DateTime, NaiveDate, Utc};
use contract::{
    AccountRef, AccountView, AddressView, AgingView, ApiError, ArrangementView, BucketView, DisputeView, DocumentView,
    FollowUpView, InstallmentView, InvoiceView, PaymentView, PointView, RiskView,
};
use domain::aging::{self, CurrencyAging, OpenItem};
use domain::arrangement::{self, Arrangement};
use domain::calendar::time_words;
use domain::compliance::contactability;
use domain::compliance::zone::{Zones, local_date};
use domain::facts::Facts;
use domain::ids::InvoiceId;
use domain::money::Money;
use domain::policy::Policy;
use domain::risk;
use domain::template::Kind;
use domain::treatment;
use rust_decimal::Decimal;

use crate::desk::Desk;
use crate::errors::stored;
use crate::holds;
use crate::orders;
use crate::parse;
use crate::proposal::limits_view;
use crate::run_output;
use crate::views::{amount, contact_now, days, money, state_words, word};

/// Paid invoices shown beside the open ones.
const PAID_SHOWN: usize = 60;

impl Desk {
    /// The account screen's facts.
    pub(crate) fn account_view(&self, input: &AccountRef) -> Result<AccountView, ApiError> {
        let store = self.store()?;
        let now = self.now();
        let facts = store.facts(parse::id(&input.account)?, now).map_err(stored)?;
        let today = local_date(&facts.customer, now);
        let policy = self.policy_on(&store, today)?;
        let risk = risk::score(&facts, today);
        let limits = arrangement::limits(&facts, &policy.arrangement, policy.version, today);
        let (arrangement_limits, arrangement_refusal) = limits_view(&limits, &policy);
        let address = &facts.customer.address;
        let (zone, local_time) = zone_words(&facts, now);
        Ok(AccountView {
            account: facts.account.id.to_string(),
            others: Self::others(&store, &facts)?,
            customer_id: facts.customer.id.to_string(),
            customer: facts.customer.name.clone(),
            class: word(&facts.customer.kind),
            mode: word(&facts.account.mode),
            number: facts.account.reference.clone(),
            creditor: facts.account.creditor.clone(),
            segment: facts.account.segment.clone(),
            address: address_lines(&facts),
            address_parts: AddressView {
                lines: address.lines.clone(),
                city: address.city.clone(),
                state: address.state.clone(),
                zip: address.zip.clone(),
            },
            zone,
            local_time,
            points: points(&facts),
            autopay: facts.account.autopay,
            paperless: facts.account.paperless,
            aging: aging::age(&facts, &policy.aging, today).iter().map(|one| aging_view(one, &policy)).collect(),
            risk: RiskView {
                score: u32::from(risk.score),
                band: word(&risk.band),
                factors: risk.factors.iter().map(|factor| factor.text.clone()).collect(),
            },
            contact: self.as_permitted(&store, &facts, contact_now(&contactability(&facts, &policy, now), now))?,
            next: Self::next_views(&facts, &policy, now, today),
            holds: facts
                .holds
                .iter()
                .filter(|hold| hold.is_active(now, today))
                .map(|hold| holds::view(hold, &facts, today))
                .collect(),
            validation: treatment::notice_words(&facts, &policy, now, today),
            disputes: disputes(&facts, today),
            arrangements: facts
                .arrangements
                .iter()
                .rev()
                .map(|one| arrangement_view(one, &facts, &policy, today))
                .collect(),
            invoices: invoices(&facts, &policy, today),
            payments: payments(&facts),
            services: orders::services(&facts, &policy, now),
            follow_ups: follow_ups(&facts),
            documents: documents(&facts),
            arrangement_limits,
            arrangement_refusal,
        })
    }
}

fn address_lines(facts: &Facts) -> Vec<String> {
    let address = &facts.customer.address;
    let mut lines = address.lines.clone();
    let last = [address.city.as_str(), address.state.as_str(), address.zip.as_str()]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    if !last.is_empty() {
        lines.push(last);
    }
    lines
}

/// "Los Angeles (Pacific)" or several, and the local time where all agree.
fn zone_words(facts: &Facts, now: DateTime<Utc>) -> (String, Option<String>) {
    let zones = Zones::of(&facts.customer);
    let names: Vec<String> =
        zones.iter().map(|zone| zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")).collect();
    if names.is_empty() {
        return ("Zone unknown".to_owned(), None);
    }
    let mut times: Vec<String> = zones.local(now).map(|local| time_words(local.time())).collect();
    times.dedup();
    let time = if times.len() == 1 { times.pop() } else { None };
    let shown =
        if names.len() > 3 { format!("{} and {} more zones", names[0], names.len() - 1) } else { names.join(" or ") };
    (shown, time)
}

fn points(facts: &Facts) -> Vec<PointView> {
    facts
        .customer
        .points
        .iter()
        .map(|point| PointView {
            id: point.id.to_string(),
            kind: word(&point.kind),
            value: point.value.clone(),
            label: point.label.clone(),
            source: point.source.clone(),
            bad: point.bad,
            opted_out: point.opted_out,
            consented: point.consented,
        })
        .collect()
}

fn plain(value: Decimal, currency: domain::money::Currency) -> String {
    Money::new(value, currency).plain()
}

fn aging_view(aging: &CurrencyAging, policy: &Policy) -> AgingView {
    let text = |value| plain(value, aging.currency);
    AgingView {
        currency: aging.currency.to_string(),
        open: text(aging.open),
        past_due: text(aging.past_due),
        disputed: text(aging.disputed),
        undisputed: text(aging.open - aging.disputed),
        unapplied: text(aging.unapplied),
        net: text(aging.open - aging.unapplied),
        oldest_days: days(aging.oldest_days),
        buckets: aging
            .buckets
            .iter()
            .enumerate()
            .map(|(index, (invoices, value))| BucketView {
                label: policy.aging.label(index),
                invoices: *invoices,
                amount: text(*value),
            })
            .collect(),
    }
}

pub(crate) fn number_of(facts: &Facts, id: InvoiceId) -> String {
    facts.invoice(id).map_or_else(|| id.to_string(), |invoice| invoice.number.clone())
}

fn disputes(facts: &Facts, today: NaiveDate) -> Vec<DisputeView> {
    let mut list: Vec<_> = facts.disputes.iter().collect();
    list.sort_by_key(|one| (!one.is_open(today), one.opened));
    list.into_iter()
        .map(|one| DisputeView {
            id: one.id.to_string(),
            invoice: one.invoice.to_string(),
            number: number_of(facts, one.invoice),
            amount: money(one.amount),
            reason: one.reason.clone(),
            opened: one.opened.to_string(),
            resolved: one.resolved.as_ref().map(|(day, _)| day.to_string()),
            outcome: one.resolved.as_ref().map(|(_, how)| how.clone()),
        })
        .collect()
}

fn arrangement_view(one: &Arrangement, facts: &Facts, policy: &Policy, today: NaiveDate) -> ArrangementView {
    let status = arrangement::status(one, facts, &policy.arrangement, today);
    let kept = status.installments.iter().filter(|part| part.kept_on.is_some()).count();
    let of = status.installments.len();
    let summary = match &status.next_due {
        Some((due, missing)) => format!("{kept} of {of} paid, next {} on {due}", missing.pretty()),
        None => format!("{kept} of {of} paid"),
    };
    let total = one.installments.iter().map(|part| part.amount.amount).sum::<Decimal>();
    let currency = one.installments.first().map_or(domain::money::Currency::USD, |part| part.amount.currency);
    ArrangementView {
        id: one.id.to_string(),
        kind: word(&one.kind),
        state: status.state.word().to_owned(),
        summary,
        agreed: one.agreed_on.to_string(),
        total: amount(total, currency),
        covers: one.covers.iter().map(|id| number_of(facts, *id)).collect(),
        installments: status
            .installments
            .iter()
            .map(|part| InstallmentView {
                due: part.due.to_string(),
                amount: money(part.amount),
                paid: money(part.paid),
                state: word(&part.standing),
            })
            .collect(),
        approved_by: one.approved_by.clone(),
    }
}

fn invoices(facts: &Facts, policy: &Policy, today: NaiveDate) -> Vec<InvoiceView> {
    let open = aging::open_items(facts, today);
    let insulated = arrangement::insulated_invoices(facts, &policy.arrangement, today);
    let level = |id: InvoiceId| {
        facts
            .steps
            .iter()
            .rev()
            .find(|step| step.invoice == Some(id) || step.invoice.is_none())
            .map(|step| step.level.clone())
    };
    let view = |invoice: &domain::invoice::Invoice, item: Option<&OpenItem<'_>>| {
        let currency = invoice.amount.currency;
        let left = item.map_or(Decimal::ZERO, |item| item.open);
        let disputed = item.map_or(Decimal::ZERO, |item| item.disputed);
        let state = if invoice.written_off.is_some_and(|day| day <= today) {
            "written_off"
        } else if left.is_zero() {
            "paid"
        } else if disputed > Decimal::ZERO {
            "disputed"
        } else if insulated.contains(&invoice.id) {
            "promised"
        } else if left < invoice.amount.amount {
            "partly_paid"
        } else {
            "open"
        };
        InvoiceView {
            id: invoice.id.to_string(),
            number: invoice.number.clone(),
            date: invoice.date.to_string(),
            due: invoice.due.to_string(),
            amount: money(invoice.amount),
            open: amount(left, currency),
            disputed: amount(disputed, currency),
            days_past_due: days((today - invoice.due).num_days()),
            state: state.to_owned(),
            level: item.and_then(|_| level(invoice.id)),
        }
    };
    let mut list: Vec<InvoiceView> = open.iter().map(|item| view(item.invoice, Some(item))).collect();
    let paid = facts
        .invoices
        .iter()
        .rev()
        .filter(|invoice| invoice.date <= today && !open.iter().any(|item| item.invoice.id == invoice.id));
    list.extend(paid.take(PAID_SHOWN).map(|invoice| view(invoice, None)));
    list
}

fn payments(facts: &Facts) -> Vec<PaymentView> {
    facts
        .payments
        .iter()
        .rev()
        .take(200)
        .map(|one| {
            let allocated: Decimal = one.allocations.iter().map(|part| part.amount.amount).sum();
            PaymentView {
                id: one.id.to_string(),
                posted: one.posted.to_string(),
                kind: word(&one.kind),
                reference: one.reference.clone(),
                method: one.method.clone(),
                amount: money(one.amount),
                unapplied: amount(one.amount.amount - allocated, one.amount.currency),
                pays: one.allocations.iter().map(|part| number_of(facts, part.invoice)).collect(),
                reversed: one.reversed.map(|day| day.to_string()),
            }
        })
        .collect()
}

fn follow_ups(facts: &Facts) -> Vec<FollowUpView> {
    let mut list: Vec<_> = facts.follow_ups.iter().filter(|one| one.done.is_none()).collect();
    list.sort_by_key(|one| one.due);
    list.into_iter()
        .map(|one| FollowUpView {
            id: one.id.to_string(),
            due: one.due.to_string(),
            what: one.what.clone(),
            why: one.why.clone(),
            assignee: one.assignee.clone(),
        })
        .collect()
}

fn documents(facts: &Facts) -> Vec<DocumentView> {
    let mut list: Vec<_> = facts.outbox.iter().collect();
    list.sort_by_key(|(intent, _)| std::cmp::Reverse(intent.decided));
    list.into_iter()
        .map(|(intent, state)| DocumentView {
            id: intent.id.to_string(),
            channel: word(&intent.channel),
            title: Kind::of_key(&intent.template)
                .map_or_else(|| intent.template.clone(), |kind| kind.title().to_owned()),
            state: state.word().to_owned(),
            detail: state_words(state),
            at: intent.decided.to_rfc3339(),
            // Of an email that left no copy is kept: it is in the mailbox.
            viewable: run_output::waits(state)
                || (intent.channel == domain::outbox::Channel::Letter
                    && matches!(state, domain::outbox::State::Printed { .. } | domain::outbox::State::Sent { .. })),
        })
        .collect()
}
