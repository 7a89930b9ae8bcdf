//! The treatment-plan editor: mistakes beside their fields, a change in words, tried on the portfolio,
//! published from a day on; and the plan's decision on any past day.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};

use chrono::TimeDelta;
use contract::{
    Act, CheckPlans, Costs, DecisionQuery, DecisionView, ErrorCode, Host as _, JobRef, LevelRef, PlansView, Progress,
    PublishPlans, RunRef, SimulatePlans, SimulatedQuery, SimulationView, TreatmentForm, VersionRef,
};
use dunlin_app::{Clock as _, Desk, MemoryKeychain, Shell};

use crate::common::{Moving, NOON, Office, USER, assert_told};

const TODAY: &str = "2026-03-10";

fn plans(office: &Office) -> PlansView {
    office.desk.plans(VersionRef { version: None }).expect("plans")
}

fn check(office: &Office, treatment: TreatmentForm) -> contract::PlanCheck {
    office.desk.check_plans(CheckPlans { treatment, effective_from: TODAY.to_owned() }).expect("checked")
}

fn draft(office: &Office, change: impl FnOnce(&mut TreatmentForm)) -> TreatmentForm {
    let mut form = plans(office).treatment;
    change(&mut form);
    form
}

fn simulate(office: &Office, treatment: TreatmentForm, from: &str) -> SimulationView {
    let costs = Costs { letter: "0.80".to_owned(), email: "0.01".to_owned(), call: String::new() };
    let input =
        SimulatePlans { job: "simulation".to_owned(), treatment, effective_from: from.to_owned(), days: 60, costs };
    office.desk.simulate_plans(input).expect("simulated")
}

fn publish(office: &Office, treatment: TreatmentForm, from: &str) -> Result<PlansView, contract::ApiError> {
    let input = PublishPlans { job: "publish".to_owned(), treatment, effective_from: from.to_owned() };
    office.desk.publish_plans(input)
}

fn everybody() -> SimulatedQuery {
    SimulatedQuery { changed: false, day: None, level: None, offset: 0, limit: 50 }
}

#[test]
fn the_editor_starts_from_what_is_in_force_and_says_nothing_against_it() {
    let office = Office::open();
    let view = plans(&office);
    assert_eq!((view.version, view.treatment.plans.len(), view.treatment.segments.len()), (1, 2, 3));
    assert_eq!(view.versions.len(), 1);
    assert_eq!((view.versions[0].state.as_str(), view.versions[0].by.as_str()), ("in_force", "Dunlin"));
    assert!(view.versions[0].plans[0].levels[1].starts_with("Reminder: email, else letter, 5 days after the due date"));
    let checked = check(&office, view.treatment);
    assert_eq!((checked.problems, checked.changes, checked.warnings), (vec![], vec![], vec![]));
}

#[test]
fn each_mistake_stands_beside_its_field_and_nothing_wrong_is_simulated_or_published() {
    let office = Office::open();
    office.supervisor();
    let wrong = draft(&office, |form| {
        form.plans[0].levels[1].wait_days = "soon".to_owned();
        form.plans[0].levels[2].template.clear();
        form.plans[0].tolerance = "-1".to_owned();
        form.plans[1].levels[0].fee_kind = "percent".to_owned();
        form.plans[1].levels[1].fallback = "letter".to_owned();
        form.segments[1].plan = "Gentle".to_owned();
        form.segments.pop();
    });
    let checked = check(&office, wrong.clone());
    let places: Vec<&str> = checked.problems.iter().map(|one| one.at.as_str()).collect();
    assert_eq!(
        places,
        [
            "plans.0.levels.1.wait_days",
            "plans.1.levels.0.fee",
            "plans.0.tolerance",
            "plans.0.levels.2.template",
            "plans.1.levels.1.fallback",
            "segments.1.plan",
            "segments"
        ]
    );
    assert!(checked.problems.iter().all(|one| one.message.ends_with('.')), "{:?}", checked.problems);
    let refused = publish(&office, wrong.clone(), TODAY).expect_err("wrong");
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some("plans.0.levels.1.wait_days")));
    let costs = Costs { letter: String::new(), email: String::new(), call: String::new() };
    let input = SimulatePlans {
        job: "s".to_owned(),
        treatment: wrong,
        effective_from: TODAY.to_owned(),
        days: 30,
        costs: costs.clone(),
    };
    assert_eq!(office.desk.simulate_plans(input.clone()).expect_err("wrong").code, ErrorCode::Invalid);
    let sound = SimulatePlans { treatment: plans(&office).treatment, ..input };
    let field = |input: SimulatePlans| office.desk.simulate_plans(input).expect_err("wrong").field;
    assert_eq!(field(SimulatePlans { days: 0, ..sound.clone() }).as_deref(), Some("days"));
    let dear = Costs { letter: "much".to_owned(), ..costs };
    assert_eq!(field(SimulatePlans { costs: dear, ..sound.clone() }).as_deref(), Some("letter"));
    let past = SimulatePlans { effective_from: "2026-03-09".to_owned(), ..sound };
    assert_eq!(field(past).as_deref(), Some("effective_from"));
    assert_eq!(plans(&office).versions.len(), 1, "nothing was published");
}

#[test]
fn a_simulation_says_who_would_get_what_on_which_day_at_what_cost() {
    let office = Office::open();
    let same = simulate(&office, plans(&office).treatment, TODAY);
    assert_eq!((same.accounts, same.changed), (5, 0));
    assert_eq!(same.present, same.proposed);
    // Reminders to four accounts (one by email), then two letters each; A-5, due in April, gets its
    // reminder and second notice within the time.
    assert_eq!((same.present.accounts, same.present.messages.letter, same.present.messages.email), (5, 13, 1));
    assert_eq!(same.present.cost.as_deref(), Some("10.41"));
    assert_eq!(same.days.len(), 60);
    assert_eq!((same.days[0].day.as_str(), same.days[0].present.letter), (TODAY, 3));
    assert!(same.days[4].closed, "a Saturday");

    let dearer = draft(&office, |form| {
        let level = &mut form.plans[0].levels[2];
        level.fee_kind = "amount".to_owned();
        level.fee = "5".to_owned();
        level.needs_approval = true;
        form.plans[0].levels[1].wait_days = "10".to_owned();
    });
    let result = simulate(&office, dearer, TODAY);
    assert_eq!(result.changed, 5);
    assert_eq!(result.present, same.present, "today's policy stays what it is");
    let last = result.levels.iter().find(|line| line.level == "Final notice").expect("a line");
    assert_eq!((last.present, last.proposed, last.approvals), (4, 4, 4));
    // A-2 has two debts, each with its fee.
    assert_eq!((last.proposed_fees[0].amount.as_str(), result.proposed.fees[0].amount.as_str()), ("25.00", "25.00"));
    assert!(last.present_fees.is_empty());
    assert_eq!(plans(&office).costs.letter, "0.80", "asked once");

    let all = office.desk.simulated_accounts(everybody()).expect("rows");
    assert_eq!((all.total, all.rows.len()), (5, 5));
    let row = all.rows.iter().find(|row| row.number == "A-2").expect("A-2");
    let days = |steps: &[contract::SimulatedStep]| -> Vec<String> {
        steps
            .iter()
            .map(|step| format!("{} {} {} {}", step.day, step.level, step.channel, step.amount.amount))
            .collect()
    };
    assert_eq!(
        days(&row.present)[..2],
        ["2026-03-10 Reminder letter 130.00", "2026-03-25 Second notice letter 130.00"]
    );
    assert_eq!(
        days(&row.proposed)[..2],
        ["2026-03-10 Reminder letter 130.00", "2026-03-20 Second notice letter 130.00"]
    );
    assert_eq!(row.proposed[2].fee.as_ref().map(|fee| fee.amount.as_str()), Some("10.00"));
    let on = |day: &str| SimulatedQuery { day: Some(day.to_owned()), ..everybody() };
    assert_eq!(office.desk.simulated_accounts(on("2026-03-20")).expect("rows").total, 4);
    assert_eq!(office.desk.simulated_accounts(on("2026-03-21")).expect("rows").total, 0);
    let level = LevelRef { plan: "Standard".to_owned(), level: "Reminder".to_owned(), channel: "email".to_owned() };
    let by_email = SimulatedQuery { level: Some(level), ..everybody() };
    assert_eq!(office.desk.simulated_accounts(by_email).expect("rows").total, 1);

    // The same lines as a file.
    let path = office.path("simulation.csv");
    let whole = |changed| contract::SaveSimulation { changed, path: path.display().to_string() };
    let said = office.desk.save_simulation(whole(false)).expect("saved").message;
    let read = || -> Vec<csv::StringRecord> {
        csv::Reader::from_path(&path).expect("a file").into_records().map(|line| line.expect("a line")).collect()
    };
    let lines = read();
    assert!(said.starts_with(&format!("{} lines saved", lines.len())), "{said}");
    let of = |lines: &[csv::StringRecord], side: &str| {
        lines.iter().filter(|line| &line[0] == side && &line[2] == "A-2").count()
    };
    assert_eq!((of(&lines, "as it stands"), of(&lines, "proposed")), (row.present.len(), row.proposed.len()));
    assert!(lines.iter().any(|line| &line[1] == "2026-03-20" && &line[5] == "Second notice" && &line[7] == "130.00"));
    office.desk.save_simulation(whole(true)).expect("saved");
    assert!(read().iter().all(|line| &line[12] == "yes"));

    // Nothing was written anywhere.
    assert_eq!(office.kind("A-2").as_deref(), Some("step_due"));
    assert!(office.view("A-2").documents.is_empty());
}

#[test]
fn published_plans_hold_from_their_day_on_and_my_day_follows_at_once() {
    let office = Office::open();
    let slower = draft(&office, |form| form.plans[0].levels[0].wait_days = "60".to_owned());
    let refused = publish(&office, slower.clone(), TODAY).expect_err("a specialist");
    assert_told(&refused, "supervisor");
    office.supervisor();
    assert_eq!(office.kind("A-1").as_deref(), Some("step_due"));
    let view = publish(&office, slower.clone(), TODAY).expect("published");
    assert_eq!((view.version, view.versions.len()), (2, 2));
    assert_eq!(view.versions[0].by, USER);
    assert_eq!(
        view.versions[0].changes,
        ["Standard, Reminder: 60 days after the due date instead of 5 days after the due date."]
    );
    assert_eq!(office.kind("A-1"), None, "My day is planned by the new policy");
    let again = publish(&office, slower, TODAY).expect_err("nothing new");
    assert_eq!(again.code, ErrorCode::Refused);
    let lost = office.desk.simulated_accounts(everybody()).expect_err("not kept");
    assert_told(&lost, "simulation");

    // Back to the shipped plans, but from Monday on; meanwhile everything stays.
    let shipped = office.desk.plans(VersionRef { version: Some(1) }).expect("version 1").treatment;
    let view = publish(&office, shipped, "2026-03-16").expect("published");
    assert_eq!((view.version, view.versions[0].state.as_str()), (2, "to_come"));
    assert_eq!(office.kind("A-1"), None);
    let checked = check(&office, view.treatment.clone());
    assert!(checked.warnings[0].contains("Version 3, to hold from 2026-03-16"), "{:?}", checked.warnings);
    let now = simulate(&office, view.treatment, "2026-03-16");
    assert_eq!(now.days[3].present.letter, 0);
    office.clock.forward(TimeDelta::days(6));
    assert_eq!(office.kind("A-1").as_deref(), Some("step_due"), "planned afresh on its first day");
    assert_eq!(plans(&office).version, 3);
    assert_eq!(office.desk.plans(VersionRef { version: Some(9) }).expect_err("none").code, ErrorCode::NotFound);
}

/// Presses Cancel as soon as a simulation tells how far it came, and keeps what it was told.
#[derive(Default)]
struct Impatient {
    desk: OnceLock<Weak<Desk>>,
    pressing: AtomicBool,
    told: Mutex<Vec<Progress>>,
}

impl Shell for Impatient {
    fn progress(&self, progress: &Progress) {
        self.told.lock().expect("told").push(progress.clone());
        let desk = self.desk.get().and_then(Weak::upgrade);
        if let Some(desk) = desk.filter(|_| self.pressing.load(Ordering::Relaxed) && progress.job == "simulation") {
            desk.cancel_job(JobRef { job: progress.job.clone() }).expect("heard");
        }
    }

    fn changed(&self, _: &str) {}

    fn pick_file(&self, _: &contract::PickFile) -> Option<std::path::PathBuf> {
        None
    }

    fn open_in_browser(&self, _: &str) -> Result<(), String> {
        Ok(())
    }
}

#[test]
fn a_simulation_tells_how_far_it_came_and_a_cancelled_one_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let shell = Arc::new(Impatient::default());
    let keychain = Arc::new(MemoryKeychain::default());
    let desk = Arc::new(Desk::new(folder.path(), shell.clone(), keychain, Moving::at(NOON)));
    shell.desk.set(Arc::downgrade(&desk)).expect("once");
    desk.create_database(contract::CreateDatabase { passphrase: None, user: USER.to_owned() }).expect("created");
    desk.load_sample(contract::LoadSample { job: "sample".to_owned(), accounts: 400 }).expect("filled");
    let treatment = desk.plans(VersionRef { version: None }).expect("plans").treatment;
    let costs = Costs { letter: String::new(), email: String::new(), call: String::new() };
    let input =
        SimulatePlans { job: "simulation".to_owned(), treatment, effective_from: TODAY.to_owned(), days: 90, costs };
    shell.pressing.store(true, Ordering::Relaxed);
    assert_eq!(desk.simulate_plans(input.clone()).expect_err("cancelled").code, ErrorCode::Cancelled);
    assert!(desk.simulated_accounts(everybody()).is_err(), "nothing is kept of it");
    shell.pressing.store(false, Ordering::Relaxed);
    shell.told.lock().expect("told").clear();
    let began = std::time::Instant::now();
    let view = desk.simulate_plans(input).expect("simulated");
    println!("400 accounts, two policies, 90 days: {:?}", began.elapsed());
    assert_eq!((view.accounts, view.changed), (400, 0));
    assert!(view.present.accounts > 20, "{}", view.present.accounts);
    let told = shell.told.lock().expect("told");
    assert!(told.iter().all(|one| one.total == 400 && one.done <= one.total && one.done > 0), "{told:?}");
    assert!(!told.is_empty());
    let sums: u32 = view.levels.iter().map(|line| line.proposed).sum();
    let days: u32 = view.days.iter().map(|day| day.proposed.letter + day.proposed.email + day.proposed.phone).sum();
    let ways = &view.proposed.messages;
    assert_eq!((sums, days), (days, ways.letter + ways.email + ways.phone), "every total says the same");
}

fn decided(office: &Office, number: &str, day: &str, ended: bool) -> DecisionView {
    let query = DecisionQuery { account: office.account(number), day: day.to_owned(), ended };
    office.desk.decision(query).expect("a decision")
}

fn brief(view: &DecisionView) -> Vec<String> {
    view.steps
        .iter()
        .map(|step| format!("{} {} {}", step.invoice.as_deref().unwrap_or("-"), step.level, step.amount.amount))
        .collect()
}

#[test]
fn the_decision_of_any_past_day_is_taken_again_as_things_were_known_then() {
    let office = Office::open();
    let live: Vec<(String, Vec<String>)> = (0..40)
        .map(|turn| {
            let today = office.clock.today().to_string();
            let live = brief(&decided(&office, "A-2", &today, false));
            match turn {
                0 => {
                    let run = office.propose("letter");
                    office.confirm(&run);
                }
                2 => {
                    let run = office.desk.runs(contract::Nothing {}).expect("runs").remove(0).run;
                    office.desk.mark_mailed(RunRef { run }).expect("mailed");
                }
                5 => office.pay("A-2", "50.00"),
                8 => {
                    let hold = Act::PlaceHold {
                        kind: "manual".to_owned(),
                        note: "Complaint".to_owned(),
                        until: None,
                        fields: Vec::new(),
                    };
                    office.act("A-2", hold).expect("held");
                }
                20 => {
                    let hold = office.view("A-2").holds[0].id.clone();
                    office.act("A-2", Act::ReleaseHold { hold, reason: "Settled".to_owned() }).expect("released");
                }
                25 => {
                    office.supervisor();
                    let slower = draft(&office, |form| form.plans[0].levels[1].wait_days = "30".to_owned());
                    publish(&office, slower, &today).expect("published");
                }
                _ => {}
            }
            office.clock.forward(TimeDelta::days(1));
            (today, live)
        })
        .collect();
    assert!(live.iter().any(|(_, steps)| steps.iter().any(|step| step.contains("Second notice"))));
    assert!(live.iter().filter(|(_, steps)| steps.is_empty()).count() > 10);
    for (day, steps) in &live[1..] {
        assert_eq!(&brief(&decided(&office, "A-2", day, false)), steps, "{day}");
    }
    // The day itself: what was done on it, and how it looked when it ended.
    let paid = decided(&office, "A-2", "2026-03-15", true);
    assert!(paid.done.iter().any(|one| one.what.contains("Payment of $50.00 recorded")), "{:?}", paid.done);
    assert_eq!(paid.moment, "as the day ended");
    let held = decided(&office, "A-2", "2026-03-20", false);
    assert_eq!(held.steps, []);
    assert!(held.quiet[0].text.starts_with("Paused by a hold since 2026-03-18"), "{:?}", held.quiet);
    assert_eq!(
        (decided(&office, "A-2", "2026-04-03", true).version, decided(&office, "A-2", "2026-04-04", true).version),
        (1, 2)
    );
    let first = decided(&office, "A-2", "2026-03-10", false);
    assert!(first.unknown[0].starts_with("No extract had been imported by then"), "{:?}", first.unknown);
    let ahead = DecisionQuery { account: office.account("A-2"), day: "2027-01-01".to_owned(), ended: false };
    assert_eq!(office.desk.decision(ahead).expect_err("not yet").field.as_deref(), Some("day"));
}
