//! Will this invoice be paid late? A small model of the days between due date and payment.
//!
//! A customer pays a usual number of days after (or before) the due date. What is known of one
//! customer is drawn towards the portfolio's mean, the more the less is known. Two things move the
//! day: paper (against electronic) bills, and a dispute. While nobody knows whether an invoice will
//! be disputed, both outcomes are weighed by the customer's own, again drawn, share of disputes.
//! The chance of being late is the part of the resulting logistic curve beyond the due date.
//!
//! Fitting is a fixed number of alternating averages: the same input gives the same figures. These
//! are probabilities and days, so they are floating-point; no amount of money ever is.

/// Passes of the alternating averages; they settle after about ten.
const PASSES: u32 = 20;
/// Observations' worth of doubt about a customer's share of disputes.
const DISPUTE_DOUBT: f64 = 3.0;
/// A disputed invoice says less about a customer's usual day than an undisputed one.
const DISPUTED_WEIGHT: f64 = 0.35;
/// Chance from which an invoice is called late: a late payer missed costs more than a reminder too
/// many.
pub const CALLED_LATE: f64 = 0.40;

/// A paid invoice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Whose: any number that tells customers apart.
    pub customer: usize,
    /// Paid so many days after the due date; below zero before it.
    pub days_late: i32,
    /// It was disputed.
    pub disputed: bool,
    /// It was billed on paper.
    pub paper: bool,
}

/// What is known of the invoice asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// It is billed on paper.
    pub paper: bool,
    /// Disputed or not; none while that can't be known, such as on the day it is issued.
    pub disputed: Option<bool>,
}

/// The portfolio's figures, in days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// Usual days late of an undisputed electronic invoice, over the customers.
    pub mean: f64,
    /// What paper adds.
    pub paper: f64,
    /// What a dispute adds.
    pub dispute: f64,
    /// Share of invoices disputed.
    pub dispute_share: f64,
    /// Spread between customers.
    pub between: f64,
    /// Spread of one customer's undisputed invoices.
    pub within: f64,
    /// Spread of disputed ones.
    pub within_disputed: f64,
}

/// A prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Chance of being paid after the due date, 0 to 1.
    pub late: f64,
    /// Expected days after the due date.
    pub days_late: f64,
}

impl Prediction {
    /// Called late (see [`CALLED_LATE`]).
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.late >= CALLED_LATE
    }
}

impl Default for Model {
    /// Before there is any history: two fifths late, little certainty.
    fn default() -> Self {
        Self {
            mean: -3.0,
            paper: 0.0,
            dispute: 10.0,
            dispute_share: 0.1,
            between: 10.0,
            within: 8.0,
            within_disputed: 10.0,
        }
    }
}

impl Model {
    /// Fits the portfolio's figures; the default where there are fewer than 30 outcomes.
    #[must_use]
    pub fn fit(outcomes: &[Outcome]) -> Self {
        if outcomes.len() < 30 {
            return Self::default();
        }
        let customers = outcomes.iter().map(|outcome| outcome.customer + 1).max().unwrap_or(0);
        let base = Self::default();
        let mut model = Self {
            mean: mean(outcomes.iter().filter(|one| !one.disputed).map(days)).unwrap_or(base.mean),
            dispute_share: mean(outcomes.iter().map(|one| flag(one.disputed))).unwrap_or(base.dispute_share),
            ..base
        };
        let overall = model.mean;
        let mut usual = vec![overall; customers];
        for _ in 0..PASSES {
            let mut sums = vec![(overall, 1.0); customers];
            for one in outcomes {
                let (sum, count) = &mut sums[one.customer];
                *sum += model.undone(one);
                *count += 1.0;
            }
            for (usual, (sum, count)) in usual.iter_mut().zip(&sums) {
                *usual = sum / count;
            }
            let rest = |one: &Outcome| days(one) - usual[one.customer];
            let of = |paper: bool, model: &Self| {
                mean(
                    outcomes
                        .iter()
                        .filter(|one| one.paper == paper)
                        .map(|one| rest(one) - model.dispute * flag(one.disputed)),
                )
            };
            if let (Some(on_paper), Some(electronic)) = (of(true, &model), of(false, &model)) {
                model.paper = on_paper - electronic;
            }
            let disputed = outcomes.iter().filter(|one| one.disputed);
            if let Some(moved) = mean(disputed.map(|one| rest(one) - model.paper * flag(one.paper))) {
                model.dispute = moved;
            }
        }
        let seen: Vec<f64> = (0..customers)
            .filter(|customer| outcomes.iter().any(|one| one.customer == *customer))
            .map(|customer| usual[customer])
            .collect();
        model.mean = mean(seen.iter().copied()).unwrap_or(model.mean);
        model.between = spread(seen.iter().copied()).unwrap_or(base.between).max(0.5);
        let rest = |disputed: bool| {
            spread(
                outcomes
                    .iter()
                    .filter(|one| one.disputed == disputed)
                    .map(|one| model.undone(one) - usual[one.customer]),
            )
        };
        let (within, within_disputed) = (rest(false), rest(true));
        model.within = within.unwrap_or(base.within).max(0.5);
        model.within_disputed = within_disputed.unwrap_or(base.within_disputed).max(0.5);
        model
    }

    /// Days late with the effects of paper and dispute taken out.
    fn undone(&self, outcome: &Outcome) -> f64 {
        days(outcome) - self.paper * flag(outcome.paper) - self.dispute * flag(outcome.disputed)
    }

    /// Predicts one invoice from its customer's outcomes known by then; `history` is that one
    /// customer's alone.
    #[must_use]
    pub fn predict(&self, history: &[Outcome], asked: Asked) -> Prediction {
        let doubt = (self.within / self.between).powi(2);
        let (mut sum, mut weight, mut disputed) = (doubt * self.mean, doubt, 0.0);
        for one in history {
            let counts = if one.disputed { DISPUTED_WEIGHT } else { 1.0 };
            sum += counts * self.undone(one);
            weight += counts;
            disputed += flag(one.disputed);
        }
        let usual = sum / weight + self.paper * flag(asked.paper);
        let unsure = self.between.powi(2) * doubt / weight;
        let seen = f64::from(u32::try_from(history.len()).unwrap_or(u32::MAX));
        let expected = (disputed + DISPUTE_DOUBT * self.dispute_share) / (seen + DISPUTE_DOUBT);
        let chance = asked.disputed.map_or(expected, flag);
        let undisputed = beyond(usual, (self.within.powi(2) + unsure).sqrt());
        let contested = beyond(usual + self.dispute, (self.within_disputed.powi(2) + unsure).sqrt());
        Prediction { late: (1.0 - chance) * undisputed + chance * contested, days_late: usual + chance * self.dispute }
    }
}

fn days(outcome: &Outcome) -> f64 {
    f64::from(outcome.days_late)
}

fn flag(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

/// The part of a logistic curve of that mean and spread beyond half a day after the due date: days
/// are whole, so one day late is the first that is.
fn beyond(mean: f64, spread: f64) -> f64 {
    let scale = spread * 3.0_f64.sqrt() / std::f64::consts::PI;
    1.0 / (1.0 + ((0.5 - mean) / scale).exp())
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Standard deviation; none of fewer than two values.
fn spread(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let centre = mean(values.clone())?;
    let count = values.clone().count();
    (count > 1).then(|| mean(values.map(|value| (value - centre).powi(2)))).flatten().map(f64::sqrt)
}
