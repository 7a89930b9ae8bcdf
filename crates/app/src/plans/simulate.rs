//! A draft tried on the portfolio: both policies walked forward for every account, counted, and kept
//! in a few bytes an account so that the list of accounts can be looked through afterwards.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use contract::{
    ApiError, Costs, DayLine, ErrorCode, LevelLine, MoneyView, SideView, SimulatePlans, SimulatedPage, SimulatedQuery,
    SimulatedRow, SimulatedStep, SimulationView, WayCounts,
};
use domain::calendar::{Calendar, is_business_day, plus_days};
use domain::facts::Facts;
use domain::ids::AccountId;
use domain::money::Currency;
use domain::policy::Policy;
use domain::treatment::{Channel, Foreseen, LevelTotal, Outlook, forecast, is_treated_alike};
use rust_decimal::Decimal;
use store::{StoreError, Which};

use super::{COSTS, Timeline, form};
use crate::desk::Desk;
use crate::errors::stored;
use crate::planning::threads;
use crate::views::{amount, count, money, word};

/// The furthest look ahead.
const MOST_DAYS: u32 = 180;
/// Accounts between two looks at the cancel button.
const STRIDE: u64 = 200;

/// A plan, level and way.
type Line = (String, String, Channel);

/// A message under either policy, in four bytes.
#[derive(Clone, Copy)]
struct Hit {
    day: u16,
    line: u16,
}

/// An account that gets something under one of the policies.
pub(super) struct Held {
    pub(super) account: AccountId,
    pub(super) changed: bool,
    hits: Box<[Hit]>,
}

/// The last simulation, for looking through its accounts.
pub struct Simulation {
    present: Timeline,
    proposed: Policy,
    from: NaiveDate,
    days: u32,
    lines: Vec<Line>,
    pub(super) held: Vec<Held>,
}

impl Simulation {
    /// Both policies' messages of an account.
    pub(super) fn walk(&self, facts: &mut Facts) -> [Vec<Foreseen>; 2] {
        walk(&self.present, &self.proposed, facts, self.from, self.days)
    }
}

fn walk(present: &Timeline, proposed: &Policy, facts: &mut Facts, from: NaiveDate, days: u32) -> [Vec<Foreseen>; 2] {
    let now = forecast(facts, |day| present.on(day), from, days);
    // Most drafts change a plan that most accounts do not follow.
    let (first, last) = (present.on(from), present.on(plus_days(from, days.saturating_sub(1))));
    if std::ptr::eq(first, last) && is_treated_alike(facts, first, proposed, from) {
        return [now.clone(), now];
    }
    let then =
        forecast(facts, |day| if day >= proposed.effective_from { proposed } else { present.on(day) }, from, days);
    [now, then]
}

/// One thread's part.
#[derive(Default)]
struct Share {
    outlooks: [Outlook; 2],
    lines: BTreeMap<Line, u16>,
    held: Vec<Held>,
}

impl Share {
    fn add(&mut self, account: AccountId, walked: &[Vec<Foreseen>; 2], from: NaiveDate) {
        let [now, then] = walked;
        self.outlooks[0].add(now);
        self.outlooks[1].add(then);
        if now.is_empty() && then.is_empty() {
            return;
        }
        let changed = now.len() != then.len() || now.iter().zip(then).any(|(one, other)| !one.is_same(other));
        let mut hits = Vec::with_capacity(now.len() + then.len());
        for one in now.iter().chain(then) {
            let next = u16::try_from(self.lines.len()).unwrap_or(u16::MAX);
            let line = *self.lines.entry((one.plan.clone(), one.level.clone(), one.channel)).or_insert(next);
            let day = u16::try_from((one.on - from).num_days()).unwrap_or(u16::MAX);
            hits.push(Hit { day, line });
        }
        self.held.push(Held { account, changed, hits: hits.into_boxed_slice() });
    }
}

impl Desk {
    /// Walks the whole portfolio.
    pub(crate) fn simulate(&self, input: &SimulatePlans) -> Result<SimulationView, ApiError> {
        let store = self.store()?;
        let (treatment, problems) = form::treatment(&input.treatment);
        if let Some(problem) = problems.first() {
            return Err(ApiError::invalid(&problem.at, problem.message.clone(), "Mend it, then simulate."));
        }
        let costs = UnitCosts::read(&input.costs)?;
        if input.days == 0 || input.days > MOST_DAYS {
            return Err(ApiError::invalid("days", "It looks 1 to 180 days ahead.", "Choose a time within that."));
        }
        let present = Timeline::load(&store)?;
        let first = self.first_day(&input.effective_from)?;
        let base = present.on(first);
        let last =
            base.version.max(store.policies().map_err(stored)?.iter().map(|one| one.policy.version).max().unwrap_or(1));
        let proposed = Policy { treatment, effective_from: first, version: last + 1, ..base.clone() };
        store.put_setting(COSTS, &input.costs).map_err(stored)?;

        let (from, days) = (self.today(), input.days);
        let total = store.account_count().map_err(stored)? as u64;
        let job = Mutex::new(self.job(&input.job));
        let told = |done: u64| {
            let mut job = job.lock().unwrap_or_else(PoisonError::into_inner);
            job.step("Walking the accounts", done, total)
        };
        let done = AtomicU64::new(0);
        let shares = store
            .fold_facts(Which::Working, self.now(), threads(), Share::default, |share, mut facts| {
                let walked = walk(&present, &proposed, &mut facts, from, days);
                share.add(facts.account.id, &walked, from);
                let so_far = done.fetch_add(1, Ordering::Relaxed) + 1;
                if so_far % STRIDE == 1 && told(so_far) == ControlFlow::Break(()) {
                    return Err(StoreError::Cancelled);
                }
                Ok(())
            })
            .map_err(stored)?;
        let (outlooks, lines, held) = gathered(shares);
        let view = SimulationView {
            from: from.to_string(),
            to: plus_days(from, days - 1).to_string(),
            accounts: u32::try_from(total).unwrap_or(u32::MAX),
            changed: count(held.iter().filter(|one| one.changed).count()),
            present: side(&outlooks[0], &costs),
            proposed: side(&outlooks[1], &costs),
            levels: level_lines(&outlooks),
            days: day_lines(&outlooks, from, days),
            assumes: assumptions(),
        };
        *self.simulation.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Simulation { present, proposed, from, days, lines, held });
        Ok(view)
    }

    /// Part of the accounts of the last simulation, each walked again for its details.
    pub(crate) fn simulated_page(&self, query: &SimulatedQuery) -> Result<SimulatedPage, ApiError> {
        let store = self.store()?;
        let kept = self.simulation.lock().unwrap_or_else(PoisonError::into_inner);
        let simulation = kept.as_ref().ok_or_else(gone)?;
        let day = query.day.as_deref().map(|text| crate::parse::day("day", text)).transpose()?;
        let day = day.map(|day| u16::try_from((day - simulation.from).num_days()).unwrap_or(u16::MAX));
        let line = match &query.level {
            None => None,
            Some(one) => {
                let channel: Channel = crate::parse::word("channel", &one.channel)?;
                let wanted = (one.plan.clone(), one.level.clone(), channel);
                Some(simulation.lines.iter().position(|line| *line == wanted).unwrap_or(usize::MAX))
            }
        };
        let fits = |one: &&Held| {
            (!query.changed || one.changed)
                && (day.is_none() && line.is_none()
                    || one.hits.iter().any(|hit| {
                        day.is_none_or(|day| hit.day == day) && line.is_none_or(|line| usize::from(hit.line) == line)
                    }))
        };
        let total = simulation.held.iter().filter(fits).count();
        let page = simulation.held.iter().filter(fits).skip(query.offset as usize).take(query.limit.min(200) as usize);
        let mut rows = Vec::new();
        for one in page {
            let mut facts = store.facts(one.account, self.now()).map_err(stored)?;
            let [present, proposed] = simulation.walk(&mut facts);
            rows.push(SimulatedRow {
                account: one.account.to_string(),
                number: facts.account.reference,
                customer: facts.customer.name,
                changed: one.changed,
                present: present.iter().map(step_view).collect(),
                proposed: proposed.iter().map(step_view).collect(),
            });
        }
        Ok(SimulatedPage { rows, total: count(total) })
    }

    /// Its policies are no longer those compared.
    pub(crate) fn forget_simulation(&self) {
        *self.simulation.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// No simulation is kept.
pub(super) fn gone() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "The simulation is not kept any more.",
        "Run it again; it was dropped when a policy was published or Dunlin was locked.",
    )
}

fn assumptions() -> Vec<String> {
    [
        "Nobody pays, no new invoice is billed, and every account is as risky as today.",
        "Every message leaves on the day it is due, on federal business days only; all debts of an account go in one message.",
        "A supervisor confirms what needs it. What is on its way already counts as sent.",
        "The law is not asked: the compliance gate may hold back some of these, never add to them.",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn step_view(one: &Foreseen) -> SimulatedStep {
    SimulatedStep {
        day: one.on.to_string(),
        level: one.level.clone(),
        channel: word(&one.channel),
        amount: money(one.amount),
        fee: (!one.fee.is_zero()).then(|| amount(one.fee, one.amount.currency)),
        needs_approval: one.needs_approval,
    }
}

/// The shares together; lines get the same number in all of them. Who gets something first comes
/// first, whatever thread found it.
fn gathered(shares: Vec<Share>) -> ([Outlook; 2], Vec<Line>, Vec<Held>) {
    let mut outlooks = [Outlook::default(), Outlook::default()];
    let mut lines: Vec<Line> = Vec::new();
    let mut held = Vec::new();
    for share in shares {
        let [now, then] = share.outlooks;
        outlooks[0].merge(now);
        outlooks[1].merge(then);
        let mut renumbered = vec![0_u16; share.lines.len()];
        for (line, number) in share.lines {
            let place = lines.iter().position(|known| *known == line).unwrap_or_else(|| {
                lines.push(line);
                lines.len() - 1
            });
            renumbered[usize::from(number)] = u16::try_from(place).unwrap_or(u16::MAX);
        }
        for mut one in share.held {
            for hit in &mut one.hits {
                hit.line = renumbered[usize::from(hit.line)];
            }
            held.push(one);
        }
    }
    held.sort_by_key(|one: &Held| (!one.changed, one.hits.iter().map(|hit| hit.day).min(), one.account));
    (outlooks, lines, held)
}

fn fee_views(fees: &BTreeMap<Currency, Decimal>) -> Vec<MoneyView> {
    fees.iter().map(|(currency, fee)| amount(*fee, *currency)).collect()
}

fn number(many: u64) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

fn ways(counts: Option<&BTreeMap<Channel, u64>>) -> WayCounts {
    let of = |channel| number(counts.and_then(|counts| counts.get(&channel)).copied().unwrap_or(0));
    WayCounts { letter: of(Channel::Letter), email: of(Channel::Email), phone: of(Channel::Phone) }
}

fn side(outlook: &Outlook, costs: &UnitCosts) -> SideView {
    let by_channel = outlook.by_channel();
    SideView {
        accounts: number(outlook.accounts),
        cost: costs.of(&by_channel),
        messages: ways(Some(&by_channel)),
        fees: fee_views(&outlook.fees()),
    }
}

fn level_lines(outlooks: &[Outlook; 2]) -> Vec<LevelLine> {
    // A level may stand at another place in the proposed plan; it is one line all the same.
    let mut lines: BTreeMap<Line, (Option<usize>, [LevelTotal; 2])> = BTreeMap::new();
    for (side, outlook) in outlooks.iter().enumerate() {
        for ((plan, rank, level, channel), total) in &outlook.levels {
            let line = lines.entry((plan.clone(), level.clone(), *channel)).or_default();
            line.0 = *rank;
            line.1[side] = total.clone();
        }
    }
    let mut lines: Vec<_> = lines.into_iter().collect();
    lines.sort_by(|((plan, _, channel), (rank, _)), ((other, _, by), (place, _))| {
        (plan, rank, channel).cmp(&(other, place, by))
    });
    lines
        .into_iter()
        .map(|((plan, level, channel), (_, [present, proposed]))| LevelLine {
            plan,
            level,
            channel: word(&channel),
            present: number(present.messages),
            proposed: number(proposed.messages),
            approvals: number(proposed.approvals),
            present_fees: fee_views(&present.fees),
            proposed_fees: fee_views(&proposed.fees),
        })
        .collect()
}

fn day_lines(outlooks: &[Outlook; 2], from: NaiveDate, days: u32) -> Vec<DayLine> {
    (0..days)
        .map(|offset| plus_days(from, offset))
        .map(|day| DayLine {
            day: day.to_string(),
            closed: !is_business_day(Calendar::Federal, day),
            present: ways(outlooks[0].days.get(&day)),
            proposed: ways(outlooks[1].days.get(&day)),
        })
        .collect()
}

/// What a message costs the house; none given means not counted.
struct UnitCosts([Option<Decimal>; 3]);

impl UnitCosts {
    fn read(costs: &Costs) -> Result<Self, ApiError> {
        let one = |field: &str, text: &str| -> Result<Option<Decimal>, ApiError> {
            if text.trim().is_empty() {
                return Ok(None);
            }
            let cost = crate::parse::amount(field, text)?;
            if cost.is_sign_negative() || cost > Decimal::from(1_000) {
                return Err(ApiError::invalid(field, "A cost from 0 to 1,000.", "Write what one costs, such as 0.75."));
            }
            Ok(Some(cost))
        };
        Ok(Self([one("letter", &costs.letter)?, one("email", &costs.email)?, one("call", &costs.call)?]))
    }

    fn of(&self, messages: &BTreeMap<Channel, u64>) -> Option<String> {
        let Self([letter, email, phone]) = self;
        let each = [(letter, Channel::Letter), (email, Channel::Email), (phone, Channel::Phone)];
        let parts: Vec<Decimal> = each
            .iter()
            .filter_map(|(cost, channel)| Some((**cost)? * Decimal::from(messages.get(channel).copied().unwrap_or(0))))
            .collect();
        (!parts.is_empty()).then(|| format!("{:.2}", parts.iter().sum::<Decimal>()))
    }
}
