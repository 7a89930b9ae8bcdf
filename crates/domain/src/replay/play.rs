//! The history up to a run: what is open, held, planned and sent on its date.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::line::{Found, step_line};
use super::scenario::Event;
use super::world::{Draft, Policy, Target, World};
use super::{RunLine, StepLine};
use crate::money::Money;
use crate::treatment::engine::{Debt, Sent};
use crate::treatment::{LadderMode, explain};

/// What the events say, as far as they are dated up to a run.
#[derive(Default)]
struct Snapshot<'a> {
    payments: HashMap<&'a str, (usize, Decimal, bool)>,
    held: Vec<usize>,
    written_off: Vec<usize>,
    policies: HashMap<usize, Option<usize>>,
}

impl<'a> World<'a> {
    /// Applies the events in order; one line per run.
    pub fn play(mut self) -> Vec<RunLine> {
        let mut lines: Vec<RunLine> = Vec::new();
        let mut drafts: Vec<Draft> = Vec::new();
        for (position, event) in self.events.iter().enumerate() {
            match event {
                Event::Run { on } => {
                    let snapshot = self.snapshot(position, *on);
                    let (line, proposed) = self.plan(&snapshot, lines.last(), *on);
                    lines.push(line);
                    drafts = proposed;
                }
                Event::Sent { on } => {
                    self.sent.extend(drafts.drain(..).map(|draft| Draft { said: *on, ..draft }));
                }
                _ => {}
            }
        }
        lines
    }

    /// The listed events before a run that are not dated after it.
    fn snapshot(&self, position: usize, today: NaiveDate) -> Snapshot<'a> {
        let mut snapshot = Snapshot::default();
        for event in self.events[..position].iter().filter(|event| event.on() <= today) {
            match event {
                Event::Payment { id, invoice, amount, .. } => {
                    snapshot.payments.insert(id, (self.invoice_index[invoice.as_str()], *amount, true));
                }
                Event::ReversePayment { id, .. } => snapshot.set_counting(id, false),
                Event::RestorePayment { id, .. } => snapshot.set_counting(id, true),
                Event::Hold { invoice, .. } => {
                    snapshot.held.push(self.invoice_index[invoice.as_str()]);
                }
                Event::Release { invoice, .. } => {
                    let released = self.invoice_index[invoice.as_str()];
                    snapshot.held.retain(|held| *held != released);
                }
                Event::WriteOff { invoice, .. } => snapshot.written_off.push(self.invoice_index[invoice.as_str()]),
                Event::SetPolicy { account, policy, .. } => {
                    let policy = policy.as_ref().map(|name| self.policy_index[name.as_str()]);
                    snapshot.policies.insert(self.account_index[account.as_str()], policy);
                }
                Event::Run { .. } | Event::Sent { .. } => {}
            }
        }
        snapshot
    }

    /// Plans every account; the run before says what a state dropped from or skipped.
    fn plan(&self, snapshot: &Snapshot<'_>, before: Option<&RunLine>, today: NaiveDate) -> (RunLine, Vec<Draft>) {
        let mut steps: Vec<(StepLine, Draft)> = Vec::new();
        let mut states = BTreeMap::new();
        for (index, account) in self.accounts.iter().enumerate() {
            let policy = snapshot.policies.get(&index).copied().unwrap_or(account.policy);
            let Some(policy) = policy.map(|policy| &self.policies[policy]) else {
                if self.states_in_play {
                    states.insert(account.id.to_owned(), "clear".to_owned());
                }
                continue;
            };
            let (targets, debts) = self.debts(index, snapshot, today);
            if policy.plan.mode == LadderMode::Severest {
                let before =
                    before.and_then(|run| run.states.get(account.id)).and_then(|state| policy.plan.level_named(state));
                let (state, step) = self.account_step(policy, index, (&targets, &debts), before, today);
                states.insert(account.id.to_owned(), state);
                steps.extend(step);
                continue;
            }
            let unpaid = policy.plan.unpaid(&debts);
            for (debt, target) in debts.iter().zip(targets) {
                if let Some(due) = policy.plan.next_level(debt, unpaid, today) {
                    let id = self.invoices[debt.invoice].id;
                    let why = explain::why_level(&policy.plan, "replay", id, debt, &due);
                    let charged = debt.sent.iter().any(|sent| sent.level == policy.plan.levels[due.level].name);
                    steps.push(step_line(
                        policy,
                        due.level,
                        &why,
                        today,
                        &Found {
                            target,
                            ids: (Some(id), None),
                            due: debt.due,
                            anchor: policy.plan.anchor_of(debt),
                            original: debt.original,
                            balance: debt.balance,
                            fees: debt.fees(),
                            charged,
                        },
                    ));
                }
            }
        }
        steps.sort_by(|(left, _), (right, _)| {
            let key = |line: &StepLine| (line.invoice.clone().or_else(|| line.account.clone()), line.due);
            key(left).cmp(&key(right))
        });
        let (steps, drafts) = steps.into_iter().unzip();
        (RunLine { on: today, steps, states }, drafts)
    }

    /// The account's installments that exist today. A payment pays the oldest installment of its
    /// invoice first; held and written-off invoices have nothing to be dunned.
    fn debts<'w>(&'w self, account: usize, snapshot: &Snapshot<'_>, today: NaiveDate) -> (Vec<Target>, Vec<Debt<'w>>) {
        let mut targets = Vec::new();
        let mut debts = Vec::new();
        for (index, invoice) in self.invoices.iter().enumerate() {
            if invoice.account != account || invoice.date > today {
                continue;
            }
            let insulated = snapshot.held.contains(&index) || snapshot.written_off.contains(&index);
            let mut paid = snapshot.paid(index);
            for (place, installment) in invoice.installments.iter().enumerate() {
                let part = paid.min(installment.amount);
                paid -= part;
                let target = Target::Installment(index, place);
                targets.push(target);
                debts.push(Debt {
                    invoice: index,
                    dated: invoice.date,
                    due: installment.due,
                    original: Money::new(installment.amount, invoice.currency),
                    balance: if insulated { Decimal::ZERO } else { installment.amount - part },
                    sent: self.sent_on(target, today).collect(),
                });
            }
        }
        (targets, debts)
    }

    fn sent_on(&self, target: Target, today: NaiveDate) -> impl Iterator<Item = Sent<'_>> {
        self.sent
            .iter()
            .filter(move |draft| draft.target == target && draft.said <= today && draft.on <= today)
            .map(|draft| Sent { level: &draft.level, on: draft.on, fee: draft.fee, anchor: Some(draft.anchor) })
    }

    /// An account's state and, unless it was sent for this very standing, its step. Its fee is
    /// charged on the earliest unpaid installment: the one that decides.
    fn account_step(
        &self,
        policy: &Policy<'_>,
        account: usize,
        (targets, debts): (&[Target], &[Debt<'_>]),
        before: Option<usize>,
        today: NaiveDate,
    ) -> (String, Option<(StepLine, Draft)>) {
        let clear = || ("clear".to_owned(), None);
        let Some(standing) = policy.plan.standing(debts, today) else {
            return clear();
        };
        let Some((level, _)) = standing.level else {
            return clear();
        };
        let state = policy.plan.levels[level].name.clone();
        let sent: Vec<Sent<'_>> = self.sent_on(Target::Account(account), today).collect();
        if policy.plan.is_taken(&standing, &sent) {
            return (state, None);
        }
        let earliest = &debts[standing.earliest];
        let name = match targets[standing.earliest] {
            Target::Installment(invoice, _) => self.invoices[invoice].id,
            Target::Account(account) => self.accounts[account].id,
        };
        let why = explain::why_standing(&policy.plan, "replay", name, &standing, before, today);
        let step = step_line(
            policy,
            level,
            &why,
            today,
            &Found {
                target: Target::Account(account),
                ids: (None, Some(self.accounts[account].id)),
                due: earliest.due,
                anchor: standing.anchor,
                original: earliest.original,
                balance: standing.total(earliest.original.currency),
                fees: sent.iter().map(|sent| sent.fee).sum(),
                charged: sent.iter().any(|sent| sent.level == state && sent.anchor == Some(standing.anchor)),
            },
        );
        (state, Some(step))
    }
}

impl Snapshot<'_> {
    fn set_counting(&mut self, id: &str, counts: bool) {
        if let Some(payment) = self.payments.get_mut(id) {
            payment.2 = counts;
        }
    }

    fn paid(&self, invoice: usize) -> Decimal {
        self.payments.values().filter(|(on, _, counts)| *counts && *on == invoice).map(|(_, amount, _)| *amount).sum()
    }
}
