//! What was known on a past day comes back exactly from today's facts and the history.

use super::always::{choices, command};
use super::*;
use dunlin_domain::history::Entry;
use dunlin_domain::outbox::State;
use dunlin_domain::past::as_of;
use dunlin_domain::treatment::{decision, next_steps};
use proptest::prelude::*;

/// As the planner saw it, without the tasks.
fn seen(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    facts.follow_ups.clear();
    facts.customer.points.sort_by_key(|point| point.id);
    facts
}

proptest! {
    #[test]
    fn every_past_day_comes_back_from_the_history(choices in choices(), mailed in 0_usize..14) {
        let mut world = World::new();
        let mut history: Vec<Entry> = Vec::new();
        let mut days = Vec::new();
        for (turn, (choice, days_on)) in choices.into_iter().enumerate() {
            days.push((world.now, world.today, seen(&world.facts)));
            // Another day each time, so that a day's end lies between two acts.
            world.later(days_on + 1);
            if turn == mailed {
                history.extend(mail(&mut world));
            }
            let command = command(&world, choice);
            let Ok(plan) = world.ask(command) else { continue };
            world.commit(&plan);
            history.extend(plan.history);
        }
        for (at, on, known) in days {
            let past = as_of(world.facts.clone(), &history, &[], at, on);
            prop_assert_eq!(&next_steps(&past.facts, &world.policy, on), &next_steps(&known, &world.policy, on));
            prop_assert_eq!(decision(&past.facts, &world.policy, on), decision(&known, &world.policy, on));
            let mut back = seen(&past.facts);
            let mut known = known;
            // A withdrawn letter comes back as queued, whether it was queued or printed.
            for facts in [&mut back, &mut known] {
                for (_, state) in &mut facts.outbox {
                    if matches!(state, State::Printed { .. }) {
                        *state = State::Queued;
                    }
                }
            }
            prop_assert_eq!(back, known);
        }
    }
}

/// A run's letter: its step counts from the run's day, but only once it was mailed, a day later.
fn mail(world: &mut World) -> Vec<Entry> {
    use dunlin_domain::decide::settle;
    use dunlin_domain::ids::{HistoryId, IdSource as _, OutboxId, RunId};
    use dunlin_domain::outbox::{Channel, Event, Intent};

    let steps = next_steps(&world.facts, &world.policy, world.today);
    let intent = Intent {
        id: OutboxId(world.ids.fresh()),
        account: world.facts.account.id,
        channel: Channel::Letter,
        template: "dunning_1".to_owned(),
        run: Some(RunId(world.ids.fresh())),
        arrangement: None,
        steps: steps.iter().map(|step| step.taken(world.today)).collect(),
        to: None,
        decided: world.now,
        actor: "Robin".to_owned(),
    };
    let id = intent.id;
    let mut history = vec![Entry {
        id: HistoryId(world.ids.fresh()),
        at: world.now,
        actor: "Robin".to_owned(),
        account: Some(intent.account),
        kind: "letter.made".to_owned(),
        summary: String::new(),
        detail: serde_json::json!({ "intent": intent }),
    }];
    world.facts.outbox.push((intent, State::Printed { at: world.now }));
    world.later(1);
    let plan =
        settle(&world.facts, &world.policy, (id, Event::SaidSent), &world.by, world.now, world.today, &mut world.ids)
            .expect("mailed");
    world.commit(&plan);
    history.extend(plan.history);
    history
}

#[test]
fn what_an_extract_leaves_open_is_said() {
    let mut facts = testkit::facts();
    facts.invoices[0].applied = rust_decimal::Decimal::TEN;
    facts.invoices[1].disputed = true;
    let at = testkit::now();
    let (before, after) = (at - TimeDelta::days(3), at + TimeDelta::days(3));
    let said = |imports: &[DateTime<Utc>]| as_of(facts.clone(), &[], imports, at, day(2026, 3, 10)).unknown;
    assert_eq!(said(&[before]).len(), 2, "{:?}", said(&[before]));
    assert!(said(&[before])[0].contains("INV-1"));
    assert!(said(&[after])[0].starts_with("No extract had been imported by then"));
    assert!(said(&[before, after])[0].contains("the last on 2026-03-13"));
}
