//! A suspension that was asked for offline, and the payment that came meanwhile: nobody is cut.

use chrono::{DateTime, TimeDelta, Utc};
use contract::{Act, AssignAccounts, Host as _, InspectRequest};
use dunlin_app::Clock as _;
use server::auth::Role;
use server::orders::{self, OrderLine};

use crate::common::{ROWS, csv};
use crate::scene::{Scene, link};

impl Scene {
    fn order(&self) -> OrderLine {
        self.wait_for(orders::all(&self.app, self.org, "")).unwrap().remove(0)
    }
}

#[test]
fn a_payment_that_arrives_while_a_suspension_is_queued_stops_the_cut() {
    let mut scene = Scene::new();
    let lead = scene.laptop("lead", Role::Supervisor);
    assert!(lead.import(&csv(&ROWS)).done);
    scene.up_to_date(&lead);
    for number in ["A-1", "A-2"] {
        scene.ripe(&lead, number);
    }
    let ana = scene.laptop("ana", Role::Specialist);
    let accounts = ["A-1", "A-2"].iter().map(|number| lead.account(number)).collect();
    let input = AssignAccounts { login: "ana".to_owned(), accounts, add: true, take_over_from: None };
    lead.desk.assign_accounts(input).expect("assigned");
    scene.up_to_date(&ana);

    scene.offline();
    let service = ana.view("A-1").services[0].id.clone();
    let asked = ana.act("A-1", Act::OrderService { service, kind: "suspend".to_owned() }).expect("asked");
    assert!(asked.message.contains("once payments are known"), "{}", asked.message);
    assert_eq!(link(&ana).queued, 1);
    scene.online();
    scene.up_to_date(&ana);
    assert_eq!(scene.order().state, "requested", "no payment is known beyond the request");

    // The night's extract: she has paid.
    scene.clock.forward(TimeDelta::hours(1));
    let mut rows = ROWS.to_vec();
    rows[0].6 = "0.00";
    let mut night = lead.request(&csv(&rows));
    let seen = InspectRequest { path: night.path.clone(), source: night.source.clone(), kind: "invoices".to_owned() };
    let guess: DateTime<Utc> = lead.desk.inspect_import(seen).expect("seen").payments_until.unwrap().parse().unwrap();
    assert!(guess < scene.order().requested_at, "the start of the day: nobody is cut by a guess");
    let report = lead.desk.run_import(night.clone()).expect("without a word on payments");
    assert_eq!((report.done, report.inserted, report.updated), (true, 0, 1), "{report:?}");
    assert_eq!(scene.order().why, "No payments were ever imported", "an upload is no word on payments");
    let at = |moment: DateTime<Utc>| Some(moment.to_rfc3339());
    night.payments_until = at(scene.clock.now() + TimeDelta::minutes(1));
    let error = lead.desk.run_import(night.clone()).expect_err("still to come");
    assert_eq!(error.field.as_deref(), Some("payments_until"));
    night.payments_until = at(scene.clock.now());
    assert!(lead.desk.run_import(night).expect("with her word").done);
    let order = scene.order();
    assert_eq!(order.state, "refused", "{order:?}");
    assert!(scene.wait_for(orders::dispatch(&scene.app, scene.org)).unwrap().is_empty(), "no cut");
    scene.up_to_date(&ana);
    let told = format!("{:?}", ana.timeline("A-1"));
    assert!(told.contains("suspend service was refused"), "{told}");
}
