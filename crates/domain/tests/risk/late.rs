//! The late-payment model on made-up histories whose answer is plain.

use dunlin_domain::risk::late::{Asked, Model, Outcome};

/// Ten customers; each pays on its own usual day, and 12 days later when it disputes (one in five).
fn portfolio() -> Vec<Outcome> {
    (0..200)
        .map(|index| {
            let customer = index % 10;
            let disputed = index % 5 == 4 && index > 100;
            let usual = 3 * i32::try_from(customer).expect("small") - 15 + i32::try_from(index % 3).expect("small");
            Outcome { customer, days_late: usual + if disputed { 12 } else { 0 }, disputed, paper: index % 2 == 0 }
        })
        .collect()
}

fn history(customer: usize) -> Vec<Outcome> {
    portfolio().into_iter().filter(|one| one.customer == customer).collect()
}

const PLAIN: Asked = Asked { paper: false, disputed: Some(false) };

#[test]
fn a_customer_is_judged_by_its_own_history_and_a_new_one_by_the_portfolio() {
    let model = Model::fit(&portfolio());
    let prompt = model.predict(&history(0), PLAIN);
    let slow = model.predict(&history(9), PLAIN);
    let new = model.predict(&[], PLAIN);
    assert!(prompt.late < 0.1 && !prompt.is_late(), "{prompt:?}");
    assert!(slow.late > 0.9 && slow.is_late(), "{slow:?}");
    assert!(prompt.late < new.late && new.late < slow.late, "{new:?}");
}

#[test]
fn a_dispute_on_record_moves_the_day_and_an_unknown_one_lies_between() {
    let model = Model::fit(&portfolio());
    let history = history(4);
    let ask = |disputed| model.predict(&history, Asked { paper: false, disputed });
    let (no, unknown, yes) = (ask(Some(false)), ask(None), ask(Some(true)));
    assert!(no.late < unknown.late && unknown.late < yes.late, "{no:?} {unknown:?} {yes:?}");
    assert!((model.dispute - 12.0).abs() < 2.0, "{model:?}");
}

#[test]
fn fitting_is_deterministic_and_too_little_data_gives_the_default() {
    assert_eq!(Model::fit(&portfolio()), Model::fit(&portfolio()));
    assert_eq!(Model::fit(&portfolio()[..29]), Model::default());
    assert_eq!(Model::fit(&[]), Model::default());
    let same = vec![Outcome { customer: 0, days_late: 3, disputed: false, paper: true }; 40];
    let chance = Model::fit(&same).predict(&same, Asked { paper: true, disputed: None }).late;
    assert!(chance.is_finite() && chance > 0.5, "{chance}");
}
