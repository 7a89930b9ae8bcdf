//! The treatment-plan editor: what it starts from, what is wrong with a draft, and publishing it.

mod export;
mod form;
mod simulate;
mod versions;

use chrono::NaiveDate;
use contract::{
    ApiError, CheckPlans, Costs, ErrorCode, FieldProblem, PlanCheck, PlansView, PublishPlans, TemplateChoice,
    VersionRef,
};
use domain::policy::Policy;
use domain::template::Kind;
use domain::treatment::differences;
use store::Store;

pub use self::simulate::Simulation;
pub use self::versions::{Timeline, plans};
use crate::desk::Desk;
use crate::errors::{not_found, stored};
use crate::parse;

/// Under which name the costs of a message are kept.
const COSTS: &str = "message_costs";

/// Texts that a level or reminder may be written with.
const LEVEL_TEXTS: [Kind; 4] = [Kind::Reminder, Kind::Dunning1, Kind::Dunning2, Kind::FinalNotice];

impl Desk {
    /// The editor's start, from the policy in force or from any version.
    pub(crate) fn plans_view(&self, input: &VersionRef) -> Result<PlansView, ApiError> {
        let store = self.store()?;
        let timeline = Timeline::load(&store)?;
        let today = self.today();
        let policy = match input.version {
            None => timeline.on(today).clone(),
            Some(version) => timeline
                .version(version)
                .cloned()
                .ok_or_else(|| not_found(&format!("Version {version} of the policy")))?,
        };
        Ok(PlansView {
            version: policy.version,
            treatment: form::form(&policy.treatment),
            templates: LEVEL_TEXTS
                .iter()
                .map(|kind| TemplateChoice { key: kind.key().to_owned(), title: kind.title().to_owned() })
                .collect(),
            segments: store.segments().map_err(stored)?,
            versions: timeline.told(today),
            costs: store.setting(COSTS).map_err(stored)?.unwrap_or_else(|| Costs {
                letter: String::new(),
                email: String::new(),
                call: String::new(),
            }),
        })
    }

    /// What is wrong with a draft, and what it changes.
    pub(crate) fn check_draft(&self, input: &CheckPlans) -> Result<PlanCheck, ApiError> {
        let store = self.store()?;
        let timeline = Timeline::load(&store)?;
        let (treatment, mut problems) = form::treatment(&input.treatment);
        let first = match self.first_day(&input.effective_from) {
            Ok(day) => day,
            Err(error) => {
                problems.push(FieldProblem { at: "effective_from".to_owned(), message: error.message });
                self.today()
            }
        };
        let present = timeline.on(first);
        let changes = differences(&present.treatment, &treatment);
        Ok(PlanCheck { warnings: warnings(&timeline, first, self.today()), problems, changes })
    }

    /// Publishes a draft as the next version; a specialist can't. My day is planned afresh.
    pub(crate) fn publish_draft(&self, input: &PublishPlans) -> Result<PlansView, ApiError> {
        let store = self.store()?;
        self.may_publish(&store)?;
        let first = self.first_day(&input.effective_from)?;
        let (treatment, problems) = form::treatment(&input.treatment);
        if let Some(problem) = problems.first() {
            return Err(ApiError::invalid(&problem.at, problem.message.clone(), "Mend it; nothing was published."));
        }
        let timeline = Timeline::load(&store)?;
        let mut policy = timeline.on(first).clone();
        if policy.treatment == treatment {
            return Err(ApiError::new(
                ErrorCode::Refused,
                "These plans are in force on that day already.",
                "Change something first; nothing was published.",
            ));
        }
        policy.treatment = treatment;
        policy.effective_from = first;
        let mut job = self.job(&input.job);
        let _ = job.step("Planning My day", 0, 0);
        self.publish(&store, policy)?;
        self.plans_view(&VersionRef { version: None })
    }

    /// A policy never holds from a day that has passed: what was decided then stays explained.
    pub(crate) fn first_day(&self, text: &str) -> Result<NaiveDate, ApiError> {
        let day = parse::day("effective_from", text)?;
        if day < self.today() {
            return Err(ApiError::invalid(
                "effective_from",
                "A policy can't hold from a day that has passed.",
                "Choose today or a later day.",
            ));
        }
        Ok(day)
    }

    /// Only a supervisor publishes.
    pub(crate) fn may_publish(&self, store: &Store) -> Result<(), ApiError> {
        if self.settings_of(store)?.role == domain::decide::Role::Supervisor {
            return Ok(());
        }
        let mut error = ApiError::new(
            ErrorCode::Refused,
            "Only a supervisor publishes policy.",
            "Ask a supervisor, or change the role under Settings if you are one.",
        );
        error.supervisor = true;
        Err(error)
    }

    /// Keeps a checked policy as the next version, and plans My day by it where it holds today.
    pub(crate) fn publish(&self, store: &Store, mut policy: Policy) -> Result<u32, ApiError> {
        let last = store.policies().map_err(stored)?.iter().map(|one| one.policy.version).max().unwrap_or(1);
        policy.version = last + 1;
        let by = self.settings_of(store)?.user;
        if Self::publishes_to_team(store)? {
            policy.version = self.publish_to_team(&policy)?;
        } else {
            store.publish_policy(&policy, &by, self.now()).map_err(stored)?;
        }
        self.forget_simulation();
        if policy.effective_from <= self.today() {
            self.plan_all(store)?;
        }
        Ok(policy.version)
    }
}

/// The newest version whose first day has come is in force, so an earlier one yet to come would be
/// overtaken.
fn warnings(timeline: &Timeline, first: NaiveDate, today: NaiveDate) -> Vec<String> {
    timeline
        .to_come(today)
        .filter(|policy| policy.effective_from >= first)
        .map(|policy| {
            format!(
                "Version {}, to hold from {}, would be overtaken: of the versions whose first day has come, the newest is in force. What it changes has to be in this draft, or publish this one for a later day.",
                policy.version, policy.effective_from
            )
        })
        .collect()
}
