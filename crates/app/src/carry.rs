//! Carrying out what was decided: committed at once where this installation works alone, logged as
//! commands for the server where it works in a team. The decision is the same either way.

use chrono::{DateTime, NaiveDate, Utc};
use contract::{ApiError, ErrorCode};
use domain::decide::{self, Actor, Command};
use domain::facts::Facts;
use domain::ids::{AccountId, IdSource, OrderId, ServiceId};
use domain::outbox::Event;
use domain::plan::Plan;
use domain::policy::Policy;
use domain::reason::Refusal;
use domain::service_order::{OrderKind, ServiceOrder};
use protocol::{Act, COMMAND, Clock, CommandId, CommandIds, Envelope, Json, PermitId, policy_for};
use store::{Ground, NewCommand, RunStep, Store, StoreError};

use crate::desk::Desk;
use crate::errors::{refused, stored};
use crate::team;

/// Something decided on an account's facts, to be carried out.
pub struct Deed {
    /// On which account.
    pub account: AccountId,
    /// What was done, as it travels.
    pub act: Act,
    /// Its command's identity, from which all its rows' ids come, where there is a server.
    id: Option<CommandId>,
    /// What it leads to on those facts.
    pub plan: Plan,
}

impl Deed {
    /// The command it becomes, where there is a server.
    pub fn command(&self) -> Option<CommandId> {
        self.id
    }
}

/// What was carried out.
pub struct Carried {
    /// What each deed led to: on facts that changed since it was decided, that may be another plan.
    pub plans: Vec<Plan>,
    /// Their numbers in the queue for the server; none where there is none.
    pub numbers: Vec<u32>,
}

/// On which facts, by whom and when something is decided.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The account's facts.
    pub facts: &'a Facts,
    /// The policy of its day.
    pub policy: &'a Policy,
    /// By whom.
    pub by: &'a Actor,
    /// When.
    pub now: DateTime<Utc>,
    /// The customer's date then.
    pub today: NaiveDate,
}

/// Why a command was not logged.
enum Stopped {
    Domain(Refusal),
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Desk {
    /// Decides a person's act.
    pub(crate) fn decided(&self, store: &Store, case: Case<'_>, command: Command) -> Result<Deed, ApiError> {
        self.try_decided(store, case, command)?.map_err(refused)
    }

    /// Decides a person's act; a refusal is the caller's to tell.
    pub(crate) fn try_decided(
        &self,
        store: &Store,
        case: Case<'_>,
        command: Command,
    ) -> Result<Result<Deed, Refusal>, ApiError> {
        let account = case.facts.account.id;
        let act = Act::Decide { account, command: command.clone() };
        self.deed(store, account, act, |ids| {
            decide::decide(case.facts, case.policy, command, case.by, case.now, case.today, ids)
        })
    }

    /// What became of a letter or email.
    pub(crate) fn settled(
        &self,
        store: &Store,
        case: Case<'_>,
        what: (domain::ids::OutboxId, Event),
    ) -> Result<Deed, ApiError> {
        let account = case.facts.account.id;
        let act = Act::Settle { account, outbox: what.0, event: what.1.clone() };
        self.deed(store, account, act, |ids| {
            decide::settle(case.facts, case.policy, what, case.by, case.now, case.today, ids)
        })?
        .map_err(refused)
    }

    /// A service order is asked for: a request, which only a team's server releases.
    pub(crate) fn ordered(
        &self,
        store: &Store,
        case: Case<'_>,
        service: ServiceId,
        kind: OrderKind,
    ) -> Result<Deed, ApiError> {
        if !store.is_connected().map_err(stored)? {
            return Err(ApiError::new(
                ErrorCode::Refused,
                "A service order goes to the billing system through the team's server, and there is none here.",
                "Place the order in the billing system, and write a note here.",
            ));
        }
        let account = case.facts.account.id;
        let order = ServiceOrder { id: OrderId(self.ids().fresh()), account, service, kind, approval: None };
        let act = Act::Order { order: order.clone() };
        self.deed(store, account, act, |ids| protocol::ordered(&order, case.facts, case.by, case.now, ids))?
            .map_err(refused)
    }

    /// What a run or the gate at the moment of leaving does to an account's outbox.
    pub(crate) fn recorded(&self, store: &Store, account: AccountId, plan: Plan) -> Result<Deed, ApiError> {
        self.deed(store, account, Act::Record { account, plan: plan.clone() }, |_| Ok(plan))?.map_err(refused)
    }

    fn deed(
        &self,
        store: &Store,
        account: AccountId,
        act: Act,
        plan: impl FnOnce(&mut dyn IdSource) -> Result<Plan, Refusal>,
    ) -> Result<Result<Deed, Refusal>, ApiError> {
        if store.is_connected().map_err(stored)? {
            let id = CommandId(self.ids().fresh());
            return Ok(plan(&mut CommandIds::new(id)).map(|plan| Deed { account, act, id: Some(id), plan }));
        }
        if team::Membership::load(store)?.is_some() {
            return Err(ApiError::new(
                ErrorCode::NotReady,
                "The team's data are still being fetched.",
                "Work begins when they are complete; the status line tells how far it is.",
            ));
        }
        Ok(plan(&mut self.ids()).map(|plan| Deed { account, act, id: None, plan }))
    }

    /// Carries deeds out, in one transaction.
    pub(crate) fn carry_out(&self, store: &Store, deeds: Vec<Deed>) -> Result<Carried, ApiError> {
        self.carry_out_with(store, deeds, None)
    }

    /// Carries deeds out together with a run's step, in one transaction.
    pub(crate) fn carry_out_with(
        &self,
        store: &Store,
        deeds: Vec<Deed>,
        run: Option<&RunStep<'_>>,
    ) -> Result<Carried, ApiError> {
        if !store.is_connected().map_err(stored)? {
            let plans: Vec<Plan> = deeds.into_iter().map(|deed| deed.plan).collect();
            match run {
                Some(step) => store.commit_run(step, &plans),
                None => store.commit_all(&plans),
            }
            .map_err(stored)?;
            return Ok(Carried { plans, numbers: Vec::new() });
        }
        let by = self.settings_of(store)?.actor();
        let clock = self.clock_of_team();
        let now = clock.moment();
        let accounts: Vec<AccountId> = deeds.iter().map(|deed| deed.account).collect();
        let done = store.act_together(&accounts, now, run, |nr, ground| {
            let deed = &deeds[nr];
            self.logged(store, deed, ground, clock, &by)
        });
        let done = done.map_err(|why| match why {
            Stopped::Domain(refusal) => refused(refusal),
            Stopped::Store(error) => stored(error),
        })?;
        if let Some((last, _)) = done.last() {
            self.link.logged(last.device_seq);
        }
        let (logged, plans): (Vec<_>, Vec<_>) = done.into_iter().unzip();
        Ok(Carried { plans, numbers: logged.iter().map(|one| team::number(one.device_seq)).collect() })
    }

    fn logged(
        &self,
        store: &Store,
        deed: &Deed,
        ground: &Ground<'_>,
        clock: Clock,
        by: &Actor,
    ) -> Result<(NewCommand, Plan), Stopped> {
        let policies = ground.policies.iter().map(|published| &published.policy);
        let standard = Policy::standard();
        let day = clock.moment().date_naive();
        let in_force = policies.clone().find(|policy| policy.effective_from <= day).unwrap_or(&standard);
        let permit =
            if team::is_call(&deed.act) { store.permit(ground.facts.customer.id, clock.moment())? } else { None };
        let unwritable = |error: serde_json::Error| {
            Stopped::Domain(Refusal::by(
                domain::reason::Reason::new("SYN-2", "1", format!("This can't be written down: {error}.")),
                "Try again.",
            ))
        };
        let id = deed.id.unwrap_or_else(|| CommandId(self.ids().fresh()));
        let command = Envelope {
            id,
            device: protocol::DeviceId(ground.device.unwrap_or_default()),
            device_seq: ground.device_seq,
            cmd_version: COMMAND,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            clock,
            tz: self.clock.zone().name().to_owned(),
            base_cursor: team::cursor(ground.place),
            policy_version: in_force.version,
            permit: permit.map(PermitId),
            act: Json::of(&deed.act).map_err(unwritable)?,
            instead: None,
        };
        let policy = policy_for(&command, policies).unwrap_or(&standard);
        let plan = protocol::decide(&command, &ground.facts, policy, by).map_err(Stopped::Domain)?;
        let body = serde_json::to_string(&command).map_err(unwritable)?;
        Ok((NewCommand { id: id.0, at: clock.moment(), body, permit }, plan))
    }
}
