//! Between plans as typed and the domain's: what can't be read is a problem of its field, and stands
//! for nothing meanwhile.

use contract::{FieldProblem, LevelForm, PlanForm, PreDueForm, SegmentForm, TreatmentForm};
use domain::account::CustomerKind;
use domain::risk::Band;
use domain::treatment::{Channel, Fee, Level, Plan, PreDue, Segment, TreatmentPolicy};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use crate::views::word;

/// A form of a policy.
pub fn form(treatment: &TreatmentPolicy) -> TreatmentForm {
    TreatmentForm {
        plans: treatment.plans.iter().map(plan_form).collect(),
        segments: treatment
            .segments
            .iter()
            .map(|segment| SegmentForm {
                kind: segment.kind.as_ref().map(word).unwrap_or_default(),
                segment: segment.segment.clone().unwrap_or_default(),
                risk: segment.risk.as_ref().map(word).unwrap_or_default(),
                plan: segment.plan.clone().unwrap_or_default(),
            })
            .collect(),
    }
}

fn plan_form(plan: &Plan) -> PlanForm {
    PlanForm {
        name: plan.name.clone(),
        mode: word(&plan.mode),
        anchor: word(&plan.anchor),
        tolerance: number(plan.tolerance),
        levels: plan.levels.iter().map(level_form).collect(),
        pre_due: plan.pre_due.as_ref().map(|one| PreDueForm {
            days_before: one.days_before.to_string(),
            channel: word(&one.channel),
            template: one.template.clone(),
        }),
    }
}

fn level_form(level: &Level) -> LevelForm {
    let (fee_kind, fee) = match level.fee {
        None => ("none", String::new()),
        Some(Fee::Amount(fee)) => ("amount", number(fee)),
        Some(Fee::Percent(fee)) => ("percent", number(fee)),
    };
    LevelForm {
        name: level.name.clone(),
        from: word(&level.from),
        wait_days: level.wait_days.to_string(),
        channel: word(&level.channel),
        fallback: level.fallback.as_ref().map(word).unwrap_or_default(),
        template: level.template.clone(),
        min_balance: number(level.min_balance),
        min_unpaid: level.min_unpaid.to_string(),
        fee_kind: fee_kind.to_owned(),
        fee,
        needs_approval: level.needs_approval,
    }
}

fn number(amount: Decimal) -> String {
    amount.normalize().to_string()
}

/// The policy of a form, with everything that is wrong: what can't be read, and what the domain says
/// of the rest.
pub fn treatment(form: &TreatmentForm) -> (TreatmentPolicy, Vec<FieldProblem>) {
    let mut reader = Reader::default();
    let policy = TreatmentPolicy {
        plans: form.plans.iter().enumerate().map(|(index, plan)| reader.plan(index, plan)).collect(),
        segments: form.segments.iter().enumerate().map(|(index, one)| reader.segment(index, one)).collect(),
    };
    let mut problems = reader.problems;
    for problem in policy.problems() {
        // A field that can't be read says so, and nothing else.
        if problems.iter().all(|known| known.at != problem.at) {
            problems.push(FieldProblem { at: problem.at, message: sentence(&problem.error.to_string()) });
        }
    }
    (policy, problems)
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

#[derive(Default)]
struct Reader {
    problems: Vec<FieldProblem>,
}

impl Reader {
    fn wrong(&mut self, at: &str, message: &str) {
        self.problems.push(FieldProblem { at: at.to_owned(), message: message.to_owned() });
    }

    fn choice<T: DeserializeOwned>(&mut self, at: &str, text: &str, otherwise: T) -> T {
        crate::parse::word(at, text).unwrap_or_else(|_| {
            self.wrong(at, "Choose one of those offered.");
            otherwise
        })
    }

    fn optional<T: DeserializeOwned>(&mut self, at: &str, text: &str) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let read = crate::parse::word(at, text).ok();
        if read.is_none() {
            self.wrong(at, "Choose one of those offered.");
        }
        read
    }

    fn whole(&mut self, at: &str, text: &str) -> u32 {
        let read = text.trim().parse::<u32>().ok().filter(|number| *number <= 3_650);
        read.unwrap_or_else(|| {
            self.wrong(at, "A whole number from 0 to 3,650.");
            0
        })
    }

    /// Empty counts as zero.
    fn amount(&mut self, at: &str, text: &str) -> Decimal {
        if text.trim().is_empty() {
            return Decimal::ZERO;
        }
        crate::parse::amount(at, text).unwrap_or_else(|_| {
            self.wrong(at, "A number with a decimal point: 5 or 12.50.");
            Decimal::ZERO
        })
    }

    fn plan(&mut self, index: usize, form: &PlanForm) -> Plan {
        let at = |field: &str| format!("plans.{index}.{field}");
        Plan {
            name: form.name.trim().to_owned(),
            mode: self.choice(&at("mode"), &form.mode, domain::treatment::LadderMode::Strict),
            anchor: self.choice(&at("anchor"), &form.anchor, domain::treatment::Anchor::DueDate),
            tolerance: self.amount(&at("tolerance"), &form.tolerance),
            levels: form
                .levels
                .iter()
                .enumerate()
                .map(|(place, level)| self.level(&at(&format!("levels.{place}")), level))
                .collect(),
            pre_due: form.pre_due.as_ref().map(|one| PreDue {
                days_before: self.whole(&at("pre_due.days_before"), &one.days_before),
                channel: self.choice(&at("pre_due.channel"), &one.channel, Channel::Email),
                template: one.template.clone(),
            }),
        }
    }

    fn level(&mut self, place: &str, form: &LevelForm) -> Level {
        let at = |field: &str| format!("{place}.{field}");
        let channel = self.choice(&at("channel"), &form.channel, Channel::Letter);
        let fee = match form.fee_kind.as_str() {
            "none" => None,
            kind => {
                if form.fee.trim().is_empty() {
                    self.wrong(&at("fee"), "Write the fee, or choose that there is none.");
                }
                let fee = self.amount(&at("fee"), &form.fee);
                Some(if kind == "percent" { Fee::Percent(fee) } else { Fee::Amount(fee) })
            }
        };
        Level {
            name: form.name.trim().to_owned(),
            from: self.choice(&at("from"), &form.from, domain::treatment::From::Anchor),
            wait_days: self.whole(&at("wait_days"), &form.wait_days),
            channel,
            fallback: self.optional(&at("fallback"), &form.fallback),
            template: if channel == Channel::Phone { String::new() } else { form.template.clone() },
            min_balance: self.amount(&at("min_balance"), &form.min_balance),
            min_unpaid: self.whole(&at("min_unpaid"), &form.min_unpaid),
            fee,
            needs_approval: form.needs_approval,
        }
    }

    fn segment(&mut self, index: usize, form: &SegmentForm) -> Segment {
        let at = |field: &str| format!("segments.{index}.{field}");
        let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        Segment {
            kind: self.optional::<CustomerKind>(&at("kind"), &form.kind),
            segment: text(&form.segment),
            risk: self.optional::<Band>(&at("risk"), &form.risk),
            plan: text(&form.plan),
        }
    }
}
